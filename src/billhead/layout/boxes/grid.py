"""Grid layout (CSS Grid Layout Level 1): placement, track sizes, alignment of items in their areas."""

from __future__ import annotations

from dataclasses import dataclass

from billhead.layout.boxes.flex import distribute
from billhead.layout.boxes.flow import lay_out_within_limits
from billhead.layout.boxes.grid_placement import Placed, place_absolute_item, place_items
from billhead.layout.boxes.grid_tracks import (
    Contribution,
    Wish,
    collapses_empty,
    expand,
    fixed_maximum,
    has_automatic_minimum,
    size_tracks,
)
from billhead.layout.boxes.sizing import (
    INFINITE,
    border_height,
    border_width,
    clamp,
    contribution,
    fit_content,
    height_limits,
    known_height,
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
        """Track sums when the container is sized as small and as large as its content asks."""
        style = box.style
        gap = used(style.column_gap, 0.0)
        low, high = width_limits(box, box.fill_basis)
        bounds = max(low - box.edges_across, 0.0), max(high - box.edges_across, 0.0)
        tracks = expand(style.grid_template_columns, None, gap, bounds)
        rows = expand(style.grid_template_rows, None, 0.0)
        items = _items(box, len(tracks), len(rows))
        tracks = _with_implicit(tracks, [item.column for item in items])
        rows = _with_implicit(rows, [item.row for item in items])
        across = [item.column for item in items]
        wish = _wishes_across(items, tracks, None, gap)
        sums: list[float] = []
        height = known_height(box)
        if height is not None:
            height = max(height - box.edges_down, 0.0)
        for least in (True, False):
            _forget_heights(items)
            widths = size_tracks(tracks, across, wish, None, gap, least=least)
            if box.keeps_ratio:
                starts = _starts(widths, gap, None, "normal")
                _resolve_widths(items, starts, widths)
                if _tell_heights(box, items, *_rows(box, items, rows, height, True)[:2]):
                    widths = size_tracks(tracks, across, wish, None, gap, least=least)
            sums.append(sum(widths) + gap * max(len(tracks) - 1, 0))
        return min(sums), sums[1]

    def flow(self, box: LayoutBox, width: float, height: float | None, commit: bool, definite: bool) -> Flow:
        """Sizes columns, then rows, then places the items."""
        style = box.style
        inner_width = max(width - box.edges_across, 0.0)
        inner_height = None if height is None else max(height - box.edges_down, 0.0)
        column_gap = used(style.column_gap, inner_width)
        columns = expand(style.grid_template_columns, inner_width, column_gap)
        rows = expand(style.grid_template_rows, inner_height, used(style.row_gap, inner_height or 0.0))
        items = _items(box, len(columns), len(rows))
        explicit = len(columns), len(rows)
        columns = _with_implicit(columns, [item.column for item in items])
        rows = _with_implicit(rows, [item.row for item in items])
        if collapses_empty(style.grid_template_columns):
            occupied = max([item.column.start + item.column.span for item in items], default=0)
            columns = columns[: max(occupied, 1)]
        for item in items:
            item.box.resolve_edges(inner_width)
        across = [item.column for item in items]
        wish = _wishes_across(items, columns, inner_width, column_gap)
        stretch = style.justify_content in ("normal", "stretch")
        _forget_heights(items)
        widths = size_tracks(columns, across, wish, inner_width, column_gap, stretch=stretch)
        xs = _starts(widths, column_gap, inner_width, style.justify_content)
        _resolve_widths(items, xs, widths)
        ys, heights, total = _rows(box, items, rows, inner_height, definite)
        if box.keeps_ratio and _tell_heights(box, items, ys, heights):
            widths = size_tracks(columns, across, wish, inner_width, column_gap, stretch=stretch)
            xs = _starts(widths, column_gap, inner_width, style.justify_content)
            _resolve_widths(items, xs, widths)
            # The grid's own height stays as it is, as in Chromium: rows are now sized for that.
            open_height = inner_height is None
            ys, heights, _ = _rows(box, items, rows, total if open_height else inner_height, definite or open_height)
        baseline = None
        for item in items:
            x, y, flow = _settle(box, item, _area(xs, widths, item.column), _area(ys, heights, item.row), commit)
            if commit:
                item.box.area = _area(xs, widths, item.column)[1], _area(ys, heights, item.row)[1]
                item.box.x = box.edge_left + (inner_width - x - item.width if box.rtl else x)
                item.box.y = box.edge_top + y
            if baseline is None and item.row.start == 0:
                baseline = box.edge_top + y + (flow.height if flow.baseline is None else flow.baseline)
        outer = total + box.edges_down if height is None else height
        if commit:
            inner = [child for child in box.absolutes if child.parent is not box]
            for child in [child for child in box.children if child.style.position == "absolute"] + inner:
                place_absolute_item(box, child, (xs, widths), (ys, heights), explicit, (width, outer))
        return Flow(outer, baseline)


def _rows(
    box: LayoutBox, items: list[GridItem], rows: list[Track], inner_height: float | None, definite: bool
) -> tuple[list[float], list[float], float]:
    """Starts and heights of the rows, and their height together with the gaps."""
    style = box.style
    known = inner_height if definite else None
    gap = used(style.row_gap, known or 0.0)
    gaps = gap * max(len(rows) - 1, 0)
    down = [item.row for item in items]
    natural = [_item_height(item) for item in items]

    def wish(number: int, wanted: Wish) -> float:
        if wanted is Wish.MINIMUM:
            return min(_least_height(items[number].box), natural[number])
        return natural[number]

    heights = size_tracks(rows, down, wish, known, gap)
    total = sum(heights) + gaps
    if known is None and inner_height is not None:
        if total < inner_height or any(track.fraction for track in rows):
            heights = size_tracks(rows, down, wish, inner_height, gap)
    elif known is None and any(isinstance(size, Percent) for size in (style.row_gap, *[row.minimum for row in rows])):
        # Percentages of an open height count as the content's wish, and of what came of that afterwards.
        gap = used(style.row_gap, total)
        heights = size_tracks(rows, down, wish, total, gap, stretch=False)
    return _starts(heights, gap, inner_height, "normal"), heights, total


def _forget_heights(items: list[GridItem]) -> None:
    for item in items:
        item.box.know_height(None)


def _tell_heights(box: LayoutBox, items: list[GridItem], ys: list[float], heights: list[float]) -> bool:
    """Whether heights of rows change what items ask of columns, which are then sized once more (§12.1 step 3)."""
    changed = False
    for item in items:
        child = item.box
        if not child.keeps_ratio:
            continue
        before = contribution(child, False), contribution(child, True)
        room = _area(ys, heights, item.row)[1]
        height = border_height(child, child.style.height, room)
        if height is None and _fills(box, child):
            height = room - child.margins_down
        child.know_height(None if height is None else clamp(height, height_limits(child, room)))
        changed = changed or before != (contribution(child, False), contribution(child, True))
    return changed


def _fills(box: LayoutBox, child: LayoutBox) -> bool:
    """Whether an item of automatic height is stretched to its area."""
    style = child.style
    align = style.align_self if style.align_self != "auto" else box.style.align_items
    autos = style.margin_top is AUTO or style.margin_bottom is AUTO
    return align in ("normal", "stretch") and not autos and child.ratio is None


def _resolve_widths(items: list[GridItem], starts: list[float], widths: list[float]) -> None:
    """Each item's width in its area."""
    for item in items:
        area = _area(starts, widths, item.column)[1]
        item.box.resolve_edges(area)
        item.width = _item_width(item, area)


def _with_implicit(tracks: list[Track], placed: list[Placed]) -> list[Track]:
    needed = max([place.start + place.span for place in placed], default=0)
    return tracks + [AUTO_TRACK] * max(needed - len(tracks), 0)


def _starts(sizes: list[float], gap: float, available: float | None, justify: str) -> list[float]:
    """Where each track begins."""
    free = 0.0 if available is None else available - sum(sizes) - gap * max(len(sizes) - 1, 0)
    at, between = distribute(justify, free, len(sizes)) if sizes else (0.0, 0.0)
    starts = []
    for size in sizes:
        starts.append(at)
        at += size + gap + between
    return starts


def _area(starts: list[float], sizes: list[float], place: Placed) -> tuple[float, float]:
    """Start and length of an area along one axis."""
    last = min(place.start + place.span, len(starts)) - 1
    first = min(place.start, last)
    return starts[first], starts[last] + sizes[last] - starts[first]


def _wishes_across(items: list[GridItem], tracks: list[Track], available: float | None, gap: float) -> Contribution:
    """The items' contributions to columns."""

    def wish(number: int, wanted: Wish) -> float:
        item = items[number]
        if wanted is Wish.MINIMUM:
            return _least_width(item, tracks[item.column.start : item.column.start + item.column.span], available, gap)
        return contribution(item.box, wanted is Wish.GREATEST)

    return wish


def _least_width(item: GridItem, spanned: list[Track], available: float | None, gap: float) -> float:
    """The minimum contribution (§12.5), with the automatic minimum size (§6.6) for items of automatic width."""
    box, style = item.box, item.box.style
    least = contribution(box, False)
    if border_width(box, style.width, None) is not None:
        return least
    if style.min_width is not AUTO:
        return min(least, width_limits(box, None)[0] + box.margins_across)
    several = len(spanned) > 1
    grows = any(has_automatic_minimum(track, available) for track in spanned) and not (
        several and any(t.fraction for t in spanned)
    )
    if style.overflow != "visible" or not grows:
        return box.edges_across + box.margins_across
    most = [fixed_maximum(track, available) for track in spanned]
    known = [size for size in most if size is not None]
    if len(known) == len(most):
        least = min(least, max(sum(known) + gap * (len(known) - 1), box.edges_across + box.margins_across))
    return least


def _least_height(box: LayoutBox) -> float:
    """The minimum contribution to rows of a box whose height follows from its content."""
    style = box.style
    if border_height(box, style.height, None) is not None:
        return INFINITE
    if style.min_height is not AUTO:
        return height_limits(box, None)[0] + box.margins_down
    return INFINITE if style.overflow == "visible" else box.edges_down + box.margins_down


def _item_width(item: GridItem, area: float) -> float:
    child = item.box
    limits = width_limits(child, area)
    width = border_width(child, child.style.width, area)
    if width is not None:
        return clamp(width, limits)
    room = area - child.margins_across
    autos = child.style.margin_left is AUTO or child.style.margin_right is AUTO
    if child.data is not None and child.ratio is not None:
        height = known_height(child)
        natural = width_from_ratio(child, height) if height is not None else max_content(child)
        return clamp(natural, limits)
    return max(clamp(fit_content(child, room) if autos else room, limits), 0.0)


def _item_height(item: GridItem) -> float:
    """The item's contribution to its rows."""
    height = border_height(item.box, item.box.style.height, None)
    flow = lay_out_within_limits(item.box, item.width, height, None, False)
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
    if height is None and _fills(box, child):
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
