"""Reading invoices: one in full, lists, and the rows that actions decide on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Table, and_, bindparam, func, or_, select

from billhead import money
from billhead.access.scope import Scope
from billhead.billing_rules.rules import DeliveryMethod
from billhead.invoices import rules
from billhead.invoices.authorizations import WORK_ORDER as WORK_ORDER
from billhead.invoices.authorizations import Authorization, read_authorization, with_authorizations
from billhead.invoices.drafts import DraftFacts, LiveDraft, fee_rows, header_totals, line_totals, tax_rows
from billhead.invoices.rules import DraftLine, InvoiceStatus, Traceability
from billhead.invoices.tables import Invoice, InvoiceLine, InvoiceSource
from billhead.refusal import Blocker, Fault, FaultCode, Malformed, NotFound
from billhead.storage.columns import Minor
from billhead.storage.listing import Page, page_of, read_cursor, searchable
from billhead.storage.tables import table_of
from billhead.tenants.queries import get_business
from billhead.work_orders.rules import LineDiscount, LineDiscountKind


def _in_order(table: Table) -> Select[*tuple[Any, ...]]:
    own = (table.c.tenant_id == bindparam("tenant"), table.c.invoice_id == bindparam("invoice"))
    return select(table).where(*own).order_by(table.c.position)


# Every issue runs these: built once, because building a statement costs more than running it.
_INVOICE = table_of(Invoice)
_HEADER = select(_INVOICE).where(_INVOICE.c.tenant_id == bindparam("tenant"), _INVOICE.c.id == bindparam("invoice"))
_HEADER_LOCKED = _HEADER.with_for_update()
_LINES, _SOURCES = _in_order(table_of(InvoiceLine)), with_authorizations(_in_order(table_of(InvoiceSource)))


@dataclass(frozen=True, slots=True)
class LineView:
    """One line with its money, minor units."""

    position: int
    line_id: str
    kind: str
    service_id: UUID | None
    description: str
    quantity: Decimal
    unit_price: Decimal
    taxable: bool
    tax_region: str | None
    location_id: UUID | None
    amount: int
    discount: int
    net: int
    tax: int
    gross: int


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source and its traceability as stored or, for a draft, as it is now."""

    source_type: str
    source_id: UUID
    traceability: Traceability
    authorization: Authorization | None


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """What a draft's rows hold, as far as it may differ from what the draft is now."""

    amounts: Mapping[int, tuple[int, int, int, int, int]]
    traces: tuple[Traceability, ...]


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice in full. For a draft, everything that may still change is as it is now."""

    header: Row  # type: ignore[type-arg]
    status: InvoiceStatus
    invoice_date: date
    due_date: date
    totals: dict[str, int]
    tax_breakdown: list[dict[str, object]]
    fee_breakdown: list[dict[str, object]]
    lines: tuple[LineView, ...]
    sources: tuple[SourceView, ...]
    policy: rules.IssuancePolicy
    po_number: str | None
    blockers: tuple[Blocker, ...]
    flags: tuple[str, ...]
    allowed_actions: tuple[str, ...]
    live: LiveDraft | None
    stored: StoredDraft | None


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """What a list shows; None means any. Dates are invoice dates, both included."""

    status: InvoiceStatus | None = None
    client_id: UUID | None = None
    kind: rules.InvoiceKind | None = None
    date_from: date | None = None
    date_to: date | None = None
    text: str | None = None
    overdue: bool | None = None


SORTS = {
    "created": Invoice.id,
    "date": Invoice.invoice_date,
    "number": Invoice.number,
    "client": Invoice.client_order,
    "total": Invoice.grand_total,
}


def find_invoice_row(scope: Scope, invoice_id: UUID, *, lock: bool = False) -> Row | None:  # type: ignore[type-arg]
    """The header's row; `lock` holds it to the end of the transaction (PostgreSQL; SQLite has one writer)."""
    statement = _HEADER_LOCKED if lock else _HEADER
    return scope.run(statement, {"tenant": scope.tenant_id, "invoice": invoice_id}).one_or_none()


