"""Reading work orders and their snapshots.

`find_work_report`, `get_work_report` and `list_work_reports` are for the slices above; they give values, never rows.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select, tuple_

from billhead.access.scope import Scope
from billhead.refusal import Fault, FaultCode, Malformed, NotFound
from billhead.storage.listing import Page, page_of, read_cursor, searchable
from billhead.storage.tables import table_of
from billhead.work_orders.documents import approvals_of, artifact_refs_of, snapshot_of
from billhead.work_orders.rules import (
    Approval,
    ArtifactRef,
    KeptSnapshot,
    LineDiscount,
    LineDiscountKind,
    LineKind,
    ScopeSnapshot,
    SnapshotLine,
    WorkOrderStatus,
    WorkReport,
)
from billhead.work_orders.tables import BillableScopeSnapshot, WorkOrder

__all__ = [
    "Approval",
    "ArtifactRef",
    "KeptSnapshot",
    "KnownWorkOrder",
    "LineDiscount",
    "LineDiscountKind",
    "LineKind",
    "ScopeSnapshot",
    "SnapshotLine",
    "WorkOrderFilter",
    "WorkOrderStatus",
    "WorkOrderSummary",
    "WorkReport",
    "find_known_work_order",
    "find_work_report",
    "get_known_work_order",
    "get_work_report",
    "list_kept_snapshots",
    "list_ready_reports",
    "list_work_orders",
    "list_work_reports",
]


@dataclass(frozen=True, slots=True)
class KnownWorkOrder:
    """A work order as last reported, how often that changed, and when."""

    report: WorkReport
    version: int
    first_reported_at: datetime
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class WorkOrderSummary:
    """A work order in a list."""

    work_order_id: UUID
    reference: str
    status: WorkOrderStatus
    invoice_ready: bool
    client_id: UUID | None
    vehicle_label: str | None
    location_name: str | None
    completed_at: datetime | None
    billable_scope_snapshot_id: UUID | None
    first_reported_at: datetime
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class WorkOrderFilter:
    """Which work orders to list; each word of `text` is looked for in reference, vehicle and location."""

    status: WorkOrderStatus | None = None
    invoice_ready: bool | None = None
    client_id: UUID | None = None
    text: str | None = None


def find_work_report(scope: Scope, work_order_id: UUID) -> WorkReport | None:
    """A work order as last reported, with the snapshot it names."""
    return list_work_reports(scope, [work_order_id]).get(work_order_id)


def get_work_report(scope: Scope, work_order_id: UUID) -> WorkReport:
    """A work order as last reported; NotFound `WORK_ORDER_NOT_FOUND` when nobody reported it."""
    return get_known_work_order(scope, work_order_id).report


def list_work_reports(scope: Scope, ids: Iterable[UUID], *, with_lines: bool = True) -> dict[UUID, WorkReport]:
    """The work orders with these ids, by id; unknown ones are left out. Lines of snapshots are read only if wanted."""
    found = _load(scope, ids) if with_lines else _load_without_lines(scope, ids)
    return {known.report.work_order_id: known.report for known in found}


def list_ready_reports(scope: Scope, client_id: UUID, *, limit: int) -> list[WorkReport]:
    """A client's finished work that is released for invoicing, oldest report first, with its lines."""
    wanted = (
        select(WorkOrder.id)
        .where(WorkOrder.client_id == client_id, WorkOrder.status == WorkOrderStatus.COMPLETED, WorkOrder.invoice_ready)
        .order_by(WorkOrder.first_reported_at.desc(), WorkOrder.id.desc())
        .limit(limit)
    )
    found = {known.report.work_order_id: known for known in _load(scope, scope.session.scalars(wanted).all())}
    oldest_first = sorted(found.values(), key=lambda k: (k.first_reported_at, k.report.work_order_id))
    return [known.report for known in oldest_first]


def find_known_work_order(scope: Scope, work_order_id: UUID) -> KnownWorkOrder | None:
    """A work order with its version and times."""
    return next(_load(scope, [work_order_id]), None)


def get_known_work_order(scope: Scope, work_order_id: UUID) -> KnownWorkOrder:
    """A work order with its version and times; NotFound `WORK_ORDER_NOT_FOUND` when nobody reported it."""
    known = find_known_work_order(scope, work_order_id)
    if known is None:
        raise NotFound("WORK_ORDER_NOT_FOUND", "There is no such work order.")
    return known


def list_kept_snapshots(scope: Scope, ids: Iterable[UUID]) -> dict[UUID, KeptSnapshot]:
    """Snapshots received before, by id, also those whose work order names another one by now."""
    statement = select(BillableScopeSnapshot).where(BillableScopeSnapshot.id.in_(sorted(set(ids))))
    return {
        row.id: KeptSnapshot(row.work_order_id, snapshot_of(row.content)) for row in scope.session.scalars(statement)
    }


Narrowing = Callable[[Select[WorkOrder]], Select[WorkOrder]]


