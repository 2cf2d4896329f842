"""Issuing over HTTP beside the limit of its database: the same SQL sent raw, in the same run.

Over HTTP: one `billhead serve --no-worker` process; 16 clients with keep-alive connections in a process of their own,
each issuing the drafts (three lines) of a tenant of its own. Raw: what issuing each of these drafts executes is
recorded first, statement by statement with its parameters, on a copy of the database; then 16 connections, opened and
set up as the server does it, send exactly that on another copy, one transaction per invoice, with as little Python
around as can be. The sides take turns in small slices, so that whatever else the machine does hits both alike.

Commits are durable on both sides: PostgreSQL with fsync, synchronous commits and full page writes; SQLite in WAL mode
with synchronous=FULL. Raw PostgreSQL has four client processes; raw SQLite one, whose 16 connections queue at a lock,
because sixteen that meet in SQLite's busy loop are slower. Afterwards both databases are asked for what they hold, and
the number series for its proof.

Out: invoices per second and latencies of both sides, their ratio, statements and the server's CPU time per invoice.
`--tiny` does a few invoices only, for the tests.
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import psutil
from sqlalchemy import event, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from app import Office, a_runtime, open_office  # noqa: E402
from billhead.entrypoints.http import create_app  # noqa: E402
from billhead.storage.clock import FixedClock  # noqa: E402
from billhead.storage.database import Database  # noqa: E402
from billhead.storage.schema import migrate  # noqa: E402
from drafts import make_drafts  # noqa: E402
from postgres import SETTINGS, running_cluster  # noqa: E402
from processes import billhead_environment, free_port, running, wait_until_ready  # noqa: E402

LINES = 3
TARGET = 0.20
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
UNLIMITED = {"requests_per_minute_per_token": "1000000", "requests_per_minute_per_address": "1000000"}
_FORK = multiprocessing.get_context("fork")

Statement = tuple[str, object, bool]
"""SQL, its parameters as the driver gets them, and whether it is to be executed for each of many."""
Work = str | Sequence[Statement]
"""What makes one invoice issued: a path to post to, or the statements of the transaction."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is issued: by each of `lanes` in each of `slices`, after a slice that does not count."""

    lanes: int = 16
    slices: int = 8
    each: int = 6

    @property
    def drafts(self) -> int:
        """What one lane issues in all."""
        return self.each * (self.slices + 1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database full of drafts: for each tenant its token, and the way to issue each draft, over HTTP and raw."""

    tokens: list[str]
    paths: list[list[str]]
    recorded: list[list[Sequence[Statement]]]


@dataclass(slots=True)
class Side:
    """What one side did: seconds of each slice, seconds of each invoice."""

    slices: list[float]
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / sum(self.slices)


# Lanes: one connection each, in processes of their own ----------------------------------------------------------------


class HttpLane:
    """A keep-alive connection that issues a tenant's drafts."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def issue(self, path: str) -> None:
        self.connection.request("POST", path, b"{}", self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body


class RawLane:
    """A database connection, set up as the server does it, that sends recorded transactions."""

    one_writer = threading.Lock()

    def __init__(self, url: str) -> None:
        database = Database(url)
        connection = database.engine.raw_connection().driver_connection
        assert connection is not None
        self.connection, self.is_sqlite = connection, database.is_sqlite

    def issue(self, statements: Sequence[Statement]) -> None:
        with self.one_writer if self.is_sqlite else contextlib.nullcontext():
            cursor = self.connection.cursor()
            for statement, parameters, many in statements:
                (cursor.executemany if many else cursor.execute)(statement, parameters)
                if self.is_sqlite:
                    cursor.fetchall()
            self.connection.commit()


Lane = HttpLane | RawLane
OpenLane = Callable[[], Lane]


class Crew:
    """Lanes spread over processes, each lane in a thread; they wait for work between the slices."""

    def __init__(self, lanes: Sequence[OpenLane], processes: int) -> None:
        self.lanes, self.count = lanes, min(processes, len(lanes))
        self.pipes = []
        for number in range(self.count):
            ours, theirs = _FORK.Pipe()
            own = lanes[number :: self.count]
            _FORK.Process(target=_work_lanes, args=(theirs, own), daemon=True).start()
            self.pipes.append(ours)
        for pipe in self.pipes:
            pipe.recv()

    def work(self, work: Sequence[Sequence[Work]]) -> tuple[float, list[float]]:
        """Give each lane its work; seconds until all was done, and seconds of each piece."""
        for number, pipe in enumerate(self.pipes):
            pipe.send(work[number :: self.count])
        for pipe in self.pipes:
            pipe.recv()
        began = time.perf_counter()
        for pipe in self.pipes:
            pipe.send("go")
        found = [pipe.recv() for pipe in self.pipes]
        return time.perf_counter() - began, [seconds for of_process in found for seconds in of_process]

    def dismiss(self) -> None:
        """Let the processes end."""
        for pipe in self.pipes:
            pipe.close()


def _work_lanes(pipe: Connection, lanes: Sequence[OpenLane]) -> None:
    opened = [open_lane() for open_lane in lanes]
    pipe.send("ready")
    with ThreadPoolExecutor(len(opened)) as threads, contextlib.suppress(EOFError):
        while True:
            work = pipe.recv()
            pipe.send("ready")
            pipe.recv()
            done = list(threads.map(_work_lane, opened, work))
            pipe.send([seconds for of_lane in done for seconds in of_lane])


def _work_lane(lane: Lane, work: Sequence[Work]) -> list[float]:
    latencies = []
    for piece in work:
        began = time.perf_counter()
        lane.issue(piece)  # type: ignore[arg-type]
        latencies.append(time.perf_counter() - began)
    return latencies


# Drafts, and what issuing them executes -------------------------------------------------------------------------------


def make_tenants(url: str, folder: Path, amount: Amount) -> tuple[list[str], list[list[str]]]:
    """Fill a database; the token of each tenant and the paths that issue its drafts."""
    migrate(url)
    database = Database(url)
    runtime = a_runtime(database, folder)
    assert isinstance(runtime.clock, FixedClock)
    runtime.clock.at = datetime.now(UTC)
    app = create_app(runtime)
    offices = [open_office(app, runtime, f"tenant-{number}") for number in range(amount.lanes)]
    paths = [_issue_paths(office, amount.drafts) for office in offices]
    tokens = [office.new_token() for office in offices]
    database.dispose()
    return tokens, paths


def _issue_paths(office: Office, count: int) -> list[str]:
    return [f"/billing/invoices/{invoice_id}/issue" for invoice_id in make_drafts(office, count, LINES)]


def record_issues(url: str, folder: Path, tokens: list[str], paths: list[list[str]]) -> list[list[Sequence[Statement]]]:
    """Issue every draft over a database of its own and keep what reached the driver."""
    database = Database(url)
    runtime = a_runtime(database, folder)
    assert isinstance(runtime.clock, FixedClock)
    runtime.clock.at = datetime.now(UTC)
    seen: list[Statement] = []

    def keep(connection: object, cursor: object, statement: str, parameters: object, context: object, many: bool) -> None:
        seen.append((statement, parameters, many))

    event.listen(database.engine, "before_cursor_execute", keep)
    recorded: list[list[Sequence[Statement]]] = []
    with contextlib.closing(_in_process(create_app(runtime))) as client:
        for token, of_tenant in zip(tokens, paths, strict=True):
            recorded.append([])
            for path in of_tenant:
                seen.clear()
                answer = client.post(path, json={}, headers={"Authorization": f"Bearer {token}"})
                assert answer.status_code == 200, answer.text
                recorded[-1].append(tuple(seen))
    database.dispose()
    return recorded
