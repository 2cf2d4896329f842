"""From what a request carries to an actor in a tenant: an API token, or a console session with its CSRF token."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from billhead.access.actor import Actor, ActorKind
from billhead.access.permissions import ALL_PERMISSIONS, ROLE_PERMISSIONS, Role
from billhead.access.secrets import hash_secret, same_secret
from billhead.access.tables import ApiToken, Membership, Tenant, UserSession
from billhead.refusal import Forbidden, NotFound, Unauthenticated
from billhead.storage.tables import table_of


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brought. `tenant` is a slug or id; `is_unsafe` asks for the CSRF token of a session."""

    bearer: str | None = None
    session_secret: str | None = None
    csrf_token: str | None = None
    tenant: str | None = None
    is_unsafe: bool = True


def bearer_of(authorization: str) -> str | None:
    """The token of an `Authorization` header with the scheme Bearer; None for any other scheme."""
    scheme, _, given = authorization.partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def network_of(address: str) -> str:
    """What limits are counted by: an IPv4 address, or the /64 network of an IPv6 address, which one customer holds."""
    try:
        given = ip_address(address)
    except ValueError:
        return address
    if isinstance(given, IPv6Address) and given.ipv4_mapped is None:
        return str(ip_network((given, 64), strict=False))
    return str(given.ipv4_mapped or given) if isinstance(given, IPv6Address) else str(given)


_TOKEN, _TENANT = table_of(ApiToken), table_of(Tenant)
_BY_SECRET = (
    select(*_TOKEN.c["id", "tenant_id", "permissions", "expires_at", "revoked_at"], *_TENANT.c["suspended_at", "slug"])
    .select_from(_TOKEN)
    .join(_TENANT, _TENANT.c.id == _TOKEN.c.tenant_id)
    .where(_TOKEN.c.secret_hash == bindparam("secret_hash"))
)


def identify(connection: Connection, credentials: Credentials, now: datetime) -> tuple[UUID, Actor]:
    """The tenant and the actor; refuses unknown, expired and revoked credentials, and suspended tenants."""
    if credentials.bearer is not None:
        return _identify_token(connection, credentials, now)
    if credentials.session_secret is not None:
        return _identify_member(connection, credentials, now)
    raise _nobody_known()


def find_session(connection: Connection, secret: str, now: datetime) -> UserSession | None:
    """The live console session behind a cookie."""
    table = table_of(UserSession)
    row = connection.execute(
        select(table).where(table.c.secret_hash == hash_secret(secret), table.c.expires_at > now)
    ).one_or_none()
    return UserSession(**row._mapping) if row else None


def _identify_token(connection: Connection, credentials: Credentials, now: datetime) -> tuple[UUID, Actor]:
    row = connection.execute(_BY_SECRET, {"secret_hash": hash_secret(credentials.bearer or "")}).one_or_none()
    if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        raise _nobody_known()
    if credentials.tenant not in (None, row.slug, str(row.tenant_id)):
        raise NotFound("TENANT_NOT_FOUND", "There is no such business.")
    _refuse_suspended(row.suspended_at)
    permissions = frozenset(str(p) for p in row.permissions) & ALL_PERMISSIONS
    return row.tenant_id, Actor(ActorKind.TOKEN, str(row.id), permissions)


def _identify_member(connection: Connection, credentials: Credentials, now: datetime) -> tuple[UUID, Actor]:
    session = find_session(connection, credentials.session_secret or "", now)
    if session is None:
        raise _nobody_known()
    if credentials.is_unsafe and not same_secret(credentials.csrf_token or "", session.csrf_token):
        raise Forbidden("CSRF_TOKEN_INVALID", "The page is out of date. Reload it and try again.")
    member, tenant = table_of(Membership), table_of(Tenant)
    rows = connection.execute(
        select(member.c.tenant_id, member.c.role, tenant.c.slug, tenant.c.suspended_at)
        .join(tenant, tenant.c.id == member.c.tenant_id)
        .where(member.c.user_id == session.user_id)
        .order_by(tenant.c.suspended_at.is_not(None), tenant.c.slug)
    ).all()
    wanted = credentials.tenant or (str(session.tenant_id) if session.tenant_id else None)
    row = next((r for r in rows if wanted in (None, r.slug, str(r.tenant_id))), None)
    if row is None:
        raise NotFound("TENANT_NOT_FOUND", "There is no such business, or you do not belong to it.")
    _refuse_suspended(row.suspended_at)
    user_id = session.user_id
    return row.tenant_id, Actor(ActorKind.USER, str(user_id), ROLE_PERMISSIONS[Role(row.role)], user_id)


def _refuse_suspended(suspended_at: datetime | None) -> None:
    if suspended_at is not None:
        raise Forbidden("TENANT_SUSPENDED", "This business is suspended.")


def _nobody_known() -> Unauthenticated:
    return Unauthenticated("UNAUTHENTICATED", "Sign in, or send a valid API token.")
