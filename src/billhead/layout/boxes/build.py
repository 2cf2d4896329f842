"""From the composed document to the working tree, and the whole lay-out of the endless strip."""

from __future__ import annotations

from functools import lru_cache

from billhead.layout.boxes.absolute import place_absolutes
from billhead.layout.boxes.flex import FlexLayout
from billhead.layout.boxes.flow import BlockLayout, PictureLayout, TextLayout, lay_out_within_limits
from billhead.layout.boxes.grid import GridLayout
from billhead.layout.boxes.sizing import border_width, clamp, width_limits
from billhead.layout.boxes.table import TableData, TableLayout
from billhead.layout.boxes.tree import Algorithm, LayoutBox
from billhead.layout.document import Box, Direction, Image, Node, Table, Text
from billhead.layout.errors import LimitExceeded
from billhead.layout.fonts import FontCatalog
from billhead.layout.style import Style
from billhead.layout.text import Paragraph, Shaper

DEEPEST = 120
"""Levels of nested boxes; the format's own depth limit is below it."""

MOST_BOXES = 200_000

BLOCK = BlockLayout()
CONTAINERS: dict[str, Algorithm] = {"block": BLOCK, "flex": FlexLayout(), "grid": GridLayout()}
TEXT, PICTURE, TABLE = TextLayout(), PictureLayout(), TableLayout()


@lru_cache(maxsize=256)
def _shaper(catalog: FontCatalog, families: tuple[str, ...], weight: int, italic: bool) -> Shaper:
    return Shaper(catalog.chain(families, weight, italic))


class Shapers:
    """The shaper for a style; kept per style, and by fonts for the life of the process."""

    def __init__(self, catalog: FontCatalog) -> None:
        self._catalog = catalog
        self._by_style: dict[Style, Shaper] = {}

    def of(self, style: Style) -> Shaper:
        """The shaper that draws text in this style."""
        shaper = self._by_style.get(style)
        if shaper is None:
            weight = 700 if style.font_weight >= 600 else 400
            shaper = _shaper(self._catalog, style.font_family, weight, style.font_style == "italic")
            self._by_style[style] = shaper
        return shaper


class TreeBuilder:
    """Makes working boxes of nodes. A node with `display: none` gives no box."""

    def __init__(self, shapers: Shapers, direction: Direction) -> None:
        self.shaper_of = shapers.of
        self.direction = direction
        self.count = 0

    def build(self, node: Node, parent: LayoutBox | None = None, containing: LayoutBox | None = None) -> LayoutBox:
        """The box of a node with all its descendants; absolute boxes are told to their containing block."""
        return self._build(node, parent, containing, 0)

    def _build(self, node: Node, parent: LayoutBox | None, containing: LayoutBox | None, depth: int) -> LayoutBox:
        self.count += 1
        if depth > DEEPEST or self.count > MOST_BOXES:
            raise LimitExceeded(f"A document may have {MOST_BOXES} boxes, nested {DEEPEST} deep")
        box = LayoutBox(node, node.origin, node.style, self._algorithm(node), self.direction == "rtl")
        box.parent, box.containing = parent, containing
        if parent is None or parent.algorithm is not BLOCK:
            box.independent = True
        if isinstance(node, Text):
            box.paragraph = Paragraph(node.text, node.style, self.shaper_of(node.style), self.direction)
        elif isinstance(node, Image):
            width, height = max(node.source.width, 0.01), max(node.source.height, 0.01)
            box.data = (width, height)
            box.ratio = node.style.aspect_ratio or width / height
        elif isinstance(node, Table):
            box.independent = True
            box.data = TableData(node, self)
        else:
            inner = box if node.style.position != "static" or containing is None else containing
            for child_node in node.children:
                if child_node.style.display == "none":
                    continue
                child = self._build(child_node, box, inner, depth + 1)
                box.children.append(child)
                if child.style.position == "absolute":
                    inner.absolutes.append(child)
            if not isinstance(box.algorithm, BlockLayout):
                box.independent = True
        box.keeps_ratio = box.ratio is not None or any(child.keeps_ratio for child in box.in_flow())
        return box

    @staticmethod
    def _algorithm(node: Node) -> Algorithm:
        if isinstance(node, Box):
            return CONTAINERS[node.style.display]
        return TEXT if isinstance(node, Text) else PICTURE if isinstance(node, Image) else TABLE


def build_strip(root: Box, width: float, builder: TreeBuilder) -> LayoutBox:
    """Lays a document part out for this width, as high as it needs. The root stands at (0, 0) plus its margins."""
    box = builder.build(root)
    box.independent = True
    box.resolve_edges(width)
    across = border_width(box, root.style.width, width)
    if across is None:
        across = width - box.margins_across
    lay_out_within_limits(box, max(clamp(across, width_limits(box, width)), 0.0), None, None, True)
    box.x, box.y = box.margin_left, box.margin_top
    place_absolutes(box)
    return box
