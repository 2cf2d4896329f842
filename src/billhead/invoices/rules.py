"""What an invoice may become, what it comes to, and what still keeps it from being issued. Pure decisions.

plan_draft     finished work → the lines of a draft, or why there is none yet      BILL-DEC-002
price_draft    lines under today's tax rates and fee rules → totals               DESIGN.md section 5
find_blockers  what still keeps a draft from being issued                         BILL-DEC-003
next_status    the state machine                                                  BILL-DEC-001
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from billhead import money
from billhead.clients.rules import BillingClient, ClientKind
from billhead.refusal import Blocker, Conflict, Incomplete
from billhead.tenants.rules import Business
from billhead.tenants.rules import TaxRounding as BusinessRounding
from billhead.work_orders.rules import ArtifactRef, LineDiscount, LineDiscountKind, WorkOrderStatus, WorkReport


class InvoiceKind(StrEnum):
    """`CREDIT_NOTE` and `ORDER_RECORD` are kinds of the same aggregate."""

    INVOICE = "INVOICE"
    ORDER_RECORD = "ORDER_RECORD"
    CREDIT_NOTE = "CREDIT_NOTE"


class InvoiceStatus(StrEnum):
    """BILL-DEC-001; overdue, partially paid and sent are computed flags, never statuses."""

    DRAFT = "DRAFT"
    ISSUED = "ISSUED"
    PAID = "PAID"
    VOID = "VOID"


class Command(StrEnum):
    """What can be done to an invoice's status."""

    ISSUE = "ISSUE"
    VOID = "VOID"
    SETTLE = "SETTLE"
    REOPEN = "REOPEN"


STANDARD_RATE = "standard"

TRANSITIONS: Mapping[tuple[InvoiceStatus, Command], InvoiceStatus] = {
    (InvoiceStatus.DRAFT, Command.ISSUE): InvoiceStatus.ISSUED,
    (InvoiceStatus.ISSUED, Command.VOID): InvoiceStatus.VOID,
    (InvoiceStatus.ISSUED, Command.SETTLE): InvoiceStatus.PAID,
    (InvoiceStatus.PAID, Command.REOPEN): InvoiceStatus.ISSUED,
}

_NOT_ALLOWED = {
    InvoiceStatus.DRAFT: ("INVOICE_NOT_ISSUED", "INVOICE_IS_DRAFT", "The invoice is still a draft."),
    InvoiceStatus.ISSUED: ("INVOICE_NOT_DRAFT", "INVOICE_ALREADY_ISSUED", "The invoice is issued already."),
    InvoiceStatus.PAID: ("INVOICE_NOT_DRAFT", "INVOICE_ALREADY_PAID", "The invoice is paid already."),
    InvoiceStatus.VOID: ("INVOICE_NOT_DRAFT", "INVOICE_VOIDED", "The invoice is void."),
}


