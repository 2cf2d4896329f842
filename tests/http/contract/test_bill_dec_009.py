"""Purchase orders at the checkout: captured once, unique where they must be, waived by who may (BILL-DEC-009)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from httpx import Response
from starlette.testclient import TestClient

from app import PASSWORD, Office, a_client, drafted, ready_to_bill
from billhead.access.permissions import Role
from billhead.storage.ids import new_id

RULES = {
    "isPoRequired": True, "paymentTermsId": "NET30", "invoiceDeliveryMethod": "EMAIL",
    "invoiceGroupingStrategy": "PER_WORKORDER", "poFormatRegex": "PO-[0-9]{4}",
}  # fmt: skip
ALL = list(Role)


def account(client: TestClient, **rules: object) -> str:
    """A client whose invoices need a purchase order."""
    account_id = str(client.post("/billing/clients", json=a_client()).json()["clientId"])
    saved = client.put(f"/billing/rules/{account_id}", json=RULES | rules)
    assert saved.status_code == 201, saved.text
    return account_id


def begin(client: TestClient, account_id: str, **intent: object) -> str:
    """A checkout that was evaluated once."""
    checkout_id = str(new_id())
    body = {"accountId": account_id, "amount": 20000, "currency": "USD"} | intent
    answer = client.post(f"/billing/checkout/{checkout_id}/evaluate", json=body)
    assert answer.status_code == 200, answer.text
    return checkout_id


def capture(client: TestClient, checkout_id: str, number: str) -> Response:
    return client.post(f"/billing/checkout/{checkout_id}/po", json={"poNumber": number})


def code(answer: Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json().get("errorCode"))


def approved(office: Office, checkout_id: str, email: str) -> str:
    """A confirmation by somebody's own credentials."""
    body = {"action": "PO_OVERRIDE", "resourceId": checkout_id, "approver": email, "proof": "PASSWORD"}
    answer = office.client().post("/billing/auth/elevate", json=body | {"secret": PASSWORD})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["elevationToken"])


def test_bill_dec_009_the_first_evaluation_begins_a_checkout(office: Office) -> None:
    client = office.client(Role.CASHIER)
    account_id, checkout_id = account(office.client()), str(new_id())
    path = f"/billing/checkout/{checkout_id}/evaluate"
    assert code(client.get(f"/billing/checkout/{checkout_id}")) == (404, "CHECKOUT_NOT_FOUND")
    assert code(client.post(path)) == (400, "INVALID_REQUEST")
    body = {"accountId": account_id, "amount": 20000, "currency": "USD"}
    told = client.post(path, json=body).json()
    assert told["policyVersion"].startswith("rules-v1/")
    assert (told["poRequired"], told["poFormatRegex"], told["poUniquenessScope"]) == (True, "PO-[0-9]{4}", "ACCOUNT")
    assert (told["overrideAllowed"], told["overrideRequiresSecondApprover"]) == (True, False)
    assert (told["overrideReasonCodeRequired"], told["chargeAccountEligible"]) == (True, True)
    assert [m["code"] for m in told["messages"] if m["severity"] == "ERROR"] == ["PO_REQUIRED"]
    assert (told["mayProceed"], told["allowedActions"]) == (False, ["CAPTURE_PO"])
    assert client.post(path).json() == client.post(path, json=body).json() == told
    assert code(client.post(path, json=body | {"amount": 1})) == (409, "CHECKOUT_DIFFERS")


def test_bill_dec_009_po_is_write_once(office: Office) -> None:
    client = office.client(Role.CASHIER)
    checkout_id = begin(client, account(office.client()))
    told = capture(client, checkout_id, " PO-0001 ")
    assert (told.status_code, told.json()["poNumber"], told.json()["mayProceed"]) == (200, "PO-0001", True)
    assert capture(client, checkout_id, "PO-0001").json() == told.json()
    assert code(capture(client, checkout_id, "PO-0002")) == (409, "PO_ALREADY_CAPTURED")
    assert client.get(f"/billing/checkout/{checkout_id}").json()["poNumber"] == "PO-0001"


