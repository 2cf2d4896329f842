"""Signing in, people, API tokens, permissions."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from pydantic import EmailStr, SecretStr

from billhead.access import directory, sign_in
from billhead.access.description import BY_SESSION, BY_SESSION_WITH_CSRF
from billhead.access.http import SESSION_COOKIE, Entry, Router, needs, open_reading, public
from billhead.access.permissions import PERMISSIONS, Role
from billhead.access.scope import Scope
from billhead.access.secrets import hash_password, same_secret
from billhead.access.tables import ApiToken
from billhead.access.wire import Answer, IfMatch, ShortText, WireModel, etag_of
from billhead.refusal import Forbidden

router = Router(tags=["Access"])


class SignInBody(WireModel):
    email: ShortText
    password: SecretStr


class TenantChoiceBody(WireModel):
    tenant_id: UUID


class MemberOfBody(WireModel):
    """A business the person belongs to, and what they may do there."""

    tenant_id: UUID
    slug: str
    name: str
    role: Role
    permissions: list[str]


class SessionBody(WireModel):
    """Who is signed in. `csrfToken` goes into `X-CSRF-Token` of every request that changes something."""

    user_id: UUID
    name: str
    email: str
    is_super_admin: bool
    csrf_token: str
    expires_at: datetime
    tenant_id: UUID | None
    tenants: list[MemberOfBody]


class MemberBody(WireModel):
    user_id: UUID
    email: str
    name: str
    role: Role
    etag: str


class MembersBody(WireModel):
    items: list[MemberBody]


class InviteBody(WireModel):
    email: EmailStr
    name: ShortText
    password: SecretStr
    role: Role

    @cached_property
    def password_hash(self) -> str:
        """Made once, however often it is asked for."""
        return hash_password(self.password.get_secret_value())


class RoleBody(WireModel):
    role: Role


class TokenBody(WireModel):
    """An API token; `hint` is how its secret begins."""

    token_id: UUID
    name: str
    hint: str
    permissions: list[str]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class TokensBody(WireModel):
    items: list[TokenBody]


class NewTokenBody(WireModel):
    """Permissions one by one, or those of a role; ADMIN's when neither is given."""

    name: ShortText
    permissions: list[str] | None = None
    role: Role | None = None
    expires_at: datetime | None = None


class CreatedTokenBody(TokenBody):
    """The secret is shown this once."""

    secret: str


class PermissionBody(WireModel):
    code: str
    allows: str
    roles: list[Role]


class PermissionsBody(WireModel):
    items: list[PermissionBody]


