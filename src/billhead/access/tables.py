"""The directory: tenants, people, who belongs where, and the credentials they come with (all stored hashed)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from billhead.storage.columns import Document, Whole
from billhead.storage.tables import TENANT, Base, TenantOwned


class Tenant(Base):
    """One business. Its profile and settings live in the slice `tenants`."""

    __tablename__ = "tenant"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class User(Base):
    """A person who can sign in; a super-admin runs the platform and is no member of any tenant by that."""

    __tablename__ = "app_user"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str]
    is_super_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Membership(TenantOwned, Base):
    """A person's role in one tenant."""

    __tablename__ = "membership"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], ["tenant.id"]),
        Index("ix_membership_user_id", "user_id"),
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class ApiToken(TenantOwned, Base):
    """A key for programs: only its SHA-256 is kept, with the permissions it carries and when it ends."""

    __tablename__ = "api_token"
    __table_args__ = (ForeignKeyConstraint([TENANT], ["tenant.id"]), UniqueConstraint("secret_hash"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    secret_hash: Mapped[str] = mapped_column(String(64))
    hint: Mapped[str] = mapped_column(String(12))
    permissions: Mapped[object] = mapped_column(Document)
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class UserSession(Base):
    """A console session; the cookie's value is known only to the browser."""

    __tablename__ = "user_session"
    __table_args__ = (Index("ix_user_session_expires_at", "expires_at"),)
    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    csrf_token: Mapped[str] = mapped_column(String(64))
    tenant_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInThrottle(Base):
    """Failed sign-ins per account or address (hashed) in the current quarter hour."""

    __tablename__ = "sign_in_throttle"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[datetime]
    failures: Mapped[int] = mapped_column(server_default=text("0"))


class ApproverFactor(TenantOwned, Base):
    """What a member confirms with beside the password; the seed of one-time codes is in the secret store."""

    __tablename__ = "approver_factor"
    __table_args__ = (ForeignKeyConstraint([TENANT], ["tenant.id"]),)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    pin_hash: Mapped[str | None]
    totp_since: Mapped[datetime | None]
    """When a first code proved that the seed arrived; before that no code is taken."""
    totp_step: Mapped[int] = mapped_column(Whole)
    """The last time step whose code was used."""


class ElevationToken(TenantOwned, Base):
    """A confirmation of one act on one resource by a person; only the hash of the token is kept."""

    __tablename__ = "elevation_token"
    __table_args__ = (ForeignKeyConstraint([TENANT], ["tenant.id"]), UniqueConstraint("secret_hash"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    action: Mapped[str] = mapped_column(String(40))
    resource_id: Mapped[str] = mapped_column(String(128))
    proof: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