def get_invoice_row(scope: Scope, invoice_id: UUID, *, lock: bool = False) -> Row:  # type: ignore[type-arg]
    """The header's row."""
    row = find_invoice_row(scope, invoice_id, lock=lock)
    if row is None:
        raise NotFound("INVOICE_NOT_FOUND", "There is no such invoice.")
    return row


def list_line_rows(scope: Scope, invoice_id: UUID) -> Sequence[Row]:  # type: ignore[type-arg]
    """The lines' rows in order."""
    return scope.run(_LINES, {"tenant": scope.tenant_id, "invoice": invoice_id}).all()


def list_sources(scope: Scope, invoice_id: UUID) -> tuple[SourceView, ...]:
    """Where the invoice comes from, in order."""
    rows = scope.run(_SOURCES, {"tenant": scope.tenant_id, "invoice": invoice_id})
    return tuple(
        SourceView(r.source_type, r.source_id, read_traceability(r.traceability), read_authorization(r)) for r in rows
    )


def get_invoice(scope: Scope, invoice_id: UUID, facts: DraftFacts | None = None) -> InvoiceView:
    """One invoice in full."""
    return view_invoice(scope, get_invoice_row(scope, invoice_id), facts)


def find_by_source(scope: Scope, source_type: str, source_id: UUID) -> UUID | None:
    """The invoice of a source: the live one, else the newest of the void ones."""
    table = table_of(InvoiceSource)
    return scope.session.scalars(
        select(table.c.invoice_id)
        .where(
            table.c.tenant_id == scope.tenant_id,
            table.c.source_type == source_type,
            table.c.source_id == source_id,
        )
        .order_by(table.c.live.desc(), table.c.invoice_id.desc())
        .limit(1)
    ).first()


def sum_owed_by(scope: Scope, client_id: UUID, currency: str) -> int:
    """What a client owes on issued invoices, in minor units of `currency`; summed here, as it may leave 64 bits."""
    table = table_of(Invoice)
    balances = scope.session.scalars(
        select(table.c.balance_due).where(
            table.c.tenant_id == scope.tenant_id, table.c.client_id == client_id, table.c.currency == currency,
            table.c.status == InvoiceStatus.ISSUED,
        )
    )  # fmt: skip
    return sum(balances)


def view_invoice(scope: Scope, header: Row, facts: DraftFacts | None = None) -> InvoiceView:  # type: ignore[type-arg]
    """The full view behind a header's row."""
    status = InvoiceStatus(header.status)
    line_rows, sources = list_line_rows(scope, header.id), list_sources(scope, header.id)
    live, stored = None, None
    if status is InvoiceStatus.DRAFT:
        facts = facts or DraftFacts.gather(scope)
        live = facts.revive(
            header.client_id, header.currency, [draft_line(r) for r in line_rows], [s.traceability for s in sources],
            {s.source_id: s.authorization for s in sources if s.authorization},
        )  # fmt: skip
    if live:
        stored = StoredDraft(
            {r.position: (r.amount, r.discount, r.net, r.tax, r.gross) for r in line_rows},
            tuple(s.traceability for s in sources),
        )
        money_by_line = line_totals(live.totals)
        lines = tuple(_line_view(r, money_by_line[line_key(r.position)]) for r in line_rows)
        sources = tuple(replace(s, traceability=t) for s, t in zip(sources, live.traces, strict=True))
        totals, taxes, fees = header_totals(live.totals), tax_rows(live.totals), fee_rows(live.totals)
        invoice_date, due, policy, blockers = live.invoice_date, live.due_date, live.policy, live.blockers
        po_number = live.po_number
        flags: tuple[str, ...] = ()
    else:
        lines = tuple(_line_view(r, r._mapping) for r in line_rows)
        totals = {name: getattr(header, name) for name in _TOTALS}
        taxes, fees = header.tax_breakdown, header.fee_breakdown
        invoice_date, due, blockers = header.invoice_date, header.due_date, ()
        business, _ = get_business(scope)
        policy, po_number = _past_policy(header), header.po_number
        flags = rules.flags_of(status, header.balance_due, header.grand_total, due, business.today(scope.now))
    return InvoiceView(
        header, status, invoice_date, due, totals, taxes, fees, lines, sources, policy, po_number, blockers, flags,
        allowed_actions(scope, status, blockers, sources), live, stored,
    )  # fmt: skip


