"""The boundary between laying out and painting: pages of items at fixed places.

In: `lay_out` fills it. Out: the PDF, SVG and PNG painters and the designer's canvas read it. Places are CSS px from
the page's top left corner, y downwards; `Pages.words()` alone answers in PDF points. Items come in painting order and
name the template node that they come from; `Tag` says what they are for assistive technology.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from billhead.layout.document import Diagnostic, Direction, ImageSource, Origin
from billhead.layout.style.model import BorderStyle
from billhead.layout.style.values import Color
from billhead.layout.text.shaping import ShapedWord

PT_PER_PX = 0.75

TagKind = Literal[
    "Document",
    "Sect",
    "P",
    "H1",
    "H2",
    "H3",
    "H4",
    "H5",
    "H6",
    "Table",
    "THead",
    "TBody",
    "TR",
    "TH",
    "TD",
    "Figure",
    "Link",
    "Span",
    "Div",
]


class Tag:
    """A structure element: its kind and its children in reading order; `text` is a figure's description."""

    __slots__ = ("children", "kind", "span", "text")

    def __init__(self, kind: TagKind, parent: Tag | None = None, text: str = "", span: int = 1) -> None:
        self.kind = kind
        self.text = text
        self.span = span
        self.children: list[Tag] = []
        if parent is not None:
            parent.children.append(self)


class Radii(NamedTuple):
    """Corner radii in px, clockwise from top left."""

    top_left: float = 0.0
    top_right: float = 0.0
    bottom_right: float = 0.0
    bottom_left: float = 0.0


class Clip(NamedTuple):
    """Nothing of an item shows outside this rectangle, nor outside those it is nested in."""

    x: float
    y: float
    width: float
    height: float
    radii: Radii | None = None
    outer: Clip | None = None


class BorderSide(NamedTuple):
    """One edge of a border."""

    width: float
    style: BorderStyle
    color: Color


@dataclass(slots=True, eq=False)
class TextLine:
    """A line of text. (x, y) is the start of its baseline at the left; words run from left to right.

    `word_spacing` is added to every space (justified lines). `ascent` and `descent` are the font's, in px.
    `tail` is the space at which the line was broken: it takes no room, and is there for those who read or copy.
    """

    origin: Origin
    x: float
    y: float
    width: float
    words: tuple[ShapedWord, ...]
    text: str
    size: float
    color: Color
    ascent: float
    descent: float
    word_spacing: float = 0.0
    tag: Tag | None = None
    clip: Clip | None = None
    tail: ShapedWord | None = None


@dataclass(slots=True, eq=False)
class Rectangle:
    """A box's background and border; `sides` are top, right, bottom, left, or None without a border."""

    origin: Origin
    x: float
    y: float
    width: float
    height: float
    fill: Color | None = None
    sides: tuple[BorderSide, BorderSide, BorderSide, BorderSide] | None = None
    radii: Radii | None = None
    clip: Clip | None = None


@dataclass(slots=True, eq=False)
class Picture:
    """An image drawn at (x, y) with this size; the clip carries cropping and rounded corners."""

    origin: Origin
    x: float
    y: float
    width: float
    height: float
    source: ImageSource
    alt: str = ""
    tag: Tag | None = None
    clip: Clip | None = None


@dataclass(slots=True, eq=False)
class LinkArea:
    """A place that leads to `href`."""

    origin: Origin
    x: float
    y: float
    width: float
    height: float
    href: str
    text: str = ""
    tag: Tag | None = None


@dataclass(slots=True, eq=False)
class Watermark:
    """Words drawn large and pale across the page, under its items."""

    text: str
    words: tuple[ShapedWord, ...]
    size: float
    width: float
    angle: float
    color: Color


Item = TextLine | Rectangle | Picture | LinkArea


class Word(NamedTuple):
    """A word with its box in PDF points from the page's top left; `page` counts from 0."""

    text: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class OutlineEntry(NamedTuple):
    """A bookmark: a heading, its level from 1 and its place."""

    title: str
    level: int
    page: int
    y: float


@dataclass(slots=True, eq=False)
class Page:
    """One page: size in px and items in painting order. `furniture` repeats on pages and is no content:
    table heads carried over, page headers and footers, page numbers."""

    width: float
    height: float
    items: list[Item] = field(default_factory=list)
    furniture: list[Item] = field(default_factory=list)
    watermark: Watermark | None = None

    def all_items(self) -> Iterator[Item]:
        """Items and furniture."""
        yield from self.items
        yield from self.furniture


@dataclass(slots=True, eq=False)
class Pages:
    """A laid-out document."""

    pages: list[Page]
    structure: Tag
    lang: str
    direction: Direction
    title: str
    author: str
    outline: list[OutlineEntry] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.pages)

    def words(self, *, furniture: bool = False) -> list[Word]:
        """Every word with its box in points, in painting order, page by page; with `furniture`, page parts too."""
        found: list[Word] = []
        for number, page in enumerate(self.pages):
            for item in page.all_items() if furniture else page.items:
                if isinstance(item, TextLine):
                    found.extend(_words_of(item, number))
        return found


def _words_of(line: TextLine, page: int) -> Iterator[Word]:
    scale = line.size / 1000
    top, bottom = (line.y - line.ascent) * PT_PER_PX, (line.y + line.descent) * PT_PER_PX
    logical: dict[str, list[str]] = {}
    x = start = line.x
    pieces: list[str] = []

    def word() -> Word:
        text = pieces[0]
        if len(pieces) > 1:
            # Pieces of a word stand from left to right, which need not be their order in the text.
            if not logical:
                for written in line.text.split(" "):
                    logical.setdefault("".join(sorted(written)), []).append(written)
            text = "".join(pieces)
            known = logical.get("".join(sorted(text)), [text])
            if text not in known:
                text = next((one for one in known if all(piece in one for piece in pieces)), known[0])
        return Word(text, page, start * PT_PER_PX, top, x * PT_PER_PX, bottom)

    for shaped in line.words:
        if shaped.text == " ":
            if pieces:
                yield word()
            x += shaped.advance * scale + line.word_spacing
            pieces, start = [], x
        else:
            x += shaped.advance * scale
            pieces.append(shaped.text)
    if pieces:
        yield word()
