"""Use cases of invoices: draft, issue, void, discard, rebill."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from billhead import money
from billhead.access.elevation import ElevatedAction, spend_elevation
from billhead.access.scope import Scope
from billhead.invoices import documents, rules
from billhead.invoices.authorizations import Authorization as Authorization
from billhead.invoices.authorizations import are_on_one_draft as are_on_one_draft
from billhead.invoices.authorizations import find_authorization, write_authorization
from billhead.invoices.documents import DocumentData as DocumentData
from billhead.invoices.documents import FrozenDocument
from billhead.invoices.documents import get_document_data as get_document_data
from billhead.invoices.drafting import find_invoiced, is_taken, search_text, write_draft, write_rebill
from billhead.invoices.drafts import DraftFacts
from billhead.invoices.events import DraftDiscarded, InvoiceIssued, InvoiceVoided
from billhead.invoices.queries import (
    WORK_ORDER,
    InvoiceView,
    find_by_source,
    get_invoice,
    get_invoice_row,
    issued_view,
    list_sources,
    traceability_document,
    view_invoice,
)
from billhead.invoices.rules import Command, InvoiceStatus
from billhead.invoices.tables import Invoice, InvoiceLine, InvoiceSource, IssuedDocument
from billhead.refusal import Conflict, Incomplete, Refusal
from billhead.storage.listing import name_order
from billhead.storage.numbering import take_numbers
from billhead.storage.tables import table_of
from billhead.tenants.actions import INVOICE_SERIES
from billhead.work_orders.queries import get_work_report

_INVOICE = table_of(Invoice)
_ISSUE_DRAFT = (
    update(_INVOICE)
    .where(_INVOICE.c.tenant_id == bindparam("tenant"), _INVOICE.c.id == bindparam("invoice"))
    .where(_INVOICE.c.version == bindparam("drafted_version"), _INVOICE.c.status == InvoiceStatus.DRAFT)
    .returning(_INVOICE)
)
_KEEP_DOCUMENT = insert(table_of(IssuedDocument))

_EXISTS = {
    InvoiceStatus.ISSUED: "INVOICE_ALREADY_ISSUED",
    InvoiceStatus.PAID: "INVOICE_ALREADY_PAID",
    InvoiceStatus.VOID: "INVOICE_VOIDED",
}

MOST_TRIES = 10
"""Of writing a draft while others write drafts of some of the same work orders."""
_Written = TypeVar("_Written")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, and whether this call made it."""

    invoice: InvoiceView
    is_new: bool


def draft_from_work_order(scope: Scope, work_order_id: UUID) -> Drafted:
    """The draft of a finished work order (BILL-DEC-002): made once, found again by everybody after.

    Conflict with a `reasonCode` when the work is not ready or its invoice is issued, paid or void (a void one to
    another client counts for nothing); Incomplete with `missingFields` when client, currency or billable lines are
    missing.
    """
    if found := _existing_draft(scope, work_order_id):
        return Drafted(get_invoice(scope, found), is_new=False)
    facts = DraftFacts.gather(scope)

    def write() -> Drafted:
        if found := _existing_draft(scope, work_order_id):
            return Drafted(get_invoice(scope, found), is_new=False)
        return Drafted(get_invoice(scope, write_draft(scope, facts, work_order_id), facts), is_new=True)

    return _write_contended(scope, write)


def _write_contended(scope: Scope, write: Callable[[], _Written]) -> _Written:
    """Write a draft, again with what is left then, as often as others take some of its work orders meanwhile."""
    taken: IntegrityError | None = None
    for _ in range(MOST_TRIES):
        try:
            with scope.session.begin_nested():
                return write()
        except IntegrityError as error:
            if not is_taken(error):
                raise
            taken = error
    words = "Others are drafting invoices of these work orders at this moment. Try again."
    raise Conflict("DRAFTS_OVERLAP", words) from taken


def _existing_draft(scope: Scope, work_order_id: UUID) -> UUID | None:
    """The work order's draft; refuses when its invoice is past that."""
    found = find_by_source(scope, WORK_ORDER, work_order_id)
    if found is None:
        return None
    status = InvoiceStatus(get_invoice_row(scope, found).status)
    if status is InvoiceStatus.DRAFT:
        return found
    if status is InvoiceStatus.VOID:
        billed_to = get_work_report(scope, work_order_id).client_id
        found = find_invoiced(scope, [work_order_id], billed_to).get(work_order_id)
        if found is None:
            return None
    words = "This work order has an invoice already."
    raise Conflict("INVOICE_EXISTS", words, reason_code=_EXISTS[status], existing_id=str(found))


