"""Backup and restore: everything comes back, on the same kind of database or the other, or nothing does."""

import gzip
import json
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import MetaData, insert, make_url, select

from billhead.refusal import Conflict, Malformed, Refusal
from billhead.storage import audit, outbox
from billhead.storage.archive import ArchiveReader, ArchiveWriter, Manifest, TableShape, read_lines
from billhead.storage.backup import restore_backup, write_backup
from billhead.storage.blobs import open_blob_store
from billhead.storage.database import Database
from billhead.storage.idempotency import KeyedRequest, StoredAnswer, claim, store_answer
from billhead.storage.ids import new_id
from billhead.storage.jobs.port import JobState
from billhead.storage.jobs.queue import open_job_queue
from billhead.storage.numbering import Reset, cancel_number, create_series, take_numbers
from billhead.storage.schema import all_tables, current_revision, newest_revision, upgrade
from billhead.storage.secrets import open_secret_store
from billhead.storage.settings import Settings
from billhead.storage.tables import GUARD, OutboxEvent
from billhead.storage.upkeep import seal_audit
from postgres import Cluster

TENANT = new_id()
NOW = datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)
Snapshot = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A migrated installation of each kind."""
    return Settings(database_url=database_url, data_dir=tmp_path / "source")


@pytest.fixture
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], Settings]:
    """An installation of a kind whose database has no tables yet."""

    def make(kind: str) -> Settings:
        folder = tmp_path / "target"
        if kind == "sqlite":
            return Settings(data_dir=folder)
        cluster = request.getfixturevalue("postgres_cluster")
        assert isinstance(cluster, Cluster)
        url = cluster.create_database()
        request.addfinalizer(lambda: cluster.drop_database(url))
        return Settings(data_dir=folder, database_url=url)

    return make


def fill(settings: Settings) -> None:
    """One of everything that storage keeps."""
    database = Database(settings.resolved_database_url)
    blob = open_blob_store(settings).put(b"%PDF", "application/pdf")
    subject = new_id()
    with database.tenant(TENANT, write=True) as session:
        create_series(session, TENANT, "INVOICE", "INV-{NNN}", Reset.NEVER)
        subjects = [("invoice", subject), ("invoice", new_id())]
        take_numbers(session, TENANT, "INVOICE", subjects, on=date(2026, 3, 1), now=NOW)
        cancel_number(session, TENANT, "INV-002")
        for number in range(3):
            act = audit.Act(act="x", subject_type="invoice", subject_id=subject, permission="p",
                            detail={"blob": blob.sha256, "n": number})  # fmt: skip
            audit.record(session, TENANT, act, now=NOW, actor="user:1", correlation_id="c\r\n\u2028é")
        request = KeyedRequest(TENANT, "user:1", "POST /x", "k", "f" * 64)
        claim(session, request, NOW)
        store_answer(session, request, StoredAnswer(201, {"ETag": "1"}, b"\x00\xff"))
        session.execute(
            insert(all_tables().tables["outbox_event"]).values(
                tenant_id=TENANT, id=new_id(), type="T", subject_id=subject, subject_version=1, data={"a": None},
                occurred_at=NOW, actor="a", correlation_id="c",
            )
        )  # fmt: skip
        open_secret_store(settings).put(session, TENANT, "key", "sk_1", now=NOW)
    seal_audit(database)
    with database.platform(write=True) as session:
        outbox.publish(session, 10, lambda event: None)
        queue = open_job_queue(database, settings)
        later = NOW + timedelta(days=36500)
        queue.enqueue(session, tenant_id=TENANT, task="later", args={"id": "1"}, run_at=later)
        dead = queue.enqueue(session, tenant_id=None, task="dead", args={})
        queue.cancel(session, dead, "GaveUp")
    database.dispose()


def snapshot(settings: Settings) -> Snapshot:
    """Every row of every table, the leases aside."""
    database = Database(settings.resolved_database_url)
    with database.platform(write=False) as session:
        rows: Snapshot = {}
        for table in all_tables().sorted_tables:
            if table.name != "job":
                found = session.execute(select(table).order_by(*table.primary_key))
                rows[table.name] = [tuple(row) for row in found]
        queue = open_job_queue(database, settings)
        rows["jobs"] = [
            (
                job.tenant_id,
                job.task,
                job.args,
                job.state,
                job.run_at if job.state is JobState.PENDING else None,
                job.error,
            )
            for job in queue.list_jobs(session, None)
        ]
    database.dispose()
    return rows


@pytest.mark.parametrize("target", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_everything_comes_back(
    settings: Settings, empty: Callable[[str], Settings], tmp_path: Path, target: str
) -> None:
    fill(settings)
    before = snapshot(settings)
    archive = tmp_path / "billhead.backup"
    steps: list[tuple[str, int, int]] = []
    write_backup(settings, archive, lambda *step: steps.append(step))
    assert steps[-1][1] == steps[-1][2] > 0
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600

    restored = empty(target)
    report = restore_backup(restored, archive)
    assert snapshot(restored) == before
    assert (report.blobs, report.jobs, report.broken_audits) == (1, 2, ())
    assert report.rows == sum(len(rows) for table, rows in before.items() if table != "jobs")

    database = Database(restored.resolved_database_url)
    with database.tenant(TENANT, write=False) as session:
        assert audit.verify(session, TENANT) == audit.Verification(3, 0, None, None)
        assert open_secret_store(restored).find(session, TENANT, "key") == "sk_1"
        [event] = session.scalars(select(OutboxEvent)).all()
        assert event.position == 1
    [blob] = open_blob_store(restored).list_blobs()
    assert open_blob_store(restored).get(blob.sha256) == b"%PDF"
    assert guards(database) == guards_of_source(settings, target)
    database.dispose()


def test_an_ordinary_owner_can_migrate_and_restore(
    sqlite_url: str, postgresql_url: str, postgres_cluster: Cluster, tmp_path: Path
) -> None:
    """Without superuser rights: a role that owns the database and may act as the application's."""
    source = Settings(database_url=sqlite_url, data_dir=tmp_path / "source")
    fill(source)
    write_backup(source, tmp_path / "billhead.backup")
    owner = f"owner_{uuid4().hex}"
    superusers_url = postgres_cluster.create_database()
    name = make_url(superusers_url).database or ""
    postgres_cluster.execute("CREATE ROLE {} LOGIN", owner)
    postgres_cluster.execute("GRANT billhead_app TO {}", owner)
    postgres_cluster.execute("ALTER DATABASE {} OWNER TO {}", name, owner)
    restored = Settings(database_url=postgres_cluster.url(name, owner), data_dir=tmp_path / "target")
    restore_backup(restored, tmp_path / "billhead.backup")
    assert snapshot(restored) == snapshot(source)
    postgres_cluster.drop_database(superusers_url)


