"""Grid layout (CSS Grid Layout Level 1): placement, track sizes, alignment of items in their areas."""

from __future__ import annotations

from dataclasses import dataclass

from billhead.layout.boxes.flex import distribute
from billhead.layout.boxes.flow import lay_out_within_limits
from billhead.layout.boxes.grid_placement import Placed, place_items
from billhead.layout.boxes.grid_tracks import Contribution, collapses_empty, expand, size_tracks
from billhead.layout.boxes.sizing import (
    border_height,
    border_width,
    clamp,
    contribution,
    fit_content,
    height_limits,
    max_content,
    width_from_ratio,
    width_limits,
)
from billhead.layout.boxes.tree import Flow, LayoutBox, used
from billhead.layout.style.values import AUTO, Percent, Track

AUTO_TRACK = Track()


@dataclass(slots=True)
class GridItem:
    """A child with its area."""

    box: LayoutBox
    column: Placed
    row: Placed
    width: float = 0.0


def _items(box: LayoutBox, columns: int, rows: int) -> list[GridItem]:
    children = box.in_flow()
    lines = [(child.style.grid_column, child.style.grid_row) for child in children]
    areas = place_items(lines, columns, rows, box.style.grid_auto_flow)
    return [GridItem(child, column, row) for child, (column, row) in zip(children, areas, strict=True)]


class GridLayout:
    """A grid container."""

    def intrinsic(self, box: LayoutBox) -> tuple[float, float]:
        """Track sums when tracks are as small and as large as content asks."""
        style = box.style
        tracks = expand(style.grid_template_columns, None, 0.0)
        items = _items(box, len(tracks), len(expand(style.grid_template_rows, None, 0.0)))
        tracks = _with_implicit(tracks, [item.column for item in items])
        gap = used(style.column_gap, 0.0)
        gaps = gap * max(len(tracks) - 1, 0)
        sums = []
        for greatest in (False, True):
            wishes = [contribution(item.box, greatest) for item in items]
            sizes = size_tracks(
                tracks, [item.column for item in items], _constant(wishes), None, gap, least=not greatest
            )
            sums.append(sum(sizes) + gaps)
        return min(sums), sums[1]

    def flow(self, box: LayoutBox, width: float, height: float | None, commit: bool) -> Flow:
        """Sizes columns, then rows, then places the items."""
        style = box.style
        inner_width = max(width - box.edges_across, 0.0)
        inner_height = None if height is None else max(height - box.edges_down, 0.0)
        column_gap, row_gap = used(style.column_gap, inner_width), used(style.row_gap, inner_height or 0.0)
        columns = expand(style.grid_template_columns, inner_width, column_gap)
        rows = expand(style.grid_template_rows, inner_height, row_gap)
        items = _items(box, len(columns), len(rows))
        columns = _with_implicit(columns, [item.column for item in items])
        rows = _with_implicit(rows, [item.row for item in items])
        if collapses_empty(style.grid_template_columns):
            occupied = max([item.column.start + item.column.span for item in items], default=0)
            columns = columns[: max(occupied, 1)]
        for item in items:
            item.box.resolve_edges(inner_width)
        across = [item.column for item in items]
        widths = size_tracks(
            columns, across, lambda number, most: contribution(items[number].box, most), inner_width, column_gap
        )
        xs, widths = _positions(widths, column_gap, inner_width, style.justify_content)
        for item in items:
            item.box.resolve_edges(_area(xs, widths, item.column)[1])
            item.width = _item_width(box, item, _area(xs, widths, item.column)[1])
        down = [item.row for item in items]
        heights = size_tracks(rows, down, lambda number, _: _item_height(items[number], None), inner_height, row_gap)
        ys, heights = _positions(heights, row_gap, inner_height, "normal")
        total = sum(heights) + row_gap * max(len(heights) - 1, 0)
        if inner_height is None and isinstance(style.row_gap, Percent):
            # A percentage of an open height counts nothing while the height is found, and its share afterwards.
            ys, heights = _positions(heights, style.row_gap.of(total), None, "normal")
        baseline = None
        for item in items:
            x, y, flow = _settle(box, item, _area(xs, widths, item.column), _area(ys, heights, item.row), commit)
            if commit:
                item.box.area = _area(xs, widths, item.column)[1], _area(ys, heights, item.row)[1]
                item.box.x = box.edge_left + (inner_width - x - item.width if box.rtl else x)
                item.box.y = box.edge_top + y
            if baseline is None and item.row.start == 0:
                baseline = box.edge_top + y + (flow.height if flow.baseline is None else flow.baseline)
        if commit:
            for child in box.children:
                if child.style.position == "absolute":
                    child.static_place = GridPlace(box.edge_left, box.edge_top, inner_width if box.rtl else None)
        return Flow(total + box.edges_down if height is None else height, baseline)


