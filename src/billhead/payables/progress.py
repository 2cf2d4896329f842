"""A payment on its way: out through the gateway, then into the ledger. Each step is a transaction of its own.

    begin_payout  the intent is written          the gateway is called outside of any transaction
    settle_payout what it said is written        and the next step asked for as a job, in the same transaction
    begin_posting                                accounting reads the event, and answers by `acknowledge_posting`

Each may be done again, by a job that was cut off or by a caller who heard no answer, and then changes nothing more.
"""

from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import case, update

from billhead.access.scope import Scope
from billhead.gateways.payouts import PayoutOrder, PayoutOutcome, PayoutState
from billhead.payables import rules
from billhead.payables.events import (
    VendorPaymentEvent,
    VendorPaymentFailed,
    VendorPaymentPosted,
    VendorPaymentPostingFailed,
    VendorPaymentPostingRequested,
    VendorPaymentSettled,
)
from billhead.payables.queries import PaymentView, get_payment
from billhead.payables.rules import BillStatus, Command, PostingError, PostingErrorCode, VendorPaymentStatus
from billhead.payables.tables import VendorBill, VendorPayment
from billhead.refusal import Conflict
from billhead.storage.tables import table_of

PAY_OUT = "payables.pay-out"
REQUEST_POSTING = "payables.request-posting"
MANUAL = "MANUAL"
_BILL, _PAYMENT = table_of(VendorBill), table_of(VendorPayment)


@dataclass(frozen=True, slots=True)
class OpenPayout:
    """A payout without an outcome yet; `is_first` when nothing was sent before."""

    order: PayoutOrder
    gateway: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Accounting's word on a payment: posted under `gl_reference`, or not, for the reason it gives."""

    is_posted: bool
    gl_reference: str | None = None
    error_code: str | None = field(default=None, repr=False)
    error_detail: str | None = field(default=None, repr=False)


def ask(scope: Scope, task: str, payment_id: UUID) -> None:
    """Have a step done as a job, under the correlation id of what led to it."""
    scope.enqueue(task, {"paymentId": str(payment_id), "correlationId": scope.correlation_id})


def begin_payout(scope: Scope, payment_id: UUID, gateway: str) -> OpenPayout | None:
    """Write down that the payment is about to be sent through `gateway`; None when its outcome is known already."""
    known = get_payment(scope, payment_id, lock=True)
    is_first = known.status is VendorPaymentStatus.INITIATED
    if is_first:
        known = _advance(scope, known, Command.SEND, gateway=gateway)
    if known.status is not VendorPaymentStatus.GATEWAY_PENDING:
        return None
    order = PayoutOrder(
        scope.tenant_id, payment_id, known.vendor_id, known.vendor_reference, known.payment_ref, known.gross_amount,
        known.currency,
    )  # fmt: skip
    assert known.gateway is not None
    return OpenPayout(order, known.gateway, is_first)


def settle_payout(scope: Scope, payment_id: UUID, outcome: PayoutOutcome) -> PaymentView:
    """Write down what became of a payout. Success asks for the posting; failure lets the bills go.

    An outcome that is written already, and one that says nothing yet, change nothing; Conflict `PAYMENT_STATE` for
    one that contradicts.
    """
    known = get_payment(scope, payment_id, lock=True)
    if outcome.state is PayoutState.SUCCEEDED:
        if known.status not in (
            VendorPaymentStatus.GATEWAY_PENDING,
            VendorPaymentStatus.INITIATED,
            VendorPaymentStatus.GATEWAY_FAILED,
        ):
            return known
        return _settle(scope, known, outcome)
    if outcome.state is PayoutState.FAILED and known.status is not VendorPaymentStatus.GATEWAY_FAILED:
        return _fail(scope, known, outcome)
    return known


def confirm_payout(scope: Scope, payment_id: UUID, outcome: PayoutOutcome) -> PaymentView:
    """A person says what became of a payout that people make. Conflict `PAYOUT_NOT_MANUAL` for another's."""
    known = get_payment(scope, payment_id, lock=True)
    if known.gateway != MANUAL:
        words = "This payment is not, or not yet, in people's hands."
        raise Conflict("PAYOUT_NOT_MANUAL", words, reason_code=known.status)
    return settle_payout(scope, payment_id, outcome)


def begin_posting(scope: Scope, payment_id: UUID) -> None:
    """Ask accounting to post a payment whose money went out, if nobody did yet."""
    if get_payment(scope, payment_id, lock=True).status is VendorPaymentStatus.GATEWAY_SUCCEEDED:
        request_posting(scope, payment_id)


