"""What a rendering process draws of a document: PDF, HTML or the pages as SVG. Pure; data in, bytes or text out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from billhead import layout
from billhead.gateways.font_files import FontPlace, load_fonts

if TYPE_CHECKING:
    from billhead.layout.document import Document
    from billhead.layout.template import Template

MOST_FONT_BYTES = 8 * 1024 * 1024
"""Of fonts that an HTML page carries in itself."""


@dataclass(frozen=True, slots=True)
class DrawingOrder:
    """A document to draw: the template as JSON text, and what `layout.compose` takes beside it.

    `made_at` is the time that a PDF gives as its own; `fonts` are those beside the shipped ones.
    """

    template: str
    data: Mapping[str, object]
    locale: str
    currency: str
    paper: Literal["Letter", "A4", "Legal"] | None
    mark: str
    made_at: datetime
    fonts: tuple[FontPlace, ...] = ()


def draw_pdf(order: DrawingOrder) -> bytes:
    """The PDF; equal orders give equal bytes."""
    return layout.render_pdf(_compose(order), created_at=order.made_at)


def draw_html(order: DrawingOrder) -> str:
    """One self-contained HTML page; it carries the fonts beside the shipped ones."""
    document = _compose(order)
    if not document.fonts:
        return layout.render_html(document)
    from billhead.layout.emit.html import render_html
    from billhead.layout.fonts import supplied_css

    return render_html(document, font_css=supplied_css(document, MOST_FONT_BYTES))


def draw_pages(order: DrawingOrder) -> list[str]:
    """The pages of the PDF as SVG."""
    return layout.render_svg(_compose(order))


def warm_up() -> None:
    """Load what every document needs, before the first one comes."""
    template = json.dumps({"kind": "invoice-template-ast", "version": 1, "layout": _WORD})
    draw_pdf(DrawingOrder(template, {}, "en", "USD", None, "", datetime(2000, 1, 1, tzinfo=UTC)))


_WORD = {"id": "root", "type": "document", "children": [
    {"id": "word", "type": "text", "content": {"type": "literal", "value": "Billhead"}}
]}  # fmt: skip


def _compose(order: DrawingOrder) -> "Document":
    return layout.compose(
        _parsed(order.template), dict(order.data), locale=order.locale, currency=order.currency,
        marks=(order.mark,) if order.mark else (), paper=order.paper, fonts=load_fonts(order.fonts),
    )  # fmt: skip


@lru_cache(maxsize=32)
def _parsed(template: str) -> "Template":
    return layout.parse_template(json.loads(template))
