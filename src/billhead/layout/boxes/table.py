"""Tables, row by row: cells are light records, never boxes, unless they hold nested content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import NamedTuple, Protocol

from billhead.layout.boxes.columns import Column, Wish, distribute, encompass_span, table_widths
from billhead.layout.boxes.lines import face_metrics, height_of_lines, line_height
from billhead.layout.boxes.tree import Flow, LayoutBox, definite, used
from billhead.layout.document import Box, Cell, Direction, Node, Row, Table, Text
from billhead.layout.style import INHERITED, Percent, Style
from billhead.layout.style.values import AUTO
from billhead.layout.text import Line, Paragraph, ShapedWord, Shaper, advance_scale, drawn_size
from billhead.layout.text.unicode import needs_bidi


class Builder(Protocol):
    """What a table asks of the tree builder."""

    direction: Direction

    def shaper_of(self, style: Style) -> Shaper:
        """The shaper for a cell's text."""

    def build(self, node: Node, parent: LayoutBox | None, containing: LayoutBox | None) -> LayoutBox:
        """The box of nested content."""


class CellLook:
    """Everything about a cell that follows from its style; shared by the cells of a column."""

    __slots__ = (
        "above", "across", "ascent", "bottom", "breakable", "descent", "down", "given", "left", "line",
        "scale", "shaper", "size", "style", "top",
    )  # fmt: skip

    def __init__(self, style: Style, shaper: Shaper, basis: float) -> None:
        self.style = style
        self.shaper = shaper
        self.size = drawn_size(style.font_size)
        self.scale = advance_scale(style.font_size, shaper.primary.units)
        self.left = used(style.padding_left, basis) + style.border_left_width
        self.across = self.left + used(style.padding_right, basis) + style.border_right_width
        self.top = used(style.padding_top, basis) + style.border_top_width
        self.bottom = used(style.padding_bottom, basis) + style.border_bottom_width
        self.down = self.top + self.bottom
        self.line = line_height(style)
        self.breakable = style.white_space in ("normal", "pre-line") and style.overflow_wrap != "anywhere"
        ascent, descent, gap = face_metrics(shaper.primary, style.font_size)
        if self.line is None:
            self.line = ascent + descent + gap
            self.breakable = False
        self.above = ascent + (self.line - ascent - descent) // 2
        self.ascent, self.descent = ascent, descent
        self.given = style.width is not AUTO or style.min_width is not AUTO or style.max_width is not AUTO

    def border_width(self, width: float) -> float:
        """A width property as border-box width."""
        return max(width, self.across) if self.style.box_sizing == "border-box" else width + self.across

    def anonymous(self) -> Style:
        """The style of a box that a cell makes around its own text."""
        return replace(Style(), **{name: getattr(self.style, name) for name in _INHERITED})


_INHERITED = tuple(field.name for field in fields(Style) if field.name in INHERITED)


class CellBox:
    """A cell being laid out: one line of plain text, a paragraph, or nested boxes."""

    __slots__ = ("advance", "cell", "content", "lines", "look", "paragraph", "words")

    def __init__(self, cell: Cell, look: CellLook) -> None:
        self.cell = cell
        self.look = look
        self.words: tuple[ShapedWord, ...] = ()
        self.advance = 0.0
        self.paragraph: Paragraph | None = None
        self.content: LayoutBox | None = None
        self.lines: list[Line] | None = None


class RowBox(NamedTuple):
    """A row's cells with the columns at which they begin."""

    row: Row
    cells: list[CellBox]
    starts: Sequence[int]

    @property
    def fixed(self) -> bool:
        """Whether a cell gives it a height."""
        return any(definite(cell.look.style.height, None) is not None for cell in self.cells)


