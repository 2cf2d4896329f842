"""What may be owed and paid to vendors. Pure decisions (BILL-DEC-013, 014).

    INITIATED ──> GATEWAY_PENDING ──> GATEWAY_SUCCEEDED ──> GL_POST_PENDING ──> GL_POSTED
                        └──> GATEWAY_FAILED                     ^  └──> GL_POST_FAILED ──> GL_POSTED
                                                                └────────────┘

The allocations of a payment hold their bills from the moment it is initiated; a payment that failed at the gateway
lets them go. A bill is PAID when the money for all of it went out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from billhead.money import CURRENCIES, MAX_AMOUNT
from billhead.postal import PostalAddress, countries
from billhead.refusal import Conflict, Fault, FaultCode, Malformed, TooLarge

MAX_ALLOCATIONS = 1000
MAX_DETAIL = 2000
PAYMENT_REF = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$"
"""What a payment reference looks like: it stands in a path as it is."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*")


class BillStatus(StrEnum):
    """OPEN until the money for all of it went out, unless it was VOID."""

    OPEN = "OPEN"
    PAID = "PAID"
    VOID = "VOID"


class VendorPaymentStatus(StrEnum):
    """Where a payment to a vendor is on its way."""

    INITIATED = "INITIATED"
    GATEWAY_PENDING = "GATEWAY_PENDING"
    GATEWAY_FAILED = "GATEWAY_FAILED"
    GATEWAY_SUCCEEDED = "GATEWAY_SUCCEEDED"
    GL_POST_PENDING = "GL_POST_PENDING"
    GL_POSTED = "GL_POSTED"
    GL_POST_FAILED = "GL_POST_FAILED"


class Command(StrEnum):
    """What can happen to a payment."""

    SEND = "SEND"
    SETTLE = "SETTLE"
    REFUSE = "REFUSE"
    REQUEST_POSTING = "REQUEST_POSTING"
    CONFIRM_POSTING = "CONFIRM_POSTING"
    REJECT_POSTING = "REJECT_POSTING"


TRANSITIONS: Mapping[tuple[VendorPaymentStatus, Command], VendorPaymentStatus] = {
    (VendorPaymentStatus.INITIATED, Command.SEND): VendorPaymentStatus.GATEWAY_PENDING,
    (VendorPaymentStatus.GATEWAY_PENDING, Command.SETTLE): VendorPaymentStatus.GATEWAY_SUCCEEDED,
    (VendorPaymentStatus.GATEWAY_PENDING, Command.REFUSE): VendorPaymentStatus.GATEWAY_FAILED,
    (VendorPaymentStatus.GATEWAY_SUCCEEDED, Command.REQUEST_POSTING): VendorPaymentStatus.GL_POST_PENDING,
    (VendorPaymentStatus.GL_POST_PENDING, Command.CONFIRM_POSTING): VendorPaymentStatus.GL_POSTED,
    (VendorPaymentStatus.GL_POST_PENDING, Command.REJECT_POSTING): VendorPaymentStatus.GL_POST_FAILED,
    (VendorPaymentStatus.GL_POST_FAILED, Command.REQUEST_POSTING): VendorPaymentStatus.GL_POST_PENDING,
    (VendorPaymentStatus.GL_POST_FAILED, Command.CONFIRM_POSTING): VendorPaymentStatus.GL_POSTED,
}
"""Every change of status there is."""


class PostingErrorCode(StrEnum):
    """What went wrong, as everybody may know it: one of these, whatever the other system called it."""

    INSUFFICIENT_FUNDS = "INSUFFICIENT_FUNDS"
    PAYEE_REFUSED = "PAYEE_REFUSED"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    GATEWAY_REFUSED = "GATEWAY_REFUSED"
    PERIOD_CLOSED = "PERIOD_CLOSED"
    ACCOUNT_UNKNOWN = "ACCOUNT_UNKNOWN"
    DUPLICATE_ENTRY = "DUPLICATE_ENTRY"
    UNBALANCED_ENTRY = "UNBALANCED_ENTRY"
    GL_REJECTED = "GL_REJECTED"


