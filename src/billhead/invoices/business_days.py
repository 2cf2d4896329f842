"""Drafts follow the calendar: a business's day begins, and lists show its drafts with the new day's dates and rates."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from billhead.access.runtime import Runtime
from billhead.invoices.rules import InvoiceStatus
from billhead.invoices.tables import Invoice
from billhead.storage.tables import table_of
from billhead.tenants.queries import list_time_zones

BEGIN_DAY = "invoices.begin-day"
"""The job that brings all drafts of a business to its new day."""


class BusinessDays:
    """Notices when the day of a business begins. What it has seen is kept for this process alone: a new one looks anew,
    and a job that finds nothing to do changes nothing.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._seen: dict[UUID, date] = {}

    def begin(self) -> int:
        """Enqueue a job for each business with drafts of another day; returns for how many."""
        runtime = self._runtime
        now = runtime.clock.now()
        with runtime.database.platform(write=False) as session:
            days = {tenant: now.astimezone(ZoneInfo(zone)).date() for tenant, zone in list_time_zones(session)}
            new = {tenant: day for tenant, day in days.items() if self._seen.get(tenant) != day}
            late = [(tenant, day) for tenant, day in new.items() if _has_drafts_of_other_days(session, tenant, day)]
        if late:
            with runtime.database.platform(write=True) as session:
                for tenant, day in late:
                    runtime.jobs.enqueue(
                        session, tenant_id=tenant, task=BEGIN_DAY, args={"day": day.isoformat()},
                        dedupe_key=f"{tenant}:{day}",
                    )  # fmt: skip
        self._seen |= new
        return len(late)


def _has_drafts_of_other_days(session: Session, tenant_id: UUID, day: date) -> bool:
    table = table_of(Invoice)
    statement = select(table.c.id).where(
        table.c.tenant_id == tenant_id, table.c.status == InvoiceStatus.DRAFT, table.c.invoice_date != day
    )
    return session.execute(statement.limit(1)).one_or_none() is not None
