"""Work orders that an account's rules put on one invoice (BILL-DEC-002, 007)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from app import Office, a_client, a_line, a_snapshot, a_tax_region, a_work_order
from billhead.storage.ids import new_id

VEHICLE, OTHER_VEHICLE = str(new_id()), str(new_id())


@pytest.fixture
def client(office: Office) -> TestClient:
    assert office.client().post("/billing/tax-regions", json=a_tax_region()).status_code == 201
    return office.client()


def account(client: TestClient, strategy: str) -> str:
    account_id = str(client.post("/billing/clients", json=a_client()).json()["clientId"])
    rules = {
        "isPoRequired": False, "paymentTermsId": "NET30", "invoiceDeliveryMethod": "EMAIL",
        "invoiceGroupingStrategy": strategy,
    }  # fmt: skip
    assert client.put(f"/billing/rules/{account_id}", json=rules).status_code == 201
    return account_id


def finish(client: TestClient, account_id: str, reference: str, **fields: object) -> str:
    """Reports a finished work order with one line."""
    work_order_id = str(new_id())
    snapshot = a_snapshot(lines=[a_line(description=f"Work of {reference}")])
    body = a_work_order(account_id, reference=reference, snapshot=snapshot) | fields
    assert client.put(f"/billing/work-orders/{work_order_id}", json=body).status_code == 201
    return work_order_id


def draft(client: TestClient, work_order_id: str) -> tuple[int, dict[str, object]]:
    answer = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id})
    return answer.status_code, answer.json()


def sources(invoice: dict[str, object]) -> list[str]:
    return [s["sourceWorkOrderId"] for s in invoice["sources"]]  # type: ignore[attr-defined]


def test_a_single_invoice_takes_everything_that_is_ready(client: TestClient) -> None:
    account_id = account(client, "SINGLE_INVOICE")
    first, second, third = (finish(client, account_id, f"WO-{n}") for n in range(3))
    waiting = finish(client, account_id, "WO-4", invoiceReady=False)
    running = finish(client, account_id, "WO-5", status="IN_PROGRESS", invoiceReady=False)
    status, made = draft(client, second)
    assert status == 201
    assert sources(made) == [second, first, third]
    assert (made["workOrderId"], made["reference"]) == (second, "WO-1, WO-0, WO-2")
    assert [line["description"] for line in made["lines"]] == [f"Work of WO-{n}" for n in (1, 0, 2)]  # type: ignore[attr-defined]
    assert made["subtotal"] == 3 * 29000
    assert made["issuanceBlockers"] == []
    for work_order_id in (first, second, third):
        assert draft(client, work_order_id) == (200, made)
        assert client.get(f"/billing/invoices/by-workorder/{work_order_id}").json() == made
    assert draft(client, waiting)[0] == draft(client, running)[0] == 409
    issued = client.post(f"/billing/invoices/{made['invoiceId']}/issue", json={}).json()
    assert sources(issued) == [second, first, third]
    assert draft(client, third)[0] == 409
    late = finish(client, account_id, "WO-6")
    assert sources(draft(client, late)[1]) == [late]


def test_per_vehicle_takes_what_was_done_to_one_vehicle(client: TestClient) -> None:
    account_id = account(client, "PER_VEHICLE")
    first, second = (finish(client, account_id, f"WO-{n}", vehicleId=VEHICLE) for n in range(2))
    other = finish(client, account_id, "WO-3", vehicleId=OTHER_VEHICLE)
    without = [finish(client, account_id, f"WO-{n}") for n in (4, 5)]
    assert sources(draft(client, first)[1]) == [first, second]
    assert sources(draft(client, other)[1]) == [other]
    assert sources(draft(client, without[0])[1]) == [without[0]]


def test_only_what_fits_is_put_together(client: TestClient) -> None:
    account_id, stranger = account(client, "SINGLE_INVOICE"), account(client, "SINGLE_INVOICE")
    first = finish(client, account_id, "WO-1")
    finish(client, account_id, "WO-2", snapshot=a_snapshot(currency="EUR"))
    finish(client, stranger, "WO-3")
    assert sources(draft(client, first)[1]) == [first]


def test_each_work_order_stands_alone_without_such_rules(client: TestClient) -> None:
    account_id = account(client, "PER_WORKORDER")
    first, _ = finish(client, account_id, "WO-1"), finish(client, account_id, "WO-2")
    assert sources(draft(client, first)[1]) == [first]


def test_one_blocked_source_blocks_the_invoice_and_says_which(client: TestClient) -> None:
    account_id = account(client, "SINGLE_INVOICE")
    rules = client.get(f"/billing/rules/{account_id}")
    wanted = {k: v for k, v in rules.json().items() if k not in {"accountId", "etag"} and not k.startswith("updated")}
    tag = {"If-Match": rules.headers["etag"]}
    assert client.put(f"/billing/rules/{account_id}", json=wanted | {"approvalRequired": True}, headers=tag).is_success
    first, second = finish(client, account_id, "WO-1"), finish(client, account_id, "WO-2", approvals=[])
    made = draft(client, first)[1]
    (blocker,) = made["issuanceBlockers"]  # type: ignore[misc]
    assert blocker["code"] == "MISSING_APPROVAL"
    assert second in blocker["message"]


def test_void_and_rebill_keep_together_what_was_together(client: TestClient) -> None:
    account_id = account(client, "SINGLE_INVOICE")
    first, second = finish(client, account_id, "WO-1"), finish(client, account_id, "WO-2")
    invoice_id = draft(client, first)[1]["invoiceId"]
    assert client.post(f"/billing/invoices/{invoice_id}/issue", json={}).is_success
    assert client.post(f"/billing/invoices/{invoice_id}/void", json={"reason": "wrong price"}).is_success
    third = finish(client, account_id, "WO-3")
    assert sources(draft(client, third)[1]) == [third], "what was voided is billed again explicitly"
    again = client.post(f"/billing/invoices/{invoice_id}/rebill")
    assert (again.status_code, sources(again.json())) == (201, [first, second])


def test_many_who_draft_at_once_get_one_invoice(client: TestClient) -> None:
    account_id = account(client, "SINGLE_INVOICE")
    work_orders = [finish(client, account_id, f"WO-{n}") for n in range(8)]
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda work_order_id: draft(client, work_order_id), work_orders))
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({str(made["invoiceId"]) for _, made in answers}) == 1
    assert sorted(sources(answers[0][1])) == sorted(work_orders)
