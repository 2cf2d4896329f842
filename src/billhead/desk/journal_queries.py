"""The journal out of the event stream and the invoices as they were frozen at issue."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, and_, or_, select

from billhead.access.scope import Scope
from billhead.desk.journal import ENTRY_RULES, Booked, InvoiceFacts, JournalEntry, TaxAmount, book
from billhead.invoices.events import InvoiceIssued
from billhead.invoices.tables import Invoice
from billhead.refusal import Fault, FaultCode, Malformed, TooLarge
from billhead.storage.tables import OutboxEvent, table_of
from billhead.tenants.queries import get_business

MAX_DAYS = 366
MAX_ENTRIES = 100_000
_EVENT, _INVOICE = table_of(OutboxEvent), table_of(Invoice)
_COLUMNS = (
    _EVENT.c.id.label("event_id"), _EVENT.c.type, _EVENT.c.position, _EVENT.c.occurred_at, _INVOICE.c.id,
    _INVOICE.c.number, _INVOICE.c.client_id, _INVOICE.c.currency, _INVOICE.c.invoice_date,
    _INVOICE.c.prices_include_tax, _INVOICE.c.net_total, _INVOICE.c.tax_total, _INVOICE.c.grand_total,
    _INVOICE.c.tax_breakdown, _INVOICE.c.fee_breakdown,
)  # fmt: skip


def list_entries(scope: Scope, *, after: int, limit: int) -> list[JournalEntry]:
    """Up to `limit` entries of published events behind position `after`, in the order of the stream."""
    return _entries(scope, [_EVENT.c.position > after], limit)


def list_entries_between(scope: Scope, date_from: date, date_to: date) -> list[JournalEntry]:
    """Every entry booked on a day from `date_from` to `date_to`, in the order of the stream.

    Malformed when the days are not in order or more than a year apart; TooLarge above `MAX_ENTRIES`.
    """
    if not date_from <= date_to <= date_from + timedelta(days=MAX_DAYS):
        words = f"is a day from dateFrom on, at most {MAX_DAYS} days later"
        errors = {"dateTo": Fault(FaultCode.NOT_LATER, words)}
        raise Malformed("INVALID_REQUEST", "The journal cannot be read.", field_errors=errors)
    business, _ = get_business(scope)
    begin, end = (
        datetime.combine(day, time(), ZoneInfo(business.time_zone)) for day in (date_from, date_to + timedelta(days=1))
    )
    is_issue = _EVENT.c.type == InvoiceIssued.type
    within = or_(
        and_(is_issue, _INVOICE.c.invoice_date.between(date_from, date_to)),
        and_(~is_issue, _EVENT.c.occurred_at >= begin, _EVENT.c.occurred_at < end),
    )
    found = _entries(scope, [_EVENT.c.position.is_not(None), within], MAX_ENTRIES + 1)
    if len(found) > MAX_ENTRIES:
        raise TooLarge("JOURNAL_TOO_LONG", f"These are more than {MAX_ENTRIES} entries. Ask for fewer days.")
    return found


def _entries(scope: Scope, wanted: Sequence[ColumnElement[bool]], limit: int) -> list[JournalEntry]:
    business, _ = get_business(scope)
    rows = scope.session.execute(
        select(*_COLUMNS)
        .join(_INVOICE, and_(_INVOICE.c.tenant_id == _EVENT.c.tenant_id, _INVOICE.c.id == _EVENT.c.subject_id))
        .where(_EVENT.c.tenant_id == scope.tenant_id, _EVENT.c.type.in_(sorted(ENTRY_RULES)))
        .where(_INVOICE.c.number.is_not(None), *wanted)
        .order_by(_EVENT.c.position)
        .limit(limit)
    )
    return [
        book(Booked(row.event_id, row.type, row.position, business.today(row.occurred_at), _facts(row))) for row in rows
    ]


def _facts(row: Row) -> InvoiceFacts:  # type: ignore[type-arg]
    invoice_id: UUID = row.id
    fees = sum(fee["amount"] - (fee["tax"] if row.prices_include_tax else 0) for fee in row.fee_breakdown)
    taxes = tuple(TaxAmount(tax["region"], tax["component"], tax["amount"]) for tax in row.tax_breakdown)
    return InvoiceFacts(
        invoice_id, row.number, row.client_id, row.currency, row.invoice_date, row.net_total, fees, row.tax_total,
        row.grand_total, taxes,
    )  # fmt: skip
