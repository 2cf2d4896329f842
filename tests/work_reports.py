"""Builders of work-order reports, as JSON on the wire and as values."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from billhead.work_orders.report import read_report
from billhead.work_orders.rules import LineKind, ScopeSnapshot, SnapshotLine, WorkOrderStatus, WorkReport

WORK_ORDER = UUID("0198c0de-0000-7000-8000-000000000001")
SNAPSHOT = UUID("0198c0de-0000-7000-8000-0000000000a1")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_line_body(number: int = 1, **fields: object) -> dict[str, object]:
    """A line of a snapshot in JSON."""
    return {
        "lineId": f"L{number}", "kind": "LABOR", "description": f"Work {number}", "quantity": "1.5",
        "unitPrice": "9600", "taxable": True, "taxRegion": "US-WA-SEATTLE", **fields,
    }  # fmt: skip


def a_snapshot_body(**fields: object) -> dict[str, object]:
    """A snapshot in JSON."""
    return {
        "billableScopeSnapshotId": str(SNAPSHOT), "schemaVersion": "1.0", "currency": "USD",
        "lines": [a_line_body(1), a_line_body(2, kind="PART", quantity=2, unitPrice="1999.5")], **fields,
    }  # fmt: skip


def a_report_body(**fields: object) -> dict[str, object]:
    """A completed, ready work order in JSON."""
    return {
        "reference": "WO-1001",
        "status": "COMPLETED",
        "invoiceReady": True,
        "vehicleId": "0198c0de-0000-7000-8000-00000000ca01",
        "vehicleLabel": "2019 Škoda Octavia",
        "locationName": "Northside",
        "estimate": {
            "estimateId": "0198c0de-0000-7000-8000-00000000e001",
            "estimateVersionId": "0198c0de-0000-7000-8000-00000000e0f1",
        },
        "approvals": [
            {"approvalId": "0198c0de-0000-7000-8000-00000000ab01", "approvedAt": "2026-03-01T09:30:00+01:00"}
        ],
        "artifactRefs": [
            {
                "artifactRefId": "0198c0de-0000-7000-8000-00000000af01", "type": "SIGNED_ESTIMATE",
                "displayName": "Estimate.pdf", "contentType": "application/pdf", "sizeBytes": 48213,
            }
        ],
        "completedAt": "2026-03-02T12:00:00Z",
        "snapshot": a_snapshot_body(),
        **fields,
    }  # fmt: skip


def a_report(work_order_id: UUID = WORK_ORDER, /, **fields: object) -> WorkReport:
    """The value behind `a_report_body`."""
    return read_report(a_report_body(**fields), work_order_id).facts(work_order_id)


def a_snapshot(*lines: SnapshotLine, snapshot_id: UUID = SNAPSHOT, currency: str | None = "USD") -> ScopeSnapshot:
    """A snapshot of these lines."""
    return ScopeSnapshot(snapshot_id, "1.0", currency, None, lines)


def a_line(line_id: str = "L1", quantity: str = "1", unit_price: str = "100", **fields: object) -> SnapshotLine:
    """A line worth one dollar."""
    given = {"service_id": None, "taxable": True, "tax_region": None, "discounts": (), **fields}
    return SnapshotLine(line_id=line_id, kind=LineKind.LABOR, description="Work", quantity=Decimal(quantity),
                        unit_price=Decimal(unit_price), **given)  # type: ignore[arg-type]  # fmt: skip


def a_bare_report(snapshot: ScopeSnapshot | None = None) -> WorkReport:
    """A report with nothing that may be left out, but the snapshot given."""
    return WorkReport(
        work_order_id=WORK_ORDER, reference="WO-1", status=WorkOrderStatus.OPEN, invoice_ready=False, client_id=None,
        vehicle_id=None, vehicle_label=None, location_id=None, location_name=None, estimate_id=None,
        estimate_version_id=None, approvals=(), artifact_refs=(), completed_at=None, snapshot=snapshot,
    )  # fmt: skip