def list_work_orders(
    scope: Scope, wanted: WorkOrderFilter, *, after: str | None, limit: int, narrowed: Narrowing = lambda every: every
) -> Page[WorkOrderSummary]:
    """Work orders, the one reported first last; `after` is `next` of the page before.

    `narrowed` says what higher slices know, such as whether there is an invoice.
    """
    statement = (
        narrowed(_matching(wanted)).order_by(WorkOrder.first_reported_at.desc(), WorkOrder.id.desc()).limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(WorkOrder.first_reported_at, WorkOrder.id) < tuple_(*_read_place(after)))
    return page_of(scope.session.scalars(statement).all(), limit, _summary_of, _place_of)


def _matching(wanted: WorkOrderFilter) -> Select[WorkOrder]:
    statement = select(WorkOrder)
    if wanted.status is not None:
        statement = statement.where(WorkOrder.status == wanted.status)
    if wanted.invoice_ready is not None:
        statement = statement.where(WorkOrder.invoice_ready == wanted.invoice_ready)
    if wanted.client_id is not None:
        statement = statement.where(WorkOrder.client_id == wanted.client_id)
    for word in searchable(wanted.text).split():
        statement = statement.where(WorkOrder.search_text.contains(word, autoescape=True))
    return statement


# Every draft and every issue reads its work orders: in Core, with a statement built once.
_ORDER, _SNAPSHOT = table_of(WorkOrder), table_of(BillableScopeSnapshot)
_BY_IDS = (
    select(_ORDER, _SNAPSHOT.c.content)
    .select_from(_ORDER)
    .outerjoin(_SNAPSHOT, (_SNAPSHOT.c.tenant_id == _ORDER.c.tenant_id) & (_SNAPSHOT.c.id == _ORDER.c.snapshot_id))
    .where(_ORDER.c.tenant_id == bindparam("tenant"), _ORDER.c.id.in_(bindparam("ids", expanding=True)))
)


_BY_IDS_WITHOUT_LINES = (
    select(_ORDER, _SNAPSHOT.c.schema_version, _SNAPSHOT.c.currency)
    .select_from(_ORDER)
    .outerjoin(_SNAPSHOT, (_SNAPSHOT.c.tenant_id == _ORDER.c.tenant_id) & (_SNAPSHOT.c.id == _ORDER.c.snapshot_id))
    .where(_ORDER.c.tenant_id == bindparam("tenant"), _ORDER.c.id.in_(bindparam("ids", expanding=True)))
)


def _load(scope: Scope, ids: Iterable[UUID]) -> Iterator[KnownWorkOrder]:
    scope.session.flush()
    for row in scope.run(_BY_IDS, {"tenant": scope.tenant_id, "ids": tuple(ids)}):
        yield _known(row, snapshot_of(row.content) if row.content else None)


def _load_without_lines(scope: Scope, ids: Iterable[UUID]) -> Iterator[KnownWorkOrder]:
    scope.session.flush()
    for row in scope.run(_BY_IDS_WITHOUT_LINES, {"tenant": scope.tenant_id, "ids": tuple(ids)}):
        named = row.snapshot_id is not None
        yield _known(row, ScopeSnapshot(row.snapshot_id, row.schema_version, row.currency, None, ()) if named else None)


def _known(row: Row, snapshot: ScopeSnapshot | None) -> KnownWorkOrder:  # type: ignore[type-arg]
    report = WorkReport(
        work_order_id=row.id,
        reference=row.reference,
        status=WorkOrderStatus(row.status),
        invoice_ready=row.invoice_ready,
        client_id=row.client_id,
        vehicle_id=row.vehicle_id,
        vehicle_label=row.vehicle_label,
        location_id=row.location_id,
        location_name=row.location_name,
        estimate_id=row.estimate_id,
        estimate_version_id=row.estimate_version_id,
        approvals=approvals_of(row.approvals),
        artifact_refs=artifact_refs_of(row.artifact_refs),
        completed_at=row.completed_at,
        snapshot=snapshot,
    )
    return KnownWorkOrder(report, row.version, row.first_reported_at, row.reported_at)


def _summary_of(row: WorkOrder) -> WorkOrderSummary:
    return WorkOrderSummary(
        work_order_id=row.id,
        reference=row.reference,
        status=WorkOrderStatus(row.status),
        invoice_ready=row.invoice_ready,
        client_id=row.client_id,
        vehicle_label=row.vehicle_label,
        location_name=row.location_name,
        completed_at=row.completed_at,
        billable_scope_snapshot_id=row.snapshot_id,
        first_reported_at=row.first_reported_at,
        reported_at=row.reported_at,
    )


def _place_of(row: WorkOrder) -> tuple[str, str]:
    return row.first_reported_at.isoformat(), str(row.id)


def _read_place(cursor: str) -> tuple[datetime, UUID]:
    moment, work_order_id = read_cursor(cursor, 2)
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(work_order_id)
    except (OverflowError, ValueError):
        errors = {"after": Fault(FaultCode.UNKNOWN_REFERENCE, "is no `next` of a page of this list")}
        raise Malformed("INVALID_CURSOR", "The list cannot go on from there.", field_errors=errors) from None
