"""Where the work of an invoice line was done."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invoice_line", sa.Column("location_id", sa.Uuid(), nullable=True))
