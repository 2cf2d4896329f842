"""Column types: what is written is read back, the same on both databases; what would be inexact is refused."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from billhead.storage.columns import Document, Exact, Id, Minor, Utc, canonical_json
from billhead.storage.database import Database
from billhead.storage.ids import new_id

SAMPLES = Table(
    "sample",
    MetaData(),
    Column("n", Integer, primary_key=True),
    Column("id", Id()),
    Column("minor", Minor),
    Column("exact", Exact),
    Column("at", Utc),
    Column("document", Document),
)

ROUND_TRIPS: list[tuple[str, object]] = [
    ("minor", 0),
    ("minor", -(2**62)),
    ("minor", 9_007_199_254_740_993),
    ("exact", Decimal("0.000000000001")),
    ("exact", Decimal("12345678901234567890.123456789012")),
    ("exact", Decimal("-1E+3")),
    ("exact", Decimal("0.10")),
    ("at", datetime(2026, 3, 1, 12, 0, 0, 123456, UTC)),
    ("at", datetime(1999, 12, 31, 23, 59, 59, 999999, UTC)),
    ("document", {"b": [1, "é", None, True], "a": {"z": "", "y": {}}}),
    ("document", []),
    ("id", UUID("018f4f5c-0000-7000-8000-000000000001")),
    ("minor", None),
    ("exact", None),
    ("at", None),
    ("document", None),
]


@pytest.fixture
def samples(database: Database, database_url: str) -> Database:
    owner = Database(database_url, pool_size=1, as_owner=True)
    with owner.connect(write=True) as connection:
        SAMPLES.create(connection)
        if not owner.is_sqlite:
            connection.exec_driver_sql("GRANT ALL ON sample TO billhead_app")
    owner.dispose()
    return database


def round_trip(database: Database, column: str, value: object) -> object:
    with database.connect(write=True) as connection:
        connection.execute(insert(SAMPLES).values(n=1, **{column: value}))
        return connection.execute(select(SAMPLES.c[column])).scalar_one()


def test_values_are_read_back_as_written(samples: Database) -> None:
    for number, (column, value) in enumerate(ROUND_TRIPS):
        with samples.connect(write=True) as connection:
            connection.execute(insert(SAMPLES).values(n=number, **{column: value}))
            read = connection.execute(select(SAMPLES.c[column]).where(SAMPLES.c.n == number)).scalar_one()
        assert read == value, column
        assert type(read) is type(value)


def test_moments_are_read_in_utc(samples: Database) -> None:
    read = round_trip(samples, "at", datetime(2026, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))))
    assert read == datetime(2025, 12, 31, 19, 30, tzinfo=UTC)
    assert isinstance(read, datetime)
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("minor", 1.0),
        ("minor", Decimal(1)),
        ("minor", True),
        ("exact", 0.1),
        ("exact", 1),
        ("exact", Decimal("NaN")),
        ("exact", Decimal("Infinity")),
        ("at", datetime(2026, 1, 1)),  # noqa: DTZ001
        ("document", {"a": float("nan")}),
    ],
)
def test_inexact_values_are_refused(samples: Database, column: str, value: object) -> None:
    with pytest.raises((StatementError, TypeError, ValueError)):
        round_trip(samples, column, value)


def test_equal_documents_are_equal_bytes() -> None:
    assert canonical_json({"b": 1, "a": "é"}) == canonical_json({"a": "é", "b": 1}) == '{"a":"é","b":1}'


def test_new_ids_sort_by_time() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert {i.version for i in ids} == {7}
