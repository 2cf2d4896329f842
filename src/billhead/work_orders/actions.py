"""Taking in reports: one by one, from a file, and from the outside system before a draft is made."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from billhead.access.http import Entry, Needs, open_reading
from billhead.access.runtime import Runtime
from billhead.access.scope import Scope, open_system_scope
from billhead.clients.queries import list_client_names
from billhead.gateways.work_execution import away
from billhead.refusal import Malformed, TooLarge
from billhead.storage.listing import searchable
from billhead.work_orders import queries, rules
from billhead.work_orders.documents import approvals_document, artifact_refs_document, snapshot_document
from billhead.work_orders.events import WorkOrderReported
from billhead.work_orders.queries import KnownWorkOrder
from billhead.work_orders.report import WorkOrderReport, WorkOrderRow, read_report, read_row
from billhead.work_orders.rules import KeptSnapshot, WorkReport
from billhead.work_orders.tables import BillableScopeSnapshot, WorkOrder

__all__ = [
    "ImportCount", "RowProblem", "TakenIn", "WorkOrderReport", "check_rows", "import_work_orders", "read_report",
    "refresh_before", "refresh_work_order", "report_work_order",
]  # fmt: skip

_BATCH = 500


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A work order after its report; `is_changed` is also true of a new one."""

    work_order: KnownWorkOrder
    is_new: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row of a file cannot be imported: its place from 0, and what is wrong by wire path."""

    index: int
    field_errors: Mapping[str, str]

    @property
    def row(self) -> int:
        """The row as people count, from 1."""
        return self.index + 1

    def describe(self) -> str:
        """Every place and what is wrong there, on one line."""
        return "; ".join(f"{path}: {words}" for path, words in self.field_errors.items())


@dataclass(frozen=True, slots=True)
class ImportCount:
    """How many rows of a file were new, changed what was known, or said nothing new."""

    new: int
    changed: int
    unchanged: int


def report_work_order(scope: Scope, work_order_id: UUID, report: WorkOrderReport) -> TakenIn:
    """Take in what the work-execution system reports; the same report again changes nothing.

    Refused: field errors (400), more lines than `max_invoice_lines` (413), `SNAPSHOT_CHANGED` (409).
    """
    try:
        with scope.session.begin_nested():
            return _take_in(scope, work_order_id, report)
    except IntegrityError:
        # Somebody reported the same work order or snapshot at the same moment; theirs is visible by now.
        return _take_in(scope, work_order_id, report)


def _take_in(scope: Scope, work_order_id: UUID, report: WorkOrderReport) -> TakenIn:
    # Locked first and read afterwards: PostgreSQL would join what it waited for with what it had read before.
    scope.session.execute(select(WorkOrder.id).where(WorkOrder.id == work_order_id).with_for_update())
    before = queries.find_known_work_order(scope, work_order_id)
    facts = report.facts(work_order_id)
    kept = _find_kept(scope, [facts])
    plan = rules.plan_report(
        facts,
        before=before.report if before else None,
        kept=next(iter(kept.values()), None),
        known_clients=_find_clients(scope, [facts]),
        line_limit=scope.runtime.settings.max_invoice_lines,
    )
    if plan.is_new_snapshot:
        _keep_snapshot(scope, facts)
    if plan.is_changed:
        version = before.version + 1 if before else 1
        _save_work_order(scope, facts, version)
        scope.record(_reported(facts, version))
    return TakenIn(queries.get_known_work_order(scope, work_order_id), plan.is_new, plan.is_changed)


def _keep_snapshot(scope: Scope, facts: WorkReport) -> None:
    assert facts.snapshot is not None
    scope.session.add(
        BillableScopeSnapshot(
            tenant_id=scope.tenant_id,
            id=facts.snapshot.billable_scope_snapshot_id,
            work_order_id=facts.work_order_id,
            schema_version=facts.snapshot.schema_version,
            currency=facts.snapshot.currency,
            line_count=len(facts.snapshot.lines),
            content=snapshot_document(facts.snapshot),
            received_at=scope.now,
        )
    )
    scope.session.flush()


def _save_work_order(scope: Scope, facts: WorkReport, version: int) -> None:
    row = scope.session.get(WorkOrder, (scope.tenant_id, facts.work_order_id))
    if row is None:
        row = WorkOrder(tenant_id=scope.tenant_id, id=facts.work_order_id, first_reported_at=scope.now)
        scope.session.add(row)
    row.reference = facts.reference
    row.status = facts.status
    row.invoice_ready = facts.invoice_ready
    row.client_id = facts.client_id
    row.vehicle_id = facts.vehicle_id
    row.vehicle_label = facts.vehicle_label
    row.location_id = facts.location_id
    row.location_name = facts.location_name
    row.estimate_id = facts.estimate_id
    row.estimate_version_id = facts.estimate_version_id
    row.approvals = approvals_document(facts.approvals)
    row.artifact_refs = artifact_refs_document(facts.artifact_refs)
    row.completed_at = facts.completed_at
    row.snapshot_id = facts.snapshot.billable_scope_snapshot_id if facts.snapshot else None
    row.search_text = searchable(facts.reference, facts.vehicle_label, facts.location_name)
    row.version = version
    row.reported_at = scope.now
    scope.session.flush()


def _reported(facts: WorkReport, version: int) -> WorkOrderReported:
    return WorkOrderReported(
        subject_id=facts.work_order_id,
        subject_version=version,
        reference=facts.reference,
        status=facts.status,
        invoice_ready=facts.invoice_ready,
        client_id=facts.client_id,
        billable_scope_snapshot_id=facts.snapshot.billable_scope_snapshot_id if facts.snapshot else None,
    )


def check_rows(rows: Sequence[object], scope: Scope | None = None) -> list[RowProblem]:
    """Everything wrong with the rows of a file, in their order; clients and kept snapshots only with a scope.

    A row is the body of `PUT /billing/work-orders/{workOrderId}` with its `workOrderId`, as parsed JSON.
    """
    return _read_rows(rows, scope)[1]


def import_work_orders(
    scope: Scope, rows: Sequence[object], progress: Callable[[int, int], object] = lambda done, total: None
) -> ImportCount:
    """Take in every row of a file, or none: Malformed `INVALID_FILE` names each place (`[3].clientId`).

    `progress` is told how many rows of how many are done.
    """
    reports, problems = _read_rows(rows, scope)
    if problems:
        errors = {f"[{p.index}].{path}": words for p in problems for path, words in p.field_errors.items()}
        raise Malformed("INVALID_FILE", f"{len(problems)} of {len(rows)} rows are wrong.", field_errors=errors)
    new = changed = 0
    for done, report in enumerate(reports, start=1):
        assert report is not None
        taken_in = report_work_order(scope, report.work_order_id, report)
        new += taken_in.is_new
        changed += taken_in.is_changed and not taken_in.is_new
        scope.session.expunge_all()
        progress(done, len(rows))
    return ImportCount(new, changed, len(rows) - new - changed)


def _read_rows(rows: Sequence[object], scope: Scope | None) -> tuple[list[WorkOrderRow | None], list[RowProblem]]:
    reports: list[WorkOrderRow | None] = []
    faults: dict[int, dict[str, str]] = {}
    for index, raw in enumerate(rows):
        try:
            reports.append(read_row(raw))
        except Malformed as refusal:
            reports.append(None)
            faults[index] = dict(refusal.field_errors)
    facts = [report.facts(report.work_order_id) if report else None for report in reports]
    known = [report for report in facts if report]
    faults |= rules.find_file_faults(
        facts,
        known_clients=_find_clients(scope, known) if scope else None,
        kept=_find_kept(scope, known) if scope else None,
        line_limit=scope.runtime.settings.max_invoice_lines if scope else None,
    )
    return reports, [RowProblem(index, faults[index]) for index in sorted(faults)]


def _find_clients(scope: Scope, reports: Iterable[WorkReport]) -> frozenset[UUID]:
    wanted = {report.client_id for report in reports if report.client_id}
    return frozenset(client_id for ids in _batches(wanted) for client_id in list_client_names(scope, ids))


def _find_kept(scope: Scope, reports: Iterable[WorkReport]) -> dict[UUID, KeptSnapshot]:
    wanted = {report.snapshot.billable_scope_snapshot_id for report in reports if report.snapshot}
    return {key: kept for ids in _batches(wanted) for key, kept in queries.list_kept_snapshots(scope, ids).items()}


def _batches(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    left = iter(ids)
    while batch := list(islice(left, _BATCH)):
        yield batch


def refresh_work_order(runtime: Runtime, tenant_id: UUID, work_order_id: UUID, *, correlation_id: str) -> None:
    """Ask the outside system for a work order, in no transaction, then take in its report like any other.

    Without an outside system, and for a work order that it does not know, nothing happens. Unavailable
    `WORK_EXECUTION_AWAY` when it cannot be asked or reports what cannot be taken in.
    """
    if runtime.work_execution is None:
        return
    found = runtime.work_execution.find_work_order(tenant_id, work_order_id)
    if found is None:
        return
    try:
        report = read_report(found.report, work_order_id)
        with open_system_scope(runtime, tenant_id, name="work-execution", correlation_id=correlation_id) as scope:
            report_work_order(scope, work_order_id, report)
    except (Malformed, TooLarge) as refusal:
        words = f"The work-execution system reports what cannot be taken in. {refusal.message}"
        raise away("UNUSABLE_REPORT", words, refusal.field_errors) from refusal


def refresh_before(entry: Entry, work_order_id: UUID) -> None:
    """For a route's `prepare`: the caller's permission first, then `refresh_work_order` in the caller's tenant."""
    runtime = entry.runtime
    if runtime.work_execution is None:
        return
    requirement = entry.request.state.needs
    assert isinstance(requirement, Needs)
    assert requirement.permission is not None
    with open_reading(entry, requirement.permission) as scope:
        tenant_id = scope.tenant_id
    refresh_work_order(runtime, tenant_id, work_order_id, correlation_id=entry.correlation_id)
