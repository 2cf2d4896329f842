"""Confirming another person's act, and what approvers confirm with (BILL-DEC-010)."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import EmailStr, PrivateAttr, SecretStr, StringConstraints

from billhead.access import elevation, factors
from billhead.access.elevation import Approver, ElevatedAction, Proof
from billhead.access.http import Entry, Router, needs, open_reading
from billhead.access.scope import Scope
from billhead.access.secrets import hash_pin
from billhead.access.wire import Answer, WireModel

router = Router(tags=["Access"])
_ASK, _ELEVATE = "billing:auth:ask-elevation", elevation.ELEVATE


class ElevateBody(WireModel):
    """`approver` is the e-mail address of who confirms; without it whoever asks confirms themselves.

    `resourceId` is the id of the thing the act is done to: the invoice, the checkout, the receipt.
    """

    action: ElevatedAction
    resource_id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
    approver: EmailStr | None = None
    proof: Literal[Proof.PASSWORD, Proof.PIN, Proof.TOTP]
    secret: SecretStr
    _proven: Approver | None = PrivateAttr(None)

    def prove(self, approver: Approver) -> None:
        """Keep who the credentials belong to, until the transaction."""
        self._proven = approver

    @property
    def proven(self) -> Approver:
        """Who the credentials belong to."""
        assert self._proven is not None
        return self._proven


class ElevationBody(WireModel):
    """The token confirms one act once, until `expiresAt`."""

    elevation_token: str
    expires_at: datetime
    approver_user_id: UUID
    approver_name: str


class PasswordBody(WireModel):
    """A session alone is not enough to change what one confirms with: somebody may have left it open."""

    password: SecretStr


class PinBody(PasswordBody):
    pin: SecretStr

    @cached_property
    def pin_hash(self) -> str:
        """Made once, however often it is asked for."""
        return hash_pin(self.pin.get_secret_value())


class FactorsBody(WireModel):
    """What the person who asks can confirm with beside the password."""

    has_pin: bool
    totp_since: datetime | None


class TotpSeedBody(WireModel):
    """Shown this once: for an authenticator app, as text and as the `otpauth:` address of a QR code."""

    seed: str
    otpauth_uri: str


class TotpCodeBody(WireModel):
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=12)]


def _prove(entry: Entry, arguments: Mapping[str, Any]) -> None:
    """Before the transaction: checking takes long, and an attempt that is refused must count all the same."""
    with open_reading(entry, _ASK) as scope:
        tenant_id, asks = scope.tenant_id, scope.actor
    body: ElevateBody = arguments["body"]
    body.prove(
        elevation.prove_approver(
            entry.runtime, tenant_id, email=body.approver, user_id=asks.user_id, proof=body.proof,
            secret=body.secret.get_secret_value(), asked=elevation.Asked(asks.key, body.action, body.resource_id),
            correlation_id=entry.correlation_id,
        )
    )  # fmt: skip


def _check_password(entry: Entry, arguments: Mapping[str, Any]) -> None:
    with open_reading(entry, _ELEVATE) as scope:
        tenant_id, user_id = scope.tenant_id, factors.person_of(scope)
    body: PasswordBody = arguments["body"]
    elevation.check_own_password(entry.runtime, tenant_id, user_id, body.password.get_secret_value())
    if isinstance(body, PinBody):
        assert body.pin_hash


@router.post("/billing/auth/elevate", response_model=ElevationBody)
def post_elevate(body: ElevateBody, scope: Annotated[Scope, needs(_ASK, prepare=_prove)]) -> Answer:
    """A token with which one act on one thing can be done once, within five minutes."""
    granted = elevation.grant_elevation(scope, body.proven, body.action, body.resource_id)
    return Answer(
        ElevationBody(
            elevation_token=granted.token, expires_at=granted.expires_at, approver_user_id=granted.approver.user_id,
            approver_name=granted.approver.name,
        ),
        holds_secret=True,
    )  # fmt: skip


@router.get("/billing/auth/factors")
def get_factors(scope: Annotated[Scope, needs(_ELEVATE)]) -> FactorsBody:
    """What the person who asks can confirm with beside the password."""
    return _body(factors.get_factors(scope))


@router.put("/billing/auth/pin")
def put_pin(body: PinBody, scope: Annotated[Scope, needs(_ELEVATE, prepare=_check_password)]) -> FactorsBody:
    """Take a PIN of 4 to 12 digits for confirming at the counter."""
    return _body(factors.set_pin(scope, body.pin_hash))


@router.delete("/billing/auth/pin")
def delete_pin(scope: Annotated[Scope, needs(_ELEVATE)]) -> FactorsBody:
    """Give up the PIN."""
    return _body(factors.set_pin(scope, None))


@router.post("/billing/auth/totp", response_model=TotpSeedBody)
def post_totp(body: PasswordBody, scope: Annotated[Scope, needs(_ELEVATE, prepare=_check_password)]) -> Answer:
    """Begin with one-time codes: a new seed, in force once a code of it was sent back."""
    seed, uri = factors.begin_totp(scope)
    return Answer(TotpSeedBody(seed=seed, otpauth_uri=uri), holds_secret=True)


@router.post("/billing/auth/totp/confirm")
def post_totp_confirm(body: TotpCodeBody, scope: Annotated[Scope, needs(_ELEVATE)]) -> FactorsBody:
    """Put the seed in force by a code of it."""
    return _body(factors.confirm_totp(scope, body.code))


@router.delete("/billing/auth/totp")
def delete_totp(scope: Annotated[Scope, needs(_ELEVATE)]) -> FactorsBody:
    """Give up one-time codes."""
    return _body(factors.remove_totp(scope))


def _body(found: factors.Factors) -> FactorsBody:
    return FactorsBody(has_pin=found.has_pin, totp_since=found.totp_since)