def issue_invoice(scope: Scope, invoice_id: UUID, elevation_token: str | None = None) -> InvoiceView:
    """Make a draft final: number, date, frozen document, one `InvoiceIssued` (BILL-DEC-001, -003).

    Conflict when it is no draft; Incomplete with the same blockers as in the detail.
    """
    facts = DraftFacts.gather(scope)
    return write_issue(scope, facts, [_plan_issue(scope, facts, invoice_id, elevation_token)])[0]


def write_issue(scope: Scope, facts: DraftFacts, ready: Sequence[InvoiceView]) -> list[InvoiceView]:
    """Write what was planned, and return the invoices as issued.

    The number series is locked last, with only inserts and updates by key behind it.
    """
    frozen = [documents.freeze(scope, view) for view in ready]
    numbers = take_numbers(
        scope.session, scope.tenant_id, INVOICE_SERIES, [("invoice", view.header.id) for view in ready],
        on=facts.today, now=scope.now,
    )  # fmt: skip
    return [
        _write_issued(scope, view, document, taken.number)
        for view, document, taken in zip(ready, frozen, numbers, strict=True)
    ]


def _plan_issue(scope: Scope, facts: DraftFacts, invoice_id: UUID, elevation_token: str | None = None) -> InvoiceView:
    header = get_invoice_row(scope, invoice_id, lock=True)
    rules.next_status(InvoiceStatus(header.status), Command.ISSUE)
    view = view_invoice(scope, header, facts)
    if view.blockers:
        _override(scope, view, elevation_token)
    return view


def _override(scope: Scope, view: InvoiceView, elevation_token: str | None) -> None:
    """Let somebody who may confirm that a draft is issued in spite of its blockers; refused for those that stand."""
    if elevation_token is None or not all(blocker.overridable for blocker in view.blockers):
        raise Incomplete("ISSUANCE_BLOCKED", "The invoice cannot be issued yet.", blockers=view.blockers)
    approver = spend_elevation(scope, elevation_token, ElevatedAction.INVOICE_ISSUE, str(view.header.id))
    scope.audit(
        "invoice.override-blockers", "invoice", view.header.id, policy_version=view.policy.policy_version,
        detail={"blockers": [blocker.code for blocker in view.blockers], "userId": str(approver.user_id)},
    )  # fmt: skip


def authorize_source(scope: Scope, source_type: str, source_id: UUID, decision: Authorization) -> None:
    """Keep a checkout's decision about a source's purchase order; it lands on the invoice when that is issued.

    Conflict `SOURCE_ALREADY_AUTHORIZED` when another checkout of the account decided before, `INVOICE_EXISTS` when it
    is too late.
    """
    found = find_by_source(scope, source_type, source_id)
    if found is not None and get_invoice_row(scope, found, lock=True).status in (
        InvoiceStatus.ISSUED, InvoiceStatus.PAID,
    ):  # fmt: skip
        words = "The work order is invoiced already."
        raise Conflict("INVOICE_EXISTS", words, reason_code="INVOICE_ALREADY_ISSUED", existing_id=str(found))
    try:
        with scope.session.begin_nested():
            write_authorization(scope, source_type, source_id, decision)
    except IntegrityError as error:
        known = find_authorization(scope, source_type, source_id, decision.account_id)
        if known is None:
            raise
        words = "Another checkout decided about this work order already."
        raise Conflict("SOURCE_ALREADY_AUTHORIZED", words, existing_id=str(known.checkout_id)) from error


def try_plan_issue(scope: Scope, facts: DraftFacts, invoice_id: UUID) -> InvoiceView | str:
    """The plan, or the code of the refusal; for runs, where one refusal does not stop the others."""
    try:
        return _plan_issue(scope, facts, invoice_id)
    except Refusal as refusal:
        return refusal.blockers[0].code if refusal.blockers else refusal.code


