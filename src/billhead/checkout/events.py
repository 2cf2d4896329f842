"""What happened at checkouts."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from billhead.storage.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderCaptured(Event):
    """A checkout has its purchase order; the number itself is in the checkout."""

    type: ClassVar[str] = "billhead.checkout.po-captured"
    account_id: UUID
    work_order_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderWaived(Event):
    """Somebody who may let a checkout go on without the purchase order that the rules ask for."""

    type: ClassVar[str] = "billhead.checkout.po-waived"
    account_id: UUID
    work_order_id: UUID | None
    reason_code: str | None
