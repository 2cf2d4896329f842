"""What a field prints: plain formats, and the display formats for addresses and notes."""

import math
import re
from collections.abc import Mapping

from billhead.layout.composition.cells import local_number, plain_number, yes_or_no
from billhead.layout.formatting import Formats
from billhead.layout.template import CellFormat, DisplayFormat
from billhead.layout.values import JS_SPACE, MISSING, number_of, text_of

_BETWEEN_PARTS = re.compile(r"[\r\n,]+")
_STREET = ("line1", "address1", "street1", "street")
_SECOND = ("line2", "address2", "street2")
_REGION = ("state", "region", "province")
_POSTAL = ("postalCode", "zip", "zipCode")


def field_text(
    value: object, format: CellFormat | None, display: DisplayFormat | None, formats: Formats
) -> tuple[str, bool]:
    """The text of a field's value and whether its line breaks count. A display format makes `format` void."""
    if value is None or value is MISSING or value == "":
        return "", False
    if display is not None:
        return _displayed(value, display)
    text = _formatted(value, format, formats)
    return text, "\n" in text


def _formatted(value: object, format: CellFormat | None, formats: Formats) -> str:
    if isinstance(value, bool):
        return yes_or_no(value, formats)
    if isinstance(value, dict | list | tuple):
        return ""
    text = text_of(value)
    if not isinstance(value, str) and not math.isfinite(number_of(value)):
        return ""
    match format:
        case "currency":
            number = number_of(value)
            return formats.field_money(number) if math.isfinite(number) else text
        case "number":
            return plain_number(value)
        case "date":
            return formats.date(text) or text
        case "decimal" | "percent" | "unit-price":
            return local_number(value, format, formats)
        case _:
            return text


def _displayed(value: object, display: DisplayFormat) -> tuple[str, bool]:
    if isinstance(value, str):
        trimmed = value.strip(JS_SPACE)
        if display == "raw":
            return trimmed, "\n" in trimmed
        return _joined([part.strip(JS_SPACE) for part in _BETWEEN_PARTS.split(trimmed)], display)
    if isinstance(value, dict):
        return _joined(address_lines(value), "multiline" if display == "raw" else display)
    return text_of(value), False


def _joined(parts: list[str], display: DisplayFormat) -> tuple[str, bool]:
    present = [part for part in parts if part]
    if display == "single-line":
        return ", ".join(present), False
    return "\n".join(present), bool(present)


def address_lines(address: Mapping[str, object]) -> list[str]:
    """The lines of a structured address, blank ones included."""
    region = ", ".join(part for part in (_first(address, ("city",)), _first(address, _REGION)) if part)
    place = " ".join(part for part in (region, _first(address, _POSTAL)) if part)
    return [_first(address, _STREET), _first(address, _SECOND), place, _first(address, ("country",))]


def _first(address: Mapping[str, object], names: tuple[str, ...]) -> str:
    for name in names:
        value = address.get(name)
        if isinstance(value, str) and value.strip(JS_SPACE):
            return value.strip(JS_SPACE)
    return ""
