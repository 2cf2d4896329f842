"""Issuing over HTTP beside the limit of its database: the same SQL sent raw, in the same run.

Over HTTP: one `billhead serve --no-worker` process; 16 clients with keep-alive connections in a process of their own,
each issuing the drafts (three lines) of a tenant of its own. Raw: what issuing each of these drafts executes is
recorded first, statement by statement with its parameters, on a copy of the database; then 16 connections, opened as
the server opens them, send exactly that on another copy, one transaction per invoice, with as little Python around as
can be. The sides take turns in small slices, so that whatever else the machine does hits both alike.

Commits are durable on both sides. Raw PostgreSQL has four client processes; raw SQLite has one, whose connections
queue at a lock, which is faster than meeting in SQLite's busy loop. Afterwards both databases must hold every invoice
issued once, and both series of numbers prove themselves.

Out: invoices per second and latencies of both sides, their ratio, statements and the server's CPU time per invoice.
`--tiny` issues a few invoices only.
"""

import argparse
import contextlib
import http.client
import multiprocessing
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
from sqlalchemy import event, func, select
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from app import a_runtime, open_office
from billhead.access.runtime import Runtime
from billhead.entrypoints.http import create_app
from billhead.entrypoints.telemetry import set_up_telemetry
from billhead.invoices.events import InvoiceIssued
from billhead.invoices.tables import Invoice, IssuedDocument
from billhead.storage.clock import FixedClock
from billhead.storage.database import Database
from billhead.storage.numbering import audit_ledger
from billhead.storage.schema import migrate
from billhead.storage.settings import Settings
from billhead.storage.tables import AuditEntry, NumberSeries, OutboxEvent
from billhead.tenants.actions import INVOICE_SERIES
from drafts import make_drafts
from postgres import SETTINGS, Cluster, running_cluster
from processes import billhead_environment, free_port, running, wait_until_ready

