"""Backup and restore: everything of one installation in one file, and the way from SQLite to PostgreSQL.

`write_backup` reads all tables in one consistent transaction, so it can run beside a working server. `restore_backup`
fills an empty database in one transaction: at the archive's revision, with the guards against change lifted, and then
migrates it to the newest. Blobs and keys go to wherever the settings keep them.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, insert, literal, select, text
from sqlalchemy.orm import Session

from billhead.refusal import Conflict
from billhead.storage import audit
from billhead.storage.archive import ArchiveReader, ArchiveWriter, Manifest, TableShape, read_lines
from billhead.storage.blobs import BlobDamaged, open_blob_store
from billhead.storage.database import Database
from billhead.storage.jobs.port import JobQueue, JobState, JobStatus
from billhead.storage.jobs.queue import open_job_queue
from billhead.storage.jobs.tables import Job
from billhead.storage.keyring import FILE_NAME, KeyRing
from billhead.storage.schema import all_tables, current_revision, migrate, newest_revision, revisions, upgrade
from billhead.storage.settings import Settings
from billhead.storage.tables import GUARD, ChainHead, table_of

Progress = Callable[[str, int, int], None]
"""(what is being done, how much was done, of how much): rows and blobs when writing, bytes when restoring."""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What came back; `broken_audits` are tenants whose audit chain does not verify (it did not before either)."""

    taken_at: datetime
    rows: int
    blobs: int
    jobs: int
    broken_audits: tuple[UUID, ...]


def _silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""


def write_backup(settings: Settings, out_path: Path, progress: Progress = _silent) -> None:
    """Write everything into `out_path`, which only its owner may read: it holds the keys.

    Conflict `DATABASE_NOT_MIGRATED` when the database is not at this version's revision.
    """
    database = Database(settings.resolved_database_url, pool_size=2)
    draft = out_path.with_name(f".{out_path.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with _snapshot(database) as connection:
                _write_all(connection, settings, open_job_queue(database, settings), file, progress)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out_path)
    finally:
        draft.unlink(missing_ok=True)
        database.dispose()


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """A transaction that sees the database of one moment, all tenants in it."""
    with database.connect(write=False) as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        database.bind_platform(connection)
        yield connection


def _write_all(
    connection: Connection, settings: Settings, queue: JobQueue, file: IO[bytes], progress: Progress
) -> None:
    if current_revision(connection) != newest_revision():
        raise Conflict("DATABASE_NOT_MIGRATED", "Run `billhead migrate` first: the database is not at this version.")
    tables = [table for table in all_tables().sorted_tables if table is not table_of(Job)]
    shapes = tuple(TableShape.of(table) for table in tables)
    blobs = open_blob_store(settings)
    total = sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    done = 0
    with ArchiveWriter(file, Manifest(newest_revision(), datetime.now(UTC), shapes)) as archive:
        for table, shape in zip(tables, shapes, strict=True):

            def lines(table: Table = table, shape: TableShape = shape) -> Iterator[list[object]]:
                nonlocal done
                rows = select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
                for row in connection.execute(rows):
                    yield shape.to_json(row)
                    done += 1
                    if done % _BATCH == 0:
                        progress(table.name, done, total)

            archive.write_lines(f"tables/{table.name}", lines())
        archive.write_lines("jobs", (_job_to_json(job) for job in _open_jobs(connection, queue)))
        archive.write_file("", FILE_NAME, KeyRing(settings.data_dir.resolve() / FILE_NAME).export())
        # Blobs are kept before the rows that name them: listed last, none that a row names is missing.
        for blob in blobs.list_blobs():
            archive.write_file("blobs", blob.sha256, blobs.get(blob.sha256))
            done, total = done + 1, total + 1
            progress("blobs", done, total)
    progress("done", done, done)


def _open_jobs(connection: Connection, queue: JobQueue) -> Iterator[JobStatus]:
    with Session(connection) as session:
        for state in (JobState.PENDING, JobState.RUNNING, JobState.DEAD):
            after = 0
            while page := queue.list_jobs(session, state, after=after, limit=_BATCH):
                yield from page
                after = page[-1].job_id


def _job_to_json(job: JobStatus) -> dict[str, object]:
    return {
        "tenant": job.tenant_id and str(job.tenant_id),
        "task": job.task,
        "args": dict(job.args),
        "runAt": job.run_at and job.run_at.isoformat(),
        "dead": job.state is JobState.DEAD,
        "error": job.error,
    }


