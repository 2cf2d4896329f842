"""SVG pages: one self-contained drawing per page, glyphs as outlines, every item with its template node's id.

Glyph outlines make a page look the same wherever it is shown, also in `<img>`, which loads no fonts.
"""

from __future__ import annotations

import base64
from html import escape

from billhead.layout.document import ImageSource
from billhead.layout.fonts import Face
from billhead.layout.frames import Clip, Item, LinkArea, Page, Pages, Picture, Rectangle, TextLine, Watermark
from billhead.layout.paint.borders import border_shapes, rounded, svg_path
from billhead.layout.style import Color
from billhead.layout.text import ShapedWord

SHOWN_SCHEMES = ("https:", "mailto:", "tel:")


def paint_svg(pages: Pages) -> list[str]:
    """One SVG document per page. Groups carry `data-node` (template node id) and `data-pointer` (JSON Pointer)."""
    count = len(pages.pages)
    return [
        _PagePainter(page, number).paint(f"{pages.title} {number + 1}/{count}".strip(), pages.lang)
        for number, page in enumerate(pages.pages)
    ]


class _PagePainter:
    """Paints one page; ids are unique among the pages of a document, so that several can stand in one HTML page."""

    def __init__(self, page: Page, number: int) -> None:
        self._page = page
        self._prefix = f"p{number + 1}"
        self._glyphs: dict[tuple[Face, int], str] = {}
        self._clips: dict[Clip, str] = {}
        self._defs: list[str] = []
        self._out: list[str] = []

    def paint(self, label: str, lang: str) -> str:
        """The page as an SVG document."""
        for item in self._page.all_items():
            self._item(item)
        if self._page.watermark is not None:
            self._watermark(self._page.watermark)
        width, height = _n(self._page.width), _n(self._page.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'role="img" aria-label="{escape(label)}" xml:lang="{escape(lang)}">'
            f'<defs>{"".join(self._defs)}</defs><rect width="{width}" height="{height}" fill="#fff"/>'
            f"{''.join(self._out)}</svg>"
        )

    def _item(self, item: Item) -> None:
        if isinstance(item, TextLine):
            self._line(item)
        elif isinstance(item, Rectangle):
            self._rectangle(item)
        elif isinstance(item, Picture):
            self._picture(item)
        elif isinstance(item, LinkArea) and item.href.lower().startswith(SHOWN_SCHEMES):
            place = f'x="{_n(item.x)}" y="{_n(item.y)}" width="{_n(item.width)}" height="{_n(item.height)}"'
            self._out.append(f'<a href="{escape(item.href)}"><rect {place} fill="none" pointer-events="all"/></a>')

    def _line(self, item: TextLine) -> None:
        uses = self._words(item.words, item.word_spacing / item.size * 1000 if item.size else 0.0)
        if not uses:
            return
        turn = f' transform="translate({_n(item.x)} {_n(item.y)}) scale({item.size / 1000:.5g})"{_fill(item.color)}'
        if item.clip is None:
            self._out.append(f"<g{self._names(item)}{turn}>{uses}</g>")
        else:
            # A clip counts in the group's own coordinates, so the text is turned inside it.
            self._out.append(f"<g{self._names(item)}><g{turn}>{uses}</g></g>")

    def _words(self, words: tuple[ShapedWord, ...], spacing: float) -> str:
        """Glyph references for words from left to right, in thousandths of the em."""
        parts: list[str] = []
        x = 0.0
        for word in words:
            for run in word.runs:
                placements = run.placements
                for number, glyph in enumerate(run.glyphs):
                    dx, dy, advance = placements[number] if placements else (0.0, 0.0, run.face.advance(glyph))
                    name = self._glyph(run.face, glyph)
                    if name:
                        rise = f' y="{_n(-dy)}"' if dy else ""
                        parts.append(f'<use href="#{name}" x="{_n(x + dx)}"{rise}/>')
                    x += advance
            if spacing and word.text == " ":
                x += spacing
        return "".join(parts)

    def _glyph(self, face: Face, glyph: int) -> str:
        """The id of a glyph's outline; "" for blanks."""
        known = self._glyphs.get((face, glyph))
        if known is None:
            path = face.outline(glyph)
            known = f"{self._prefix}g{len(self._glyphs)}" if path else ""
            self._glyphs[face, glyph] = known
            if path:
                self._defs.append(f'<path id="{known}" d="{path}"/>')
        return known

    def _names(self, item: TextLine | Rectangle | Picture) -> str:
        node = f' data-node="{escape(item.origin.node_id)}"' if item.origin.node_id else ""
        pointer = f' data-pointer="{escape(item.origin.pointer)}"' if item.origin.pointer else ""
        clip = f' clip-path="url(#{self._clip(item.clip)})"' if item.clip is not None else ""
        return node + pointer + clip

    def _clip(self, clip: Clip) -> str:
        known = self._clips.get(clip)
        if known is None:
            outer = f' clip-path="url(#{self._clip(clip.outer)})"' if clip.outer is not None else ""
            known = self._clips[clip] = f"{self._prefix}c{len(self._clips)}"
            path = svg_path(rounded(clip.x, clip.y, clip.width, clip.height, clip.radii))
            self._defs.append(f'<clipPath id="{known}"{outer}><path d="{path}"/></clipPath>')
        return known

    def _rectangle(self, item: Rectangle) -> None:
        shapes: list[str] = []
        if item.fill is not None:
            if item.radii is None:
                place = f'x="{_n(item.x)}" y="{_n(item.y)}" width="{_n(item.width)}" height="{_n(item.height)}"'
                shapes.append(f"<rect {place}{_fill(item.fill)}/>")
            else:
                path = svg_path(rounded(item.x, item.y, item.width, item.height, item.radii))
                shapes.append(f'<path d="{path}"{_fill(item.fill)}/>')
        for shape in border_shapes(item):
            path = svg_path(shape.steps)
            if shape.width:
                dash = f' stroke-dasharray="{" ".join(_n(part) for part in shape.dash)}"' if shape.dash else ""
                cap = ' stroke-linecap="round"' if shape.round_cap else ""
                stroke = _fill(shape.color).replace("fill", "stroke")
                shapes.append(f'<path d="{path}" fill="none"{stroke} stroke-width="{_n(shape.width)}"{dash}{cap}/>')
            else:
                rule = ' fill-rule="evenodd"' if shape.even_odd else ""
                shapes.append(f'<path d="{path}"{_fill(shape.color)}{rule}/>')
        if shapes:
            self._out.append(f"<g{self._names(item)}>{''.join(shapes)}</g>")

    def _picture(self, item: Picture) -> None:
        place = f'x="{_n(item.x)}" y="{_n(item.y)}" width="{_n(item.width)}" height="{_n(item.height)}"'
        image = f'<image {place} preserveAspectRatio="none" href="{_data_uri(item.source)}"/>'
        label = f' role="img" aria-label="{escape(item.alt)}"' if item.alt else ""
        self._out.append(f"<g{self._names(item)}{label}>{image}</g>")

    def _watermark(self, mark: Watermark) -> None:
        uses = self._words(mark.words, 0.0)
        x, y = self._page.width / 2, self._page.height / 2
        self._out.append(
            f'<g aria-hidden="true" pointer-events="none"{_fill(mark.color)} transform="translate({_n(x)} {_n(y)}) '
            f"rotate({_n(-mark.angle)}) translate({_n(-mark.width / 2)} {_n(mark.size * 0.35)}) "
            f'scale({mark.size / 1000:.5g})">{uses}</g>'
        )


def _data_uri(source: ImageSource) -> str:
    return f"data:{source.media_type};base64,{base64.b64encode(source.data).decode('ascii')}"


def _fill(color: Color) -> str:
    opacity = f' fill-opacity="{color.alpha:.3g}"' if color.alpha < 1 else ""
    return f' fill="#{color.red:02x}{color.green:02x}{color.blue:02x}"{opacity}'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))
