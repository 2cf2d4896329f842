"""Issuing many drafts in the background: durable, resumable, each draft exactly once, refusals listed per draft.

A run is cut into chunks, each a job and one transaction: its drafts are issued and its items marked together, with one
block of numbers. A chunk that dies leaves nothing behind and is done again by whoever takes the job over.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import OperationalError

from billhead.access.actor import Actor, ActorKind
from billhead.access.runtime import Runtime
from billhead.access.scope import Scope, open_deputed_scope
from billhead.invoices.actions import try_plan_issue, write_issue
from billhead.invoices.drafts import DraftFacts
from billhead.invoices.queries import InvoiceView
from billhead.invoices.rules import InvoiceStatus
from billhead.invoices.tables import Invoice, IssueRun, IssueRunItem
from billhead.refusal import Fault, FaultCode, Malformed, NotFound, Refusal
from billhead.storage.ids import new_id
from billhead.storage.jobs import JobArgs, JobContext, LeaseLost
from billhead.storage.tables import table_of

_log = logging.getLogger(__name__)
CHUNK = 100
ATTEMPTS_TOGETHER = 3
MAX_RUN = 100_000
TASK = "invoices.issue-run-chunk"
PERMISSION = "billing:invoice:issue"
PENDING, ISSUED, REFUSED = "PENDING", "ISSUED", "REFUSED"


@dataclass(frozen=True, slots=True)
class RefusedDraft:
    """A draft that the run left alone, and why."""

    invoice_id: UUID
    error_code: str


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is."""

    run_id: UUID
    state: str
    total: int
    issued: int
    refused: int
    started_at: datetime
    finished_at: datetime | None
    refusals: tuple[RefusedDraft, ...]


def start_issue_run(scope: Scope, invoice_ids: Sequence[UUID] | None) -> RunProgress:
    """Start issuing these drafts, or every draft of the tenant when None. Unknown ids are refused."""
    table = table_of(Invoice)
    drafts = select(table.c.id).where(table.c.tenant_id == scope.tenant_id, table.c.status == InvoiceStatus.DRAFT)
    if invoice_ids is None:
        ids = list(scope.session.scalars(drafts.order_by(table.c.id).limit(MAX_RUN)))
    else:
        ids = sorted(set(invoice_ids))
        _refuse_unknown(scope, ids)
    run_id = new_id()
    scope.session.execute(
        insert(table_of(IssueRun)).values(
            tenant_id=scope.tenant_id, id=run_id, state="RUNNING" if ids else "DONE", total=len(ids),
            started_by=scope.actor.key, started_by_user_id=scope.actor.user_id, started_at=scope.now,
            finished_at=None if ids else scope.now, correlation_id=scope.correlation_id,
        )
    )  # fmt: skip
    for first in range(0, len(ids), CHUNK):
        chunk = ids[first : first + CHUNK]
        scope.session.execute(
            insert(table_of(IssueRunItem)),
            [
                {"tenant_id": scope.tenant_id, "run_id": run_id, "position": first + place, "invoice_id": invoice_id,
                 "outcome": PENDING, "error_code": None}
                for place, invoice_id in enumerate(chunk)
            ],
        )  # fmt: skip
        scope.enqueue(TASK, {"runId": str(run_id), "first": first, "last": first + len(chunk) - 1})
    scope.audit("invoice.issue-run", "issue-run", run_id, detail={"total": len(ids)})
    return get_issue_run(scope, run_id)


def _refuse_unknown(scope: Scope, ids: Sequence[UUID]) -> None:
    table, known = table_of(Invoice), set()
    for first in range(0, len(ids), 500):
        wanted = select(table.c.id).where(
            table.c.tenant_id == scope.tenant_id, table.c.id.in_(ids[first : first + 500])
        )
        known |= set(scope.session.scalars(wanted))
    if unknown := [i for i in ids if i not in known]:
        errors = {
            "invoiceIds": Fault(FaultCode.UNKNOWN_REFERENCE, f"{len(unknown)} of them are no invoices of this business")
        }
        raise Malformed("INVALID_REQUEST", "The run cannot start.", field_errors=errors)