def guards(database: Database) -> list[str]:
    """The triggers against change that are in force, and foreign keys that are checked late."""
    enabled = (
        f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{GUARD}%' ORDER BY 1"
        if database.is_sqlite
        else f"SELECT tgname FROM pg_trigger WHERE tgname LIKE '{GUARD}%' AND tgenabled = 'O'"
        " UNION ALL SELECT 'deferrable ' || conname FROM pg_constraint WHERE contype = 'f' AND condeferrable ORDER BY 1"
    )
    with database.connect(write=False) as connection:
        return list(connection.exec_driver_sql(enabled.replace("%", "%%" if not database.is_sqlite else "%")).scalars())


def guards_of_source(settings: Settings, target: str) -> list[str]:
    database = Database(settings.resolved_database_url)
    found = guards(database)
    database.dispose()
    assert found
    return found


def test_a_database_with_rows_is_not_overwritten(settings: Settings, tmp_path: Path) -> None:
    fill(settings)
    archive = tmp_path / "billhead.backup"
    write_backup(settings, archive)
    before = snapshot(settings)
    with pytest.raises(Conflict) as refused:
        restore_backup(settings, archive)
    assert refused.value.code == "DATABASE_NOT_EMPTY"
    assert snapshot(settings) == before


def test_an_empty_migrated_database_can_be_filled(settings: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "billhead.backup"
    write_backup(settings, archive)
    assert restore_backup(settings, archive).rows == 0


def test_a_database_at_another_revision_is_not_backed_up(empty: Callable[[str], Settings], tmp_path: Path) -> None:
    with pytest.raises(Conflict) as refused:
        write_backup(empty("sqlite"), tmp_path / "x")
    assert refused.value.code == "DATABASE_NOT_MIGRATED"
    assert [p.name for p in tmp_path.iterdir() if "x" in p.name] == []


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def cut_at_a_record(content: bytes) -> bytes:
    plain = gzip.decompress(content)
    end = plain.index(b"end.json")
    return gzip.compress(plain[:end] + bytes(1024))


def of_revision(revision: str, content: bytes) -> bytes:
    old, new = (f'"revision": "{r}"'.encode() for r in (newest_revision(), revision))
    return gzip.compress(gzip.decompress(content).replace(old, new))


def newer(content: bytes) -> bytes:
    return of_revision("9999", content)


EARLIER = "0003"


def as_of(revision: str, archive: Path, folder: Path) -> None:
    """Turn an archive into what the same data would have been in at an earlier revision."""
    database = Database(f"sqlite+pysqlite:///{folder / 'earlier.sqlite3'}", as_owner=True)
    with database.connect(write=True) as connection:
        upgrade(connection, revision)
        known = MetaData()
        known.reflect(connection)
    database.dispose()
    with ArchiveReader(archive) as reader:
        shapes = {f"tables/{shape.name}": shape for shape in reader.manifest.tables if shape.name in known.tables}
        kept = {
            group: [place for place, (name, _) in enumerate(shape.columns) if name in known.tables[shape.name].columns]
            for group, shape in shapes.items()
        }
        then = [
            TableShape(shape.name, tuple(shape.columns[place] for place in kept[group]))
            for group, shape in shapes.items()
        ]
        earlier = folder / "earlier.backup"
        manifest = Manifest(revision, reader.manifest.taken_at, tuple(then))
        with earlier.open("wb") as file, ArchiveWriter(file, manifest) as writer:
            for group, name, content in reader.entries():
                if group in kept:
                    rows = ([row[place] for place in kept[group]] for row in read_lines(content))
                    writer.write_lines(group, rows)
                elif name.endswith(".jsonl") and not group.startswith("tables/"):
                    writer.write_lines(group, [json.loads(line) for line in content.splitlines()])
                elif not group.startswith("tables/"):
                    writer.write_file(group, name, content)
    earlier.replace(archive)


def test_a_backup_of_an_earlier_version_is_restored_and_migrated(
    settings: Settings, empty: Callable[[str], Settings], tmp_path: Path
) -> None:
    fill(settings)
    archive = tmp_path / "billhead.backup"
    write_backup(settings, archive)
    as_of(EARLIER, archive, tmp_path)
    with pytest.raises(Conflict, match="without any table"):
        restore_backup(settings, archive)
    restored = empty("sqlite")
    restore_backup(restored, archive)
    assert snapshot(restored) == snapshot(settings)
    database = Database(restored.resolved_database_url)
    with database.connect(write=False) as connection:
        assert current_revision(connection) == newest_revision()
    database.dispose()


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (cut, "BACKUP_DAMAGED"),
        (cut_at_a_record, "BACKUP_DAMAGED"),
        (lambda content: b"", "BACKUP_DAMAGED"),
        (lambda content: b"PK\x03\x04" + content, "BACKUP_DAMAGED"),
        (newer, "BACKUP_NEWER"),
    ],
    ids=["cut", "cut at a record", "empty", "no archive", "newer"],
)
def test_a_damaged_backup_changes_nothing(
    settings: Settings, empty: Callable[[str], Settings], tmp_path: Path, damage: Callable[[bytes], bytes], code: str
) -> None:
    fill(settings)
    archive = tmp_path / "billhead.backup"
    write_backup(settings, archive)
    archive.write_bytes(damage(archive.read_bytes()))
    target = empty("sqlite" if settings.resolved_database_url.startswith("sqlite") else "postgresql")
    with pytest.raises((Malformed, Conflict)) as refused:
        restore_backup(target, archive)
    assert isinstance(refused.value, Refusal)
    assert refused.value.code == code
    database = Database(target.resolved_database_url, as_owner=True)
    with database.connect(write=False) as connection:
        tables = database.engine.dialect.get_table_names(connection)
    database.dispose()
    assert [t for t in tables if t != "alembic_version"] == []
