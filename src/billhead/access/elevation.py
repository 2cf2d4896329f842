"""Elevation: a person confirms one act on one thing with their own credentials (BILL-DEC-010).

Nobody shares a manager's code. The approver proves who they are with password, PIN or one-time code; what comes out is
a token for one action on one resource in one tenant, five minutes long and good for one use, of which only the hash is
kept. Whoever acts then spends it: `spend_elevation` in the transaction of the act itself.

    prove_approver   before the transaction, attempts counted in transactions of their own
    grant_elevation  → the token
    spend_elevation  → who approved
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import pyotp
from sqlalchemy import and_, insert, select, update
from sqlalchemy.orm import Session

from billhead.access.permissions import ROLE_PERMISSIONS, Role
from billhead.access.runtime import Runtime
from billhead.access.scope import Scope, open_system_scope
from billhead.access.secrets import check_password, hash_secret, new_secret, totp_name
from billhead.access.tables import ApproverFactor, ElevationToken, Membership, User
from billhead.access.throttle import Attempts
from billhead.refusal import Forbidden
from billhead.storage.ids import new_id
from billhead.storage.tables import table_of

LIFETIME = timedelta(minutes=5)
ELEVATE = "billing:auth:elevate"
TOTP_SECONDS = 30


class ElevatedAction(StrEnum):
    """What can be confirmed by somebody's own credentials."""

    INVOICE_ISSUE = "INVOICE_ISSUE"
    PO_OVERRIDE = "PO_OVERRIDE"
    RECEIPT_REPRINT = "RECEIPT_REPRINT"
    PAYMENT_REFUND = "PAYMENT_REFUND"


class Proof(StrEnum):
    """How an approver proves who they are."""

    PASSWORD = "PASSWORD"  # noqa: S105
    PIN = "PIN"
    TOTP = "TOTP"
    OIDC = "OIDC"


