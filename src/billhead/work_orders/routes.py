"""Work orders over HTTP: what the work-execution system reports, and what is known."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import Answer, LinkBody, etag_of
from billhead.clients.queries import list_client_names
from billhead.work_orders import actions, queries
from billhead.work_orders.queries import KnownWorkOrder
from billhead.work_orders.report import (
    ApprovalBody,
    ArtifactRefBody,
    EstimateBody,
    ReportedFields,
    SnapshotBody,
    WorkOrderReport,
)
from billhead.work_orders.rules import WorkReport

router = Router(tags=["Work orders"])


class WorkOrderBody(ReportedFields):
    """A work order as last reported; `links` say where it and what it names live (BILL-DEC-016)."""

    work_order_id: UUID
    client_name: str | None
    links: list[LinkBody]
    first_reported_at: datetime
    reported_at: datetime
    etag: str


@router.put("/billing/work-orders/{work_order_id}", response_model=WorkOrderBody,
            responses={201: {"model": WorkOrderBody, "description": "It was not known before."}})  # fmt: skip
def put_work_order(
    work_order_id: UUID, body: WorkOrderReport, scope: Annotated[Scope, needs("billing:workorder:report")]
) -> Answer:
    """Report a work order as it is now. The same report again changes nothing; a snapshot never changes."""
    taken_in = actions.report_work_order(scope, work_order_id, body)
    return Answer(_work_order_body(scope, taken_in.work_order), 201 if taken_in.is_new else 200)


@router.get("/billing/work-orders/{work_order_id}")
def get_work_order(work_order_id: UUID, scope: Annotated[Scope, needs("billing:workorder:view")]) -> WorkOrderBody:
    """One work order with its current snapshot."""
    return _work_order_body(scope, queries.get_known_work_order(scope, work_order_id))


def _work_order_body(scope: Scope, known: KnownWorkOrder) -> WorkOrderBody:
    report = known.report
    names = list_client_names(scope, [report.client_id]) if report.client_id else {}
    estimate = None
    if report.estimate_id is not None:
        estimate = EstimateBody(estimate_id=report.estimate_id, estimate_version_id=report.estimate_version_id)
    return WorkOrderBody(
        work_order_id=report.work_order_id,
        reference=report.reference,
        status=report.status,
        invoice_ready=report.invoice_ready,
        client_id=report.client_id,
        client_name=names.get(report.client_id) if report.client_id else None,
        vehicle_id=report.vehicle_id,
        vehicle_label=report.vehicle_label,
        location_id=report.location_id,
        location_name=report.location_name,
        estimate=estimate,
        approvals=[ApprovalBody.model_validate(a, from_attributes=True) for a in report.approvals],
        artifact_refs=[ArtifactRefBody.model_validate(a, from_attributes=True) for a in report.artifact_refs],
        completed_at=report.completed_at,
        snapshot=SnapshotBody.model_validate(report.snapshot, from_attributes=True) if report.snapshot else None,
        links=_links(report),
        first_reported_at=known.first_reported_at,
        reported_at=known.reported_at,
        etag=etag_of(known.version),
    )


def _links(report: WorkReport) -> list[LinkBody]:
    ids = [
        ("workexec", "workOrder", report.work_order_id),
        ("workexec", "estimate", report.estimate_id),
        ("workexec", "vehicle", report.vehicle_id),
        ("billing", "client", report.client_id),
        *(("workexec", "approval", approval_id) for approval_id in report.approval_ids),
    ]
    return [LinkBody(target_domain=domain, target_type=kind, target_id=str(key)) for domain, kind, key in ids if key]
