"""Every version of every account's rules. Nothing is ever changed here: the newest version is the one in force."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from billhead.billing_rules.po_format import MAX_FORMAT_LENGTH
from billhead.storage.columns import Minor
from billhead.storage.tables import TENANT, Base, TenantOwned


class BillingRulesVersion(TenantOwned, Base):
    """What was agreed with an account from `saved_at` on. Two who write the same version exclude each other."""

    __tablename__ = "billing_rules_version"
    __table_args__ = (ForeignKeyConstraint([TENANT, "client_id"], ["client.tenant_id", "client.id"]),)
    client_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    payment_terms: Mapped[str] = mapped_column(String(20))
    custom_terms_days: Mapped[int | None]
    delivery_method: Mapped[str] = mapped_column(String(20))
    grouping_strategy: Mapped[str] = mapped_column(String(20))
    po_required: Mapped[bool]
    po_format_regex: Mapped[str | None] = mapped_column(String(MAX_FORMAT_LENGTH))
    po_uniqueness_scope: Mapped[str] = mapped_column(String(20))
    override_allowed: Mapped[bool]
    override_requires_second_approver: Mapped[bool]
    override_reason_code_required: Mapped[bool]
    partial_payments_allowed: Mapped[bool]
    approval_required: Mapped[bool | None]
    estimate_binding_required: Mapped[bool | None]
    max_reprints: Mapped[int | None]
    reprint_window_days: Mapped[int | None]
    reprint_reason_code_required: Mapped[bool]
    reprint_elevation_after: Mapped[int | None]
    credit_limit: Mapped[int | None] = mapped_column(Minor)
    credit_limit_currency: Mapped[str | None] = mapped_column(String(3))
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(80))
    saved_by_user_id: Mapped[UUID | None]
