"""What repeats on pages: header, footer, page numbers, the watermark."""

from __future__ import annotations

import math
from dataclasses import replace

from billhead.layout.boxes import Shapers, TreeBuilder, build_strip
from billhead.layout.document import Box, Document, Node, Origin, Text
from billhead.layout.frames import Item, Page, Picture, Tag, TextLine, Watermark
from billhead.layout.pages.collect import Collector
from billhead.layout.style import Color, Style
from billhead.layout.text import Paragraph

NUMBER_COLOR = Color(107, 114, 128)
NUMBER_SIZE = 10.0
LEAST_MARGIN_FOR_NUMBER = 16.0
WATERMARK_COLOR = Color(17, 24, 39, 0.07)
WATERMARK_WIDTH = 0.5
PAGE_ORIGIN = Origin("", "")


class Furniture:
    """Lays out a document's page parts; heights are the same on every page."""

    def __init__(self, document: Document, shapers: Shapers) -> None:
        self.document = document
        self.shapers = shapers
        page = document.page
        self.width = page.width - page.margin_left - page.margin_right
        self.header_height = self._height(document.header)
        self.footer_height = self._height(document.footer)
        self._watermark = self._make_watermark()

    def _height(self, part: Box | None) -> float:
        if part is None:
            return 0.0
        box = build_strip(_numbered(part, 88, 88), self.width, self._builder())
        return box.height + box.margins_down

    def _builder(self) -> TreeBuilder:
        return TreeBuilder(self.shapers, self.document.direction)

    def add(self, page: Page, number: int, count: int) -> None:
        """Puts header, footer, number and watermark on page `number` (from 0) of `count`."""
        setup = self.document.page
        page.watermark = self._watermark
        if self.document.header is not None:
            page.furniture += self._part(self.document.header, setup.margin_top, number, count)
        if self.document.footer is not None:
            top = setup.height - setup.margin_bottom - self.footer_height
            page.furniture += self._part(self.document.footer, top, number, count)
        if self.document.page_numbers and count > 1 and setup.margin_bottom >= LEAST_MARGIN_FOR_NUMBER:
            page.furniture.append(self._number(number, count))

    def _part(self, part: Box, top: float, number: int, count: int) -> list[Item]:
        collector = Collector(self.document, self.document.page.height)
        box = build_strip(_numbered(part, number + 1, count), self.width, self._builder())
        entries = collector.collect(box, self.document.page.margin_left, top, Tag("Div"))
        items = [entry.item for entry in entries]
        for item in items:
            if isinstance(item, TextLine | Picture):
                item.tag = None
        return items

    def _number(self, number: int, count: int) -> TextLine:
        setup = self.document.page
        style = replace(Style(), font_size=NUMBER_SIZE)
        shaper = self.shapers.of(self.document.root.style)
        paragraph = Paragraph(f"{number + 1} / {count}", style, shaper, "ltr")
        line = paragraph.lines(self.width)[0]
        rtl = self.document.direction == "rtl"
        x = setup.margin_left if rtl else setup.width - setup.margin_right - line.width
        y = setup.height - setup.margin_bottom / 2 + NUMBER_SIZE * 0.35
        return TextLine(
            PAGE_ORIGIN, x, y, line.width, line.words, line.text, NUMBER_SIZE, NUMBER_COLOR, NUMBER_SIZE, 2.0
        )  # fmt: skip

    def _make_watermark(self) -> Watermark | None:
        text = self.document.watermark
        if not text or not text.strip():
            return None
        setup = self.document.page
        style = replace(Style(), font_size=1000.0, font_weight=700, font_family=self.document.root.style.font_family)
        paragraph = Paragraph(text, style, self.shapers.of(style), self.document.direction)
        line = paragraph.lines(float("inf"))[0]
        diagonal = math.hypot(setup.width, setup.height)
        size = min(WATERMARK_WIDTH * diagonal / max(line.width / 1000, 0.1), setup.height / 5)
        angle = math.degrees(math.atan2(setup.height, setup.width))
        return Watermark(line.text, line.words, size, line.width / 1000 * size, angle, WATERMARK_COLOR)


def _numbered(node: Box, number: int, count: int) -> Box:
    """The part with `{page}` and `{pages}` filled in."""
    return replace(node, children=tuple(_with_numbers(child, number, count) for child in node.children))


def _with_numbers(node: Node, number: int, count: int) -> Node:
    if isinstance(node, Box):
        return _numbered(node, number, count)
    if isinstance(node, Text) and node.paged:
        return replace(node, text=node.text.replace("{pages}", str(count)).replace("{page}", str(number)))
    return node