def _write_issued(scope: Scope, view: InvoiceView, document: FrozenDocument, number: str) -> InvoiceView:
    header, live = view.header, view.live
    assert live is not None
    _rewrite_changed_lines(scope, view)
    _freeze_changed_traces(scope, view)
    issued = scope.run(
        _ISSUE_DRAFT,
        {
            "tenant": scope.tenant_id, "invoice": header.id, "drafted_version": header.version,
            "status": InvoiceStatus.ISSUED, "version": header.version + 1, "number": number,
            "invoice_date": view.invoice_date, "due_date": view.due_date, "client_name": live.client.name,
            "client_order": name_order(live.client.name),
            "search_text": search_text(number, live.client.name, header.reference),
            "prices_include_tax": live.totals.policy.prices is money.PriceBasis.TAX_INCLUSIVE,
            "tax_breakdown": view.tax_breakdown, "fee_breakdown": view.fee_breakdown,
            "policy_version": view.policy.policy_version, "po_number": view.po_number,
            "delivery_method": view.policy.delivery_method, "issued_at": scope.now, "issued_by": scope.actor.key,
            "issued_by_user_id": scope.actor.user_id, **view.totals,
        },
    ).one_or_none()  # fmt: skip
    if issued is None:
        raise Conflict("INVOICE_NOT_DRAFT", "The invoice was changed meanwhile.", reason_code="INVOICE_ALREADY_ISSUED")
    scope.run(
        _KEEP_DOCUMENT,
        {"tenant_id": scope.tenant_id, "invoice_id": header.id, "created_at": scope.now,
         **documents.numbered(document, number)},
    )  # fmt: skip
    scope.record(
        InvoiceIssued(
            subject_id=header.id, subject_version=issued.version, invoice_number=number, client_id=header.client_id,
            currency=header.currency, grand_total=view.totals["grand_total"], invoice_date=view.invoice_date,
            due_date=view.due_date,
        )
    )  # fmt: skip
    scope.audit(
        "invoice.issue", "invoice", header.id, policy_version=view.policy.policy_version,
        detail={"number": number, "version": issued.version},
    )  # fmt: skip
    return issued_view(scope, view, issued)


def _rewrite_changed_lines(scope: Scope, view: InvoiceView) -> None:
    """Bring the lines' money to what is being issued; most drafts need nothing."""
    assert view.stored is not None
    table = table_of(InvoiceLine)
    for line in view.lines:
        now = {"amount": line.amount, "discount": line.discount, "net": line.net, "tax": line.tax, "gross": line.gross}
        if view.stored.amounts[line.position] != tuple(now.values()):
            scope.session.execute(
                update(table)
                .where(table.c.tenant_id == scope.tenant_id, table.c.invoice_id == view.header.id)
                .where(table.c.position == line.position)
                .values(**now)
            )


def _freeze_changed_traces(scope: Scope, view: InvoiceView) -> None:
    """Bring the sources' traceability to what is being issued."""
    assert view.stored is not None
    table = table_of(InvoiceSource)
    for position, (before, source) in enumerate(zip(view.stored.traces, view.sources, strict=True), start=1):
        if before != source.traceability:
            scope.session.execute(
                update(table)
                .where(table.c.tenant_id == scope.tenant_id, table.c.invoice_id == view.header.id)
                .where(table.c.position == position)
                .values(traceability=traceability_document(source.traceability))
            )


def refresh_drafts(scope: Scope, *, client_id: UUID | None, after: UUID | None, limit: int = 50) -> UUID | None:
    """Bring the stored totals of up to `limit` drafts to what they are now, for lists.

    Returns the id to go on after, None at the end. `client_id` None means every client's. A draft with the same
    totals and dates is left alone and keeps its version.
    """
    table = table_of(Invoice)
    wanted = select(table).where(table.c.tenant_id == scope.tenant_id, table.c.status == InvoiceStatus.DRAFT)
    if client_id:
        wanted = wanted.where(table.c.client_id == client_id)
    if after:
        wanted = wanted.where(table.c.id > after)
    headers = scope.session.execute(wanted.order_by(table.c.id).limit(limit).with_for_update()).all()
    facts = DraftFacts.gather(scope)
    for header in headers:
        _refresh_draft(scope, view_invoice(scope, header, facts))
    return headers[-1].id if len(headers) == limit else None


