"""PostgreSQL: the job queue, which is Procrastinate's own schema, and the application's right to use it."""

import re
from importlib.resources import files

from alembic import op
from sqlalchemy import text

from billhead.storage.database import APP_ROLE
from billhead.storage.migrations import guards

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if guards.is_sqlite():
        return
    schema = files("procrastinate").joinpath("sql/schema.sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(schema.replace("%", "%%"), ())
    tables = sorted(set(re.findall(r"^CREATE TABLE (\w+)", schema, re.MULTILINE)))
    guards.grant_tables(tables)
    sequences = op.get_bind().scalars(
        text("SELECT sequencename FROM pg_sequences WHERE sequencename LIKE 'procrastinate%' ORDER BY 1")
    )
    for sequence in sequences.all():
        op.execute(f"GRANT USAGE ON SEQUENCE {sequence} TO {APP_ROLE}")
