"""What may be owed and paid: allocations, the one table of transitions, words about errors (BILL-DEC-013, 014)."""

from collections import deque
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.payables.rules import (
    ERROR_TEXTS,
    MAX_ALLOCATIONS,
    TRANSITIONS,
    Allocation,
    BillFields,
    BillStatus,
    Command,
    PayableBill,
    PaymentRequest,
    PostingError,
    PostingErrorCode,
    VendorFields,
    VendorPaymentStatus,
    allocate_oldest_first,
    check_allocations,
    check_bill,
    check_request,
    check_vendor,
    detail_of,
    known_error,
    next_status,
)
from billhead.postal import PostalAddress
from billhead.refusal import Conflict, Malformed, Refusal, TooLarge

VENDOR = UUID(int=1)
FORWARD = [
    (VendorPaymentStatus.INITIATED, Command.SEND, VendorPaymentStatus.GATEWAY_PENDING),
    (VendorPaymentStatus.GATEWAY_PENDING, Command.SETTLE, VendorPaymentStatus.GATEWAY_SUCCEEDED),
    (VendorPaymentStatus.GATEWAY_PENDING, Command.REFUSE, VendorPaymentStatus.GATEWAY_FAILED),
    (VendorPaymentStatus.GATEWAY_SUCCEEDED, Command.REQUEST_POSTING, VendorPaymentStatus.GL_POST_PENDING),
    (VendorPaymentStatus.GL_POST_PENDING, Command.CONFIRM_POSTING, VendorPaymentStatus.GL_POSTED),
    (VendorPaymentStatus.GL_POST_PENDING, Command.REJECT_POSTING, VendorPaymentStatus.GL_POST_FAILED),
    (VendorPaymentStatus.GL_POST_FAILED, Command.REQUEST_POSTING, VendorPaymentStatus.GL_POST_PENDING),
    (VendorPaymentStatus.GL_POST_FAILED, Command.CONFIRM_POSTING, VendorPaymentStatus.GL_POSTED),
]


def a_bill(number: int, open_amount: int = 100, status: BillStatus = BillStatus.OPEN) -> PayableBill:
    return PayableBill(UUID(int=number), status, "USD", open_amount)


