"""What table cells, totals and `|currency` print."""

import math

from billhead.layout.formatting import Formats
from billhead.layout.labels import find_label, shipped_language
from billhead.layout.template import CellFormat
from billhead.layout.values import EXACT, MISSING, is_number, number_of, number_text, printed, text_of

SMALLEST = 1e-12


def cell_text(value: object, format: CellFormat | None, formats: Formats) -> str:
    """A value in a column's format. Null and missing count as empty text, which is 0 as a number or money."""
    if format is None or format == "text":
        return value if isinstance(value, str) else printed(value)
    if format == "currency" and type(value) is int and -EXACT <= value <= EXACT:
        return formats.money(value)
    if value is None or value is MISSING:
        value = ""
    match format:
        case "currency":
            return money_or_text(value, formats)
        case "number":
            return plain_number(value)
        case "date":
            text = text_of(value)
            return formats.date(text) or text
        case "decimal" | "percent" | "unit-price":
            return local_number(value, format, formats)
        case "yes-no":
            return yes_or_no(value, formats) if isinstance(value, bool) else text_of(value)


def yes_or_no(value: bool, formats: Formats) -> str:
    """A truth value in the document's language."""
    default = "Yes" if value else "No"
    return find_label(shipped_language(formats.locale), f"labels.{default.lower()}") or default


def money_or_text(value: object, formats: Formats) -> str:
    """Minor units as money; text that is no number stays as it is; null and missing print nothing."""
    if value is None or value is MISSING:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and -EXACT <= value <= EXACT:
        return formats.money(value)
    number = math.nan if isinstance(value, bool) else number_of(value)
    if not math.isfinite(number):
        return text_of(value)
    if number == 0 and isinstance(value, str) and value.strip().startswith("-"):
        return formats.money(-0.0)
    return formats.money(number)


def plain_number(value: object) -> str:
    """A number as a template's `number` format prints it, without grouping; anything else as text."""
    if is_number(value):
        return text_of(value)
    if isinstance(value, str):
        number = number_of(value)
        return number_text(number) if math.isfinite(number) else value
    return text_of(value)


def local_number(value: object, format: CellFormat, formats: Formats) -> str:
    """Version 2's `decimal`, `percent` and `unit-price`, as the locale writes them; empty text prints nothing."""
    number = number_of(value)
    if value == "" or isinstance(value, bool) or not math.isfinite(number):
        return text_of(value)
    if abs(number) >= EXACT or 0 < abs(number) < SMALLEST:
        return money_or_text(value, formats) if format == "unit-price" else text_of(value)
    match format:
        case "percent":
            return formats.percent(number)
        case "unit-price":
            return formats.unit_price(number)
        case _:
            return formats.decimal(number)
