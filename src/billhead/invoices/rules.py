"""What an invoice may become, what it comes to, and what still keeps it from being issued. Pure decisions.

price_draft    lines under today's tax rates and fee rules → totals               DESIGN.md section 5
find_blockers  what still keeps a draft from being issued                         BILL-DEC-003
next_status    the state machine                                                  BILL-DEC-001
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from billhead import money
from billhead.billing_rules.rules import BillingRules, DeliveryMethod
from billhead.clients.rules import BillingClient
from billhead.refusal import Blocker, Conflict
from billhead.tenants.rules import Business
from billhead.tenants.rules import TaxRounding as BusinessRounding
from billhead.work_orders.rules import LineDiscount, LineDiscountKind, WorkOrderStatus, WorkReport


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


class PaymentState(StrEnum):
    """How an invoice, or a receipt, says how much is paid (BILL-DEC-012)."""

    PAID_IN_FULL = "PAID_IN_FULL"
    PARTIAL_PAYMENT = "PARTIAL_PAYMENT"


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
class IssuancePolicy:
    """What an invoice must carry to be issued (BILL-DEC-003, answer A5)."""

    policy_version: str
    approval_required: bool
    estimate_binding_required: bool
    delivery_method: DeliveryMethod
    required_fields: tuple[str, ...]
    po_required: bool = False


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


def issuance_policy(held: BillingRules) -> IssuancePolicy:
    """What an invoice to this account must carry, by the billing rules that hold for it."""
    required = ["sourceWorkOrderId", "sourceBillableScopeSnapshotId", "sourceSchemaVersion"]
    required += ["sourceApprovalIds"] if held.approval_required else []
    required += ["sourceEstimateVersionId"] if held.estimate_binding_required else []
    required += ["poNumber"] if held.po.required else []
    return IssuancePolicy(
        held.policy_version, held.approval_required, held.estimate_binding_required, held.delivery_method,
        tuple(required), held.po.required,
    )  # fmt: skip


def find_blockers(
    policy: IssuancePolicy,
    client: BillingClient,
    traces: Sequence[tuple[Traceability, Traceability]],
    authorized: Container[UUID],
    totals: money.DocumentTotals,
) -> tuple[Blocker, ...]:
    """Everything that keeps a draft from being issued, in a stable order.

    `traces` pairs what the draft was made from with what its source says now; `authorized` are the sources whose
    purchase order was captured or waived. What is `overridable` can be issued all the same if somebody who may confirms
    it with their own credentials; a missing purchase order is waived at the checkout, by the rules for that.
    """
    blockers = []
    for drafted, current in traces:
        work_order = f"work order {current.source_work_order_id}"
        if policy.approval_required and not current.source_approval_ids:
            words = f"The {work_order} has no approval."
            blockers.append(Blocker("MISSING_APPROVAL", words, "sourceApprovalIds", overridable=True))
        bound = current.source_estimate_id is None or current.source_estimate_version_id is not None
        if policy.estimate_binding_required and not bound:
            words = f"The estimate of {work_order} names no version."
            blockers.append(Blocker("MISSING_ESTIMATE_VERSION", words, "sourceEstimateVersionId", overridable=True))
        if policy.po_required and current.source_work_order_id not in authorized:
            words = f"The {work_order} has no purchase order. Capture it at the checkout, or have it waived there."
            blockers.append(Blocker("MISSING_PO", words, "poNumber"))
        if drafted.source_billable_scope_snapshot_id != current.source_billable_scope_snapshot_id:
            words = f"The {work_order} was reported with another scope. Discard this draft and make a new one."
            blockers.append(Blocker("SCOPE_SUPERSEDED", words, "sourceBillableScopeSnapshotId"))
    if policy.delivery_method is DeliveryMethod.EMAIL and not client.billing_email:
        words = "The client has no billing e-mail address."
        blockers.append(Blocker("MISSING_BILLING_EMAIL", words, "client.billingEmail"))
    if policy.delivery_method is DeliveryMethod.MAIL and client.billing_address is None:
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


def payment_state(status: InvoiceStatus, balance_due: int, grand_total: int) -> PaymentState | None:
    """How much of an invoice is paid, None for nothing (BILL-DEC-012)."""
    if status is InvoiceStatus.PAID:
        return PaymentState.PAID_IN_FULL
    partly = status is InvoiceStatus.ISSUED and balance_due < grand_total
    return PaymentState.PARTIAL_PAYMENT if partly else None


def flags_of(status: InvoiceStatus, balance_due: int, grand_total: int, due: date, today: date) -> tuple[str, ...]:
    """Computed flags (DESIGN.md section 3): never statuses, never stored."""
    if status is not InvoiceStatus.ISSUED:
        return ()
    overdue = ["OVERDUE"] if balance_due > 0 and due < today else []
    partial = ["PARTIALLY_PAID"] if 0 < balance_due < grand_total else []
    return (*overdue, *partial)
