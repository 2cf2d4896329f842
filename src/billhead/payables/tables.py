"""Vendors, bills, payments and what they were allocated to. The facts of bills and payments never change; triggers see
to that.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from billhead.storage.columns import Document, Minor
from billhead.storage.listing import NAME_ORDER_LENGTH
from billhead.storage.tables import TENANT, Base, TenantOwned

_PAYABLE = text("open_amount > 0")


class Vendor(TenantOwned, Base):
    """Somebody whose bills are paid. `name_order` sorts lists, `search_text` is what a text search compares."""

    __tablename__ = "vendor"
    __table_args__ = (
        ForeignKeyConstraint([TENANT], ["tenant.id"]),
        UniqueConstraint(TENANT, "reference"),
        Index("ix_vendor_name_order", TENANT, "name_order", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))
    address: Mapped[object | None] = mapped_column(Document)
    archived: Mapped[bool]
    name_order: Mapped[str] = mapped_column(String(NAME_ORDER_LENGTH))
    search_text: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class VendorBill(TenantOwned, Base):
    """A bill: `open_amount` is what no payment holds yet, `paid_amount` what went out; the rest is on its way."""

    __tablename__ = "vendor_bill"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "vendor_id"], ["vendor.tenant_id", "vendor.id"]),
        UniqueConstraint(TENANT, "vendor_id", "reference"),
        CheckConstraint("open_amount >= 0 AND paid_amount >= 0 AND open_amount + paid_amount <= amount", "amounts"),
        Index("ix_vendor_bill_due_date", TENANT, "vendor_id", "due_date", "id"),
        Index("ix_vendor_bill_status", TENANT, "vendor_id", "status", "due_date", "id"),
        Index("ix_vendor_bill_payable", TENANT, "vendor_id", "currency", "due_date", "id",
              sqlite_where=_PAYABLE, postgresql_where=_PAYABLE),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(String(100))
    description: Mapped[str | None] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(Minor)
    open_amount: Mapped[int] = mapped_column(Minor)
    paid_amount: Mapped[int] = mapped_column(Minor)
    status: Mapped[str] = mapped_column(String(10))
    bill_date: Mapped[date]
    due_date: Mapped[date]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]


class VendorPayment(TenantOwned, Base):
    """One payment to a vendor; `payment_ref` is its caller's name for it, unique in the business."""

    __tablename__ = "vendor_payment"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "vendor_id"], ["vendor.tenant_id", "vendor.id"]),
        UniqueConstraint(TENANT, "payment_ref"),
        Index("ix_vendor_payment_status", TENANT, "status", "id"),
        Index("ix_vendor_payment_vendor_id", TENANT, "vendor_id", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID]
    payment_ref: Mapped[str] = mapped_column(String(100))
    gross_amount: Mapped[int] = mapped_column(Minor)
    currency: Mapped[str] = mapped_column(String(3))
    asked_allocations: Mapped[object | None] = mapped_column(Document)
    """What the caller asked for (`PaymentRequest.fingerprint`); None for the rule's own order."""
    status: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    gateway: Mapped[str | None] = mapped_column(String(20))
    """Which way of paying it was given to; None before."""
    gateway_reference: Mapped[str | None] = mapped_column(String(200))
    gl_reference: Mapped[str | None] = mapped_column(String(200))
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None]
    error_correlation_id: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    updated_at: Mapped[datetime]


class VendorPaymentAllocation(TenantOwned, Base):
    """How much of a payment goes to one bill."""

    __tablename__ = "vendor_payment_allocation"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "payment_id"], ["vendor_payment.tenant_id", "vendor_payment.id"]),
        ForeignKeyConstraint([TENANT, "bill_id"], ["vendor_bill.tenant_id", "vendor_bill.id"]),
        CheckConstraint("applied_amount > 0", "applied_amount"),
        Index("ix_vendor_payment_allocation_bill_id", TENANT, "bill_id", "payment_id"),
    )
    payment_id: Mapped[UUID] = mapped_column(primary_key=True)
    bill_id: Mapped[UUID] = mapped_column(primary_key=True)
    applied_amount: Mapped[int] = mapped_column(Minor)
