"""Checkouts: what was about to be charged, and how the question of a purchase order was settled (BILL-DEC-009)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from billhead.billing_rules.rules import MAX_PO_LENGTH
from billhead.storage.columns import Minor
from billhead.storage.tables import TENANT, Base, TenantOwned


class Checkout(TenantOwned, Base):
    """One checkout of one account; settled once, by a purchase order or by somebody who waived it."""

    __tablename__ = "checkout"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "account_id"], ["client.tenant_id", "client.id"]),
        Index("ix_checkout_account_id", TENANT, "account_id", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    work_order_id: Mapped[UUID | None]
    location_id: Mapped[UUID | None]
    amount: Mapped[int] = mapped_column(Minor)
    currency: Mapped[str] = mapped_column(String(3))
    policy_version: Mapped[str | None] = mapped_column(String(80))
    """The rules under which the question was settled; None while it is open."""
    po_number: Mapped[str | None] = mapped_column(String(MAX_PO_LENGTH))
    waiver_reason: Mapped[str | None] = mapped_column(String(40))
    waiver_note: Mapped[str | None]
    approver_user_id: Mapped[UUID | None]
    second_approver_user_id: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))


class PurchaseOrderUse(TenantOwned, Base):
    """A purchase order number in use, once in each place where it must be the only one."""

    __tablename__ = "purchase_order_use"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "checkout_id"], ["checkout.tenant_id", "checkout.id"]),
        Index("ix_purchase_order_use_checkout_id", TENANT, "checkout_id"),
    )
    scope: Mapped[str] = mapped_column(String(20), primary_key=True)
    place_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The account, the location, or the tenant itself."""
    po_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The number folded and hashed: case and width make no other number."""
    checkout_id: Mapped[UUID]
