"""Journal entries for an accounting system, one per event that moves money: double entry, each balanced.

In: what is booked, as facts. Out: a `JournalEntry`. Nothing here reads a database. `ENTRY_RULES` is the one table of
which event is booked how; an event that is not in it moves no money.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from billhead.invoices.events import InvoiceIssued, InvoiceVoided
from billhead.tenants.rules import LedgerAccount


class EntryKind(StrEnum):
    """What a journal entry books."""

    INVOICE_ISSUED = "INVOICE_ISSUED"
    INVOICE_VOIDED = "INVOICE_VOIDED"


@dataclass(frozen=True, slots=True)
class TaxAmount:
    """What an invoice comes to in one component of one region's tax, minor units; None where nothing is charged."""

    region: str | None
    component: str | None
    amount: int


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """The money of an issued invoice, minor units. `fee_total` is net of tax; all of them are frozen at issue."""

    invoice_id: UUID
    number: str
    client_id: UUID
    currency: str
    invoice_date: date
    net_total: int
    fee_total: int
    tax_total: int
    grand_total: int
    taxes: tuple[TaxAmount, ...]


@dataclass(frozen=True, slots=True)
class Booked:
    """An event that moves money: its place in the stream and the business day it happened on."""

    event_id: UUID
    event_type: str
    position: int
    day: date
    invoice: InvoiceFacts


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One side of an entry: either debit or credit is above 0, the other is 0; minor units."""

    account: LedgerAccount
    debit: int
    credit: int
    region: str | None = None
    component: str | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One booking in one currency; its lines' debits and credits come to the same sum."""

    booked: Booked
    kind: EntryKind
    day: date
    lines: tuple[JournalLine, ...]

    def __post_init__(self) -> None:
        if sum(line.debit for line in self.lines) != sum(line.credit for line in self.lines):
            raise ValueError(f"the entry of event {self.booked.event_id} does not balance")


def book(booked: Booked) -> JournalEntry:
    """The entry of an event of a type in `ENTRY_RULES`."""
    return ENTRY_RULES[booked.event_type](booked)


def _book_issue(booked: Booked) -> JournalEntry:
    """The client owes the total; revenue and fees are earned, each tax component is owed to its authority."""
    lines = tuple(_issue_lines(booked.invoice))
    return JournalEntry(booked, EntryKind.INVOICE_ISSUED, booked.invoice.invoice_date, lines)


def _book_void(booked: Booked) -> JournalEntry:
    """The issue turned round, on the day of the void: what was booked stays booked."""
    lines = tuple(
        JournalLine(line.account, line.credit, line.debit, line.region, line.component)
        for line in _issue_lines(booked.invoice)
    )
    return JournalEntry(booked, EntryKind.INVOICE_VOIDED, booked.day, lines)


def _issue_lines(invoice: InvoiceFacts) -> Iterator[JournalLine]:
    if sum(tax.amount for tax in invoice.taxes) != invoice.tax_total:
        raise ValueError(f"the tax components of invoice {invoice.invoice_id} are not its tax")
    yield from _debit(LedgerAccount.RECEIVABLES, invoice.grand_total)
    yield from _credit(LedgerAccount.REVENUE, invoice.net_total - invoice.fee_total)
    yield from _credit(LedgerAccount.FEES, invoice.fee_total)
    for tax in _by_component(invoice.taxes):
        yield from _credit(LedgerAccount.TAX_PAYABLE, tax.amount, tax.region, tax.component)


def _by_component(taxes: Iterable[TaxAmount]) -> Iterator[TaxAmount]:
    """One amount per region and component: a component at two rates is owed in one sum."""
    sums: dict[tuple[str | None, str | None], int] = {}
    for tax in taxes:
        place = (tax.region, tax.component)
        sums[place] = sums.get(place, 0) + tax.amount
    for (region, component), amount in sums.items():
        yield TaxAmount(region, component, amount)


def _debit(account: LedgerAccount, amount: int) -> Iterator[JournalLine]:
    yield from _credit(account, -amount)


def _credit(
    account: LedgerAccount, amount: int, region: str | None = None, component: str | None = None
) -> Iterator[JournalLine]:
    """A line for an amount that is not 0; a negative one stands on the other side."""
    if amount:
        yield JournalLine(account, max(-amount, 0), max(amount, 0), region, component)


ENTRY_RULES: Mapping[str, Callable[[Booked], JournalEntry]] = {
    InvoiceIssued.type: _book_issue,
    InvoiceVoided.type: _book_void,
}


COLUMNS = (
    "entryId", "sequence", "date", "kind", "documentNumber", "invoiceId", "clientId", "account", "purpose", "region",
    "component", "debit", "credit", "currency",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_rows(
    entry: JournalEntry, numbers: Mapping[LedgerAccount, str], show: Callable[[int], str]
) -> Iterator[Sequence[str]]:
    """The lines of an entry as rows of `COLUMNS`; `show` writes minor units, an empty cell is no amount.

    What people typed never begins like a formula: spreadsheets would run it.
    """
    invoice = entry.booked.invoice
    for line in entry.lines:
        yield (
            str(entry.booked.event_id), str(entry.booked.position), entry.day.isoformat(), entry.kind,
            _as_text(invoice.number), str(invoice.invoice_id), str(invoice.client_id), _as_text(numbers[line.account]),
            line.account, _as_text(line.region or ""), _as_text(line.component or ""),
            show(line.debit) if line.debit else "", show(line.credit) if line.credit else "", invoice.currency,
        )  # fmt: skip


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