def next_status(status: InvoiceStatus, command: Command) -> InvoiceStatus:
    """The status after `command`, or a Conflict with a stable `reasonCode`."""
    following = TRANSITIONS.get((status, command))
    if following is None:
        code, reason, words = _NOT_ALLOWED[status]
        if command is Command.VOID and status is InvoiceStatus.PAID:
            code, words = "INVOICE_PAID", "A paid invoice cannot be voided. Refund its payments first."
        raise Conflict(code, words, reason_code=reason)
    return following


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line before its money is reckoned; `key` ties results to it."""

    key: str
    source_position: int
    source_line_id: str
    kind: str
    service_id: UUID | None
    description: str
    quantity: Decimal
    unit_price: Decimal
    taxable: bool
    tax_region: str | None
    tax_category: str
    discounts: tuple[LineDiscount, ...] = ()
    location_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Traceability:
    """The snapshot of BILL-DEC-004, under its canonical names."""

    source_work_order_id: UUID
    source_billable_scope_snapshot_id: UUID
    source_schema_version: str
    source_estimate_id: UUID | None
    source_estimate_version_id: UUID | None
    source_approval_ids: tuple[UUID, ...]
    artifact_refs: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """What a new draft will hold."""

    client: BillingClient
    currency: str
    locale: str
    reference: str | None
    traceability: Traceability
    lines: tuple[DraftLine, ...]


@dataclass(frozen=True, slots=True)
class IssuancePolicy:
    """What an invoice must carry to be issued (BILL-DEC-003, answer A5)."""

    policy_version: str
    approval_required: bool
    estimate_binding_required: bool
    delivery_method: str
    required_fields: tuple[str, ...]


def plan_draft(
    report: WorkReport, client: BillingClient | None, business: Business, tax_categories: Mapping[UUID, str]
) -> DraftPlan:
    """The draft for a finished work order.

    Conflict when the work is not completed or not ready (BILL-DEC-002); Incomplete with every missing field when
    client, currency or billable lines are missing. Everything else that is missing is a blocker on the draft.
    """
    if report.status is not WorkOrderStatus.COMPLETED:
        words = "The work order is not completed."
        raise Conflict("WORK_ORDER_NOT_INVOICEABLE", words, reason_code="WORK_ORDER_NOT_COMPLETED")
    if not report.invoice_ready:
        words = "The work order is not released for invoicing yet."
        raise Conflict("WORK_ORDER_NOT_INVOICEABLE", words, reason_code="WORK_ORDER_NOT_INVOICE_READY")
    snapshot = report.snapshot
    currency = (snapshot.currency if snapshot else None) or (client.currency if client else None)
    missing = [
        *([] if client else ["clientId"]),
        *([] if currency else ["currency"]),
        *([] if snapshot and snapshot.lines else ["lines"]),
    ]
    if missing or client is None or snapshot is None or currency is None:
        raise Incomplete("BILLING_DATA_INCOMPLETE", "The work order lacks billing data.", missing_fields=missing)
    lines = tuple(
        DraftLine(
            key=f"{place:06d}", source_position=1, source_line_id=line.line_id, kind=line.kind,
            service_id=line.service_id, description=line.description, quantity=line.quantity,
            unit_price=line.unit_price, taxable=line.taxable,
            tax_region=line.tax_region or region_of(line.location_id or report.location_id, client, business),
            tax_category=tax_categories.get(line.service_id, STANDARD_RATE) if line.service_id else STANDARD_RATE,
            discounts=line.discounts, location_id=line.location_id or report.location_id,
        )
        for place, line in enumerate(snapshot.lines, start=1)
    )  # fmt: skip
    return DraftPlan(client, currency, client.locale or business.locale, report.reference, trace(report), lines)


def region_of(location_id: UUID | None, client: BillingClient, business: Business) -> str | None:
    """Where a line without a region of its own is taxed: its location, else the client, else the business."""
    place = client.find_location(location_id) if location_id else None
    return (place.tax_region if place else None) or client.tax_region or business.default_tax_region


def trace(report: WorkReport) -> Traceability:
    """The traceability of a work order, which has a snapshot, as it stands now; frozen at issue."""
    assert report.snapshot is not None
    return Traceability(
        source_work_order_id=report.work_order_id,
        source_billable_scope_snapshot_id=report.snapshot.billable_scope_snapshot_id,
        source_schema_version=report.snapshot.schema_version,
        source_estimate_id=report.estimate_id,
        source_estimate_version_id=report.estimate_version_id,
        source_approval_ids=report.approval_ids,
        artifact_refs=tuple(artifact_document(ref) for ref in report.artifact_refs),
    )


def artifact_document(ref: ArtifactRef) -> dict[str, object]:
    """An artifact reference as it is frozen and sent: ids and names, never a URL (BILL-DEC-005)."""
    return {
        "artifactRefId": str(ref.artifact_ref_id),
        "type": ref.type,
        "displayName": ref.display_name,
        "contentType": ref.content_type,
        "sizeBytes": ref.size_bytes,
        "createdAt": ref.created_at.isoformat() if ref.created_at else None,
    }


def price_draft(
    lines: Sequence[DraftLine],
    client: BillingClient,
    business: Business,
    rates: Sequence[money.TaxRate],
    fees: Sequence[money.FeeRule],
    day: date,
) -> money.DocumentTotals:
    """What the lines come to under the rates and fees of `day`; upstream totals are never looked at (BILL-DEC-002)."""
    return money.compute_document(
        [
            money.Line(
                money.LineKey(line.key), line.quantity, line.unit_price,
                taxation_of(client, rates, day, line.tax_region, line.tax_category, taxable=line.taxable),
                str(line.service_id) if line.service_id else None,
            )
            for line in lines
        ],
        [
            money.Discount(f"{line.key}.{place}", money.OnLine(money.LineKey(line.key)), _reduction(discount))
            for line in lines
            for place, discount in enumerate(line.discounts)
        ],
        fees,
        tax_policy(client, business),
    )  # fmt: skip


def tax_policy(client: BillingClient, business: Business) -> money.TaxPolicy:
    """The client's choice of price basis, else the tenant's; rounding is the tenant's."""
    inclusive = business.prices_include_tax if client.prices_include_tax is None else client.prices_include_tax
    return money.TaxPolicy(
        prices=money.PriceBasis.TAX_INCLUSIVE if inclusive else money.PriceBasis.TAX_EXCLUSIVE,
        rounding=money.TaxRounding.PER_LINE
        if business.tax_rounding is BusinessRounding.PER_LINE
        else money.TaxRounding.PER_GROUP,
    )


def taxation_of(
    client: BillingClient,
    rates: Sequence[money.TaxRate],
    day: date,
    region: str | None,
    category: str,
    *,
    taxable: bool,
) -> money.Taxation:
    """How a line or fee is taxed: the client's treatment, then the rate of its region; a missing rate is a finding."""
    if not taxable:
        return money.Taxation.exempt("not taxable", region)
    if client.tax_treatment is not money.Treatment.STANDARD:
        return money.Taxation(client.tax_treatment, region, None, client.tax_reason)
    if region is None:
        return money.Taxation.without_rate(None)
    return money.resolve_taxation(rates, region, day, category)


