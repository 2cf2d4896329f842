"""How the format reads JSON values: lookup by path, text, numbers, equality.

Templates of the format were first rendered by a JavaScript program, so what a value prints as and counts as follows
ECMAScript (ECMA-262 §7.1). In: values as `json.loads` gives them (and `Decimal`). Out: plain str, int, float.
`MISSING` stands for "there is no such value", which differs from an explicit null (`None`).
"""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Final, Literal

Path = tuple[str, ...]
Number = int | float


class Absent(Enum):
    """The type of `MISSING`."""

    MISSING = "missing"

    def __bool__(self) -> Literal[False]:
        return False


MISSING: Final = Absent.MISSING

JS_SPACE: Final = "\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
EXACT: Final = 2**53
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_RADIX = re.compile(r"0(?:[xX]([0-9a-fA-F]+)|[oO]([0-7]+)|[bB]([01]+))")
_MAX_INDEX_DIGITS = 15
_MAX_NESTING = 64


def split_path(path: str) -> Path:
    """The segments of a dotted path; a blank path has none and names the root value."""
    return tuple(path.split(".")) if path.strip(JS_SPACE) else ()


def lookup(value: object, path: Path) -> object:
    """Follow `path` from `value`; `MISSING` when a step leads nowhere. Strings and numbers have no steps."""
    for segment in path:
        if isinstance(value, dict):
            value = value.get(segment, MISSING)
            if value is MISSING:
                return MISSING
        elif isinstance(value, list | tuple):
            value = _array_step(value, segment)
        else:
            return MISSING
    return value


def _array_step(array: list[object] | tuple[object, ...], segment: str) -> object:
    if segment == "length":
        return len(array)
    if not (segment.isascii() and segment.isdigit()) or len(segment) > _MAX_INDEX_DIGITS:
        return MISSING
    index = int(segment)
    return array[index] if index < len(array) else MISSING


def as_record(value: object) -> Mapping[str, object]:
    """`value` itself when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def text_of(value: object, depth: int = 0) -> str:
    """What `String(value)` gives; null and missing are their words, so that callers choose what those print."""
    if isinstance(value, str):
        return value
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int | float | Decimal):
        return number_text(value)
    if value is None:
        return "null"
    if value is MISSING:
        return "undefined"
    if isinstance(value, list | tuple):
        if depth >= _MAX_NESTING:
            return ""
        return ",".join("" if part is None or part is MISSING else text_of(part, depth + 1) for part in value)
    return "[object Object]"


def printed(value: object) -> str:
    """The text that a value shows on a document: nothing for null and missing."""
    return value if isinstance(value, str) else "" if value is None or value is MISSING else text_of(value)


def number_text(number: int | float | Decimal) -> str:
    """Shortest decimal text that reads back as the same double (ECMA-262 Number::toString)."""
    if isinstance(number, int) and -EXACT <= number <= EXACT:
        return str(int(number))
    value = _double(number)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    return ("-" if sign else "") + _place_point(text, len(digits) + int(exponent))


def _place_point(digits: str, point: int) -> str:
    """`digits` read as 0.digits × 10^point, written the ECMAScript way."""
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    exponent = point - 1
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{'+' if exponent > 0 else '-'}{abs(exponent)}"


def _double(number: int | float | Decimal) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def plain(value: float) -> Number:
    """A whole double as an int where that is exact, so that JSON shows 3 and not 3.0."""
    return int(value) if value.is_integer() and -EXACT <= value <= EXACT else value


def number_from_text(text: str) -> Number:
    """`Number(text)`: blank is 0, radix prefixes count, anything else that is no number is NaN."""
    stripped = text.strip(JS_SPACE)
    if not stripped:
        return 0
    if _DECIMAL.fullmatch(stripped):
        return plain(float(stripped))
    if radix := _RADIX.fullmatch(stripped):
        hexadecimal, octal, binary = radix.groups()
        whole = int(hexadecimal, 16) if hexadecimal else int(octal, 8) if octal else int(binary, 2)
        return plain(_double(whole))
    if stripped.lstrip("+-") == "Infinity" and len(stripped) <= len("-Infinity"):
        return -math.inf if stripped[0] == "-" else math.inf
    return math.nan


def number_of(value: object) -> Number:
    """`Number(value)`: null is 0, a boolean 0 or 1, an array its text's number, an object NaN."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if -EXACT <= value <= EXACT else plain(_double(value))
    if isinstance(value, float):
        return value
    if isinstance(value, Decimal):
        return plain(_double(value))
    if value is None:
        return 0
    if isinstance(value, str):
        return number_from_text(value)
    if isinstance(value, list | tuple):
        return number_from_text(text_of(value))
    return math.nan


def safe_number(value: object) -> Number:
    """The number that a transform reckons with: finite numbers and non-blank numeric text, else 0."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return 0
    number = number_of(value)
    return number if math.isfinite(number) else 0


def is_number(value: object) -> bool:
    """Whether JSON would call it a number (a boolean is none)."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def scalar_kind(value: object) -> str:
    """The JSON type of a scalar; "" for anything else, which equals nothing."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number" if is_number(value) else ""


def identical(left: object, right: object) -> bool:
    """`left === right` for scalars; arrays and objects of a template are never those of the data."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if is_number(left) and is_number(right):
        return left == right
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return left is None and right is None
