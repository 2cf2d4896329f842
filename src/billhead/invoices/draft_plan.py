"""From finished work to the lines of a draft, or why there is none yet. Pure decisions (BILL-DEC-002, 004, 007)."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from billhead.billing_rules.rules import GroupingStrategy
from billhead.clients.rules import BillingClient
from billhead.invoices.rules import STANDARD_RATE, DraftLine, Traceability
from billhead.refusal import Conflict, Incomplete
from billhead.tenants.rules import Business
from billhead.work_orders.rules import ArtifactRef, WorkOrderStatus, WorkReport

MAX_REFERENCE = 200


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """What a new draft will hold."""

    client: BillingClient
    currency: str
    locale: str
    reference: str | None
    traces: tuple[Traceability, ...]
    lines: tuple[DraftLine, ...]


def plan_draft(
    report: WorkReport,
    client: BillingClient | None,
    business: Business,
    tax_categories: Mapping[UUID, str],
    companions: Sequence[WorkReport] = (),
) -> DraftPlan:
    """The draft for a finished work order, together with those that `find_companions` found.

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
    together = (report, *companions)
    sold = [
        (number, work, line)
        for number, work in enumerate(together, start=1)
        for line in (work.snapshot.lines if work.snapshot else ())
    ]
    lines = tuple(
        DraftLine(
            key=f"{place:06d}", source_position=number, source_line_id=line.line_id, kind=line.kind,
            service_id=line.service_id, description=line.description, quantity=line.quantity,
            unit_price=line.unit_price, taxable=line.taxable,
            tax_region=line.tax_region or region_of(line.location_id or work.location_id, client, business),
            tax_category=tax_categories.get(line.service_id, STANDARD_RATE) if line.service_id else STANDARD_RATE,
            discounts=line.discounts, location_id=line.location_id or work.location_id,
        )
        for place, (number, work, line) in enumerate(sold, start=1)
    )  # fmt: skip
    return DraftPlan(
        client, currency, client.locale or business.locale, _references(together),
        tuple(trace(work) for work in together), lines,
    )  # fmt: skip


def find_companions(
    report: WorkReport, strategy: GroupingStrategy, ready: Sequence[WorkReport], *, max_lines: int
) -> tuple[WorkReport, ...]:
    """Which other work orders of the client come on the same invoice, in the order given (BILL-DEC-007).

    Only finished, released ones with lines, in the same currency, and with `PER_VEHICLE` of the same vehicle; as many
    as `max_lines` lines hold.
    """
    if strategy is GroupingStrategy.PER_WORKORDER or report.snapshot is None:
        return ()
    if strategy is GroupingStrategy.PER_VEHICLE and report.vehicle_id is None:
        return ()
    found, lines = [], len(report.snapshot.lines)
    for work in ready:
        fits = (
            work.work_order_id != report.work_order_id
            and _is_billable(work)
            and work.client_id == report.client_id
            and work.snapshot is not None
            and work.snapshot.currency == report.snapshot.currency
            and (strategy is GroupingStrategy.SINGLE_INVOICE or work.vehicle_id == report.vehicle_id)
        )
        if fits and work.snapshot and lines + len(work.snapshot.lines) <= max_lines:
            found.append(work)
            lines += len(work.snapshot.lines)
    return tuple(found)


def find_rebilled(
    together: Sequence[WorkReport], client_id: UUID, taken: Container[UUID], *, max_lines: int
) -> tuple[WorkReport, ...]:
    """Which work orders of a void invoice to `client_id` are billed again together, in its order.

    Those that still belong together: of that client (of the first one's, when all were moved to others), not `taken` by
    another invoice, finished, released and with lines in one currency. Where none can be billed, the first that would
    be, for `plan_draft` to say why not; nothing when all are taken.
    """
    billed_to = client_id if any(work.client_id == client_id for work in together) else together[0].client_id
    left = [work for work in together if work.client_id == billed_to and work.work_order_id not in taken]
    first = next(filter(_is_billable, left), None)
    if first is None:
        return tuple(left[:1])
    return (first, *find_companions(first, GroupingStrategy.SINGLE_INVOICE, left, max_lines=max_lines))


def _is_billable(work: WorkReport) -> bool:
    has_lines = work.snapshot is not None and bool(work.snapshot.lines)
    return work.status is WorkOrderStatus.COMPLETED and work.invoice_ready and has_lines


def _references(together: Sequence[WorkReport]) -> str | None:
    """What the work orders are called, as many as a reference has room for."""
    names = [work.reference for work in together if work.reference]
    text = ", ".join(names)
    while len(text) > MAX_REFERENCE:
        names.pop()
        text = ", ".join(names) + ", …"
    return text or None


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