ERROR_TEXTS: Mapping[PostingErrorCode, str] = {
    PostingErrorCode.INSUFFICIENT_FUNDS: "The paying account does not hold enough.",
    PostingErrorCode.PAYEE_REFUSED: "The vendor's account cannot take the payment.",
    PostingErrorCode.LIMIT_EXCEEDED: "The payment is above what may be paid out.",
    PostingErrorCode.GATEWAY_REFUSED: "The payment was refused. Finance staff can see why.",
    PostingErrorCode.PERIOD_CLOSED: "The accounting period is closed.",
    PostingErrorCode.ACCOUNT_UNKNOWN: "An account for this payment is missing in accounting.",
    PostingErrorCode.DUPLICATE_ENTRY: "Accounting has an entry for this payment already.",
    PostingErrorCode.UNBALANCED_ENTRY: "The entry for this payment does not balance.",
    PostingErrorCode.GL_REJECTED: "Accounting did not post the payment. Finance staff can see why.",
}


@dataclass(frozen=True, slots=True)
class PostingError:
    """A failure at the gateway or in accounting: `code` for everybody, `detail` for who may see it (BILL-DEC-014)."""

    code: PostingErrorCode
    correlation_id: str
    detail: str | None = field(default=None, repr=False)


def known_error(given: str | None, otherwise: PostingErrorCode) -> PostingErrorCode:
    """The code that everybody may see for another system's own; an unknown one is `otherwise`."""
    return next((code for code in PostingErrorCode if code == given), otherwise)


def detail_of(given_code: str | None, words: str | None) -> str | None:
    """All that another system said, for who may see it."""
    return ": ".join(part for part in (given_code, words) if part)[:MAX_DETAIL] or None


