"""Billing rules: every version is kept as it was saved."""

import sqlalchemy as sa
from alembic import op

import billhead.storage.columns
from billhead.storage.migrations import guards

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "billing_rules_version",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_terms", sa.String(length=20), nullable=False),
        sa.Column("custom_terms_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("delivery_method", sa.String(length=20), nullable=False),
        sa.Column("grouping_strategy", sa.String(length=20), nullable=False),
        sa.Column("po_required", sa.Boolean(), nullable=False),
        sa.Column("po_format_regex", sa.String(length=200), nullable=True),
        sa.Column("po_uniqueness_scope", sa.String(length=20), nullable=False),
        sa.Column("override_allowed", sa.Boolean(), nullable=False),
        sa.Column("override_requires_second_approver", sa.Boolean(), nullable=False),
        sa.Column("override_reason_code_required", sa.Boolean(), nullable=False),
        sa.Column("partial_payments_allowed", sa.Boolean(), nullable=False),
        sa.Column("approval_required", sa.Boolean(), nullable=True),
        sa.Column("estimate_binding_required", sa.Boolean(), nullable=True),
        sa.Column("max_reprints", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reprint_window_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reprint_reason_code_required", sa.Boolean(), nullable=False),
        sa.Column("reprint_elevation_after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("credit_limit", billhead.storage.columns.Minor(), nullable=True),
        sa.Column("credit_limit_currency", sa.String(length=3), nullable=True),
        sa.Column("saved_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=80), nullable=False),
        sa.Column("saved_by_user_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("fk_billing_rules_version_tenant_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "client_id", "version", name=op.f("pk_billing_rules_version")),
    )
    guards.secure_tables()
    for event in ("UPDATE", "DELETE"):
        guards.forbid(
            f"billing_rules_version_{event.lower()}",
            "billing_rules_version",
            event,
            "OLD.version IS NOT NULL",
            "what was agreed with an account is kept",
        )
