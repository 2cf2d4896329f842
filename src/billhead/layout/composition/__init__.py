"""Compose: a typed template and data in, a `Document` without any binding out."""

from collections.abc import Mapping
from typing import Literal

from billhead.layout.composition.context import OUTERMOST, Context, pointer
from billhead.layout.composition.expressions import clean
from billhead.layout.composition.nodes import compose_node
from billhead.layout.composition.settings import (
    document_author,
    document_formats,
    document_language,
    document_title,
    page_plan,
)
from billhead.layout.composition.stylebook import style_book
from billhead.layout.document import Box, Document, FontFile, Origin
from billhead.layout.evaluation import evaluate_template
from billhead.layout.garbage import collector_paused
from billhead.layout.labels import find_label
from billhead.layout.template import LayoutNode, Template
from billhead.layout.values import as_record

__all__ = ["compose_document"]


def compose_document(
    template: Template,
    data: object,
    locale: str | None = None,
    currency: str | None = None,
    binding_aliases: Mapping[str, str] | None = None,
    marks: tuple[str, ...] = (),
    images: Mapping[str, bytes] | None = None,
    fonts: tuple[FontFile, ...] = (),
    tokens: Mapping[str, str | int | float] | None = None,
    paper: Literal["Letter", "A4", "Legal"] | None = None,
) -> Document:
    """Evaluates the template over `data` and composes the document. Refuses with a `LayoutError`."""
    with collector_paused():
        return _compose(template, data, locale, currency, binding_aliases, marks, images, fonts, tokens, paper)


def _compose(
    template: Template,
    data: object,
    locale: str | None,
    currency: str | None,
    binding_aliases: Mapping[str, str] | None,
    marks: tuple[str, ...],
    images: Mapping[str, bytes] | None,
    fonts: tuple[FontFile, ...],
    tokens: Mapping[str, str | int | float] | None,
    paper: Literal["Letter", "A4", "Legal"] | None,
) -> Document:
    record = as_record(data)
    language = document_language(template, locale)
    book = style_book(template, language.rtl, tuple(sorted((tokens or {}).items())))
    plan = page_plan(template, book, paper)
    context = Context(
        template=template,
        data=record,
        evaluation=evaluate_template(template, record, binding_aliases),
        formats=document_formats(template, record, language, currency),
        language=language.labels,
        book=book,
        padded_at=plan.padded_at,
        images=images or {},
    )
    root = _whole(template.layout, context)
    header = _whole(template.page_header, context) if template.page_header is not None else None
    footer = _whole(template.page_footer, context) if template.page_footer is not None else None
    layout_id = template.layout.id
    return Document(
        root=root,
        page=plan.page,
        lang=language.tag,
        direction="rtl" if language.rtl else "ltr",
        title=clean(document_title(record, language), context, layout_id),
        author=clean(document_author(record), context, layout_id),
        watermark=clean(" · ".join(_mark(mark, language.labels) for mark in marks), context, layout_id) or None,
        header=header,
        footer=footer,
        page_numbers=footer is None,
        fonts=fonts,
        diagnostics=tuple(context.diagnostics.values()),
    )


def _whole(layout: LayoutNode, context: Context) -> Box:
    """A wrapper with the default look around a template's layout, header or footer."""
    children = tuple(compose_node(layout, OUTERMOST, context.book.root, context))
    return Box(Origin(layout.id, pointer(layout.at)), context.book.root, children, "document")


def _mark(mark: str, language: str | None) -> str:
    """A mark in the document's language, in capitals: DRAFT, VOID, PAID, REFUNDED, COPY; any other as it is."""
    return (find_label(language, f"labels.{mark.lower()}") or mark).upper()