@dataclass(frozen=True, slots=True)
class VendorFields:
    """A vendor as people edit it; `reference` is what accounting and the gateway call it."""

    name: str
    reference: str | None = None
    email: str | None = None
    address: PostalAddress | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class BillFields:
    """A vendor's bill as it comes in; `reference` is the vendor's number for it, `amount` in minor units."""

    reference: str
    amount: int
    currency: str
    bill_date: date
    due_date: date
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """How much of a payment goes to one bill, in minor units."""

    bill_id: UUID
    applied_amount: int


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What is to be paid. `allocations` None: oldest due date first; empty: to no bill yet."""

    vendor_id: UUID
    gross_amount: int
    currency: str
    payment_ref: str
    allocations: tuple[Allocation, ...] | None = None

    def fingerprint(self) -> list[list[str | int]] | None:
        """The allocations as they were asked for, in an order of their own: what makes two requests the same."""
        if self.allocations is None:
            return None
        return [[str(a.bill_id), a.applied_amount] for a in sorted(self.allocations, key=lambda a: a.bill_id)]


@dataclass(frozen=True, slots=True)
class PayableBill:
    """What a payment must know of a bill; `open_amount` is what no payment has been allocated to yet."""

    id: UUID
    status: BillStatus
    currency: str
    open_amount: int


def next_status(status: VendorPaymentStatus, command: Command) -> VendorPaymentStatus:
    """Where `command` leads; Conflict `PAYMENT_STATE` when it does not apply."""
    if (found := TRANSITIONS.get((status, command))) is None:
        words = f"A payment that is {status} does not take {command}."
        raise Conflict("PAYMENT_STATE", words, reason_code=status)
    return found


def check_vendor(fields: VendorFields) -> None:
    """Refuse a vendor that nobody could write to; all errors at once."""
    errors: dict[str, str] = {}
    if fields.email is not None and not _EMAIL.fullmatch(fields.email):
        errors["email"] = Fault(FaultCode.NOT_AN_EMAIL, "must be an e-mail address")
    if fields.address and fields.address.country not in countries():
        words = "must be an ISO 3166-1 country code of two letters"
        errors["address.country"] = Fault(FaultCode.UNKNOWN_COUNTRY, words)
    if errors:
        raise Malformed("INVALID_VENDOR", "The vendor cannot be saved.", field_errors=errors)


def check_bill(fields: BillFields) -> None:
    """Refuse a bill that could not be paid; all errors at once."""
    errors: dict[str, str] = dict(_amount_faults("amount", fields.amount))
    if fields.currency not in CURRENCIES:
        errors["currencyUomId"] = Fault(FaultCode.UNKNOWN_CURRENCY, "must be an ISO 4217 currency code")
    if fields.due_date < fields.bill_date:
        errors["dueDate"] = Fault(FaultCode.NOT_LATER, "is before the date of the bill")
    if errors:
        raise Malformed("INVALID_BILL", "The bill cannot be taken in.", field_errors=errors)


def check_request(request: PaymentRequest) -> None:
    """Refuse a payment that is wrong by itself; all errors at once. Malformed `INVALID_PAYMENT`."""
    errors: dict[str, str] = dict(_amount_faults("grossAmount", request.gross_amount))
    if request.currency not in CURRENCIES:
        errors["currencyUomId"] = Fault(FaultCode.UNKNOWN_CURRENCY, "must be an ISO 4217 currency code")
    if not re.fullmatch(PAYMENT_REF, request.payment_ref):
        errors["paymentRef"] = Fault(FaultCode.WRONG_FORM, "letters, digits and . _ : - of up to 100 characters")
    seen: set[UUID] = set()
    for place, allocation in enumerate(request.allocations or ()):
        errors |= _amount_faults(f"allocations[{place}].appliedAmount", allocation.applied_amount)
        if allocation.bill_id in seen:
            errors[f"allocations[{place}].billId"] = Fault(FaultCode.REPEATED, "stands here twice")
        seen.add(allocation.bill_id)
    if sum(a.applied_amount for a in request.allocations or ()) > request.gross_amount:
        errors["allocations"] = Fault(FaultCode.TOO_LARGE, "are more together than the gross amount")
    if errors:
        raise Malformed("INVALID_PAYMENT", "The payment cannot be made.", field_errors=errors)


def check_allocations(request: PaymentRequest, bills: Mapping[UUID, PayableBill]) -> tuple[Allocation, ...]:
    """The allocations asked for, against the bills as they stand; `bills` are those of this vendor.

    Malformed for a bill that is no such bill or in another currency; Conflict `BILL_NOT_OPEN`, `BILL_OVER_ALLOCATED`.
    """
    errors: dict[str, str] = {}
    refused: dict[str, str] = {}
    code = ""
    for place, allocation in enumerate(request.allocations or ()):
        bill, path = bills.get(allocation.bill_id), f"allocations[{place}]"
        if bill is None:
            errors[f"{path}.billId"] = Fault(FaultCode.UNKNOWN_REFERENCE, "is no bill of this vendor")
        elif bill.currency != request.currency:
            errors[f"{path}.billId"] = Fault(FaultCode.NOT_APPLICABLE, "is a bill in another currency")
        elif bill.status is not BillStatus.OPEN:
            code = code or "BILL_NOT_OPEN"
            refused[f"{path}.billId"] = Fault(FaultCode.NOT_APPLICABLE, f"is {bill.status}")
        elif allocation.applied_amount > bill.open_amount:
            code = code or "BILL_OVER_ALLOCATED"
            refused[f"{path}.appliedAmount"] = Fault(FaultCode.TOO_LARGE, "is more than is left to pay of this bill")
    if errors:
        raise Malformed("INVALID_PAYMENT", "The payment cannot be made.", field_errors=errors)
    if refused:
        raise Conflict(code, "A bill does not take this much any more.", field_errors=refused)
    return request.allocations or ()


def allocate_oldest_first(gross_amount: int, bills: Sequence[PayableBill]) -> tuple[Allocation, ...]:
    """Pay bills in the order given until the money is used up; what is left stays unallocated.

    The order is due date, then the order in which the bills came in. TooLarge above `MAX_ALLOCATIONS` bills.
    """
    found: list[Allocation] = []
    left = gross_amount
    for bill in bills:
        if left == 0:
            break
        if len(found) == MAX_ALLOCATIONS:
            words = f"A payment covers up to {MAX_ALLOCATIONS} bills. Pay in parts, or say which bills."
            raise TooLarge("TOO_MANY_ALLOCATIONS", words)
        applied = min(left, bill.open_amount)
        found.append(Allocation(bill.id, applied))
        left -= applied
    return tuple(found)


def _amount_faults(path: str, amount: int) -> Iterator[tuple[str, Fault]]:
    if amount <= 0:
        yield path, Fault(FaultCode.TOO_SMALL, "must be more than nothing")
    elif amount > MAX_AMOUNT:
        yield path, Fault(FaultCode.TOO_LARGE, "is more than is accepted")
