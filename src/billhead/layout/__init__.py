"""The layout engine: a template and data become one composed document, and that becomes HTML, PDF, SVG.

A compiler in five phases, each a pure function, each with a boundary type that the next one reads:

    validate      JSON                → Template     `template.py`   every finding has a path
    evaluate      Template, data      → Evaluation   `evaluation/`   bindings and transforms
    compose       Evaluation          → Document     `document.py`   text, images, styles; no binding is left
    lay out       Document            → Pages        `frames.py`     items at fixed places on pages
    paint         Pages               → PDF, SVG, PNG

HTML and plain text are printed from the composed document. Equal input gives equal output, byte for byte; there is
no clock, no network, no randomness. Everything that a caller needs is in this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from billhead.layout.errors import EvaluationRefused, Issue, LayoutError, LimitExceeded, TemplateInvalid

if TYPE_CHECKING:
    from billhead.layout.document import Document, FontFile
    from billhead.layout.evaluation import Evaluation
    from billhead.layout.frames import Pages
    from billhead.layout.paint import Attachment
    from billhead.layout.template import Template

__all__ = [
    "EvaluationRefused",
    "Issue",
    "LayoutError",
    "LimitExceeded",
    "TemplateInvalid",
    "compose",
    "evaluate",
    "lay_out",
    "parse_template",
    "render_html",
    "render_pdf",
    "render_png",
    "render_svg",
    "render_text",
    "upgrade",
    "validate",
]


def validate(template: object) -> list[Issue]:
    """Every finding about a template given as JSON; empty when there is none. Never raises on bad input.

    Findings of severity `warning` do not keep a template from being used.
    """
    from billhead.layout.validation import validate as find

    return find(template)


def parse_template(template: object) -> Template:
    """The typed template; every other function takes it in place of the JSON. Refuses with `TemplateInvalid`."""
    from billhead.layout.validation import parse_template as parse

    return parse(template)


def upgrade(template: Mapping[str, object]) -> dict[str, object]:
    """The template as a version-2 file that composes exactly the same. Refuses with `TemplateInvalid`."""
    from billhead.layout.validation.upgrade import upgrade_template

    return upgrade_template(template)


def evaluate(template: object, data: object, binding_aliases: Mapping[str, str] | None = None) -> Evaluation:
    """Bindings and transforms of a template over data (a JSON value). Refuses with a `LayoutError`."""
    from billhead.layout.evaluation import evaluate_template

    return evaluate_template(parse_template(template), data, binding_aliases)


def compose(
    template: object,
    data: object,
    locale: str | None = None,
    currency: str | None = None,
    binding_aliases: Mapping[str, str] | None = None,
    *,
    marks: tuple[str, ...] = (),
    images: Mapping[str, bytes] | None = None,
    fonts: tuple[FontFile, ...] = (),
    tokens: Mapping[str, str | int | float] | None = None,
    paper: Literal["Letter", "A4", "Legal"] | None = None,
) -> Document:
    """The composed document of a template over data (a JSON value). Refuses with a `LayoutError`.

    `locale` is the recipient's: labels and formats follow it when its language is shipped, else the template's own.
    `currency` (ISO 4217) overrides the data's. `marks` (`DRAFT`, `VOID`, …) are printed across every page.
    `images` holds stored images by the source that the data names; nothing is ever fetched. `fonts` are the
    tenant's own. `tokens` gives style tokens other values, such as the business's colour as `accent`.
    `paper` is the size to use in place of the template's.
    """
    from billhead.layout.composition import compose_document

    parsed = parse_template(template)
    return compose_document(parsed, data, locale, currency, binding_aliases, marks, images, fonts, tokens, paper)


def lay_out(document: Document) -> Pages:
    """The document's pages: items at fixed places, each naming its template node. Refuses with a `LayoutError`."""
    from billhead.layout.pages import lay_out as place

    return place(document)


def render_pdf(
    document: Document,
    *,
    created_at: datetime,
    standard: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The document as a tagged PDF (PDF/A-3a by default); the same document and time give the same bytes."""
    from billhead.layout.paint import render_pdf as paint

    return paint(document, created_at=created_at, standard=standard, attachments=attachments)


def render_svg(document: Document) -> list[str]:
    """The document as SVG, one text per page, with the ids of template nodes."""
    from billhead.layout.paint import render_svg as paint

    return paint(document)


def render_png(document: Document | Pages, *, dpi: float = 96) -> list[bytes]:
    """The document as PNG pictures, one file per page, at `dpi` dots per inch. Refuses with a `LayoutError`."""
    from billhead.layout.paint import render_png as paint

    return paint(document, dpi=dpi)


def render_html(document: Document) -> str:
    """The document as one self-contained, printable HTML page without script."""
    from billhead.layout.emit.html import render_html as emit

    return emit(document)


def render_text(document: Document) -> str:
    """The document as plain text for e-mail: one line per paragraph, table rows with their cells side by side."""
    from billhead.layout.emit.text import render_text as emit

    return emit(document)
