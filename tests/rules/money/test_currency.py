from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.money import CURRENCIES, Currency, MinorUnits, currency
from billhead.refusal import Malformed


@pytest.mark.parametrize(
    ("code", "exponent"),
    [
        ("EUR", 2),
        ("USD", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("ISK", 0),
        ("UGX", 0),
        ("UYI", 0),
        ("XOF", 0),
        ("HUF", 2),
        ("IDR", 2),
        ("MRU", 2),
        ("KWD", 3),
        ("IQD", 3),
        ("TND", 3),
        ("CLF", 4),
        ("UYW", 4),
        ("BGN", 2),
    ],
)
def test_exponents_are_those_of_iso_4217(code: str, exponent: int) -> None:
    assert currency(code) == Currency(code, exponent)


def test_codes_are_three_capitals_listed_once() -> None:
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CURRENCIES)
    assert 160 <= len(CURRENCIES) <= 180
    assert {len([c for c in CURRENCIES.values() if c.exponent == places]) for places in (0, 3, 4)} == {17, 7, 2}


@pytest.mark.parametrize("code", ["", "eur", "EURO", "XAU", "XXX", "DEM", "ZZZ", "x" * 1000])
def test_what_is_no_currency_is_refused(code: str) -> None:
    with pytest.raises(Malformed) as refused:
        currency(code)
    assert refused.value.code == "UNKNOWN_CURRENCY"
    assert "currency" in refused.value.field_errors
    assert len(refused.value.message) < 100


@pytest.mark.parametrize(
    ("code", "minor", "major"),
    [
        ("EUR", 1050, "10.50"),
        ("EUR", -5, "-0.05"),
        ("EUR", 0, "0.00"),
        ("JPY", 1050, "1050"),
        ("KWD", 1050, "1.050"),
        ("CLF", -1, "-0.0001"),
    ],
)
def test_major_units(code: str, minor: int, major: str) -> None:
    assert str(currency(code).in_major(MinorUnits(minor))) == major
    assert currency(code).in_minor(Decimal(major)) == minor


@pytest.mark.parametrize(
    ("code", "amount"),
    [
        ("EUR", "0.001"),
        ("JPY", "0.5"),
        ("EUR", "NaN"),
        ("EUR", "Infinity"),
        ("EUR", "1E+9999999"),
        ("EUR", "1E-9999999"),
    ],
)
def test_an_amount_the_currency_cannot_hold_is_refused(code: str, amount: str) -> None:
    with pytest.raises(Malformed):
        currency(code).in_minor(Decimal(amount))


@given(st.integers(-(2**63), 2**63), st.sampled_from(sorted(CURRENCIES)))
def test_there_and_back(minor: int, code: str) -> None:
    known = currency(code)
    assert known.in_minor(known.in_major(MinorUnits(minor))) == minor
