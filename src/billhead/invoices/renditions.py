"""Pages and PDFs of invoices. A PDF of an issued invoice is made once, stored under its SHA-256 and served from there.

A mark (void) makes another rendition; the unmarked one stays as it was.
"""

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
from billhead.storage.tables import table_of


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A PDF, the name to save it under (without suffix), and its SHA-256 when it is a stored one."""

    content: bytes
    name: str
    sha256: str | None


def get_pdf(scope: Scope, invoice_id: UUID) -> RenderedPdf:
    """The PDF of an invoice: the stored one, else made now; the bytes are the same either way."""
    header = get_invoice_row(scope, invoice_id)
    status = InvoiceStatus(header.status)
    if status is not InvoiceStatus.DRAFT and (stored := _find_rendition(scope, invoice_id, MARKS.get(status, ""))):
        return RenderedPdf(scope.runtime.blobs.get(stored), header.number, stored)
    composed = compose_invoice(scope, invoice_id)
    return RenderedPdf(_render(composed), composed.name, None)


def store_pdf(scope: Scope, invoice_id: UUID) -> None:
    """Make and keep the PDF of an invoice as it stands; one that is kept already stays. A draft's is never kept."""
    composed = compose_invoice(scope, invoice_id)
    if composed.status is InvoiceStatus.DRAFT or _find_rendition(scope, invoice_id, composed.mark):
        return
    blob = scope.runtime.blobs.put(_render(composed), "application/pdf")
    insert = sqlite_insert if scope.session.get_bind().dialect.name == "sqlite" else postgresql_insert
    scope.session.execute(
        insert(table_of(InvoiceRendition))
        .values(
            tenant_id=scope.tenant_id, invoice_id=invoice_id, mark=composed.mark, sha256=blob.sha256, size=blob.size,
            created_at=scope.now,
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
