"""SVG path data (SVG 1.1 §8.3) as moves, lines and cubic curves in absolute coordinates."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

Matrix = tuple[float, float, float, float, float, float]
Segment = tuple[str, tuple[float, ...]]
"""M (x, y), L (x, y), C (x1, y1, x2, y2, x, y) or Z ()."""

CIRCLE = 0.5522847498
_TOKEN = re.compile(r"\s*,?\s*(?:([MmLlHhVvCcSsQqTtAaZz])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))")
_FLAG = re.compile(r"\s*,?\s*([01])")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def parse_path(text: str, most: int) -> list[Segment]:
    """The segments of a `d` attribute. Raises ValueError for what cannot be read or is longer than `most`."""
    segments: list[Segment] = []
    x = y = start_x = start_y = 0.0
    control: tuple[str, float, float] = ("", 0.0, 0.0)
    for command, values in _commands(text):
        if len(segments) > most:
            raise ValueError("path too long")
        kind, relative = command.upper(), command.islower()
        ox, oy = (x, y) if relative else (0.0, 0.0)
        if not segments and kind != "M":
            raise ValueError("path must begin with a move")
        if kind == "Z":
            segments.append(("Z", ()))
            x, y, control = start_x, start_y, ("", 0.0, 0.0)
            continue
        if kind in "HV":
            x, y = (values[0] + ox, y) if kind == "H" else (x, values[0] + oy)
            segments.append(("L", (x, y)))
            control = ("", 0.0, 0.0)
            continue
        if kind == "A":
            end = (values[5] + ox, values[6] + oy)
            segments.extend(
                _arc((x, y), (abs(values[0]), abs(values[1])), values[2], bool(values[3]), bool(values[4]), end)
            )
            x, y, control = *end, ("", 0.0, 0.0)
            continue
        points = [value + (oy if at % 2 else ox) for at, value in enumerate(values)]
        if kind in "ML":
            segments.append((kind, (points[0], points[1])))
            x, y = points
            if kind == "M":
                start_x, start_y = x, y
            control = ("", 0.0, 0.0)
            continue
        if kind in "ST":
            mirrored = control[0] == ("C" if kind == "S" else "Q")
            points = [2 * x - control[1] if mirrored else x, 2 * y - control[2] if mirrored else y, *points]
        if len(points) == 4:
            qx, qy, ex, ey = points
            control = ("Q", qx, qy)
            points = [
                x + (qx - x) * 2 / 3,
                y + (qy - y) * 2 / 3,
                ex + (qx - ex) * 2 / 3,
                ey + (qy - ey) * 2 / 3,
                ex,
                ey,
            ]
        else:
            control = ("C", points[2], points[3])
        segments.append(("C", tuple(points)))
        x, y = points[4], points[5]
    return segments


def _commands(text: str) -> Iterable[tuple[str, list[float]]]:
    at, command, end = 0, "", len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError("not path data")
        if found[1]:
            command, at = found[1], found.end()
        elif not command or command in "Zz":
            raise ValueError("number without a command")
        values: list[float] = []
        while len(values) < _COUNTS[command.upper()]:
            flag = command in "Aa" and len(values) in (3, 4)
            number = (_FLAG if flag else _TOKEN).match(text, at)
            digits = None if number is None else number[1] if flag else number[2]
            if number is None or not digits:
                raise ValueError("number missing")
            value = float(digits)
            if abs(value) > 1e7:
                raise ValueError("number too large")
            values.append(value)
            at = number.end()
        yield command, values
        command = {"M": "L", "m": "l"}.get(command, command)


def ellipse(cx: float, cy: float, rx: float, ry: float) -> list[Segment]:
    """A closed ellipse; nothing when a radius is not positive."""
    if rx <= 0 or ry <= 0:
        return []
    a, b = rx * CIRCLE, ry * CIRCLE
    return [
        ("M", (cx + rx, cy)),
        ("C", (cx + rx, cy + b, cx + a, cy + ry, cx, cy + ry)),
        ("C", (cx - a, cy + ry, cx - rx, cy + b, cx - rx, cy)),
        ("C", (cx - rx, cy - b, cx - a, cy - ry, cx, cy - ry)),
        ("C", (cx + a, cy - ry, cx + rx, cy - b, cx + rx, cy)),
        ("Z", ()),
    ]


def transformed(segments: Iterable[Segment], m: Matrix) -> list[Segment]:
    """The segments under a matrix."""
    return [
        (
            kind,
            tuple(
                value
                for at in range(0, len(points), 2)
                for value in (
                    m[0] * points[at] + m[2] * points[at + 1] + m[4],
                    m[1] * points[at] + m[3] * points[at + 1] + m[5],
                )
            ),
        )
        for kind, points in segments
    ]


def _arc(
    start: tuple[float, float],
    radii: tuple[float, float],
    rotation: float,
    large: bool,
    sweep: bool,
    end: tuple[float, float],
) -> list[Segment]:
    """An elliptical arc as cubic curves (SVG 1.1 appendix F.6)."""
    rx, ry = radii
    if rx == 0 or ry == 0 or start == end:
        return [("L", end)]
    cos, sin = math.cos(math.radians(rotation)), math.sin(math.radians(rotation))
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos * half_x + sin * half_y, cos * half_y - sin * half_x
    grow = math.sqrt(max((x / rx) ** 2 + (y / ry) ** 2, 1.0))
    rx, ry = rx * grow, ry * grow
    under = (rx * ry) ** 2 - (rx * y) ** 2 - (ry * x) ** 2
    factor = math.sqrt(max(under, 0.0) / ((rx * y) ** 2 + (ry * x) ** 2)) * (1 if large != sweep else -1)
    cx, cy = factor * rx * y / ry, -factor * ry * x / rx
    first = math.atan2((y - cy) / ry, (x - cx) / rx)
    turn = math.atan2((-y - cy) / ry, (-x - cx) / rx) - first
    if sweep and turn < 0:
        turn += 2 * math.pi
    elif not sweep and turn > 0:
        turn -= 2 * math.pi
    centre = (cos * cx - sin * cy + (start[0] + end[0]) / 2, sin * cx + cos * cy + (start[1] + end[1]) / 2)
    count = max(math.ceil(abs(turn) / (math.pi / 2) - 1e-9), 1)
    step = turn / count
    reach = 4 / 3 * math.tan(step / 4)
    matrix: Matrix = (cos * rx, sin * rx, -sin * ry, cos * ry, *centre)
    curves: list[Segment] = []
    for number in range(count):
        a, b = first + number * step, first + (number + 1) * step
        points = (
            math.cos(a) - reach * math.sin(a), math.sin(a) + reach * math.cos(a),
            math.cos(b) + reach * math.sin(b), math.sin(b) - reach * math.cos(b), math.cos(b), math.sin(b),
        )  # fmt: skip
        curves.append(("C", points))
    return transformed(curves, matrix)
