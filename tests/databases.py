"""Databases for tests, built by the migrations once per run and then copied: real SQLite, real PostgreSQL.

The fixture `database` runs a test on both; `sqlite_database` and `postgresql_database` on one. On PostgreSQL the
connection works as `billhead_app`, as in production. `pytest -m "not postgresql"` leaves PostgreSQL out.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from billhead.storage.database import Database
from billhead.storage.schema import migrate
from postgres import Cluster

KINDS = (
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgresql),
)


def _sqlite_url(file: Path) -> str:
    return f"sqlite+pysqlite:///{file}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; its folder is this worker's own."""
    file = tmp_path_factory.mktemp("template") / "billhead.sqlite3"
    migrate(_sqlite_url(file))
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated, empty SQLite database of this test's own."""
    file = tmp_path / "billhead.sqlite3"
    shutil.copyfile(sqlite_template, file)
    return _sqlite_url(file)


@pytest.fixture
def postgresql_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The URL (superuser) of a migrated, empty PostgreSQL database of this test's own."""

    def fill(url: str) -> None:
        migrate(url)

    template = postgres_cluster.template("billhead", fill)
    url = postgres_cluster.create_database(template)
    yield url
    postgres_cluster.drop_database(url)


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """An empty SQLite database."""
    database = Database(sqlite_url)
    yield database
    database.dispose()


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    """An empty PostgreSQL database, used as the application's role."""
    database = Database(postgresql_url)
    yield database
    database.dispose()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once of each kind."""
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, once of each kind."""
    database = Database(database_url)
    yield database
    database.dispose()


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of tests on PostgreSQL."""
    config.addinivalue_line("markers", "postgresql: needs the PostgreSQL test cluster")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark also the tests that ask for PostgreSQL by a fixture's name."""
    for item in items:
        if {"postgresql_url", "postgres_cluster"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.postgresql)
