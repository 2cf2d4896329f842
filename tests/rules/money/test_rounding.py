from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.money import MAX_AMOUNT, find_percent_fault, find_quantity_fault, line_amount, round_half_up
from billhead.refusal import Malformed
from rules.money.documents import quantities, unit_prices


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("-2.5", -3), ("0.4999999999999999999999999999999999", 0),
     ("-0.49", 0), ("12.5", 13), ("0", 0), ("-0.0", 0), ("7", 7)],
)  # fmt: skip
def test_halves_go_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Decimal(value)) == rounded
    assert round_half_up(Fraction(value)) == rounded


@pytest.mark.parametrize(
    ("quantity", "unit_price", "amount"),
    [
        ("3", "1000", 3000),
        ("1.5", "333", 500),
        ("-1.5", "333", -500),
        ("0.000001", "500000", 1),
        ("0.000001", "499999.999999999999", 0),
        ("2500000", "0.04", 100_000),  # $0.0004 a call
        ("1", "0.000000000001", 0),
        ("999999.999999", "999999999999.999999999999", 999_999_999_999_000_000),
        ("1.000000000", "1.50000000000000000", 2),
        ("0", "100", 0),
        ("1E+3", "1E+2", 100_000),
        ("1", str(MAX_AMOUNT)[:18], int(str(MAX_AMOUNT)[:18])),
    ],
)
def test_line_amounts(quantity: str, unit_price: str, amount: int) -> None:
    assert line_amount(Decimal(quantity), Decimal(unit_price)) == amount


@pytest.mark.parametrize(
    ("quantity", "unit_price", "fields"),
    [
        ("0.0000001", "1", {"quantity"}),
        ("1", "0.0000000000001", {"unitPrice"}),
        ("NaN", "sNaN", {"quantity", "unitPrice"}),
        ("Infinity", "1", {"quantity"}),
        ("1E+13", "1", {"quantity"}),
        ("1", "-1E+19", {"unitPrice"}),
        ("1E-999999", "1E+999999", {"quantity", "unitPrice"}),
    ],
)
def test_out_of_bounds_is_refused_with_every_field(quantity: str, unit_price: str, fields: set[str]) -> None:
    with pytest.raises(Malformed) as refused:
        line_amount(Decimal(quantity), Decimal(unit_price))
    assert refused.value.code == "INVALID_LINE"
    assert set(refused.value.field_errors) == fields


def test_a_product_beyond_64_bits_is_refused() -> None:
    assert line_amount(Decimal("9.223372"), Decimal("1E+18")) == 9_223_372_000_000_000_000
    with pytest.raises(Malformed) as refused:
        line_amount(Decimal("-9.223373"), Decimal("1E+18"))
    assert refused.value.code == "AMOUNT_OUT_OF_RANGE"


@pytest.mark.parametrize(
    ("percent", "sound"),
    [("0", True), ("100", True), ("12.345678", True), ("-0", True), ("-0.1", False), ("100.000001", False),
     ("1.0000001", False), ("NaN", False)],
)  # fmt: skip
def test_percentages(percent: str, sound: bool) -> None:
    assert (find_percent_fault(Decimal(percent), limit=100) is None) is sound


def test_trailing_zeros_are_no_places() -> None:
    assert find_quantity_fault(Decimal("1.50000000000000000000000000000000000000")) is None
    assert find_quantity_fault(Decimal("0E-50")) is None


@given(quantities, unit_prices)
def test_amounts_are_the_nearest_integer_and_sign_symmetric(quantity: Decimal, unit_price: Decimal) -> None:
    amount = line_amount(quantity, unit_price)
    assert abs(amount - Fraction(quantity) * Fraction(unit_price)) <= Fraction(1, 2)
    assert line_amount(-quantity, unit_price) == -amount
    assert line_amount(quantity, -unit_price) == -amount


@given(quantities, unit_prices, st.integers(1, 10))
def test_the_thread_s_decimal_context_does_not_matter(quantity: Decimal, unit_price: Decimal, places: int) -> None:
    expected = line_amount(quantity, unit_price)
    with localcontext() as context:
        context.prec = places
        assert line_amount(quantity, unit_price) == expected
