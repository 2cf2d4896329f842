"""Backgrounds and borders of boxes as rectangles."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from billhead.layout.boxes.tree import used
from billhead.layout.document import Origin
from billhead.layout.frames import BorderSide, Clip, Radii, Rectangle
from billhead.layout.style import Color, Style

Sides = tuple[BorderSide, BorderSide, BorderSide, BorderSide]


class Decoration(NamedTuple):
    """What a style paints behind its content."""

    fill: Color | None
    sides: Sides | None
    rounded: bool


NOTHING = Decoration(None, None, False)


@lru_cache(maxsize=4096)
def decoration_of(style: Style) -> Decoration:
    """The style's background and border; `NOTHING` when it has neither."""
    sides: Sides | None = None
    if style.border_top_width or style.border_right_width or style.border_bottom_width or style.border_left_width:
        sides = (
            BorderSide(style.border_top_width, style.border_top_style, style.border_top_color),
            BorderSide(style.border_right_width, style.border_right_style, style.border_right_color),
            BorderSide(style.border_bottom_width, style.border_bottom_style, style.border_bottom_color),
            BorderSide(style.border_left_width, style.border_left_style, style.border_left_color),
        )
    fill = style.background_color
    if fill is not None and fill.alpha <= 0:
        fill = None
    if fill is None and sides is None:
        return NOTHING
    rounded = bool(
        style.border_top_left_radius
        or style.border_top_right_radius
        or style.border_bottom_right_radius
        or style.border_bottom_left_radius
    )
    return Decoration(fill, sides, rounded)


def radii_of(style: Style, width: float, height: float) -> Radii | None:
    """Corner radii in px, scaled down together where they would overlap (CSS Backgrounds §5.5)."""
    corners = (
        style.border_top_left_radius,
        style.border_top_right_radius,
        style.border_bottom_right_radius,
        style.border_bottom_left_radius,
    )
    if not any(corners):
        return None
    basis = min(width, height)
    a, b, c, d = (max(used(corner, basis), 0.0) for corner in corners)
    pairs = ((a + b, width), (c + d, width), (b + c, height), (d + a, height))
    scale = min([1.0, *[room / both for both, room in pairs if both > 0]])
    return Radii(a * scale, b * scale, c * scale, d * scale)


def inner_radii(radii: Radii | None, style: Style) -> Radii | None:
    """The corner radii of the padding box."""
    if radii is None:
        return None
    width = max(style.border_top_width, style.border_right_width, style.border_bottom_width, style.border_left_width)
    return Radii(*[max(radius - width, 0.0) for radius in radii])


def rectangle(
    origin: Origin, style: Style, place: tuple[float, float, float, float], clip: Clip | None
) -> Rectangle | None:
    """The rectangle that a box paints at (x, y, width, height), if any."""
    decoration = decoration_of(style)
    if decoration is NOTHING:
        return None
    x, y, width, height = place
    radii = radii_of(style, width, height) if decoration.rounded else None
    return Rectangle(origin, x, y, width, height, decoration.fill, decoration.sides, radii, clip)


def moved(clip: Clip | None, dy: float) -> Clip | None:
    """The same clip further down."""
    if clip is None:
        return None
    return clip._replace(y=clip.y + dy, outer=moved(clip.outer, dy))
