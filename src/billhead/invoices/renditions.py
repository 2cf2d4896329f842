"""Pages and PDFs of invoices. A PDF of an issued invoice is made once, stored under its SHA-256 and served from there.

A mark (void) makes another rendition; the unmarked one stays as it was.
"""

import logging
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from billhead.access.scope import Scope
from billhead.invoices.documents import MARKS, Composed, compose_invoice
from billhead.invoices.queries import get_invoice_row
from billhead.invoices.rules import InvoiceStatus
from billhead.invoices.tables import InvoiceRendition
from billhead.storage.blobs import Blob, BlobDamaged
from billhead.storage.tables import table_of

_log = logging.getLogger(__name__)
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A PDF, the name to save it under (without suffix), and its SHA-256 when it is a stored one."""

    content: bytes
    name: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class MadePdf:
    """A PDF in the blobs that no row names yet."""

    mark: str
    blob: Blob


def get_pdf(scope: Scope, invoice_id: UUID) -> RenderedPdf:
    """The PDF of an invoice: the stored one, else made now; the bytes are the same either way."""
    header = get_invoice_row(scope, invoice_id)
    status = InvoiceStatus(header.status)
    if status is not InvoiceStatus.DRAFT and (stored := _find_rendition(scope, invoice_id, MARKS.get(status, ""))):
        try:
            return RenderedPdf(scope.runtime.blobs.get(stored), header.number, stored)
        except (FileNotFoundError, BlobDamaged):
            content = _render(compose_invoice(scope, invoice_id))
            if scope.runtime.blobs.put(content, _PDF).sha256 != stored:
                raise
            _log.warning("the stored PDF %s was lost or damaged; the same bytes were made and stored again", stored)
            return RenderedPdf(content, header.number, stored)
    composed = compose_invoice(scope, invoice_id)
    return RenderedPdf(_render(composed), composed.name, None)


def make_pdf(scope: Scope, invoice_id: UUID) -> MadePdf | None:
    """The PDF of an invoice as it stands, in the blobs; None for a draft and when one is kept already.

    Pages take their time: this needs no more than a read scope, and `keep_pdf` then holds the write lock for a moment.
    """
    composed = compose_invoice(scope, invoice_id)
    if composed.status is InvoiceStatus.DRAFT or _find_rendition(scope, invoice_id, composed.mark):
        return None
    return MadePdf(composed.mark, scope.runtime.blobs.put(_render(composed), _PDF))


def keep_pdf(scope: Scope, invoice_id: UUID, made: MadePdf) -> None:
    """Keep what `make_pdf` made; one that is kept already stays."""
    insert = sqlite_insert if scope.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    scope.session.execute(
        insert(table_of(InvoiceRendition))
        .values(
            tenant_id=scope.tenant_id, invoice_id=invoice_id, mark=made.mark, sha256=made.blob.sha256,
            size=made.blob.size, created_at=scope.now,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def render_html(scope: Scope, invoice_id: UUID) -> str:
    """The document as one self-contained HTML page."""
    from billhead import layout

    return layout.render_html(compose_invoice(scope, invoice_id).document)


def render_pages(scope: Scope, invoice_id: UUID) -> list[str]:
    """The pages of the PDF as SVG."""
    from billhead import layout

    return layout.render_svg(compose_invoice(scope, invoice_id).document)


def _render(composed: Composed) -> bytes:
    from billhead import layout

    return layout.render_pdf(composed.document, created_at=composed.made_at)


def _find_rendition(scope: Scope, invoice_id: UUID, mark: str) -> str | None:
    table = table_of(InvoiceRendition)
    return scope.session.scalars(
        select(table.c.sha256).where(
            table.c.tenant_id == scope.tenant_id, table.c.invoice_id == invoice_id, table.c.mark == mark
        )
    ).one_or_none()
