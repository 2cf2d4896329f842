"""Flex items and their flexible lengths: CSS Flexible Box Layout §9.2, §9.7, §4.5."""

from __future__ import annotations

from dataclasses import dataclass

from billhead.layout.boxes.flow import lay_out_within_limits
from billhead.layout.boxes.sizing import (
    INFINITE,
    border_height,
    border_width,
    clamp,
    contribution,
    fit_content,
    height_from_ratio,
    height_limits,
    max_content,
    min_content,
    width_from_ratio,
    width_limits,
)
from billhead.layout.boxes.table import TableData
from billhead.layout.boxes.tree import Flow, LayoutBox, used
from billhead.layout.style import Style
from billhead.layout.style.values import AUTO


@dataclass(slots=True)
class Axes:
    """A container's axes: which way the main axis runs, the inner sizes along both (None when open), and what
    percentages of the items count of (None when that is open or not definite)."""

    box: LayoutBox
    style: Style
    row: bool
    reverse: bool
    inner_width: float
    inner_main: float | None
    inner_cross: float | None
    basis_main: float | None
    basis_cross: float | None
    main_gap: float
    cross_gap: float
    justify: str
    main_size: float = 0.0
    cross_size: float = 0.0

    @classmethod
    def of(cls, box: LayoutBox, width: float, height: float | None, definite: bool) -> Axes:
        """The axes of a container at this border-box size."""
        style = box.style
        inner_width = max(width - box.edges_across, 0.0)
        inner_height = None if height is None else max(height - box.edges_down, 0.0)
        basis_down = inner_height if definite else None
        row = style.flex_direction.startswith("row")
        gap_across = used(style.column_gap, inner_width)
        gap_down = used(style.row_gap, basis_down or 0.0)
        reverse = style.flex_direction.endswith("reverse")
        justify: str = style.justify_content
        if justify in ("left", "right"):
            at_end = (justify == "right") != (box.rtl and row)
            justify = "end" if at_end and row else "start"
        if reverse and justify in ("start", "end"):
            justify = "flex-end" if justify == "start" else "flex-start"
        return cls(
            box,
            style,
            row,
            reverse,
            inner_width,
            inner_width if row else inner_height,
            inner_height if row else inner_width,
            inner_width if row else basis_down,
            basis_down if row else inner_width,
            gap_across if row else gap_down,
            gap_down if row else gap_across,
            justify,
        )

    def point(self, main_at: float, cross_at: float, main: float, cross: float) -> tuple[float, float]:
        """x and y, from the container's border box, of something placed along the axes from their starts."""
        rtl = self.box.rtl
        if self.reverse != (rtl and self.row):
            main_at = self.main_size - main_at - main
        if rtl and not self.row:
            cross_at = self.cross_size - cross_at - cross
        x, y = (main_at, cross_at) if self.row else (cross_at, main_at)
        return x + self.box.edge_left, y + self.box.edge_top


@dataclass(slots=True)
class FlexItem:
    """One item; sizes are border-box px, margins used px, positions from main start and cross start."""

    box: LayoutBox
    base: float
    hypothetical: float
    limits: tuple[float, float]
    main_start_margin: float
    main_end_margin: float
    cross_start_margin: float
    cross_end_margin: float
    auto_main_start: bool
    auto_main_end: bool
    auto_cross_start: bool
    auto_cross_end: bool
    align: str
    auto_cross: bool
    given_cross: float | None
    definite_base: bool = False
    main: float = 0.0
    cross: float = 0.0
    definite_cross: float | None = None
    baseline: float | None = None
    main_at: float = 0.0
    cross_at: float = 0.0

    @property
    def main_margins(self) -> float:
        """Both margins along the main axis."""
        return self.main_start_margin + self.main_end_margin

    @property
    def cross_margins(self) -> float:
        """Both margins along the cross axis."""
        return self.cross_start_margin + self.cross_end_margin

    @property
    def auto_cross_margins(self) -> bool:
        """Whether an automatic margin takes the free space across."""
        return self.auto_cross_start or self.auto_cross_end

    @property
    def stretches(self) -> bool:
        """Whether the item fills its line across."""
        return self.align in ("stretch", "normal") and self.auto_cross and not self.auto_cross_margins

    def commit(self, axes: Axes) -> None:
        """Lays the item out for good and writes its place."""
        box = self.box
        if not axes.row:
            self.lay_out_down(axes, True)
        elif self.definite_cross is not None:
            box.commit(self.main, self.definite_cross)
        else:
            lay_out_within_limits(box, self.main, self.given_cross, axes.basis_cross, True)
        box.x, box.y = axes.point(self.main_at, self.cross_at, self.main, self.cross)

    def definite_main(self, axes: Axes) -> bool:
        """Whether a column's item has a definite height: not in a column of open height (§9.8), unless its flex base
        size was given."""
        return axes.basis_main is not None or self.definite_base

    def lay_out_down(self, axes: Axes, commit: bool) -> Flow:
        """Lays out an item of a column at its used sizes; a height that is not definite is no basis for percentages."""
        definite = self.definite_main(axes)
        natural = not definite and abs(self.box.measure(self.cross, None).height - self.main) < 0.01
        return self.box.lay_out(self.cross, None if natural else self.main, commit, definite)


