"""Work orders that are reported for another client after somebody decided about them, drafted or billed them."""

from uuid import UUID

import pytest
from httpx import Response
from starlette.testclient import TestClient

from app import PASSWORD, Office, a_client, a_tax_region, a_work_order
from billhead.access.permissions import Role
from billhead.invoices.draft_plan import find_rebilled
from billhead.storage.ids import new_id
from billhead.work_orders.rules import WorkOrderStatus, WorkReport

RULES = {
    "isPoRequired": False, "paymentTermsId": "NET30", "invoiceDeliveryMethod": "EMAIL",
    "invoiceGroupingStrategy": "SINGLE_INVOICE",
}  # fmt: skip
BOSS = "boss@northside.example"


@pytest.fixture
def client(office: Office) -> TestClient:
    assert office.client().post("/billing/tax-regions", json=a_tax_region()).status_code == 201
    return office.client()


def account(client: TestClient, **rules: object) -> str:
    account_id = str(client.post("/billing/clients", json=a_client()).json()["clientId"])
    assert client.put(f"/billing/rules/{account_id}", json=RULES | rules).status_code == 201
    return account_id


def report(client: TestClient, account_id: str, work_order_id: str | None = None, **fields: object) -> str:
    """Reports a finished work order, or one that is known anew."""
    work_order_id = work_order_id or str(new_id())
    told = client.put(f"/billing/work-orders/{work_order_id}", json=a_work_order(account_id, **fields))
    assert told.is_success, told.text
    return work_order_id


def draft(client: TestClient, work_order_id: str) -> Response:
    return client.post("/billing/invoices/draft", json={"workOrderId": work_order_id})


def sources(answer: Response) -> list[str]:
    return [source["sourceWorkOrderId"] for source in answer.json()["sources"]]


def blockers(answer: Response) -> list[str]:
    return [blocker["code"] for blocker in answer.json()["issuanceBlockers"]]


def voided(client: TestClient, work_order_id: str) -> str:
    """Drafts, issues and voids; returns the invoice."""
    path = f"/billing/invoices/{draft(client, work_order_id).json()['invoiceId']}"
    assert client.post(f"{path}/issue", json={}).status_code == 200
    assert client.post(f"{path}/void", json={"reason": "wrong price"}).status_code == 200
    return path


def begin(client: TestClient, account_id: str, work_order_id: str) -> str:
    """A checkout of a work order."""
    path = f"/billing/checkout/{new_id()}"
    body = {"accountId": account_id, "workOrderId": work_order_id, "amount": 1000, "currency": "USD"}
    assert client.post(f"{path}/evaluate", json=body).status_code == 200
    return path


def capture(client: TestClient, checkout: str, number: str) -> Response:
    return client.post(f"{checkout}/po", json={"poNumber": number})


def waive(office: Office, checkout: str) -> Response:
    asked = {"action": "PO_OVERRIDE", "resourceId": checkout.rsplit("/", 1)[1], "approver": BOSS}
    proof = {"proof": "PASSWORD", "secret": PASSWORD}
    token = office.client().post("/billing/auth/elevate", json=asked | proof).json()["elevationToken"]
    body = {"elevationToken": token, "reasonCode": "EMERGENCY"}
    return office.client().post(f"{checkout}/po-override", json=body)


@pytest.mark.parametrize("waived", [False, True])
def test_a_decision_of_one_account_counts_for_no_other(office: Office, client: TestClient, waived: bool) -> None:
    office.add_user(BOSS, Role.ACCOUNTANT)
    first, second = account(client, isPoRequired=True), account(client, isPoRequired=True)
    work_order_id = report(client, first)
    checkout = begin(client, first, work_order_id)
    decided = waive(office, checkout) if waived else capture(client, checkout, "PO-1")
    assert decided.status_code == 200
    report(client, second, work_order_id)
    made = draft(client, work_order_id)
    assert (made.json()["customerAccountId"], made.json()["poNumber"], blockers(made)) == (second, None, ["MISSING_PO"])
    assert capture(client, begin(client, second, work_order_id), "PO-2").status_code == 200
    issued = client.post(f"/billing/invoices/{made.json()['invoiceId']}/issue", json={}).json()
    assert (issued["status"], issued["poNumber"]) == ("ISSUED", "PO-2")


def test_an_account_gets_its_own_decision_back_with_the_work(client: TestClient) -> None:
    first, second = account(client, isPoRequired=True), account(client)
    work_order_id = report(client, first)
    assert capture(client, begin(client, first, work_order_id), "PO-1").status_code == 200
    report(client, second, work_order_id)
    report(client, first, work_order_id)
    made = draft(client, work_order_id)
    assert (made.json()["poNumber"], blockers(made)) == ("PO-1", [])
    again = capture(client, begin(client, first, work_order_id), "PO-2")
    assert (again.status_code, again.json()["errorCode"]) == (409, "SOURCE_ALREADY_AUTHORIZED")


