"""Vendors, bills and payments to them: idempotent, allocated within their limits, one state machine (BILL-DEC-013)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from app import Office, open_office
from billhead.access.permissions import Role
from billhead.access.runtime import Runtime
from billhead.entrypoints.http import create_app
from billhead.gateways.payouts import HttpPayouts, ManualPayouts
from billhead.storage.database import Database
from billhead.storage.ids import new_id
from scopes import a_runtime
from small_server import Server, answer, serve_answers
from vendors import (
    PAYMENTS,
    PayoutGateway,
    a_bill,
    a_vendor,
    bill_body,
    events,
    paid,
    pay,
    payment_body,
    tell,
    the_bill,
    the_payment,
    work,
)

STATUSES = [
    "INITIATED", "GATEWAY_PENDING", "GATEWAY_FAILED", "GATEWAY_SUCCEEDED", "GL_POST_PENDING", "GL_POSTED",
    "GL_POST_FAILED",
]  # fmt: skip


def code(answer: Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json().get("errorCode"))


def open_books(database: Database, folder: Path, payouts: HttpPayouts | ManualPayouts) -> Office:
    runtime: Runtime = a_runtime(database, folder, payouts=payouts)
    return open_office(create_app(runtime), runtime, "northside-auto")


def test_bill_dec_013_bills_are_listed_by_status_as_they_fall_due(office: Office) -> None:
    client = office.client(Role.ACCOUNTANT)
    vendor_id = a_vendor(client)
    due = {day: a_bill(client, vendor_id, dueDate=f"2026-03-{day:02}") for day in (9, 3, 7, 3 + 2, 8)}
    a_bill(client, a_vendor(client), dueDate="2026-03-01")
    assert client.post(f"/billing/ap/bills/{due[7]}/void", json={"reason": "sent twice"}).json()["status"] == "VOID"
    path = f"/billing/ap/vendors/{vendor_id}/bills"
    shown: list[str] = []
    page = client.get(path, params={"status": "OPEN", "limit": 2}).json()
    while True:
        shown += [bill["billId"] for bill in page["items"]]
        if page["next"] is None:
            break
        page = client.get(path, params={"status": "OPEN", "limit": 2, "after": page["next"]}).json()
    assert shown == [due[3], due[5], due[8], due[9]]
    assert [b["billId"] for b in client.get(path, params={"status": "VOID"}).json()["items"]] == [due[7]]
    assert len(client.get(path).json()["items"]) == 5
    assert code(client.get(path, params={"status": "LATE"})) == (400, "INVALID_REQUEST")
    assert code(client.get(path, params={"after": "WyJ4IiwieSJd"})) == (400, "INVALID_CURSOR")
    assert code(client.get(f"/billing/ap/vendors/{new_id()}/bills")) == (404, "VENDOR_NOT_FOUND")
    assert code(office.client(Role.CASHIER).get(path)) == (403, "FORBIDDEN")


def test_bill_dec_013_a_bill_comes_in_once(office: Office) -> None:
    client = office.client()
    vendor_id, body = a_vendor(client, reference="V-1"), bill_body(billReference="4711")
    path = f"/billing/ap/vendors/{vendor_id}/bills"
    first = client.post(path, json=body)
    again = client.post(path, json=body)
    assert (first.status_code, first.json()["openAmount"], first.json()["status"]) == (201, 10_000, "OPEN")
    assert code(again) == (409, "BILL_REFERENCE_TAKEN")
    assert again.json()["existingId"] == first.json()["billId"]
    assert a_bill(client, a_vendor(client), billReference="4711")
    wrong = client.post(path, json=bill_body(currencyUomId="XXX", dueDate="2026-01-31"))
    assert code(wrong) == (400, "INVALID_BILL")
    assert wrong.json()["fieldErrorCodes"] == {"currencyUomId": "UNKNOWN_CURRENCY", "dueDate": "NOT_LATER"}
    assert code(client.post("/billing/ap/vendors", json={"name": "B", "reference": "V-1"})) == (
        409, "VENDOR_REFERENCE_TAKEN",
    )  # fmt: skip
    etag = client.get(f"/billing/ap/vendors/{vendor_id}").headers["etag"]
    archived = {"name": "Cascade Parts Supply", "archived": True}
    saved = client.put(f"/billing/ap/vendors/{vendor_id}", json=archived, headers={"If-Match": etag})
    assert (saved.status_code, saved.json()["archived"], saved.json()["etag"]) == (200, True, "v2")
    assert code(client.post(path, json=bill_body())) == (409, "VENDOR_ARCHIVED")


def test_bill_dec_013_the_same_reference_is_the_same_payment(office: Office) -> None:
    client = office.client(Role.ACCOUNTANT)
    vendor_id = a_vendor(client)
    one, two = a_bill(client, vendor_id), a_bill(client, vendor_id)
    body = payment_body(vendor_id, bills={one: 4_000, two: 5_000})
    first = client.post(PAYMENTS, json=body)
    assert first.status_code == 201, first.text
    turned = body | {"allocations": body["allocations"][::-1]}  # type: ignore[index]
    for same in (body, turned):
        again = client.post(PAYMENTS, json=same)
        assert (again.status_code, again.json()) == (200, first.json())
    parts = [{"billId": one, "appliedAmount": 4_001}, {"billId": two, "appliedAmount": 5_000}]
    for other in ({"grossAmount": 10_001}, {"vendorId": a_vendor(client)}, {"currencyUomId": "EUR"},
                  {"allocations": None}, {"allocations": []}, {"allocations": parts}):  # fmt: skip
        refused = client.post(PAYMENTS, json=body | other)
        assert code(refused) == (409, "PAYMENT_REF_TAKEN"), other
        assert refused.json()["existingId"] == first.json()["billingPaymentId"]
    assert client.get(f"{PAYMENTS}/by-ref/{body['paymentRef']}").json() == first.json()
    assert client.get(f"{PAYMENTS}/{first.json()['billingPaymentId']}").json() == first.json()
    assert code(client.get(f"{PAYMENTS}/by-ref/none")) == (404, "PAYMENT_NOT_FOUND")
    assert (the_bill(client, one)["openAmount"], the_bill(client, two)["openAmount"]) == (6_000, 5_000)
    assert code(office.client(Role.ADVISOR).post(PAYMENTS, json=body)) == (403, "FORBIDDEN")


def test_bill_dec_013_what_cannot_be_paid_is_refused(office: Office) -> None:
    client = office.client()
    vendor_id, stranger = a_vendor(client), a_vendor(client)
    bill, void = a_bill(client, vendor_id), a_bill(client, vendor_id)
    euro, other = a_bill(client, vendor_id, currencyUomId="EUR"), a_bill(client, stranger)
    client.post(f"/billing/ap/bills/{void}/void", json={"reason": "sent twice"})
    twice = [{"billId": bill, "appliedAmount": 1}] * 2
    cases: list[tuple[dict[str, object], tuple[int, str], set[str]]] = [
        ({"grossAmount": 0}, (400, "INVALID_REQUEST"), {"grossAmount"}),
        ({"grossAmount": -5}, (400, "INVALID_REQUEST"), {"grossAmount"}),
        ({"grossAmount": 9_999, "bills": {bill: 10_000}}, (400, "INVALID_PAYMENT"), {"allocations"}),
        ({"bills": {bill: 0}}, (400, "INVALID_REQUEST"), {"allocations[0].appliedAmount"}),
        ({"allocations": twice}, (400, "INVALID_PAYMENT"), {"allocations[1].billId"}),
        ({"paymentRef": "a/b"}, (400, "INVALID_REQUEST"), {"paymentRef"}),
        ({"bills": {str(new_id()): 1}}, (400, "INVALID_PAYMENT"), {"allocations[0].billId"}),
        ({"bills": {bill: 1, other: 1}}, (400, "INVALID_PAYMENT"), {"allocations[1].billId"}),
        ({"bills": {euro: 1}}, (400, "INVALID_PAYMENT"), {"allocations[0].billId"}),
        ({"bills": {void: 1}}, (409, "BILL_NOT_OPEN"), {"allocations[0].billId"}),
        ({"grossAmount": 20_000, "bills": {bill: 10_001}}, (409, "BILL_OVER_ALLOCATED"),
         {"allocations[0].appliedAmount"}),
        ({"vendorId": str(new_id())}, (404, "VENDOR_NOT_FOUND"), set()),
    ]  # fmt: skip
    for fields, expected, places in cases:
        refused = pay(client, vendor_id, **fields)
        assert code(refused) == expected, (fields, refused.text)
        assert set(refused.json().get("fieldErrors") or {}) == places, fields
    assert client.get(PAYMENTS).json()["items"] == []
    assert the_bill(client, bill)["openAmount"] == 10_000


def test_bill_dec_013_without_allocations_the_oldest_due_date_comes_first(office: Office) -> None:
    client = office.client()
    vendor_id = a_vendor(client)
    late = a_bill(client, vendor_id, dueDate="2026-04-01")
    first, second = (a_bill(client, vendor_id, dueDate="2026-03-01", amount=3_000) for _ in range(2))
    a_bill(client, vendor_id, dueDate="2026-02-02", currencyUomId="EUR")
    a_bill(client, a_vendor(client), dueDate="2026-02-02")
    told = pay(client, vendor_id, grossAmount=5_000).json()
    assert {a["billId"]: a["appliedAmount"] for a in told["allocations"]} == {first: 3_000, second: 2_000}
    rest = pay(client, vendor_id, grossAmount=20_000).json()
    assert {a["billId"]: a["appliedAmount"] for a in rest["allocations"]} == {second: 1_000, late: 10_000}
    assert (rest["allocatedAmount"], rest["unallocatedAmount"]) == (11_000, 9_000)
    none = pay(client, vendor_id, allocations=[]).json()
    assert (none["allocations"], none["unallocatedAmount"]) == ([], 10_000)


def test_bill_dec_013_a_payment_goes_out_and_is_posted(office: Office) -> None:
    client = office.client(Role.ACCOUNTANT)
    vendor_id = a_vendor(client)
    bill, half = a_bill(client, vendor_id), a_bill(client, vendor_id)
    payment = paid(client, vendor_id, grossAmount=15_000, bills={bill: 10_000, half: 5_000})
    assert the_payment(client, payment)["status"] == "INITIATED"
    assert code(tell(client, payment, "gl-acknowledgement", status="POSTED")) == (409, "PAYMENT_STATE")
    assert code(tell(client, payment, "payout-confirmation", status="SUCCEEDED")) == (409, "PAYOUT_NOT_MANUAL")
    work(office)
    told = the_payment(client, payment)
    assert (told["status"], told["gateway"], told["allowedActions"]) == (
        "GATEWAY_PENDING", "MANUAL", ["CONFIRM_PAYOUT"],
    )  # fmt: skip
    held = the_bill(client, bill)
    assert (held["status"], held["openAmount"], held["pendingAmount"], held["paidAmount"]) == ("OPEN", 0, 10_000, 0)
    assert code(pay(client, vendor_id, bills={bill: 1})) == (409, "BILL_OVER_ALLOCATED")
    for _ in range(2):
        confirmed = tell(client, payment, "payout-confirmation", status="SUCCEEDED", gatewayReference="WIRE-7")
        assert (confirmed.status_code, confirmed.json()["status"]) == (200, "GATEWAY_SUCCEEDED")
    assert code(tell(client, payment, "payout-confirmation", status="FAILED")) == (409, "PAYMENT_STATE")
    done = the_bill(client, bill)
    assert (done["status"], done["pendingAmount"], done["paidAmount"]) == ("PAID", 0, 10_000)
    assert (the_bill(client, half)["status"], the_bill(client, half)["paidAmount"]) == ("OPEN", 5_000)
    work(office)
    assert the_payment(client, payment)["status"] == "GL_POST_PENDING"
    for _ in range(2):
        posted = tell(client, payment, "gl-acknowledgement", status="POSTED", glReference="JE-9")
        assert (posted.status_code, posted.json()["status"]) == (200, "GL_POSTED")
    assert (posted.json()["glReference"], posted.json()["gatewayReference"]) == ("JE-9", "WIRE-7")
    assert code(tell(client, payment, "gl-acknowledgement", status="POSTED", glReference="JE-10"))[0] == 409
    assert code(tell(client, payment, "gl-acknowledgement", status="FAILED")) == (409, "PAYMENT_STATE")
    assert events(office, payment) == ["initiated", "settled", "posting-requested", "posted"]


def test_bill_dec_013_a_refused_payment_lets_its_bills_go(office: Office) -> None:
    client = office.client()
    vendor_id = a_vendor(client)
    bill = a_bill(client, vendor_id)
    body = payment_body(vendor_id, bills={bill: 10_000})
    payment = client.post(PAYMENTS, json=body).json()["billingPaymentId"]
    work(office)
    for _ in range(2):
        failed = tell(client, payment, "payout-confirmation", status="FAILED", error={"code": "INSUFFICIENT_FUNDS"})
        assert (failed.status_code, failed.json()["status"]) == (200, "GATEWAY_FAILED")
    told = failed.json()
    assert (told["allocations"][0]["released"], told["unallocatedAmount"], told["allowedActions"]) == (True, 10_000, [])
    assert (the_bill(client, bill)["openAmount"], the_bill(client, bill)["status"]) == (10_000, "OPEN")
    assert client.post(PAYMENTS, json=body).json() == told
    assert paid(client, vendor_id, bills={bill: 10_000})
    work(office)
    assert the_payment(client, payment)["status"] == "GATEWAY_FAILED"
    assert events(office, payment) == ["initiated", "failed"]


def test_bill_dec_013_accounting_may_be_asked_again(office: Office) -> None:
    client = office.client()
    payment = paid(client, a_vendor(client))
    work(office)
    assert code(client.post(f"{PAYMENTS}/{payment}/gl-posting")) == (409, "PAYMENT_STATE")
    tell(client, payment, "payout-confirmation", status="SUCCEEDED")
    work(office)
    error = {"code": "PERIOD_CLOSED"}
    for _ in range(2):
        told = tell(client, payment, "gl-acknowledgement", status="FAILED", error=error)
        assert (told.status_code, told.json()["status"]) == (200, "GL_POST_FAILED")
    assert "REQUEST_POSTING" in told.json()["allowedActions"]
    asked = client.post(f"{PAYMENTS}/{payment}/gl-posting").json()
    assert (asked["status"], asked["postingErrorSummary"]) == ("GL_POST_PENDING", None)
    assert tell(client, payment, "gl-acknowledgement", status="POSTED").json()["status"] == "GL_POSTED"
    assert events(office, payment)[2:] == ["posting-requested", "posting-failed", "posting-requested", "posted"]


def test_bill_dec_013_the_statuses_are_these(office: Office) -> None:
    document = office.app.openapi()
    assert document["components"]["schemas"]["VendorPaymentStatus"]["enum"] == STATUSES
    client = office.client()
    payment = paid(client, a_vendor(client))
    other = paid(client, a_vendor(client), paymentRef="other")
    mine = {"vendorId": the_payment(client, payment)["vendorId"]}
    newest_first = [row["billingPaymentId"] for row in client.get(PAYMENTS).json()["items"]]
    assert newest_first == [other, payment]
    for status in STATUSES:
        shown = client.get(PAYMENTS, params={"status": status, **mine}).json()["items"]
        assert [row["billingPaymentId"] for row in shown] == ([payment] if status == "INITIATED" else [])


def test_bill_dec_013_a_payout_may_count_as_made_at_once(database: Database, tmp_path: Path) -> None:
    office = open_books(database, tmp_path, ManualPayouts(at_once=True))
    payment = paid(office.client(), a_vendor(office.client()))
    work(office)
    assert the_payment(office.client(), payment)["status"] == "GL_POST_PENDING"


@pytest.fixture
def server() -> Iterator[Server]:
    with serve_answers() as running:
        yield running


@pytest.fixture
def banked(database: Database, tmp_path: Path, server: Server) -> Office:
    """An office whose payments go out through a gateway."""
    return open_books(database, tmp_path, HttpPayouts(server.url, token="t", timeout_seconds=2))


def test_bill_dec_013_an_unknown_outcome_is_asked_again_and_nothing_is_paid_twice(
    banked: Office, server: Server
) -> None:
    client = banked.client()
    vendor_id = a_vendor(client, reference="V-77")
    bill = a_bill(client, vendor_id)
    payment = paid(client, vendor_id, bills={bill: 10_000})
    seen: list[tuple[str, str]] = []
    trouble = [server.stall_within, answer(500), answer(202, b'{"state": "PENDING"}'), answer(200, b"<html>")]

    def before(method: str, number: int):  # type: ignore[no-untyped-def]
        seen.append((method, the_payment(client, payment)["status"]))
        return trouble[number - 1] if number <= len(trouble) else None

    gateway = PayoutGateway(before=before)
    server.answers = [gateway]
    work(banked)
    assert seen == [("PUT", "GATEWAY_PENDING")] + [("GET", "GATEWAY_PENDING")] * 4
    assert gateway.orders == {payment: 1}
    told = the_payment(client, payment)
    assert (told["status"], told["gatewayReference"], told["gateway"]) == ("GL_POST_PENDING", "BANK-1", "HTTP")
    assert the_bill(client, bill)["status"] == "PAID"
    assert code(tell(client, payment, "payout-confirmation", status="FAILED")) == (409, "PAYOUT_NOT_MANUAL")


def test_bill_dec_013_what_the_gateway_never_heard_of_is_sent_again(banked: Office, server: Server) -> None:
    client = banked.client()
    payment = paid(client, a_vendor(client))
    gateway = PayoutGateway(told={"state": "FAILED", "errorCode": "PAYEE_REFUSED"})
    server.answers = [answer(503), answer(404), gateway]
    work(banked)
    assert server.methods == ["PUT", "GET", "PUT"]
    told = the_payment(client, payment)
    assert (told["status"], told["postingErrorSummary"]["code"]) == ("GATEWAY_FAILED", "PAYEE_REFUSED")


def at_once(number: int, call) -> list[Response]:  # type: ignore[no-untyped-def]
    with ThreadPoolExecutor(number) as crowd:
        return list(crowd.map(call, range(number)))


def test_bill_dec_013_of_twenty_with_one_reference_one_is_made(office: Office) -> None:
    client: TestClient = office.client()
    vendor_id = a_vendor(client)
    bill = a_bill(client, vendor_id)
    body = payment_body(vendor_id, bills={bill: 10_000})
    answers = at_once(20, lambda number: client.post(PAYMENTS, json=body))
    assert sorted(a.status_code for a in answers) == [200] * 19 + [201]
    assert len({a.json()["billingPaymentId"] for a in answers}) == 1
    other = at_once(8, lambda number: pay(client, a_vendor(client), paymentRef="one", grossAmount=number + 1))
    assert sorted(a.status_code for a in other) == [201] + [409] * 7
    assert the_bill(client, bill)["openAmount"] == 0


@pytest.mark.parametrize("named", [True, False])
def test_bill_dec_013_ten_payments_never_over_allocate_a_bill(office: Office, named: bool) -> None:
    client = office.client()
    vendor_id = a_vendor(client)
    bill = a_bill(client, vendor_id)
    bills = {"bills": {bill: 3_000}} if named else {}
    answers = at_once(10, lambda number: pay(client, vendor_id, grossAmount=3_000, **bills))
    made = [a.json() for a in answers if a.status_code == 201]
    assert len(made) == (3 if named else 10)
    assert {code(a) for a in answers if a.status_code != 201} <= {(409, "BILL_OVER_ALLOCATED")}
    allocated = sum(p["allocatedAmount"] for p in made)
    assert (allocated, the_bill(client, bill)["openAmount"]) == ((9_000, 1_000) if named else (10_000, 0))


def test_bill_dec_013_another_business_finds_nothing(office: Office, other_office: Office) -> None:
    client = office.client()
    vendor_id = a_vendor(client)
    bill, ref = a_bill(client, vendor_id), f"ref-{new_id().hex}"
    payment = paid(client, vendor_id, paymentRef=ref)
    stranger = other_office.client()
    for path in (f"/billing/ap/vendors/{vendor_id}", f"/billing/ap/vendors/{vendor_id}/bills",
                 f"/billing/ap/bills/{bill}", f"{PAYMENTS}/{payment}", f"{PAYMENTS}/by-ref/{ref}"):  # fmt: skip
        assert stranger.get(path).status_code == 404, path
    assert code(pay(stranger, vendor_id)) == (404, "VENDOR_NOT_FOUND")
    assert pay(stranger, a_vendor(stranger), bills={bill: 1}).status_code == 400
    assert paid(stranger, a_vendor(stranger), paymentRef=ref)
