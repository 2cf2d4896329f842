"""Bringing a database to the newest schema, and telling where it stands.

SQLite is backed up by itself before a migration changes it (`billhead.sqlite3.before-<revision>`). Alembic is loaded
only to migrate: a server that finds its database up to date starts without it.
"""

import importlib
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, inspect, make_url, text

from billhead.storage.database import Database
from billhead.storage.tables import Base

if TYPE_CHECKING:
    from alembic.config import Config

_PACKAGE = Path(__file__).parent.parent
_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 0x62696C6C68656164
_ALEMBIC = Lock()
"""Alembic's context is one for the whole process."""


def all_tables() -> MetaData:
    """Every mapped table, storage's and the slices': imports each module `tables` of the package by its name."""
    for file in sorted(_PACKAGE.rglob("tables.py")):
        importlib.import_module(".".join(("billhead", *file.relative_to(_PACKAGE).with_suffix("").parts)))
    return Base.metadata


def revisions() -> list[str]:
    """Every revision that this code knows, oldest first: migrations are one line, and their files are named by it."""
    return sorted(file.name.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def newest_revision() -> str:
    """The revision this code needs."""
    return revisions()[-1]


def current_revision(connection: Connection) -> str | None:
    """The revision a database stands at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    assert revision is None or isinstance(revision, str)
    return revision


def migrate(url: str) -> str:
    """Bring the database at `url` to the newest revision and return that; a database already there is untouched."""
    database = Database(url, pool_size=1, as_owner=True)
    try:
        with database.connect(write=False) as connection:
            current = current_revision(connection)
        newest = newest_revision()
        if current == newest:
            return newest
        if current is not None and database.is_sqlite:
            _keep_copy(url, current)
        with database.connect(write=True) as connection:
            upgrade(connection, "head")
        return newest
    finally:
        database.dispose()


def upgrade(connection: Connection, revision: str) -> None:
    """Run the missing migrations up to `revision` in the open transaction of the owner; one process at a time.

    SQLite rebuilds tables with foreign keys off (the owner's connections have them off) and checks them afterwards.
    """
    from alembic import command

    is_sqlite = connection.dialect.name == "sqlite"
    with _ALEMBIC:
        if not is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        command.upgrade(alembic_config(connection), revision)
    if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"the migration broke {len(broken)} foreign keys, the first in {broken[0][0]}")


def alembic_config(connection: Connection) -> "Config":
    """Alembic over our migrations, in the transaction of `connection`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _keep_copy(url: str, revision: str) -> None:
    source = Path(make_url(url).database or "")
    target = source.with_suffix(f".sqlite3.before-{revision}")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as copy:
        old.backup(copy)
