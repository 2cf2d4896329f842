"""Flex layout, CSS Flexible Box Layout Level 1 §9: lines, flexible lengths, alignment.

The working unit is `FlexItem`, in terms of the main and the cross axis; `Axes` maps them to x and y.
"""

from __future__ import annotations

from typing import NamedTuple

from billhead.layout.boxes.flex_items import (
    Axes,
    FlexItem,
    fills_line,
    flex_contribution,
    make_item,
    resolve_flexible_lengths,
)
from billhead.layout.boxes.flow import lay_out_within_limits
from billhead.layout.boxes.sizing import (
    INFINITE,
    clamp,
    contribution,
    fit_content,
    height_limits,
    tell_heights,
    width_from_ratio,
    width_limits,
)
from billhead.layout.boxes.tree import ALIGNED_BEFORE, Flow, LayoutBox, StaticPlace, used


class Settled(NamedTuple):
    """A container laid out at one size: where its items stand, and its flow."""

    axes: Axes
    items: list[FlexItem]
    flow: Flow


class FlexLayout:
    """A flex container."""

    def intrinsic(self, box: LayoutBox) -> tuple[float, float]:
        """Sums along a row, the widest of a column."""
        children = box.in_flow()
        if not children:
            return 0.0, 0.0
        if box.keeps_ratio:
            filled = box.style.flex_direction.startswith("row") and box.style.flex_wrap == "nowrap"
            tell_heights(box, children, lambda child: filled and fills_line(child, box.style))
        if box.style.flex_direction.startswith("column"):
            least = [contribution(child, False) for child in children]
            return max(0.0, *least), max(0.0, *[contribution(child, True) for child in children])
        greatest = [flex_contribution(child, True) for child in children]
        gaps = used(box.style.column_gap, 0.0) * (len(children) - 1)
        if box.style.flex_wrap != "nowrap":
            return max([0.0, *[contribution(child, False) for child in children]]), max(0.0, sum(greatest) + gaps)
        least = [flex_contribution(child, False) for child in children]
        return max(0.0, sum(least) + gaps), max(0.0, sum(greatest) + gaps)

    def flow(self, box: LayoutBox, width: float, height: float | None, commit: bool, definite: bool) -> Flow:
        """Lays out the items and, when committing, writes their places. Nearly every box is measured before it is
        committed: what measuring found is kept."""
        key = width, height, definite
        settled = box.settled.get(key)
        if not isinstance(settled, Settled):
            settled = box.settled[key] = self._settle(box, width, height, definite)
        if commit:
            axes = settled.axes
            for item in settled.items:
                item.box.resolve_edges(axes.inner_width)
                item.commit(axes)
            _place_static(axes, box)
        return settled.flow

    def _settle(self, box: LayoutBox, width: float, height: float | None, definite: bool) -> Settled:
        axes = Axes.of(box, width, height, definite)
        items = [make_item(axes, child) for child in box.in_flow()]
        lines = _collect_lines(axes, items)
        main_size = axes.inner_main
        if main_size is None:
            main_size = max((_line_length(axes, line) for line in lines), default=0.0)
        for line in lines:
            resolve_flexible_lengths(line, main_size - axes.main_gap * (len(line) - 1))
            for item in line:
                _hypothetical_cross(axes, item)
        line_sizes = [_line_cross(axes, line) for line in lines]
        if len(lines) == 1 and axes.style.flex_wrap == "nowrap":
            if axes.inner_cross is not None:
                line_sizes = [axes.inner_cross]
        elif axes.inner_cross is not None and lines:
            extra = axes.inner_cross - sum(line_sizes) - axes.cross_gap * (len(lines) - 1)
            if extra > 0:
                line_sizes = [size + extra / len(lines) for size in line_sizes]
        cross_size = sum(line_sizes) + axes.cross_gap * max(len(lines) - 1, 0)
        inner_cross = axes.inner_cross if axes.inner_cross is not None else cross_size
        for line, size in zip(lines, line_sizes, strict=True):
            for item in line:
                _stretch(axes, item, size)
        axes.main_size, axes.cross_size = main_size, inner_cross
        _place(axes, lines, line_sizes)
        inner_height = (cross_size if axes.row else main_size) if height is None else None
        total = height if inner_height is None else inner_height + box.edges_down
        return Settled(axes, items, Flow(total or 0.0, _baseline(axes, lines)))


