"""Numbers, money and dates as people of a locale write them, by ICU (CLDR).

Money comes in integer minor units of its currency's ISO 4217 exponent; fractions of a minor unit round half up.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from threading import local
from typing import Any

import icu

from billhead.layout.dates import parse_date

DEFAULT_LOCALE = "en-US"
DEFAULT_CURRENCY = "USD"
MOST_PRICE_PLACES = 12
_MOST_DIGITS = 320
_MOST_FORMATTERS = 256
_MOST_MINOR = 10**_MOST_DIGITS
_PROLEPTIC = -1e17
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DIGITS = "CLF UYW"
_EXPONENTS = {
    code: digits for digits, codes in ((0, _NO_DIGITS), (3, _THREE_DIGITS), (4, _FOUR_DIGITS)) for code in codes.split()
}
_RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})


class _Formatters(local):
    """ICU formatters kept per thread: they are not to be shared while in use."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, ...], Any] = {}

    def keep(self, key: tuple[str, ...], made: object) -> None:
        if len(self.made) > _MOST_FORMATTERS:
            self.made.clear()
        self.made[key] = made


_per_thread = _Formatters()


def currency_exponent(code: str) -> int:
    """Digits after the point of a currency, by ISO 4217; 2 for codes that the standard does not list."""
    return _EXPONENTS.get(code.upper(), 2)


def is_currency_code(code: str) -> bool:
    """Whether a code is well-formed (three ASCII letters); it need not exist."""
    return len(code) == 3 and code.isascii() and code.isalpha()


def canonical_locale(tag: str) -> str | None:
    """The tag as BCP 47 writes it, None when it names no language that CLDR knows."""
    cleaned = tag.strip().replace("_", "-")
    if not cleaned or not cleaned.isascii() or len(cleaned) > 35:
        return None
    locale = icu.Locale.createFromName(cleaned.replace("-", "_"))
    language = locale.getLanguage()
    if not language or language not in _languages():
        return None
    return str(locale.getName()).replace("_", "-")


def is_right_to_left(tag: str) -> bool:
    """Whether the locale's script runs from right to left."""
    locale = _icu_locale(tag)
    locale.addLikelySubtags()
    return str(locale.getScript()) in _RIGHT_TO_LEFT


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(icu.Locale(name).getLanguage() for name in icu.Locale.getAvailableLocales())


class Formats:
    """How one document writes its values. `locale` is a BCP 47 tag that CLDR knows. Not to be shared by threads."""

    __slots__ = ("_exponent", "_formatter", "_well_formed", "currency", "locale")

    def __init__(self, locale: str, currency: str) -> None:
        self.locale = locale
        self.currency = currency
        self._well_formed = is_currency_code(currency)
        code = currency.upper() if self._well_formed else DEFAULT_CURRENCY
        self._formatter, self._exponent = _money_formatter(locale, code)

    def money(self, minor: Decimal | int | float) -> str:
        """Minor units as money, e.g. `€1,234.56`; an ill-formed currency code counts as USD."""
        text: str = self._formatter.formatDecimal(f"{_whole_digits(minor)}E-{self._exponent}".encode())
        return text

    def field_money(self, minor: Decimal | int | float) -> str:
        """As `money`; but an ill-formed currency code is written the American way, as fields always were."""
        return self.money(minor) if self._well_formed else money_text(minor, DEFAULT_LOCALE, DEFAULT_CURRENCY)

    def unit_price(self, minor: Decimal | int | float) -> str:
        """Minor units as money with as many places as the price has, at least the currency's own."""
        if isinstance(minor, int):
            return self.money(minor)
        exact = minor if isinstance(minor, Decimal) else Decimal(repr(minor))
        if exact == exact.to_integral_value():
            return self.money(int(exact))
        precision = icu.Precision.minMaxFraction(self._exponent, self._exponent + MOST_PRICE_PLACES)
        text: str = self._formatter.precision(precision).formatDecimal(f"{exact.scaleb(-self._exponent):f}".encode())
        return text

    def date(self, text: str) -> str | None:
        """The short date that a text names; None when it names none."""
        return date_text(text, self.locale)

    def decimal(self, number: Decimal | int | float) -> str:
        """A number with the locale's grouping and decimal sign, at most six places."""
        return _number(self.locale, "decimal", number)

    def percent(self, ratio: Decimal | int | float) -> str:
        """A ratio as percent: 0.19 gives `19%`."""
        return percent_text(ratio, self.locale)


