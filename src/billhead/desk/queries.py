"""Reads across slices: the proof of a number series, the event stream, the audit trail, the start page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Exists, Integer, Select, and_, func, literal, or_, select, type_coerce
from sqlalchemy.sql.functions import FunctionElement

from billhead.access.scope import Scope
from billhead.invoices.tables import Invoice, InvoiceSource
from billhead.storage.listing import Page
from billhead.storage.numbering import PeriodAudit, audit_ledger
from billhead.storage.tables import AuditEntry, NumberEntry, table_of
from billhead.tenants.queries import get_business, get_number_series
from billhead.work_orders import queries as work_orders
from billhead.work_orders.queries import WorkOrderFilter, WorkOrderSummary
from billhead.work_orders.tables import WorkOrder

_HALF = 32


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


def list_work_orders(
    scope: Scope, wanted: WorkOrderFilter, *, invoiced: bool | None, after: str | None, limit: int
) -> Page[WorkOrderSummary]:
    """Work orders, newest first; `invoiced` only those with an invoice or a draft of one, or only those without."""

    def narrowed(statement: Select[WorkOrder]) -> Select[WorkOrder]:
        if invoiced is None:
            return statement
        return statement.where(_has_invoice() if invoiced else ~_has_invoice())

    return work_orders.list_work_orders(scope, wanted, after=after, limit=limit, narrowed=narrowed)


def _has_invoice() -> Exists:
    """Whether a work order was ever invoiced to its client or is drafted; a discarded draft leaves nothing."""
    work_order, source, invoice = table_of(WorkOrder), table_of(InvoiceSource), table_of(Invoice)
    return (
        select(source.c.invoice_id)
        .join(invoice, and_(invoice.c.tenant_id == source.c.tenant_id, invoice.c.id == source.c.invoice_id))
        .where(or_(source.c.live, invoice.c.client_id == work_order.c.client_id))
        .where(source.c.tenant_id == work_order.c.tenant_id, source.c.source_type == "WORK_ORDER")
        .where(source.c.source_id == work_order.c.id)
        .correlate(work_order)
        .exists()
    )


def get_overview(scope: Scope) -> Overview:
    """What the start page shows."""
    invoice, work_order = table_of(Invoice), table_of(WorkOrder)
    business, _ = get_business(scope)
    today = business.today(scope.now)
    own = invoice.c.tenant_id == scope.tenant_id
    is_open = and_(invoice.c.status == "ISSUED", invoice.c.balance_due > 0)
    halves = _halves_of_sum(invoice.c.balance_due)
    rows = scope.session.execute(
        select(
            invoice.c.currency,
            *(half.filter(is_open) for half in halves),
            *(half.filter(is_open, invoice.c.due_date < today) for half in halves),
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
            ~_has_invoice(),
        )
    )
    return Overview(
        drafts=sum(int(r[5]) for r in rows),
        issued=sum(int(r[6]) for r in rows),
        ready_work_orders=int(ready or 0),
        standings=tuple(CurrencyStanding(r[0], _whole(r[1], r[2]), _whole(r[3], r[4]), int(r[5])) for r in rows),
    )


def _halves_of_sum(amount: ColumnElement[int]) -> tuple[FunctionElement[int], FunctionElement[int]]:
    """The sums of the upper and the lower 32 bits: SQLite ends with an error where a sum leaves 64 bits."""
    plain = type_coerce(amount, BigInteger)
    return func.sum(plain.bitwise_rshift(literal(_HALF, Integer))), func.sum(plain.bitwise_and((1 << _HALF) - 1))


def _whole(upper: int | None, lower: int | None) -> int:
    return (int(upper or 0) << _HALF) + int(lower or 0)