def _collect_lines(axes: Axes, items: list[FlexItem]) -> list[list[FlexItem]]:
    if not items:
        return []
    if axes.style.flex_wrap == "nowrap" or axes.inner_main is None:
        return [items]
    lines: list[list[FlexItem]] = []
    used_length = 0.0
    for item in items:
        length = item.hypothetical + item.main_margins
        if lines and used_length + axes.main_gap + length <= axes.inner_main + 0.01:
            lines[-1].append(item)
            used_length += axes.main_gap + length
        else:
            lines.append([item])
            used_length = length
    return lines


def _line_length(axes: Axes, line: list[FlexItem]) -> float:
    return sum([item.hypothetical + item.main_margins for item in line]) + axes.main_gap * (len(line) - 1)


def _hypothetical_cross(axes: Axes, item: FlexItem) -> None:
    """§9.4 step 7: the item's cross size at its used main size."""
    box = item.box
    if axes.row:
        flow = lay_out_within_limits(box, item.main, item.given_cross, axes.basis_cross, False)
        item.cross, item.baseline = flow.height, clipped_baseline(box, flow)
        return
    item.cross = _column_width(axes, item)
    item.baseline = clipped_baseline(box, item.lay_out_down(axes, False))


def clipped_baseline(box: LayoutBox, flow: Flow) -> float | None:
    """The baseline, within the border box where that clips its content (CSS Box Alignment §9.1)."""
    if flow.baseline is None or box.style.overflow == "visible":
        return flow.baseline
    return min(max(flow.baseline, 0.0), flow.height)


def _column_width(axes: Axes, item: FlexItem) -> float:
    """The border-box width of a column's item: given, stretched, or as its content asks."""
    box = item.box
    if box.keeps_ratio and item.definite_main(axes):
        box.know_height(item.main)
    limits = width_limits(box, axes.inner_cross)
    if item.given_cross is not None:
        return clamp(item.given_cross, limits)
    available = (axes.inner_cross or 0.0) - item.cross_margins
    if item.stretches:
        return max(clamp(available, limits), 0.0)
    if box.ratio is not None:
        return clamp(width_from_ratio(box, item.main), limits)
    return clamp(fit_content(box, available), limits)


def _line_cross(axes: Axes, line: list[FlexItem]) -> float:
    """§9.4 step 8, with items that align by baseline."""
    above = below = -INFINITE
    largest = 0.0
    for item in line:
        if item.align == "baseline" and not item.auto_cross_margins:
            baseline = _cross_baseline(axes, item)
            above = max(above, baseline + item.cross_start_margin)
            below = max(below, item.cross - baseline + item.cross_end_margin)
        else:
            largest = max(largest, item.cross + item.cross_margins)
    return max(largest, above + below)


def _cross_baseline(axes: Axes, item: FlexItem) -> float:
    """The baseline across the main axis; a column's items have none there and align their left edges."""
    if not axes.row:
        return item.cross if axes.box.rtl else 0.0
    below_top = item.cross if item.baseline is None else item.baseline
    return item.cross - below_top if axes.style.flex_wrap == "wrap-reverse" else below_top


def _stretch(axes: Axes, item: FlexItem, line_size: float) -> None:
    """§9.4 step 11."""
    if not axes.row:
        item.cross = _column_width(axes, item)
    elif item.stretches and item.given_cross is None:
        limits = height_limits(item.box, axes.basis_cross)
        item.cross = clamp(line_size - item.cross_margins, limits)
        item.definite_cross = item.cross


def _place(axes: Axes, lines: list[list[FlexItem]], line_sizes: list[float]) -> None:
    """§9.5 and §9.6: positions from the container's main start and cross start."""
    offset = 0.0
    for line, size in zip(lines, line_sizes, strict=True):
        _align_main(axes, line, axes.main_size)
        above = max(
            [
                _cross_baseline(axes, item) + item.cross_start_margin
                for item in line
                if item.align == "baseline" and not item.auto_cross_margins
            ],
            default=0.0,
        )
        for item in line:
            _align_cross(axes, item, size, above)
            item.cross_at += offset
        offset += size + axes.cross_gap
    if axes.style.flex_wrap == "wrap-reverse":
        for line in lines:
            for item in line:
                item.cross_at = axes.cross_size - item.cross_at - item.cross


