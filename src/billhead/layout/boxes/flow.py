"""Block layout (CSS 2.2 §9.4.1, §10.3, §10.6) with collapsing margins, paragraphs and pictures."""

from __future__ import annotations

from billhead.layout.boxes.lines import baseline_of_first, height_of_lines
from billhead.layout.boxes.sizing import (
    INFINITE,
    border_height,
    border_width,
    clamp,
    contribution,
    fit_content,
    height_from_ratio,
    height_limits,
    tell_heights,
    width_from_ratio,
    width_limits,
)
from billhead.layout.boxes.tree import ALIGNED_BEFORE, NO_MARGIN, Flow, LayoutBox, Margin, StaticPlace, margin_of
from billhead.layout.style.values import AUTO


class BlockLayout:
    """A block container whose children stack downwards."""

    def intrinsic(self, box: LayoutBox) -> tuple[float, float]:
        """The widest child's contributions."""
        children = box.in_flow()
        if box.keeps_ratio:
            tell_heights(box, children, lambda _: False)
        least = max([contribution(child, False) for child in children], default=0.0)
        greatest = max([contribution(child, True) for child in children], default=0.0)
        return max(least, 0.0), max(greatest, 0.0)

    def flow(self, box: LayoutBox, width: float, height: float | None, commit: bool, definite: bool) -> Flow:
        """Stacks the children; margins that meet become one."""
        inner_width = width - box.edges_across
        inner_height = None if height is None or not definite else max(height - box.edges_down, 0.0)
        top_collapses = not box.independent and box.edge_top == 0
        bottom_collapses = not box.independent and box.edge_bottom == 0 and height is None
        pending = top = NO_MARGIN
        y, at_top, baseline = box.edge_top, True, None
        for child in box.children:
            if child.style.position == "absolute":
                if commit:
                    below = y + (0.0 if at_top and top_collapses else pending.used)
                    child.static_place = block_place(box, child, inner_width, below)
                continue
            flow, x = _block_child(box, child, inner_width, inner_height, commit)
            before = margin_of(child.margin_top).join(flow.top)
            after = margin_of(child.margin_bottom).join(flow.bottom)
            pending = pending.join(before)
            if flow.through:
                if commit:
                    child.x, child.y = x, y + (0.0 if at_top and top_collapses else pending.used)
                pending = pending.join(after)
                continue
            if at_top and top_collapses:
                top = pending
            else:
                y += pending.used
            at_top = False
            if commit:
                child.x, child.y = x, y
            if baseline is None and flow.baseline is not None:
                baseline = y + flow.baseline
            y += flow.height
            pending = after
        return _close(box, height, y, (top, pending), (at_top, top_collapses, bottom_collapses), baseline)


def block_place(box: LayoutBox, child: LayoutBox, inner_width: float, y: float) -> StaticPlace:
    """Where an absolute child of a block container would have stood: on a line without height, as wide as the box."""
    down = ALIGNED_BEFORE.get(child.style.align_self, 0.0)
    return StaticPlace(box.edge_left + (inner_width if box.rtl else 0.0), y, float(box.rtl), down)


def _close(
    box: LayoutBox,
    height: float | None,
    y: float,
    margins: tuple[Margin, Margin],
    state: tuple[bool, bool, bool],
    baseline: float | None,
) -> Flow:
    """The end of a block container: where the last margin goes."""
    top, pending = margins
    at_top, top_collapses, bottom_collapses = state
    if at_top and top_collapses:
        empty = bottom_collapses and box.style.height is AUTO and not height_limits(box, None)[0]
        if empty:
            return Flow(0.0, baseline, pending, pending, True)
        return Flow(y + box.edge_bottom if height is None else height, baseline, pending, NO_MARGIN)
    bottom = NO_MARGIN
    if bottom_collapses:
        bottom = pending
    else:
        y += pending.used
    return Flow(max(y + box.edge_bottom, 0.0) if height is None else height, baseline, top, bottom)


