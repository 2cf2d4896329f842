"""The migrations: the same schema on both databases, equal to the mapped tables, and guarded."""

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from billhead.storage import migrations
from billhead.storage.database import Database
from billhead.storage.migrations.guards import guards_in_force
from billhead.storage.schema import all_tables, current_revision, migrate, newest_revision, upgrade
from billhead.storage.tables import PLATFORM_TABLES
from postgres import Cluster
from storage.crowd import all_at_once


def test_a_database_stands_at_the_newest_revision(database: Database) -> None:
    with database.connect(write=False) as connection:
        assert current_revision(connection) == newest_revision()


def test_migrating_again_changes_nothing(database_url: str) -> None:
    assert migrate(database_url) == newest_revision()


def test_the_tables_are_the_mapped_ones(database: Database) -> None:
    def ours(name: str | None, kind: str, parents: object) -> bool:
        return kind != "table" or not str(name).startswith("procrastinate_")

    with database.connect(write=False) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": False})
        assert compare_metadata(context, all_tables()) == []


def test_every_table_with_a_tenant_is_isolated(postgresql_database: Database) -> None:
    with postgresql_database.connect(write=False) as connection:
        inspector = inspect(connection)
        named = {t for t in inspector.get_table_names() if "tenant_id" in {c["name"] for c in inspector.get_columns(t)}}
        isolated = set(
            connection.scalars(
                text("SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid"
                     " WHERE relrowsecurity AND relforcerowsecurity")
            )
        )  # fmt: skip
    assert isolated == named - PLATFORM_TABLES


def test_triggers_and_partial_indexes_are_all_there(database: Database) -> None:
    """After a change: `tools/regenerate_foundation.py --guards`, and look at what it changed."""
    expected = Path(__file__).with_name("guards.txt").read_text(encoding="utf-8").splitlines()
    with database.connect(write=False) as connection:
        assert guards_in_force(connection) == expected


def test_the_newest_revision_is_the_head() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [newest_revision()]


def test_sqlite_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    url = f"sqlite+pysqlite:///{tmp_path}/billhead.sqlite3"
    owner = Database(url, pool_size=1, as_owner=True)
    with owner.connect(write=True) as connection:
        upgrade(connection, "0001")
    assert migrate(url) == newest_revision()
    copy = Database(f"{url}.before-0001", pool_size=1)
    for database, revision in ((owner, newest_revision()), (copy, "0001")):
        with database.connect(write=False) as connection:
            assert current_revision(connection) == revision
        database.dispose()


def test_processes_that_migrate_at_once_wait_for_one_another(postgres_cluster: Cluster, tmp_path: Path) -> None:
    urls = [postgres_cluster.create_database(), f"sqlite+pysqlite:///{tmp_path}/new.sqlite3"]
    assert set(all_at_once(8, lambda number: migrate(urls[number % 2]))) == {newest_revision()}


def test_a_server_needs_no_alembic() -> None:
    modules = "billhead.storage.schema, billhead.storage.upkeep, billhead.storage.secrets"
    check = f"import sys, {modules}; sys.exit(bool({{'alembic', 'procrastinate'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0