def make_item(axes: Axes, box: LayoutBox) -> FlexItem:
    """§9.2 step 3: the flex base size and hypothetical main size of a child."""
    box.resolve_edges(axes.inner_width)
    style, rtl = box.style, axes.box.rtl
    start, end = (box.margin_left, style.margin_left), (box.margin_right, style.margin_right)
    across = (end, start) if rtl else (start, end)
    down = (box.margin_top, style.margin_top), (box.margin_bottom, style.margin_bottom)
    (main_start, main_end), (cross_start, cross_end) = (across, down) if axes.row else (down, across)
    if axes.reverse:
        main_start, main_end = main_end, main_start
    align: str = style.align_self if style.align_self != "auto" else axes.style.align_items
    if axes.style.flex_wrap == "wrap-reverse":
        cross_start, cross_end = cross_end, cross_start
        align = {"start": "flex-end", "end": "flex-start"}.get(align, align)
    if axes.row:
        auto_cross, given_cross = style.height is AUTO, border_height(box, style.height, axes.basis_cross)
        limits = width_limits(box, axes.inner_main)
    else:
        auto_cross, given_cross = style.width is AUTO, border_width(box, style.width, axes.inner_cross)
        limits = height_limits(box, axes.basis_main)
    item = FlexItem(
        box, 0.0, 0.0, limits, main_start[0], main_end[0], cross_start[0], cross_end[0],
        main_start[1] is AUTO, main_end[1] is AUTO, cross_start[1] is AUTO, cross_end[1] is AUTO, align,
        auto_cross, given_cross,
    )  # fmt: skip
    if box.keeps_ratio:
        box.know_height(
            _definite_cross_height(axes, item) if axes.row else border_height(box, style.height, axes.basis_main)
        )
    item.base = _row_base(axes, item) if axes.row else _column_base(axes, item)
    minimum = style.min_width if axes.row else style.min_height
    if minimum is AUTO and style.overflow == "visible":
        floor = _automatic_minimum(axes, item)
        item.limits = max(limits[0], min(floor, limits[1])), limits[1]
    edges = box.edges_across if axes.row else box.edges_down
    item.base = max(item.base, edges)
    item.hypothetical = max(clamp(item.base, item.limits), edges)
    return item


def fills_line(box: LayoutBox, container: Style) -> bool:
    """Whether a row's child is stretched to the height of its line."""
    style = box.style
    align = style.align_self if style.align_self != "auto" else container.align_items
    autos = style.margin_top is AUTO or style.margin_bottom is AUTO
    return align in ("stretch", "normal") and style.height is AUTO and not autos


def flex_contribution(box: LayoutBox, greatest: bool) -> float:
    """§9.9.1: what an item asks of its row's intrinsic width, margins included: its content's wish, or the flex basis
    where that is given and the item can neither grow nor shrink towards the wish."""
    style = box.style
    asked = contribution(box, greatest)
    basis = border_width(box, style.flex_basis, None)
    if basis is None:
        return asked
    base = basis + box.margins_across
    if base == asked or (style.flex_grow if asked > base else style.flex_shrink):
        return asked
    low, high = width_limits(box, None)
    if style.min_width is AUTO and style.overflow == "visible":
        given = border_width(box, style.width, None)
        low = max(low, min(min_content(box), high if given is None else given))
    return clamp(basis, (low, high)) + box.margins_across


def _definite_cross_height(axes: Axes, item: FlexItem) -> float | None:
    """The item's height in a row, when it is known before layout."""
    if item.given_cross is not None:
        return clamp(item.given_cross, height_limits(item.box, axes.basis_cross))
    if axes.basis_cross is not None and axes.style.flex_wrap == "nowrap" and item.stretches:
        return clamp(axes.basis_cross - item.cross_margins, height_limits(item.box, axes.basis_cross))
    return None


