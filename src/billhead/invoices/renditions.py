"""Pages and PDFs of invoices. A PDF of an issued invoice is made once, stored under its SHA-256 and served from there.

A mark (void) makes another rendition; the unmarked one stays as it was. Gathering what is drawn needs a transaction,
drawing takes long and needs none: `order_…` reads, and `make` draws in a process of the pool when the scope is closed.
"""

import hashlib
import logging
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from billhead.access.runtime import Runtime
from billhead.access.scope import Scope, open_system_scope
from billhead.gateways.renderings import DrawingOrder, draw_html, draw_pages, draw_pdf
from billhead.invoices.documents import MARKS, DocumentData, get_document_data
from billhead.invoices.queries import get_invoice_row
from billhead.invoices.rules import InvoiceStatus
from billhead.invoices.tables import InvoiceRendition
from billhead.layout.errors import LIMIT_EXCEEDED, LayoutError
from billhead.refusal import Conflict, Refusal, TooLarge
from billhead.storage.blobs import Blob, BlobDamaged
from billhead.storage.tables import table_of
from billhead.templates.queries import fonts_of_document

_log = logging.getLogger(__name__)
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A PDF, the name to save it under (without suffix), and its SHA-256 when it is a stored one."""

    content: bytes
    name: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class PdfOrder:
    """A PDF to be made. `kept_as` is the SHA-256 of the one that was stored before, if there is one."""

    runtime: Runtime
    tenant_id: UUID
    correlation_id: str
    invoice_id: UUID
    is_draft: bool
    name: str
    drawing: DrawingOrder
    kept_as: str | None

    def make(self) -> RenderedPdf:
        """Draw it, and keep it unless it is a draft's. The bytes are the same whoever makes it, and when."""
        content = _drawn_pdf(self.runtime, self.tenant_id, self.drawing)
        if self.is_draft:
            return RenderedPdf(content, self.name, None)
        if self.kept_as not in (None, hashlib.sha256(content).hexdigest()):
            words = "The stored PDF is lost, and this release draws it otherwise: restore the blobs from a backup."
            raise Conflict("ISSUED_PDF_LOST", words)
        blob = self.runtime.blobs.put(content, _PDF)
        if self.kept_as is None:
            self._keep(blob)
        else:
            _log.warning(
                "the stored PDF %s was lost or damaged; the same bytes were made and stored again", blob.sha256
            )
        return RenderedPdf(content, self.name, blob.sha256)

    def _keep(self, blob: Blob) -> None:
        """Name the blob in a row, in a short transaction; whoever came first stays."""
        with open_system_scope(
            self.runtime, self.tenant_id, name="renditions", correlation_id=self.correlation_id
        ) as scope:
            insert = sqlite_insert if scope.session.get_bind().dialect.name == "sqlite" else postgresql_insert
            scope.session.execute(
                insert(table_of(InvoiceRendition))
                .values(
                    tenant_id=self.tenant_id, invoice_id=self.invoice_id, mark=self.drawing.mark,
                    sha256=blob.sha256, size=blob.size, created_at=scope.now,
                )
                .on_conflict_do_nothing()
            )  # fmt: skip


def get_pdf(scope: Scope, invoice_id: UUID) -> RenderedPdf | PdfOrder:
    """The PDF of an invoice: the stored one, else what makes it when the scope is closed."""
    header = get_invoice_row(scope, invoice_id)
    mark = MARKS.get(InvoiceStatus(header.status), "")
    kept = _find_rendition(scope, invoice_id, mark)
    if kept and (content := _stored(scope, kept)):
        return RenderedPdf(content, header.number, kept)
    return _order_pdf(scope, invoice_id, kept)


def order_pdf(scope: Scope, invoice_id: UUID) -> PdfOrder | None:
    """The PDF of an invoice past its draft, to be made; None when it is kept already."""
    status = InvoiceStatus(get_invoice_row(scope, invoice_id).status)
    if status is InvoiceStatus.DRAFT or _find_rendition(scope, invoice_id, MARKS.get(status, "")):
        return None
    return _order_pdf(scope, invoice_id, None)


def order_drawing(scope: Scope, invoice_id: UUID) -> DrawingOrder:
    """What the document of an invoice is drawn from, for `html_of` and `pages_of`."""
    return _drawing(scope, get_document_data(scope, invoice_id))


def html_of(runtime: Runtime, tenant_id: UUID, drawing: DrawingOrder) -> str:
    """The document as one self-contained HTML page."""
    try:
        return runtime.renderer.run(str(tenant_id), draw_html, drawing)
    except LayoutError as error:
        raise _undrawable(error) from error


def pages_of(runtime: Runtime, tenant_id: UUID, drawing: DrawingOrder) -> list[str]:
    """The pages of the PDF as SVG."""
    try:
        return runtime.renderer.run(str(tenant_id), draw_pages, drawing)
    except LayoutError as error:
        raise _undrawable(error) from error


def _drawn_pdf(runtime: Runtime, tenant_id: UUID, drawing: DrawingOrder) -> bytes:
    try:
        return runtime.renderer.run(str(tenant_id), draw_pdf, drawing)
    except LayoutError as error:
        raise _undrawable(error) from error


def _undrawable(error: LayoutError) -> Refusal:
    """The template does not fit this document: its author has to change it."""
    if error.code == LIMIT_EXCEEDED:
        return TooLarge("DOCUMENT_TOO_LARGE", f"The pages cannot be drawn: {error.message}", reason_code=error.code)
    words = f"The template cannot be drawn over this invoice: {error.message}"
    return Conflict("DOCUMENT_NOT_DRAWN", words, reason_code=error.code)


def _drawing(scope: Scope, data: DocumentData) -> DrawingOrder:
    is_draft = data.status is InvoiceStatus.DRAFT
    fonts = fonts_of_document(scope, data.template, data.view_model, at=None if is_draft else data.made_at)
    return DrawingOrder(
        data.template, data.view_model, data.locale, data.currency, data.paper, data.mark, data.made_at, fonts
    )  # fmt: skip


def _order_pdf(scope: Scope, invoice_id: UUID, kept_as: str | None) -> PdfOrder:
    data = get_document_data(scope, invoice_id)
    return PdfOrder(
        runtime=scope.runtime,
        tenant_id=scope.tenant_id,
        correlation_id=scope.correlation_id,
        invoice_id=invoice_id,
        is_draft=data.status is InvoiceStatus.DRAFT,
        name=data.name,
        drawing=_drawing(scope, data),
        kept_as=kept_as,
    )


def _stored(scope: Scope, sha256: str) -> bytes | None:
    """None when the blobs lost or changed it: then it is made anew, and compared with what it was."""
    try:
        return scope.runtime.blobs.get(sha256)
    except (FileNotFoundError, BlobDamaged):
        return None


def _find_rendition(scope: Scope, invoice_id: UUID, mark: str) -> str | None:
    table = table_of(InvoiceRendition)
    return scope.session.scalars(
        select(table.c.sha256).where(
            table.c.tenant_id == scope.tenant_id, table.c.invoice_id == invoice_id, table.c.mark == mark
        )
    ).one_or_none()
