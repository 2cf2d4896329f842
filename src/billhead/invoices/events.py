"""What happened to invoices. Money in minor units of `currency`."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDrafted(Event):
    type: ClassVar[str] = "billhead.invoice.drafted"
    client_id: UUID
    work_order_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceIssued(Event):
    """Exactly once per invoice and version (BILL-DEC-001)."""

    type: ClassVar[str] = "billhead.invoice.issued"
    invoice_number: str
    client_id: UUID
    currency: str
    grand_total: int
    invoice_date: date
    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceVoided(Event):
    type: ClassVar[str] = "billhead.invoice.voided"
    invoice_number: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDiscarded(Event):
    type: ClassVar[str] = "billhead.invoice.draft-discarded"