def _row_base(axes: Axes, item: FlexItem) -> float:
    box, style = item.box, item.box.style
    basis = border_width(box, style.flex_basis, axes.inner_main)
    if basis is None and style.flex_basis is AUTO:
        basis = border_width(box, style.width, axes.inner_main)
    if basis is not None:
        return basis
    if box.ratio is not None:
        height = _definite_cross_height(axes, item)
        if height is not None:
            return width_from_ratio(box, height)
    return max_content(box)


def _cross_width(axes: Axes, item: FlexItem) -> float:
    """The width at which a column's item is measured."""
    box = item.box
    limits = width_limits(box, axes.inner_cross)
    if item.given_cross is not None:
        return clamp(item.given_cross, limits)
    available = (axes.inner_cross or 0.0) - item.cross_margins
    if item.stretches:
        return max(clamp(available, limits), 0.0)
    return clamp(fit_content(box, available), limits)


def _column_base(axes: Axes, item: FlexItem) -> float:
    box, style = item.box, item.box.style
    basis = border_height(box, style.flex_basis, axes.basis_main)
    if basis is None and style.flex_basis is AUTO:
        basis = border_height(box, style.height, axes.basis_main)
    item.definite_base = basis is not None
    if basis is not None:
        return basis
    return _content_height(axes, item)


def _content_height(axes: Axes, item: FlexItem) -> float:
    box = item.box
    width = _cross_width(axes, item)
    if box.style.aspect_ratio is not None:
        return height_from_ratio(box, width)
    return box.measure(width, None).height


def _automatic_minimum(axes: Axes, item: FlexItem) -> float:
    """§4.5: the content-based minimum size."""
    box, style = item.box, item.box.style
    if axes.row:
        given = border_width(box, style.width, axes.inner_main)
        content = min_content(box)
        cross = _definite_cross_height(axes, item)
        if box.ratio is not None:
            if cross is not None:
                transferred = width_from_ratio(box, cross)
                content = transferred if box.data is not None else max(transferred, content)
            lower, upper = height_limits(box, axes.basis_cross)
            bounds = width_from_ratio(box, lower), INFINITE if upper == INFINITE else width_from_ratio(box, upper)
            content = clamp(content, bounds)
        return content if given is None else min(given, content)
    given = border_height(box, style.height, axes.basis_main)
    content = box.measure(_cross_width(axes, item), None).height
    return content if given is None or isinstance(box.data, TableData) else min(given, content)


def resolve_flexible_lengths(line: list[FlexItem], available: float) -> None:
    """§9.7: sets each item's main size so that the line fills `available` px (gaps already taken off)."""
    total = sum([item.hypothetical + item.main_margins for item in line])
    growing = total < available
    frozen: set[int] = set()
    for number, item in enumerate(line):
        factor = item.box.style.flex_grow if growing else item.box.style.flex_shrink
        item.main = item.base
        rigid = item.base > item.hypothetical if growing else item.base < item.hypothetical
        if factor == 0 or rigid:
            item.main = item.hypothetical
            frozen.add(number)
    initial = available - _occupied(line, frozen)
    while len(frozen) < len(line):
        open_items = [(number, item) for number, item in enumerate(line) if number not in frozen]
        free = available - _occupied(line, frozen)
        factors = sum([item.box.style.flex_grow if growing else item.box.style.flex_shrink for _, item in open_items])
        if factors < 1 and abs(initial * factors) < abs(free):
            free = initial * factors
        _share(open_items, free, growing, factors)
        violation = 0.0
        low, high = [], []
        for number, item in open_items:
            target = max(clamp(item.main, item.limits), 0.0)
            violation += target - item.main
            if target > item.main:
                low.append(number)
            elif target < item.main:
                high.append(number)
            item.main = target
        if abs(violation) < 1e-9:
            return
        frozen.update(low if violation > 0 else high)
        for number, item in open_items:
            if number not in frozen:
                item.main = item.base


def _share(open_items: list[tuple[int, FlexItem]], free: float, growing: bool, factors: float) -> None:
    if growing:
        for _, item in open_items:
            item.main = item.base + free * item.box.style.flex_grow / factors
        return
    scaled = [(item, item.box.style.flex_shrink * _inner(item)) for _, item in open_items]
    whole = sum([weight for _, weight in scaled])
    for item, weight in scaled:
        item.main = item.base + (free * weight / whole if whole else 0.0)


def _inner(item: FlexItem) -> float:
    """The inner flex base size, by which shrinking is weighted."""
    box = item.box
    row = box.parent is None or box.parent.style.flex_direction.startswith("row")
    return max(item.base - (box.edges_across if row else box.edges_down), 0.0)


def _occupied(line: list[FlexItem], frozen: set[int]) -> float:
    return sum([(item.main if number in frozen else item.base) + item.main_margins for number, item in enumerate(line)])
