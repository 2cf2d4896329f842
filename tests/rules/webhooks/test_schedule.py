"""When a delivery is tried again, when it is given up, and when its endpoint is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.webhooks.rules import (
    DISABLED_AFTER,
    JITTER,
    RETRY_AFTER,
    DeliveryStatus,
    DisabledReason,
    Failure,
    Outcome,
    judge,
    wait_after,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FAILED = Outcome(10, 500, Failure.HTTP_STATUS)
DICE = st.floats(0, 1, exclude_max=True)


def test_the_schedule_is_about_a_day() -> None:
    assert timedelta(hours=23) < sum(RETRY_AFTER, timedelta()) <= timedelta(days=1)


@given(DICE, st.integers(1, len(RETRY_AFTER)))
def test_each_wait_stays_near_its_step(dice: float, tries: int) -> None:
    step, wait = RETRY_AFTER[tries - 1], wait_after(tries, None, dice)
    assert wait is not None
    assert step * (1 - JITTER) <= wait <= step * (1 + JITTER)


@given(DICE, st.integers(0, 10**9), st.integers(1, len(RETRY_AFTER)))
def test_the_receiver_may_ask_for_longer_within_reason(dice: float, asked: int, tries: int) -> None:
    wait, own = wait_after(tries, asked, dice), wait_after(tries, None, dice)
    assert wait is not None
    assert own is not None
    assert wait == max(own, min(timedelta(seconds=asked), max(RETRY_AFTER)))


def test_dice_spread_what_failed_together() -> None:
    assert len({wait_after(3, None, dice / 100) for dice in range(100)}) == 100


def test_success_ends_it() -> None:
    verdict = judge(Outcome(10, 204), tries=9, failing_since=NOW - 9 * DISABLED_AFTER, now=NOW, dice=0)
    assert (verdict.status, verdict.next_at, verdict.quiet_until, verdict.disabled) == (
        DeliveryStatus.DELIVERED, None, None, None,
    )  # fmt: skip


def test_the_last_attempt_makes_a_dead_letter() -> None:
    before, last = (
        judge(FAILED, tries=tries, failing_since=NOW, now=NOW, dice=0.5)
        for tries in (len(RETRY_AFTER), len(RETRY_AFTER) + 1)
    )
    assert (before.status, before.next_at) == (DeliveryStatus.PENDING, NOW + RETRY_AFTER[-1])
    assert (last.status, last.next_at, last.disabled) == (DeliveryStatus.DEAD, None, None)


def test_gone_means_at_once() -> None:
    verdict = judge(Outcome(10, 410, Failure.GONE), tries=1, failing_since=None, now=NOW, dice=0)
    assert (verdict.status, verdict.disabled) == (DeliveryStatus.DEAD, DisabledReason.GONE)


@pytest.mark.parametrize("short", [timedelta(0), timedelta(seconds=1)])
def test_an_endpoint_that_fails_for_days_is_disabled(short: timedelta) -> None:
    verdict = judge(FAILED, tries=1, failing_since=NOW - DISABLED_AFTER + short, now=NOW, dice=0)
    assert verdict.disabled == (None if short else DisabledReason.FAILING)
    assert verdict.status is (DeliveryStatus.PENDING if short else DeliveryStatus.DEAD)


@given(st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_failing_endpoint_rests_the_longer_the_longer_it_fails(failing_for: timedelta) -> None:
    verdict = judge(FAILED, tries=1, failing_since=NOW - failing_for, now=NOW, dice=0)
    assert verdict.quiet_until is not None
    rest = verdict.quiet_until - NOW
    assert timedelta(seconds=5) <= rest <= timedelta(minutes=5)
    longer = judge(FAILED, tries=1, failing_since=NOW - failing_for - timedelta(hours=1), now=NOW, dice=0)
    assert longer.quiet_until is not None
    assert longer.quiet_until >= verdict.quiet_until
