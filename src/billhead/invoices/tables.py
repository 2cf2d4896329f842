"""The invoice aggregate. After issue nothing of it changes but status, balance and delivery; triggers see to that."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from billhead.storage.columns import Document, Exact, Minor
from billhead.storage.listing import NAME_ORDER_LENGTH
from billhead.storage.tables import TENANT, Base, TenantOwned


class Invoice(TenantOwned, Base):
    """Header, totals and state of one invoice."""

    __tablename__ = "invoice"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "client_id"], ["client.tenant_id", "client.id"]),
        UniqueConstraint(TENANT, "number"),
        Index("ix_invoice_status", TENANT, "status", "id"),
        Index("ix_invoice_client_id", TENANT, "client_id", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    number: Mapped[str | None] = mapped_column(String(80))
    client_id: Mapped[UUID]
    client_name: Mapped[str] = mapped_column(String(200))
    client_order: Mapped[str] = mapped_column(String(NAME_ORDER_LENGTH), server_default="")
    """The place of the name in the alphabet (`name_order`)."""
    reference: Mapped[str | None] = mapped_column(String(200))
    search_text: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    locale: Mapped[str] = mapped_column(String(20))
    invoice_date: Mapped[date]
    due_date: Mapped[date]
    prices_include_tax: Mapped[bool]
    subtotal: Mapped[int] = mapped_column(Minor)
    discount_total: Mapped[int] = mapped_column(Minor)
    fee_total: Mapped[int] = mapped_column(Minor)
    net_total: Mapped[int] = mapped_column(Minor)
    tax_total: Mapped[int] = mapped_column(Minor)
    grand_total: Mapped[int] = mapped_column(Minor)
    balance_due: Mapped[int] = mapped_column(Minor)
    tax_breakdown: Mapped[object] = mapped_column(Document)
    fee_breakdown: Mapped[object] = mapped_column(Document)
    policy_version: Mapped[str] = mapped_column(String(80))
    po_number: Mapped[str | None] = mapped_column(String(400))
    """Under which purchase orders it was issued; a draft's are those of its sources."""
    delivery_method: Mapped[str] = mapped_column(String(20), server_default="EMAIL")
    rebills_invoice_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[str | None] = mapped_column(String(80))
    issued_by_user_id: Mapped[UUID | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]


class InvoiceLine(TenantOwned, Base):
    """One line: what was done, at what price, and what it comes to."""

    __tablename__ = "invoice_line"
    __table_args__ = (ForeignKeyConstraint([TENANT, "invoice_id"], ["invoice.tenant_id", "invoice.id"]),)
    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source_position: Mapped[int]
    source_line_id: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    service_id: Mapped[UUID | None]
    description: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Exact)
    unit_price: Mapped[Decimal] = mapped_column(Exact)
    taxable: Mapped[bool]
    tax_region: Mapped[str | None] = mapped_column(String(60))
    tax_category: Mapped[str] = mapped_column(String(60))
    location_id: Mapped[UUID | None]
    discounts: Mapped[object] = mapped_column(Document)
    amount: Mapped[int] = mapped_column(Minor)
    discount: Mapped[int] = mapped_column(Minor)
    net: Mapped[int] = mapped_column(Minor)
    tax: Mapped[int] = mapped_column(Minor)
    gross: Mapped[int] = mapped_column(Minor)


class InvoiceSource(TenantOwned, Base):
    """Where an invoice comes from, with its traceability (BILL-DEC-004). One live invoice per source."""

    __tablename__ = "invoice_source"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "invoice_id"], ["invoice.tenant_id", "invoice.id"]),
        Index("uq_invoice_source_live", TENANT, "source_type", "source_id", unique=True,
              sqlite_where=text("live"), postgresql_where=text("live")),
        Index("ix_invoice_source_source_id", TENANT, "source_type", "source_id", "invoice_id"),
    )  # fmt: skip
    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    source_type: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[UUID]
    snapshot_id: Mapped[UUID]
    traceability: Mapped[object] = mapped_column(Document)
    live: Mapped[bool]


class SourceAuthorization(TenantOwned, Base):
    """The decision of a checkout about a source of an account: its purchase order, or that it was waived (None).

    Taken once. Another account, to which the source is moved, decides for itself.
    """

    __tablename__ = "source_authorization"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "account_id"], ["client.tenant_id", "client.id"]),
        Index("ix_source_authorization_account_id", TENANT, "account_id"),
    )
    source_type: Mapped[str] = mapped_column(String(20), primary_key=True)
    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    po_number: Mapped[str | None] = mapped_column(String(60))
    checkout_id: Mapped[UUID]
    policy_version: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(80))


class IssuedDocument(TenantOwned, Base):
    """What was frozen at issue: every page and PDF of this invoice is made from this alone."""

    __tablename__ = "issued_document"
    __table_args__ = (ForeignKeyConstraint([TENANT, "invoice_id"], ["invoice.tenant_id", "invoice.id"]),)
    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    view_model: Mapped[object] = mapped_column(Document)
    template: Mapped[str] = mapped_column(String(80))
    template_version: Mapped[int]
    template_sha256: Mapped[str] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    paper: Mapped[str | None] = mapped_column(String(10))
    rounding: Mapped[str] = mapped_column(String(20))
    policy_version: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class InvoiceRendition(TenantOwned, Base):
    """A PDF made of an issued document, stored once under its SHA-256; a mark makes another rendition."""

    __tablename__ = "invoice_rendition"
    __table_args__ = (ForeignKeyConstraint([TENANT, "invoice_id"], ["invoice.tenant_id", "invoice.id"]),)
    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(20), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    created_at: Mapped[datetime]


class IssueRun(TenantOwned, Base):
    """Many drafts issued in the background, each exactly once."""

    __tablename__ = "issue_run"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    total: Mapped[int]
    started_by: Mapped[str] = mapped_column(String(80))
    started_by_user_id: Mapped[UUID | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    correlation_id: Mapped[str] = mapped_column(String(64))


class IssueRunItem(TenantOwned, Base):
    """One draft of a run and what became of it."""

    __tablename__ = "issue_run_item"
    __table_args__ = (
        ForeignKeyConstraint([TENANT, "run_id"], ["issue_run.tenant_id", "issue_run.id"]),
        Index("ix_issue_run_item_outcome", TENANT, "run_id", "outcome", "position"),
    )
    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[UUID]
    outcome: Mapped[str] = mapped_column(String(10))
    error_code: Mapped[str | None] = mapped_column(String(80))
