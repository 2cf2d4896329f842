"""Borders as shapes to fill or stroke, the same for every painter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from billhead.layout.frames import BorderSide, Radii, Rectangle
from billhead.layout.style import Color

CIRCLE = 0.5523


class Step(NamedTuple):
    """One path step: M, L, C or Z with its coordinates."""

    kind: str
    points: tuple[float, ...] = ()


@dataclass(slots=True)
class Shape:
    """A path in px; stroked when `width` is set, otherwise filled."""

    steps: list[Step]
    color: Color
    width: float = 0.0
    dash: tuple[float, ...] = ()
    round_cap: bool = False
    even_odd: bool = False

    def pdf_path(self) -> str:
        """The path as PDF operators."""
        names = {"M": "m", "L": "l", "C": "c", "Z": "h"}
        return " ".join(
            " ".join([*[f"{value:.3f}".rstrip("0").rstrip(".") for value in step.points], names[step.kind]])
            for step in self.steps
        )


def border_shapes(item: Rectangle) -> list[Shape]:
    """The shapes of a rectangle's border."""
    if item.sides is None:
        return []
    shown = [side for side in item.sides if side.width > 0 and side.style != "none" and side.color.alpha > 0]
    if not shown:
        return []
    if len(shown) == 4 and all(side == shown[0] for side in shown):
        return _uniform(item, shown[0])
    if item.radii is not None and len({side.color for side in shown}) == 1 and all(s.style == "solid" for s in shown):
        return [_ring(item, item.sides, shown[0].color)]
    return [shape for at, side in enumerate(item.sides) if side in shown for shape in _side(item, at, side)]


def straight_rule(item: Rectangle) -> tuple[float, float, float, float, Color] | None:
    """(x, y, width, height, colour) when the whole border is one solid line at the top or the bottom: rows of
    tables, by far the most frequent border."""
    sides = item.sides
    if sides is None or item.radii is not None or sides[1].width or sides[3].width:
        return None
    top, _, bottom, _ = sides
    if (top.width > 0) == (bottom.width > 0):
        return None
    side, y = (top, item.y) if top.width > 0 else (bottom, item.y + item.height - bottom.width)
    if side.style != "solid" or side.color.alpha < 1:
        return None
    return item.x, y, item.width, side.width, side.color


def _uniform(item: Rectangle, side: BorderSide) -> list[Shape]:
    width = side.width
    if side.style == "solid":
        assert item.sides is not None
        return [_ring(item, item.sides, side.color)]
    if side.style == "double" and width >= 3:
        third = width / 3
        return [_stroke(item, third / 2, third, side.color), _stroke(item, width - third / 2, third, side.color)]
    return [_stroke(item, width / 2, width, side.color, *_dashes(side))]


def _dashes(side: BorderSide) -> tuple[tuple[float, ...], bool]:
    if side.style == "dashed":
        return (side.width * 3, side.width * 2), False
    if side.style == "dotted":
        return (0.01, side.width * 2), True
    return (), False


def _stroke(
    item: Rectangle, inset: float, width: float, color: Color, dash: tuple[float, ...] = (), round_cap: bool = False
) -> Shape:
    radii = None if item.radii is None else Radii(*[max(radius - inset, 0.0) for radius in item.radii])
    steps = rounded(item.x + inset, item.y + inset, item.width - 2 * inset, item.height - 2 * inset, radii)
    return Shape(steps, color, width, dash, round_cap)


def _ring(item: Rectangle, sides: tuple[BorderSide, BorderSide, BorderSide, BorderSide], color: Color) -> Shape:
    """The band between the border box and the padding box."""
    top, right, bottom, left = (side.width for side in sides)
    inner = None
    if item.radii is not None:
        a, b, c, d = item.radii
        inner = Radii(
            max(a - max(top, left), 0), max(b - max(top, right), 0), max(c - max(bottom, right), 0),
            max(d - max(bottom, left), 0),
        )  # fmt: skip
    width, height = max(item.width - left - right, 0.0), max(item.height - top - bottom, 0.0)
    outer_steps = rounded(item.x, item.y, item.width, item.height, item.radii)
    return Shape(outer_steps + rounded(item.x + left, item.y + top, width, height, inner), color, even_odd=True)


def _side(item: Rectangle, at: int, side: BorderSide) -> list[Shape]:
    """One straight edge; solid ones meet their neighbours in a mitre."""
    assert item.sides is not None
    top, right, bottom, left = (edge.width for edge in item.sides)
    x, y, far_x, far_y = item.x, item.y, item.x + item.width, item.y + item.height
    inner = ((x + left, y + top), (far_x - right, y + top), (far_x - right, far_y - bottom), (x + left, far_y - bottom))
    outer = ((x, y), (far_x, y), (far_x, far_y), (x, far_y))
    following = (at + 1) % 4
    if side.style in ("dashed", "dotted"):
        middle = [tuple((a + b) / 2 for a, b in zip(outer[n], inner[n], strict=True)) for n in (at, following)]
        dash, round_cap = _dashes(side)
        return [Shape([Step("M", middle[0]), Step("L", middle[1])], side.color, side.width, dash, round_cap)]
    bands = [(0.0, 1.0)] if side.style != "double" or side.width < 3 else [(0.0, 1 / 3), (2 / 3, 1.0)]
    return [
        Shape(
            [
                Step("M", _between(outer[at], inner[at], low)),
                Step("L", _between(outer[following], inner[following], low)),
                Step("L", _between(outer[following], inner[following], high)),
                Step("L", _between(outer[at], inner[at], high)),
                Step("Z"),
            ],
            side.color,
        )
        for low, high in bands
    ]


def _between(a: tuple[float, float], b: tuple[float, float], part: float) -> tuple[float, float]:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part


def rounded(x: float, y: float, width: float, height: float, radii: Radii | None) -> list[Step]:
    """A rectangle with round corners, clockwise."""
    right, bottom = x + width, y + height
    if radii is None or not any(radii):
        corners = ((x, y), (right, y), (right, bottom), (x, bottom))
        return [Step("M", corners[0]), *[Step("L", corner) for corner in corners[1:]], Step("Z")]
    a, b, c, d = radii
    k = 1 - CIRCLE
    return [
        Step("M", (x + a, y)),
        Step("L", (right - b, y)),
        Step("C", (right - b * k, y, right, y + b * k, right, y + b)),
        Step("L", (right, bottom - c)),
        Step("C", (right, bottom - c * k, right - c * k, bottom, right - c, bottom)),
        Step("L", (x + d, bottom)),
        Step("C", (x + d * k, bottom, x, bottom - d * k, x, bottom - d)),
        Step("L", (x, y + a)),
        Step("C", (x, y + a * k, x + a * k, y, x + a, y)),
        Step("Z"),
    ]


def svg_path(steps: list[Step]) -> str:
    """Steps as SVG path data."""
    return "".join(
        step.kind + " ".join(f"{value:.3f}".rstrip("0").rstrip(".") for value in step.points) for step in steps
    )
