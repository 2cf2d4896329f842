"""The cascade: typed declarations over a parent's style give the computed style of a node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from billhead.layout.style.declarations import Declaration
from billhead.layout.style.model import INHERITED, Style
from billhead.layout.style.values import Auto, Color, CurrentColor, Percent, Relative, RepeatToFit, Track

SMALLEST_FONT = 1.0
LARGEST_FONT = 1000.0

_INITIAL: dict[str, Any] = {field.name: field.default for field in fields(Style)}
_BORDER_SIDES = ("top", "right", "bottom", "left")


def root_style(declaration: Declaration) -> Style:
    """The style of a document's root: the declaration over CSS initial values; rem counts its font size."""
    return compute_style((declaration,), Style(), 16.0)


def compute_style(declarations: Sequence[Declaration], parent: Style, root_font_size: float) -> Style:
    """Later declarations win; what none sets is inherited or initial. Lengths in em and rem become px."""
    merged: dict[str, Any] = {}
    for declaration in declarations:
        merged.update(declaration)
    values = dict(_INITIAL)
    for name in INHERITED:
        values[name] = getattr(parent, name)
    values.update(merged)
    values["font_size"] = _font_size(values["font_size"], parent.font_size, root_font_size)
    size = values["font_size"]
    for name, value in merged.items():
        if isinstance(value, Relative):
            if name != "font_size":
                values[name] = _length(value, size, root_font_size)
        elif name.startswith("grid_template"):
            values[name] = tuple(_track(track, size, root_font_size) for track in value)
    line_height = merged.get("line_height")
    if isinstance(line_height, Relative):
        values["line_height"] = Percent(0.0, _as_px(_length(line_height, size, root_font_size), size))
    elif isinstance(line_height, Percent):
        values["line_height"] = Percent(0.0, line_height.of(size))
    if values["flex_direction"].startswith("column"):
        # Paper has no height at which columns would wrap; validation says so.
        values["flex_wrap"] = "nowrap"
    if isinstance(values["color"], CurrentColor):
        values["color"] = parent.color
    _colors(values, merged)
    return Style(**values)


def _colors(values: dict[str, Any], merged: dict[str, Any]) -> None:
    ink: Color = values["color"]
    if isinstance(values["background_color"], CurrentColor):
        values["background_color"] = ink
    for side in _BORDER_SIDES:
        name = f"border_{side}_color"
        if name not in merged or isinstance(values[name], CurrentColor):
            values[name] = ink


def _font_size(value: float | Percent | Relative, parent_size: float, root_size: float) -> float:
    if isinstance(value, Percent):
        size = value.of(parent_size)
    elif isinstance(value, Relative):
        size = _as_px(_length(value, parent_size, root_size), parent_size)
    else:
        size = value
    return min(max(size, SMALLEST_FONT), LARGEST_FONT)


def _length(value: Relative, font_size: float, root_size: float) -> float | Percent:
    px = value.px + value.em * font_size + value.rem * root_size
    return Percent(value.percent, px) if value.percent else px


def _as_px(value: float | Percent, basis: float) -> float:
    return value.of(basis) if isinstance(value, Percent) else value


def _track(track: Track | RepeatToFit, font_size: float, root_size: float) -> Track | RepeatToFit:
    if isinstance(track, RepeatToFit):
        return replace(track, tracks=tuple(_fixed(part, font_size, root_size) for part in track.tracks))
    return _fixed(track, font_size, root_size)


def _fixed(track: Track, font_size: float, root_size: float) -> Track:
    least, most = track.minimum, track.maximum
    if isinstance(least, Relative):
        least = _length(least, font_size, root_size)
    if isinstance(most, Relative):
        most = _length(most, font_size, root_size)
    return Track(least, most, track.fraction)


def used_length(value: float | Percent | Auto, basis: float) -> float | None:
    """The px of a size against its basis; None when the layout decides."""
    if isinstance(value, Percent):
        return value.of(basis)
    return None if isinstance(value, Auto) else value
