"""Vendors, their bills and payments to them: what was owed and paid does not change afterwards."""

import sqlalchemy as sa
from alembic import op

import billhead.storage.columns
from billhead.storage.migrations import guards

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_BILL_FACTS = (
    "tenant_id", "id", "vendor_id", "reference", "description", "currency", "amount", "bill_date", "due_date",
    "created_at", "created_by",
)  # fmt: skip
_PAYMENT_FACTS = (
    "tenant_id", "id", "vendor_id", "payment_ref", "gross_amount", "currency", "asked_allocations", "created_at",
    "created_by",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "vendor",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("address", billhead.storage.columns.Document(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("name_order", sa.String(length=160), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("updated_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_vendor_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_vendor")),
        sa.UniqueConstraint("tenant_id", "reference", name=op.f("uq_vendor_tenant_id_reference")),
    )
    op.create_index("ix_vendor_name_order", "vendor", ["tenant_id", "name_order", "id"])
    op.create_table(
        "vendor_bill",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("open_amount", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("paid_amount", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("bill_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("voided_at", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "open_amount >= 0 AND paid_amount >= 0 AND open_amount + paid_amount <= amount",
            name=op.f("ck_vendor_bill_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "vendor_id"],
            ["vendor.tenant_id", "vendor.id"],
            name=op.f("fk_vendor_bill_tenant_id_vendor_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_vendor_bill")),
        sa.UniqueConstraint(
            "tenant_id", "vendor_id", "reference", name=op.f("uq_vendor_bill_tenant_id_vendor_id_reference")
        ),
    )
    op.create_index("ix_vendor_bill_due_date", "vendor_bill", ["tenant_id", "vendor_id", "due_date", "id"])
    op.create_index(
        "ix_vendor_bill_payable",
        "vendor_bill",
        ["tenant_id", "vendor_id", "currency", "due_date", "id"],
        sqlite_where=sa.text("open_amount > 0"),
        postgresql_where=sa.text("open_amount > 0"),
    )
    op.create_index("ix_vendor_bill_status", "vendor_bill", ["tenant_id", "vendor_id", "status", "due_date", "id"])
    op.create_table(
        "vendor_payment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("payment_ref", sa.String(length=100), nullable=False),
        sa.Column("gross_amount", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("asked_allocations", billhead.storage.columns.Document(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=True),
        sa.Column("gateway_reference", sa.String(length=200), nullable=True),
        sa.Column("gl_reference", sa.String(length=200), nullable=True),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_detail", sa.Text(), nullable=True),
        sa.Column("error_correlation_id", sa.String(length=80), nullable=True),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("updated_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "vendor_id"],
            ["vendor.tenant_id", "vendor.id"],
            name=op.f("fk_vendor_payment_tenant_id_vendor_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_vendor_payment")),
        sa.UniqueConstraint("tenant_id", "payment_ref", name=op.f("uq_vendor_payment_tenant_id_payment_ref")),
    )
    op.create_index("ix_vendor_payment_status", "vendor_payment", ["tenant_id", "status", "id"])
    op.create_index("ix_vendor_payment_vendor_id", "vendor_payment", ["tenant_id", "vendor_id", "id"])
    op.create_table(
        "vendor_payment_allocation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("bill_id", sa.Uuid(), nullable=False),
        sa.Column("applied_amount", billhead.storage.columns.Minor(), nullable=False),
        sa.CheckConstraint("applied_amount > 0", name=op.f("ck_vendor_payment_allocation_applied_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "bill_id"],
            ["vendor_bill.tenant_id", "vendor_bill.id"],
            name=op.f("fk_vendor_payment_allocation_tenant_id_bill_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "payment_id"],
            ["vendor_payment.tenant_id", "vendor_payment.id"],
            name=op.f("fk_vendor_payment_allocation_tenant_id_payment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "payment_id", "bill_id", name=op.f("pk_vendor_payment_allocation")),
    )
    op.create_index(
        "ix_vendor_payment_allocation_bill_id", "vendor_payment_allocation", ["tenant_id", "bill_id", "payment_id"]
    )
    guards.secure_tables()
    _guard()


def _guard() -> None:
    guards.forbid(
        "vendor_bill_update",
        "vendor_bill",
        "UPDATE",
        f"OLD.status <> 'OPEN' OR {guards.changed(_BILL_FACTS)}",
        "what a vendor asked for does not change",
    )
    guards.forbid(
        "vendor_payment_update",
        "vendor_payment",
        "UPDATE",
        "OLD.status IN ('GATEWAY_FAILED', 'GL_POSTED') OR NEW.version <> OLD.version + 1"
        f" OR {guards.changed(_PAYMENT_FACTS)}",
        "a payment keeps its facts and its end",
    )
    for table in ("vendor_bill", "vendor_payment"):
        guards.forbid(f"{table}_delete", table, "DELETE", "OLD.id IS NOT NULL", "bills and payments are kept")
    for event in ("UPDATE", "DELETE"):
        guards.forbid(
            f"vendor_payment_allocation_{event.lower()}",
            "vendor_payment_allocation",
            event,
            "OLD.bill_id IS NOT NULL",
            "what a payment was for is kept",
        )
