"""Collecting tables: text lines and rectangles of every row, rows that stay whole, heads that repeat."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from billhead.layout.boxes.table import CellBox, CellLook, RowBox, TableData
from billhead.layout.boxes.tree import LayoutBox
from billhead.layout.document import Origin
from billhead.layout.frames import Clip, LinkArea, Rectangle, Tag, TagKind, TextLine
from billhead.layout.pages.decoration import NOTHING, Decoration, decoration_of, rectangle
from billhead.layout.pages.strip import Atom, Entry, Strip, TableRegion
from billhead.layout.pages.text_lines import add_lines
from billhead.layout.style import Style

if TYPE_CHECKING:
    from billhead.layout.pages.collect import Collector

LARGEST_HEAD_SHARE = 0.34
"""A head higher than this share of a page is not repeated."""


class TableCollector:
    """Adds tables to a strip."""

    def __init__(self, strip: Strip, body_height: float, collector: Collector) -> None:
        self.strip = strip
        self.body_height = body_height
        self.collector = collector
        self._shared: dict[tuple[Style, ...], Decoration | None] = {}

    def collect(
        self,
        box: LayoutBox,
        data: TableData,
        x: float,
        y: float,
        clip: Clip | None,
        tag: Tag | None,
        entries: list[Entry],
    ) -> None:
        """Every row of a table whose border box is at (x, y)."""
        left, top = x + box.edge_left, y + box.edge_top
        rtl = box.rtl
        width = sum(data.widths)
        columns = [width - at - size if rtl else at for at, size in zip(data.column_x, data.widths, strict=True)]
        columns = [left + at for at in columns]
        table = None if tag is None else Tag("Table", tag, data.table.caption)
        heads, first_entry = len(data.head), len(entries)
        group = None if table is None or not heads else Tag("THead", table)
        body: Tag | None = None
        for number, row in enumerate(data.rows):
            if number == heads and table is not None:
                body = Tag("TBody", table)
            own = body if number >= heads else group
            row_tag = None if own is None else Tag("TR", own)
            row_top, height = top + data.row_tops[number], data.row_heights[number]
            self._row(row, data.widths, columns, rtl, row_top, height, clip, row_tag, entries, number < heads)
            if number == heads - 1:
                self._head(data, top, entries[first_entry:])
        self._keep_head(data, top)

    def _head(self, data: TableData, top: float, head: list[Entry]) -> None:
        height = sum(data.row_heights[: len(data.head)])
        if data.body and height <= self.body_height * LARGEST_HEAD_SHARE:
            end = top + sum(data.row_heights)
            self.strip.tables.append(TableRegion(top + height, end, top, height, head))

    def _keep_head(self, data: TableData, top: float) -> None:
        """The head stays with the first row, and a row marked so with the next one."""
        heads = len(data.head)
        if heads and data.body and len(data.row_tops) > heads:
            end = top + data.row_tops[heads] + data.row_heights[heads]
            if end - top <= self.body_height:
                self.strip.atoms.append(Atom(top, end, True))
        for number, row in enumerate(data.rows[:-1]):
            if row.row.keep_with_next:
                start = top + data.row_tops[number]
                end = top + data.row_tops[number + 1] + data.row_heights[number + 1]
                self.strip.atoms.append(Atom(start, end, True))

    def _row(
        self,
        row: RowBox,
        widths: list[float],
        columns: list[float],
        rtl: bool,
        top: float,
        height: float,
        clip: Clip | None,
        tag: Tag | None,
        entries: list[Entry],
        head: bool,
    ) -> None:
        bottom = top + height
        whole = height <= self.body_height * (1 - LARGEST_HEAD_SHARE)
        if whole:
            self.strip.atoms.append(Atom(top, bottom, False))
        self._decorate(row, widths, columns, rtl, top, height, clip, entries, sliced=not whole)
        origin = row.row.origin
        if row.row.style.break_before == "page":
            self.strip.page_starts.append(top)
        kind: TagKind = "TH" if head else "TD"
        for start, cell in zip(row.starts, row.cells, strict=True):
            span = cell.cell.span
            x, width = columns[start], widths[start]
            if span > 1:
                width = sum(widths[start : start + span])
                x = columns[min(start + span, len(columns)) - 1] if rtl else x
            own = None if tag is None else Tag(kind, tag, "", span)
            self._cell(cell, origin, x, width, top, clip, own, entries, whole)

    def _cell(
        self,
        cell: CellBox,
        origin: Origin,
        x: float,
        width: float,
        top: float,
        clip: Clip | None,
        tag: Tag | None,
        entries: list[Entry],
        whole: bool,
    ) -> None:
        look = cell.look
        left, y = x + look.left, top + look.top
        inner = width - look.across
        if cell.content is not None:
            first = len(self.strip.atoms)
            entries.extend(self.collector.collect(cell.content, left, y, tag or Tag("Div")))
            if whole:
                del self.strip.atoms[first:]
            return
        style = look.style
        if cell.lines is None:
            at = left + _offset(style.text_align, False, inner - cell.advance)
            item = TextLine(
                origin, at, y + look.above, cell.advance, cell.words, cell.cell.text, look.size, style.color,
                look.ascent, look.descent, 0.0, tag, clip,
            )  # fmt: skip
            entries.append(Entry(item, y, y + (look.line or 0.0), False))
            for word in cell.words:
                if word.missing:
                    self.strip.missing.setdefault(word.missing, origin.pointer)
        elif cell.paragraph is not None and cell.lines:
            tops = add_lines(
                self.strip, entries, cell.paragraph, cell.lines, (left, y, inner), origin, clip, tag, style.text_align
            )
            if not whole:
                self.strip.atoms.extend([Atom(a, b, False) for a, b in pairwise(tops)])
        if cell.cell.href:
            area = LinkArea(origin, left, y, inner, look.line or 0.0, cell.cell.href, cell.cell.text, tag)
            entries.append(Entry(area, y, y + 1, False))

    def _decorate(
        self,
        row: RowBox,
        widths: list[float],
        columns: list[float],
        rtl: bool,
        top: float,
        height: float,
        clip: Clip | None,
        entries: list[Entry],
        *,
        sliced: bool,
    ) -> None:
        """The row's background, then its cells'; one rectangle where all cells look the same."""
        if not columns:
            return
        origin, bottom = row.row.origin, top + height
        left, width = min(columns), sum(widths)
        fill = row.row.style.background_color
        if fill is not None and fill.alpha > 0:
            entries.append(Entry(Rectangle(origin, left, top, width, height, fill, clip=clip), top, bottom, sliced))
        key = tuple([cell.look.style for cell in row.cells])
        if key not in self._shared:
            self._shared[key] = _common([cell.look for cell in row.cells])
        shared = self._shared[key]
        if shared is not None and len(row.cells) == len(columns):
            if shared is not NOTHING:
                shape = Rectangle(origin, left, top, width, height, shared.fill, shared.sides, None, clip)
                entries.append(Entry(shape, top, bottom, sliced))
            return
        for start, cell in zip(row.starts, row.cells, strict=True):
            span = cell.cell.span
            x, size = columns[start], sum(widths[start : start + span])
            if rtl:
                x = columns[min(start + span, len(columns)) - 1]
            cell_shape = rectangle(origin, cell.look.style, (x, top, size, height), clip)
            if cell_shape is not None:
                entries.append(Entry(cell_shape, top, bottom, sliced))


def _offset(align: str, rtl: bool, free: float) -> float:
    if align == "right" or (rtl and align in ("start", "justify")):
        return free
    return free / 2 if align == "center" and free > 0 else 0.0


def _common(looks: list[CellLook]) -> Decoration | None:
    """The decoration of a row whose cells all have the same one without upright lines; None when they differ."""
    first = decoration_of(looks[0].style) if looks else NOTHING
    if any(decoration_of(look.style) != first for look in looks):
        return None
    if first.rounded or (first.sides is not None and (first.sides[1].width or first.sides[3].width)):
        return None
    return first