LINES = 3
TARGET = 0.20
DURABLE = SETTINGS | {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
UNLIMITED = {"requests_per_minute_per_token": "1000000", "requests_per_minute_per_address": "1000000"}
_FORK = multiprocessing.get_context("fork")

Statement = tuple[str, object, bool]
"""SQL, its parameters as the driver gets them, and whether they are many."""
Transaction = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is issued: `each` by every lane in every slice, after a first slice that does not count."""

    lanes: int = 16
    slices: int = 8
    each: int = 4

    @property
    def drafts(self) -> int:
        """What one lane issues in all."""
        return self.each * (self.slices + 1)


@dataclass(frozen=True, slots=True)
class Drafts:
    """A tenant's drafts: its API token, the paths that issue them over HTTP, and the transactions that do it raw."""

    token: str
    paths: list[str]
    transactions: list[Transaction] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Side:
    """What one side did in the slices that count: seconds of each slice, seconds of each invoice."""

    slices: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    def add(self, number: int, done: tuple[float, list[float]]) -> None:
        """Count a slice; slice 0 is for warming up."""
        if number > 0:
            self.slices.append(done[0])
            self.latencies.extend(done[1])

    @property
    def rate(self) -> float:
        """Invoices per second."""
        return len(self.latencies) / sum(self.slices)

    def __str__(self) -> str:
        cuts = statistics.quantiles(self.latencies, n=100)
        return f"{self.rate:8.1f} invoices/s   p50 {cuts[49] * 1e3:6.1f} ms   p99 {cuts[98] * 1e3:6.1f} ms"


# Lanes: one connection each, in processes of their own ----------------------------------------------------------------


class HttpLane:
    """A keep-alive connection that issues by path."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def issue(self, path: str) -> None:
        self.connection.request("POST", path, b"{}", self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body


class RawLane:
    """A database connection, opened as the server opens it, that issues by recorded transaction."""

    one_writer = threading.Lock()

    def __init__(self, url: str) -> None:
        database = Database(url)
        self.is_sqlite = database.is_sqlite
        self.pooled = database.engine.raw_connection()
        self.connection = self.pooled.dbapi_connection

    def issue(self, transaction: Transaction) -> None:
        with self.one_writer if self.is_sqlite else contextlib.nullcontext():
            cursor = self.connection.cursor()
            for statement, parameters, are_many in transaction:
                (cursor.executemany if are_many else cursor.execute)(statement, parameters)
                if self.is_sqlite:
                    cursor.fetchall()
            self.connection.commit()


OpenLane = Callable[[], HttpLane | RawLane]


class Crew:
    """Lanes spread over processes, each lane with a thread; between slices they wait for work."""

    def __init__(self, lanes: Sequence[OpenLane], processes: int) -> None:
        self.count = min(processes, len(lanes))
        self.pipes = []
        for number in range(self.count):
            ours, theirs = _FORK.Pipe()
            _FORK.Process(target=_work_lanes, args=(theirs, lanes[number :: self.count]), daemon=True).start()
            theirs.close()
            self.pipes.append(ours)
        self._answers()

    def work(self, work: Sequence[Sequence[object]]) -> tuple[float, list[float]]:
        """Give each lane its pieces of work; seconds until all was done, and seconds of each piece."""
        for number, pipe in enumerate(self.pipes):
            pipe.send(work[number :: self.count])
        self._answers()
        began = time.perf_counter()
        for pipe in self.pipes:
            pipe.send(None)
        latencies = [seconds for of_process in self._answers() for seconds in of_process]
        return time.perf_counter() - began, latencies

    def dismiss(self) -> None:
        """Let the processes end."""
        for pipe in self.pipes:
            pipe.send(None)

    def _answers(self) -> list[list[float]]:
        return [pipe.recv() for pipe in self.pipes]


def _work_lanes(pipe: Connection, lanes: Sequence[OpenLane]) -> None:
    opened = [open_lane() for open_lane in lanes]
    pipe.send([])
    with ThreadPoolExecutor(len(opened)) as threads:
        while work := pipe.recv():
            pipe.send([])
            pipe.recv()
            done = list(threads.map(_work_lane, opened, work))
            pipe.send([seconds for of_lane in done for seconds in of_lane])


def _work_lane(lane: HttpLane | RawLane, work: Sequence[object]) -> list[float]:
    latencies = []
    for piece in work:
        began = time.perf_counter()
        lane.issue(piece)  # type: ignore[arg-type]
        latencies.append(time.perf_counter() - began)
    return latencies


# Databases full of drafts, and copies of them -------------------------------------------------------------------------


class SqliteBed:
    """A database file, copied as a file."""

    title = "SQLite (WAL, synchronous=FULL)"
    raw_processes = 1

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, make: Callable[[str], None]) -> None:
        """Let `make` fill the original, by its URL."""
        make(f"sqlite+pysqlite:///{self.folder / 'drafts.sqlite3'}")

    def copy(self, name: str) -> str:
        """The URL of a copy."""
        file = shutil.copyfile(self.folder / "drafts.sqlite3", self.folder / f"{name}.sqlite3")
        return f"sqlite+pysqlite:///{file}"


class PostgresBed:
    """A template database, copied by its server."""

    title = "PostgreSQL (fsync=on, synchronous_commit=on, full_page_writes=on)"
    raw_processes = 4

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def fill(self, make: Callable[[str], None]) -> None:
        """Let `make` fill the original, by its URL."""
        self.cluster.template("drafts", make)

    def copy(self, name: str) -> str:
        """The URL of a copy."""
        return self.cluster.create_database("drafts")


Bed = SqliteBed | PostgresBed


def prepare(bed: Bed, folder: Path, amount: Amount) -> list[Drafts]:
    """Fill the bed's original with drafts, and record on a copy what issuing each of them executes."""
    set_up_telemetry(Settings(log_level="WARNING"))
    made: list[Drafts] = []
    bed.fill(lambda url: made.extend(make_tenants(url, folder, amount)))
    runtime = _runtime(bed.copy("recording"), folder)
    seen: list[Statement] = []

    def keep(_: object, __: object, statement: str, parameters: object, ___: object, are_many: bool) -> None:
        seen.append((statement, parameters, are_many))

    event.listen(runtime.database.engine, "before_cursor_execute", keep)
    client = TestClient(create_app(runtime))
    for drafts in made:
        for path in drafts.paths:
            seen.clear()
            answer = client.post(path, json={}, headers={"Authorization": f"Bearer {drafts.token}"})
            assert answer.status_code == 200, answer.text
            drafts.transactions.append(tuple(seen))
    runtime.database.dispose()
    return made


def make_tenants(url: str, folder: Path, amount: Amount) -> Iterator[Drafts]:
    """Migrate an empty database and make tenants with drafts in it."""
    migrate(url)
    runtime = _runtime(url, folder)
    app = create_app(runtime)
    for number in range(amount.lanes):
        office = open_office(app, runtime, f"tenant-{number}")
        ids = make_drafts(office, amount.drafts, LINES)
        yield Drafts(office.new_token(), [f"/billing/invoices/{invoice_id}/issue" for invoice_id in ids])
    runtime.database.dispose()


def _runtime(url: str, folder: Path) -> Runtime:
    runtime = a_runtime(Database(url), folder, **UNLIMITED)
    assert isinstance(runtime.clock, FixedClock)
    runtime.clock.at = datetime.now(UTC)
    return runtime


def check(url: str, amount: Amount) -> None:
    """Every tenant has issued each draft once: numbers without a gap, one document, event and audit entry for each."""
    database = Database(url)
    with database.platform(write=False) as session:
        found = select(NumberSeries.tenant_id, NumberSeries.id).where(NumberSeries.code == INVOICE_SERIES)
        series = session.execute(found).all()
    assert len(series) == amount.lanes
    for tenant_id, series_id in series:
        with database.tenant(tenant_id, write=False) as session:
            (period,) = audit_ledger(session, tenant_id, series_id)
            assert (period.last, period.issued, period.missing) == (amount.drafts, amount.drafts, ())
            for counting in (
                select(func.count(Invoice.number.distinct())).where(Invoice.status == "ISSUED"),
                select(func.count(IssuedDocument.invoice_id)),
                select(func.count(OutboxEvent.subject_id.distinct())).where(OutboxEvent.type == InvoiceIssued.type),
                select(func.count(AuditEntry.subject_id.distinct())).where(AuditEntry.act == "invoice.issue"),
            ):
                assert session.scalar(counting) == amount.drafts, str(counting)
    database.dispose()


# The race -------------------------------------------------------------------------------------------------------------


def race(bed: Bed, folder: Path, amount: Amount) -> None:
    """Prepare the bed, let both sides issue everything in turns, check both, and print what came out."""
    with ProcessPoolExecutor(1, _FORK) as apart:
        drafts = apart.submit(prepare, bed, folder, amount).result()
    served, raw_url, port = bed.copy("served"), bed.copy("raw"), free_port()
    over_http, raw, cpu = Side(), Side(), 0.0
    environment = billhead_environment(served, folder, **UNLIMITED, log_level="INFO")
    with (
        (folder / "server.log").open("wb") as log,
        running(environment, "serve", "--port", str(port), "--no-worker", log=log) as server,
    ):
        wait_until_ready(f"http://127.0.0.1:{port}")
        http_crew = Crew([partial(HttpLane, port, of_tenant.token) for of_tenant in drafts], 1)
        raw_crew = Crew([partial(RawLane, raw_url)] * amount.lanes, bed.raw_processes)
        for number in range(amount.slices + 1):
            part = slice(number * amount.each, (number + 1) * amount.each)
            before = _cpu_seconds(server.pid)
            over_http.add(number, http_crew.work([of_tenant.paths[part] for of_tenant in drafts]))
            cpu += (_cpu_seconds(server.pid) - before) * bool(number)
            raw.add(number, raw_crew.work([of_tenant.transactions[part] for of_tenant in drafts]))
        http_crew.dismiss()
        raw_crew.dismiss()
    check(served, amount)
    check(raw_url, amount)
    statements = statistics.fmean(len(t) for of_tenant in drafts for t in of_tenant.transactions)
    ratio = over_http.rate / raw.rate
    by_slice = sorted(r / h for h, r in zip(over_http.slices, raw.slices, strict=True))
    print(f"{bed.title}: {len(raw.latencies)} invoices a side, {amount.lanes} tenants and connections")
    print(f"  raw SQL    {raw}   {statements:.1f} statements an invoice")
    print(f"  over HTTP  {over_http}   {cpu / len(over_http.latencies) * 1e3:.2f} ms of the server's CPU an invoice")
    print(f"  ratio      {ratio:8.1%} (slices {by_slice[0]:.0%} to {by_slice[-1]:.0%}), target {TARGET:.0%}")
    print("  both databases checked: every draft issued once, no gap, no duplicate", flush=True)


def _cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def main() -> None:
    """Run on both databases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true", help="a few invoices only")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    chosen = parser.parse_args()
    amount = Amount(lanes=2, slices=2, each=2) if chosen.tiny else Amount()
    with tempfile.TemporaryDirectory(prefix="billhead-bench-") as name:
        folder = Path(name)
        if chosen.database != "postgresql":
            race(SqliteBed(folder), folder, amount)
        if chosen.database != "sqlite":
            with running_cluster(DURABLE) as cluster:
                race(PostgresBed(cluster), folder, amount)


if __name__ == "__main__":
    main()
