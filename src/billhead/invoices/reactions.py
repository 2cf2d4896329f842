"""Work of invoices that happens after commit. Each job may run twice and then changes nothing more."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from billhead.access.runtime import Runtime
from billhead.access.scope import open_system_scope
from billhead.clients.events import ClientArchived, ClientChanged
from billhead.invoices import issue_runs, renditions
from billhead.invoices.actions import refresh_drafts
from billhead.invoices.business_days import BEGIN_DAY, BusinessDays
from billhead.invoices.events import InvoiceIssued, InvoiceVoided
from billhead.storage.jobs import JobArgs, JobContext, Task
from billhead.storage.outbox import Event
from billhead.storage.tables import OutboxEvent
from billhead.storage.upkeep import Chore
from billhead.tax.events import (
    FeeRuleChanged,
    FeeRuleCreated,
    FeeRuleDeleted,
    TaxRegionChanged,
    TaxRegionCreated,
    TaxRegionDeleted,
)
from billhead.tenants.events import BusinessChanged

STORE_PDF = "invoices.store-pdf"
REFRESH_DRAFTS = "invoices.refresh-drafts"

FOLLOWS: Mapping[type[Event], str] = {
    InvoiceIssued: STORE_PDF,
    InvoiceVoided: STORE_PDF,
    ClientChanged: REFRESH_DRAFTS,
    ClientArchived: REFRESH_DRAFTS,
    TaxRegionCreated: REFRESH_DRAFTS,
    TaxRegionChanged: REFRESH_DRAFTS,
    TaxRegionDeleted: REFRESH_DRAFTS,
    FeeRuleCreated: REFRESH_DRAFTS,
    FeeRuleChanged: REFRESH_DRAFTS,
    FeeRuleDeleted: REFRESH_DRAFTS,
    BusinessChanged: REFRESH_DRAFTS,
}
"""Which job follows which event."""


def tasks(runtime: Runtime) -> list[Task]:
    """The jobs that a worker of this slice can do."""
    return [
        Task(issue_runs.TASK, partial(issue_runs.issue_chunk, runtime)),
        Task(STORE_PDF, partial(_store_pdf, runtime)),
        Task(REFRESH_DRAFTS, partial(_refresh_drafts, runtime)),
        Task(BEGIN_DAY, partial(_begin_day, runtime)),
    ]


def chores(runtime: Runtime, wake_worker: Callable[[], None]) -> list[Chore]:
    """What this slice does again and again. `wake_worker` is called when there are new jobs."""
    days = BusinessDays(runtime)

    def begin_days() -> int:
        begun = days.begin()
        if begun:
            wake_worker()
        return begun

    return [Chore("begin business days", begin_days, 60.0)]


def _store_pdf(runtime: Runtime, args: JobArgs, context: JobContext) -> None:
    event = _event(runtime, args, context)
    with open_system_scope(
        runtime, context.tenant_id, name="renditions", correlation_id=event.correlation_id, write=False
    ) as scope:
        order = renditions.order_pdf(scope, event.subject_id)
    if order:
        order.make()


def _refresh_drafts(runtime: Runtime, args: JobArgs, context: JobContext) -> None:
    """Only the drafts of the client for a change of a client, else all drafts of the tenant."""
    event = _event(runtime, args, context)
    client_id = event.subject_id if event.type.startswith("billhead.client.") else None
    _refresh(runtime, context, client_id, event.correlation_id)


def _begin_day(runtime: Runtime, args: JobArgs, context: JobContext) -> None:
    """Every draft of the tenant, for the day that has begun."""
    _refresh(runtime, context, None, f"day-{args['day']}")


def _refresh(runtime: Runtime, context: JobContext, client_id: UUID | None, correlation_id: str) -> None:
    """Some drafts at a time: nobody waits long for the rest."""
    after: UUID | None = None
    while True:
        with open_system_scope(
            runtime, context.tenant_id, name="draft-refresh", correlation_id=correlation_id
        ) as scope:
            after = refresh_drafts(scope, client_id=client_id, after=after)
        if after is None or context.stopping.is_set():
            return


def _event(runtime: Runtime, args: JobArgs, context: JobContext) -> OutboxEvent:
    with runtime.database.tenant(context.tenant_id, write=False) as session:
        return session.get_one(OutboxEvent, (context.tenant_id, UUID(str(args["eventId"]))))