def _align_main(axes: Axes, line: list[FlexItem], main_size: float) -> None:
    free = main_size - sum([item.main + item.main_margins for item in line]) - axes.main_gap * (len(line) - 1)
    autos = sum([item.auto_main_start + item.auto_main_end for item in line])
    share = free / autos if autos and free > 0 else 0.0
    at, between = (0.0, 0.0) if autos and free > 0 else distribute(axes.justify, free, len(line))
    if axes.reverse and free < 0 and axes.justify in ("space-around", "space-evenly"):
        # What overflows is aligned safely: to the start of the writing direction, not of the reversed axis.
        at = free
    for item in line:
        at += item.main_start_margin + share * item.auto_main_start
        item.main_at = at
        at += item.main + item.main_end_margin + share * item.auto_main_end + axes.main_gap + between


def distribute(justify: str, free: float, count: int) -> tuple[float, float]:
    """Space before the first of `count` things and extra space between them (CSS Box Alignment §5)."""
    match justify:
        case "end" | "flex-end":
            return free, 0.0
        case "center":
            return free / 2, 0.0
        case "space-between" if free > 0 and count > 1:
            return 0.0, free / (count - 1)
        case "space-around" if free > 0:
            return free / count / 2, free / count
        case "space-evenly" if free > 0:
            return free / (count + 1), free / (count + 1)
    return 0.0, 0.0


def _align_cross(axes: Axes, item: FlexItem, line_size: float, above: float) -> None:
    free = line_size - item.cross - item.cross_margins
    at = item.cross_start_margin
    if item.auto_cross_start or item.auto_cross_end:
        if free > 0:
            at += free / 2 if item.auto_cross_start and item.auto_cross_end else free * item.auto_cross_start
    elif item.align in ("end", "flex-end"):
        at += free
    elif item.align == "center":
        at += free / 2
    elif item.align == "baseline":
        at = above - _cross_baseline(axes, item)
    item.cross_at = at


def _baseline(axes: Axes, lines: list[list[FlexItem]]) -> float | None:
    """§8.5: the uppermost line's baseline-aligned item, else the item that stands first in it."""
    if not lines:
        return None
    line = lines[-1] if axes.style.flex_wrap == "wrap-reverse" else lines[0]
    ordered = line[::-1] if axes.reverse else line
    item = next((item for item in ordered if axes.row and item.align == "baseline"), ordered[0])
    top = axes.point(item.main_at, item.cross_at, item.main, item.cross)[1]
    baseline = item.baseline
    if item.definite_cross is not None:
        # Stretching can move what stands at the end or in the middle.
        baseline = clipped_baseline(item.box, item.box.measure(item.main, item.definite_cross))
    if baseline is None:
        return top + (item.cross if axes.row else item.main)
    return top + baseline


def _place_static(axes: Axes, box: LayoutBox) -> None:
    """§4.1: an absolute child's static position is that of a sole item of fixed size; what distributes, centres."""
    reverse_lines = axes.style.flex_wrap == "wrap-reverse"
    for child in box.children:
        if child.style.position != "absolute":
            continue
        align = child.style.align_self if child.style.align_self != "auto" else axes.style.align_items
        cross = ALIGNED_BEFORE.get(align, 0.0)
        if reverse_lines and align in ("normal", "stretch", "flex-start", "flex-end"):
            cross = 1.0 - cross
        main = 0.5 if axes.justify in ("space-around", "space-evenly") else ALIGNED_BEFORE.get(axes.justify, 0.0)
        if axes.reverse != (box.rtl and axes.row):
            main = 1.0 - main
        if box.rtl and not axes.row:
            cross = 1.0 - cross
        x, y = (main, cross) if axes.row else (cross, main)
        width, height = axes.inner_width, axes.cross_size if axes.row else axes.main_size
        child.static_place = StaticPlace(box.edge_left + x * width, box.edge_top + y * height, x, y)
