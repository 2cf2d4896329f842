"""Work of invoices that happens after commit. Each job may run twice and then changes nothing more."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from billhead.access.runtime import Runtime
from billhead.access.scope import open_system_scope
from billhead.clients.events import ClientArchived, ClientChanged
from billhead.invoices import issue_runs, renditions
from billhead.invoices.actions import refresh_drafts
from billhead.invoices.events import InvoiceIssued, InvoiceVoided
from billhead.storage.jobs import JobArgs, JobContext, Task
from billhead.storage.outbox import Event
from billhead.storage.tables import OutboxEvent
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
    ]


def _store_pdf(runtime: Runtime, args: JobArgs, context: JobContext) -> None:
    event = _event(runtime, args, context)
    open_one = partial(
        open_system_scope, runtime, context.tenant_id, name="renditions", correlation_id=event.correlation_id
    )
    with open_one(write=False) as scope:
        made = renditions.make_pdf(scope, event.subject_id)
    if made:
        with open_one() as scope:
            renditions.keep_pdf(scope, event.subject_id, made)


def _refresh_drafts(runtime: Runtime, args: JobArgs, context: JobContext) -> None:
    """Only the drafts of the client for a change of a client, else all drafts of the tenant; some at a time."""
    event = _event(runtime, args, context)
    client_id = event.subject_id if event.type.startswith("billhead.client.") else None
    after: UUID | None = None
    while True:
        with open_system_scope(
            runtime, context.tenant_id, name="draft-refresh", correlation_id=event.correlation_id
        ) as scope:
            after = refresh_drafts(scope, client_id=client_id, after=after)
        if after is None or context.stopping.is_set():
            return


def _event(runtime: Runtime, args: JobArgs, context: JobContext) -> OutboxEvent:
    with runtime.database.tenant(context.tenant_id, write=False) as session:
        return session.get_one(OutboxEvent, (context.tenant_id, UUID(str(args["eventId"]))))
