"""Write the first migration anew from the mapped tables: `.venv/bin/python tools/regenerate_foundation.py`.

For the time before the first release only; afterwards each change of a table is a migration of its own.
"""

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/billhead/storage/migrations/versions/0001_foundation.py"
HEAD = '''"""The tables of the foundation, written by `tools/regenerate_foundation.py` from the mapped classes."""

import sqlalchemy as sa
from alembic import op

import billhead.storage.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    '''


def main() -> None:
    sys.path.insert(0, str(ROOT / "src"))
    from billhead.storage.schema import all_tables

    metadata = all_tables()
    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        upgrades = produce_migrations(context, metadata).upgrade_ops
    assert upgrades is not None
    rendered = render_python_code(upgrades, migration_context=context)
    body = "".join(line for line in rendered.splitlines(keepends=True) if "###" not in line).strip()
    TARGET.write_text(HEAD + body + "\n", encoding="utf-8")
    for tidy in (("check", "--quiet", "--fix", "--select", "F401,I"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, str(TARGET)], cwd=ROOT, check=True)  # noqa: S603
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}: {len(metadata.tables)} tables\n")


if __name__ == "__main__":
    main()
