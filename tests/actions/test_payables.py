"""Bills and payments on both databases: sums that always agree, facts that stay, lists that do not slow down."""

import os
import random
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, Table, event, insert, text
from sqlalchemy.exc import DatabaseError

from billhead.gateways.payouts import PayoutOutcome, PayoutState
from billhead.payables.actions import create_vendor, pay_vendor, receive_bill
from billhead.payables.progress import (
    Acknowledgement,
    acknowledge_posting,
    begin_payout,
    begin_posting,
    settle_payout,
)
from billhead.payables.queries import get_bill, get_payment, list_bills, list_payable_bills
from billhead.payables.rules import (
    Allocation,
    BillFields,
    BillStatus,
    PaymentRequest,
    VendorFields,
    VendorPaymentStatus,
)
from billhead.payables.tables import VendorBill
from billhead.refusal import Refusal
from billhead.storage.clock import FixedClock
from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.listing import cursor_of
from billhead.storage.tables import table_of
from billhead.tenants.actions import open_business
from scopes import NOON, Shop, a_business, a_runtime

MANY = 100_000 if os.environ.get("BILLHEAD_TEST_ALL") else 2_000
DAY = date(2026, 3, 1)
FAILED, SUCCEEDED = PayoutOutcome(PayoutState.FAILED), PayoutOutcome(PayoutState.SUCCEEDED)
BILL: Table = table_of(VendorBill)


def a_vendor(shop: Shop) -> UUID:
    with shop.scope() as scope:
        return create_vendor(scope, VendorFields("Cascade Parts Supply")).id


def step(shop: Shop, payment_id: UUID, dice: random.Random) -> None:
    """Whatever may happen to a payment next, or happened already."""
    with shop.scope() as scope:
        match dice.choice(("send", "settle", "fail", "ask", "post", "reject")):
            case "send":
                begin_payout(scope, payment_id, "MANUAL")
            case "settle":
                settle_payout(scope, payment_id, SUCCEEDED)
            case "fail":
                settle_payout(scope, payment_id, FAILED)
            case "ask":
                begin_posting(scope, payment_id)
            case "post":
                acknowledge_posting(scope, payment_id, Acknowledgement(True))
            case "reject":
                acknowledge_posting(scope, payment_id, Acknowledgement(False))


def assert_sums(shop: Shop, bills: list[UUID], payments: list[UUID]) -> None:
    """What bills say is open, on its way and paid is what the payments say."""
    with shop.scope(write=False) as scope:
        views = [get_payment(scope, payment_id) for payment_id in payments]
        for bill in (get_bill(scope, bill_id) for bill_id in bills):
            held = paid = 0
            for view in views:
                part = sum(p.allocation.applied_amount for p in view.paid_bills if p.allocation.bill_id == bill.id)
                if view.status in (VendorPaymentStatus.INITIATED, VendorPaymentStatus.GATEWAY_PENDING):
                    held += part
                elif view.status is not VendorPaymentStatus.GATEWAY_FAILED:
                    paid += part
            assert (bill.pending_amount, bill.paid_amount) == (held, paid)
            assert bill.open_amount == bill.fields.amount - held - paid >= 0
            assert (bill.status is BillStatus.PAID) == (paid == bill.fields.amount)
        assert all(view.allocated_amount <= view.gross_amount for view in views)


@pytest.mark.parametrize("seed", range(3))
def test_in_any_order_of_events_the_sums_agree(shop: Shop, seed: int) -> None:
    dice, vendor_id = random.Random(seed), a_vendor(shop)
    payments: list[UUID] = []
    refusals: set[str] = set()
    with shop.scope() as scope:
        due = [BillFields(f"B-{n}", 100 * n, "USD", DAY, DAY + timedelta(n % 3)) for n in range(1, 5)]
        bills = [receive_bill(scope, vendor_id, fields).id for fields in due]
    for turn in range(60):
        try:
            if turn % 6 == 0:
                chosen = dice.sample(bills, 2)
                parts = tuple(Allocation(bill, dice.randint(1, 120)) for bill in chosen) if turn % 4 else None
                request = PaymentRequest(vendor_id, dice.randint(100, 300), "USD", f"r-{turn}", parts)
                with shop.scope() as scope:
                    payments.append(pay_vendor(scope, request)[0].id)
            elif payments:
                step(shop, dice.choice(payments), dice)
        except Refusal as refused:
            refusals.add(refused.code)
        assert_sums(shop, bills, payments)
    assert len(payments) > 3
    assert "PAYMENT_STATE" in refusals
    assert refusals <= {"PAYMENT_STATE", "BILL_OVER_ALLOCATED", "BILL_NOT_OPEN", "INVALID_PAYMENT"}


