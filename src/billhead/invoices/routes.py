"""Invoices over HTTP (seed 004)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import StringConstraints
from sqlalchemy import Row

from billhead.access.http import Entry, Router, needs, open_reading
from billhead.access.scope import Scope
from billhead.access.wire import (
    After,
    Answer,
    BlockerBody,
    LinkBody,
    LongText,
    PageSize,
    SortDirection,
    WireModel,
    etag_of,
)
from billhead.billing_rules.rules import DeliveryMethod
from billhead.invoices import actions, queries
from billhead.invoices.printed import fee_net, printed_sums
from billhead.invoices.queries import InvoiceFilter, InvoiceView, LineView, SourceView
from billhead.invoices.rules import InvoiceKind, InvoiceStatus, PaymentState, flags_of, payment_state
from billhead.refusal import NotFound, Unavailable
from billhead.tenants.queries import get_business
from billhead.work_orders.actions import refresh_before

router = Router(tags=["Invoices"])


def _ask_work_execution(entry: Entry, arguments: Mapping[str, Any]) -> None:
    """Ask an outside work-execution system first; while it is away, a draft that exists is still found."""
    work_order_id = arguments["body"].work_order_id
    try:
        refresh_before(entry, work_order_id)
    except Unavailable:
        with open_reading(entry, "billing:invoice:create-draft") as scope:
            if queries.find_by_source(scope, queries.WORK_ORDER, work_order_id) is None:
                raise


class DraftBody(WireModel):
    work_order_id: UUID


class IssueBody(WireModel):
    """`elevationToken` is needed only where a blocker may be overridden by a second person."""

    elevation_token: Annotated[str, StringConstraints(max_length=500)] | None = None


class VoidBody(WireModel):
    reason: Annotated[LongText, StringConstraints(min_length=3, max_length=500)]


class LineBody(WireModel):
    """One line; money in minor units of the invoice's currency, `unitPrice` with up to twelve decimal places."""

    position: int
    line_id: str
    kind: str
    service_id: UUID | None
    description: str
    quantity: Decimal
    unit_price: Decimal
    taxable: bool
    tax_region: str | None
    amount: int
    discount: int
    net: int
    tax: int
    gross: int


class TaxRowBody(WireModel):
    """One component of one tax rate. Rows of one rate share their base."""

    region: str | None
    component: str | None
    rate: Decimal
    compound: bool
    base: int
    amount: int
    treatment: str
    reason: str | None


class FeeRowBody(WireModel):
    code: str
    name: str
    percent: Decimal | None
    base: int
    capped: bool
    amount: int
    tax: int
    net: int


class ArtifactRefBody(WireModel):
    artifact_ref_id: UUID
    type: str
    display_name: str
    content_type: str | None
    size_bytes: int | None
    created_at: datetime | None


class TraceabilityBody(WireModel):
    """Where a source's lines come from (BILL-DEC-004)."""

    source_work_order_id: UUID
    source_billable_scope_snapshot_id: UUID
    source_schema_version: str
    source_estimate_id: UUID | None
    source_estimate_version_id: UUID | None
    source_approval_ids: list[UUID]
    artifact_refs: list[ArtifactRefBody]
    links: list[LinkBody]


class IssuancePolicyBody(WireModel):
    policy_version: str
    approval_required: bool
    estimate_binding_required: bool
    delivery_method: DeliveryMethod
    po_required: bool
    required_fields: list[str]


class DeliveryBody(WireModel):
    """How the invoice reaches the client; to which address is the client's own matter, and not told here."""

    method: DeliveryMethod


class PrintedSumsBody(WireModel):
    """The sums on the document, which adds up net of tax and shows fees among its lines; discounts are positive."""

    subtotal: int
    discount_total: int


class InvoiceSummaryBody(WireModel):
    """An invoice in a list."""

    invoice_id: UUID
    kind: InvoiceKind
    status: InvoiceStatus
    invoice_number: str | None
    customer_account_id: UUID
    client_name: str
    reference: str | None
    currency: str
    invoice_date: date
    due_date: date
    grand_total: int
    balance_due: int
    created_at: datetime
    issued_at: datetime | None
    flags: list[str]


class InvoicesBody(WireModel):
    items: list[InvoiceSummaryBody]
    next: str | None


class InvoiceCountsBody(WireModel):
    counts: dict[InvoiceStatus, int]


