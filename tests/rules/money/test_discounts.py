"""Discounts through whole documents: what is taken, from which lines, in which order."""

from decimal import Decimal

import pytest

from billhead.money import Discount, LineKey, OnLine, OnService, compute_document
from billhead.refusal import Malformed
from rules.money.documents import UNTAXED, a_line, fixed_off, percent_off

A, B = OnLine(LineKey("a")), OnLine(LineKey("b"))
LABOUR = OnService("labour")


def document(prices: dict[str, str], discounts: list[Discount]) -> dict[str, int]:
    """What each line is discounted by; lines a, b are labour, the others parts."""
    lines = [a_line(key, price, UNTAXED, service="labour" if key in "ab" else "parts") for key, price in prices.items()]
    totals = compute_document(lines, discounts)
    assert totals.discount_total == sum(line.discount for line in totals.lines)
    assert totals.grand_total == totals.subtotal - totals.discount_total
    return {line.key: line.discount for line in totals.lines}


@pytest.mark.parametrize(
    ("prices", "discounts", "taken"),
    [
        # one line
        ({"a": "1000", "b": "500"}, [percent_off("10", A)], {"a": 100, "b": 0}),
        ({"a": "1000", "b": "500"}, [percent_off("12.5", A)], {"a": 125, "b": 0}),
        ({"a": "999"}, [percent_off("0.4", A)], {"a": 4}),
        ({"a": "1000", "b": "500"}, [fixed_off(300, B)], {"a": 0, "b": 300}),
        ({"a": "1000", "b": "500"}, [fixed_off(700, B)], {"a": 0, "b": 500}),
        # percent of what earlier discounts left
        ({"a": "1000"}, [percent_off("10", A, "1"), percent_off("10", A, "2")], {"a": 190}),
        ({"a": "1000"}, [fixed_off(500, A), percent_off("10", A)], {"a": 550}),
        ({"a": "1000"}, [percent_off("10", A), fixed_off(500, A)], {"a": 600}),
        ({"a": "1000"}, [fixed_off(1000, A), percent_off("10", A)], {"a": 1000}),
        ({"a": "1000", "b": "1000"}, [fixed_off(1000, A), percent_off("10")], {"a": 1000, "b": 100}),
        # a service
        ({"a": "1000", "b": "500", "c": "700"}, [percent_off("10", LABOUR)], {"a": 100, "b": 50, "c": 0}),
        ({"a": "2", "b": "1", "c": "700"}, [fixed_off(1, LABOUR)], {"a": 1, "b": 0, "c": 0}),
        ({"a": "2", "b": "1", "c": "700"}, [fixed_off(99, LABOUR)], {"a": 2, "b": 1, "c": 0}),
        # the document, by largest remainder
        ({"a": "100", "b": "100", "c": "100"}, [fixed_off(100)], {"a": 34, "b": 33, "c": 33}),
        ({"a": "333", "b": "1000", "c": "7"}, [percent_off("13")], {"a": 43, "b": 130, "c": 1}),
        ({"a": "1000", "b": "-200"}, [percent_off("10")], {"a": 100, "b": -20}),
        ({"a": "1000", "b": "-200"}, [fixed_off(9999)], {"a": 1000, "b": -200}),
        ({"a": "500", "b": "-500"}, [percent_off("10")], {"a": 50, "b": -50}),
        ({"a": "500", "b": "-500"}, [fixed_off(10)], {"a": 0, "b": 0}),
        # everything off, nothing off, a credit
        ({"a": "999", "b": "1"}, [percent_off("100")], {"a": 999, "b": 1}),
        ({"a": "999", "b": "1"}, [percent_off("0"), fixed_off(0)], {"a": 0, "b": 0}),
        ({"a": "-1000"}, [percent_off("10")], {"a": -100}),
        ({"a": "-1000"}, [fixed_off(50)], {"a": -50}),
        ({"a": "-1000"}, [fixed_off(5000)], {"a": -1000}),
        ({}, [percent_off("10"), fixed_off(5)], {}),
    ],
)
def test_discounts(prices: dict[str, str], discounts: list[Discount], taken: dict[str, int]) -> None:
    assert document(prices, discounts) == taken


def test_an_applied_discount_tells_base_amount_and_lines() -> None:
    lines = [a_line("a", "1000", service="labour"), a_line("b", "500", service="labour"), a_line("c", "1")]
    first, second = compute_document(lines, [fixed_off(100, LABOUR), percent_off("50", LABOUR)]).discounts
    assert (first.key, first.percent, first.base, first.amount) == ("f", None, 1500, 100)
    assert (second.key, second.percent, second.base, second.amount) == ("p", Decimal(50), 1400, 700)
    assert first.by_line == {"a": 67, "b": 33}
    assert sum(second.by_line.values()) == 700


@pytest.mark.parametrize(
    ("discount", "code", "field"),
    [
        (percent_off("100.01"), "INVALID_DOCUMENT", "discounts.0.percent"),
        (percent_off("-1"), "INVALID_DOCUMENT", "discounts.0.percent"),
        (percent_off("NaN"), "INVALID_DOCUMENT", "discounts.0.percent"),
        (fixed_off(-1), "INVALID_DOCUMENT", "discounts.0.amount"),
        (fixed_off(2**63), "INVALID_DOCUMENT", "discounts.0.amount"),
        (percent_off("1", OnLine(LineKey("zz"))), "DISCOUNT_TARGET_NOT_FOUND", "discounts.0.target"),
        (fixed_off(1, OnService("nothing")), "DISCOUNT_TARGET_NOT_FOUND", "discounts.0.target"),
    ],
)
def test_what_is_no_discount_is_refused(discount: Discount, code: str, field: str) -> None:
    with pytest.raises(Malformed) as refused:
        compute_document([a_line("a", "1000")], [discount])
    assert refused.value.code == code
    assert set(refused.value.field_errors) == {field}
