"""Billing rules and their options over HTTP."""

from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from app import Office, a_client, console, open_office
from billhead.access.permissions import Role

RULES = {
    "isPoRequired": True, "paymentTermsId": "NET30", "invoiceDeliveryMethod": "EMAIL",
    "invoiceGroupingStrategy": "PER_WORKORDER",
}  # fmt: skip
META = ("payment-terms", "invoice-delivery-methods", "invoice-grouping-strategies", "po-policies", "reason-codes")


def an_account(client: TestClient) -> str:
    """The path of the rules of a new client."""
    return f"/billing/rules/{client.post('/billing/clients', json=a_client()).json()['clientId']}"


def test_what_the_seed_asks_for_is_enough(office: Office) -> None:
    client = office.client()
    path = an_account(client)
    made = client.put(path, json=RULES)
    assert (made.status_code, made.headers["etag"]) == (201, '"v1"')
    body = made.json()
    assert body == client.get(path).json()
    assert body.items() >= RULES.items()
    assert body["accountId"] == path.rpartition("/")[2]
    assert (body["etag"], body["updatedAt"], body["updatedByUserId"]) == ("v1", "2026-03-02T12:00:00Z", None)
    assert body["updatedBy"].startswith("token:")
    assert body["reprintPolicy"] == {
        "maxReprints": 5, "windowDays": 90, "reasonCodeRequired": True, "elevationRequiredAfter": 2,
    }  # fmt: skip
    assert (body["partialPaymentsAllowed"], body["creditLimit"], body["approvalRequired"]) == (True, None, None)


def test_who_saved_it_is_told(office: Office) -> None:
    path = an_account(office.client())
    user_id = office.add_user("books@example.com", Role.ACCOUNTANT)
    person = console(office.app, "books@example.com")
    assert person.put(path, json=RULES).json()["updatedByUserId"] == str(user_id)
    changed = person.put(path, json={**RULES, "isPoRequired": False}, headers={"If-Match": '"v1"'})
    assert changed.status_code == 200
    newest, first = person.get(f"{path}/history").json()["items"]
    assert (newest["version"], newest["changed"]) == (2, ["isPoRequired"])
    assert (newest["changedByUserId"], newest["changedAt"]) == (str(user_id), "2026-03-02T12:00:00Z")
    assert (first["etag"], len(first["changed"])) == ("v1", len(first["rules"]))
    assert first["rules"].items() >= RULES.items()
    trail = office.client().get("/billing/audit", params={"subjectId": path.rpartition("/")[2]}).json()["items"]
    assert [(e["act"], e["actor"], e["policyVersion"]) for e in trail] == [
        ("billing-rules.change", f"user:{user_id}", f"rules-v{version}") for version in (2, 1)
    ]


def test_history_goes_page_by_page(office: Office) -> None:
    client = office.client()
    path = an_account(client)
    for version in range(5):
        answer = client.put(
            path, json={**RULES, "creditLimit": {"amount": version, "currency": "USD"}},
            headers={"If-Match": f'"v{version}"'} if version else {},
        )  # fmt: skip
        assert answer.json()["etag"] == f"v{version + 1}"
    seen: list[int] = []
    after = None
    for _ in range(3):
        page = client.get(f"{path}/history", params={"limit": 2, **({"after": after} if after else {})}).json()
        seen += [item["version"] for item in page["items"]]
        assert all(item["changed"] == ["creditLimit"] for item in page["items"] if item["version"] > 1)
        after = page["next"]
    assert (seen, after) == ([5, 4, 3, 2, 1], None)


def test_what_holds_with_and_without_rules(office: Office) -> None:
    client = office.client()
    path = an_account(client)
    without = client.get(f"{path}/effective").json()
    assert (without["isConfigured"], without["policyVersion"]) == (False, "settings-v1")
    assert (without["paymentTermsId"], without["estimateBindingRequired"]) == ("NET30", True)
    client.put(path, json={**RULES, "paymentTermsId": "CUSTOM", "customTermsDays": 7})
    found = client.get(f"{path}/effective").json()
    assert (found["isConfigured"], found["policyVersion"]) == (True, "rules-v1/settings-v1")
    assert (found["paymentTermsId"], found["customTermsDays"], found["approvalRequired"]) == ("CUSTOM", 7, False)


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"paymentTermsId": "NET45"}, {"paymentTermsId": "UNKNOWN_CHOICE"}),
        ({"paymentTermsId": "CUSTOM"}, {"customTermsDays": "REQUIRED"}),
        ({"customTermsDays": 30}, {"customTermsDays": "NOT_APPLICABLE"}),
        ({"paymentTermsId": "CUSTOM", "customTermsDays": 366}, {"customTermsDays": "TOO_LARGE"}),
        ({"poFormatRegex": "x" * 201}, {"poFormatRegex": "TOO_LONG"}),
        ({"poFormatRegex": ""}, {"poFormatRegex": "REQUIRED"}),
        ({"poFormatRegex": "(?=x)"}, {"poFormatRegex": "WRONG_FORM"}),
        (
            {"poFormatRegex": "(", "creditLimit": {"amount": 1, "currency": "XXQ"}, "customTermsDays": 1},
            {"poFormatRegex": "WRONG_FORM", "creditLimit.currency": "UNKNOWN_CURRENCY",
             "customTermsDays": "NOT_APPLICABLE"},
        ),
        (
            {"creditLimit": {"amount": -1, "currency": "usd"}, "reprintPolicy": {"maxReprints": -1, "windowDays": 0},
             "isPoRequired": 1, "surprise": True},
            {"creditLimit.amount": "TOO_SMALL", "creditLimit.currency": "WRONG_FORM",
             "reprintPolicy.maxReprints": "TOO_SMALL", "reprintPolicy.windowDays": "TOO_SMALL",
             "isPoRequired": "WRONG_TYPE", "surprise": "UNKNOWN_FIELD"},
        ),
    ],
)  # fmt: skip
def test_bad_rules_are_refused_whole(office: Office, fields: dict[str, Any], codes: dict[str, str]) -> None:
    client = office.client()
    path = an_account(client)
    refused = client.put(path, json={**RULES, **fields})
    assert (refused.status_code, refused.json()["fieldErrorCodes"]) == (400, codes)
    assert client.get(path).status_code == 404


