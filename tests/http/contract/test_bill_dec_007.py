"""BILL-DEC-007: what there is to choose is asked of the server, so that no screen guesses."""

import pytest

from app import Office, a_client
from billhead.access.permissions import Role


def codes(office: Office, path: str) -> list[str]:
    answer = office.client(Role.VIEWER).get(f"/billing/meta/{path}")
    assert answer.status_code == 200, answer.text
    assert all(item["label"] for item in answer.json()["items"])
    return [item["code"] for item in answer.json()["items"]]


def test_bill_dec_007_payment_terms(office: Office) -> None:
    assert codes(office, "payment-terms") == ["DUE_ON_RECEIPT", "NET15", "NET30", "NET60", "CUSTOM"]


def test_bill_dec_007_invoice_delivery_methods(office: Office) -> None:
    assert codes(office, "invoice-delivery-methods") == ["EMAIL", "PORTAL", "MAIL"]


def test_bill_dec_007_invoice_grouping_strategies(office: Office) -> None:
    assert codes(office, "invoice-grouping-strategies") == ["PER_WORKORDER", "PER_VEHICLE", "SINGLE_INVOICE"]


def test_bill_dec_007_po_policies(office: Office) -> None:
    assert codes(office, "po-policies") == ["ACCOUNT", "LOCATION", "TENANT"]


@pytest.mark.parametrize("category", ["PO_OVERRIDE", "ISSUE_OVERRIDE", "REPRINT", "VOID", "REFUND"])
def test_bill_dec_007_reason_codes_of_a_category(office: Office, category: str) -> None:
    found = office.client(Role.CASHIER).get(f"/billing/meta/reason-codes?category={category}").json()["items"]
    assert {item["category"] for item in found} == {category}
    assert [item["code"] for item in found if item["requiresNote"]] == ["OTHER"]
    assert len(found) > 3


def test_bill_dec_007_reason_codes_of_every_category(office: Office) -> None:
    found = office.client().get("/billing/meta/reason-codes").json()["items"]
    assert {item["category"] for item in found} == {"PO_OVERRIDE", "ISSUE_OVERRIDE", "REPRINT", "VOID", "REFUND"}


def test_bill_dec_007_every_option_can_be_saved(office: Office) -> None:
    client = office.client()
    path = f"/billing/rules/{client.post('/billing/clients', json=a_client()).json()['clientId']}"
    fields = {
        "paymentTermsId": "payment-terms", "invoiceDeliveryMethod": "invoice-delivery-methods",
        "invoiceGroupingStrategy": "invoice-grouping-strategies", "poUniquenessScope": "po-policies",
    }  # fmt: skip
    options = {field: codes(office, name) for field, name in fields.items()}
    tag: dict[str, str] = {}
    for place in range(max(map(len, options.values()))):
        body: dict[str, object] = {field: known[place % len(known)] for field, known in options.items()}
        days = {"customTermsDays": 10} if body["paymentTermsId"] == "CUSTOM" else {}
        saved = client.put(path, json={"isPoRequired": True, **body, **days}, headers=tag)
        assert saved.status_code in {200, 201}, saved.text
        assert saved.json().items() >= body.items()
        tag = {"If-Match": saved.headers["etag"]}