@pytest.mark.parametrize("number", ["PO-1", "po-0001", "PO-00011", "xPO-0001", "PO-0001\nPO-0001"])
def test_bill_dec_009_the_format_is_checked_here(office: Office, number: str) -> None:
    checkout_id = begin(office.client(), account(office.client()))
    answer = capture(office.client(), checkout_id, number)
    assert code(answer) == (400, "PO_FORMAT_INVALID")
    assert answer.json()["fieldErrors"].keys() == {"poNumber"}


@pytest.mark.parametrize(
    ("scope", "same_account", "same_place", "other_account"),
    [("ACCOUNT", 409, 409, 200), ("TENANT", 409, 409, 409), ("LOCATION", 200, 409, 200)],
)
def test_bill_dec_009_a_number_is_used_once_in_its_scope(
    office: Office, scope: str, same_account: int, same_place: int, other_account: int
) -> None:
    client = office.client()
    places = [{"name": "North", "address": None, "taxRegion": None}, {"name": "South"}]
    made = client.post("/billing/clients", json=a_client(locations=places)).json()
    north, south = (place["locationId"] for place in made["locations"])
    client.put(f"/billing/rules/{made['clientId']}", json=RULES | {"poUniquenessScope": scope})
    other = account(client, poUniquenessScope=scope)
    assert capture(client, begin(client, made["clientId"], locationId=north), "PO-0001").status_code == 200
    for intent, account_id, expected in (
        ({"locationId": south}, made["clientId"], same_account),
        ({"locationId": north}, made["clientId"], same_place),
        ({}, other, other_account),
    ):
        answer = capture(client, begin(client, account_id, **intent), "PO-0001")
        assert answer.status_code == expected, (intent, answer.text)
        if expected == 409:
            assert code(answer) == (409, "PO_NOT_UNIQUE")


def test_bill_dec_009_case_and_blanks_make_no_other_number(office: Office) -> None:
    client = office.client()
    account_id = account(client, poFormatRegex=None)
    assert capture(client, begin(client, account_id), "Po 12").status_code == 200
    for same in ("PO12", "ｐｏ１２", "p o 1 2"):
        assert code(capture(client, begin(client, account_id), same)) == (409, "PO_NOT_UNIQUE")


def test_bill_dec_009_neither_dashes_nor_accents_make_another_number(office: Office) -> None:
    client = office.client()
    account_id = account(client, poFormatRegex=None)
    assert capture(client, begin(client, account_id), "PO-é1").status_code == 200
    for same in ("PO\u20101", "PO\u2013e1", "PO\u2212E1", "PO-e\u03011"):
        number = same if "e" in same.casefold() else same.replace("1", "e1")
        assert code(capture(client, begin(client, account_id), number)) == (409, "PO_NOT_UNIQUE"), number


UNSEEN = ["\u200b", "\u00ad", "\u2060", "\u034f", "\ufe0f", "\ufeff", "\u202e", "\x07", "\x1b"]


@pytest.mark.parametrize("unseen", UNSEEN)
def test_bill_dec_009_what_cannot_be_seen_is_refused(office: Office, unseen: str) -> None:
    checkout_id = begin(office.client(), account(office.client(), poFormatRegex=None))
    assert code(capture(office.client(), checkout_id, f"PO{unseen}1")) == (400, "PO_FORMAT_INVALID")


def test_bill_dec_009_of_many_checkouts_one_gets_the_number(office: Office) -> None:
    client = office.client()
    account_id = account(client, poUniquenessScope="TENANT")
    checkouts = [begin(client, account_id) for _ in range(12)]
    with ThreadPoolExecutor(12) as crowd:
        answers = list(crowd.map(lambda checkout_id: capture(client, checkout_id, "PO-0007"), checkouts))
    assert sorted(a.status_code for a in answers) == [200] + [409] * 11
    held = [client.get(f"/billing/checkout/{c}").json()["poNumber"] for c in checkouts]
    assert sorted(map(str, held)) == ["None"] * 11 + ["PO-0007"]


