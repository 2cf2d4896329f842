"""The tables of the foundation, written by `tools/regenerate_foundation.py` from the mapped classes."""

import sqlalchemy as sa
from alembic import op

import billhead.storage.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_super_admin", sa.Boolean(), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("email", name=op.f("uq_app_user_email")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("permission", sa.String(length=80), nullable=False),
        sa.Column("policy_version", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", billhead.storage.columns.Document(), nullable=False),
        sa.Column("correlation_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("tenant_id", "position", name=op.f("uq_audit_entry_tenant_id_position")),
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["tenant_id", "subject_id", "id"], unique=False)
    op.create_index(
        "ix_audit_entry_unsealed",
        "audit_entry",
        ["tenant_id", "id"],
        unique=False,
        postgresql_where=sa.text("position IS NULL"),
        sqlite_where=sa.text("position IS NULL"),
    )
    op.create_table(
        "chain_head",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("chain", sa.String(length=20), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "chain", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("route", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("status", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("headers", billhead.storage.columns.Document(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "actor", "route", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "issue_run",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_by", sa.String(length=80), nullable=False),
        sa.Column("started_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("finished_at", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.Column("correlation_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_issue_run")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("task", sa.String(length=128), nullable=False),
        sa.Column("args", billhead.storage.columns.Document(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enqueued_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("run_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("worker", sa.Uuid(), nullable=True),
        sa.Column("leased_until", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.Column("ended_at", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["run_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'PENDING'"),
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.create_index("ix_job_state", "job", ["state", "id"], unique=False)
    op.create_index(
        "uq_job_dedupe",
        "job",
        ["task", "dedupe_key"],
        unique=True,
        sqlite_where=sa.text("state = 'PENDING'"),
        postgresql_where=sa.text("state = 'PENDING'"),
    )
    op.create_table(
        "number_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "series_id", "period", "value", name=op.f("pk_number_entry")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_number_entry_tenant_id_number")),
    )
    op.create_index("ix_number_entry_subject", "number_entry", ["tenant_id", "subject_id"], unique=False)
    op.create_table(
        "number_series",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("pattern", sa.String(length=60), nullable=False),
        sa.Column("reset", sa.String(length=10), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("next_value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_number_series")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_number_series_tenant_id_code")),
    )
    op.create_table(
        "outbox_event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("data", billhead.storage.columns.Document(), nullable=False),
        sa.Column("occurred_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("correlation_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_outbox_event")),
        sa.UniqueConstraint(
            "tenant_id",
            "type",
            "subject_id",
            "subject_version",
            name=op.f("uq_outbox_event_tenant_id_type_subject_id_subject_version"),
        ),
    )
    op.create_index("ix_outbox_event_position", "outbox_event", ["tenant_id", "position"], unique=False)
    op.create_index(
        "ix_outbox_event_unpublished",
        "outbox_event",
        ["id"],
        unique=False,
        postgresql_where=sa.text("position IS NULL"),
        sqlite_where=sa.text("position IS NULL"),
    )
    op.create_table(
        "secret",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key_id", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "name", name=op.f("pk_secret")),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("window", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column(
            "failures",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default=sa.text("0"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_throttle")),
    )
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("suspended_at", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenant_slug")),
    )
    op.create_table(
        "api_token",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=12), nullable=False),
        sa.Column("permissions", billhead.storage.columns.Document(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("expires_at", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.Column("revoked_at", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_api_token_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_token_secret_hash")),
    )
    op.create_table(
        "billable_scope_snapshot",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("schema_version", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("line_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", billhead.storage.columns.Document(), nullable=False),
        sa.Column("received_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_billable_scope_snapshot_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_billable_scope_snapshot")),
        sa.UniqueConstraint(
            "tenant_id", "work_order_id", "id", name=op.f("uq_billable_scope_snapshot_tenant_id_work_order_id_id")
        ),
    )
    op.create_table(
        "business_profile",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("legal_name", sa.String(length=200), nullable=False),
        sa.Column("address", billhead.storage.columns.Document(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("tax_number", sa.String(length=60), nullable=True),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("default_tax_region", sa.String(length=60), nullable=True),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("tax_rounding", sa.String(length=20), nullable=False),
        sa.Column("approval_required_for_consumers", sa.Boolean(), nullable=False),
        sa.Column("estimate_binding_required", sa.Boolean(), nullable=False),
        sa.Column("payment_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_business_profile_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_business_profile")),
    )
    op.create_table(
        "client",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("billing_email", sa.String(length=254), nullable=True),
        sa.Column("billing_address", billhead.storage.columns.Document(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=True),
        sa.Column("tax_treatment", sa.String(length=20), nullable=False),
        sa.Column("tax_reason", sa.String(length=200), nullable=True),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=True),
        sa.Column("tax_region", sa.String(length=60), nullable=True),
        sa.Column("approval_required", sa.Boolean(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("name_order", sa.String(length=160), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("updated_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_client_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_client")),
        sa.UniqueConstraint("tenant_id", "reference", name=op.f("uq_client_tenant_id_reference")),
    )
    op.create_index("ix_client_name_order", "client", ["tenant_id", "name_order", "id"], unique=False)
    op.create_table(
        "fee_rule",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("percent", billhead.storage.columns.Exact(), nullable=True),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column("tax_category", sa.String(length=40), nullable=False),
        sa.Column("applies_to", billhead.storage.columns.Document(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("updated_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_fee_rule_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_fee_rule")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_fee_rule_tenant_id_code")),
    )
    op.create_table(
        "issue_run_item",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("error_code", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["issue_run.tenant_id", "issue_run.id"],
            name=op.f("fk_issue_run_item_tenant_id_run_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "run_id", "position", name=op.f("pk_issue_run_item")),
    )
    op.create_index(
        "ix_issue_run_item_outcome", "issue_run_item", ["tenant_id", "run_id", "outcome", "position"], unique=False
    )
    op.create_table(
        "membership",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_membership_tenant_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", name=op.f("pk_membership")),
    )
    op.create_index("ix_membership_user_id", "membership", ["user_id"], unique=False)
    op.create_table(
        "service",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column("tax_category", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name_order", sa.String(length=160), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("updated_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_service_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_service")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_service_tenant_id_code")),
    )
    op.create_index("ix_service_name_order", "service", ["tenant_id", "name_order", "id"], unique=False)
    op.create_table(
        "tax_region",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("updated_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_tax_region_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tax_region")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_tax_region_tenant_id_code")),
    )
    op.create_table(
        "template",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("based_on", sa.String(length=80), nullable=True),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name_order", sa.String(length=160), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("updated_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("deleted_at", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_template_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_template")),
    )
    op.create_index("ix_template_name_order", "template", ["tenant_id", "name_order", "id"], unique=False)
    op.create_table(
        "user_session",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("expires_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_user_session_user_id")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_user_session")),
    )
    op.create_index("ix_user_session_expires_at", "user_session", ["expires_at"], unique=False)
    op.create_table(
        "client_contact",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("fk_client_contact_tenant_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "client_id", "place", name=op.f("pk_client_contact")),
    )
    op.create_table(
        "client_location",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", billhead.storage.columns.Document(), nullable=True),
        sa.Column("tax_region", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("fk_client_location_tenant_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_client_location")),
    )
    op.create_index(
        "ix_client_location_client_id", "client_location", ["tenant_id", "client_id", "place"], unique=False
    )
    op.create_table(
        "client_tax_id",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scheme", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("fk_client_tax_id_tenant_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "client_id", "place", name=op.f("pk_client_tax_id")),
    )
    op.create_table(
        "client_template",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("fk_client_template_tenant_id_client_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "template_id"],
            ["template.tenant_id", "template.id"],
            name=op.f("fk_client_template_tenant_id_template_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "client_id", "kind", name=op.f("pk_client_template")),
    )
    op.create_index("ix_client_template_template_id", "client_template", ["tenant_id", "template_id"], unique=False)
    op.create_table(
        "default_template",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "template_id"],
            ["template.tenant_id", "template.id"],
            name=op.f("fk_default_template_tenant_id_template_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "kind", name=op.f("pk_default_template")),
    )
    op.create_index("ix_default_template_template_id", "default_template", ["tenant_id", "template_id"], unique=False)
    op.create_table(
        "fee_amount",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("fee_rule_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", billhead.storage.columns.Minor(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "fee_rule_id"],
            ["fee_rule.tenant_id", "fee_rule.id"],
            name=op.f("fk_fee_amount_tenant_id_fee_rule_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "fee_rule_id", "currency", name=op.f("pk_fee_amount")),
    )
    op.create_table(
        "invoice",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("client_name", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("subtotal", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("discount_total", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("fee_total", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("net_total", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("tax_total", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("grand_total", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("balance_due", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("tax_breakdown", billhead.storage.columns.Document(), nullable=False),
        sa.Column("fee_breakdown", billhead.storage.columns.Document(), nullable=False),
        sa.Column("policy_version", sa.String(length=80), nullable=False),
        sa.Column("rebills_invoice_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("issued_at", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.Column("issued_by", sa.String(length=80), nullable=True),
        sa.Column("issued_by_user_id", sa.Uuid(), nullable=True),
        sa.Column("voided_at", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"], ["client.tenant_id", "client.id"], name=op.f("fk_invoice_tenant_id_client_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_invoice_tenant_id_number")),
    )
    op.create_index("ix_invoice_client_id", "invoice", ["tenant_id", "client_id", "id"], unique=False)
    op.create_index("ix_invoice_status", "invoice", ["tenant_id", "status", "id"], unique=False)
    op.create_table(
        "service_price",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", billhead.storage.columns.Exact(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"],
            ["service.tenant_id", "service.id"],
            name=op.f("fk_service_price_tenant_id_service_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "service_id", "currency", name=op.f("pk_service_price")),
    )
    op.create_table(
        "tax_rate",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region_id", sa.Uuid(), nullable=False),
        sa.Column("tax_category", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "region_id"],
            ["tax_region.tenant_id", "tax_region.id"],
            name=op.f("fk_tax_rate_tenant_id_region_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tax_rate")),
    )
    op.create_index("ix_tax_rate_region_id", "tax_rate", ["tenant_id", "region_id", "valid_from"], unique=False)
    op.create_table(
        "template_version",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "template_id"],
            ["template.tenant_id", "template.id"],
            name=op.f("fk_template_version_tenant_id_template_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "template_id", "number", name=op.f("pk_template_version")),
    )
    op.create_table(
        "work_order",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("invoice_ready", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("vehicle_label", sa.String(length=200), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("location_name", sa.String(length=200), nullable=True),
        sa.Column("estimate_id", sa.Uuid(), nullable=True),
        sa.Column("estimate_version_id", sa.Uuid(), nullable=True),
        sa.Column("approvals", billhead.storage.columns.Document(), nullable=False),
        sa.Column("artifact_refs", billhead.storage.columns.Document(), nullable=False),
        sa.Column("completed_at", billhead.storage.columns.Utc(timezone=True), nullable=True),
        sa.Column("snapshot_id", sa.Uuid(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_reported_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.Column("reported_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["client.tenant_id", "client.id"],
            name=op.f("fk_work_order_tenant_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id", "snapshot_id"],
            [
                "billable_scope_snapshot.tenant_id",
                "billable_scope_snapshot.work_order_id",
                "billable_scope_snapshot.id",
            ],
            name=op.f("fk_work_order_tenant_id_id_snapshot_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_work_order_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_work_order")),
    )
    op.create_index(
        "ix_work_order_client", "work_order", ["tenant_id", "client_id", "first_reported_at", "id"], unique=False
    )
    op.create_index("ix_work_order_newest", "work_order", ["tenant_id", "first_reported_at", "id"], unique=False)
    op.create_index(
        "ix_work_order_status",
        "work_order",
        ["tenant_id", "status", "invoice_ready", "first_reported_at", "id"],
        unique=False,
    )
    op.create_table(
        "invoice_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_line_id", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", billhead.storage.columns.Exact(), nullable=False),
        sa.Column("unit_price", billhead.storage.columns.Exact(), nullable=False),
        sa.Column("taxable", sa.Boolean(), nullable=False),
        sa.Column("tax_region", sa.String(length=60), nullable=True),
        sa.Column("tax_category", sa.String(length=60), nullable=False),
        sa.Column("discounts", billhead.storage.columns.Document(), nullable=False),
        sa.Column("amount", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("discount", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("net", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("tax", billhead.storage.columns.Minor(), nullable=False),
        sa.Column("gross", billhead.storage.columns.Minor(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invoice_id"],
            ["invoice.tenant_id", "invoice.id"],
            name=op.f("fk_invoice_line_tenant_id_invoice_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "invoice_id", "position", name=op.f("pk_invoice_line")),
    )
    op.create_table(
        "invoice_rendition",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invoice_id"],
            ["invoice.tenant_id", "invoice.id"],
            name=op.f("fk_invoice_rendition_tenant_id_invoice_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "invoice_id", "mark", name=op.f("pk_invoice_rendition")),
    )
    op.create_table(
        "invoice_source",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_type", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("traceability", billhead.storage.columns.Document(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invoice_id"],
            ["invoice.tenant_id", "invoice.id"],
            name=op.f("fk_invoice_source_tenant_id_invoice_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "invoice_id", "position", name=op.f("pk_invoice_source")),
    )
    op.create_index(
        "ix_invoice_source_source_id",
        "invoice_source",
        ["tenant_id", "source_type", "source_id", "invoice_id"],
        unique=False,
    )
    op.create_index(
        "uq_invoice_source_live",
        "invoice_source",
        ["tenant_id", "source_type", "source_id"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )
    op.create_table(
        "issued_document",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("view_model", billhead.storage.columns.Document(), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("template_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template_sha256", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paper", sa.String(length=10), nullable=True),
        sa.Column("rounding", sa.String(length=20), nullable=False),
        sa.Column("policy_version", sa.String(length=80), nullable=False),
        sa.Column("created_at", billhead.storage.columns.Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invoice_id"],
            ["invoice.tenant_id", "invoice.id"],
            name=op.f("fk_issued_document_tenant_id_invoice_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "invoice_id", name=op.f("pk_issued_document")),
    )
    op.create_table(
        "tax_rate_component",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("rate_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("percent", billhead.storage.columns.Exact(), nullable=False),
        sa.Column("compound", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "rate_id"],
            ["tax_rate.tenant_id", "tax_rate.id"],
            name=op.f("fk_tax_rate_component_tenant_id_rate_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "rate_id", "place", name=op.f("pk_tax_rate_component")),
    )