def restore_backup(settings: Settings, in_path: Path, progress: Progress = _silent) -> RestoreReport:
    """Fill the empty database of the settings from `in_path`, then bring it to the newest revision.

    Refused, with nothing written to the database: `DATABASE_NOT_EMPTY`; `BACKUP_NEWER` than this version;
    `BACKUP_DAMAGED`. An older backup needs a database without any table, as it is restored at its own revision first.
    """
    url = settings.resolved_database_url
    database = Database(url, pool_size=2, as_owner=True)
    try:
        with ArchiveReader(in_path) as archive, database.connect(write=True) as connection:
            _prepare(connection, archive.manifest)
            database.bind_platform(connection)
            _refuse_unless_empty(connection, archive.manifest, open_job_queue(database, settings))
            with _unguarded(connection):
                rows, blobs, jobs = _read_all(
                    connection, settings, open_job_queue(database, settings), archive, progress
                )
        migrate(url)
        with database.platform(write=False) as session:
            broken = _broken_audits(session)
        return RestoreReport(archive.manifest.taken_at, rows, blobs, jobs, broken)
    finally:
        database.dispose()


def _prepare(connection: Connection, manifest: Manifest) -> None:
    """Make the tables of the archive's revision, or see that they are there."""
    if manifest.revision not in revisions():
        raise Conflict("BACKUP_NEWER", "This backup is of a newer version of Billhead.")
    current = current_revision(connection)
    if current is None:
        upgrade(connection, manifest.revision)
    elif current != manifest.revision:
        raise Conflict("DATABASE_NOT_EMPTY", "A backup of an earlier version needs a database without any table.")


def _refuse_unless_empty(connection: Connection, manifest: Manifest, queue: JobQueue) -> None:
    filled = [s.name for s in manifest.tables if connection.scalar(select(literal(1)).select_from(s.table()).limit(1))]
    with Session(connection) as session:
        if filled or queue.count(session):
            raise Conflict("DATABASE_NOT_EMPTY", "A backup is only restored into an empty database.")


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """Lift the triggers against change, and let rows refer to rows that come later, to the end of the block."""
    if connection.dialect.name == "sqlite":
        guards = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE :guards"),
            {"guards": GUARD + "%"},
        ).all()
        for name, _ in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield
        for _, sql in guards:
            connection.exec_driver_sql(sql)
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            raise RuntimeError(f"{len(broken)} rows refer to rows that are not there, the first in {broken[0][0]}")
        return
    guards = connection.execute(_GUARDS, {"guards": GUARD + "%"}).all()
    references = connection.execute(_REFERENCES).all()
    for table, name in guards:
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    for table, name in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table, name in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {name} NOT DEFERRABLE")
    for table, name in guards:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


_GUARDS = text(
    "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger"
    " WHERE NOT tgisinternal AND tgname LIKE :guards ORDER BY 1, 2"
)
_REFERENCES = text(
    "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint WHERE contype = 'f' AND NOT condeferrable"
    " AND connamespace = current_schema()::regnamespace AND conrelid::regclass::text NOT LIKE 'procrastinate%'"
    " ORDER BY 1, 2"
)


def _read_all(
    connection: Connection, settings: Settings, queue: JobQueue, archive: ArchiveReader, progress: Progress
) -> tuple[int, int, int]:
    """Rows, blobs and jobs read."""
    shapes = {f"tables/{shape.name}": shape for shape in archive.manifest.tables}
    blob_store = open_blob_store(settings)
    rows = blobs = jobs = 0
    with Session(connection) as session:
        for group, name, content in archive.entries():
            if shape := shapes.get(group):
                values = [shape.from_json(line) for line in read_lines(content)]
                for start in range(0, len(values), _BATCH):
                    connection.execute(insert(shape.table()), values[start : start + _BATCH])
                rows += len(values)
            elif group == "jobs":
                jobs += sum(_add_job(session, queue, json.loads(line)) for line in content.splitlines())
            elif group == "blobs":
                if blob_store.put(content, "application/octet-stream").sha256 != name:
                    raise BlobDamaged(name)
                blobs += 1
            elif name == FILE_NAME:
                KeyRing(settings.data_dir.resolve() / FILE_NAME).adopt(content)
            progress(group, archive.position, archive.size)
    return rows, blobs, jobs


def _add_job(session: Session, queue: JobQueue, told: dict[str, Any]) -> int:
    tenant, run_at = told["tenant"], told["runAt"]
    job_id = queue.enqueue(
        session,
        tenant_id=UUID(tenant) if tenant else None,
        task=told["task"],
        args=told["args"],
        run_at=datetime.fromisoformat(run_at) if run_at else None,
    )
    if told["dead"]:
        queue.cancel(session, job_id, told["error"] or "")
    return 1


def _broken_audits(session: Session) -> tuple[UUID, ...]:
    tenants = session.scalars(select(ChainHead.tenant_id).where(ChainHead.chain == audit.CHAIN).distinct()).all()
    return tuple(tenant for tenant in tenants if not audit.verify(session, tenant).intact)
