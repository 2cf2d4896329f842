"""A computed style back to CSS text, so that a browser draws what the frames draw."""

from __future__ import annotations

from dataclasses import fields

from billhead.layout.style.model import INHERITED, Style
from billhead.layout.style.values import (
    Auto,
    Color,
    ContentSize,
    GridLine,
    Percent,
    Relative,
    RepeatToFit,
    Track,
    TrackList,
)

_INITIAL = Style()
_SPECIAL = frozenset({"object_position_x", "object_position_y", "font_family"})
_COLOR_OF_SIDE = {f"border_{side}_color": f"border_{side}_width" for side in ("top", "right", "bottom", "left")}
_WIDTH_NAMES = frozenset(_COLOR_OF_SIDE.values())
_UNITLESS = frozenset({"flex_grow", "flex_shrink", "font_weight", "line_height", "z_index", "aspect_ratio"})
_NAMES = tuple(field.name for field in fields(Style) if field.name not in _SPECIAL)


def css_text(style: Style, parent: Style | None = None, font_stack: str | None = None) -> str:
    """Declarations separated by `;`: what differs from the initial value, or from `parent` where CSS inherits.

    A box that shows `text_align: start` relies on the `dir` attribute. `font_stack` replaces the families named,
    because pages are drawn with the fonts at hand and the browser must use the same.
    """
    out: list[str] = []
    for name in _NAMES:
        value = getattr(style, name)
        reference = getattr(parent if parent is not None and name in INHERITED else _INITIAL, name)
        if name in _COLOR_OF_SIDE:
            if getattr(style, _COLOR_OF_SIDE[name]) and value != style.color:
                out.append(f"{name.replace('_', '-')}:{value.css()}")
            continue
        if value != reference:
            out.append(f"{name.replace('_', '-')}:{_text(name, value)}")
    if style.object_position_x != _INITIAL.object_position_x or style.object_position_y != _INITIAL.object_position_y:
        x, y = _length(style.object_position_x), _length(style.object_position_y)
        out.append(f"object-position:{x} {y}")
    if font_stack is not None:
        out.append(f"font-family:{font_stack}")
    elif parent is None or style.font_family != parent.font_family:
        out.append("font-family:" + ",".join(f"'{family}'" for family in style.font_family))
    return ";".join(out)


def _text(name: str, value: object) -> str:
    if value is None:
        return "transparent" if name == "background_color" else "normal" if name == "line_height" else "auto"
    if isinstance(value, Auto):
        return "none" if name.startswith("max_") else "auto"
    if isinstance(value, Color):
        return value.css()
    if isinstance(value, GridLine):
        return f"{value.start or 'auto'} / span {value.span}"
    if isinstance(value, Percent):
        return f"{value.px:.10g}px" if name == "line_height" else _length(value)
    if name.startswith("grid_template") and isinstance(value, tuple):
        return _track_list(value)
    if isinstance(value, int | float):
        return f"{value:.10g}" if name in _UNITLESS else f"{value:.10g}px"
    return str(value)


def _length(value: float | Percent) -> str:
    if isinstance(value, Percent):
        share = f"{value.ratio * 100:.10g}%"
        return f"calc({share} + {value.px:.10g}px)" if value.px else share
    return f"{value:.10g}px"


def _track_list(tracks: TrackList) -> str:
    words = []
    for track in tracks:
        if isinstance(track, RepeatToFit):
            inner = " ".join(_track(part) for part in track.tracks)
            words.append(f"repeat({'auto-fit' if track.collapse_empty else 'auto-fill'},{inner})")
        else:
            words.append(_track(track))
    return " ".join(words) or "none"


def _track(track: Track) -> str:
    least = _breadth(track.minimum)
    if track.fraction:
        share = f"{track.fraction:.10g}fr"
        return share if isinstance(track.minimum, Auto) else f"minmax({least},{share})"
    most = _breadth(track.maximum)
    return least if least == most else f"minmax({least},{most})"


def _breadth(size: float | Percent | Auto | ContentSize | Relative) -> str:
    if isinstance(size, Relative):
        return f"{size.px:.10g}px"
    return size.value if isinstance(size, Auto | ContentSize) else _length(size)
