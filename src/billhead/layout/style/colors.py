"""Parsing of CSS colours: hexadecimal, rgb(), hsl(), the named colours and `transparent`."""

from __future__ import annotations

import colorsys
import re

from billhead.layout.style.named_colors import NAMED_COLORS
from billhead.layout.style.values import CURRENT, Color, CurrentColor

TRANSPARENT = Color(0, 0, 0, 0.0)
_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)", re.IGNORECASE)
_ARGUMENT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(%|deg)?")


def parse_color(text: str) -> Color | CurrentColor | None:
    """A colour, `currentcolor`, or None for text that is no colour."""
    word = text.strip().lower()
    if word == "transparent":
        return TRANSPARENT
    if word == "currentcolor":
        return CURRENT
    if word in NAMED_COLORS:
        number = NAMED_COLORS[word]
        return Color(number >> 16, number >> 8 & 255, number & 255)
    if _HEX.fullmatch(word):
        return _from_hex(word[1:])
    function = _FUNCTION.fullmatch(word)
    return _from_function(function[1], function[2]) if function else None


def _from_hex(digits: str) -> Color:
    if len(digits) <= 4:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return Color(red, green, blue, int(digits[6:], 16) / 255 if len(digits) == 8 else 1.0)


def _from_function(name: str, body: str) -> Color | None:
    parts = [_ARGUMENT.fullmatch(part) for part in re.split(r"[\s,/]+", body.strip())]
    if len(parts) not in (3, 4):
        return None
    numbers: list[tuple[float, str]] = []
    for part in parts:
        if part is None:
            return None
        numbers.append((float(part[1]), part[2] or ""))
    alpha = 1.0
    if len(numbers) == 4:
        value, unit = numbers.pop()
        alpha = min(max(value / 100 if unit == "%" else value, 0.0), 1.0)
    if name == "rgb":
        red, green, blue = (_byte(value * 2.55 if unit == "%" else value) for value, unit in numbers)
        return Color(red, green, blue, alpha)
    (hue, _), (saturation, _), (lightness, _) = numbers
    shares = colorsys.hls_to_rgb(hue % 360 / 360, min(max(lightness, 0), 100) / 100, min(max(saturation, 0), 100) / 100)
    red, green, blue = (_byte(share * 255) for share in shares)
    return Color(red, green, blue, alpha)


def _byte(value: float) -> int:
    return min(max(int(value + 0.5), 0), 255)
