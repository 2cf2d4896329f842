"""Document numbers: no gap, no duplicate, whoever writes at the same time and whatever fails."""

from contextlib import suppress
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billhead.refusal import Conflict, Malformed, NotFound
from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.numbering import (
    PeriodAudit,
    Reset,
    audit_ledger,
    can_print_the_same,
    cancel_number,
    check_pattern,
    create_series,
    format_number,
    take_numbers,
)
from storage.crowd import all_at_once

TENANT = new_id()
DAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def series_id(database: Database) -> UUID:
    with database.tenant(TENANT, write=True) as session:
        return create_series(session, TENANT, "INVOICE", "INV-{NNNNNN}", Reset.NEVER)


def take(database: Database, count: int = 1, on: date = DAY, code: str = "INVOICE") -> list[str]:
    with database.tenant(TENANT, write=True) as session:
        subjects = [("invoice", new_id()) for _ in range(count)]
        return [n.number for n in take_numbers(session, TENANT, code, subjects, on=on, now=NOW)]


def take_and_fail(database: Database) -> None:
    with suppress(ZeroDivisionError), database.tenant(TENANT, write=True) as session:
        take_numbers(session, TENANT, "INVOICE", [("invoice", new_id())], on=DAY, now=NOW)
        raise ZeroDivisionError


def ledger(database: Database, series_id: UUID) -> list[PeriodAudit]:
    with database.tenant(TENANT, write=False) as session:
        return audit_ledger(session, TENANT, series_id)


@pytest.mark.parametrize(
    ("pattern", "value", "number"),
    [
        ("INV-{NNNNNN}", 7, "INV-000007"),
        ("INV-{YYYY}-{NNNN}", 7, "INV-2026-0007"),
        ("{YY}{MM}/{N}", 12, "2603/12"),
        ("{NN}", 1234, "1234"),
    ],
)
def test_numbers_are_printed_by_the_pattern(pattern: str, value: int, number: str) -> None:
    assert format_number(pattern, value, DAY) == number


@pytest.mark.parametrize(
    ("pattern", "reset"),
    [
        ("INV", Reset.NEVER),
        ("{N}{N}", Reset.NEVER),
        ("{X}{N}", Reset.NEVER),
        ("{N", Reset.NEVER),
        ("{N}", Reset.YEARLY),
    ],
)
def test_patterns_without_unique_numbers_are_refused(pattern: str, reset: Reset) -> None:
    with pytest.raises(Malformed, match="pattern"):
        check_pattern(pattern, reset)


def test_numbers_are_taken_singly_and_in_blocks(database: Database, series_id: UUID) -> None:
    assert take(database) == ["INV-000001"]
    assert take(database, 3) == ["INV-000002", "INV-000003", "INV-000004"]
    assert ledger(database, series_id) == [PeriodAudit("", 4, 4, 0, ())]


def test_a_yearly_series_starts_again(database: Database) -> None:
    with database.tenant(TENANT, write=True) as session:
        series_id = create_series(session, TENANT, "ORDER", "INV-{YYYY}-{NNNN}", Reset.YEARLY)
    assert take(database, 2, date(2026, 12, 31), "ORDER") == ["INV-2026-0001", "INV-2026-0002"]
    assert take(database, 1, date(2027, 1, 1), "ORDER") == ["INV-2027-0001"]
    assert ledger(database, series_id) == [PeriodAudit("2026", 2, 2, 0, ()), PeriodAudit("2027", 1, 1, 0, ())]


def test_a_failed_transaction_takes_no_number(database: Database, series_id: UUID) -> None:
    take_and_fail(database)
    assert take(database) == ["INV-000001"]


def test_a_cancelled_number_stays_in_the_ledger(database: Database, series_id: UUID) -> None:
    take(database, 3)
    with database.tenant(TENANT, write=True) as session:
        cancel_number(session, TENANT, "INV-000002")
        cancel_number(session, TENANT, "INV-000002")
    assert ledger(database, series_id) == [PeriodAudit("", 3, 2, 1, ())]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE number_entry SET number = 'X'",
        "UPDATE number_entry SET state = 'TAKEN' WHERE state = 'CANCELLED'",
        "UPDATE number_entry SET state = 'CANCELLED', value = 9 WHERE value = 1",
        "DELETE FROM number_entry",
    ],
)
def test_the_ledger_cannot_be_rewritten(database: Database, series_id: UUID, change: str) -> None:
    take(database, 2)
    with database.tenant(TENANT, write=True) as session:
        cancel_number(session, TENANT, "INV-000002")
    with pytest.raises(DBAPIError, match="number"), database.platform(write=True) as session:
        session.execute(text(change))


def test_a_hole_in_the_ledger_is_found(database: Database, database_url: str, series_id: UUID) -> None:
    take(database, 4)
    owner = Database(database_url, pool_size=1, as_owner=True)
    with owner.connect(write=True) as connection:
        connection.exec_driver_sql(
            "DROP TRIGGER guard_number_entry_delete" + ("" if owner.is_sqlite else " ON number_entry")
        )
        connection.exec_driver_sql("DELETE FROM number_entry WHERE value IN (2, 4)")
    owner.dispose()
    assert ledger(database, series_id) == [PeriodAudit("", 4, 2, 0, (2, 4))]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM number_series",
        "UPDATE number_series SET next_value = next_value - 1",
        "UPDATE number_series SET next_value = 1",
        "UPDATE number_series SET code = 'OTHER'",
    ],
)
def test_a_series_neither_goes_back_nor_away(database: Database, series_id: UUID, change: str) -> None:
    take(database, 3)
    with pytest.raises(DBAPIError), database.tenant(TENANT, write=True) as session:
        session.execute(text(change))
    assert take(database) == ["INV-000004"]


