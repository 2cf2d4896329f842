"""The migrations: the same schema on both databases, equal to the mapped tables, and guarded."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from billhead.storage.database import Database
from billhead.storage.schema import all_tables, current_revision, migrate, newest_revision
from billhead.storage.tables import PLATFORM_TABLES


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
