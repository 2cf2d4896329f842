"""The tenant's own templates. A version never changes; a deleted template keeps its row, so that its versions stay."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from billhead.storage.listing import NAME_ORDER_LENGTH
from billhead.storage.tables import TENANT, Base, TenantOwned


class Template(TenantOwned, Base):
    """One template. `number` is that of its newest content; `version` also counts other changes, for ETags."""

    __tablename__ = "template"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], ["tenant.id"]),
        Index("ix_template_name_order", TENANT, "name_order", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    based_on: Mapped[str | None] = mapped_column(String(80))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    name_order: Mapped[str] = mapped_column(String(NAME_ORDER_LENGTH))
    version: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class TemplateVersion(TenantOwned, Base):
    """What a template contained when it was saved: its JSON with keys in the author's order, which has a meaning."""

    __tablename__ = "template_version"
    __table_args__ = (ForeignKeyConstraint([TENANT, "template_id"], ["template.tenant_id", "template.id"]),)
    template_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))


class DefaultTemplate(TenantOwned, Base):
    """The template of a kind of document where a client has none of its own. `id` is for events."""

    __tablename__ = "default_template"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "template_id"], ["template.tenant_id", "template.id"]),
        Index("ix_default_template_template_id", TENANT, "template_id"),
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[UUID]
    template_id: Mapped[UUID]
    version: Mapped[int]


class ClientTemplate(TenantOwned, Base):
    """The template of a client's documents of one kind; a mere wish, so it goes when the client does."""

    __tablename__ = "client_template"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "client_id"], ["client.tenant_id", "client.id"], ondelete="CASCADE"),
        ForeignKeyConstraint([TENANT, "template_id"], ["template.tenant_id", "template.id"]),
        Index("ix_client_template_template_id", TENANT, "template_id"),
    )
    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[UUID]
    template_id: Mapped[UUID]
    version: Mapped[int]


class TenantFont(TenantOwned, Base):
    """A font of the tenant's. It never changes; a deleted one keeps its row, as issued documents are drawn with it."""

    __tablename__ = "tenant_font"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], ["tenant.id"]),
        Index(
            "uq_tenant_font_face", TENANT, "family_key", "weight", "italic", unique=True,
            sqlite_where=text("deleted_at IS NULL"), postgresql_where=text("deleted_at IS NULL"),
        ),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(String(80))
    family_key: Mapped[str] = mapped_column(String(160))
    weight: Mapped[int]
    italic: Mapped[bool]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    characters: Mapped[int]
    licence: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    deleted_at: Mapped[datetime | None]