def test_a_series_does_not_go_back_through_another_period(database: Database, series_id: UUID) -> None:
    take(database, 3)
    with database.tenant(TENANT, write=True) as session:
        session.execute(text("UPDATE number_series SET period = 'x', next_value = 1"))
    with pytest.raises(DBAPIError), database.tenant(TENANT, write=True) as session:
        session.execute(text("UPDATE number_series SET period = '', next_value = 2"))
    assert take(database) == ["INV-000004"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("INV-{NNNNNN}", "INV-{NNNNNN}", True),
        ("INV-{NNNNNN}", "INV-{NNN}", True),
        ("INV-{NNNNNN}", "INV-{YYYY}-{NNNN}", False),
        ("INV-{NNNNNN}", "INV-{YYYY}{NNNN}", True),
        ("INV-{NNN}", "INV-7{NN}", True),
        ("{YY}{NN}", "{NNN}", True),
        ("A{NN}", "B{NN}", False),
        ("{NN}A", "{NN}", False),
        ("{NNN}-{YY}", "{YYYY}-{NN}", True),
        ("{NNNNN}-{MM}", "{YYYY}-{NN}", False),
        ("R{NN}", "r{NN}", False),
    ],
)
def test_two_patterns_may_have_a_number_in_common(one: str, other: str, same: bool) -> None:
    assert can_print_the_same(one, other) is same
    assert can_print_the_same(other, one) is same


def test_an_unknown_series_is_refused(database: Database) -> None:
    with pytest.raises(NotFound):
        take(database, code="NONE")


def test_32_writers_leave_neither_gap_nor_duplicate(database: Database, series_id: UUID) -> None:
    def act(number: int) -> list[str]:
        taken: list[str] = []
        for turn in range(8):
            if turn % 4 == 3:
                take_and_fail(database)
            else:
                taken += take(database, 1 + turn % 2)
        return taken

    numbers = [n for taken in all_at_once(32, act) for n in taken]
    assert len(numbers) == 32 * 8
    assert sorted(numbers) == [format_number("INV-{NNNNNN}", v, DAY) for v in range(1, len(numbers) + 1)]
    assert ledger(database, series_id) == [PeriodAudit("", len(numbers), len(numbers), 0, ())]


def change_series(database: Database, pattern: str, reset: Reset) -> None:
    with database.tenant(TENANT, write=True) as session:
        session.execute(text("UPDATE number_series SET pattern = :p, reset = :r"), {"p": pattern, "r": reset})


def test_a_clock_set_back_over_new_year_goes_on_in_the_old_year(database: Database, series_id: UUID) -> None:
    change_series(database, "INV-{YYYY}-{NN}", Reset.YEARLY)
    days = [DAY, date(2027, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2025, 12, 31)]
    assert [take(database, on=day) for day in days] == [
        ["INV-2026-01"], ["INV-2027-01"], ["INV-2026-02"], ["INV-2027-02"], ["INV-2025-01"],
    ]  # fmt: skip
    assert [(p.period, p.last, p.missing) for p in ledger(database, series_id)] == [
        ("2025", 1, ()), ("2026", 2, ()), ("2027", 2, ()),
    ]  # fmt: skip


def test_a_reset_switched_on_and_off_goes_on_where_it_ended(database: Database, series_id: UUID) -> None:
    assert take(database, 3)[-1] == "INV-000003"
    change_series(database, "INV-{YYYY}-{NN}", Reset.YEARLY)
    assert take(database, 2) == ["INV-2026-01", "INV-2026-02"]
    change_series(database, "INV-{NNNNNN}", Reset.NEVER)
    assert take(database, 2) == ["INV-000004", "INV-000005"]
    assert [(p.period, p.last, p.missing) for p in ledger(database, series_id)] == [("", 5, ()), ("2026", 2, ())]


def test_a_pattern_that_prints_a_number_again_is_refused_and_cured_by_another(
    database: Database, series_id: UUID
) -> None:
    change_series(database, "INV-{YYYY}-{NN}", Reset.YEARLY)
    assert take(database) == ["INV-2026-01"]
    change_series(database, "INV-{YYYY}-{NN}", Reset.NEVER)
    with pytest.raises(Conflict) as refused:
        take(database)
    assert refused.value.code == "NUMBER_TAKEN"
    change_series(database, "INV-{YYYY}/{NN}", Reset.NEVER)
    assert take(database) == ["INV-2026/01"]


@pytest.mark.parametrize("pattern", ["INV\n{NN}", "\u202e{NN}", "{NN}\x1b"])
def test_a_pattern_holds_what_can_be_printed(pattern: str) -> None:
    with pytest.raises(Malformed):
        check_pattern(pattern, Reset.NEVER)
