"""What approvers confirm with, and their confirmations: neither changes hands, a spent one stays spent."""

import sqlalchemy as sa
from alembic import op

import billhead.storage.columns
from billhead.storage.migrations import guards

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_GRANTED = (
    "tenant_id", "id", "secret_hash", "user_id", "action", "resource_id", "proof", "asked_by", "created_at",
    "expires_at",
)  # fmt: skip


def upgrade() -> None:
    moment = billhead.storage.columns.Utc(timezone=True)
    op.create_table(
        "approver_factor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.Column("totp_since", moment, nullable=True),
        sa.Column("totp_step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_approver_factor_tenant_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_approver_factor_user_id")),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", name=op.f("pk_approver_factor")),
    )
    op.create_table(
        "elevation_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("resource_id", sa.String(length=128), nullable=False),
        sa.Column("proof", sa.String(length=20), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("spent_at", moment, nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_elevation_token_tenant_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_elevation_token_user_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_elevation_token")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_elevation_token_secret_hash")),
    )
    guards.secure_tables()
    guards.forbid(
        "elevation_token_update",
        "elevation_token",
        "UPDATE",
        f"OLD.spent_at IS NOT NULL OR {guards.changed(_GRANTED)}",
        "a confirmation is spent once and does not change",
    )
    guards.forbid(
        "elevation_token_delete", "elevation_token", "DELETE", "OLD.id IS NOT NULL", "a confirmation keeps its row"
    )