def test_bill_dec_009_of_many_numbers_one_gets_the_checkout(office: Office) -> None:
    client = office.client()
    checkout_id = begin(client, account(client))
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda n: capture(client, checkout_id, f"PO-000{n}"), range(8)))
    assert sorted(a.status_code for a in answers) == [200] + [409] * 7


def test_bill_dec_009_an_override_needs_permission_reason_and_confirmation(office: Office) -> None:
    client, boss = office.client(), "boss@northside.example"
    office.add_user(boss, Role.ACCOUNTANT)
    checkout_id = begin(client, account(client))
    path, reason = f"/billing/checkout/{checkout_id}/po-override", {"reasonCode": "EMERGENCY"}
    token = approved(office, checkout_id, boss)
    waiver = reason | {"elevationToken": token}
    assert code(office.client(Role.CASHIER).post(path, json=waiver)) == (403, "FORBIDDEN")
    assert code(client.post(path, json=reason)) == (400, "INVALID_REQUEST")
    assert code(client.post(path, json={"elevationToken": token})) == (400, "REASON_CODE_REQUIRED")
    assert code(client.post(path, json=waiver | {"reasonCode": "BORED"})) == (400, "REASON_CODE_UNKNOWN")
    assert code(client.post(path, json=reason | {"elevationToken": "x"})) == (403, "ELEVATION_INVALID")
    elsewhere = approved(office, begin(client, account(client)), boss)
    assert code(client.post(path, json=reason | {"elevationToken": elsewhere})) == (403, "ELEVATION_WRONG_RESOURCE")
    told = client.post(path, json=waiver)
    assert (told.status_code, told.json()["poWaived"], told.json()["mayProceed"]) == (200, True, True)
    assert client.post(path, json=waiver).json() == told.json(), "sent twice by accident"
    assert code(client.post(path, json=waiver | {"reasonCode": "PO_PENDING"})) == (409, "PO_ALREADY_WAIVED")
    assert code(capture(client, checkout_id, "PO-0001")) == (409, "PO_ALREADY_WAIVED")
    entries = client.get("/billing/audit").json()["items"]
    (entry,) = [e for e in entries if e["act"] == "checkout.waive-po"]
    assert entry["reason"] == "EMERGENCY"
    assert entry["policyVersion"].startswith("rules-v1/")


def test_bill_dec_009_a_second_approver_is_another_person(office: Office) -> None:
    client = office.client()
    first, second = "boss@northside.example", "owner@northside.example"
    for email in (first, second):
        office.add_user(email, Role.ACCOUNTANT)
    checkout_id = begin(client, account(client, overrideRequiresSecondApprover=True))
    path, reason = f"/billing/checkout/{checkout_id}/po-override", {"reasonCode": "EMERGENCY"}

    def override(*emails: str) -> Response:
        names = ("elevationToken", "secondElevationToken")
        tokens = {name: approved(office, checkout_id, email) for name, email in zip(names, emails, strict=False)}
        return client.post(path, json=reason | tokens)

    assert code(override(first)) == (403, "SECOND_APPROVER_REQUIRED")
    assert code(override(first, first)) == (403, "SECOND_APPROVER_IS_FIRST")
    assert override(first, second).status_code == 200


def test_bill_dec_009_what_cannot_be_overridden(office: Office) -> None:
    client, boss = office.client(), "boss@northside.example"
    office.add_user(boss, Role.ACCOUNTANT)
    for rules, expected in (
        ({"isPoRequired": False}, "PO_NOT_REQUIRED"), ({"overrideAllowed": False}, "PO_OVERRIDE_NOT_ALLOWED"),
    ):  # fmt: skip
        checkout_id = begin(client, account(client, **rules))
        body = {"reasonCode": "EMERGENCY", "elevationToken": approved(office, checkout_id, boss)}
        assert code(client.post(f"/billing/checkout/{checkout_id}/po-override", json=body)) == (409, expected)