class InvoiceBody(InvoiceSummaryBody):
    """An invoice in full. `traceability` is there only for who may see it."""

    invoice_version: int
    work_order_id: UUID | None
    billable_scope_snapshot_id: UUID | None
    po_number: str | None
    delivery: DeliveryBody
    payment_state: PaymentState | None
    can_issue: bool
    can_void: bool
    locale: str
    prices_include_tax: bool
    subtotal: int
    discount_total: int
    fee_total: int
    net_total: int
    tax_total: int
    tax_breakdown: list[TaxRowBody]
    fee_breakdown: list[FeeRowBody]
    printed: PrintedSumsBody
    lines: list[LineBody]
    traceability: TraceabilityBody | None = None
    sources: list[TraceabilityBody] | None = None
    issuance_policy: IssuancePolicyBody
    issuance_blockers: list[BlockerBody]
    allowed_actions: list[str]
    links: list[LinkBody]
    created_by: str
    issued_by: str | None
    issued_by_user_id: UUID | None
    voided_at: datetime | None
    void_reason: str | None
    rebills_invoice_id: UUID | None
    etag: str


@router.post("/billing/invoices/draft", response_model=InvoiceBody, responses={201: {"model": InvoiceBody}})
def post_invoice_draft(
    body: DraftBody, scope: Annotated[Scope, needs("billing:invoice:create-draft", prepare=_ask_work_execution)]
) -> Answer:
    """The draft of a finished work order: 201 when this call made it, 200 when it was there (BILL-DEC-002)."""
    drafted = actions.draft_from_work_order(scope, body.work_order_id)
    return Answer(invoice_body(scope, drafted.invoice), 201 if drafted.is_new else 200)


@router.get("/billing/invoices")
def get_invoices(
    scope: Annotated[Scope, needs("billing:invoice:view")],
    status: InvoiceStatus | None = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    kind: InvoiceKind | None = None,
    date_from: Annotated[date | None, Query(alias="dateFrom")] = None,
    date_to: Annotated[date | None, Query(alias="dateTo")] = None,
    text: Annotated[str | None, Query(max_length=200)] = None,
    overdue: bool | None = None,
    sort: Literal["created", "date", "number", "client", "total"] = "created",
    direction: SortDirection = "desc",
    limit: PageSize = 50,
    after: After = None,
) -> InvoicesBody:
    """Invoices, newest first unless sorted otherwise. `sort=number` leaves out those without one."""
    page = queries.list_invoices(
        scope, InvoiceFilter(status, client_id, kind, date_from, date_to, text, overdue),
        sort=sort, descending=direction == "desc", limit=limit, after=after,
    )  # fmt: skip
    today = get_business(scope)[0].today(scope.now)
    return InvoicesBody(items=[_summary(row, today) for row in page.items], next=page.next)


@router.get("/billing/invoices/counts")
def get_invoice_counts(scope: Annotated[Scope, needs("billing:invoice:view")]) -> InvoiceCountsBody:
    """How many invoices there are in each status."""
    return InvoiceCountsBody(counts=queries.count_by_status(scope))


@router.get("/billing/invoices/by-workorder/{work_order_id}")
def get_invoice_by_work_order(
    work_order_id: UUID, scope: Annotated[Scope, needs("billing:invoice:view")]
) -> InvoiceBody:
    """The invoice of a work order; 404 when there is none."""
    found = queries.find_by_source(scope, queries.WORK_ORDER, work_order_id)
    if found is None:
        raise NotFound("INVOICE_NOT_FOUND", "This work order has no invoice.")
    return invoice_body(scope, queries.get_invoice(scope, found))


@router.get("/billing/invoices/{invoice_id}")
def get_invoice(invoice_id: UUID, scope: Annotated[Scope, needs("billing:invoice:view")]) -> InvoiceBody:
    """One invoice in full; a draft as it stands now, with what still blocks it (BILL-DEC-003)."""
    return invoice_body(scope, queries.get_invoice(scope, invoice_id))


@router.delete("/billing/invoices/{invoice_id}", status_code=204)
def delete_invoice(invoice_id: UUID, scope: Annotated[Scope, needs("billing:invoice:void")]) -> None:
    """Discard a draft."""
    actions.discard_draft(scope, invoice_id)


@router.post("/billing/invoices/{invoice_id}/issue")
def post_invoice_issue(
    invoice_id: UUID, body: IssueBody, scope: Annotated[Scope, needs("billing:invoice:issue")]
) -> InvoiceBody:
    """Issue a draft: 422 with the blockers of the detail, 409 when it is no draft."""
    return invoice_body(scope, actions.issue_invoice(scope, invoice_id, body.elevation_token or None))


@router.post("/billing/invoices/{invoice_id}/void")
def post_invoice_void(
    invoice_id: UUID, body: VoidBody, scope: Annotated[Scope, needs("billing:invoice:void")]
) -> InvoiceBody:
    """Void an issued invoice; its number stays."""
    return invoice_body(scope, actions.void_invoice(scope, invoice_id, body.reason))


@router.post("/billing/invoices/{invoice_id}/rebill", status_code=201)
def post_invoice_rebill(invoice_id: UUID, scope: Annotated[Scope, needs("billing:invoice:rebill")]) -> InvoiceBody:
    """A new draft for the work order of a void invoice."""
    return invoice_body(scope, actions.rebill_invoice(scope, invoice_id))


