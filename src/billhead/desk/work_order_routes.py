"""The list of work orders, which knows what was invoiced."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import After, PageOf, PageSize, WireModel
from billhead.clients.queries import list_client_names
from billhead.desk import queries
from billhead.work_orders.queries import WorkOrderFilter, WorkOrderSummary
from billhead.work_orders.rules import WorkOrderStatus

router = Router(tags=["Work orders"])


class WorkOrderRowBody(WireModel):
    """A work order in a list."""

    work_order_id: UUID
    reference: str
    status: WorkOrderStatus
    invoice_ready: bool
    client_id: UUID | None
    client_name: str | None
    vehicle_label: str | None
    location_name: str | None
    completed_at: datetime | None
    billable_scope_snapshot_id: UUID | None
    first_reported_at: datetime
    reported_at: datetime


@router.get("/billing/work-orders")
def get_work_orders(
    scope: Annotated[Scope, needs("billing:workorder:view")],
    status: WorkOrderStatus | None = None,
    invoice_ready: Annotated[bool | None, Query(alias="invoiceReady")] = None,
    invoiced: Annotated[bool | None, Query(description="whether there is an invoice, or a draft of one")] = None,
    client_id: Annotated[UUID | None, Query(alias="clientId")] = None,
    text: Annotated[str | None, Query(max_length=200, description="in reference, vehicle and location")] = None,
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[WorkOrderRowBody]:
    """Work orders, newest first."""
    wanted = WorkOrderFilter(status=status, invoice_ready=invoice_ready, client_id=client_id, text=text)
    page = queries.list_work_orders(scope, wanted, invoiced=invoiced, after=after, limit=limit)
    names = list_client_names(scope, [row.client_id for row in page.items if row.client_id])
    return PageOf[WorkOrderRowBody](items=[_row_body(row, names) for row in page.items], next=page.next)


def _row_body(row: WorkOrderSummary, names: dict[UUID, str]) -> WorkOrderRowBody:
    return WorkOrderRowBody(
        work_order_id=row.work_order_id,
        reference=row.reference,
        status=row.status,
        invoice_ready=row.invoice_ready,
        client_id=row.client_id,
        client_name=names.get(row.client_id) if row.client_id else None,
        vehicle_label=row.vehicle_label,
        location_name=row.location_name,
        completed_at=row.completed_at,
        billable_scope_snapshot_id=row.billable_scope_snapshot_id,
        first_reported_at=row.first_reported_at,
        reported_at=row.reported_at,
    )
