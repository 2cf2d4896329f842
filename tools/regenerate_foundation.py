"""Write the first migration anew from the mapped tables: `.venv/bin/python tools/regenerate_foundation.py`.

For the time before the first release only; afterwards each change of a table is a migration of its own. Also writes
`tests/storage/guards.txt`, the triggers and partial indexes that the migrations make: a rebuilt table loses its
triggers silently, so the tests compare both databases with that list. `--guards` writes the list alone.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/billhead/storage/migrations/versions/0001_foundation.py"
GUARDS = ROOT / "tests/storage/guards.txt"
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

    if "--guards" not in sys.argv:
        write_tables(all_tables())
    write_guards()


def write_tables(metadata: MetaData) -> None:
    """The first migration, from the mapped tables."""
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


def write_guards() -> None:
    """The list of guards, from a database that the migrations built."""
    from billhead.storage.database import Database
    from billhead.storage.migrations.guards import guards_in_force
    from billhead.storage.schema import migrate

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+pysqlite:///{folder}/billhead.sqlite3"
        migrate(url)
        database = Database(url, pool_size=1)
        with database.connect(write=False) as connection:
            guards = guards_in_force(connection)
        database.dispose()
    GUARDS.write_text("\n".join(guards) + "\n", encoding="utf-8")
    sys.stdout.write(f"{GUARDS.relative_to(ROOT)}: {len(guards)} guards\n")


if __name__ == "__main__":
    main()