def invoice_body(scope: Scope, view: InvoiceView) -> InvoiceBody:
    """An invoice as this actor may see it."""
    header = view.header
    traces = [_trace_body(source) for source in view.sources]
    shown = scope.may("billing:traceability:view")
    sums = printed_sums(view.lines, view.totals["net_total"], prices_include_tax=header.prices_include_tax)
    return InvoiceBody(
        **_summary_fields(header) | {
            "invoice_date": view.invoice_date, "due_date": view.due_date,
            "grand_total": view.totals["grand_total"], "balance_due": view.totals["balance_due"],
        },
        invoice_version=header.version,
        work_order_id=view.sources[0].source_id if view.sources else None,
        billable_scope_snapshot_id=traces[0].source_billable_scope_snapshot_id if traces else None,
        po_number=view.po_number,
        delivery=DeliveryBody(method=view.policy.delivery_method),
        payment_state=payment_state(view.status, view.totals["balance_due"], view.totals["grand_total"]),
        can_issue="ISSUE" in view.allowed_actions,
        can_void="VOID" in view.allowed_actions,
        locale=header.locale,
        prices_include_tax=header.prices_include_tax,
        subtotal=view.totals["subtotal"],
        discount_total=view.totals["discount_total"],
        fee_total=view.totals["fee_total"],
        net_total=view.totals["net_total"],
        tax_total=view.totals["tax_total"],
        tax_breakdown=[TaxRowBody.model_validate(row) for row in view.tax_breakdown],
        fee_breakdown=[_fee_body(row, prices_include_tax=header.prices_include_tax) for row in view.fee_breakdown],
        printed=PrintedSumsBody(subtotal=sums.subtotal, discount_total=sums.discount_total),
        lines=[_line_body(line) for line in view.lines],
        traceability=traces[0] if shown and traces else None,
        sources=traces if shown else None,
        issuance_policy=IssuancePolicyBody(
            policy_version=view.policy.policy_version,
            approval_required=view.policy.approval_required,
            estimate_binding_required=view.policy.estimate_binding_required,
            delivery_method=view.policy.delivery_method,
            po_required=view.policy.po_required,
            required_fields=list(view.policy.required_fields),
        ),
        issuance_blockers=[
            BlockerBody(code=b.code, message=b.message, field=b.field, overridable=b.overridable) for b in view.blockers
        ],
        flags=list(view.flags),
        allowed_actions=list(view.allowed_actions),
        links=[LinkBody(target_domain="billing", target_type="client", target_id=str(header.client_id)),
               *(_work_order_link(source) for source in view.sources)],
        created_by=header.created_by,
        issued_by=header.issued_by,
        issued_by_user_id=header.issued_by_user_id,
        voided_at=header.voided_at,
        void_reason=header.void_reason,
        rebills_invoice_id=header.rebills_invoice_id,
        etag=etag_of(header.version),
    )  # fmt: skip


def _summary(row: Row, today: date) -> InvoiceSummaryBody:  # type: ignore[type-arg]
    flags = flags_of(InvoiceStatus(row.status), row.balance_due, row.grand_total, row.due_date, today)
    return InvoiceSummaryBody(**_summary_fields(row), flags=list(flags))


def _summary_fields(row: Row) -> dict:  # type: ignore[type-arg]
    return {
        "invoice_id": row.id, "kind": row.kind, "status": row.status, "invoice_number": row.number,
        "customer_account_id": row.client_id, "client_name": row.client_name, "reference": row.reference,
        "currency": row.currency, "invoice_date": row.invoice_date, "due_date": row.due_date,
        "grand_total": row.grand_total, "balance_due": row.balance_due, "created_at": row.created_at,
        "issued_at": row.issued_at,
    }  # fmt: skip


def _fee_body(row: Mapping[str, Any], *, prices_include_tax: bool) -> FeeRowBody:
    net = fee_net(row["amount"], row["tax"], prices_include_tax=prices_include_tax)
    return FeeRowBody.model_validate({**row, "net": net})


def _line_body(line: LineView) -> LineBody:
    """A line on the wire; there may be ten thousand of them, and what we read ourselves needs no checking."""
    return LineBody.model_construct(**{name: getattr(line, name) for name in LineBody.model_fields})


def _work_order_link(source: SourceView) -> LinkBody:
    return LinkBody(target_domain="workexec", target_type="workOrder", target_id=str(source.source_id))


def _trace_body(source: SourceView) -> TraceabilityBody:
    trace = source.traceability
    links = [_work_order_link(source)]
    if trace.source_estimate_id:
        target = str(trace.source_estimate_id)
        links.append(LinkBody(target_domain="workexec", target_type="estimate", target_id=target))
    links += [
        LinkBody(target_domain="workexec", target_type="approval", target_id=str(i)) for i in trace.source_approval_ids
    ]
    return TraceabilityBody.model_validate({**queries.traceability_document(trace), "links": links})
