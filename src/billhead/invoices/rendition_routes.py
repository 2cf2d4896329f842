"""Pages and PDFs of invoices over HTTP."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import Postponed, WireModel
from billhead.invoices import renditions
from billhead.refusal import NotFound

router = Router(tags=["Invoices"])

_TEXT: dict[str, object] = {"schema": {"type": "string"}}
_BINARY: dict[str, object] = {"schema": {"type": "string", "format": "binary"}}
_PDF: dict[int | str, dict[str, object]] = {200: {"content": {"application/pdf": _BINARY}}}
_HTML: dict[int | str, dict[str, object]] = {200: {"content": {"text/html": _TEXT}}}
_SVG: dict[int | str, dict[str, object]] = {200: {"content": {"image/svg+xml": _TEXT}}}


class PagesBody(WireModel):
    page_count: int


@router.get("/billing/invoices/{invoice_id}/pdf", response_class=Response, responses=_PDF, response_model=None)
def get_invoice_pdf(invoice_id: UUID, scope: Annotated[Scope, needs("billing:invoice:view")]) -> Response | Postponed:
    """The PDF; of an issued invoice the same bytes every time."""
    pdf = renditions.get_pdf(scope, invoice_id)
    if isinstance(pdf, renditions.PdfOrder):
        return Postponed(lambda: _pdf_response(pdf.make()))
    return _pdf_response(pdf)


def _pdf_response(pdf: renditions.RenderedPdf) -> Response:
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", pdf.name)
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-cache"}
    if pdf.sha256:
        headers["ETag"] = f'"{pdf.sha256}"'
    return Response(pdf.content, media_type="application/pdf", headers=headers)


@router.get("/billing/invoices/{invoice_id}/html", response_class=Response, responses=_HTML, response_model=None)
def get_invoice_html(invoice_id: UUID, scope: Annotated[Scope, needs("billing:invoice:view")]) -> Postponed:
    """The document as a self-contained HTML page without scripts."""
    runtime, tenant_id, drawing = scope.runtime, scope.tenant_id, renditions.order_drawing(scope, invoice_id)
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
    }
    return Postponed(
        lambda: Response(renditions.html_of(runtime, tenant_id, drawing), media_type="text/html", headers=headers),
    )


@router.get("/billing/invoices/{invoice_id}/pages", response_model=PagesBody)
def get_invoice_pages(invoice_id: UUID, scope: Annotated[Scope, needs("billing:invoice:view")]) -> Postponed:
    """How many pages the document has."""
    runtime, tenant_id, drawing = scope.runtime, scope.tenant_id, renditions.order_drawing(scope, invoice_id)
    return Postponed(lambda: PagesBody(page_count=len(renditions.pages_of(runtime, tenant_id, drawing))))


@router.get("/billing/invoices/{invoice_id}/pages/{number}.svg", response_class=Response, response_model=None,
            responses=_SVG)  # fmt: skip
def get_invoice_page(
    invoice_id: UUID,
    number: Annotated[int, Path(ge=1, le=100_000)],
    scope: Annotated[Scope, needs("billing:invoice:view")],
) -> Postponed:
    """One page as SVG, the first is 1; the same page as in the PDF."""
    runtime, tenant_id, drawing = scope.runtime, scope.tenant_id, renditions.order_drawing(scope, invoice_id)
    return Postponed(lambda: _page_response(renditions.pages_of(runtime, tenant_id, drawing), number))


def _page_response(pages: list[str], number: int) -> Response:
    if number > len(pages):
        raise NotFound("PAGE_NOT_FOUND", f"The document has {len(pages)} pages.")
    return Response(pages[number - 1], media_type="image/svg+xml", headers={"Cache-Control": "private, no-cache"})
