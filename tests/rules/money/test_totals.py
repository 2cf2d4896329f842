"""Whole documents, worked by hand."""

import time
from decimal import Decimal

import pytest

from billhead.money import Discount, FeeRule, Line, OnService, Taxation, TaxPolicy, compute_document
from billhead.refusal import Malformed
from rules.money.documents import (
    EVERY_POLICY,
    EXCLUSIVE,
    GERMAN,
    GERMAN_REDUCED,
    INCLUSIVE,
    UNTAXED,
    a_line,
    a_rate,
    by_key,
    fixed_fee,
    fixed_off,
    percent_fee,
    percent_off,
)

NEW_YORK = Taxation.at(a_rate("US-NY", ("Sales tax", "8.875")))


def test_a_repair_with_untaxed_labour_a_discount_and_shop_supplies() -> None:
    totals = compute_document(
        [
            a_line("labour", "12000", Taxation.exempt("Labour is not taxable"), quantity="2.5", service="labour"),
            a_line("pads", "8999", NEW_YORK),
        ],
        [percent_off("10", OnService("labour"))],
        [percent_fee("5", 3500, NEW_YORK, key="supplies")],
    )
    labour, pads = totals.lines
    assert (labour.amount, labour.discount, labour.net, labour.tax, labour.gross) == (30000, 3000, 27000, 0, 27000)
    # 958.41 of tax in all: 798.66 for the pads and 159.75 for the supplies, which have the larger remainder
    assert (pads.net, pads.tax, pads.gross) == (8999, 798, 9797)
    assert [(fee.amount, fee.tax, fee.gross) for fee in totals.fee_breakdown] == [(1800, 160, 1960)]
    assert (totals.subtotal, totals.discount_total, totals.fee_total, totals.tax_total) == (38999, 3000, 1800, 958)
    assert (totals.net_total, totals.grand_total) == (37799, 38757)
    assert [(row.treatment, row.base, row.amount) for row in totals.tax_breakdown] == [
        ("EXEMPT", 27000, 0),
        ("STANDARD", 10799, 958),
    ]


def test_a_shop_s_prices_with_their_tax() -> None:
    totals = compute_document(
        [a_line("wine", "1190", GERMAN, quantity="2"), a_line("bread", "349", GERMAN_REDUCED)],
        [fixed_off(100)],
        [fixed_fee(490, GERMAN)],
        INCLUSIVE,
    )
    assert (totals.subtotal, totals.discount_total, totals.fee_total, totals.grand_total) == (2729, 100, 490, 3119)
    assert {key: line.discount for key, line in by_key(totals).items()} == {"wine": 87, "bread": 13}
    assert [(row.rate, row.base, row.amount) for row in totals.tax_breakdown] == [
        (Decimal(7), 314, 22),
        (Decimal(19), 2339, 444),
    ]
    assert (totals.net_total, totals.tax_total) == (2653, 466)


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_an_empty_document_comes_to_nothing(policy: TaxPolicy) -> None:
    totals = compute_document([], policy=policy)
    assert (totals.subtotal, totals.net_total, totals.tax_total, totals.grand_total) == (0, 0, 0, 0)
    assert (totals.lines, totals.tax_breakdown, totals.policy) == ((), (), policy)


@pytest.mark.parametrize(
    ("lines", "discounts", "fees", "policy", "grand_total"),
    [
        ([a_line("a", "10000")], [percent_off("100")], [], EXCLUSIVE, 0),
        ([a_line("a", "10000")], [percent_off("100")], [], INCLUSIVE, 0),
        ([a_line("a", "10000")], [percent_off("100")], [fixed_fee(200)], EXCLUSIVE, 200),
        ([a_line("a", "10000"), a_line("b", "-2500")], [], [], EXCLUSIVE, 8925),
        ([a_line("a", "10000"), a_line("b", "-2500")], [], [], INCLUSIVE, 7500),
        ([a_line("a", "2500"), a_line("b", "-10000")], [], [], EXCLUSIVE, -8925),
        ([a_line("a", "0.04", UNTAXED, quantity="1234567")], [], [], EXCLUSIVE, 49383),
    ],
)
def test_grand_totals(
    lines: list[Line], discounts: list[Discount], fees: list[FeeRule], policy: TaxPolicy, grand_total: int
) -> None:
    assert compute_document(lines, discounts, fees, policy).grand_total == grand_total


