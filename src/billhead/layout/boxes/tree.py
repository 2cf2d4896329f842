"""The working tree of lay-out: one `LayoutBox` for each node, laid out by the algorithm of its kind.

A box is laid out for a border-box width and, when it is definite, a border-box height. Measuring
(`commit=False`) is pure and kept by (width, height); committing writes the places of the box's descendants.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, Protocol

from billhead.layout.document import Node, Origin
from billhead.layout.style import Percent, Style
from billhead.layout.style.values import AUTO, Auto, Size
from billhead.layout.text import Paragraph

Edges = tuple[float, float, float, float, float, float, float, float]
"""Padding with border, then margins: top, right, bottom, left."""


class Margin(NamedTuple):
    """Adjoining margins: the largest positive and the most negative one (CSS 2.2 §8.3.1)."""

    positive: float = 0.0
    negative: float = 0.0

    def join(self, other: Margin) -> Margin:
        """Both sets as one."""
        return Margin(max(self.positive, other.positive), min(self.negative, other.negative))

    @property
    def used(self) -> float:
        """The space that they make together."""
        return self.positive + self.negative


NO_MARGIN = Margin()

ALIGNED_BEFORE = {"center": 0.5, "end": 1.0, "flex-end": 1.0}
"""The share of free space before a box, for alignments other than to the start."""


def margin_of(px: float) -> Margin:
    """The set of one margin."""
    return Margin(px, 0.0) if px >= 0 else Margin(0.0, px)


class Flow(NamedTuple):
    """What laying a box out gave. `baseline` is its first baseline from the border-box top, if it has text.

    `top` and `bottom` are margins of descendants that collapse with the box's own; `through` says that the box is
    empty, so that its own top and bottom margins adjoin too.
    """

    height: float
    baseline: float | None = None
    top: Margin = NO_MARGIN
    bottom: Margin = NO_MARGIN
    through: bool = False


class Algorithm(Protocol):
    """How boxes of one kind are laid out."""

    def intrinsic(self, box: LayoutBox) -> tuple[float, float]:
        """Least and greatest width of the content (CSS min-content, max-content), without padding and border."""

    def flow(self, box: LayoutBox, width: float, height: float | None, commit: bool, definite: bool) -> Flow:
        """Lays out for this border-box width and, if given, height. A height that is not `definite` (it comes of
        limits or of growing in an open column) is no basis for percentages of descendants."""


class StaticPlace(NamedTuple):
    """Where an absolute box goes when no inset says otherwise: a point from its parent's border box, and the share of
    its margin box that lies before that point (CSS Positioned Layout §4, the static position)."""

    x: float
    y: float
    across: float = 0.0
    down: float = 0.0


class LayoutBox:
    """One node being laid out. x, y are from the parent's border box; edges are padding plus border.

    `keeps_ratio` says that the box or something in it has an aspect ratio, so that its width can follow a height.
    `fill_basis` is the containing block's width, of which limits of a grid count that say how often tracks repeat.
    """

    __slots__ = (
        "absolutes",
        "algorithm",
        "area",
        "cell",
        "children",
        "commits",
        "containing",
        "data",
        "edge_bottom",
        "edge_left",
        "edge_right",
        "edge_top",
        "fill_basis",
        "flows",
        "height",
        "independent",
        "intrinsics",
        "keeps_ratio",
        "known_height",
        "margin_bottom",
        "margin_left",
        "margin_right",
        "margin_top",
        "node",
        "origin",
        "paragraph",
        "parent",
        "percent_edges",
        "ratio",
        "rtl",
        "settled",
        "static_place",
        "style",
        "width",
        "x",
        "y",
    )

    def __init__(self, node: Node, origin: Origin, style: Style, algorithm: Algorithm, rtl: bool) -> None:
        self.node = node
        self.origin = origin
        self.style = style
        self.algorithm = algorithm
        self.rtl = rtl
        self.children: list[LayoutBox] = []
        self.absolutes: list[LayoutBox] = []
        self.parent: LayoutBox | None = None
        self.containing: LayoutBox | None = None
        self.paragraph: Paragraph | None = None
        self.data: object = None
        self.static_place: StaticPlace | None = None
        self.area: tuple[float, float] | None = None
        self.cell: tuple[float, float, float, float] | None = None
        self.ratio: float | None = style.aspect_ratio
        self.independent = style.overflow == "hidden" or style.position == "absolute"
        self.x = self.y = self.width = self.height = 0.0
        self.settled: dict[tuple[float, float | None, bool], object] = {}
        self.flows: dict[tuple[float, float | None, bool], Flow] = {}
        self.commits: tuple[float, float | None, bool] | None = None
        self.intrinsics: tuple[float | None, float, tuple[float, float]] | None = None
        self.fill_basis = 0.0
        self.known_height: float | None = None
        self.keeps_ratio = False
        self.percent_edges, edges = _kept_edges(style)
        self.place_edges(edges)

    def resolve_edges(self, basis: float) -> None:
        """Padding, border and margins against the containing block's width; automatic margins count 0 here."""
        if self.percent_edges:
            self.place_edges(_edges(self.style, basis))
        if self.style.grid_template_columns:
            self.fill_basis = basis

    def place_edges(self, edges: Edges) -> None:
        """Writes the widths of all eight edges."""
        (
            self.edge_top, self.edge_right, self.edge_bottom, self.edge_left,
            self.margin_top, self.margin_right, self.margin_bottom, self.margin_left,
        ) = edges  # fmt: skip

    @property
    def edges_across(self) -> float:
        """Left and right padding and border."""
        return self.edge_left + self.edge_right

    @property
    def edges_down(self) -> float:
        """Top and bottom padding and border."""
        return self.edge_top + self.edge_bottom

    @property
    def margins_across(self) -> float:
        """Left and right margins."""
        return self.margin_left + self.margin_right

    @property
    def margins_down(self) -> float:
        """Top and bottom margins."""
        return self.margin_top + self.margin_bottom

    def intrinsic(self) -> tuple[float, float]:
        """Least and greatest content width, at the `known_height` where the box keeps a ratio."""
        kept = self.intrinsics
        if kept is None or kept[0] != self.known_height or kept[1] != self.fill_basis:
            kept = self.intrinsics = self.known_height, self.fill_basis, self.algorithm.intrinsic(self)
        return kept[2]

    def know_height(self, height: float | None) -> None:
        """Tells the border-box height to which the parent stretches the box, before its widths are asked: widths of
        boxes of a fixed ratio follow from it (CSS Sizing 3 §5.2). None while that is open."""
        self.known_height = height if self.keeps_ratio else None

    def measure(self, width: float, height: float | None = None, definite: bool = True) -> Flow:
        """What the box would be at this border-box size."""
        key = (width, height, definite or height is None)
        flow = self.flows.get(key)
        if flow is None:
            flow = self.flows[key] = self.algorithm.flow(self, *key[:2], False, key[2])
        return flow

    def commit(self, width: float, height: float | None = None, definite: bool = True) -> Flow:
        """Lays the box out for good: its size and its descendants' places are written."""
        key = (width, height, definite or height is None)
        if self.commits != key:
            self.flows[key] = self.algorithm.flow(self, *key[:2], True, key[2])
            self.commits = key
        flow = self.flows[key]
        self.width, self.height = width, flow.height
        return flow

    def lay_out(self, width: float, height: float | None, commit: bool, definite: bool = True) -> Flow:
        """Measures or commits."""
        return self.commit(width, height, definite) if commit else self.measure(width, height, definite)

    def in_flow(self) -> list[LayoutBox]:
        """Children that take part in their parent's layout."""
        return [child for child in self.children if child.style.position != "absolute"]


