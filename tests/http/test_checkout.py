"""What a checkout is about, and numbers that cover more than one work order (BILL-DEC-009)."""

import pytest
from httpx import Response
from starlette.testclient import TestClient

from app import Office, a_client, a_tax_region, a_work_order
from billhead.storage.ids import new_id

RULES = {
    "isPoRequired": True, "paymentTermsId": "NET30", "invoiceDeliveryMethod": "EMAIL",
    "invoiceGroupingStrategy": "PER_WORKORDER",
}  # fmt: skip


@pytest.fixture
def client(office: Office) -> TestClient:
    assert office.client().post("/billing/tax-regions", json=a_tax_region()).status_code == 201
    return office.client()


def account(client: TestClient, **rules: object) -> tuple[str, str, str]:
    """A client with billing rules, and its two locations."""
    body = a_client(locations=[{"name": "North"}, {"name": "South"}])
    made = client.post("/billing/clients", json=body).json()
    assert client.put(f"/billing/rules/{made['clientId']}", json=RULES | rules).status_code == 201
    north, south = (place["locationId"] for place in made["locations"])
    return made["clientId"], north, south


def report(client: TestClient, account_id: str, **fields: object) -> str:
    work_order_id = str(new_id())
    told = client.put(f"/billing/work-orders/{work_order_id}", json=a_work_order(account_id, **fields))
    assert told.status_code == 201, told.text
    return work_order_id


def evaluate(client: TestClient, account_id: str, path: str | None = None, **intent: object) -> tuple[str, Response]:
    path = path or f"/billing/checkout/{new_id()}"
    body = {"accountId": account_id, "amount": 1000, "currency": "USD"} | intent
    return path, client.post(f"{path}/evaluate", json=body)


def capture(client: TestClient, account_id: str, number: str, **intent: object) -> tuple[int, str | None]:
    """Begins a checkout and gives it a purchase order."""
    path, begun = evaluate(client, account_id, **intent)
    assert begun.status_code == 200, begun.text
    told = client.post(f"{path}/po", json={"poNumber": number})
    return told.status_code, told.json().get("errorCode")


@pytest.mark.parametrize("strategy", ["SINGLE_INVOICE", "PER_VEHICLE"])
@pytest.mark.parametrize("scope", ["ACCOUNT", "TENANT"])
def test_one_number_covers_the_work_orders_of_one_draft(client: TestClient, strategy: str, scope: str) -> None:
    account_id, *_ = account(client, invoiceGroupingStrategy=strategy, poUniquenessScope=scope)
    vehicle = str(new_id())
    first, second = (report(client, account_id, vehicleId=vehicle) for _ in range(2))
    draft = client.post("/billing/invoices/draft", json={"workOrderId": first}).json()
    late = report(client, account_id, vehicleId=vehicle)
    assert capture(client, account_id, "PO-55", workOrderId=first) == (200, None)
    assert capture(client, account_id, "PO-55", workOrderId=second) == (200, None)
    for elsewhere in ({"workOrderId": late}, {}):
        assert capture(client, account_id, "PO-55", **elsewhere) == (409, "PO_NOT_UNIQUE")
    issued = client.post(f"/billing/invoices/{draft['invoiceId']}/issue", json={}).json()
    assert (issued["status"], issued["poNumber"]) == ("ISSUED", "PO-55")


def test_a_number_covers_no_work_orders_that_are_billed_apart(client: TestClient) -> None:
    grouped, *_ = account(client, invoiceGroupingStrategy="SINGLE_INVOICE", poUniquenessScope="TENANT")
    apart, *_ = account(client, poUniquenessScope="TENANT")
    for account_id, number in ((grouped, "PO-1"), (apart, "PO-2")):
        first, second = report(client, account_id), report(client, account_id)
        assert capture(client, account_id, number, workOrderId=first) == (200, None)
        assert capture(client, account_id, number, workOrderId=second) == (409, "PO_NOT_UNIQUE"), "not drafted"
        for work_order_id in (first, second) if account_id == apart else ():
            client.post("/billing/invoices/draft", json={"workOrderId": work_order_id})
        expected = (409, "PO_NOT_UNIQUE")
        assert capture(client, apart, number, workOrderId=report(client, apart)) == expected


def test_the_place_of_a_checkout_is_its_work_orders(client: TestClient) -> None:
    account_id, north, south = account(client, poUniquenessScope="LOCATION")
    first, second, third = (report(client, account_id, locationId=place) for place in (north, north, south))
    path, told = evaluate(client, account_id, workOrderId=first)
    assert told.json()["locationId"] == north
    for same in ({}, {"locationId": north}):
        assert evaluate(client, account_id, path, workOrderId=first, **same)[1].json() == told.json()
    assert evaluate(client, account_id, path, workOrderId=first, locationId=south)[1].status_code == 409
    assert client.post(f"{path}/po", json={"poNumber": "PO-1"}).status_code == 200
    assert capture(client, account_id, "PO-1", workOrderId=second) == (409, "PO_NOT_UNIQUE")
    assert capture(client, account_id, "PO-1", workOrderId=third) == (200, None)
    refused = evaluate(client, account_id, workOrderId=second, locationId=south)[1]
    assert (refused.status_code, list(refused.json()["fieldErrors"])) == (400, ["locationId"])


def test_a_place_that_only_the_work_order_knows(client: TestClient) -> None:
    account_id, *_ = account(client, poUniquenessScope="LOCATION")
    yard = str(new_id())
    work_order_id = report(client, account_id, locationId=yard)
    for named in ({}, {"locationId": yard}):
        assert evaluate(client, account_id, workOrderId=work_order_id, **named)[1].json()["locationId"] == yard


def test_the_currency_of_a_checkout_exists(client: TestClient) -> None:
    account_id, *_ = account(client)
    refused = evaluate(client, account_id, currency="ZZZ")[1]
    assert (refused.status_code, list(refused.json()["fieldErrors"])) == (400, ["currency"])


def test_a_credit_limit_in_another_currency_gives_no_credit(client: TestClient) -> None:
    account_id, *_ = account(client, creditLimit={"amount": 100_000, "currency": "USD"})
    for currency, eligible, exceeded in (("USD", True, False), ("EUR", False, None)):
        told = evaluate(client, account_id, currency=currency)[1].json()
        assert (told["chargeAccountEligible"], told["creditLimitExceeded"]) == (eligible, exceeded)
        codes = [message["code"] for message in told["messages"]]
        assert ("CREDIT_CURRENCY_MISMATCH" in codes) is not eligible
