"""Who exists: tenants, people, memberships, API tokens. Use cases of administrators and of the command line."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from billhead.access.actor import ActorKind
from billhead.access.permissions import ALL_PERMISSIONS, ROLE_PERMISSIONS, Role
from billhead.access.scope import Scope
from billhead.access.secrets import TOKEN_PREFIX, hash_password, hash_secret, new_secret, totp_name
from billhead.access.tables import ApiToken, ApproverFactor, Membership, Tenant, User
from billhead.access.wire import require_match
from billhead.refusal import Conflict, Fault, FaultCode, Forbidden, Malformed, NotFound
from billhead.storage.ids import new_id

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*")


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a tenant."""

    user_id: UUID
    email: str
    name: str
    role: Role
    version: int


def find_tenant(session: Session, slug: str) -> Tenant | None:
    """The tenant with this slug; needs a platform scope."""
    return session.scalars(select(Tenant).where(Tenant.slug == slug)).one_or_none()


def create_tenant(session: Session, *, slug: str, name: str, now: datetime) -> Tenant:
    """Add a business; needs a platform write scope. Its slug is unique."""
    if find_tenant(session, slug):
        raise Conflict("TENANT_EXISTS", f"There is already a business with the slug {slug}.")
    tenant = Tenant(id=new_id(), slug=slug, name=name, suspended_at=None, created_at=now)
    session.add(tenant)
    session.flush()
    return tenant


def create_user(
    session: Session, *, email: str, name: str, password: str, now: datetime, is_super_admin: bool = False
) -> User:
    """Add a person; needs a platform write scope. The e-mail address is unique, regardless of case."""
    email = email.strip().lower()
    errors = {
        **({} if _EMAIL.fullmatch(email) else {"email": Fault(FaultCode.NOT_AN_EMAIL, "must be an e-mail address")}),
        **({} if name.strip() else {"name": Fault(FaultCode.REQUIRED, "must not be blank")}),
    }
    if errors:
        raise Malformed("INVALID_REQUEST", "The person cannot be added.", field_errors=errors)
    if session.scalars(select(User.id).where(User.email == email)).first():
        raise Conflict("USER_EXISTS", "There is already a person with this e-mail address.")
    user = User(
        id=new_id(), email=email, name=name, password_hash=hash_password(password), is_super_admin=is_super_admin,
        created_at=now,
    )  # fmt: skip
    session.add(user)
    session.flush()
    return user


def add_member(session: Session, tenant_id: UUID, user_id: UUID, role: Role, now: datetime) -> None:
    """Give a person a role in a tenant, or change it; needs a platform write scope."""
    found = session.get(Membership, (tenant_id, user_id))
    if found:
        found.role, found.version = role, found.version + (found.role != role)
    else:
        session.add(Membership(tenant_id=tenant_id, user_id=user_id, role=role, version=1, created_at=now))
    session.flush()


def list_members(scope: Scope) -> Sequence[Member]:
    """Everybody in the tenant, by name."""
    rows = scope.session.execute(
        select(User, Membership).join(Membership, Membership.user_id == User.id).order_by(User.name, User.id)
    )
    return [Member(u.id, u.email, u.name, Role(m.role), m.version) for u, m in rows]


def get_member(scope: Scope, user_id: UUID) -> Member:
    """One person of the tenant."""
    found = next((m for m in list_members(scope) if m.user_id == user_id), None)
    if found is None:
        raise NotFound("USER_NOT_FOUND", "There is no such person in this business.")
    return found


def invite_member(scope: Scope, *, email: str, name: str, password_hash: str, role: Role) -> Member:
    """Add a new person with a role.

    Somebody who has an account already is added by the operator's command line only, and keeps their name and
    password: nobody has proved that the address is theirs, so a business could otherwise make accounts for strangers,
    with passwords it knows, and wait until another business invites them. `password_hash` is made before the
    transaction: hashing takes long, and nobody else could write meanwhile.
    """
    email = email.strip().lower()
    user = scope.session.scalars(select(User).where(User.email == email)).one_or_none()
    if user is None:
        user = User(
            id=new_id(), email=email, name=name, password_hash=password_hash, is_super_admin=False,
            created_at=scope.now,
        )  # fmt: skip
        scope.session.add(user)
        scope.session.flush()
    elif scope.session.get(Membership, (scope.tenant_id, user.id)):
        raise Conflict("MEMBER_EXISTS", "This person already belongs to the business.", existing_id=str(user.id))
    elif scope.actor.kind is not ActorKind.SYSTEM:
        words = "There is an account with this e-mail address already. The operator of the platform can add it."
        raise Conflict("USER_EXISTS", words)
    scope.session.add(Membership(user_id=user.id, role=role, version=1, created_at=scope.now))
    scope.session.flush()
    scope.audit("member.add", "user", user.id, detail={"role": role})
    return get_member(scope, user.id)