def request_posting(scope: Scope, payment_id: UUID) -> PaymentView:
    """Ask accounting to post a payment, or again after it did not; being asked already changes nothing.

    Conflict `PAYMENT_STATE` when the money did not go out, or it is posted.
    """
    known = get_payment(scope, payment_id, lock=True)
    if known.status is VendorPaymentStatus.GL_POST_PENDING:
        return known
    made = _advance(scope, known, Command.REQUEST_POSTING, error=None)
    parts = ({"billId": str(p.allocation.bill_id), "appliedAmount": p.allocation.applied_amount}
             for p in made.paid_bills)  # fmt: skip
    scope.record(_event(VendorPaymentPostingRequested, made, allocations=tuple(parts)))
    scope.audit("vendor-payment.request-posting", "vendor-payment", payment_id)
    return made


def acknowledge_posting(scope: Scope, payment_id: UUID, told: Acknowledgement) -> PaymentView:
    """Accounting's word. The same word again changes nothing; Conflict `PAYMENT_STATE` for any other after it."""
    known = get_payment(scope, payment_id, lock=True)
    if told.is_posted:
        if known.status is VendorPaymentStatus.GL_POSTED and told.gl_reference in (None, known.gl_reference):
            return known
        made = _advance(scope, known, Command.CONFIRM_POSTING, gl_reference=told.gl_reference, error=None)
        scope.record(_event(VendorPaymentPosted, made))
    else:
        error = _error(scope, told.error_code, told.error_detail, PostingErrorCode.GL_REJECTED)
        if known.status is VendorPaymentStatus.GL_POST_FAILED and _says(known.error, error):
            return known
        made = _advance(scope, known, Command.REJECT_POSTING, error=error)
        scope.record(_event(VendorPaymentPostingFailed, made, error_code=error.code))
    scope.audit("vendor-payment.acknowledge-posting", "vendor-payment", payment_id, reason=made.status)
    return made


def _settle(scope: Scope, known: PaymentView, outcome: PayoutOutcome) -> PaymentView:
    made = _advance(scope, known, Command.SETTLE, gateway_reference=outcome.reference)
    for paid in made.paid_bills:
        part = paid.allocation.applied_amount
        is_paid = _BILL.c.paid_amount + part == _BILL.c.amount
        scope.session.execute(
            update(_BILL)
            .where(_BILL.c.tenant_id == scope.tenant_id, _BILL.c.id == paid.allocation.bill_id)
            .values(
                paid_amount=_BILL.c.paid_amount + part, status=case((is_paid, BillStatus.PAID), else_=_BILL.c.status)
            )
        )
    ask(scope, REQUEST_POSTING, known.id)
    scope.record(_event(VendorPaymentSettled, made))
    scope.audit("vendor-payment.settle", "vendor-payment", known.id)
    return made


def _fail(scope: Scope, known: PaymentView, outcome: PayoutOutcome) -> PaymentView:
    error = _error(scope, outcome.error_code, outcome.detail, PostingErrorCode.GATEWAY_REFUSED)
    made = _advance(scope, known, Command.REFUSE, gateway_reference=outcome.reference, error=error)
    for paid in made.paid_bills:
        scope.session.execute(
            update(_BILL)
            .where(_BILL.c.tenant_id == scope.tenant_id, _BILL.c.id == paid.allocation.bill_id)
            .values(open_amount=_BILL.c.open_amount + paid.allocation.applied_amount)
        )
    scope.record(_event(VendorPaymentFailed, made, error_code=error.code))
    scope.audit("vendor-payment.fail", "vendor-payment", known.id, reason=error.code)
    return made


def _advance(
    scope: Scope, known: PaymentView, command: Command, *, error: PostingError | None = None, **values: str | None
) -> PaymentView:
    """Take a locked payment one step further; `error` is what it shows from now on."""
    status = rules.next_status(known.status, command)
    scope.session.execute(
        update(_PAYMENT)
        .where(_PAYMENT.c.tenant_id == scope.tenant_id, _PAYMENT.c.id == known.id)
        .values(
            status=status, version=known.version + 1, updated_at=scope.now,
            error_code=error.code if error else None, error_detail=error.detail if error else None,
            error_correlation_id=error.correlation_id if error else None, **values,
        )
    )  # fmt: skip
    return replace(
        known, status=status, version=known.version + 1, updated_at=scope.now, error=error,
        **values,  # type: ignore[arg-type]
    )  # fmt: skip


def _error(scope: Scope, code: str | None, detail: str | None, otherwise: PostingErrorCode) -> PostingError:
    known = rules.known_error(code, otherwise)
    return PostingError(known, scope.correlation_id, rules.detail_of(None if code == known else code, detail))


def _says(one: PostingError | None, other: PostingError) -> bool:
    return one is not None and (one.code, one.detail) == (other.code, other.detail)


def _event(kind: type[VendorPaymentEvent], payment: PaymentView, **more: object) -> VendorPaymentEvent:
    return kind(
        subject_id=payment.id, subject_version=payment.version, vendor_id=payment.vendor_id,
        payment_ref=payment.payment_ref, gross_amount=payment.gross_amount, currency=payment.currency,
        **more,
    )  # fmt: skip