def issued_view(scope: Scope, draft: InvoiceView, header: Row) -> InvoiceView:  # type: ignore[type-arg]
    """A draft that was issued in this transaction, without reading it again."""
    return replace(
        draft, header=header, status=InvoiceStatus.ISSUED, policy=_past_policy(header), blockers=(),
        allowed_actions=allowed_actions(scope, InvoiceStatus.ISSUED, (), draft.sources), live=None, stored=None,
    )  # fmt: skip


def _past_policy(header: Row) -> rules.IssuancePolicy:  # type: ignore[type-arg]
    """The policy that an invoice past its draft was issued under, by name."""
    return rules.IssuancePolicy(header.policy_version, False, False, DeliveryMethod(header.delivery_method), ())


_TOTALS = ("subtotal", "discount_total", "fee_total", "net_total", "tax_total", "grand_total", "balance_due")


def allowed_actions(
    scope: Scope, status: InvoiceStatus, blockers: Sequence[Blocker], sources: Sequence[SourceView]
) -> tuple[str, ...]:
    """What this actor may do to this invoice now; screens offer exactly this."""
    offers = {
        "ISSUE": status is InvoiceStatus.DRAFT and not blockers and scope.may("billing:invoice:issue"),
        "DISCARD": status is InvoiceStatus.DRAFT and scope.may("billing:invoice:void"),
        "VOID": status is InvoiceStatus.ISSUED and scope.may("billing:invoice:void"),
        "REBILL": status is InvoiceStatus.VOID and bool(sources) and scope.may("billing:invoice:rebill"),
        "DOWNLOAD_PDF": True,
    }
    return tuple(action for action, offered in offers.items() if offered)


def list_invoices(
    scope: Scope, wanted: InvoiceFilter, *, sort: str, descending: bool, limit: int, after: str | None
) -> Page[Row]:  # type: ignore[type-arg]
    """One page of headers. Text finds numbers, client names and references by any part of them."""
    table = table_of(Invoice)
    column = table.c[SORTS[sort].key]
    statement = select(table).where(table.c.tenant_id == scope.tenant_id, *_conditions(scope, wanted))
    if sort == "number":
        statement = statement.where(table.c.number.is_not(None))
    if after is not None:
        statement = statement.where(_beyond(column, table.c.id, after, descending))
    order = (column.desc(), table.c.id.desc()) if descending else (column, table.c.id)
    rows = scope.session.execute(statement.order_by(*order).limit(limit + 1)).all()
    return page_of(rows, limit, lambda row: row, lambda row: (str(getattr(row, column.key)), str(row.id)))


def _conditions(scope: Scope, wanted: InvoiceFilter) -> list:  # type: ignore[type-arg]
    table = table_of(Invoice)
    conditions = []
    if wanted.status:
        conditions.append(table.c.status == wanted.status)
    if wanted.client_id:
        conditions.append(table.c.client_id == wanted.client_id)
    if wanted.kind:
        conditions.append(table.c.kind == wanted.kind)
    if wanted.date_from:
        conditions.append(table.c.invoice_date >= wanted.date_from)
    if wanted.date_to:
        conditions.append(table.c.invoice_date <= wanted.date_to)
    if wanted.text and (words := searchable(wanted.text).split()):
        conditions += [table.c.search_text.contains(word, autoescape=True) for word in words]
    if wanted.overdue:
        business, _ = get_business(scope)
        today = business.today(scope.now)
        conditions.append(
            and_(table.c.status == InvoiceStatus.ISSUED, table.c.balance_due > 0, table.c.due_date < today)
        )
    return conditions