class TableData:
    """A table's cells and, once settled for a width, its columns and rows' places."""

    def __init__(self, table: Table, builder: Builder) -> None:
        self.table = table
        self.builder = builder
        self._looks: dict[Style, CellLook] = {}
        self._plain = builder.direction == "ltr"
        self.head = [self._row(row) for row in table.head]
        self.body = [self._row(row) for row in table.body]
        self.columns: list[Column] | None = None
        self.column_x: list[float] = []
        self.widths: list[float] = []
        self.row_tops: list[float] = []
        self.row_heights: list[float] = []
        self.settled: float | None = None

    @property
    def rows(self) -> list[RowBox]:
        """Head and body."""
        return self.head + self.body

    def _row(self, row: Row) -> RowBox:
        starts, at, plain = [], 0, True
        cells = []
        for cell in row.cells:
            starts.append(at)
            at += max(cell.span, 1)
            plain = plain and cell.span == 1
            cells.append(self._cell(row, cell))
        return RowBox(row, cells, range(len(cells)) if plain else tuple(starts))

    def _cell(self, row: Row, cell: Cell) -> CellBox:
        look = self._looks.get(cell.style)
        if look is None:
            look = self._looks[cell.style] = CellLook(cell.style, self.builder.shaper_of(cell.style), 0.0)
        box = CellBox(cell, look)
        text = cell.text
        if cell.children:
            children: tuple[Node, ...] = cell.children
            if text:
                children = (Text(row.origin, look.anonymous(), text), *children)
            box.content = self.builder.build(Box(row.origin, look.anonymous(), children), None, None)
            box.content.data = box
        elif look.breakable and self._plain and _is_plain(text):
            box.words, advance = look.shaper.left_to_right(text)
            box.advance = advance * look.scale
        else:
            box.paragraph = Paragraph(text, cell.style, look.shaper, self.builder.direction)
            box.advance = box.paragraph.max_content
        return box

    def measure(self) -> list[Column]:
        """The wishes of every column."""
        if self.columns is not None:
            return self.columns
        rows = self.rows
        count = max([row.starts[-1] + max(row.cells[-1].cell.span, 1) for row in rows if row.cells], default=0)
        columns = [Column() for _ in range(count)]
        spanning = []
        before: list[CellLook | None] = [None] * count
        for row in rows:
            for start, box in zip(row.starts, row.cells, strict=True):
                look, column = box.look, columns[start]
                if box.cell.span > 1:
                    spanning.append((start, box))
                elif look is not before[start] or box.content is not None or box.advance + look.across > column.least:
                    before[start] = look
                    column.encompass(self._wish(box, column.least))
        for start, box in sorted(spanning, key=lambda spanned: spanned[1].cell.span):
            columns[start].empty = False
            encompass_span(columns[start : start + box.cell.span], self._wish(box, 0.0))
        self.columns = columns
        return columns

    def _wish(self, box: CellBox, known: float) -> Wish:
        """What a cell asks for; a least width up to `known` need not be exact."""
        look = box.look
        style = look.style
        given = style.width
        least, greatest = self._wishes(box, known)
        if not look.given:
            return Wish(least, greatest)
        if isinstance(given, float | int):
            greatest = max(look.border_width(given), least)
        if isinstance(style.max_width, float | int):
            most = look.border_width(style.max_width)
            least, greatest = min(least, most), min(greatest, most)
        if isinstance(style.min_width, float | int):
            least = max(least, look.border_width(style.min_width))
        share = given.ratio if isinstance(given, Percent) else None
        return Wish(least, max(greatest, least), share, isinstance(given, float | int))

    def _wishes(self, box: CellBox, known: float) -> tuple[float, float]:
        """Least and greatest border-box width; the least is not worked out when it cannot exceed `known`."""
        look = box.look
        across = look.across
        if box.content is not None:
            least, greatest = box.content.intrinsic()
            return least + across, greatest + across
        greatest = box.advance + across
        if greatest <= known or not box.advance:
            return min(greatest, known), greatest
        if box.words:
            longest = max([word.advance for word in box.words]) * look.scale
            if longest + across <= known or (len(box.words) == 1 and box.cell.text.isalnum()):
                return longest + across, greatest
            box.paragraph = Paragraph(box.cell.text, look.style, look.shaper, self.builder.direction)
        least = box.paragraph.min_content() if box.paragraph is not None else 0.0
        return least + across, greatest

    def settle(self, inner_width: float) -> None:
        """Columns for this content width, lines of every cell, places of every row from the table's content top."""
        if self.settled == inner_width:
            return
        self.settled = inner_width
        self.widths = distribute(self.measure(), inner_width)
        self.column_x, at = [], 0.0
        for width in self.widths:
            self.column_x.append(at)
            at += width
        self.row_tops, self.row_heights = [], []
        y = 0.0
        for row in self.rows:
            height = self._settle_row(row)
            self.row_tops.append(y)
            self.row_heights.append(height)
            y += height

    @property
    def baseline(self) -> float | None:
        """As no cell aligns by its baseline, that of the first row is the lowest content edge of its cells."""
        if not self.row_heights or not self.rows[0].cells:
            return None
        return self.row_heights[0] - min([box.look.bottom for box in self.rows[0].cells])

    def _settle_row(self, row: RowBox) -> float:
        height = 0.0
        widths = self.widths
        for start, box in zip(row.starts, row.cells, strict=True):
            look = box.look
            span = box.cell.span
            width = (widths[start] if span == 1 else sum(widths[start : start + span])) - look.across
            if box.content is not None:
                tall = box.content.commit(max(width, 0.0), None).height + look.down
            elif box.advance <= width + 0.02 and box.words:
                box.lines = None
                tall = (look.line or 0.0) + look.down
            else:
                paragraph = box.paragraph
                if paragraph is None:
                    paragraph = Paragraph(box.cell.text, look.style, look.shaper, self.builder.direction)
                    box.paragraph = paragraph
                box.lines = paragraph.lines(width)
                tall = height_of_lines(box.lines, look.style, paragraph) + look.down
            given = definite(look.style.height, None)
            if given is not None:
                tall = max(tall, given if look.style.box_sizing == "border-box" else given + look.down)
            if tall > height:
                height = tall
        return height


