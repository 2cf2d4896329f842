"""One database, two kinds: transactions that are the same on SQLite and PostgreSQL.

SQLite: WAL, foreign keys, full synchronous writes; the driver's own transaction handling is off and writers begin
`IMMEDIATE` behind one in-process lock, so that nobody upgrades a read lock and nobody waits in SQLite's busy loop.
PostgreSQL: each connection works as the role `billhead_app`, which has neither superuser nor bypass rights, and each
transaction names its tenant with `set_config(…, true)`; row-level security compares every row with it.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from billhead.storage.tables import TENANT, TenantSession

APP_ROLE = "billhead_app"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA busy_timeout=30000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32000",
)


class Database:
    """A SQLAlchemy engine with the project's rules of transaction on top."""

    def __init__(self, url: str, *, pool_size: int = 20, as_owner: bool = False) -> None:
        """`as_owner` is for migrations and restores only: it keeps the connecting role on PostgreSQL, and leaves
        foreign keys unchecked on SQLite, where a table is changed by rebuilding it.
        """
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._write_lock = threading.Lock() if self.is_sqlite else None
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = create_engine(
            self.url,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=30,
            hide_parameters=True,
            **({"connect_args": {"check_same_thread": False}} if self.is_sqlite else {}),
        )
        event.listen(self.engine, "connect", (_prepare_sqlite if self.is_sqlite else _prepare_postgresql)(as_owner))

    @contextmanager
    def connect(self, *, write: bool) -> Iterator[Connection]:
        """A bare connection in a transaction: committed at the end, rolled back on any exception."""
        lock = self._write_lock if write else None
        if lock:
            lock.acquire()
        try:
            with self.engine.connect() as connection, connection.begin():
                # By hand: the driver's own transactions are off, and an engine event would cost each statement.
                if self.is_sqlite:
                    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
                yield connection
        finally:
            if lock:
                lock.release()

    @contextmanager
    def tenant(self, tenant_id: UUID, *, write: bool) -> Iterator[TenantSession]:
        """A session of one tenant; the only rows it sees and writes are that tenant's."""
        with self.connect(write=write) as connection:
            self.bind_tenant(connection, tenant_id)
            with TenantSession(connection, info={TENANT: tenant_id}, expire_on_commit=False) as session:
                yield session
                session.flush()

    @contextmanager
    def platform(self, *, write: bool) -> Iterator[Session]:
        """The platform's own scope, across tenants: sign-in, schedulers, super-admins."""
        with self.connect(write=write) as connection:
            self.bind_platform(connection)
            with Session(connection, expire_on_commit=False) as session:
                yield session
                session.flush()

    def bind_tenant(self, connection: Connection, tenant_id: UUID) -> None:
        """From here to the end of the transaction row-level security shows this tenant alone."""
        if not self.is_sqlite:
            connection.execute(_BIND_TENANT, {"tenant": str(tenant_id)})

    def bind_platform(self, connection: Connection) -> None:
        """From here to the end of the transaction, or until a tenant is bound, all tenants are visible."""
        if not self.is_sqlite:
            connection.execute(_BIND_PLATFORM)

    def dispose(self) -> None:
        self.engine.dispose()


_BIND_TENANT = text("SELECT set_config('billhead.tenant_id', :tenant, true), set_config('billhead.platform', '', true)")
_BIND_PLATFORM = text("SELECT set_config('billhead.platform', 'on', true), set_config('billhead.tenant_id', '', true)")


def _prepare_sqlite(as_owner: bool) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    def prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        assert isinstance(connection, sqlite3.Connection)
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if as_owner:
            connection.execute("PRAGMA foreign_keys=OFF")

    return prepare


def _prepare_postgresql(as_owner: bool) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    def prepare(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("SET TIME ZONE 'UTC'")
        if not as_owner:
            cursor.execute(f"SET ROLE {APP_ROLE}")
        cursor.close()
        connection.commit()

    return prepare


_SQLITE_AWAY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
                sqlite3.SQLITE_CANTOPEN}  # fmt: skip
_POSTGRESQL_AWAY = ("08", "53", "57")
"""SQLSTATE classes: connection exception, insufficient resources, operator intervention."""


def is_away(error: OperationalError) -> bool:
    """Whether the database is away, busy or full, and the same statement may work in a moment.

    Never for a commit that broke: whether that took effect nobody knows.
    """
    cause = error.orig
    if error.statement is None:
        return False
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_AWAY
    state = getattr(cause, "sqlstate", None)
    return state is None or str(state).startswith(_POSTGRESQL_AWAY)