def change_role(scope: Scope, user_id: UUID, role: Role, if_match: str | None) -> Member:
    """Give a member another role; the last admin stays one."""
    member = get_member(scope, user_id)
    require_match(if_match, member.version)
    _refuse_last_admin(scope, member, role)
    scope.session.execute(
        update(Membership).where(Membership.user_id == user_id).values(role=role, version=member.version + 1)
    )
    scope.audit("member.change-role", "user", user_id, detail={"from": member.role, "to": role})
    return get_member(scope, user_id)


def remove_member(scope: Scope, user_id: UUID) -> None:
    """Take a person out of the tenant; the last admin stays."""
    member = get_member(scope, user_id)
    _refuse_last_admin(scope, member, None)
    scope.session.delete(scope.session.get_one(Membership, (scope.tenant_id, user_id)))
    scope.session.execute(delete(ApproverFactor).where(ApproverFactor.user_id == user_id))
    scope.runtime.secrets.forget(scope.session, scope.tenant_id, totp_name(user_id))
    scope.audit("member.remove", "user", user_id, detail={"role": member.role})


def _refuse_last_admin(scope: Scope, member: Member, role: Role | None) -> None:
    if member.role is not Role.ADMIN or role is Role.ADMIN:
        return
    admins = scope.session.scalars(
        select(Membership).where(Membership.role == Role.ADMIN).order_by(Membership.user_id).with_for_update()
    ).all()
    if [a.user_id for a in admins] == [member.user_id]:
        raise Conflict("LAST_ADMIN", "A business needs at least one admin.")


def list_tokens(scope: Scope) -> Sequence[ApiToken]:
    """Every API token of the tenant, newest first; never their secrets."""
    return scope.session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).all()


def token_state(token: ApiToken, now: datetime) -> str:
    """`active`, `expired` or `revoked`."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and token.expires_at <= now else "active"


def count_permissions(token: ApiToken) -> int:
    """How many permissions a token carries."""
    assert isinstance(token.permissions, list)
    return len(token.permissions)


def create_token(
    scope: Scope, *, name: str, permissions: Iterable[str] | None, role: Role | None, expires_at: datetime | None
) -> tuple[ApiToken, str]:
    """A new API token and its secret, shown this once.

    It carries the given permissions, or those of `role`, and never more than its maker holds.
    """
    wanted = frozenset(permissions) if permissions is not None else ROLE_PERMISSIONS[role or Role.ADMIN]
    if unknown := sorted(wanted - ALL_PERMISSIONS):
        errors = {"permissions": Fault(FaultCode.UNKNOWN_CHOICE, f"unknown: {', '.join(unknown)}")}
        raise Malformed("UNKNOWN_PERMISSION", "There is no such permission.", field_errors=errors)
    if not wanted <= scope.actor.permissions:
        raise Forbidden("TOKEN_EXCEEDS_MAKER", "A token cannot carry permissions that its maker does not hold.")
    if expires_at is not None and expires_at <= scope.now:
        raise Malformed(
            "INVALID_REQUEST",
            "The token would have expired.",
            field_errors={"expiresAt": Fault(FaultCode.PAST, "lies in the past")},
        )
    secret = TOKEN_PREFIX + new_secret()
    token = ApiToken(
        id=new_id(), name=name, secret_hash=hash_secret(secret), hint=secret[:8], permissions=sorted(wanted),
        created_by=scope.actor.key, created_at=scope.now, expires_at=expires_at, revoked_at=None,
    )  # fmt: skip
    scope.session.add(token)
    scope.session.flush()
    scope.audit("token.create", "api-token", token.id, detail={"permissions": sorted(wanted)})
    return token, secret


def revoke_token(scope: Scope, token_id: UUID) -> ApiToken:
    """End a token now; one that has ended already stays as it is."""
    token = scope.session.get(ApiToken, (scope.tenant_id, token_id))
    if token is None:
        raise NotFound("TOKEN_NOT_FOUND", "There is no such API token.")
    if token.revoked_at is None:
        token.revoked_at = scope.now
        scope.audit("token.revoke", "api-token", token.id)
    return token
