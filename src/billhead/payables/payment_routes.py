"""Payments to vendors over HTTP (BILL-DEC-013), and what everybody may know of their errors (BILL-DEC-014)."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field, StringConstraints

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import MAX_MINOR, After, Answer, CurrencyCode, PageOf, PageSize, ShortText, WireModel
from billhead.gateways.payouts import PayoutOutcome, PayoutState
from billhead.payables import actions, progress, queries
from billhead.payables.progress import MANUAL, Acknowledgement
from billhead.payables.queries import PaymentSummary, PaymentView
from billhead.payables.rules import (
    ERROR_TEXTS,
    MAX_ALLOCATIONS,
    MAX_DETAIL,
    PAYMENT_REF,
    TRANSITIONS,
    Allocation,
    Command,
    PaymentRequest,
    PostingError,
    PostingErrorCode,
    VendorPaymentStatus,
)

router = Router(tags=["Payables"])
_EXECUTE, _VIEW = "billing:ap:payment:execute", "billing:ap:payment:view"
_CONFIRM, _ACKNOWLEDGE = "billing:ap:payout:confirm", "billing:ap:gl:acknowledge"
_ERROR_DETAIL = "billing:posting-error:detail:view"

_Amount = Annotated[int, Field(strict=True, ge=1, le=MAX_MINOR, description="integer minor units")]
_PaymentRef = Annotated[str, StringConstraints(pattern=PAYMENT_REF)]
_ErrorCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_ErrorDetail = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_DETAIL)]


class BillAllocationBody(WireModel):
    """How much of a payment goes to one bill, in minor units."""

    bill_id: UUID
    applied_amount: _Amount


class VendorPaymentInput(WireModel):
    """A payment to a vendor; `paymentRef` is yours, and the same one with the same body is the same payment.

    Without `allocations` the bills are paid by due date, the oldest first, and of one day in the order in which they
    came in; with an empty list none is. What is left over stays unallocated.
    """

    vendor_id: UUID
    gross_amount: _Amount
    currency_uom_id: CurrencyCode
    payment_ref: _PaymentRef
    allocations: Annotated[list[BillAllocationBody], Field(max_length=MAX_ALLOCATIONS)] | None = None

    def value(self) -> PaymentRequest:
        """The request itself."""
        given = self.allocations
        parts = None if given is None else tuple(Allocation(a.bill_id, a.applied_amount) for a in given)
        return PaymentRequest(self.vendor_id, self.gross_amount, self.currency_uom_id, self.payment_ref, parts)


class PaidBillBody(BillAllocationBody):
    """An allocation; `released` when the payment failed and the bill is open again."""

    bill_reference: str
    released: bool


class PostingErrorBody(WireModel):
    """What went wrong, as everybody may know it."""

    code: PostingErrorCode
    text: str
    correlation_id: str


class VendorPaymentRowBody(WireModel):
    """One row of the list."""

    billing_payment_id: UUID
    vendor_id: UUID
    vendor_name: str
    payment_ref: str
    gross_amount: int
    currency_uom_id: str
    status: VendorPaymentStatus
    posting_error_summary: PostingErrorBody | None
    initiated_at: datetime


class VendorPaymentBody(VendorPaymentRowBody):
    """A payment. `postingErrorDetail` is null unless the caller may see posting errors in full (BILL-DEC-014)."""

    allocated_amount: int
    unallocated_amount: int
    allocations: list[PaidBillBody]
    gateway: str | None
    gateway_reference: str | None
    gl_reference: str | None
    posting_error_detail: str | None
    allowed_actions: list[str]
    initiated_by: str
    updated_at: datetime


class PayoutResult(StrEnum):
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class PostingResult(StrEnum):
    POSTED = "POSTED"
    FAILED = "FAILED"


class PostingErrorInput(WireModel):
    """Why not. A `code` that is none of `PostingErrorCode` is shown with `detail` to few."""

    code: _ErrorCode | None = None
    detail: _ErrorDetail | None = None


class PayoutConfirmationInput(WireModel):
    """What became of a payout that people make. `error` goes with FAILED."""

    status: PayoutResult
    gateway_reference: ShortText | None = None
    error: PostingErrorInput | None = None


class PostingAcknowledgementInput(WireModel):
    """What accounting made of a payment. `glReference` goes with POSTED, `error` with FAILED."""

    status: PostingResult
    gl_reference: ShortText | None = None
    error: PostingErrorInput | None = None


@router.get("/billing/ap/payments")
def get_vendor_payments(
    scope: Annotated[Scope, needs(_VIEW)],
    vendor_id: Annotated[UUID | None, Query(alias="vendorId")] = None,
    status: VendorPaymentStatus | None = None,
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[VendorPaymentRowBody]:
    """Payments to vendors, newest first."""
    page = queries.list_payments(scope, vendor_id=vendor_id, status=status, limit=limit, after=after)
    return PageOf[VendorPaymentRowBody](items=[_row_body(row) for row in page.items], next=page.next)


@router.post(
    "/billing/ap/payments",
    response_model=VendorPaymentBody,
    status_code=201,
    responses={200: {"model": VendorPaymentBody, "description": "The payment that was made of this request before."}},
)
def post_vendor_payment(body: VendorPaymentInput, scope: Annotated[Scope, needs(_EXECUTE)]) -> Answer:
    """Pay a vendor. The same `paymentRef`: the same payment, or 409 with `existingId` when anything else differs."""
    payment, is_new = actions.pay_vendor(scope, body.value())
    return Answer(_body(scope, payment), 201 if is_new else 200)


@router.get("/billing/ap/payments/{billing_payment_id}")
def get_vendor_payment(billing_payment_id: UUID, scope: Annotated[Scope, needs(_VIEW)]) -> VendorPaymentBody:
    """One payment."""
    return _body(scope, queries.get_payment(scope, billing_payment_id))


@router.get("/billing/ap/payments/by-ref/{payment_ref}")
def get_vendor_payment_by_ref(
    payment_ref: Annotated[str, Path(pattern=PAYMENT_REF)], scope: Annotated[Scope, needs(_VIEW)]
) -> VendorPaymentBody:
    """One payment, by the reference of who initiated it."""
    return _body(scope, queries.get_payment_by_ref(scope, payment_ref))


@router.post("/billing/ap/payments/{billing_payment_id}/payout-confirmation")
def post_payout_confirmation(
    billing_payment_id: UUID, body: PayoutConfirmationInput, scope: Annotated[Scope, needs(_CONFIRM)]
) -> VendorPaymentBody:
    """Say what became of a payout that people make by their bank; the same again changes nothing."""
    error = body.error or PostingErrorInput()
    outcome = PayoutOutcome(PayoutState(body.status), body.gateway_reference, error.code, error.detail)
    return _body(scope, progress.confirm_payout(scope, billing_payment_id, outcome))


@router.post("/billing/ap/payments/{billing_payment_id}/gl-acknowledgement")
def post_gl_acknowledgement(
    billing_payment_id: UUID, body: PostingAcknowledgementInput, scope: Annotated[Scope, needs(_ACKNOWLEDGE)]
) -> VendorPaymentBody:
    """Accounting's answer to `billhead.vendor-payment.posting-requested`; the same again changes nothing."""
    error = body.error or PostingErrorInput()
    told = Acknowledgement(body.status is PostingResult.POSTED, body.gl_reference, error.code, error.detail)
    return _body(scope, progress.acknowledge_posting(scope, billing_payment_id, told))