@dataclass(frozen=True, slots=True)
class Approver:
    """Who confirmed an act."""

    user_id: UUID
    name: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Elevation:
    """A granted token; its secret is known to the caller alone."""

    token: str
    expires_at: datetime
    approver: Approver


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants confirmed, for the audit trail of attempts that fail."""

    by: str
    action: ElevatedAction
    resource_id: str


def prove_approver(
    runtime: Runtime, tenant_id: UUID, *, email: str | None, user_id: UUID | None, proof: Proof, secret: str,
    asked: Asked, correlation_id: str,
) -> Approver:  # fmt: skip
    """The member behind the credentials, if they may confirm for others.

    `email` names the approver; without it the approver is `user_id`, who asks. Unknown, wrong, or without the
    permission `billing:auth:elevate`: one refusal, `ELEVATION_REFUSED`, so that nobody can tell which. Attempts are
    counted per account before anything is checked, `ELEVATION_THROTTLED` is raised when there are too many, and each
    that fails is audited.
    """
    with runtime.database.platform(write=False) as session:
        found = _find_member(session, tenant_id, email, user_id)
        factor = session.get(ApproverFactor, (tenant_id, found[0])) if found else None
        seed = runtime.secrets.find(session, tenant_id, totp_name(found[0])) if found else None
    account = str(found[0]) if found else (email or str(user_id)).strip().lower()
    with Attempts(runtime, f"elevation:{tenant_id}", account, code="ELEVATION_THROTTLED") as attempts:
        fits = {
            Proof.PASSWORD: lambda: check_password(secret, found[2] if found else None),
            Proof.PIN: lambda: check_password(secret, factor.pin_hash if factor else None),
            Proof.TOTP: lambda: _spend_code(runtime, factor, seed, secret),
        }[proof]()
        if not fits or found is None or ELEVATE not in ROLE_PERMISSIONS[found[3]]:
            _audit_failure(runtime, tenant_id, proof, asked, correlation_id)
            raise Forbidden("ELEVATION_REFUSED", "These credentials do not allow this.")
        attempts.succeeded()
        return Approver(found[0], found[1], proof)


def check_own_password(runtime: Runtime, tenant_id: UUID, user_id: UUID, password: str) -> None:
    """Refuse whoever does not know the password of the person who is signed in; attempts are counted."""
    with Attempts(runtime, f"elevation:{tenant_id}", str(user_id), code="ELEVATION_THROTTLED") as attempts:
        with runtime.database.platform(write=False) as session:
            found = _find_member(session, tenant_id, None, user_id)
        if not check_password(password, found[2] if found else None):
            raise Forbidden("PASSWORD_WRONG", "The password is wrong.")
        attempts.succeeded()


def _audit_failure(runtime: Runtime, tenant_id: UUID, proof: Proof, asked: Asked, correlation_id: str) -> None:
    with open_system_scope(runtime, tenant_id, name="elevation", correlation_id=correlation_id) as scope:
        detail: dict[str, object] = {
            "action": asked.action, "resourceId": asked.resource_id, "proof": proof, "askedBy": asked.by,
        }  # fmt: skip
        scope.audit("elevation.refuse", "elevation", new_id(), detail=detail)


def grant_elevation(scope: Scope, approver: Approver, action: ElevatedAction, resource_id: str) -> Elevation:
    """A token for one use of `action` on `resource_id`, valid for five minutes."""
    token, expires_at, elevation_id = new_secret(), scope.now + LIFETIME, new_id()
    scope.session.execute(
        insert(table_of(ElevationToken)).values(
            tenant_id=scope.tenant_id, id=elevation_id, secret_hash=hash_secret(token), user_id=approver.user_id,
            action=action, resource_id=resource_id, proof=approver.proof, asked_by=scope.actor.key,
            created_at=scope.now, expires_at=expires_at, spent_at=None,
        )
    )  # fmt: skip
    scope.audit(
        "elevation.grant", "elevation", elevation_id,
        detail={"action": action, "resourceId": resource_id, "proof": approver.proof, "userId": str(approver.user_id)},
    )  # fmt: skip
    return Elevation(token, expires_at, approver)


def spend_elevation(scope: Scope, token: str, action: ElevatedAction, resource_id: str) -> Approver:
    """Use a token up for this act, in this transaction; of many at once one succeeds.

    Only whoever asked for it can spend it, and only while the approver may still confirm. Forbidden:
    `ELEVATION_INVALID` (unknown here, another tenant's, somebody else's), `ELEVATION_WRONG_ACTION`,
    `ELEVATION_WRONG_RESOURCE`, `ELEVATION_EXPIRED`, `ELEVATION_REFUSED`, `ELEVATION_USED`.
    """
    table, user = table_of(ElevationToken), table_of(User)
    member = table_of(Membership)
    found = scope.session.execute(
        select(table, user.c.name, member.c.role)
        .join(user, user.c.id == table.c.user_id)
        .outerjoin(member, and_(member.c.tenant_id == table.c.tenant_id, member.c.user_id == table.c.user_id))
        .where(table.c.tenant_id == scope.tenant_id, table.c.secret_hash == hash_secret(token))
    ).one_or_none()
    if found is None or found.asked_by != scope.actor.key:
        raise Forbidden("ELEVATION_INVALID", "This confirmation is not known, or was given to somebody else.")
    if found.action != action:
        raise Forbidden("ELEVATION_WRONG_ACTION", "This confirmation is for something else.")
    if found.resource_id != resource_id:
        raise Forbidden("ELEVATION_WRONG_RESOURCE", "This confirmation is for another thing.")
    if found.expires_at <= scope.now:
        raise Forbidden("ELEVATION_EXPIRED", "This confirmation has expired. Ask for another one.")
    if found.role is None or ELEVATE not in ROLE_PERMISSIONS[Role(found.role)]:
        raise Forbidden("ELEVATION_REFUSED", "Who gave this confirmation may not confirm any more.")
    spent = scope.session.execute(
        update(table)
        .where(table.c.tenant_id == scope.tenant_id, table.c.id == found.id, table.c.spent_at.is_(None))
        .values(spent_at=scope.now)
        .returning(table.c.id)
    ).one_or_none()
    if spent is None:
        raise Forbidden("ELEVATION_USED", "This confirmation was used already.")
    scope.audit(
        "elevation.spend", "elevation", found.id,
        detail={"action": action, "resourceId": resource_id, "userId": str(found.user_id)},
    )  # fmt: skip
    return Approver(found.user_id, found.name, Proof(found.proof))


def _find_member(
    session: Session, tenant_id: UUID, email: str | None, user_id: UUID | None
) -> tuple[UUID, str, str, Role] | None:
    """Id, name, password hash and role of a member by e-mail or id."""
    wanted = User.email == email.strip().lower() if email else User.id == user_id
    row = session.execute(
        select(User.id, User.name, User.password_hash, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.tenant_id == tenant_id, wanted)
    ).one_or_none()
    return (row.id, row.name, row.password_hash, Role(row.role)) if row else None


def _spend_code(runtime: Runtime, factor: ApproverFactor | None, seed: str | None, code: str) -> bool:
    """Whether a one-time code fits now, or fitted one step ago; each step's code is good once (RFC 6238, 5.2)."""
    if factor is None or seed is None or factor.totp_since is None:
        return False
    step = matching_step(seed, code, runtime.clock.now())
    if step is None:
        return False
    table = table_of(ApproverFactor)
    with runtime.database.tenant(factor.tenant_id, write=True) as session:
        taken = session.execute(
            update(table)
            .where(table.c.tenant_id == factor.tenant_id, table.c.user_id == factor.user_id)
            .where(table.c.totp_step < step)
            .values(totp_step=step)
            .returning(table.c.user_id)
        ).one_or_none()
    return taken is not None


def matching_step(seed: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is: the current one or the one before; None when it is neither."""
    codes, current = pyotp.TOTP(seed, interval=TOTP_SECONDS), int(now.timestamp()) // TOTP_SECONDS
    given = code.replace(" ", "")
    if not (given.isascii() and given.isdigit()):
        return None
    steps = (step for step in (current, current - 1) if pyotp.utils.strings_equal(codes.generate_otp(step), given))
    return next(steps, None)