def _reduction(discount: LineDiscount) -> money.FixedOff | money.PercentOff:
    if discount.kind is LineDiscountKind.PERCENT:
        return money.PercentOff(discount.value)
    return money.FixedOff(money.MinorUnits(int(discount.value)))


def issuance_policy(client: BillingClient, business: Business, policy_version: str) -> IssuancePolicy:
    """The policy for one client: approvals for consumers where the tenant wants them, or where the client does."""
    by_kind = client.kind is ClientKind.CONSUMER and business.approval_required_for_consumers
    approval = by_kind if client.approval_required is None else client.approval_required
    required = ["sourceWorkOrderId", "sourceBillableScopeSnapshotId", "sourceSchemaVersion"]
    required += ["sourceApprovalIds"] if approval else []
    required += ["sourceEstimateVersionId"] if business.estimate_binding_required else []
    return IssuancePolicy(policy_version, approval, business.estimate_binding_required, "EMAIL", tuple(required))


def find_blockers(
    policy: IssuancePolicy,
    client: BillingClient,
    traces: Sequence[tuple[Traceability, Traceability]],
    totals: money.DocumentTotals,
) -> tuple[Blocker, ...]:
    """Everything that keeps a draft from being issued, in a stable order.

    `traces` pairs what the draft was made from with what its source says now.
    """
    blockers = []
    for drafted, current in traces:
        work_order = f"work order {current.source_work_order_id}"
        if policy.approval_required and not current.source_approval_ids:
            blockers.append(Blocker("MISSING_APPROVAL", f"The {work_order} has no approval.", "sourceApprovalIds"))
        bound = current.source_estimate_id is None or current.source_estimate_version_id is not None
        if policy.estimate_binding_required and not bound:
            words = f"The estimate of {work_order} names no version."
            blockers.append(Blocker("MISSING_ESTIMATE_VERSION", words, "sourceEstimateVersionId"))
        if drafted.source_billable_scope_snapshot_id != current.source_billable_scope_snapshot_id:
            words = f"The {work_order} was reported with another scope. Discard this draft and make a new one."
            blockers.append(Blocker("SCOPE_SUPERSEDED", words, "sourceBillableScopeSnapshotId"))
    if policy.delivery_method == "EMAIL" and not client.billing_email:
        words = "The client has no billing e-mail address."
        blockers.append(Blocker("MISSING_BILLING_EMAIL", words, "client.billingEmail"))
    if client.billing_address is None:
        words = "The client has no billing address."
        blockers.append(Blocker("MISSING_BILLING_ADDRESS", words, "client.billingAddress"))
    regions = sorted({finding.region or "" for finding in totals.findings})
    for region in regions:
        words = (
            f"There is no tax rate for {region} on the invoice date." if region else "A taxable line has no tax region."
        )
        blockers.append(Blocker("TAX_RATE_MISSING", words, "taxRegion"))
    if totals.grand_total < 0:
        blockers.append(Blocker("NEGATIVE_TOTAL", "An invoice cannot come to less than zero.", "grandTotal"))
    return tuple(blockers)


def find_report_blockers(client: BillingClient, report: WorkReport) -> tuple[Blocker, ...]:
    """What a work order says since it was drafted that no draft could be made of any more (BILL-DEC-002)."""
    work_order, blockers = f"work order {report.work_order_id}", []
    if report.status is not WorkOrderStatus.COMPLETED:
        blockers.append(Blocker("WORK_ORDER_NOT_COMPLETED", f"The {work_order} is not completed any more.", "status"))
    elif not report.invoice_ready:
        words = f"The {work_order} is not released for invoicing any more."
        blockers.append(Blocker("WORK_ORDER_NOT_INVOICE_READY", words, "invoiceReady"))
    if report.client_id != client.id:
        words = f"The {work_order} was reported for another client. Discard this draft and make a new one."
        blockers.append(Blocker("CLIENT_SUPERSEDED", words, "clientId"))
    if report.snapshot is None:
        words = f"The {work_order} was reported without a scope. Discard this draft."
        blockers.append(Blocker("SCOPE_SUPERSEDED", words, "sourceBillableScopeSnapshotId"))
    return tuple(blockers)


def due_date(invoice_date: date, business: Business) -> date:
    """The day on which payment is due."""
    return invoice_date + timedelta(days=business.payment_days)


def flags_of(status: InvoiceStatus, balance_due: int, grand_total: int, due: date, today: date) -> tuple[str, ...]:
    """Computed flags (DESIGN.md section 3): never statuses, never stored."""
    if status is not InvoiceStatus.ISSUED:
        return ()
    overdue = ["OVERDUE"] if balance_due > 0 and due < today else []
    partial = ["PARTIALLY_PAID"] if 0 < balance_due < grand_total else []
    return (*overdue, *partial)
