"""Grid placement (CSS Grid Layout Level 1 §8.5): which tracks each item occupies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from billhead.layout.boxes.tree import ALIGNED_BEFORE, LayoutBox, StaticPlace
from billhead.layout.style.values import GridLine

MOST_TRACKS = 2000


class Placed(NamedTuple):
    """An item on one axis: its first track, from 0, and how many it spans."""

    start: int
    span: int


class _Wish(NamedTuple):
    """Where an item wants to be: 0-based tracks, None for anywhere. `major` is the axis that automatic flow fills
    last: rows for row flow."""

    major: int | None
    minor: int | None
    major_span: int
    minor_span: int


class _Occupancy:
    """Cells that are taken."""

    def __init__(self, minor_count: int) -> None:
        self.minor_count = minor_count
        self._taken: set[tuple[int, int]] = set()

    def fits(self, wish: _Wish, major: int, minor: int) -> bool:
        """Whether the area is free and inside the grid's width."""
        inside = minor + wish.minor_span <= self.minor_count
        return inside and self._taken.isdisjoint(_cells(wish, major, minor))

    def take(self, wish: _Wish, major: int, minor: int) -> tuple[int, int]:
        """Marks the area as taken."""
        self._taken.update(_cells(wish, major, minor))
        return major, minor


def _cells(wish: _Wish, major: int, minor: int) -> list[tuple[int, int]]:
    return [(major + a, minor + b) for a in range(wish.major_span) for b in range(wish.minor_span)]


def place_items(
    lines: Sequence[tuple[GridLine, GridLine]], columns: int, rows: int, flow: str
) -> list[tuple[Placed, Placed]]:
    """(column, row) for each item, from its (grid-column, grid-row), the explicit track counts and grid-auto-flow."""
    by_row = not flow.startswith("column")
    wishes = []
    for column_line, row_line in lines:
        column, row = _track(column_line, columns), _track(row_line, rows)
        major, minor = ((row, row_line), (column, column_line)) if by_row else ((column, column_line), (row, row_line))
        wishes.append(_Wish(major[0], minor[0], major[1].span, minor[1].span))
    count = max([(wish.minor or 0) + wish.minor_span for wish in wishes], default=1)
    grid = _Occupancy(max(columns if by_row else rows, count, 1))
    found: dict[int, tuple[int, int]] = {}
    for number, wish in enumerate(wishes):
        if wish.major is not None and wish.minor is not None:
            found[number] = grid.take(wish, wish.major, wish.minor)
    for number, wish in enumerate(wishes):
        if wish.major is not None and wish.minor is None:
            found[number] = _in_major_track(grid, wish, wish.major)
    _flow_rest(grid, wishes, found, dense=flow.endswith("dense"))
    areas = []
    for number, wish in enumerate(wishes):
        along = Placed(found[number][0], wish.major_span)
        across = Placed(found[number][1], wish.minor_span)
        areas.append((across, along) if by_row else (along, across))
    return areas


def _in_major_track(grid: _Occupancy, wish: _Wish, major: int) -> tuple[int, int]:
    minor = 0
    while minor < MOST_TRACKS and not grid.fits(wish, major, minor):
        minor += 1
        grid.minor_count = max(grid.minor_count, minor + wish.minor_span)
    return grid.take(wish, major, minor)


def _flow_rest(grid: _Occupancy, wishes: list[_Wish], found: dict[int, tuple[int, int]], *, dense: bool) -> None:
    major = minor = 0
    for number, wish in enumerate(wishes):
        if number in found:
            continue
        if dense:
            major = minor = 0
        if wish.minor is not None:
            if not dense and wish.minor < minor:
                major += 1
            minor = wish.minor
            while not grid.fits(wish, major, minor):
                major += 1
        else:
            while not grid.fits(wish, major, minor):
                minor += 1
                if minor + wish.minor_span > grid.minor_count:
                    major, minor = major + 1, 0
        found[number] = grid.take(wish, major, minor)


def _track(line: GridLine, count: int) -> int | None:
    """The 0-based track of a line; lines counted from the end need explicit tracks."""
    if line.start is None:
        return None
    return max(line.start - 1 if line.start > 0 else count + 1 + line.start, 0)


Tracks = tuple[list[float], list[float]]
"""Starts and sizes of the tracks of one axis, from the content box."""


def place_absolute_item(
    box: LayoutBox, child: LayoutBox, across: Tracks, down: Tracks, explicit: tuple[int, int], size: tuple[float, float]
) -> None:
    """§9: an absolute box's containing block is its area, automatic lines meaning the padding edge, however deep in the
    grid it is. Where the grid is not a child's containing block, its static position is that of a sole item in the
    content box."""
    style, own = child.style, box.style
    left, top = own.border_left_width, own.border_top_width
    edge_x, edge_y = box.edge_left - left, box.edge_top - top
    if child.containing is box:
        room = size[0] - left - own.border_right_width, size[1] - top - own.border_bottom_width
        x, width = _extent(style.grid_column, across, explicit[0], edge_x, room[0])
        y, height = _extent(style.grid_row, down, explicit[1], edge_y, room[1])
        if box.rtl:
            x = room[0] - x - width
        child.cell = (x, y, width, height)
    else:
        x, y = edge_x, edge_y
        width, height = size[0] - box.edges_across, size[1] - box.edges_down
    if child.parent is not box:
        return
    align = style.align_self if style.align_self != "auto" else own.align_items
    before = ALIGNED_BEFORE.get(align, 0.0)
    child.static_place = StaticPlace(
        left + x + (width if box.rtl else 0.0), top + y + before * height, float(box.rtl), before
    )


def _extent(line: GridLine, tracks: Tracks, explicit: int, edge: float, room: float) -> tuple[float, float]:
    """Start and length along one axis, from the padding edge."""
    starts, sizes = tracks
    first = _track(line, explicit)
    if first is None or first >= len(starts):
        return 0.0, room
    start = starts[first] + edge
    last = first + line.span - 1
    return start, (starts[last] + sizes[last] + edge if last < len(starts) else room) - start