def _block_child(
    box: LayoutBox, child: LayoutBox, available: float, basis: float | None, commit: bool
) -> tuple[Flow, float]:
    """Lays out one child; gives its flow and x."""
    child.resolve_edges(available)
    style = child.style
    width = border_width(child, style.width, available)
    height = border_height(child, style.height, basis)
    if width is None:
        if child.paragraph is None and child.ratio is not None and height is not None:
            width = width_from_ratio(child, clamp(height, height_limits(child, basis)))
        elif child.algorithm.__class__.__name__ in _SHRINKING:
            width = fit_content(child, available - child.margins_across)
        else:
            width = available - child.margins_across
    width = max(clamp(width, width_limits(child, available)), 0.0)
    flow = lay_out_within_limits(child, width, height, basis, commit)
    x = box.edge_left + child.margin_left
    free = available - width - child.margins_across
    left_auto, right_auto = style.margin_left is AUTO, style.margin_right is AUTO
    if left_auto and free > 0:
        x += free / 2 if right_auto else free
    elif (box.rtl and not right_auto) or (box.rtl and free < 0):
        x += free
    return flow, x


_SHRINKING = frozenset({"PictureLayout", "TableLayout"})


def lay_out_within_limits(
    child: LayoutBox, width: float, height: float | None, basis: float | None, commit: bool
) -> Flow:
    """Lays a box out with its height kept within min-height and max-height; `basis` is for their percentages."""
    limits = height_limits(child, basis)
    if height is None and child.ratio is not None and child.style.aspect_ratio is not None:
        height = height_from_ratio(child, width)
        if child.style.overflow != "hidden" and child.style.min_height is AUTO:
            height = max(height, child.measure(width, None).height)
    if height is not None:
        return child.lay_out(width, clamp(height, limits), commit)
    if limits[0] <= child.edges_down and limits[1] == INFINITE:
        return child.lay_out(width, None, commit)
    natural = child.measure(width, None).height
    wanted = clamp(natural, limits)
    if wanted == natural:
        return child.lay_out(width, None, commit)
    return child.lay_out(width, wanted, commit, False)


class TextLayout:
    """A block with one paragraph."""

    def intrinsic(self, box: LayoutBox) -> tuple[float, float]:
        """The longest unbreakable part and the longest hard line."""
        paragraph = box.paragraph
        return (0.0, 0.0) if paragraph is None else (paragraph.min_content(), paragraph.max_content)

    def flow(self, box: LayoutBox, width: float, height: float | None, commit: bool, definite: bool) -> Flow:
        """Breaks the paragraph into lines."""
        paragraph = box.paragraph
        lines = [] if paragraph is None else paragraph.lines(width - box.edges_across)
        if not lines and height is None and not box.edges_down and not box.independent:
            through = box.style.height is AUTO and not height_limits(box, None)[0]
            return Flow(0.0, None, through=through)
        if height is None:
            height = height_of_lines(lines, box.style, box.paragraph) + box.edges_down
        if not lines or paragraph is None:
            return Flow(height)
        return Flow(height, box.edge_top + baseline_of_first(lines, box.style, paragraph))


class PictureLayout:
    """A picture with its natural size and ratio (CSS 2.2 §10.3.2, §10.4)."""

    def intrinsic(self, box: LayoutBox) -> tuple[float, float]:
        """The natural width, as limits of the other axis allow it."""
        natural = box.data
        width = natural[0] if isinstance(natural, tuple) else 0.0
        if box.ratio is not None:
            limits = height_limits(box, None)
            down = clamp(height_from_ratio(box, width + box.edges_across), limits)
            width = width_from_ratio(box, down) - box.edges_across
        return width, width

    def flow(self, box: LayoutBox, width: float, height: float | None, commit: bool, definite: bool) -> Flow:
        """The height follows from the width."""
        if height is None:
            height = height_from_ratio(box, width) if box.ratio else box.edges_down
        return Flow(height)