@router.post("/billing/auth/sign-in", response_model=SessionBody)
def post_sign_in(body: SignInBody, entry: Annotated[Entry, public()]) -> Response:
    """Open a console session: sets an HttpOnly cookie."""
    client = entry.request.client
    signed_in = sign_in.sign_in(
        entry.runtime, email=body.email, password=body.password.get_secret_value(),
        address=client.host if client else "",
    )  # fmt: skip
    response = Response(session_body(signed_in).model_dump_json(by_alias=True), media_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(
        SESSION_COOKIE, signed_in.secret or "", httponly=True, samesite="strict", path="/",
        secure=entry.runtime.settings.cookies_are_secure, max_age=entry.runtime.settings.session_hours * 3600,
    )  # fmt: skip
    return response


@router.get("/billing/auth/session", openapi_extra=BY_SESSION)
def get_session(entry: Annotated[Entry, public()]) -> SessionBody:
    """Who is signed in, with the CSRF token and the businesses to choose from."""
    return session_body(sign_in.current_session(entry.runtime, entry.request.cookies.get(SESSION_COOKIE)))


@router.put("/billing/auth/session/tenant", openapi_extra=BY_SESSION_WITH_CSRF)
def put_session_tenant(body: TenantChoiceBody, entry: Annotated[Entry, public()]) -> SessionBody:
    """Choose the business this session works in when a request names none (`X-Tenant`)."""
    return session_body(sign_in.choose_tenant(entry.runtime, _proven_session(entry), body.tenant_id))


@router.post("/billing/auth/sign-out", status_code=204, openapi_extra=BY_SESSION_WITH_CSRF)
def post_sign_out(entry: Annotated[Entry, public()]) -> Response:
    """End the session."""
    if entry.request.cookies.get(SESSION_COOKIE):
        sign_in.sign_out(entry.runtime, _proven_session(entry))
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


def _proven_session(entry: Entry) -> str:
    """The session's secret, once the CSRF token shows that the page itself is asking."""
    secret = entry.request.cookies.get(SESSION_COOKIE) or ""
    current = sign_in.current_session(entry.runtime, secret)
    if not same_secret(entry.request.headers.get("x-csrf-token", ""), current.csrf_token):
        raise Forbidden("CSRF_TOKEN_INVALID", "The page is out of date. Reload it and try again.")
    return secret


@router.get("/billing/auth/permissions")
def get_permissions(scope: Annotated[Scope, needs("billing:user:view")]) -> PermissionsBody:
    """Every permission, in words, with the roles that hold it."""
    return PermissionsBody(
        items=[PermissionBody(code=p.code, allows=p.allows, roles=sorted(p.roles)) for p in PERMISSIONS]
    )


@router.get("/billing/users")
def get_users(scope: Annotated[Scope, needs("billing:user:view")]) -> MembersBody:
    """Everybody who belongs to the business."""
    return MembersBody(items=[member_body(m) for m in directory.list_members(scope)])


@router.get("/billing/users/{user_id}")
def get_user(user_id: UUID, scope: Annotated[Scope, needs("billing:user:view")]) -> MemberBody:
    """One person of the business."""
    return member_body(directory.get_member(scope, user_id))


def _hash_password(entry: Entry, arguments: Mapping[str, Any]) -> None:
    """Before the transaction, and only for who may add people: hashing takes long, and writers wait for each other."""
    with open_reading(entry, "billing:user:manage"):
        pass
    body: InviteBody = arguments["body"]
    assert body.password_hash


@router.post("/billing/users", status_code=201)
def post_user(
    body: InviteBody, scope: Annotated[Scope, needs("billing:user:manage", prepare=_hash_password)]
) -> MemberBody:
    """Add a person with a role."""
    return member_body(
        directory.invite_member(
            scope, email=body.email, name=body.name, password_hash=body.password_hash, role=body.role
        )
    )


@router.put("/billing/users/{user_id}")
def put_user(
    user_id: UUID, body: RoleBody, scope: Annotated[Scope, needs("billing:user:manage")], if_match: IfMatch = None
) -> MemberBody:
    """Change a person's role."""
    return member_body(directory.change_role(scope, user_id, body.role, if_match))


@router.delete("/billing/users/{user_id}", status_code=204)
def delete_user(user_id: UUID, scope: Annotated[Scope, needs("billing:user:manage")]) -> None:
    """Take a person out of the business."""
    directory.remove_member(scope, user_id)


@router.get("/billing/tokens")
def get_tokens(scope: Annotated[Scope, needs("billing:token:view")]) -> TokensBody:
    """API tokens, newest first, without their secrets."""
    return TokensBody(items=[TokenBody.model_validate(token_fields(t)) for t in directory.list_tokens(scope)])


@router.post("/billing/tokens", status_code=201, response_model=CreatedTokenBody)
def post_token(body: NewTokenBody, scope: Annotated[Scope, needs("billing:token:manage")]) -> Answer:
    """Create an API token; its secret is in this answer and nowhere else."""
    token, secret = directory.create_token(
        scope, name=body.name, permissions=body.permissions, role=body.role, expires_at=body.expires_at
    )
    return Answer(CreatedTokenBody.model_validate({**token_fields(token), "secret": secret}), 201, holds_secret=True)


@router.post("/billing/tokens/{token_id}/revoke")
def post_token_revoke(token_id: UUID, scope: Annotated[Scope, needs("billing:token:manage")]) -> TokenBody:
    """End a token at once."""
    return TokenBody.model_validate(token_fields(directory.revoke_token(scope, token_id)))


def session_body(signed_in: sign_in.SignedIn) -> SessionBody:
    return SessionBody(
        user_id=signed_in.user_id,
        name=signed_in.name,
        email=signed_in.email,
        is_super_admin=signed_in.is_super_admin,
        csrf_token=signed_in.csrf_token,
        expires_at=signed_in.expires_at,
        tenant_id=signed_in.tenant_id,
        tenants=[
            MemberOfBody(
                tenant_id=t.tenant_id, slug=t.slug, name=t.name, role=t.role, permissions=sorted(t.permissions)
            )
            for t in signed_in.tenants
        ],
    )


def member_body(member: directory.Member) -> MemberBody:
    return MemberBody(
        user_id=member.user_id, email=member.email, name=member.name, role=member.role, etag=etag_of(member.version)
    )


def token_fields(token: ApiToken) -> dict[str, object]:
    return {
        "token_id": token.id, "name": token.name, "hint": token.hint, "permissions": token.permissions,
        "created_by": token.created_by, "created_at": token.created_at, "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
    }  # fmt: skip