def test_bill_dec_009_of_many_overrides_one_counts(office: Office) -> None:
    client, boss = office.client(), "boss@northside.example"
    office.add_user(boss, Role.ACCOUNTANT)
    checkout_id = begin(client, account(client))
    tokens = [approved(office, checkout_id, boss) for _ in range(6)]

    def override(number: int) -> int:
        body = {"reasonCode": "OTHER", "reasonNote": f"note {number}", "elevationToken": tokens[number]}
        return client.post(f"/billing/checkout/{checkout_id}/po-override", json=body).status_code

    with ThreadPoolExecutor(6) as crowd:
        assert sorted(crowd.map(override, range(6))) == [200] + [409] * 5


def test_bill_dec_009_po_and_policy_land_on_the_invoice(office: Office) -> None:
    client = office.client()
    work_order_id = ready_to_bill(client)
    account_id = client.get(f"/billing/work-orders/{work_order_id}").json()["clientId"]
    assert client.put(f"/billing/rules/{account_id}", json=RULES).status_code == 201
    draft = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id}).json()
    path = f"/billing/invoices/{draft['invoiceId']}"
    assert [b["code"] for b in draft["issuanceBlockers"]] == ["MISSING_PO"]
    assert draft["issuancePolicy"]["poRequired"] is True
    refused = client.post(f"{path}/issue", json={})
    assert (refused.status_code, [b["code"] for b in refused.json()["blockers"]]) == (422, ["MISSING_PO"])
    assert capture(client, begin(client, account_id, workOrderId=work_order_id), "PO-0042").status_code == 200
    assert client.get(path).json()["poNumber"] == "PO-0042"
    issued = client.post(f"{path}/issue", json={}).json()
    assert (issued["status"], issued["poNumber"]) == ("ISSUED", "PO-0042")
    assert issued["issuancePolicy"]["policyVersion"].startswith("rules-v1/")
    assert "PO-0042" in client.get(f"{path}/html").text
    late = begin(client, account_id, workOrderId=work_order_id)
    assert code(capture(client, late, "PO-0043")) == (409, "INVOICE_EXISTS")


def test_bill_dec_009_a_checkout_is_about_what_the_account_has(office: Office, other_office: Office) -> None:
    client = office.client()
    account_id = account(client)
    foreign = account(other_office.client())
    work_order_id = ready_to_bill(client)
    path = f"/billing/checkout/{new_id()}/evaluate"
    body = {"accountId": account_id, "amount": 1, "currency": "USD"}
    assert code(client.post(path, json=body | {"accountId": foreign})) == (404, "CLIENT_NOT_FOUND")
    for field, value in (("workOrderId", work_order_id), ("workOrderId", str(new_id())), ("locationId", str(new_id()))):
        answer = client.post(path, json=body | {field: value})
        assert (answer.status_code, list(answer.json()["fieldErrors"])) == (400, [field])
    checkout_id = begin(client, account_id)
    assert code(capture(other_office.client(), checkout_id, "PO-0001")) == (404, "CHECKOUT_NOT_FOUND")


def test_the_credit_limit_counts_what_is_owed(office: Office) -> None:
    client = office.client()
    invoice = client.post(f"/billing/invoices/{drafted(client)['invoiceId']}/issue", json={}).json()
    limit = {"amount": invoice["grandTotal"] + 100, "currency": "USD"}
    saved = client.put(f"/billing/rules/{invoice['customerAccountId']}", json=RULES | {"creditLimit": limit})
    assert saved.status_code == 201
    for amount, exceeded in ((100, False), (101, True)):
        checkout_id = begin(client, invoice["customerAccountId"], amount=amount)
        told = client.get(f"/billing/checkout/{checkout_id}").json()
        assert (told["creditLimitExceeded"], told["chargeAccountEligible"]) == (exceeded, not exceeded)
    checkout_id = begin(client, invoice["customerAccountId"], currency="EUR")
    assert client.get(f"/billing/checkout/{checkout_id}").json()["creditLimitExceeded"] is None
