"""Tax regions, their rates and components over time, and fee rules."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billhead.storage.columns import Document, Exact, Minor
from billhead.storage.tables import TENANT, Base, TenantOwned


class TaxRegion(TenantOwned, Base):
    """A place that taxes; its version also guards its rates."""

    __tablename__ = "tax_region"
    __table_args__ = (ForeignKeyConstraint([TENANT], ["tenant.id"]), UniqueConstraint(TENANT, "code"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    search_text: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    rates: Mapped[list["RegionRate"]] = relationship(
        cascade="all, delete-orphan", order_by="RegionRate.tax_category, RegionRate.valid_from", lazy="selectin"
    )


class RegionRate(TenantOwned, Base):
    """What a region charges for one category over a time; `valid_to` is the first day it no longer holds."""

    __tablename__ = "tax_rate"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "region_id"], ["tax_region.tenant_id", "tax_region.id"]),
        Index("ix_tax_rate_region_id", TENANT, "region_id", "valid_from"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    region_id: Mapped[UUID]
    tax_category: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    components: Mapped[list["RateComponent"]] = relationship(
        cascade="all, delete-orphan", order_by="RateComponent.place", lazy="selectin"
    )


class RateComponent(TenantOwned, Base):
    """One tax of a rate, in the order of `place`."""

    __tablename__ = "tax_rate_component"
    __table_args__ = (ForeignKeyConstraint([TENANT, "rate_id"], ["tax_rate.tenant_id", "tax_rate.id"]),)
    rate_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    percent: Mapped[Decimal] = mapped_column(Exact)
    compound: Mapped[bool]


class FeeRuleRow(TenantOwned, Base):
    """A fee rule; `applies_to` is a list of line kinds, empty for the whole document."""

    __tablename__ = "fee_rule"
    __table_args__ = (ForeignKeyConstraint([TENANT], ["tenant.id"]), UniqueConstraint(TENANT, "code"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(String(10))
    percent: Mapped[Decimal | None] = mapped_column(Exact)
    taxable: Mapped[bool]
    tax_category: Mapped[str] = mapped_column(String(40))
    applies_to: Mapped[object] = mapped_column(Document)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    active: Mapped[bool]
    search_text: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    amounts: Mapped[list["FeeAmount"]] = relationship(
        cascade="all, delete-orphan", order_by="FeeAmount.currency", lazy="selectin"
    )


class FeeAmount(TenantOwned, Base):
    """By currency: the cap of a percentage, or the fixed amount."""

    __tablename__ = "fee_amount"
    __table_args__ = (ForeignKeyConstraint([TENANT, "fee_rule_id"], ["fee_rule.tenant_id", "fee_rule.id"]),)
    fee_rule_id: Mapped[UUID] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    amount: Mapped[int] = mapped_column(Minor)