def get_issue_run(scope: Scope, run_id: UUID) -> RunProgress:
    """How far a run is, with up to 1,000 of its refusals."""
    run, item = table_of(IssueRun), table_of(IssueRunItem)
    row = scope.session.execute(select(run).where(run.c.tenant_id == scope.tenant_id, run.c.id == run_id)).one_or_none()
    if row is None:
        raise NotFound("ISSUE_RUN_NOT_FOUND", "There is no such run.")
    own = (item.c.tenant_id == scope.tenant_id, item.c.run_id == run_id)
    counting = select(item.c.outcome, func.count()).where(*own).group_by(item.c.outcome)
    counts: dict[str, int] = {row[0]: row[1] for row in scope.session.execute(counting)}
    refused = scope.session.execute(
        select(item.c.invoice_id, item.c.error_code)
        .where(*own, item.c.outcome == REFUSED)
        .order_by(item.c.position)
        .limit(1000)
    )
    return RunProgress(
        run_id, row.state, row.total, counts.get(ISSUED, 0), counts.get(REFUSED, 0), row.started_at, row.finished_at,
        tuple(RefusedDraft(i, code) for i, code in refused),
    )  # fmt: skip


def issue_chunk(runtime: Runtime, args: JobArgs, context: JobContext) -> None:
    """Do one chunk; what is done already is skipped, so doing it again changes nothing.

    A chunk that fails `ATTEMPTS_TOGETHER` times is done draft by draft, and a draft at which something fails that is
    no refusal is left alone as `INTERNAL_ERROR`: one bad draft stops neither its neighbours nor the run.
    """
    run_id, first, last = UUID(str(args["runId"])), int(str(args["first"])), int(str(args["last"]))
    with runtime.database.tenant(context.tenant_id, write=False) as session:
        run = session.get_one(IssueRun, (context.tenant_id, run_id))
        kind, _, actor_id = run.started_by.partition(":")
        actor = Actor(ActorKind(kind), actor_id, frozenset({PERMISSION}), run.started_by_user_id)
        correlation_id = run.correlation_id

    @contextmanager
    def held() -> Iterator[Scope]:
        with open_deputed_scope(runtime, context.tenant_id, actor, PERMISSION, correlation_id=correlation_id) as scope:
            context.hold(scope.session)
            yield scope

    def issue(start: int, end: int) -> str | None:
        try:
            with held() as scope:
                _issue_pending(scope, run_id, start, end)
        except (LeaseLost, OperationalError):
            raise
        except Exception as error:
            if context.claim.attempt < ATTEMPTS_TOGETHER:
                raise
            _log.exception("run %s failed at its drafts %d to %d", run_id, start, end)
            return error.code if isinstance(error, Refusal) else "INTERNAL_ERROR"
        return None

    if issue(first, last) is None:
        return
    for position in range(first, last + 1):
        if error_code := issue(position, position):
            with held() as scope:
                _mark(scope, run_id, position, error_code)
                _finish(scope, run_id)


def _issue_pending(scope: Scope, run_id: UUID, first: int, last: int) -> None:
    item = table_of(IssueRunItem)
    own = (item.c.tenant_id == scope.tenant_id, item.c.run_id == run_id)
    pending = scope.session.execute(
        select(item.c.position, item.c.invoice_id)
        .where(*own, item.c.position.between(first, last), item.c.outcome == PENDING)
        .order_by(item.c.invoice_id)
    ).all()
    if not pending:
        return
    facts = DraftFacts.gather(scope)
    plans = {position: try_plan_issue(scope, facts, invoice_id) for position, invoice_id in pending}
    ready = [plan for plan in plans.values() if isinstance(plan, InvoiceView)]
    if ready:
        write_issue(scope, facts, ready)
    for position, plan in plans.items():
        _mark(scope, run_id, position, plan if isinstance(plan, str) else None)
    _finish(scope, run_id)


def _mark(scope: Scope, run_id: UUID, position: int, error_code: str | None) -> None:
    item = table_of(IssueRunItem)
    scope.session.execute(
        update(item)
        .where(item.c.tenant_id == scope.tenant_id, item.c.run_id == run_id, item.c.position == position)
        .values(outcome=REFUSED if error_code else ISSUED, error_code=error_code)
    )


def _finish(scope: Scope, run_id: UUID) -> None:
    """Close the run when nothing is pending any more; the row's lock makes the last chunk see all others."""
    run, item = table_of(IssueRun), table_of(IssueRunItem)
    own = (run.c.tenant_id == scope.tenant_id, run.c.id == run_id)
    scope.session.execute(select(run.c.id).where(*own).with_for_update())
    left = scope.session.scalar(
        select(func.count()).where(
            item.c.tenant_id == scope.tenant_id, item.c.run_id == run_id, item.c.outcome == PENDING
        )
    )
    if not left:
        scope.session.execute(update(run).where(*own).values(state="DONE", finished_at=scope.now))
