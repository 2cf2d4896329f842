"""Checkouts and purchase orders: a decision is taken once, and an invoice keeps the one it was issued under."""

import sqlalchemy as sa
from alembic import op

import billhead.storage.columns
from billhead.storage.migrations import guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INVOICE_FROZEN = (
    "tenant_id", "id", "kind", "number", "client_id", "client_name", "client_order", "reference", "search_text",
    "currency", "locale", "invoice_date", "due_date", "prices_include_tax", "subtotal", "discount_total", "fee_total",
    "net_total", "tax_total", "grand_total", "tax_breakdown", "fee_breakdown", "policy_version", "po_number",
    "delivery_method", "rebills_invoice_id", "created_at", "created_by", "issued_at", "issued_by", "issued_by_user_id",
)  # fmt: skip
_CHECKOUT_BEGUN = (
    "tenant_id", "id", "account_id", "work_order_id", "location_id", "amount", "currency", "created_at", "created_by",
)  # fmt: skip


def upgrade() -> None:
    moment = billhead.storage.columns.Utc(timezone=True)
    op.create_table(
        "checkout",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("amount", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("policy_version", sa.String(length=80), nullable=True),
        sa.Column("po_number", sa.String(length=60), nullable=True),
        sa.Column("waiver_reason", sa.String(length=40), nullable=True),
        sa.Column("waiver_note", sa.Text(), nullable=True),
        sa.Column("approver_user_id", sa.Uuid(), nullable=True),
        sa.Column("second_approver_user_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", moment, nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("fk_checkout_tenant_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_checkout")),
    )
    op.create_index("ix_checkout_account_id", "checkout", ["tenant_id", "account_id", "id"])
    op.create_table(
        "purchase_order_use",
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=False),
        sa.Column("po_key", sa.String(length=64), nullable=False),
        sa.Column("checkout_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "checkout_id"],
            ["checkout.tenant_id", "checkout.id"],
            name=op.f("fk_purchase_order_use_tenant_id_checkout_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "scope", "place_id", "po_key", name=op.f("pk_purchase_order_use")),
    )
    op.create_index("ix_purchase_order_use_checkout_id", "purchase_order_use", ["tenant_id", "checkout_id"])
    op.create_table(
        "source_authorization",
        sa.Column("source_type", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("po_number", sa.String(length=60), nullable=True),
        sa.Column("checkout_id", sa.Uuid(), nullable=False),
        sa.Column("policy_version", sa.String(length=80), nullable=False),
        sa.Column("decided_at", moment, nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("fk_source_authorization_tenant_id_account_id"),
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "source_type", "source_id", "account_id", name=op.f("pk_source_authorization")
        ),
    )
    op.create_index("ix_source_authorization_account_id", "source_authorization", ["tenant_id", "account_id"])
    op.add_column("invoice", sa.Column("po_number", sa.String(length=400), nullable=True))
    op.add_column("invoice", sa.Column("delivery_method", sa.String(20), nullable=False, server_default="EMAIL"))
    guards.secure_tables()
    _guard()


def _guard() -> None:
    guards.lift("invoice_update", "invoice")
    guards.forbid(
        "invoice_update",
        "invoice",
        "UPDATE",
        f"OLD.status <> 'DRAFT' AND (OLD.status = 'VOID' OR NEW.status NOT IN ('ISSUED', 'PAID', 'VOID')"
        f" OR {guards.changed(_INVOICE_FROZEN)})",
        "an issued invoice does not change",
    )
    guards.forbid(
        "checkout_update",
        "checkout",
        "UPDATE",
        f"OLD.settled_at IS NOT NULL OR {guards.changed(_CHECKOUT_BEGUN)}",
        "a checkout is settled once",
    )
    guards.forbid("checkout_delete", "checkout", "DELETE", "OLD.id IS NOT NULL", "checkouts are kept")
    for table, key in (("purchase_order_use", "checkout_id"), ("source_authorization", "checkout_id")):
        for event in ("UPDATE", "DELETE"):
            guards.forbid(
                f"{table}_{event.lower()}", table, event, f"OLD.{key} IS NOT NULL", "the decision of a checkout is kept"
            )
