"""Sizes of boxes from their style: definite sizes, limits, contributions to a parent's intrinsic width.

All results are border-box px unless the name says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from billhead.layout.boxes.columns import table_widths
from billhead.layout.boxes.table import TableData
from billhead.layout.boxes.tree import LayoutBox, definite
from billhead.layout.style import Percent
from billhead.layout.style.values import AUTO, Size

INFINITE = float("inf")


def border_width(box: LayoutBox, size: Size, basis: float | None) -> float | None:
    """A width property as border-box width; None when it is not definite."""
    if size is AUTO:
        return None
    value = definite(size, basis)
    if value is None:
        return None
    edges = box.edges_across
    return max(value, edges) if box.style.box_sizing == "border-box" else value + edges


def border_height(box: LayoutBox, size: Size, basis: float | None) -> float | None:
    """A height property as border-box height; None when it is not definite."""
    if size is AUTO:
        return None
    value = definite(size, basis)
    if value is None:
        return None
    edges = box.edges_down
    return max(value, edges) if box.style.box_sizing == "border-box" else value + edges


def known_height(box: LayoutBox) -> float | None:
    """The border-box height that is known before widths: given in px, or told by the parent; within its limits."""
    height = border_height(box, box.style.height, None)
    if height is None:
        height = box.known_height
    return None if height is None else clamp(height, height_limits(box, None))


def tell_heights(box: LayoutBox, children: Sequence[LayoutBox], fills: Callable[[LayoutBox], bool]) -> None:
    """Tells children what is known of their heights before widths: percentages of a known height of `box`, and all of
    it for those that fill it."""
    whole = known_height(box)
    room = None if whole is None else max(whole - box.edges_down, 0.0)
    for child in children:
        if not child.keeps_ratio:
            continue
        child.resolve_edges(0.0)
        height = None if room is None else border_height(child, child.style.height, room)
        if height is None and room is not None and fills(child):
            height = room - child.margins_down
        child.know_height(None if height is None else clamp(height, height_limits(child, room)))


def width_limits(box: LayoutBox, basis: float | None) -> tuple[float, float]:
    """min-width (auto as the box's edges) and max-width. A table is as wide as its content asks at least."""
    floor = min_content(box) if isinstance(box.data, TableData) else box.edges_across
    if box.style.min_width is AUTO and box.style.max_width is AUTO:
        return floor, INFINITE
    least = border_width(box, box.style.min_width, basis)
    most = border_width(box, box.style.max_width, basis)
    return (floor if least is None else max(least, floor)), (INFINITE if most is None else most)


def height_limits(box: LayoutBox, basis: float | None) -> tuple[float, float]:
    """min-height (auto as the box's edges) and max-height."""
    if box.style.min_height is AUTO and box.style.max_height is AUTO:
        return box.edges_down, INFINITE
    least = border_height(box, box.style.min_height, basis)
    most = border_height(box, box.style.max_height, basis)
    return (box.edges_down if least is None else least), (INFINITE if most is None else most)


def clamp(value: float, limits: tuple[float, float]) -> float:
    """The value within limits; the least wins over the greatest, as in CSS."""
    return max(min(value, limits[1]), limits[0])


def min_content(box: LayoutBox) -> float:
    """The box's least border-box width from its content alone."""
    return box.intrinsic()[0] + box.edges_across


def max_content(box: LayoutBox) -> float:
    """The box's greatest border-box width from its content alone."""
    return box.intrinsic()[1] + box.edges_across


def fit_content(box: LayoutBox, available: float) -> float:
    """Shrink to fit: the content's width, but no more than what is available unless it cannot be broken."""
    if isinstance(box.data, TableData):
        return min(table_widths(box.data.measure())[1] + box.edges_across, max(min_content(box), available))
    return min(max_content(box), max(min_content(box), available))


def width_from_ratio(box: LayoutBox, height: float) -> float:
    """The border-box width that the preferred aspect ratio gives for a border-box height."""
    ratio = box.ratio or 1.0
    if box.style.box_sizing == "border-box" and box.style.aspect_ratio is not None:
        return height * ratio
    return (height - box.edges_down) * ratio + box.edges_across


def height_from_ratio(box: LayoutBox, width: float) -> float:
    """The border-box height that the preferred aspect ratio gives for a border-box width."""
    ratio = box.ratio or 1.0
    if box.style.box_sizing == "border-box" and box.style.aspect_ratio is not None:
        return width / ratio
    return (width - box.edges_across) / ratio + box.edges_down


def contribution(box: LayoutBox, greatest: bool) -> float:
    """What the box asks of its parent's intrinsic width, margins included; percentages count as `auto`."""
    style = box.style
    box.resolve_edges(0.0)
    width = border_width(box, style.width, None)
    compressible = isinstance(style.width, Percent) or isinstance(style.max_width, Percent)
    if not greatest and compressible and box.data is not None and box.ratio is not None:
        # Of pictures, percentages count as of nothing (CSS Sizing 3 §5.2.2).
        width = box.edges_across
    if width is None and box.ratio is not None:
        height = known_height(box)
        if height is not None:
            width = width_from_ratio(box, height)
    if width is None:
        width = max_content(box) if greatest else min_content(box)
    return clamp(width, width_limits(box, None)) + box.margins_across


def has_auto_width(box: LayoutBox) -> bool:
    """Whether no width is given."""
    return box.style.width is AUTO


def natural_size(box: LayoutBox) -> tuple[float, float] | None:
    """A picture's own size in px, or None for other boxes."""
    return box.data if isinstance(box.data, tuple) and len(box.data) == 2 else None
