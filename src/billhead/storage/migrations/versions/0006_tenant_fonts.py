"""Fonts of the businesses' own; one never changes, as issued documents are drawn with it."""

import sqlalchemy as sa
from alembic import op

import billhead.storage.columns
from billhead.storage.migrations import guards

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_RECORDED = (
    "tenant_id", "id", "family", "family_key", "weight", "italic", "sha256", "size", "characters", "licence",
    "created_at", "created_by",
)  # fmt: skip


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    moment = billhead.storage.columns.Utc(timezone=True)
    op.create_table(
        "tenant_font",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("family_key", sa.String(length=160), nullable=False),
        sa.Column("weight", number, nullable=False),
        sa.Column("italic", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", number, nullable=False),
        sa.Column("characters", number, nullable=False),
        sa.Column("licence", sa.String(length=500), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("deleted_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_tenant_font_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tenant_font")),
    )
    op.create_index(
        "uq_tenant_font_face",
        "tenant_font",
        ["tenant_id", "family_key", "weight", "italic"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    guards.secure_tables()
    guards.forbid(
        "tenant_font_update",
        "tenant_font",
        "UPDATE",
        f"OLD.deleted_at IS NOT NULL OR {guards.changed(_RECORDED)}",
        "a font does not change",
    )
    guards.forbid(
        "tenant_font_delete", "tenant_font", "DELETE", "OLD.id IS NOT NULL", "a font keeps its row, also when deleted"
    )
