"""What a report of the work-execution system says, what is wrong with it, and what it changes.

In: a report, what is known already, and the facts around it. Out: a frozen `ReportPlan`, or a refusal.
Work Execution owns the work order's state machine (seed 004, "Not owned by Billing"): every status may follow every
other. What Billing keeps is the snapshot: once received under its id, it never changes.
"""

from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from billhead import money
from billhead.refusal import Conflict, Fault, FaultCode, Malformed, TooLarge


class WorkOrderStatus(StrEnum):
    """Where the work stands, in the words of the work-execution system."""

    OPEN = "OPEN"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class LineKind(StrEnum):
    """What was sold by a line."""

    LABOR = "LABOR"
    PART = "PART"
    FEE = "FEE"
    OTHER = "OTHER"


class LineDiscountKind(StrEnum):
    """Whether a discount's value is an amount or a percentage."""

    FIXED = "FIXED"
    PERCENT = "PERCENT"


@dataclass(frozen=True, slots=True)
class LineDiscount:
    """A discount on its line; `value` is whole minor units when FIXED, 0 to 100 when PERCENT."""

    kind: LineDiscountKind
    value: Decimal


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """One line of work to bill; `unit_price` is in minor units with up to twelve places, `quantity` has up to six."""

    line_id: str
    kind: LineKind
    service_id: UUID | None
    description: str
    quantity: Decimal
    unit_price: Decimal
    taxable: bool
    tax_region: str | None
    discounts: tuple[LineDiscount, ...]
    location_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ScopeSnapshot:
    """The BillableScopeSnapshot: what may be billed for a work order, frozen upstream under its own id."""

    billable_scope_snapshot_id: UUID
    schema_version: str
    currency: str | None
    created_at: datetime | None
    lines: tuple[SnapshotLine, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """The client's consent to the work."""

    approval_id: UUID
    approved_at: datetime
    method: str | None


@dataclass(frozen=True, slots=True)
class ArtifactRef:
    """Where a document about the work is to be found; its content lives elsewhere (BILL-DEC-005)."""

    artifact_ref_id: UUID
    type: str
    display_name: str
    content_type: str | None
    size_bytes: int | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorkReport:
    """A work order as it was last reported."""

    work_order_id: UUID
    reference: str
    status: WorkOrderStatus
    invoice_ready: bool
    client_id: UUID | None
    vehicle_id: UUID | None
    vehicle_label: str | None
    location_id: UUID | None
    location_name: str | None
    estimate_id: UUID | None
    estimate_version_id: UUID | None
    approvals: tuple[Approval, ...]
    artifact_refs: tuple[ArtifactRef, ...]
    completed_at: datetime | None
    snapshot: ScopeSnapshot | None

    @property
    def approval_ids(self) -> tuple[UUID, ...]:
        """`sourceApprovalIds` of BILL-DEC-004, in the order reported."""
        return tuple(approval.approval_id for approval in self.approvals)


@dataclass(frozen=True, slots=True)
class KeptSnapshot:
    """A snapshot received before, and the work order that it came with."""

    work_order_id: UUID
    snapshot: ScopeSnapshot


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """What taking in a report does; nothing at all when it says what is known."""

    is_new: bool
    is_changed: bool
    is_new_snapshot: bool


def plan_report(
    report: WorkReport,
    *,
    before: WorkReport | None,
    kept: KeptSnapshot | None,
    known_clients: Container[UUID],
    line_limit: int,
) -> ReportPlan:
    """Decide what a report changes.

    `before` is the work order as known, `kept` what was received under the id of the report's snapshot. Refused:
    more than `line_limit` lines, `find_faults`, and `SNAPSHOT_CHANGED` when a kept snapshot says something else or
    belongs to another work order. A new snapshot id is always taken: an invoice keeps the one it was made from.
    """
    snapshot = report.snapshot
    if snapshot is not None and len(snapshot.lines) > line_limit:
        raise TooLarge("TOO_MANY_LINES", f"A snapshot has at most {line_limit} lines, this one {len(snapshot.lines)}.")
    if faults := find_faults(report, known_clients):
        raise Malformed("INVALID_REQUEST", "The work order cannot be taken in.", field_errors=faults)
    if snapshot is not None and kept is not None and kept != KeptSnapshot(report.work_order_id, snapshot):
        raise Conflict(
            "SNAPSHOT_CHANGED",
            "Another snapshot was received under this id. A snapshot never changes: send the new one under its own id.",
            existing_id=str(snapshot.billable_scope_snapshot_id),
        )
    return ReportPlan(
        is_new=before is None,
        is_changed=before != report,
        is_new_snapshot=snapshot is not None and kept is None,
    )


def find_file_faults(
    reports: Sequence[WorkReport | None],
    *,
    known_clients: Container[UUID] | None = None,
    kept: Mapping[UUID, KeptSnapshot] | None = None,
    line_limit: int | None = None,
) -> dict[int, dict[str, str]]:
    """What is wrong with the reports of one file, by row and wire path; None stands for a row that is no report.

    Within a file a work order appears once, and a snapshot id says one thing. What is not given is not checked.
    """
    faults: dict[int, dict[str, str]] = {}
    work_orders: set[UUID] = set()
    snapshots = dict(kept or {})
    for index, report in enumerate(reports):
        if report is None:
            continue
        found = find_faults(report, known_clients)
        if report.work_order_id in work_orders:
            found["workOrderId"] = Fault(FaultCode.REPEATED, "appears more than once")
        work_orders.add(report.work_order_id)
        if snapshot := report.snapshot:
            own = KeptSnapshot(report.work_order_id, snapshot)
            if snapshots.setdefault(snapshot.billable_scope_snapshot_id, own) != own:
                found["snapshot.billableScopeSnapshotId"] = Fault(FaultCode.TAKEN, "names another snapshot already")
            if line_limit is not None and len(snapshot.lines) > line_limit:
                found["snapshot.lines"] = Fault(FaultCode.TOO_MANY, f"has more than {line_limit} lines")
        if found:
            faults[index] = found
    return faults


def find_faults(report: WorkReport, known_clients: Container[UUID] | None = None) -> dict[str, str]:
    """What is wrong with a well-formed report, by wire path (`snapshot.lines[0].quantity`); clients only when given."""
    faults = dict(_find_repeats("approvals", "approvalId", report.approval_ids))
    faults |= _find_repeats("artifactRefs", "artifactRefId", (ref.artifact_ref_id for ref in report.artifact_refs))
    if known_clients is not None and report.client_id is not None and report.client_id not in known_clients:
        faults["clientId"] = Fault(FaultCode.UNKNOWN_REFERENCE, "is no client of this business")
    if report.snapshot is not None:
        faults |= _find_snapshot_faults(report.snapshot)
    return faults


def _find_snapshot_faults(snapshot: ScopeSnapshot) -> Iterator[tuple[str, str]]:
    if snapshot.currency is not None and snapshot.currency not in money.CURRENCIES:
        yield "snapshot.currency", Fault(FaultCode.UNKNOWN_CURRENCY, "must be an ISO 4217 currency code")
    yield from _find_repeats("snapshot.lines", "lineId", (line.line_id for line in snapshot.lines))
    for index, line in enumerate(snapshot.lines):
        for field, fault in _find_line_faults(line):
            yield f"snapshot.lines[{index}].{field}", fault


def _find_line_faults(line: SnapshotLine) -> Iterator[tuple[str, str]]:
    bounds = {"quantity": money.find_quantity_fault(line.quantity),
              "unitPrice": money.find_unit_price_fault(line.unit_price)}  # fmt: skip
    found = {field: fault for field, fault in bounds.items() if fault is not None}
    yield from found.items()
    if not found:
        try:
            money.line_amount(line.quantity, line.unit_price)
        except Malformed as refusal:
            yield "unitPrice", Fault(FaultCode.TOO_LARGE, refusal.message)
    for index, discount in enumerate(line.discounts):
        if fault := _find_discount_fault(discount):
            yield f"discounts[{index}].value", fault


def _find_discount_fault(discount: LineDiscount) -> Fault | None:
    if discount.kind is LineDiscountKind.PERCENT:
        found = money.find_discount_fault(money.PercentOff(discount.value))
    elif not discount.value.is_finite() or discount.value != discount.value.to_integral_value():
        return Fault(FaultCode.WRONG_FORM, "must be whole minor units")
    else:
        found = money.find_discount_fault(money.FixedOff(money.MinorUnits(int(discount.value))))
    return found[1] if found else None


def _find_repeats(place: str, name: str, keys: Iterable[Hashable]) -> Iterator[tuple[str, str]]:
    seen: set[Hashable] = set()
    for index, key in enumerate(keys):
        if key in seen:
            yield f"{place}[{index}].{name}", Fault(FaultCode.REPEATED, "appears more than once")
        seen.add(key)
