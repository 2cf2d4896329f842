"""Reads across slices: the proof of a number series, the event stream, the audit trail, the start page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from billhead.access.scope import Scope
from billhead.invoices.tables import Invoice, InvoiceSource
from billhead.storage.numbering import PeriodAudit, audit_ledger
from billhead.storage.tables import AuditEntry, NumberEntry, table_of
from billhead.tenants.queries import get_business, get_number_series
from billhead.work_orders.tables import WorkOrder


@dataclass(frozen=True, slots=True)
class SeriesAudit:
    """The proof of one series: its ledger by period, and the documents that disagree with the ledger."""

    series_id: UUID
    code: str
    periods: tuple[PeriodAudit, ...]
    without_document: tuple[str, ...]
    wrong_number: tuple[str, ...]

    @property
    def is_proven(self) -> bool:
        """Neither gap nor duplicate, and each number stands on exactly the document it was given to."""
        return not (self.without_document or self.wrong_number or any(p.missing for p in self.periods))


@dataclass(frozen=True, slots=True)
class CurrencyStanding:
    """What is open in one currency, minor units."""

    currency: str
    outstanding: int
    overdue: int
    drafts: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The start page: how many, how much, and what waits."""

    drafts: int
    issued: int
    ready_work_orders: int
    standings: tuple[CurrencyStanding, ...]


def audit_number_series(scope: Scope, series_id: UUID) -> SeriesAudit:
    """Prove that a series has neither gap nor duplicate, against the documents themselves.

    A number is given out once (the ledger's keys), without gap (every value from 1), to a document that carries it,
    and no document carries a number that no series gave to it.
    """
    series = get_number_series(scope, series_id)
    entry, invoice = table_of(NumberEntry), table_of(Invoice)
    taken = (
        entry.c.tenant_id == scope.tenant_id,
        entry.c.series_id == series_id,
        entry.c.state == "TAKEN",
        entry.c.subject_type == "invoice",
    )
    same = and_(invoice.c.tenant_id == entry.c.tenant_id, invoice.c.id == entry.c.subject_id)
    joined = select(entry.c.number).join(invoice, same, isouter=True).where(*taken)
    wrong = or_(invoice.c.number != entry.c.number, invoice.c.number.is_(None))
    given = select(entry.c.value).where(
        entry.c.tenant_id == invoice.c.tenant_id, entry.c.number == invoice.c.number, entry.c.subject_id == invoice.c.id
    )
    never_given = select(invoice.c.number).where(
        invoice.c.tenant_id == scope.tenant_id, invoice.c.number.is_not(None), ~given.exists()
    )
    return SeriesAudit(
        series_id=series_id,
        code=series.code,
        periods=tuple(audit_ledger(scope.session, scope.tenant_id, series_id)),
        without_document=tuple(scope.session.scalars(joined.where(invoice.c.id.is_(None)).limit(100))),
        wrong_number=(
            *scope.session.scalars(joined.where(invoice.c.id.is_not(None), wrong).limit(100)),
            *scope.session.scalars(never_given.order_by(invoice.c.number).limit(100)),
        ),
    )


def list_audit_entries(
    scope: Scope, *, subject_id: UUID | None, before: UUID | None, limit: int
) -> Sequence[AuditEntry]:
    """The audit trail, newest first; `before` is the id of the last entry already read."""
    statement = select(AuditEntry)
    if subject_id:
        statement = statement.where(AuditEntry.subject_id == subject_id)
    if before:
        statement = statement.where(AuditEntry.id < before)
    return scope.session.scalars(statement.order_by(AuditEntry.id.desc()).limit(limit)).all()


def get_overview(scope: Scope) -> Overview:
    """What the start page shows."""
    invoice, work_order, source = table_of(Invoice), table_of(WorkOrder), table_of(InvoiceSource)
    business, _ = get_business(scope)
    today = business.today(scope.now)
    own = invoice.c.tenant_id == scope.tenant_id
    is_open = and_(invoice.c.status == "ISSUED", invoice.c.balance_due > 0)
    rows = scope.session.execute(
        select(
            invoice.c.currency,
            func.coalesce(func.sum(invoice.c.balance_due).filter(is_open), 0),
            func.coalesce(func.sum(invoice.c.balance_due).filter(is_open, invoice.c.due_date < today), 0),
            func.count().filter(invoice.c.status == "DRAFT"),
            func.count().filter(invoice.c.status == "ISSUED"),
        )
        .where(own)
        .group_by(invoice.c.currency)
        .order_by(invoice.c.currency)
    ).all()
    ready = scope.session.scalar(
        select(func.count()).where(
            work_order.c.tenant_id == scope.tenant_id,
            work_order.c.status == "COMPLETED",
            work_order.c.invoice_ready,
            ~select(source.c.invoice_id)
            .where(source.c.tenant_id == work_order.c.tenant_id, source.c.source_type == "WORK_ORDER")
            .where(source.c.source_id == work_order.c.id)
            .exists(),
        )
    )
    return Overview(
        drafts=sum(int(r[3]) for r in rows),
        issued=sum(int(r[4]) for r in rows),
        ready_work_orders=int(ready or 0),
        standings=tuple(CurrencyStanding(r[0], int(r[1]), int(r[2]), int(r[3])) for r in rows),
    )
