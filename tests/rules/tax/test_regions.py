from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.refusal import Conflict, Malformed
from billhead.tax.rules import Component, RateAct, RateFields, RegionFields, plan_region, refuse_history

TODAY = date(2026, 3, 2)
OLD, PAST, CURRENT, COMING = (UUID(f"0198c0de-0000-7000-8000-00000000000{n}") for n in (1, 2, 3, 4))


def a_rate(begin: str, end: str | None = None, percent: str = "10", **fields: object) -> RateFields:
    given: dict[str, object] = {"rate_id": None, "tax_category": "standard", **fields}
    return RateFields(
        valid_from=date.fromisoformat(begin),
        valid_to=date.fromisoformat(end) if end else None,
        components=(Component("Sales tax", Decimal(percent)),),
        **given,  # type: ignore[arg-type]
    )


def a_region(*rates: RateFields, **fields: str) -> RegionFields:
    return RegionFields(**{"code": "US-WA-SEATTLE", "name": "Seattle", "country": "US", **fields}, rates=rates)


@pytest.mark.parametrize(
    ("region", "errors"),
    [
        (a_region(), set()),
        (a_region(a_rate("2025-01-01", "2026-01-01"), a_rate("2026-01-01")), set()),
        (a_region(a_rate("2026-01-01"), a_rate("2026-01-01", tax_category="reduced")), set()),
        (a_region(code="seattle"), {"code"}),
        (a_region(country="UK"), {"country"}),
        (a_region(a_rate("2026-01-01", "2026-01-01")), {"rates[0].validTo"}),
        (a_region(a_rate("2026-01-01"), a_rate("2026-06-01")), {"rates[1].validFrom"}),
        (a_region(a_rate("2026-06-01"), a_rate("2026-01-01")), {"rates[0].validFrom"}),
        (
            a_region(a_rate("2026-01-01", "2027-01-01"), a_rate("2026-02-01", "2026-03-01"), a_rate("2026-05-01")),
            {"rates[1].validFrom", "rates[2].validFrom"},
        ),
        (a_region(a_rate("2026-01-01", percent="-1")), {"rates[0].components[0].percent"}),
        (a_region(a_rate("2026-01-01", percent="0.0000001")), {"rates[0].components[0].percent"}),
        (a_region(replace(a_rate("2026-01-01"), components=())), {"rates[0].components"}),
        (
            a_region(replace(a_rate("2026-01-01"), components=(Component("GST", Decimal(5)),) * 2)),
            {"rates[0].components[1].name"},
        ),
        (a_region(a_rate("2026-01-01", rate_id=OLD)), {"rates[0].rateId"}),
        (
            a_region(a_rate("2026-01-01", tax_category="A B"), code="", country=""),
            {"code", "country", "rates[0].taxCategory"},
        ),
    ],
)
def test_what_may_be_said(region: RegionFields, errors: set[str]) -> None:
    if not errors:
        assert plan_region(None, region, TODAY).region == region
        return
    with pytest.raises(Malformed) as refused:
        plan_region(None, region, TODAY)
    assert set(refused.value.field_errors) == errors


RATES = (
    a_rate("2024-01-01", "2025-01-01", "9", rate_id=PAST),
    a_rate("2025-01-01", None, "10", rate_id=CURRENT),
    a_rate("2026-06-01", None, "5", rate_id=COMING, tax_category="reduced"),
)
PAST_RATE, CURRENT_RATE, COMING_RATE = RATES


@pytest.mark.parametrize(
    ("wanted", "acts"),
    [
        (RATES, []),
        (RATES[::-1], []),
        ((PAST_RATE, replace(CURRENT_RATE, components=(Component("Sales tax", Decimal("10.00")),)), COMING_RATE), []),
        ((PAST_RATE, replace(CURRENT_RATE, valid_to=date(2026, 3, 3)), COMING_RATE), [RateAct.END]),
        ((PAST_RATE, replace(CURRENT_RATE, valid_to=date(2027, 1, 1)), COMING_RATE), [RateAct.END]),
        ((PAST_RATE, replace(CURRENT_RATE, valid_to=TODAY), COMING_RATE), [RateAct.CORRECT]),
        ((PAST_RATE, replace(CURRENT_RATE, valid_to=date(2026, 3, 1)), COMING_RATE), [RateAct.CORRECT]),
        ((PAST_RATE, replace(CURRENT_RATE, components=(Component("VAT", Decimal(11)),)), COMING_RATE),
         [RateAct.CORRECT]),
        ((PAST_RATE, replace(CURRENT_RATE, valid_from=date(2025, 2, 1)), COMING_RATE), [RateAct.CORRECT]),
        ((replace(PAST_RATE, valid_to=date(2024, 12, 31)), *RATES[1:]), [RateAct.CORRECT]),
        ((replace(PAST_RATE, tax_category="zero"), *RATES[1:]), [RateAct.CORRECT]),
        (RATES[1:], [RateAct.CORRECT]),
        (RATES[:2], [RateAct.REMOVE]),
        ((*RATES[:2], replace(COMING_RATE, valid_from=date(2026, 7, 1))), [RateAct.CHANGE]),
        ((*RATES, a_rate("2023-01-01", "2024-01-01")), [RateAct.ADD]),
        ((PAST_RATE, replace(CURRENT_RATE, valid_to=date(2026, 7, 1)), COMING_RATE, a_rate("2026-07-01")),
         [RateAct.END, RateAct.ADD]),
    ],
)  # fmt: skip
def test_what_becomes_of_rates(wanted: tuple[RateFields, ...], acts: list[RateAct]) -> None:
    current = a_region(*RATES)
    if RateAct.CORRECT in acts:
        with pytest.raises(Conflict) as refused:
            plan_region(current, a_region(*wanted), TODAY)
        assert refused.value.code == "TAX_RATE_IN_FORCE"
        assert len(refused.value.field_errors) == 1
    plan = plan_region(current, a_region(*wanted), TODAY, "typed wrong")
    assert [change.act for change in plan.changes] == acts


def test_the_code_stays() -> None:
    with pytest.raises(Malformed) as refused:
        plan_region(a_region(), a_region(code="US-WA"), TODAY)
    assert set(refused.value.field_errors) == {"code"}


def test_a_region_with_history_is_kept() -> None:
    refuse_history(a_region(COMING_RATE), TODAY)
    with pytest.raises(Conflict, match="have begun"):
        refuse_history(a_region(COMING_RATE, PAST_RATE), TODAY)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 15) | st.none()), max_size=6))
def test_no_two_rates_that_are_accepted_hold_on_one_day(spans: list[tuple[int, int | None]]) -> None:
    rates = [
        replace(
            a_rate("2026-01-01"),
            valid_from=TODAY + timedelta(begin),
            valid_to=TODAY + timedelta(begin + length) if length else None,
        )
        for begin, length in spans
    ]
    holding = [sum(r.valid_from <= day and (not r.valid_to or day < r.valid_to) for r in rates)
               for day in (TODAY + timedelta(n) for n in range(60))]  # fmt: skip
    try:
        plan_region(None, a_region(*rates), TODAY)
    except Malformed:
        assert max(holding) > 1
    else:
        assert max(holding, default=0) <= 1
        assert all(a.valid_to and a.valid_to <= b.valid_from
                   for a, b in pairwise(sorted(rates, key=lambda r: r.valid_from)))  # fmt: skip
