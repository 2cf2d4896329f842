"""Parsing of lengths, numbers and `calc()` sums. A value that cannot be read gives None, never an exception."""

from __future__ import annotations

import math
import re

from billhead.layout.style.values import AUTO, Auto, ParsedSize, Percent, Relative

PX_PER_UNIT = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6}
LARGEST_LENGTH = 1_000_000.0
"""px; longer lengths are refused: they only make unusable files."""

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z%]*)", re.IGNORECASE)
_CALC = re.compile(r"calc\((.*)\)", re.IGNORECASE | re.DOTALL)


def parse_number(text: str) -> float | None:
    """A finite CSS number without a unit."""
    found = _NUMBER.fullmatch(text)
    if found is None or found[2]:
        return None
    number = float(found[1])
    return number if math.isfinite(number) and abs(number) <= LARGEST_LENGTH else None


def parse_length(text: str, *, negative: bool = False) -> float | Percent | Relative | None:
    """A length or percentage: px, pt, pc, in, cm, mm, q, em, rem, %, unitless 0, and sums of these in `calc()`."""
    calc = _CALC.fullmatch(text)
    if calc is not None:
        return _parse_sum(calc[1])
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    number, unit = float(found[1]), found[2].lower()
    if not math.isfinite(number) or abs(number) > LARGEST_LENGTH or (number < 0 and not negative):
        return None
    if unit == "%":
        return Percent(number / 100)
    if unit == "em":
        return Relative(em=number)
    if unit == "rem":
        return Relative(rem=number)
    if unit in PX_PER_UNIT:
        length = number * PX_PER_UNIT[unit]
        return length if abs(length) <= LARGEST_LENGTH else None
    return 0.0 if not unit and number == 0 else None


def _parse_sum(text: str) -> Percent | Relative | float | None:
    total = Relative()
    sign = 1
    for index, word in enumerate(text.split()):
        if index % 2:
            if word not in "+-":
                return None
            sign = 1 if word == "+" else -1
            continue
        part = parse_length(word, negative=True)
        if part is None:
            return None
        total = _add(total, part, sign)
    if not text.split() or len(text.split()) % 2 == 0:
        return None
    if total.em or total.rem:
        return total
    return Percent(total.percent, total.px) if total.percent else total.px


def _add(total: Relative, part: float | Percent | Relative, sign: int) -> Relative:
    if isinstance(part, Percent):
        return total._replace(percent=total.percent + sign * part.ratio, px=total.px + sign * part.px)
    if isinstance(part, Relative):
        return Relative(
            total.em + sign * part.em,
            total.rem + sign * part.rem,
            total.px + sign * part.px,
            total.percent + sign * part.percent,
        )
    return total._replace(px=total.px + sign * part)


def parse_size(text: str, *, negative: bool = False, keyword: str = "auto") -> ParsedSize | None:
    """A length, a percentage, or the keyword that leaves the size open."""
    if text.lower() == keyword:
        return AUTO
    return parse_length(text, negative=negative)


def resolve(value: ParsedSize, font_size: float, root_size: float) -> float | Percent | Auto:
    """The computed value: em and rem become px."""
    if not isinstance(value, Relative):
        return value
    px = value.px + value.em * font_size + value.rem * root_size
    return Percent(value.percent, px) if value.percent else px


def split_words(text: str) -> list[str]:
    """Splits at spaces that are not inside parentheses; commas and slashes outside stay in their words."""
    words, depth, current = [], 0, ""
    for char in text.strip():
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        if char.isspace() and depth <= 0:
            if current:
                words.append(current)
            current = ""
        else:
            current += char
    return [*words, current] if current else words