@router.post("/billing/ap/payments/{billing_payment_id}/gl-posting")
def post_gl_posting(billing_payment_id: UUID, scope: Annotated[Scope, needs(_EXECUTE)]) -> VendorPaymentBody:
    """Ask accounting once more to post a payment that it did not post."""
    return _body(scope, progress.request_posting(scope, billing_payment_id))


def _body(scope: Scope, payment: PaymentView) -> VendorPaymentBody:
    released = payment.status is VendorPaymentStatus.GATEWAY_FAILED
    return VendorPaymentBody(
        **dict(_row_body(_summary(payment))),
        allocated_amount=0 if released else payment.allocated_amount,
        unallocated_amount=payment.gross_amount if released else payment.gross_amount - payment.allocated_amount,
        allocations=[
            PaidBillBody(
                bill_id=paid.allocation.bill_id, applied_amount=paid.allocation.applied_amount,
                bill_reference=paid.bill_reference, released=released,
            )
            for paid in payment.paid_bills
        ],
        gateway=payment.gateway, gateway_reference=payment.gateway_reference, gl_reference=payment.gl_reference,
        posting_error_detail=payment.error.detail if payment.error and scope.may(_ERROR_DETAIL) else None,
        allowed_actions=_allowed_actions(scope, payment), initiated_by=payment.created_by,
        updated_at=payment.updated_at,
    )  # fmt: skip


def _allowed_actions(scope: Scope, payment: PaymentView) -> list[str]:
    def takes(command: Command) -> bool:
        return (payment.status, command) in TRANSITIONS

    by_people = payment.gateway == MANUAL
    offers = {
        "CONFIRM_PAYOUT": takes(Command.SETTLE) and by_people and scope.may(_CONFIRM),
        "ACKNOWLEDGE_POSTING": takes(Command.CONFIRM_POSTING) and scope.may(_ACKNOWLEDGE),
        "REQUEST_POSTING": takes(Command.REQUEST_POSTING) and scope.may(_EXECUTE),
    }
    return [name for name, offered in offers.items() if offered]


def _summary(payment: PaymentView) -> PaymentSummary:
    return PaymentSummary(
        payment.id, payment.vendor_id, payment.vendor_name, payment.payment_ref, payment.gross_amount,
        payment.currency, payment.status, payment.error, payment.created_at,
    )  # fmt: skip


def _row_body(row: PaymentSummary) -> VendorPaymentRowBody:
    return VendorPaymentRowBody(
        billing_payment_id=row.id, vendor_id=row.vendor_id, vendor_name=row.vendor_name, payment_ref=row.payment_ref,
        gross_amount=row.gross_amount, currency_uom_id=row.currency, status=row.status,
        posting_error_summary=_error_body(row.error), initiated_at=row.created_at,
    )  # fmt: skip


def _error_body(error: PostingError | None) -> PostingErrorBody | None:
    if error is None:
        return None
    return PostingErrorBody(code=error.code, text=ERROR_TEXTS[error.code], correlation_id=error.correlation_id)