def used(value: Size, basis: float) -> float:
    """A length or percentage as px; `auto` counts 0."""
    if isinstance(value, float):
        return value
    if isinstance(value, Percent):
        return value.of(basis)
    return 0.0 if isinstance(value, Auto) else value


def _edges(style: Style, basis: float) -> Edges:
    return (
        used(style.padding_top, basis) + style.border_top_width,
        used(style.padding_right, basis) + style.border_right_width,
        used(style.padding_bottom, basis) + style.border_bottom_width,
        used(style.padding_left, basis) + style.border_left_width,
        used(style.margin_top, basis),
        used(style.margin_right, basis),
        used(style.margin_bottom, basis),
        used(style.margin_left, basis),
    )


@lru_cache(maxsize=4096)
def _kept_edges(style: Style) -> tuple[bool, Edges]:
    """Whether the edges depend on the containing block, and what they are where percentages count 0."""
    sizes = (
        style.padding_top, style.padding_right, style.padding_bottom, style.padding_left,
        style.margin_top, style.margin_right, style.margin_bottom, style.margin_left,
    )  # fmt: skip
    return any(isinstance(size, Percent) for size in sizes), _edges(style, 0.0)


def definite(value: Size, basis: float | None) -> float | None:
    """The px of a size, or None for `auto` and for percentages of an unknown basis."""
    if value is AUTO:
        return None
    if isinstance(value, Percent):
        return None if basis is None else max(value.of(basis), 0.0)
    return value