def test_the_facts_stay(shop: Shop) -> None:
    vendor_id = a_vendor(shop)
    with shop.scope() as scope:
        bill = receive_bill(scope, vendor_id, BillFields("B-1", 100, "USD", DAY, DAY)).id
        payment = pay_vendor(scope, PaymentRequest(vendor_id, 100, "USD", "r-1"))[0].id
        begin_payout(scope, payment, "MANUAL")
        settle_payout(scope, payment, SUCCEEDED)
    forbidden = (
        "UPDATE vendor_bill SET amount = 1", "UPDATE vendor_bill SET status = 'OPEN'", "DELETE FROM vendor_bill",
        "UPDATE vendor_payment SET gross_amount = 1, version = version + 1",
        "UPDATE vendor_payment SET status = 'GL_POSTED'", "DELETE FROM vendor_payment",
        "UPDATE vendor_payment_allocation SET applied_amount = 1", "DELETE FROM vendor_payment_allocation",
    )  # fmt: skip
    for statement in forbidden:
        with pytest.raises(DatabaseError), shop.scope() as scope:
            scope.session.connection().execute(text(statement))
    with shop.scope(write=False) as scope:
        assert get_bill(scope, bill).status is BillStatus.PAID
        assert get_payment(scope, payment).gross_amount == 100


def test_a_bill_holds_no_more_than_its_amount_whoever_writes(shop: Shop) -> None:
    """The database itself refuses what a forgotten check would let through."""
    vendor_id = a_vendor(shop)
    with shop.scope() as scope:
        receive_bill(scope, vendor_id, BillFields("B-1", 100, "USD", DAY, DAY))
    for change in ("open_amount = open_amount - 101", "open_amount = 101", "paid_amount = 1", "paid_amount = -1"):
        with pytest.raises(DatabaseError), shop.scope() as scope:
            scope.session.connection().execute(text(f"UPDATE vendor_bill SET {change}"))


def fill(shop: Shop, vendor_id: UUID) -> None:
    """Many bills: every second one paid."""
    with shop.scope() as scope:
        for first in range(0, MANY, 1000):
            rows = [
                {
                    "tenant_id": shop.tenant_id, "id": new_id(), "vendor_id": vendor_id, "reference": f"B-{number}",
                    "currency": "USD", "amount": 100, "open_amount": 0 if number % 2 else 100,
                    "paid_amount": 100 if number % 2 else 0, "status": "PAID" if number % 2 else "OPEN",
                    "bill_date": DAY, "due_date": DAY + timedelta(number * 7919 % 365), "created_at": scope.now,
                    "created_by": "test",
                }
                for number in range(first, first + 1000)
            ]  # fmt: skip
            scope.session.execute(insert(BILL), rows)


def test_many_bills_are_paged_without_skipping_or_repeating_any(shop: Shop) -> None:
    vendor_id, seen, after = a_vendor(shop), [], None
    fill(shop, vendor_id)
    with shop.scope(write=False) as scope:
        while True:
            page = list_bills(scope, vendor_id, status=BillStatus.OPEN, limit=200, after=after)
            seen += [(bill.fields.due_date, bill.id) for bill in page.items]
            after = page.next
            if after is None:
                break
        assert len(set(seen)) == len(seen) == MANY // 2
        assert seen == sorted(seen)
        payable = list_payable_bills(scope, vendor_id, "USD", 1001)
        assert [bill.id for bill in payable] == [bill_id for _, bill_id in seen[:1001]]


def test_no_list_of_bills_is_sorted_when_asked_for(sqlite_database: Database, tmp_path: Path) -> None:
    """Each statement as it was sent, explained: it reads its index in order and stops at the page's end."""
    runtime = a_runtime(sqlite_database, tmp_path)
    with sqlite_database.platform(write=True) as session:
        tenant_id = open_business(session, slug="one", business=a_business(), now=NOON, opened_by="test")
    shop = Shop(runtime, FixedClock(NOON), tenant_id)
    vendor_id, sent = a_vendor(shop), list[tuple[str, tuple[object, ...]]]()
    after = cursor_of("2026-03-01", str(vendor_id))

    def keep(one: Connection, cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        if "FROM vendor_bill" in statement:
            sent.append((statement, parameters))

    event.listen(sqlite_database.engine, "before_cursor_execute", keep)
    with shop.scope(write=False) as scope:
        list_bills(scope, vendor_id, status=BillStatus.OPEN, limit=50, after=after)
        list_bills(scope, vendor_id, status=None, limit=50, after=after)
        list_payable_bills(scope, vendor_id, "USD", 1001)
    event.remove(sqlite_database.engine, "before_cursor_execute", keep)
    with sqlite_database.connect(write=False) as connection:
        plans = [str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {s}", p).all()) for s, p in sent]
    for plan, name in zip(plans, ("status", "due_date", "payable"), strict=True):
        assert f"ix_vendor_bill_{name}" in plan, plan
        assert "TEMP B-TREE" not in plan, plan
