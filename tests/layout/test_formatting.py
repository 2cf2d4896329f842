"""Dates read from text; money, numbers and dates as locales write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.layout.dates import days_from_civil, parse_date
from billhead.layout.formatting import Formats, canonical_locale, currency_exponent, is_right_to_left

DAY = 86_400_000


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-05", (2024, 1, 5)),
        (" 2024-01-05 ", (2024, 1, 5)),
        ("2024", (2024, 1, 1)),
        ("2024-07", (2024, 7, 1)),
        ("2023-02-29", (2023, 3, 1)),
        ("2024-12-31T23:30:00-05:00", (2025, 1, 1)),
        ("2024-12-31T23:30:00Z", (2024, 12, 31)),
        ("2024-01-05 10:00", (2024, 1, 5)),
        ("12/25/2024", (2024, 12, 25)),
        ("2024/3/5", (2024, 3, 5)),
        ("Mar 4, 2024", (2024, 3, 4)),
        ("4 March 2024 10:30 PM", (2024, 3, 4)),
        ("Tue, 05 Mar 2024 23:00:00 GMT-0200", (2024, 3, 6)),
        ("0", (2000, 1, 1)),
        ("1/2/99", (1999, 1, 2)),
        ("0001-01-01", (1, 1, 1)),
    ],
)
def test_dates_that_are_read(text: str, day: tuple[int, int, int]) -> None:
    instant = parse_date(text)
    assert instant is not None
    assert instant // DAY == days_from_civil(*day)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "not a date",
        "2024-13-01",
        "20240105",
        "1704412800000",
        "Net 30 days",
        "10:30",
        "true",
        "1-2-3-4",
        "x" * 999,
    ],
)
def test_texts_that_are_no_dates(text: str) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=40))
def test_any_text_is_read_without_failing(text: str) -> None:
    Formats("en", "USD").date(text)


@given(st.dates())
def test_iso_days_read_back(day: object) -> None:
    text = str(day)
    assert Formats("en-US", "USD").date(text) == f"{int(text[5:7])}/{int(text[8:])}/{int(text[:4])}"


@pytest.mark.parametrize(
    ("locale", "currency", "minor", "text"),
    [
        ("en", "USD", 123456, "$1,234.56"),
        ("en", "USD", -5, "-$0.05"),
        ("en", "USD", 0.5, "$0.01"),
        ("es", "EUR", 123456, "1234,56\u00a0€"),
        ("es", "EUR", 1234567, "12.345,67\u00a0€"),
        ("de", "JPY", 1234567, "1.234.567\u00a0¥"),
        ("en", "KWD", 1234567, "KWD\u00a01,234.567"),
        ("en", "LBP", 1234, "LBP\u00a012.34"),
        ("en", "ZZZ", 150050, "ZZZ\u00a01,500.50"),
        ("en", "usd", 1, "$0.01"),
        ("de", "TOOLONG", 150050, "1.500,50\u00a0$"),
        ("en", "USD", 10**21, "$10,000,000,000,000,000,000.00"),
    ],
)
def test_money(locale: str, currency: str, minor: float, text: str) -> None:
    assert Formats(locale, currency).money(minor) == text


@given(st.integers(-(10**15), 10**15))
def test_money_shows_every_minor_unit(minor: int) -> None:
    for currency in ("JPY", "EUR", "KWD"):
        text = Formats("en", currency).money(minor)
        digits = "".join(character for character in text if character.isdigit())
        assert int(digits) == abs(minor)
        assert ("." in text) == (currency_exponent(currency) > 0)


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [("de-ch", "de-CH"), ("pt_BR", "pt-BR"), (" EN ", "en"), ("xx", None), ("", None), ("🙂", None), ("a" * 99, None)],
)
def test_locales(tag: str, canonical: str | None) -> None:
    assert canonical_locale(tag) == canonical


@pytest.mark.parametrize(
    ("tag", "rtl"), [("ar", True), ("he-IL", True), ("fa", True), ("az-Arab", True), ("de", False)]
)
def test_right_to_left(tag: str, rtl: bool) -> None:
    assert is_right_to_left(tag) is rtl
