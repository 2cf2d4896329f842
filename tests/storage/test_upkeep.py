"""Chores are repeated, outlive their errors, and stop."""

import logging
from datetime import UTC, datetime
from threading import Event

import pytest

from billhead.storage.clock import FixedClock
from billhead.storage.database import Database
from billhead.storage.jobs.queue import open_queue
from billhead.storage.settings import Settings
from billhead.storage.upkeep import Chore, Reactions, Upkeep, storage_chores

WAIT = 10.0


def test_a_chore_with_more_to_do_goes_on_at_once() -> None:
    left, idle = [3, 2, 1, 0], Event()

    def run() -> int:
        now = left.pop(0)
        if not left:
            idle.set()
        return now

    upkeep = Upkeep([Chore("count", run, 3600)])
    upkeep.start()
    assert idle.wait(WAIT)
    upkeep.stop()
    assert left == []


def test_an_error_is_logged_and_the_chore_repeated(caplog: pytest.LogCaptureFixture) -> None:
    rounds, again = list[int](), Event()

    def run() -> int:
        rounds.append(1)
        if len(rounds) == 2:
            again.set()
        raise OSError("away")

    with caplog.at_level(logging.ERROR):
        upkeep = Upkeep([Chore("fragile", run, 0.001)])
        upkeep.start()
        assert again.wait(WAIT)
        upkeep.stop()
    assert "fragile" in caplog.text


def test_the_chores_of_an_empty_database_find_nothing_to_do(database: Database) -> None:
    woken: list[int] = []
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    chores = storage_chores(
        database, open_queue(database, 30), Reactions(), clock, Settings(), lambda: woken.append(1)
    )  # fmt: skip
    assert [chore.run() for chore in chores] == [0, 0, 0, 0]
    assert woken == []
