"""One row of details per tenant."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from billhead.storage.columns import Document
from billhead.storage.tables import TENANT, Base, TenantOwned


class BusinessProfile(TenantOwned, Base):
    """What is printed on documents and which defaults hold."""

    __tablename__ = "business_profile"
    __table_args__ = (ForeignKeyConstraint([TENANT], ["tenant.id"]),)
    legal_name: Mapped[str] = mapped_column(String(200))
    address: Mapped[object] = mapped_column(Document)
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))
    tax_number: Mapped[str | None] = mapped_column(String(60))
    time_zone: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    default_tax_region: Mapped[str | None] = mapped_column(String(60))
    prices_include_tax: Mapped[bool]
    tax_rounding: Mapped[str] = mapped_column(String(20))
    approval_required_for_consumers: Mapped[bool]
    estimate_binding_required: Mapped[bool]
    payment_days: Mapped[int]
    version: Mapped[int]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(80))


class LedgerAccounts(TenantOwned, Base):
    """The account that the journal books on for each purpose, as the business named them."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (ForeignKeyConstraint([TENANT], ["tenant.id"]),)
    accounts: Mapped[object] = mapped_column(Document)
    version: Mapped[int]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(80))