def _is_plain(text: str) -> bool:
    return (
        bool(text)
        and text.isprintable()
        and "  " not in text
        and text[0] != " "
        and text[-1] != " "
        and (text.isascii() or not needs_bidi(text, False))
    )


class TableLayout:
    """A table box: separate borders, no spacing, cells aligned to the top."""

    def intrinsic(self, box: LayoutBox) -> tuple[float, float]:
        """The columns' wishes together."""
        data = box.data
        return table_widths(data.measure(), _scales(box)) if isinstance(data, TableData) else (0.0, 0.0)

    def flow(self, box: LayoutBox, width: float, height: float | None, commit: bool, definite: bool) -> Flow:
        """Rows one below the other; height to spare is spread over the body rows."""
        data = box.data
        if not isinstance(data, TableData):
            return Flow(box.edges_down)
        data.settle(max(width - box.edges_across, table_widths(data.measure())[0]))
        natural = sum(data.row_heights) + box.edges_down
        if commit and height is not None and height > natural + 0.01 and data.row_heights:
            _spread(data, height - natural)
        baseline = None if data.baseline is None else box.edge_top + data.baseline
        return Flow(natural if height is None else max(height, natural), baseline)


def _scales(box: LayoutBox) -> bool:
    """Whether percentages of columns count when others ask for the table's greatest width: browsers leave them out
    in flex and grid containers and in cells."""
    current = box
    while True:
        outer = current.containing if current.style.position == "absolute" else current.parent
        if outer is None:
            return not isinstance(current.data, CellBox)
        if outer.style.display != "block":
            return False
        current = outer


def _spread(data: TableData, extra: float) -> None:
    """Height to spare goes to body rows, in proportion to their own, but to rows of a given height only when there
    are no others."""
    first = len(data.head) if data.body else 0
    weights = [0.0 if row.fixed else height for row, height in zip(data.rows, data.row_heights, strict=True)]
    weights[:first] = [0.0] * first
    if not any(weights):
        weights[first:] = data.row_heights[first:]
    whole = sum(weights)
    shift = 0.0
    for number in range(first, len(data.row_heights)):
        part = extra * weights[number] / whole if whole else 0.0
        data.row_tops[number] += shift
        data.row_heights[number] += part
        shift += part
    data.settled = None
