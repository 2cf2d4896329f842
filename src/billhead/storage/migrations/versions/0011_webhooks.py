"""Webhooks with their deliveries and attempts, and the accounts that the journal books on."""

import sqlalchemy as sa
from alembic import op

import billhead.storage.columns
from billhead.storage.migrations import guards

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ADDRESSED = ("tenant_id", "id", "endpoint_id", "event_id", "message_id", "event_type", "created_at")
_BEGUN = ("tenant_id", "delivery_id", "number", "started_at")


def upgrade() -> None:
    moment = billhead.storage.columns.Utc(timezone=True)
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "ledger_accounts",
        sa.Column("accounts", billhead.storage.columns.Document(), nullable=False),
        sa.Column("version", number, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("updated_by", sa.String(length=80), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ledger_accounts_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_ledger_accounts")),
    )
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("event_types", billhead.storage.columns.Document(), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", sa.String(length=20), nullable=True),
        sa.Column("disabled_at", moment, nullable=True),
        sa.Column("position", number, nullable=False),
        sa.Column("failing_since", moment, nullable=True),
        sa.Column("quiet_until", moment, nullable=True),
        sa.Column("sender", sa.Uuid(), nullable=True),
        sa.Column("old_secret_until", moment, nullable=True),
        sa.Column("version", number, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("updated_by", sa.String(length=80), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_webhook_endpoint_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("event_type", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", number, nullable=False),
        sa.Column("tries", number, nullable=False),
        sa.Column("next_at", moment, nullable=True),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("settled_at", moment, nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "endpoint_id"],
            ["webhook_endpoint.tenant_id", "webhook_endpoint.id"],
            name=op.f("fk_webhook_delivery_tenant_id_endpoint_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "event_id"],
            ["outbox_event.tenant_id", "outbox_event.id"],
            name=op.f("fk_webhook_delivery_tenant_id_event_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint(
            "tenant_id", "endpoint_id", "event_id", name=op.f("uq_webhook_delivery_tenant_id_endpoint_id_event_id")
        ),
    )
    op.create_index(
        "ix_webhook_delivery_due",
        "webhook_delivery",
        ["tenant_id", "endpoint_id", "next_at", "id"],
        sqlite_where=sa.text("status = 'PENDING'"),
        postgresql_where=sa.text("status = 'PENDING'"),
    )
    op.create_index("ix_webhook_delivery_status", "webhook_delivery", ["tenant_id", "endpoint_id", "status", "id"])
    op.create_index("ix_webhook_delivery_settled_at", "webhook_delivery", ["settled_at"])
    op.create_table(
        "webhook_attempt",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("number", number, nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("duration_ms", number, nullable=True),
        sa.Column("status", number, nullable=True),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delivery_id"],
            ["webhook_delivery.tenant_id", "webhook_delivery.id"],
            name=op.f("fk_webhook_attempt_tenant_id_delivery_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "delivery_id", "number", name=op.f("pk_webhook_attempt")),
    )
    guards.secure_tables()
    guards.forbid(
        "webhook_delivery_update",
        "webhook_delivery",
        "UPDATE",
        guards.changed(_ADDRESSED),
        "a delivery keeps what it is and where it goes",
    )
    guards.forbid(
        "webhook_attempt_update",
        "webhook_attempt",
        "UPDATE",
        f"OLD.ended_at IS NOT NULL OR {guards.changed(_BEGUN)}",
        "what came of an attempt is written once",
    )
