"""What happens to work orders here."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrderReported(Event):
    """A work order was taken in, or what is known of it changed."""

    type: ClassVar[str] = "billhead.work-order.reported"
    reference: str
    status: str
    invoice_ready: bool
    client_id: UUID | None
    billable_scope_snapshot_id: UUID | None
