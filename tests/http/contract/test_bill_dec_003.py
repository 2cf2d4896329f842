"""What blocks an issue, what may be overridden by somebody's own credentials, and what not (BILL-DEC-003, 010)."""

import pytest
from httpx import Response

from app import PASSWORD, Office, ready_to_bill
from billhead.access.permissions import Role

BOSS = "boss@northside.example"
RULES = {
    "isPoRequired": False, "paymentTermsId": "NET15", "invoiceDeliveryMethod": "EMAIL",
    "invoiceGroupingStrategy": "PER_WORKORDER", "approvalRequired": True,
}  # fmt: skip


def blocked_draft(office: Office, **rules: object) -> dict[str, object]:
    """A draft whose account wants an approval that is not there."""
    client = office.client()
    work_order_id = ready_to_bill(client, approvals=[])
    account_id = client.get(f"/billing/work-orders/{work_order_id}").json()["clientId"]
    assert client.put(f"/billing/rules/{account_id}", json=RULES | rules).status_code == 201
    body: dict[str, object] = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id}).json()
    return body


def elevated(office: Office, resource_id: object, action: str = "INVOICE_ISSUE") -> str:
    body = {"action": action, "resourceId": resource_id, "approver": BOSS, "proof": "PASSWORD", "secret": PASSWORD}
    answer = office.client(Role.ADVISOR).post("/billing/auth/elevate", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["elevationToken"])


def issue(office: Office, draft: dict[str, object], token: str | None = None) -> Response:
    body = {} if token is None else {"elevationToken": token}
    return office.client(Role.ADVISOR).post(f"/billing/invoices/{draft['invoiceId']}/issue", json=body)


def test_bill_dec_003_a_blocker_says_whether_it_may_be_overridden(office: Office) -> None:
    draft = blocked_draft(office)
    assert draft["canIssue"] is False
    (blocker,) = draft["issuanceBlockers"]  # type: ignore[misc]
    assert (blocker["code"], blocker["overridable"]) == ("MISSING_APPROVAL", True)
    refused = issue(office, draft)
    assert (refused.status_code, refused.json()["blockers"]) == (422, [blocker])


def test_bill_dec_003_somebody_who_may_lets_it_be_issued_all_the_same(office: Office) -> None:
    office.add_user(BOSS, Role.ACCOUNTANT)
    draft = blocked_draft(office)
    token = elevated(office, draft["invoiceId"])
    answer = issue(office, draft, token)
    assert (answer.status_code, answer.json()["status"]) == (200, "ISSUED")
    acts = {e["act"]: e for e in office.client().get("/billing/audit").json()["items"]}
    assert acts["invoice.override-blockers"]["detail"]["blockers"] == ["MISSING_APPROVAL"]
    assert issue(office, blocked_draft(office), token).json()["errorCode"] == "ELEVATION_WRONG_RESOURCE"


def test_bill_dec_003_a_confirmation_for_something_else_issues_nothing(office: Office) -> None:
    office.add_user(BOSS, Role.ACCOUNTANT)
    draft = blocked_draft(office)
    for token, code in (
        (elevated(office, draft["invoiceId"], "PO_OVERRIDE"), "ELEVATION_WRONG_ACTION"), ("x", "ELEVATION_INVALID"),
    ):  # fmt: skip
        answer = issue(office, draft, token)
        assert (answer.status_code, answer.json()["errorCode"]) == (403, code)
    assert office.client().get(f"/billing/invoices/{draft['invoiceId']}").json()["status"] == "DRAFT"


def test_bill_dec_003_what_cannot_be_overridden_is_not_and_uses_nothing_up(office: Office) -> None:
    office.add_user(BOSS, Role.ACCOUNTANT)
    draft = blocked_draft(office, isPoRequired=True)
    token = elevated(office, draft["invoiceId"])
    refused = issue(office, draft, token)
    assert refused.status_code == 422
    assert {b["code"]: b["overridable"] for b in refused.json()["blockers"]} == {
        "MISSING_APPROVAL": True, "MISSING_PO": False,
    }  # fmt: skip
    client, account_id = office.client(), draft["customerAccountId"]
    tag = client.get(f"/billing/rules/{account_id}").headers["etag"]
    assert client.put(f"/billing/rules/{account_id}", json=RULES, headers={"If-Match": tag}).status_code == 200
    assert issue(office, draft, token).status_code == 200


@pytest.mark.parametrize(
    ("method", "expected"),
    [("EMAIL", ["MISSING_BILLING_EMAIL"]), ("MAIL", ["MISSING_BILLING_ADDRESS"]), ("PORTAL", [])],
)
def test_bill_dec_003_blockers_follow_the_delivery_method(office: Office, method: str, expected: list[str]) -> None:
    draft = blocked_draft(office, invoiceDeliveryMethod=method, approvalRequired=False)
    client, path = office.client(), f"/billing/clients/{draft['customerAccountId']}"
    known = client.get(path)
    body = {k: v for k, v in known.json().items() if k not in {"clientId", "etag", "createdAt", "updatedAt"}}
    bare = body | {"billingEmail": None, "billingAddress": None}
    assert client.put(path, json=bare, headers={"If-Match": known.headers["etag"]}).status_code == 200
    now = client.get(f"/billing/invoices/{draft['invoiceId']}").json()
    assert ([b["code"] for b in now["issuanceBlockers"]], now["delivery"]["method"]) == (expected, method)


def test_bill_dec_003_due_date_and_policy_are_those_of_the_issue(office: Office) -> None:
    draft = blocked_draft(office, approvalRequired=False)
    assert (draft["invoiceDate"], draft["dueDate"]) == ("2026-03-02", "2026-03-17")
    client, account_id = office.client(), draft["customerAccountId"]
    tag = client.get(f"/billing/rules/{account_id}").headers["etag"]
    longer = RULES | {"approvalRequired": False, "paymentTermsId": "CUSTOM", "customTermsDays": 45}
    assert client.put(f"/billing/rules/{account_id}", json=longer, headers={"If-Match": tag}).status_code == 200
    issued = issue(office, draft).json()
    assert issued["dueDate"] == "2026-04-16"
    assert issued["issuancePolicy"]["policyVersion"].startswith("rules-v2/")
    assert (issued["canIssue"], issued["canVoid"], issued["paymentState"]) == (False, True, None)