def test_every_field_at_fault_is_named_at_once() -> None:
    with pytest.raises(Malformed) as refused:
        compute_document(
            [a_line("a", "1"), a_line("b", "NaN", quantity="0.0000001")],
            [percent_off("101"), fixed_off(1, OnService("gone"))],
            [percent_fee("5", -1)],
        )
    assert refused.value.code == "INVALID_DOCUMENT"
    assert set(refused.value.field_errors) == {
        "lines.1.quantity",
        "lines.1.unitPrice",
        "discounts.0.percent",
        "discounts.1.target",
        "fees.0.cap",
    }


@pytest.mark.parametrize(
    ("lines", "discounts", "fees"),
    [
        ([a_line("a", "1"), a_line("a", "2")], [], []),
        ([a_line("a", "1")], [fixed_off(1), fixed_off(2)], []),
        ([a_line("a", "1")], [], [fixed_fee(1), fixed_fee(2)]),
    ],
)
def test_shared_keys_are_a_bug(lines: list[Line], discounts: list[Discount], fees: list[FeeRule]) -> None:
    with pytest.raises(ValueError, match="share a key"):
        compute_document(lines, discounts, fees)


@pytest.mark.parametrize(
    "lines",
    [
        [a_line("a", "1E+18", UNTAXED, quantity="10")],
        [a_line("a", "5E+17", UNTAXED, quantity="10"), a_line("b", "5E+17", UNTAXED, quantity="10")],
        [a_line("a", "9E+17", GERMAN, quantity="10")],
    ],
)
def test_results_beyond_64_bits_are_refused(lines: list[Line]) -> None:
    with pytest.raises(Malformed) as refused:
        compute_document(lines)
    assert refused.value.code == "AMOUNT_OUT_OF_RANGE"


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_ten_thousand_lines(policy: TaxPolicy) -> None:
    lines = many_lines(10_000)
    totals = compute_document(lines, [percent_off("3.5"), fixed_off(12345)], [percent_fee("2", 500, GERMAN)], policy)
    assert sum(line.tax for line in totals.lines) + totals.fee_breakdown[0].tax == totals.tax_total
    assert sum(line.discount for line in totals.lines) == totals.discount_total
    assert sum(line.gross for line in totals.lines) + totals.fee_breakdown[0].gross == totals.grand_total
    backwards = compute_document(
        lines[::-1], [percent_off("3.5"), fixed_off(12345)], [percent_fee("2", 500, GERMAN)], policy
    )
    assert by_key(backwards) == by_key(totals)


def test_time_by_line_count() -> None:
    """Prints what a document takes; machines differ, so nothing is asserted on the figure."""
    discounts, fees = [percent_off("3.5")], [percent_fee("2", 500, GERMAN)]
    for count, rounds in ((10, 200), (100, 20), (1_000, 3), (10_000, 1)):
        lines = many_lines(count)
        started = time.perf_counter()
        for _ in range(rounds):
            totals = compute_document(lines, discounts, fees)
        milliseconds = (time.perf_counter() - started) / rounds * 1000
        print(f"money: {count:>6} lines {milliseconds:8.3f} ms {milliseconds / count * 1000:6.2f} µs a line")
        assert len(totals.lines) == count


def many_lines(count: int) -> list[Line]:
    return [
        a_line(
            f"{place:06}",
            str(Decimal(1000 + place) + Decimal("0.25")),
            GERMAN if place % 3 else GERMAN_REDUCED,
            quantity="1.5",
        )
        for place in range(count)
    ]
