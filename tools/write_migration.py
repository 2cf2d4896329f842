"""Write the next migration from the difference between the migrated and the mapped tables.

`./dev migration "client gets a locale"`. What Alembic cannot see (triggers, policies, grants, partial indexes, moved
data) is added by hand: a migration with new tables ends with `guards.secure_tables()`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from billhead.storage.database import Database
from billhead.storage.schema import alembic_config, all_tables, migrate, newest_revision

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    (message,) = sys.argv[1:]
    all_tables()
    revision = f"{int(newest_revision()) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+pysqlite:///{folder}/scratch.sqlite3"
        migrate(url)
        database = Database(url, pool_size=1, as_owner=True)
        with database.connect(write=False) as connection:
            written = command.revision(alembic_config(connection), message, autogenerate=True, rev_id=revision)
        database.dispose()
    path = Path(written.path)  # type: ignore[union-attr]
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "###" not in line))
    for tidy in (("format", "--quiet"), ("check", "--quiet", "--fix"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, path], cwd=ROOT, check=True)  # noqa: S603
    sys.stdout.write(f"{path.relative_to(ROOT)}: read it, add what Alembic cannot see, then ./dev test\n")


if __name__ == "__main__":
    main()
