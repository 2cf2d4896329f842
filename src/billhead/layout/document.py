"""The boundary between composing and laying out: a document tree with every text, image and style resolved.

In: `compose` builds it from a template and data; no binding, expression or token is left in it.
Out: `lay_out` makes frames of it, `render_html` and `render_text` print it. All of them read this one tree, which is
why screen and paper cannot disagree about content. The nodes are CSS boxes: a node is a block-level box with the
`Style` it carries; a `Box` lays its children out by its `display`, a `Text` holds one paragraph of text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from billhead.layout.style import Style

BoxRole = Literal["document", "section", "group", "field", "totals", "totals-row", "divider", "card"]
TextRole = Literal["paragraph", "heading", "label", "value"]
Direction = Literal["ltr", "rtl"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a node comes from: the template node's id and its JSON Pointer (`/layout/children/0`) in the template.

    Nodes made once per item of a repeat share one Origin; `item` tells them apart ("" outside repeats).
    """

    node_id: str
    pointer: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A container. A `divider` has no children; its line is its border or background."""

    origin: Origin
    style: Style
    children: tuple[Node, ...] = ()
    role: BoxRole = "group"


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph. White space is collapsed by `style.white_space`, as in CSS; `text` is as composed.

    `paged` text may hold `{page}` and `{pages}`, replaced on each page; only in page headers and footers.
    `level` is the outline level of a heading, 1 to 6. `href` makes the paragraph a link (https, mailto or tel).
    """

    origin: Origin
    style: Style
    text: str
    role: TextRole = "paragraph"
    level: int = 0
    href: str | None = None
    paged: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ImageSource:
    """A checked picture: PNG, JPEG or SVG bytes, natural size in px, SHA-256 in hexadecimal."""

    data: bytes
    media_type: Literal["image/png", "image/jpeg", "image/svg+xml"]
    width: float
    height: float
    digest: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. `alt` of "" marks it as decoration."""

    origin: Origin
    style: Style
    source: ImageSource
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its text, then its children (nested lines); `span` counts columns.

    The style's width is a wish for the column; its height, position and margin have no effect.
    """

    style: Style
    text: str
    span: int = 1
    children: tuple[Node, ...] = ()
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A table row. Its style gives a background and break rules; composing has pushed all else into the cells.

    `keep_with_next` binds it to the following row (a group caption to its first line).
    """

    origin: Origin
    style: Style
    cells: tuple[Cell, ...]
    keep_with_next: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells in columns by CSS automatic table layout with separate borders and no spacing.

    The head repeats on every page that the body reaches. `caption` is for assistive technology only.
    """

    origin: Origin
    style: Style
    head: tuple[Row, ...]
    body: tuple[Row, ...]
    caption: str = ""


Node = Box | Text | Image | Table


@dataclass(frozen=True, slots=True)
class PageSetup:
    """Paper and margins in px (96 to the inch). The root box fills the width between the margins."""

    width: float = 816.0
    height: float = 1056.0
    margin_top: float = 40.0
    margin_right: float = 40.0
    margin_bottom: float = 40.0
    margin_left: float = 40.0


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something worth telling the author of a template; the document is made all the same."""

    severity: Severity
    code: str
    message: str
    node_id: str | None = None
    pointer: str | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font that the tenant supplies: a checked TrueType or OpenType file for one family, weight and style."""

    family: str
    data: bytes
    weight: int = 400
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A composed document.

    `lang` is a BCP 47 tag. `header` and `footer` repeat on each page inside the page margins' inner edges: they
    take their height from the page body. `page_numbers` prints "n / m" in the bottom margin of documents of two or
    more pages. `watermark` is drawn across each page, e.g. DRAFT. `author` goes into the file's metadata.
    """

    root: Box
    page: PageSetup
    lang: str = "en"
    direction: Direction = "ltr"
    title: str = ""
    author: str = ""
    watermark: str | None = None
    header: Box | None = None
    footer: Box | None = None
    page_numbers: bool = True
    fonts: tuple[FontFile, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def text_runs(self) -> list[str]:
        """Every text of the body in reading order, one entry per paragraph or cell, white space as composed."""
        return list(_texts(self.root))


def _texts(node: Node) -> Iterator[str]:
    match node:
        case Text():
            yield node.text
        case Box():
            for child in node.children:
                yield from _texts(child)
        case Table():
            for row in (*node.head, *node.body):
                for cell in row.cells:
                    yield cell.text
                    for child in cell.children:
                        yield from _texts(child)
        case Image():
            return