def _refresh_draft(scope: Scope, view: InvoiceView) -> None:
    header, live = view.header, view.live
    assert live is not None
    now = {**view.totals, "tax_breakdown": view.tax_breakdown, "fee_breakdown": view.fee_breakdown,
           "client_name": live.client.name, "client_order": name_order(live.client.name),
           "invoice_date": view.invoice_date, "due_date": view.due_date}  # fmt: skip
    if now == {name: getattr(header, name) for name in now}:
        return
    _rewrite_changed_lines(scope, view)
    table = table_of(Invoice)
    scope.session.execute(
        update(table)
        .where(table.c.tenant_id == scope.tenant_id, table.c.id == header.id)
        .values(
            version=header.version + 1, search_text=search_text(None, live.client.name, header.reference), **now
        )
    )  # fmt: skip


def void_invoice(scope: Scope, invoice_id: UUID, reason: str) -> InvoiceView:
    """Void an issued invoice: its number stays, its sources are free for `rebill_invoice`. A paid one is refused."""
    header = get_invoice_row(scope, invoice_id, lock=True)
    status = rules.next_status(InvoiceStatus(header.status), Command.VOID)
    version = header.version + 1
    table = table_of(Invoice)
    scope.session.execute(
        update(table)
        .where(table.c.tenant_id == scope.tenant_id, table.c.id == invoice_id, table.c.version == header.version)
        .values(status=status, version=version, balance_due=0, voided_at=scope.now, void_reason=reason)
    )
    _release_sources(scope, invoice_id)
    scope.record(
        InvoiceVoided(subject_id=invoice_id, subject_version=version, invoice_number=header.number, reason=reason)
    )
    scope.audit("invoice.void", "invoice", invoice_id, reason=reason, detail={"number": header.number})
    return get_invoice(scope, invoice_id)


def discard_draft(scope: Scope, invoice_id: UUID) -> None:
    """Remove a draft, so that its work order can be drafted anew. It never had a number, so none is missing."""
    header = get_invoice_row(scope, invoice_id, lock=True)
    if header.status != InvoiceStatus.DRAFT:
        words = "Only a draft can be discarded. Void an issued invoice."
        raise Conflict("INVOICE_NOT_DRAFT", words, reason_code=_EXISTS[InvoiceStatus(header.status)])
    for mapped in (InvoiceLine, InvoiceSource):
        table = table_of(mapped)
        scope.session.execute(
            delete(table).where(table.c.tenant_id == scope.tenant_id, table.c.invoice_id == invoice_id)
        )
    table = table_of(Invoice)
    scope.session.execute(delete(table).where(table.c.tenant_id == scope.tenant_id, table.c.id == invoice_id))
    scope.record(DraftDiscarded(subject_id=invoice_id, subject_version=header.version + 1))
    scope.audit("invoice.discard", "invoice", invoice_id, detail={"reference": header.reference})


def rebill_invoice(scope: Scope, invoice_id: UUID) -> InvoiceView:
    """A new draft for the sources of a void invoice; the explicit way after a void (DESIGN.md section 3).

    Sources that were reported for another client since, or cannot be billed now, are left out (`write_rebill`).
    """
    header = get_invoice_row(scope, invoice_id, lock=True)
    sources = list_sources(scope, invoice_id)
    if header.status != InvoiceStatus.VOID or not sources:
        words = "Only a void invoice made from work orders can be billed again."
        raise Conflict("INVOICE_NOT_VOID", words, reason_code="INVOICE_NOT_VOID")
    work_orders = [source.source_id for source in sources]
    facts = DraftFacts.gather(scope)
    rebilled, left_out = _write_contended(
        scope, lambda: write_rebill(scope, facts, work_orders, header.client_id, invoice_id)
    )
    detail: dict[str, object] = {"voided": str(invoice_id)}
    if left_out:
        detail["leftOut"] = sorted(map(str, left_out))
    scope.audit("invoice.rebill", "invoice", rebilled, detail=detail)
    return get_invoice(scope, rebilled, facts)


def _release_sources(scope: Scope, invoice_id: UUID) -> None:
    table = table_of(InvoiceSource)
    scope.session.execute(
        update(table).where(table.c.tenant_id == scope.tenant_id, table.c.invoice_id == invoice_id).values(live=False)
    )
