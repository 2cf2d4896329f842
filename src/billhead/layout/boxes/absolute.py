"""Absolutely positioned boxes (CSS 2.2 §10.3.7, §10.6.4), laid out after everything in flow has its place."""

from __future__ import annotations

from billhead.layout.boxes.flow import lay_out_within_limits, shrink_width
from billhead.layout.boxes.sizing import border_height, border_width, clamp, height_limits, width_limits
from billhead.layout.boxes.tree import LayoutBox, definite
from billhead.layout.style.values import AUTO


def place_absolutes(root: LayoutBox) -> None:
    """Lays out the absolute boxes below `root`, outer ones first; their places are relative to their parents."""
    queue = [root]
    while queue:
        box = queue.pop(0)
        for absolute in box.absolutes:
            _place(box, absolute)
        queue.extend(box.children)


def origin_of(box: LayoutBox) -> tuple[float, float]:
    """The border-box corner on the strip, relative offsets of positioned ancestors left out."""
    x, y = 0.0, 0.0
    current: LayoutBox | None = box
    while current is not None:
        x, y = x + current.x, y + current.y
        current = current.parent
    return x, y


def _place(containing: LayoutBox, box: LayoutBox) -> None:
    style, outer = box.style, containing.style
    area_width = containing.width - outer.border_left_width - outer.border_right_width
    area_height = containing.height - outer.border_top_width - outer.border_bottom_width
    box.resolve_edges(area_width)
    left, right = definite_inset(style.left, area_width), definite_inset(style.right, area_width)
    top, bottom = definite_inset(style.top, area_height), definite_inset(style.bottom, area_height)
    width = border_width(box, style.width, area_width)
    height = border_height(box, style.height, area_height)
    if height is None and top is not None and bottom is not None and box.data is None:
        height = max(area_height - top - bottom - box.margins_down, box.edges_down)
    if height is not None:
        height = clamp(height, height_limits(box, area_height))
    if width is None:
        room = area_width - (left or 0.0) - (right or 0.0) - box.margins_across
        fills = left is not None and right is not None and box.data is None
        width = room if fills and box.ratio is None else shrink_width(box, room, height)
    width = max(clamp(width, width_limits(box, area_width)), box.edges_across)
    flow = lay_out_within_limits(box, width, height, area_height, True)
    height = flow.height
    corner_x, corner_y = origin_of(containing)
    parent_x, parent_y = origin_of(box.parent) if box.parent is not None else (0.0, 0.0)
    offset_x = corner_x + outer.border_left_width - parent_x
    offset_y = corner_y + outer.border_top_width - parent_y
    static_x, static_y = box.static_place.of(box, width, height) if box.static_place else (0.0, 0.0)
    x, y = static_x + box.margin_left, static_y + box.margin_top
    if left is not None or right is not None:
        autos = (style.margin_left is AUTO, style.margin_right is AUTO)
        x = offset_x + _along(left, right, width, area_width, (box.margin_left, box.margin_right), autos, box.rtl)
    if top is not None or bottom is not None:
        autos = (style.margin_top is AUTO, style.margin_bottom is AUTO)
        y = offset_y + _along(top, bottom, height, area_height, (box.margin_top, box.margin_bottom), autos, False)
    box.x, box.y = x, y


def _along(
    start: float | None,
    end: float | None,
    size: float,
    area: float,
    margins: tuple[float, float],
    autos: tuple[bool, bool],
    from_end: bool,
) -> float:
    """Where the border box starts along one axis of the containing block's padding box."""
    if start is not None and end is not None:
        free = area - start - end - size - margins[0] - margins[1]
        if all(autos) and free > 0:
            return start + margins[0] + free / 2
        if autos[0] and not autos[1]:
            return start + margins[0] + free
        if from_end and not any(autos):
            return area - end - margins[1] - size
        return start + margins[0]
    if start is not None:
        return start + margins[0]
    return area - (end or 0.0) - margins[1] - size


def definite_inset(value: object, basis: float) -> float | None:
    """An inset in px, negative ones included; None for `auto`."""
    if value is AUTO:
        return None
    if isinstance(value, tuple):
        ratio, px = value
        return float(ratio) * basis + float(px)
    return definite(value, basis) if isinstance(value, int | float) else None
