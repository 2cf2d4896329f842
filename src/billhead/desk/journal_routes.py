"""The journal for accounting systems: as JSON along the event stream, as CSV by days."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from billhead import money
from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import PageSize, WireModel
from billhead.desk import journal
from billhead.desk.journal import EntryKind, JournalEntry
from billhead.desk.journal_queries import list_entries, list_entries_between
from billhead.tenants.queries import get_accounts
from billhead.tenants.rules import ChosenAccounts, LedgerAccount

router = Router(tags=["Accounting"])
_VIEW = "billing:accounting:view"


class JournalLineBody(WireModel):
    """Either `debit` or `credit` is above 0, integer minor units. A tax line names its region and component."""

    account: str
    purpose: LedgerAccount
    debit: int
    credit: int
    region: str | None
    component: str | None


class JournalEntryBody(WireModel):
    """One event that moved money; `entryId` is the event's id, so an entry that is read twice can be told."""

    entry_id: UUID
    sequence: int
    date: date
    kind: EntryKind
    document_number: str
    invoice_id: UUID
    client_id: UUID
    currency: str
    lines: list[JournalLineBody]


class JournalBody(WireModel):
    """`next` is the `after` of the following call, also when nothing is there yet."""

    items: list[JournalEntryBody]
    next: int


@router.get("/billing/accounting/journal")
def get_journal(
    scope: Annotated[Scope, needs(_VIEW)],
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: PageSize = 100,
) -> JournalBody:
    """What is to be booked, in the order in which it happened."""
    entries, accounts = list_entries(scope, after=after, limit=limit), get_accounts(scope)
    items = [_entry_body(entry, accounts) for entry in entries]
    return JournalBody(items=items, next=items[-1].sequence if items else after)


@router.get(
    "/billing/accounting/journal.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def get_journal_csv(
    scope: Annotated[Scope, needs(_VIEW)],
    date_from: Annotated[date, Query(alias="dateFrom")],
    date_to: Annotated[date, Query(alias="dateTo")],
) -> Response:
    """The same as CSV (RFC 4180, UTF-8), one row for each line; amounts in major units with a decimal point."""
    accounts, text = get_accounts(scope), StringIO()
    writer = csv.writer(text)
    writer.writerow(journal.COLUMNS)
    for entry in list_entries_between(scope, date_from, date_to):
        currency = money.CURRENCIES[entry.booked.invoice.currency]

        def show(amount: int, exponent: int = currency.exponent) -> str:
            return f"{Decimal(amount).scaleb(-exponent):f}"

        writer.writerows(journal.csv_rows(entry, accounts.numbers, show))
    name = f"journal-{date_from.isoformat()}-{date_to.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _entry_body(entry: JournalEntry, accounts: ChosenAccounts) -> JournalEntryBody:
    invoice = entry.booked.invoice
    return JournalEntryBody(
        entry_id=entry.booked.event_id, sequence=entry.booked.position, date=entry.day, kind=entry.kind,
        document_number=invoice.number, invoice_id=invoice.invoice_id, client_id=invoice.client_id,
        currency=invoice.currency,
        lines=[
            JournalLineBody(
                account=accounts.numbers[line.account], purpose=line.account, debit=line.debit, credit=line.credit,
                region=line.region, component=line.component,
            )
            for line in entry.lines
        ],
    )  # fmt: skip
