"""Services and their prices."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billhead.storage.columns import Exact
from billhead.storage.listing import NAME_ORDER_LENGTH
from billhead.storage.tables import TENANT, Base, TenantOwned


class Service(TenantOwned, Base):
    """One item of the catalog. `name_order` sorts lists, `search_text` is what a text search compares."""

    __tablename__ = "service"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], ["tenant.id"]),
        UniqueConstraint(TENANT, "code"),
        Index("ix_service_name_order", TENANT, "name_order", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(String(4000))
    kind: Mapped[str] = mapped_column(String(10))
    unit: Mapped[str] = mapped_column(String(40))
    taxable: Mapped[bool]
    tax_category: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool]
    name_order: Mapped[str] = mapped_column(String(NAME_ORDER_LENGTH))
    search_text: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    prices: Mapped[list["ServicePrice"]] = relationship(
        cascade="all, delete-orphan", order_by="ServicePrice.currency", lazy="selectin"
    )


class ServicePrice(TenantOwned, Base):
    """Price of one unit in one currency: minor units, up to twelve places."""

    __tablename__ = "service_price"
    __table_args__ = (ForeignKeyConstraint([TENANT, "service_id"], ["service.tenant_id", "service.id"]),)
    service_id: Mapped[UUID] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Exact)
