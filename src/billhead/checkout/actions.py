"""Evaluating a checkout, giving it its purchase order, and letting it go on without one (BILL-DEC-009, 010)."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from billhead.access.elevation import ElevatedAction, spend_elevation
from billhead.access.scope import Scope
from billhead.billing_rules.rules import BillingRules, GroupingStrategy, PoUniqueness
from billhead.checkout import rules
from billhead.checkout.events import PurchaseOrderCaptured, PurchaseOrderWaived
from billhead.checkout.queries import CheckoutView, find_checkout, find_use, get_checkout
from billhead.checkout.rules import Intent
from billhead.checkout.tables import Checkout, PurchaseOrderUse
from billhead.clients.queries import get_billing_client
from billhead.invoices.actions import Authorization, are_on_one_draft, authorize_source
from billhead.invoices.queries import WORK_ORDER
from billhead.money import CURRENCIES
from billhead.refusal import Conflict, Fault, FaultCode, Malformed
from billhead.storage.tables import table_of
from billhead.work_orders.queries import find_work_report

_CHECKOUT, _USE = table_of(Checkout), table_of(PurchaseOrderUse)


@dataclass(frozen=True, slots=True)
class Waiver:
    """Why a purchase order is waived, and who confirms it: tokens of one approver, and of another where asked for."""

    reason_code: str | None
    reason_note: str | None
    elevation_token: str = field(repr=False)
    second_elevation_token: str | None = field(default=None, repr=False)


def evaluate_checkout(scope: Scope, checkout_id: UUID, intent: Intent | None) -> CheckoutView:
    """What the rules say about a checkout now. The first evaluation makes it from `intent`.

    A place that is left out is the work order's. Conflict `CHECKOUT_DIFFERS` when it was made for something else;
    Malformed when it is new and has no intent, or names what this tenant does not have.
    """
    known = find_checkout(scope, checkout_id)
    if known is None:
        if intent is None:
            errors = {"accountId": Fault(FaultCode.REQUIRED, "is needed at the first evaluation")}
            raise Malformed("INVALID_REQUEST", "The checkout is not known yet.", field_errors=errors)
        _make(scope, checkout_id, _settle_intent(scope, intent))
        known = find_checkout(scope, checkout_id)
    if intent is not None and known is not None and known[0] not in (intent, _placed(intent, known[0].location_id)):
        raise Conflict("CHECKOUT_DIFFERS", "This checkout was begun for something else.")
    return get_checkout(scope, checkout_id)


def capture_purchase_order(scope: Scope, checkout_id: UUID, po_number: str) -> CheckoutView:
    """Give a checkout its purchase order, once; the same number again changes nothing.

    Conflict `PO_NOT_UNIQUE` when it is used where it must be the only one; see `rules.plan_capture`.
    """
    known = get_checkout(scope, checkout_id, lock=True)
    held = known.evaluation.rules
    if not rules.plan_capture(held, known.settlement, po_number):
        return known
    _check_work_order(scope, known.intent)
    _settle(scope, known, {"po_number": po_number})
    _use(scope, known, held, po_number)
    _authorize(scope, known, po_number)
    intent = known.intent
    scope.record(
        PurchaseOrderCaptured(
            subject_id=checkout_id, subject_version=2, account_id=intent.account_id, work_order_id=intent.work_order_id
        )
    )
    scope.audit("checkout.capture-po", "checkout", checkout_id, policy_version=held.policy_version)
    return get_checkout(scope, checkout_id)


def waive_purchase_order(scope: Scope, checkout_id: UUID, waiver: Waiver) -> CheckoutView:
    """Let a checkout go on without the purchase order that its rules ask for; the same waiver again changes nothing.

    Spends the elevation tokens, each bound to this checkout; see `rules.plan_waiver` and `spend_elevation`.
    """
    known = get_checkout(scope, checkout_id, lock=True)
    held = known.evaluation.rules
    if not rules.plan_waiver(held, known.settlement, waiver.reason_code, waiver.reason_note):
        return known
    _check_work_order(scope, known.intent)
    first = spend_elevation(scope, waiver.elevation_token, ElevatedAction.PO_OVERRIDE, str(checkout_id))
    second = (
        spend_elevation(scope, waiver.second_elevation_token, ElevatedAction.PO_OVERRIDE, str(checkout_id))
        if waiver.second_elevation_token
        else None
    )
    rules.check_approvers(held, first.user_id, second.user_id if second else None)
    approvers = {"approver_user_id": first.user_id, "second_approver_user_id": second.user_id if second else None}
    reason = {"waiver_reason": waiver.reason_code, "waiver_note": waiver.reason_note}
    _settle(scope, known, {**reason, **approvers})
    _authorize(scope, known, None)
    intent = known.intent
    scope.record(
        PurchaseOrderWaived(
            subject_id=checkout_id, subject_version=2, account_id=intent.account_id,
            work_order_id=intent.work_order_id, reason_code=waiver.reason_code,
        )
    )  # fmt: skip
    scope.audit(
        "checkout.waive-po", "checkout", checkout_id, policy_version=held.policy_version, reason=waiver.reason_code,
        detail={name: str(value) for name, value in approvers.items() if value is not None},
    )  # fmt: skip
    return get_checkout(scope, checkout_id)


def _settle_intent(scope: Scope, intent: Intent) -> Intent:
    """The intent with the place of its work order; refused when it names what does not go together."""
    client = get_billing_client(scope, intent.account_id)
    errors, place = {}, None
    if intent.currency not in CURRENCIES:
        errors["currency"] = Fault(FaultCode.UNKNOWN_CURRENCY, "must be an ISO 4217 currency code")
    if intent.work_order_id is not None:
        report = find_work_report(scope, intent.work_order_id)
        place = report.location_id if report else None
        if report is None:
            errors["workOrderId"] = Fault(FaultCode.UNKNOWN_REFERENCE, "is no work order of this business")
        elif report.client_id != intent.account_id:
            errors["workOrderId"] = Fault(FaultCode.NOT_APPLICABLE, "is a work order of another account")
    if intent.location_id is not None and intent.location_id != place:
        if client.find_location(intent.location_id) is None:
            errors["locationId"] = Fault(FaultCode.UNKNOWN_REFERENCE, "is no location of this account")
        elif place is not None:
            errors["locationId"] = Fault(FaultCode.NOT_APPLICABLE, "is not where the work order was done")
    if errors:
        raise Malformed("INVALID_REQUEST", "The checkout cannot be begun.", field_errors=errors)
    return _placed(intent, place)


def _placed(intent: Intent, place: UUID | None) -> Intent:
    """The intent with the place of its work order where it names none itself."""
    if intent.location_id is not None or intent.work_order_id is None:
        return intent
    return replace(intent, location_id=place)


def _check_work_order(scope: Scope, intent: Intent) -> None:
    """Refuse to decide for an account about a work order that was reported for another one since."""
    if intent.work_order_id is None:
        return
    report = find_work_report(scope, intent.work_order_id)
    if report is None or report.client_id != intent.account_id:
        words = "The work order was reported for another account since. Begin a checkout for that one."
        raise Conflict("WORK_ORDER_OF_ANOTHER_ACCOUNT", words)


def _make(scope: Scope, checkout_id: UUID, intent: Intent) -> None:
    """Write a new checkout; of several who begin it at once, one does."""
    try:
        with scope.session.begin_nested():
            scope.session.execute(
                insert(_CHECKOUT).values(
                    tenant_id=scope.tenant_id, id=checkout_id, account_id=intent.account_id,
                    work_order_id=intent.work_order_id, location_id=intent.location_id, amount=intent.amount,
                    currency=intent.currency, created_at=scope.now, created_by=scope.actor.key,
                )
            )  # fmt: skip
    except IntegrityError:
        if find_checkout(scope, checkout_id) is None:
            raise


def _settle(scope: Scope, known: CheckoutView, values: dict[str, object]) -> None:
    """Write the decision; it is taken once (the row is locked, and a trigger sees to it)."""
    scope.session.execute(
        update(_CHECKOUT)
        .where(_CHECKOUT.c.tenant_id == scope.tenant_id, _CHECKOUT.c.id == known.id)
        .where(_CHECKOUT.c.settled_at.is_(None))
        .values(
            settled_at=scope.now, settled_by=scope.actor.key,
            policy_version=known.evaluation.rules.policy_version, **values,
        )
    )  # fmt: skip


def _use(scope: Scope, known: CheckoutView, held: BillingRules, po_number: str) -> None:
    """Claim the number in every place where it may have to be the only one; refuse it where it must be and is not.

    Work orders that the rules put on one draft are billed together, under one number: that is one use.
    """
    key, must_be = rules.key_of(po_number), held.po.uniqueness_scope
    for place in sorted(PoUniqueness):
        place_id = rules.place_of(place, scope.tenant_id, known.intent)
        claim = {
            "tenant_id": scope.tenant_id, "scope": place, "place_id": place_id, "po_key": key, "checkout_id": known.id,
        }  # fmt: skip
        try:
            with scope.session.begin_nested():
                scope.session.execute(insert(_USE).values(claim))
        except IntegrityError as error:
            if place is must_be and not _is_same_use(scope, held, known.intent, find_use(scope, place, place_id, key)):
                words = "This purchase order was used already."
                raise Conflict("PO_NOT_UNIQUE", words, reason_code=f"USED_IN_{must_be}") from error


def _is_same_use(scope: Scope, held: BillingRules, intent: Intent, other: Intent | None) -> bool:
    """Whether two checkouts of an account are about work orders that its rules put on one draft."""
    if held.grouping_strategy is GroupingStrategy.PER_WORKORDER or other is None:
        return False
    account_id, one, two = intent.account_id, intent.work_order_id, other.work_order_id
    if other.account_id != account_id or one is None or two is None:
        return False
    return are_on_one_draft(scope, WORK_ORDER, account_id, one, two)


def _authorize(scope: Scope, known: CheckoutView, po_number: str | None) -> None:
    """Hand the decision to the invoice of the work order, drafted or not."""
    if known.intent.work_order_id is not None:
        decision = Authorization(known.intent.account_id, po_number, known.id, known.evaluation.rules.policy_version)
        authorize_source(scope, WORK_ORDER, known.intent.work_order_id, decision)