def money_text(minor: Decimal | int | float, locale: str, code: str) -> str:
    """Minor units of a well-formed currency code as the locale writes that money."""
    formatter, exponent = _money_formatter(locale, code.upper())
    return str(formatter.formatDecimal(f"{_whole_digits(minor)}E-{exponent}".encode()))


def _whole_digits(minor: Decimal | int | float) -> str:
    if isinstance(minor, int) and abs(minor) < _MOST_MINOR:
        return str(minor)
    exact = minor if isinstance(minor, Decimal) else Decimal(minor if isinstance(minor, int) else repr(minor))
    try:
        whole = exact.to_integral_value(ROUND_HALF_UP)
        return format(whole, "f") if abs(exact.adjusted()) < _MOST_DIGITS else "0"
    except InvalidOperation:
        return "0"


@lru_cache(maxsize=4096)
def date_text(text: str, locale: str) -> str | None:
    """The date that `text` names in the locale's short numeric form and calendar; None when it names none."""
    instant = parse_date(text)
    return None if instant is None else str(_date_formatter(locale, "yMd").format(instant / 1000))


@lru_cache(maxsize=512)
def medium_date_text(text: str, locale: str) -> str | None:
    """As `date_text` with the month's short name: `Jan 1, 2025`."""
    instant = parse_date(text)
    return None if instant is None else str(_date_formatter(locale, "yMMMd").format(instant / 1000))


def _icu_locale(tag: str) -> icu.Locale:
    return icu.Locale.createFromName(tag.replace("-", "_"))


def _money_formatter(locale: str, code: str) -> tuple[icu.LocalizedNumberFormatter, int]:
    key = ("money", locale, code)
    kept = _per_thread.made.get(key)
    if kept is None:
        exponent = currency_exponent(code)
        formatter = icu.NumberFormatter.withLocale(_icu_locale(locale)).unit(icu.CurrencyUnit(code))
        kept = formatter.precision(icu.Precision.fixedFraction(exponent)), exponent
        _per_thread.keep(key, kept)
    made: tuple[icu.LocalizedNumberFormatter, int] = kept
    return made


def percent_text(ratio: Decimal | float, locale: str) -> str:
    """A ratio as percent in the locale: 0.19 gives `19 %` in German."""
    return _number(locale, "percent", ratio)


@lru_cache(maxsize=4096)
def _number(locale: str, kind: str, number: Decimal | int | float) -> str:
    key = (kind, locale)
    formatter = _per_thread.made.get(key)
    if formatter is None:
        formatter = icu.NumberFormatter.withLocale(_icu_locale(locale)).precision(icu.Precision.maxFraction(6))
        if kind == "percent":
            percent = icu.MeasureUnit.createPercent()
            formatter = formatter.unit(percent).scale(icu.Scale.powerOfTen(2)).precision(icu.Precision.maxFraction(4))
        _per_thread.keep(key, formatter)
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    return str(formatter.formatDecimal(str(exact).encode()))


def _date_formatter(locale: str, skeleton: str) -> icu.SimpleDateFormat:
    key = ("date", locale, skeleton)
    kept = _per_thread.made.get(key)
    if kept is None:
        place = _icu_locale(locale)
        pattern = icu.DateTimePatternGenerator.createInstance(place).getBestPattern(skeleton)
        kept = icu.SimpleDateFormat(pattern, place)
        calendar = icu.Calendar.createInstance(icu.TimeZone.getGMT(), place)
        if isinstance(calendar, icu.GregorianCalendar):
            calendar.setGregorianChange(_PROLEPTIC)
        kept.setCalendar(calendar)
        kept.setTimeZone(icu.TimeZone.getGMT())
        _per_thread.keep(key, kept)
    return kept