@pytest.mark.parametrize("waived", [False, True])
def test_a_checkout_does_not_decide_about_work_that_was_moved(office: Office, client: TestClient, waived: bool) -> None:
    office.add_user(BOSS, Role.ACCOUNTANT)
    first, second = account(client, isPoRequired=True), account(client, isPoRequired=True)
    work_order_id = report(client, first)
    checkout = begin(client, first, work_order_id)
    report(client, second, work_order_id)
    refused = waive(office, checkout) if waived else capture(client, checkout, "PO-1")
    assert (refused.status_code, refused.json()["errorCode"]) == (409, "WORK_ORDER_OF_ANOTHER_ACCOUNT")
    assert blockers(draft(client, work_order_id)) == ["MISSING_PO"]


def test_what_was_moved_is_left_out_of_the_rebill_and_billed_to_its_new_client(client: TestClient) -> None:
    first, second = account(client), account(client)
    work = [report(client, first) for _ in range(3)]
    void = voided(client, work[0])
    report(client, second, work[1])
    rebilled = client.post(f"{void}/rebill")
    assert (rebilled.status_code, sources(rebilled), blockers(rebilled)) == (201, [work[0], work[2]], [])
    (entry,) = [e for e in client.get("/billing/audit").json()["items"] if e["act"] == "invoice.rebill"]
    assert entry["detail"]["leftOut"] == [work[1]]
    refused = client.post(f"{void}/rebill").json()
    assert (refused["reasonCode"], refused["existingId"]) == ("ALREADY_REBILLED", rebilled.json()["invoiceId"])
    waiting = client.get("/billing/work-orders", params={"invoiced": "false"}).json()["items"]
    assert [w["workOrderId"] for w in waiting] == [work[1]]
    moved = draft(client, work[1])
    assert (moved.status_code, sources(moved), moved.json()["customerAccountId"]) == (201, [work[1]], second)
    for made in (rebilled, moved):
        assert client.post(f"/billing/invoices/{made.json()['invoiceId']}/issue", json={}).status_code == 200


def test_what_is_not_finished_any_more_is_billed_again_when_it_is(client: TestClient) -> None:
    account_id = account(client)
    work = [report(client, account_id) for _ in range(2)]
    void = voided(client, work[0])
    report(client, account_id, work[0], status="IN_PROGRESS", invoiceReady=False)
    assert sources(client.post(f"{void}/rebill")) == [work[1]]
    refused = client.post(f"{void}/rebill").json()
    assert (refused["errorCode"], refused["reasonCode"]) == ("WORK_ORDER_NOT_INVOICEABLE", "WORK_ORDER_NOT_COMPLETED")
    report(client, account_id, work[0])
    assert draft(client, work[0]).json()["reasonCode"] == "INVOICE_VOIDED"
    assert sources(client.post(f"{void}/rebill")) == [work[0]]


def test_what_was_billed_to_the_wrong_client_is_billed_again_to_the_right_one(client: TestClient) -> None:
    first, second = account(client), account(client)
    work = [report(client, first) for _ in range(2)]
    void = voided(client, work[0])
    for work_order_id in work:
        report(client, second, work_order_id)
    rebilled = client.post(f"{void}/rebill")
    assert (sources(rebilled), rebilled.json()["customerAccountId"], blockers(rebilled)) == (work, second, [])


def test_what_came_back_to_the_client_of_its_void_invoice_is_billed_again_explicitly(client: TestClient) -> None:
    first, second = account(client), account(client)
    work_order_id = report(client, first)
    void = voided(client, work_order_id)
    report(client, second, work_order_id)
    voided(client, work_order_id)
    report(client, first, work_order_id)
    refused = draft(client, work_order_id).json()
    assert (refused["reasonCode"], refused["existingId"]) == ("INVOICE_VOIDED", void.rsplit("/", 1)[1])
    assert client.post(f"{void}/rebill").json()["customerAccountId"] == first


def a_report(client_id: UUID | None, **fields: object) -> WorkReport:
    given: dict[str, object] = {
        "work_order_id": new_id(), "reference": "WO", "status": WorkOrderStatus.OPEN, "invoice_ready": False,
        "client_id": client_id, "vehicle_id": None, "vehicle_label": None, "location_id": None, "location_name": None,
        "estimate_id": None, "estimate_version_id": None, "approvals": (), "artifact_refs": (), "completed_at": None,
        "snapshot": None, **fields,
    }  # fmt: skip
    return WorkReport(**given)  # type: ignore[arg-type]


def test_where_nothing_can_be_billed_again_the_first_of_the_client_says_why() -> None:
    own, stranger = new_id(), new_id()
    moved, first, second = a_report(stranger), a_report(own), a_report(own)
    assert find_rebilled([moved, first, second], own, (), max_lines=9) == (first,)
    assert find_rebilled([moved, first, second], own, {first.work_order_id}, max_lines=9) == (second,)
    assert find_rebilled([moved, first], own, {first.work_order_id}, max_lines=9) == ()
    assert find_rebilled([moved], own, (), max_lines=9) == (moved,)