def test_who_may(office: Office, other_office: Office) -> None:
    path = an_account(office.client())
    assert office.client(Role.ADVISOR).put(path, json=RULES).status_code == 403
    assert office.client(Role.ACCOUNTANT).put(path, json=RULES).status_code == 201
    assert office.client(Role.ADVISOR).get(path).status_code == 200
    assert office.client(Role.CASHIER).get(path).status_code == 403
    for answer in (
        other_office.client().get(path),
        other_office.client().get(f"{path}/history"),
        other_office.client().get(f"{path}/effective"),
        other_office.client().put(path, json=RULES),
        office.client().get(f"/billing/rules/{uuid4()}"),
    ):
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "CLIENT_NOT_FOUND")


@pytest.mark.parametrize("name", META)
def test_a_list_that_is_known_is_not_sent_again(office: Office, name: str) -> None:
    client, path = office.client(Role.VIEWER), f"/billing/meta/{name}"
    first = client.get(path)
    tag = first.headers["etag"]
    assert (first.status_code, first.headers["cache-control"]) == (200, "private, no-cache")
    assert first.headers["vary"] == "Authorization, Cookie, X-Tenant"
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for unknown in ('"other"', tag.strip('"'), ""):
        assert client.get(path, headers={"If-None-Match": unknown}).content == first.content
    assert client.head(path).headers["etag"] == tag


def test_a_list_follows_the_business(office: Office) -> None:
    client, path = office.client(), "/billing/meta/payment-terms"
    first = client.get(path)
    settings = client.get("/billing/settings").json()
    body = {k: v for k, v in settings.items() if k not in {"tenantId", "etag"}} | {"locale": "de-DE", "paymentDays": 14}
    assert client.put("/billing/settings", json=body, headers={"If-Match": f'"{settings["etag"]}"'}).status_code == 200
    found = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert found.status_code == 200
    assert (found.json()["language"], found.json()["defaultDays"]) == ("de", 14)
    assert [(i["label"], i["isDefault"]) for i in found.json()["items"]][3:] == [
        ("60 Tage netto", False), ("Eigene Frist in Tagen", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "label"),
    [
        ("en-GB", "Net 30 days"), ("de-AT", "30 Tage netto"), ("fr-CA", "30 jours nets"), ("es-MX", "30 días netos"),
        ("nl-NL", "30 dagen netto"), ("it-IT", "30 giorni netti"), ("pl-PL", "30 dni netto"),
        ("pt-BR", "30 dias líquidos"), ("ar-EG", "صافي 30 يومًا"), ("sv-SE", "Net 30 days"),
    ],
)  # fmt: skip
def test_labels_are_in_the_language_of_the_business(office: Office, locale: str, label: str) -> None:
    there = open_office(office.app, office.runtime, "elsewhere", locale=locale)
    items = there.client().get("/billing/meta/payment-terms").json()["items"]
    assert next(i["label"] for i in items if i["code"] == "NET30") == label


def test_po_policies_say_how_an_account_begins(office: Office) -> None:
    found = office.client().get("/billing/meta/po-policies").json()
    assert [(i["code"], i["isDefault"]) for i in found["items"]] == [
        ("ACCOUNT", True), ("LOCATION", False), ("TENANT", False),
    ]  # fmt: skip
    assert (found["isPoRequired"], found["overrideAllowed"], found["maxPoLength"]) == (False, True, 60)


def test_a_category_nobody_knows(office: Office) -> None:
    refused = office.client().get("/billing/meta/reason-codes?category=LUNCH")
    assert (refused.status_code, refused.json()["fieldErrorCodes"]) == (400, {"category": "UNKNOWN_CHOICE"})
