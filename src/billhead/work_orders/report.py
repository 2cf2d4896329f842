"""The report's wire form, the same for `PUT`, the import of a file and an outside system's answer.

In: JSON. Out: `WorkOrderReport`, whose `facts` are the values that rules decide on; or every shape error at once.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, ValidationError

from billhead.access.faults import fault_of
from billhead.access.wire import CurrencyCode, QuantityField, ShortText, UnitPriceField, WireModel, field_path
from billhead.refusal import Fault, FaultCode, Malformed
from billhead.work_orders.rules import (
    Approval,
    ArtifactRef,
    LineDiscount,
    LineDiscountKind,
    LineKind,
    ScopeSnapshot,
    SnapshotLine,
    WorkOrderStatus,
    WorkReport,
)


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not hold a NUL character")
    return text


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must lie between the years 1 and 9999 in UTC") from error


def _written_out(number: Decimal) -> Decimal:
    """The same number without an exponent, so that it is sent and stored in plain digits."""
    return Decimal(format(number, "f"))


Name = Annotated[ShortText, AfterValidator(_storable)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(_storable)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_storable)
]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class LineDiscountBody(WireModel):
    """A discount on its line: whole minor units (FIXED), or 0 to 100 (PERCENT)."""

    kind: LineDiscountKind
    value: Annotated[Decimal, Field(max_digits=25, decimal_places=6), AfterValidator(_written_out)]


class SnapshotLineBody(WireModel):
    """One line of work to bill. `lineId` is unique in its snapshot; `unitPrice` is in minor units.

    `locationId` is the client's location where it was done, when that is not the work order's.
    """

    line_id: Annotated[Name, StringConstraints(max_length=100)]
    kind: LineKind
    service_id: UUID | None = None
    description: Words
    quantity: Annotated[QuantityField, AfterValidator(_written_out)]
    unit_price: Annotated[UnitPriceField, AfterValidator(_written_out)]
    taxable: bool
    tax_region: Code | None = None
    discounts: list[LineDiscountBody] = Field(default=[], max_length=20)
    location_id: UUID | None = None

    @property
    def facts(self) -> SnapshotLine:
        discounts = tuple(LineDiscount(**dict(discount)) for discount in self.discounts)
        return SnapshotLine(**{**dict(self), "discounts": discounts})


class SnapshotBody(WireModel):
    """The BillableScopeSnapshot: immutable under its id."""

    billable_scope_snapshot_id: UUID
    schema_version: Annotated[Name, StringConstraints(max_length=40)]
    currency: CurrencyCode | None = None
    created_at: Moment | None = None
    lines: list[SnapshotLineBody]

    @property
    def facts(self) -> ScopeSnapshot:
        return ScopeSnapshot(**{**dict(self), "lines": tuple(line.facts for line in self.lines)})


class EstimateBody(WireModel):
    """The estimate the work was done under, and which version of it."""

    estimate_id: UUID
    estimate_version_id: UUID | None = None


class ApprovalBody(WireModel):
    """The client's consent to the work."""

    approval_id: UUID
    approved_at: Moment
    method: Code | None = None

    @property
    def facts(self) -> Approval:
        return Approval(**dict(self))


class ArtifactRefBody(WireModel):
    """A document about the work, kept elsewhere."""

    artifact_ref_id: UUID
    type: Code
    display_name: Name
    content_type: Annotated[Name, StringConstraints(max_length=120)] | None = None
    size_bytes: Annotated[int, Field(ge=0, le=2**53 - 1)] | None = None
    created_at: Moment | None = None

    @property
    def facts(self) -> ArtifactRef:
        return ArtifactRef(**dict(self))


class ReportedFields(WireModel):
    """What is reported of a work order, and shown again."""

    reference: Name
    status: WorkOrderStatus
    invoice_ready: bool
    client_id: UUID | None = None
    vehicle_id: UUID | None = None
    vehicle_label: Name | None = None
    location_id: UUID | None = None
    location_name: Name | None = None
    estimate: EstimateBody | None = None
    approvals: list[ApprovalBody] = Field(default=[], max_length=100)
    artifact_refs: list[ArtifactRefBody] = Field(default=[], max_length=500)
    completed_at: Moment | None = None
    snapshot: SnapshotBody | None = None


class WorkOrderReport(ReportedFields):
    """A work order as the work-execution system reports it.

    `upstreamTotals` may be sent and is neither used nor kept: taxes and totals are calculated here (BILL-DEC-002).
    """

    upstream_totals: dict[str, object] | None = None

    def facts(self, work_order_id: UUID) -> WorkReport:
        """The report as a value."""
        return WorkReport(
            work_order_id=work_order_id,
            reference=self.reference,
            status=self.status,
            invoice_ready=self.invoice_ready,
            client_id=self.client_id,
            vehicle_id=self.vehicle_id,
            vehicle_label=self.vehicle_label,
            location_id=self.location_id,
            location_name=self.location_name,
            estimate_id=self.estimate.estimate_id if self.estimate else None,
            estimate_version_id=self.estimate.estimate_version_id if self.estimate else None,
            approvals=tuple(approval.facts for approval in self.approvals),
            artifact_refs=tuple(ref.facts for ref in self.artifact_refs),
            completed_at=self.completed_at,
            snapshot=self.snapshot.facts if self.snapshot else None,
        )


class WorkOrderRow(WorkOrderReport):
    """One row of a file to import: a report with the id of its work order."""

    work_order_id: UUID


def read_report(raw: Mapping[str, object], work_order_id: UUID) -> WorkOrderReport:
    """The report behind parsed JSON; it may repeat the id of its work order. Malformed with every field error."""
    row = read_row({"workOrderId": str(work_order_id), **raw})
    if row.work_order_id != work_order_id:
        errors = {"workOrderId": Fault(FaultCode.UNCHANGEABLE, "is another work order's")}
        raise Malformed("INVALID_REQUEST", "The report is about another work order.", field_errors=errors)
    return row


def read_row(raw: object) -> WorkOrderRow:
    """One row of a file; Malformed with every field error."""
    try:
        return WorkOrderRow.model_validate(raw)
    except ValidationError as error:
        errors = {field_path(fault["loc"]) or "row": fault_of(fault) for fault in error.errors(include_url=False)}
        raise Malformed("INVALID_REQUEST", "The report is malformed.", field_errors=errors) from None