def _constant(wishes: list[float]) -> Contribution:
    """The same wish for least and greatest size."""
    return lambda number, greatest: wishes[number]


class GridPlace:
    """An absolute child of a grid stands at the content's start corner; `width` is the content's where that is the
    right one."""

    __slots__ = ("width", "x", "y")

    def __init__(self, x: float, y: float, width: float | None) -> None:
        self.x = x
        self.y = y
        self.width = width

    def of(self, child: LayoutBox, width: float, height: float) -> tuple[float, float]:
        """x and y from the container's border box."""
        return self.x + (0.0 if self.width is None else self.width - width - child.margins_across), self.y


def _with_implicit(tracks: list[Track], placed: list[Placed]) -> list[Track]:
    needed = max([place.start + place.span for place in placed], default=0)
    return tracks + [AUTO_TRACK] * max(needed - len(tracks), 0)


def _positions(
    sizes: list[float], gap: float, available: float | None, justify: str
) -> tuple[list[float], list[float]]:
    free = 0.0 if available is None else available - sum(sizes) - gap * max(len(sizes) - 1, 0)
    at, between = distribute(justify, free, len(sizes)) if sizes else (0.0, 0.0)
    starts = []
    for size in sizes:
        starts.append(at)
        at += size + gap + between
    return starts, sizes


def _area(starts: list[float], sizes: list[float], place: Placed) -> tuple[float, float]:
    """Start and length of an area along one axis."""
    last = min(place.start + place.span, len(starts)) - 1
    first = min(place.start, last)
    return starts[first], starts[last] + sizes[last] - starts[first]


def _item_width(box: LayoutBox, item: GridItem, area: float) -> float:
    child = item.box
    limits = width_limits(child, area)
    width = border_width(child, child.style.width, area)
    if width is not None:
        return clamp(width, limits)
    room = area - child.margins_across
    autos = child.style.margin_left is AUTO or child.style.margin_right is AUTO
    if child.data is not None and child.ratio is not None:
        height = border_height(child, child.style.height, None)
        natural = width_from_ratio(child, height) if height is not None else max_content(child)
        return clamp(natural, limits)
    return max(clamp(fit_content(child, room) if autos else room, limits), 0.0)


def _item_height(item: GridItem, area: float | None) -> float:
    """The item's contribution to its rows."""
    height = border_height(item.box, item.box.style.height, area)
    flow = lay_out_within_limits(item.box, item.width, height, area, False)
    return flow.height + item.box.margins_down


def _settle(
    box: LayoutBox, item: GridItem, across: tuple[float, float], down: tuple[float, float], commit: bool
) -> tuple[float, float, Flow]:
    """Lays the item out in its area; gives its place and flow."""
    child, style = item.box, item.box.style
    child.resolve_edges(across[1])
    align = style.align_self if style.align_self != "auto" else box.style.align_items
    height = border_height(child, style.height, down[1])
    autos = (style.margin_top is AUTO, style.margin_bottom is AUTO)
    fills = align in ("normal", "stretch") and not any(autos) and child.ratio is None
    if height is None and fills:
        height = clamp(down[1] - child.margins_down, height_limits(child, down[1]))
        flow = child.lay_out(item.width, height, commit)
    else:
        flow = lay_out_within_limits(child, item.width, height, down[1], commit)
    free = down[1] - flow.height - child.margins_down
    if any(autos):
        shift = max(free, 0.0) * (0.5 if all(autos) else float(autos[0]))
    else:
        shift = free / 2 if align == "center" else free if align in ("end", "flex-end") else 0.0
    start_margin, start_auto, end_auto = child.margin_left, style.margin_left is AUTO, style.margin_right is AUTO
    if box.rtl:
        start_margin, start_auto, end_auto = child.margin_right, end_auto, start_auto
    spare = max(across[1] - item.width - child.margins_across, 0.0)
    lead = spare * (0.5 if start_auto and end_auto else float(start_auto))
    return across[0] + start_margin + lead, down[0] + child.margin_top + shift, flow
