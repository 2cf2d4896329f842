"""Reading checkouts, and what the rules say about them now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from billhead.access.scope import Scope
from billhead.billing_rules.queries import get_rules_for
from billhead.billing_rules.rules import PoUniqueness
from billhead.checkout import rules
from billhead.checkout.rules import Evaluation, Intent, Settlement
from billhead.checkout.tables import Checkout, PurchaseOrderUse
from billhead.invoices.queries import sum_owed_by
from billhead.refusal import NotFound
from billhead.storage.tables import table_of

_TABLE = table_of(Checkout)


@dataclass(frozen=True, slots=True)
class CheckoutView:
    """A checkout with what holds for it now."""

    id: UUID
    intent: Intent
    settlement: Settlement | None
    evaluation: Evaluation
    created_at: datetime


def find_checkout(scope: Scope, checkout_id: UUID, *, lock: bool = False) -> tuple[Intent, Settlement | None] | None:
    """What was about to be charged and how it was settled; `lock` holds the row to the end of the transaction."""
    row = _find_row(scope, checkout_id, lock=lock)
    return (_intent(row), _settlement(row)) if row else None


def get_checkout(scope: Scope, checkout_id: UUID, *, lock: bool = False) -> CheckoutView:
    """A checkout with what holds for it now; NotFound before its first evaluation."""
    row = _find_row(scope, checkout_id, lock=lock)
    if row is None:
        raise NotFound("CHECKOUT_NOT_FOUND", "There is no such checkout. Evaluate it first.")
    intent, settlement = _intent(row), _settlement(row)
    held = get_rules_for(scope, intent.account_id)
    owed = sum_owed_by(scope, intent.account_id, intent.currency)
    return CheckoutView(checkout_id, intent, settlement, rules.evaluate(held, intent, owed, settlement), row.created_at)


def find_use(scope: Scope, place: PoUniqueness, place_id: UUID, po_key: str) -> Intent | None:
    """What the checkout that has a purchase order number in a place is about."""
    used = select(PurchaseOrderUse.checkout_id).where(
        PurchaseOrderUse.scope == place, PurchaseOrderUse.place_id == place_id, PurchaseOrderUse.po_key == po_key
    )
    checkout_id = scope.session.scalars(used).one_or_none()
    row = _find_row(scope, checkout_id, lock=False) if checkout_id else None
    return _intent(row) if row else None


def _find_row(scope: Scope, checkout_id: UUID, *, lock: bool) -> Checkout | None:
    wanted = select(Checkout).where(_TABLE.c.tenant_id == scope.tenant_id, _TABLE.c.id == checkout_id)
    statement = wanted.with_for_update() if lock else wanted
    return scope.session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()


def _intent(row: Checkout) -> Intent:
    return Intent(row.account_id, row.work_order_id, row.location_id, row.amount, row.currency)


def _settlement(row: Checkout) -> Settlement | None:
    if row.settled_at is None or row.settled_by is None or row.policy_version is None:
        return None
    return Settlement(
        row.po_number, row.waiver_reason, row.waiver_note, row.policy_version, row.settled_at, row.settled_by
    )
