"""What happened to vendors, their bills, and payments to them. Amounts are minor units."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorCreated(Event):
    type: ClassVar[str] = "billhead.vendor.created"


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorChanged(Event):
    type: ClassVar[str] = "billhead.vendor.changed"
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BillReceived(Event):
    """A vendor's bill came in."""

    type: ClassVar[str] = "billhead.vendor-bill.received"
    vendor_id: UUID
    amount: int
    currency: str
    due_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BillVoided(Event):
    """A bill was taken back before anything of it was paid."""

    type: ClassVar[str] = "billhead.vendor-bill.voided"
    vendor_id: UUID
    amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPaymentEvent(Event):
    """What every event of a payment says."""

    vendor_id: UUID
    payment_ref: str
    gross_amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPaymentInitiated(VendorPaymentEvent):
    type: ClassVar[str] = "billhead.vendor-payment.initiated"


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPaymentSettled(VendorPaymentEvent):
    """The money went out."""

    type: ClassVar[str] = "billhead.vendor-payment.settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPaymentFailed(VendorPaymentEvent):
    """The gateway refused it; its bills are open again."""

    type: ClassVar[str] = "billhead.vendor-payment.failed"
    error_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPaymentPostingRequested(VendorPaymentEvent):
    """Accounting shall post it, and say so at `POST /billing/ap/payments/{billingPaymentId}/gl-acknowledgement`.

    `allocations` are `{billId, appliedAmount}`; what they leave of the gross amount is not allocated.
    """

    type: ClassVar[str] = "billhead.vendor-payment.posting-requested"
    allocations: tuple[dict[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPaymentPosted(VendorPaymentEvent):
    type: ClassVar[str] = "billhead.vendor-payment.posted"


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPaymentPostingFailed(VendorPaymentEvent):
    type: ClassVar[str] = "billhead.vendor-payment.posting-failed"
    error_code: str
