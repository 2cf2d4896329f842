from dataclasses import replace

import pytest

from billhead.money import FeeRule, LineKey, TaxPolicy, compute_document
from billhead.refusal import Malformed
from rules.money.documents import (
    EVERY_POLICY,
    EXCLUSIVE,
    GERMAN,
    INCLUSIVE,
    UNTAXED,
    a_line,
    fixed_fee,
    percent_fee,
    percent_off,
)


@pytest.mark.parametrize(
    ("prices", "fees", "charged"),
    [
        (["10000"], [percent_fee("5")], [(10000, 500, False)]),
        (["10000"], [percent_fee("5", 500)], [(10000, 500, False)]),
        (["10001"], [percent_fee("5", 500)], [(10001, 500, False)]),
        (["10010"], [percent_fee("5", 500)], [(10010, 500, True)]),
        (["100000"], [percent_fee("5", 3500)], [(100000, 3500, True)]),
        (["100000"], [percent_fee("5", 0)], [(100000, 0, True)]),
        (["-100000"], [percent_fee("5", 3500)], [(-100000, -3500, True)]),
        (["333"], [percent_fee("0.5")], [(333, 2, False)]),
        (["100"], [fixed_fee(250)], [(100, 250, False)]),
        (["100", "-100"], [percent_fee("5"), fixed_fee(250)], [(0, 0, False), (0, 250, False)]),
        (["100"], [fixed_fee(-250)], [(100, -250, False)]),
        # never one fee on another
        (["1000"], [fixed_fee(500), percent_fee("10")], [(1000, 500, False), (1000, 100, False)]),
        ([], [fixed_fee(500), percent_fee("10")], [(0, 500, False), (0, 0, False)]),
    ],
)
def test_fees(prices: list[str], fees: list[FeeRule], charged: list[tuple[int, int, bool]]) -> None:
    totals = compute_document([a_line(str(place), price, UNTAXED) for place, price in enumerate(prices)], fees=fees)
    assert [(fee.base, fee.amount, fee.capped) for fee in totals.fee_breakdown] == charged
    assert totals.fee_total == sum(amount for _, amount, _ in charged)
    assert totals.grand_total == totals.subtotal + totals.fee_total


def test_percent_fees_are_on_what_discounts_leave() -> None:
    totals = compute_document([a_line("a", "1000", UNTAXED)], [percent_off("50")], [percent_fee("10")])
    assert (totals.fee_total, totals.grand_total) == (50, 550)


@pytest.mark.parametrize(
    ("policy", "split", "grand_total"),
    [(EXCLUSIVE, (1000, 190, 1190), 13090), (INCLUSIVE, (840, 160, 1000), 11000)],
)
def test_a_taxable_fee_is_taxed_with_the_lines(
    policy: TaxPolicy, split: tuple[int, int, int], grand_total: int
) -> None:
    totals = compute_document([a_line("a", "10000", GERMAN)], fees=[percent_fee("10", None, GERMAN)], policy=policy)
    (fee,) = totals.fee_breakdown
    assert (fee.net, fee.tax, fee.gross) == split
    assert fee.percent == 10
    assert totals.grand_total == grand_total
    assert len(totals.tax_breakdown) == 1


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_a_fee_that_is_not_taxable_is_its_own_group(policy: TaxPolicy) -> None:
    totals = compute_document([a_line("a", "10000", GERMAN)], fees=[fixed_fee(500)], policy=policy)
    (fee,) = totals.fee_breakdown
    assert (fee.name, fee.percent, fee.net, fee.tax, fee.gross) == ("ff", None, 500, 0, 500)
    assert [(row.treatment, row.base) for row in totals.tax_breakdown if row.amount == 0] == [("EXEMPT", 500)]


@pytest.mark.parametrize(
    ("fee", "field"),
    [
        (percent_fee("-1"), "percent"),
        (percent_fee("1000.1"), "percent"),
        (percent_fee("5", -1), "cap"),
        (percent_fee("5", 2**63), "cap"),
        (fixed_fee(2**63), "amount"),
    ],
)
def test_what_is_no_fee_is_refused(fee: FeeRule, field: str) -> None:
    with pytest.raises(Malformed) as refused:
        compute_document([a_line("a", "1000")], fees=[fixed_fee(1, key="sound"), fee])
    assert set(refused.value.field_errors) == {f"fees.1.{field}"}


def test_a_percentage_can_be_of_some_lines_only() -> None:
    labor_only = replace(percent_fee("10"), lines=frozenset({LineKey("labor")}))
    lines = [a_line("labor", "1000", UNTAXED), a_line("part", "5000", UNTAXED)]
    totals = compute_document(lines, [percent_off("50")], [labor_only])
    assert [(fee.base, fee.amount) for fee in totals.fee_breakdown] == [(500, 50)]