def a_request(*parts: tuple[int, int], gross: int = 100, **fields: object) -> PaymentRequest:
    allocations = tuple(Allocation(UUID(int=number), amount) for number, amount in parts)
    given = {"vendor_id": VENDOR, "gross_amount": gross, "currency": "USD", "payment_ref": "r", **fields}
    return PaymentRequest(**{"allocations": allocations, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize("status", VendorPaymentStatus)
@pytest.mark.parametrize("command", Command)
def test_a_payment_moves_only_forward(status: VendorPaymentStatus, command: Command) -> None:
    leads = {(before, what): after for before, what, after in FORWARD}
    if (status, command) in leads:
        assert next_status(status, command) is leads[status, command]
    else:
        with pytest.raises(Conflict) as refused:
            next_status(status, command)
        assert (refused.value.code, refused.value.reason_code) == ("PAYMENT_STATE", status)


def test_every_status_is_reached_and_money_that_went_out_never_comes_back() -> None:
    def reached_from(start: VendorPaymentStatus) -> set[VendorPaymentStatus]:
        found, left = {start}, deque([start])
        while left:
            here = left.popleft()
            following = {after for (before, _), after in TRANSITIONS.items() if before is here} - found
            found |= following
            left.extend(following)
        return found

    assert reached_from(VendorPaymentStatus.INITIATED) == set(VendorPaymentStatus)
    assert VendorPaymentStatus.GATEWAY_FAILED not in reached_from(VendorPaymentStatus.GATEWAY_SUCCEEDED)
    assert reached_from(VendorPaymentStatus.GATEWAY_FAILED) == {VendorPaymentStatus.GATEWAY_FAILED}
    assert reached_from(VendorPaymentStatus.GL_POSTED) == {VendorPaymentStatus.GL_POSTED}


amounts = st.integers(1, 10**12)


@given(amounts, st.lists(amounts, max_size=12))
def test_the_oldest_is_paid_before_the_next_gets_anything(gross: int, open_amounts: list[int]) -> None:
    bills = [a_bill(number, amount) for number, amount in enumerate(open_amounts)]
    parts = allocate_oldest_first(gross, bills)
    assert sum(p.applied_amount for p in parts) == min(gross, sum(open_amounts))
    assert [p.bill_id for p in parts] == [b.id for b in bills[: len(parts)]]
    assert [p.applied_amount for p in parts[:-1]] == open_amounts[: max(len(parts) - 1, 0)]
    assert all(0 < p.applied_amount <= bill.open_amount for p, bill in zip(parts, bills, strict=False))


def test_a_payment_covers_so_many_bills_and_no_more() -> None:
    bills = [a_bill(number, 1) for number in range(MAX_ALLOCATIONS + 1)]
    assert len(allocate_oldest_first(MAX_ALLOCATIONS, bills)) == MAX_ALLOCATIONS
    with pytest.raises(TooLarge) as refused:
        allocate_oldest_first(MAX_ALLOCATIONS + 1, bills)
    assert refused.value.code == "TOO_MANY_ALLOCATIONS"


@given(amounts, st.dictionaries(st.integers(0, 5), st.integers(1, 200), max_size=6), st.integers(0, 150))
def test_what_is_let_through_fits_into_payment_and_bills(gross: int, parts: dict[int, int], left: int) -> None:
    request = a_request(*parts.items(), gross=gross)
    bills = {UUID(int=number): a_bill(number, left) for number in range(5)}
    fits = sum(parts.values()) <= gross and all(n < 5 and amount <= left for n, amount in parts.items())
    try:
        check_request(request)
        made = check_allocations(request, bills)
    except Refusal:
        assert not fits
    else:
        assert fits
        assert made == request.allocations


def refusal(request: PaymentRequest, *bills: PayableBill) -> tuple[str, set[str]]:
    try:
        check_request(request)
        check_allocations(request, {bill.id: bill for bill in bills})
    except Refusal as refused:
        return refused.code, set(refused.field_errors)
    raise AssertionError("it was let through")


def test_every_fault_of_a_request_is_told_at_once() -> None:
    wrong = a_request((1, 0), (1, 500), gross=0, currency="XXX", payment_ref="../x")
    assert refusal(wrong) == (
        "INVALID_PAYMENT",
        {"grossAmount", "currencyUomId", "paymentRef", "allocations", "allocations[0].appliedAmount",
         "allocations[1].billId"},
    )  # fmt: skip


def test_bills_are_held_against_their_state() -> None:
    assert refusal(a_request((1, 5), (2, 5)), a_bill(1)) == ("INVALID_PAYMENT", {"allocations[1].billId"})
    void, small = a_bill(2, 0, BillStatus.VOID), a_bill(3, 4)
    assert refusal(a_request((2, 5)), void) == ("BILL_NOT_OPEN", {"allocations[0].billId"})
    assert refusal(a_request((3, 5)), small) == ("BILL_OVER_ALLOCATED", {"allocations[0].appliedAmount"})
    euro = PayableBill(UUID(int=4), BillStatus.OPEN, "EUR", 100)
    assert refusal(a_request((4, 5)), euro) == ("INVALID_PAYMENT", {"allocations[0].billId"})


def test_a_request_is_the_same_in_any_order_and_none_is_not_empty() -> None:
    assert a_request((1, 2), (3, 4)).fingerprint() == a_request((3, 4), (1, 2)).fingerprint()
    assert a_request((1, 2)).fingerprint() != a_request((1, 3)).fingerprint()
    assert a_request(allocations=None).fingerprint() is None
    assert a_request().fingerprint() == []


def test_what_everybody_sees_is_one_of_ours() -> None:
    assert ERROR_TEXTS.keys() == set(PostingErrorCode)
    assert known_error("PERIOD_CLOSED", PostingErrorCode.GL_REJECTED) is PostingErrorCode.PERIOD_CLOSED
    for other in (None, "", "period_closed", "ACCT-4711"):
        assert known_error(other, PostingErrorCode.GL_REJECTED) is PostingErrorCode.GL_REJECTED
    assert (detail_of("A", "b"), detail_of(None, "b"), detail_of("A", None), detail_of(None, None)) == (
        "A: b", "b", "A", None,
    )  # fmt: skip
    assert "secret" not in repr(PostingError(PostingErrorCode.GL_REJECTED, "c-1", "secret"))


def test_vendors_and_bills_are_checked_whole() -> None:
    nowhere = PostalAddress(("1 Main Street",), "Seattle", None, None, "ZZ")
    with pytest.raises(Malformed) as refused:
        check_vendor(VendorFields("Cascade", email="at home", address=nowhere))
    assert set(refused.value.field_errors) == {"email", "address.country"}
    with pytest.raises(Malformed) as refused:
        check_bill(BillFields("1", 0, "XXX", date(2026, 3, 2), date(2026, 3, 1)))
    assert set(refused.value.field_errors) == {"amount", "currencyUomId", "dueDate"}
    check_bill(BillFields("1", 1, "USD", date(2026, 3, 2), date(2026, 3, 2)))
