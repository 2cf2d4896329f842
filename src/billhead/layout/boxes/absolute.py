"""Absolutely positioned boxes (CSS Positioned Layout Level 3 §3, §4), laid out when all in flow has its place."""

from __future__ import annotations

from typing import NamedTuple

from billhead.layout.boxes.flow import lay_out_within_limits
from billhead.layout.boxes.sizing import (
    border_height,
    border_width,
    clamp,
    fit_content,
    height_limits,
    width_from_ratio,
    width_limits,
)
from billhead.layout.boxes.tree import ALIGNED_BEFORE, LayoutBox, StaticPlace, definite
from billhead.layout.style.values import AUTO

_FILLING = frozenset({"auto", "normal", "stretch"})


class Axis(NamedTuple):
    """One axis of an absolute box, in px from the start of its containing block."""

    start: float | None
    end: float | None
    area: float
    point: float
    before: float
    margins: tuple[float, float]
    autos: tuple[bool, bool]

    @property
    def room(self) -> float:
        """What the margin box may take before it overflows (the inset-modified containing block)."""
        if self.start is None and self.end is None:
            if self.before == 0.5:
                room = 2 * min(self.point, self.area - self.point)
            else:
                room = self.point if self.before else self.area - self.point
        else:
            room = self.area - (self.start or 0.0) - (self.end or 0.0)
        return max(room - sum(self.margins), 0.0)

    @property
    def held(self) -> bool:
        """Whether both insets are given."""
        return self.start is not None and self.end is not None

    def place(self, size: float, aligned: float, from_end: bool) -> float:
        """Where the border box begins. `aligned` is the share of free space before a box held at both ends."""
        before, after = self.margins
        if self.start is not None and self.end is not None:
            free = self.area - self.start - self.end - size - before - after
            if all(self.autos) and free > 0:
                return self.start + before + free / 2
            if self.autos[0] and not self.autos[1]:
                return self.start + before + free
            if from_end and not any(self.autos):
                return self.area - self.end - after - size
            return self.start + before + free * (0.0 if any(self.autos) else aligned)
        if self.start is not None:
            return self.start + before
        if self.end is not None:
            return self.area - self.end - after - size
        return self.point - self.before * (size + before + after) + before


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
    style = box.style
    across, down, corner = _axes(containing, box)
    width = border_width(box, style.width, across.area)
    height = border_height(box, style.height, down.area)
    aligned = style.align_self if down.held else "auto"
    if height is None and down.held and box.data is None and aligned in _FILLING:
        height = max(down.area - (down.start or 0.0) - (down.end or 0.0) - sum(down.margins), box.edges_down)
    if height is not None:
        height = clamp(height, height_limits(box, down.area))
    if width is None:
        if box.ratio is not None and height is not None:
            width = width_from_ratio(box, height)
        else:
            fills = across.held and box.data is None and box.ratio is None
            width = across.room if fills else fit_content(box, across.room)
    width = max(clamp(width, width_limits(box, across.area)), box.edges_across)
    flow = lay_out_within_limits(box, width, height, down.area, True)
    share = ALIGNED_BEFORE.get(aligned, 0.0)
    box.x = corner[0] + across.place(width, 0.0, box.rtl)
    box.y = corner[1] + down.place(flow.height, share, False)


def _axes(containing: LayoutBox, box: LayoutBox) -> tuple[Axis, Axis, tuple[float, float]]:
    """Both axes of the containing block's padding box, or of the grid area in it, and its corner from the parent."""
    style, outer = box.style, containing.style
    left, top = outer.border_left_width, outer.border_top_width
    width = containing.width - left - outer.border_right_width
    height = containing.height - top - outer.border_bottom_width
    if box.cell is not None:
        cell_x, cell_y, width, height = box.cell
        left, top = left + cell_x, top + cell_y
    box.resolve_edges(width)
    corner_x, corner_y = origin_of(containing)
    parent_x, parent_y = origin_of(box.parent) if box.parent is not None else (0.0, 0.0)
    x, y = corner_x + left - parent_x, corner_y + top - parent_y
    static = box.static_place or StaticPlace(0.0, 0.0)
    across = Axis(
        definite_inset(style.left, width), definite_inset(style.right, width), width, static.x - x, static.across,
        (box.margin_left, box.margin_right), (style.margin_left is AUTO, style.margin_right is AUTO),
    )  # fmt: skip
    down = Axis(
        definite_inset(style.top, height), definite_inset(style.bottom, height), height, static.y - y, static.down,
        (box.margin_top, box.margin_bottom), (style.margin_top is AUTO, style.margin_bottom is AUTO),
    )  # fmt: skip
    return across, down, (x, y)


def definite_inset(value: object, basis: float) -> float | None:
    """An inset in px, negative ones included; None for `auto`."""
    if value is AUTO:
        return None
    if isinstance(value, tuple):
        ratio, px = value
        return float(ratio) * basis + float(px)
    return definite(value, basis) if isinstance(value, int | float) else None
