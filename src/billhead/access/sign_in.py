"""Signing in to the console: passwords, throttling, sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from billhead.access.credentials import find_session, network_of
from billhead.access.permissions import ROLE_PERMISSIONS, Role
from billhead.access.runtime import Runtime
from billhead.access.secrets import check_password, hash_secret, new_secret
from billhead.access.tables import Membership, SignInThrottle, Tenant, User, UserSession
from billhead.access.throttle import WINDOW, count_attempt, throttle_key
from billhead.refusal import NotFound, TooMany, Unauthenticated


@dataclass(frozen=True, slots=True)
class MemberOf:
    """One tenant a person belongs to, and what they may do there."""

    tenant_id: UUID
    slug: str
    name: str
    role: Role
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a live console session. `secret` is set only right after signing in."""

    user_id: UUID
    name: str
    email: str
    is_super_admin: bool
    csrf_token: str
    expires_at: datetime
    tenant_id: UUID | None
    tenants: tuple[MemberOf, ...]
    secret: str | None = None


def sign_in(runtime: Runtime, *, email: str, password: str, address: str) -> SignedIn:
    """Open a console session. Wrong e-mail and wrong password are one refusal; too many of them are throttled.

    Failures are counted per account and per address before the password is checked, in a transaction of their own, so
    that parallel guesses count too. Success forgets the account's failures, but of the address only its own attempt:
    whoever owns one account could otherwise guess at others for ever.
    """
    now = runtime.clock.now()
    limit = runtime.settings.sign_in_attempts
    account, place = throttle_key("account", email.strip().lower()), throttle_key("address", network_of(address))
    with runtime.database.platform(write=True) as session:  # a blocked address cannot also lock accounts
        blocked = count_attempt(session, place, now) > 10 * limit or count_attempt(session, account, now) > limit
    if blocked:
        words = "Too many failed attempts. Wait a quarter of an hour and try again."
        raise TooMany("SIGN_IN_THROTTLED", words, retry_after=int(WINDOW.total_seconds()))
    with runtime.database.platform(write=False) as session:
        user = session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()
        password_hash, user_id = (user.password_hash, user.id) if user else (None, None)
    if not check_password(password, password_hash) or user_id is None:
        raise Unauthenticated("SIGN_IN_FAILED", "The e-mail address or the password is wrong.")
    with runtime.database.platform(write=True) as session:
        session.execute(
            update(SignInThrottle)
            .where(SignInThrottle.key == place, SignInThrottle.failures > 0)
            .values(failures=SignInThrottle.failures - 1)
        )
        session.execute(delete(SignInThrottle).where(SignInThrottle.key == account))
        session.execute(delete(UserSession).where(UserSession.expires_at < now))
        secret = new_secret()
        opened = UserSession(
            secret_hash=hash_secret(secret), user_id=user_id, csrf_token=new_secret(), tenant_id=None,
            created_at=now, expires_at=now + timedelta(hours=runtime.settings.session_hours),
        )  # fmt: skip
        session.add(opened)
        session.flush()
        return _signed_in(session, opened, secret)


def current_session(runtime: Runtime, secret: str | None) -> SignedIn:
    """Who is signed in with this cookie."""
    with runtime.database.platform(write=False) as session:
        found = find_session(session.connection(), secret, runtime.clock.now()) if secret else None
        if found is None:
            raise Unauthenticated("UNAUTHENTICATED", "Nobody is signed in.")
        return _signed_in(session, found, None)


def choose_tenant(runtime: Runtime, secret: str, tenant_id: UUID) -> SignedIn:
    """Remember the tenant that this session works in when a request names none."""
    with runtime.database.platform(write=True) as session:
        found = find_session(session.connection(), secret, runtime.clock.now())
        if found is None:
            raise Unauthenticated("UNAUTHENTICATED", "Nobody is signed in.")
        if session.get(Membership, (tenant_id, found.user_id)) is None:
            raise NotFound("TENANT_NOT_FOUND", "There is no such business, or you do not belong to it.")
        found.tenant_id = tenant_id
        session.execute(
            update(UserSession).where(UserSession.secret_hash == found.secret_hash).values(tenant_id=tenant_id)
        )
        return _signed_in(session, found, None)


def sign_out(runtime: Runtime, secret: str | None) -> None:
    """End a session; one that has ended already is fine."""
    if secret:
        with runtime.database.platform(write=True) as session:
            session.execute(delete(UserSession).where(UserSession.secret_hash == hash_secret(secret)))


def _signed_in(session: Session, opened: UserSession, secret: str | None) -> SignedIn:
    user = session.get_one(User, opened.user_id)
    rows = session.execute(
        select(Membership.tenant_id, Tenant.slug, Tenant.name, Membership.role)
        .join(Tenant, Tenant.id == Membership.tenant_id)
        .where(Membership.user_id == user.id, Tenant.suspended_at.is_(None))
        .order_by(Tenant.name, Tenant.slug)
    )
    tenants = tuple(MemberOf(t, slug, name, Role(r), ROLE_PERMISSIONS[Role(r)]) for t, slug, name, r in rows)
    return SignedIn(
        user.id, user.name, user.email, user.is_super_admin, opened.csrf_token, opened.expires_at, opened.tenant_id,
        tenants, secret,
    )  # fmt: skip