def _beyond(column, id_column, after: str, descending: bool):  # type: ignore[no-untyped-def]
    value, row_id = read_cursor(after, 2)
    place: object
    try:
        python_type = int if isinstance(column.type, Minor) else column.type.python_type
        place = UUID(value) if python_type is UUID else date.fromisoformat(value) if python_type is date else (
            int(value) if python_type is int else value)  # fmt: skip
        last = UUID(row_id)
        if isinstance(place, int) and abs(place) > money.MAX_AMOUNT:
            raise ValueError
    except ValueError as error:
        errors = {"after": Fault(FaultCode.UNKNOWN_REFERENCE, "is no `next` of a page of this list")}
        raise Malformed("INVALID_CURSOR", "The list cannot go on from there.", field_errors=errors) from error
    if descending:
        return or_(column < place, and_(column == place, id_column < last))
    return or_(column > place, and_(column == place, id_column > last))


def count_by_status(scope: Scope) -> dict[InvoiceStatus, int]:
    """How many invoices the tenant has in each status."""
    table = table_of(Invoice)
    counting = select(table.c.status, func.count()).where(table.c.tenant_id == scope.tenant_id).group_by(table.c.status)
    found = {InvoiceStatus(row[0]): int(row[1]) for row in scope.session.execute(counting)}
    return {status: found.get(status, 0) for status in InvoiceStatus}


def line_key(position: int) -> str:
    """The key that ties a line's money to its row."""
    return f"{position:06d}"


def draft_line(row: Row) -> DraftLine:  # type: ignore[type-arg]
    """The line behind a row, before its money is reckoned."""
    return DraftLine(
        key=line_key(row.position), source_position=row.source_position, source_line_id=row.source_line_id,
        kind=row.kind, service_id=row.service_id, description=row.description, quantity=row.quantity,
        unit_price=row.unit_price, taxable=row.taxable, tax_region=row.tax_region,
        tax_category=row.tax_category, location_id=row.location_id,
        discounts=tuple(LineDiscount(LineDiscountKind(d["kind"]), Decimal(d["value"])) for d in row.discounts),
    )  # fmt: skip


def _line_view(row: Row, amounts) -> LineView:  # type: ignore[type-arg,no-untyped-def]
    return LineView(
        row.position, row.source_line_id, row.kind, row.service_id, row.description, row.quantity, row.unit_price,
        row.taxable, row.tax_region, row.location_id, amounts["amount"], amounts["discount"], amounts["net"],
        amounts["tax"], amounts["gross"],
    )  # fmt: skip


def traceability_document(trace: Traceability) -> dict[str, object]:
    """The snapshot of BILL-DEC-004 in its canonical names, as stored and sent."""
    return {
        "sourceWorkOrderId": str(trace.source_work_order_id),
        "sourceBillableScopeSnapshotId": str(trace.source_billable_scope_snapshot_id),
        "sourceSchemaVersion": trace.source_schema_version,
        "sourceEstimateId": str(trace.source_estimate_id) if trace.source_estimate_id else None,
        "sourceEstimateVersionId": str(trace.source_estimate_version_id) if trace.source_estimate_version_id else None,
        "sourceApprovalIds": [str(i) for i in trace.source_approval_ids],
        "artifactRefs": [dict(ref) for ref in trace.artifact_refs],
    }


def read_traceability(document: dict[str, object]) -> Traceability:
    """The snapshot behind a stored document."""
    estimate, version = document["sourceEstimateId"], document["sourceEstimateVersionId"]
    approvals, artifacts = document["sourceApprovalIds"], document["artifactRefs"]
    assert isinstance(approvals, list)
    assert isinstance(artifacts, list)
    return Traceability(
        UUID(str(document["sourceWorkOrderId"])),
        UUID(str(document["sourceBillableScopeSnapshotId"])),
        str(document["sourceSchemaVersion"]),
        UUID(str(estimate)) if estimate else None,
        UUID(str(version)) if version else None,
        tuple(UUID(i) for i in approvals),
        tuple(artifacts),
    )
