"""What approvers prove themselves with beside their password: a PIN, one-time codes. Everybody manages their own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from billhead.access.elevation import matching_step
from billhead.access.scope import Scope
from billhead.access.secrets import totp_name
from billhead.access.tables import ApproverFactor, User
from billhead.refusal import Conflict
from billhead.storage.tables import table_of

_TABLE = table_of(ApproverFactor)


@dataclass(frozen=True, slots=True)
class Factors:
    """What one person has."""

    has_pin: bool
    totp_since: datetime | None


def person_of(scope: Scope) -> UUID:
    """The person who acts; an API token has neither PIN nor one-time codes."""
    if scope.actor.user_id is None:
        raise Conflict("NOT_A_PERSON", "Only a person who is signed in has a PIN or one-time codes.")
    return scope.actor.user_id


def get_factors(scope: Scope) -> Factors:
    """What the person who asks has."""
    found = scope.session.get(ApproverFactor, (scope.tenant_id, person_of(scope)), populate_existing=True)
    return Factors(found is not None and found.pin_hash is not None, found.totp_since if found else None)


def set_pin(scope: Scope, pin_hash: str | None) -> Factors:
    """Take a new PIN, hashed before the transaction; None takes it away."""
    _set(scope, pin_hash=pin_hash)
    scope.audit("factor.set-pin" if pin_hash else "factor.remove-pin", "user", person_of(scope))
    return get_factors(scope)


def begin_totp(scope: Scope) -> tuple[str, str]:
    """A new seed for one-time codes and its `otpauth:` address; in force once a code proves that it arrived."""
    user_id = person_of(scope)
    seed, user = pyotp.random_base32(), scope.session.get_one(User, user_id)
    _set(scope, totp_since=None)
    scope.runtime.secrets.put(scope.session, scope.tenant_id, totp_name(user_id), seed, now=scope.now)
    scope.audit("factor.begin-totp", "user", user_id)
    return seed, pyotp.TOTP(seed).provisioning_uri(name=user.email, issuer_name="Billhead")


def confirm_totp(scope: Scope, code: str) -> Factors:
    """Put the seed in force; Conflict `TOTP_CODE_WRONG` when the code is not its."""
    user_id = person_of(scope)
    seed = scope.runtime.secrets.find(scope.session, scope.tenant_id, totp_name(user_id))
    step = matching_step(seed, code, scope.now) if seed else None
    if step is None:
        raise Conflict("TOTP_CODE_WRONG", "This code does not belong to the seed that was shown. Begin again.")
    _set(scope, totp_since=scope.now, totp_step=step)
    scope.audit("factor.confirm-totp", "user", user_id)
    return get_factors(scope)


def remove_totp(scope: Scope) -> Factors:
    """Forget the seed."""
    user_id = person_of(scope)
    scope.runtime.secrets.forget(scope.session, scope.tenant_id, totp_name(user_id))
    _set(scope, totp_since=None)
    scope.audit("factor.remove-totp", "user", user_id)
    return get_factors(scope)


def _set(scope: Scope, **values: object) -> None:
    own = {"tenant_id": scope.tenant_id, "user_id": person_of(scope)}
    insert = sqlite_insert if scope.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    fresh = {"pin_hash": None, "totp_since": None, "totp_step": 0}
    scope.session.execute(insert(_TABLE).values(**own, **fresh).on_conflict_do_nothing())
    scope.session.execute(
        update(_TABLE)
        .where(_TABLE.c.tenant_id == own["tenant_id"], _TABLE.c.user_id == own["user_id"])
        .values(**values)
    )
