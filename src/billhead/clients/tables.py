"""Clients and what belongs to them. Higher slices refer to `client` by foreign key, so one in use cannot be deleted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billhead.storage.columns import Document
from billhead.storage.listing import NAME_ORDER_LENGTH
from billhead.storage.tables import TENANT, Base, TenantOwned


class Client(TenantOwned, Base):
    """One client. `name_order` sorts lists, `search_text` is what a text search compares (`storage.listing`)."""

    __tablename__ = "client"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], ["tenant.id"]),
        UniqueConstraint(TENANT, "reference"),
        Index("ix_client_name_order", TENANT, "name_order", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str | None] = mapped_column(String(60))
    billing_email: Mapped[str | None] = mapped_column(String(254))
    billing_address: Mapped[object | None] = mapped_column(Document)
    currency: Mapped[str | None] = mapped_column(String(3))
    locale: Mapped[str | None] = mapped_column(String(20))
    tax_treatment: Mapped[str] = mapped_column(String(20))
    tax_reason: Mapped[str | None] = mapped_column(String(200))
    prices_include_tax: Mapped[bool | None]
    tax_region: Mapped[str | None] = mapped_column(String(60))
    approval_required: Mapped[bool | None]
    archived: Mapped[bool]
    name_order: Mapped[str] = mapped_column(String(NAME_ORDER_LENGTH))
    search_text: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    contacts: Mapped[list["ClientContact"]] = relationship(
        cascade="all, delete-orphan", order_by="ClientContact.place", lazy="selectin"
    )
    locations: Mapped[list["ClientLocation"]] = relationship(
        cascade="all, delete-orphan", order_by="ClientLocation.place", lazy="selectin"
    )
    tax_ids: Mapped[list["ClientTaxId"]] = relationship(
        cascade="all, delete-orphan", order_by="ClientTaxId.place", lazy="selectin"
    )


class ClientContact(TenantOwned, Base):
    """Somebody to talk to; `place` is the order on the page."""

    __tablename__ = "client_contact"
    __table_args__ = (ForeignKeyConstraint([TENANT, "client_id"], ["client.tenant_id", "client.id"]),)
    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))


class ClientLocation(TenantOwned, Base):
    """A site where work is done."""

    __tablename__ = "client_location"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "client_id"], ["client.tenant_id", "client.id"]),
        Index("ix_client_location_client_id", TENANT, "client_id", "place"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID]
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[object | None] = mapped_column(Document)
    tax_region: Mapped[str | None] = mapped_column(String(60))


class ClientTaxId(TenantOwned, Base):
    """A tax identification number in normal form."""

    __tablename__ = "client_tax_id"
    __table_args__ = (ForeignKeyConstraint([TENANT, "client_id"], ["client.tenant_id", "client.id"]),)
    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(60))
