"""Webhooks over HTTP: endpoints with their secrets, what is refused, and the log."""

import base64
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from app import Office
from billhead.storage.jobs import Tasks, Worker
from billhead.webhooks.reactions import enqueue_waiting, tasks

HOOK = {"url": "https://1.1.1.1/hooks", "eventTypes": ["billhead.invoice.*"], "description": "The books"}


def made(client: TestClient, **fields: object) -> dict[str, str]:
    answer = client.post("/billing/webhooks", json=HOOK | fields)
    assert answer.status_code == 201, answer.text
    body: dict[str, str] = answer.json()
    return body


def test_the_secret_is_shown_when_it_is_made_and_never_again(office: Office) -> None:
    client = office.client()
    first = client.post("/billing/webhooks", json=HOOK, headers={"Idempotency-Key": "k"})
    again = client.post("/billing/webhooks", json=HOOK, headers={"Idempotency-Key": "k"})
    body = first.json()
    assert len(base64.b64decode(body["secret"].removeprefix("whsec_"))) == 32
    assert (again.status_code, body["secret"] in again.text) == (409, False)
    path = f"/billing/webhooks/{body['webhookId']}"
    rotated = client.post(f"{path}/rotate-secret", json={"graceHours": 2}).json()
    assert rotated["secret"].startswith("whsec_")
    assert rotated["secret"] != body["secret"]
    assert rotated["oldSecretUntil"] == "2026-03-02T14:00:00Z"
    for url in (path, "/billing/webhooks", "/billing/events", "/billing/audit"):
        told = client.get(url).text
        assert body["secret"] not in told
        assert rotated["secret"] not in told
    assert client.post(f"{path}/rotate-secret", json={"graceHours": 0}).json()["oldSecretUntil"] is None


def test_a_webhook_is_changed_on_its_etag_and_deleted(office: Office) -> None:
    client = office.client()
    body = made(client)
    path, tag = f"/billing/webhooks/{body['webhookId']}", {"If-Match": '"v1"'}
    assert client.get(path).headers["etag"] == '"v1"'
    assert client.put(path, json=HOOK).status_code == 428
    changed = client.put(path, json=HOOK | {"active": False, "eventTypes": []}, headers=tag)
    assert (changed.status_code, changed.json()["active"], changed.json()["etag"]) == (200, False, "v2")
    assert client.put(path, json=HOOK, headers=tag).status_code == 409
    assert client.post(f"{path}/replay", json={"since": "2026-03-01T00:00:00Z"}).json()["errorCode"] == (
        "WEBHOOK_INACTIVE"
    )  # fmt: skip
    assert client.delete(path, headers=tag).status_code == 409
    assert client.delete(path).status_code == 204
    assert client.get(path).json()["errorCode"] == "WEBHOOK_NOT_FOUND"
    acts = [entry["act"] for entry in client.get("/billing/audit").json()["items"]]
    assert acts[:3] == ["webhook.delete", "webhook.change", "webhook.create"]


@pytest.mark.parametrize(
    ("url", "reason", "code"),
    [
        ("https://127.0.0.1/", "PRIVATE_ADDRESS", "NOT_APPLICABLE"),
        ("https://[::1]:8443/x", "PRIVATE_ADDRESS", "NOT_APPLICABLE"),
        ("https://169.254.169.254/latest/meta-data", "PRIVATE_ADDRESS", "NOT_APPLICABLE"),
        ("https://2130706433/", "PRIVATE_ADDRESS", "NOT_APPLICABLE"),
        ("http://1.1.1.1/", "NOT_HTTPS", "WRONG_FORM"),
        ("https://user:secret@1.1.1.1/", "BAD_ADDRESS", "WRONG_FORM"),
        ("https://[1.1.1.1/", "BAD_ADDRESS", "WRONG_FORM"),
        ("https://1.1.1.1:99999/", "BAD_ADDRESS", "WRONG_FORM"),
    ],
)
def test_an_address_that_nothing_goes_to_is_refused(office: Office, url: str, reason: str, code: str) -> None:
    client = office.client()
    answer = client.post("/billing/webhooks", json=HOOK | {"url": url})
    body = answer.json()
    assert (answer.status_code, body["errorCode"], body["reasonCode"]) == (400, "WEBHOOK_ADDRESS_REFUSED", reason)
    assert body["fieldErrorCodes"] == {"url": code}
    assert client.get("/billing/webhooks").json()["items"] == []


@pytest.mark.parametrize("url", ["ftp://1.1.1.1/", "https://exa mple.com/", "https://münchen.example/", "1.1.1.1", ""])
def test_what_is_no_url_is_malformed(office: Office, url: str) -> None:
    answer = office.client().post("/billing/webhooks", json=HOOK | {"url": url})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "INVALID_REQUEST")
    assert answer.json()["fieldErrors"].keys() == {"url"}


def test_a_filter_names_events_that_exist(office: Office) -> None:
    client = office.client()
    types = client.get("/billing/meta/event-types").json()["items"]
    assert {"billhead.invoice.issued", "billhead.webhook.disabled"} <= set(types)
    assert types == sorted(set(types))
    assert made(client, eventTypes=types[:50])
    answer = client.post("/billing/webhooks", json=HOOK | {"eventTypes": ["billhead.invoice.isued"]})
    assert (answer.json()["errorCode"], answer.json()["fieldErrorCodes"]) == (
        "INVALID_WEBHOOK", {"eventTypes[0]": "UNKNOWN_CHOICE"},
    )  # fmt: skip


def test_a_business_has_only_so_many(office: Office) -> None:
    client = office.client()
    for _ in range(office.runtime.settings.max_webhooks):
        made(client)
    refused = client.post("/billing/webhooks", json=HOOK)
    assert (refused.status_code, refused.json()["errorCode"]) == (409, "TOO_MANY_WEBHOOKS")
    pages, after = [], ""
    while after is not None:
        page = client.get("/billing/webhooks", params={"limit": 7, **({"after": after} if after else {})}).json()
        pages.append(len(page["items"]))
        after = page["next"]
    assert pages == [7, 7, 6]
    assert client.get("/billing/webhooks", params={"after": "nowhere"}).json()["errorCode"] == "INVALID_CURSOR"


def test_the_log_says_what_was_sent_and_when_it_is_tried_next(office: Office) -> None:
    client = office.client()
    webhook_id = made(client, eventTypes=["billhead.client.*"])["webhookId"]
    path = f"/billing/webhooks/{webhook_id}"
    tested = client.post(f"{path}/test")
    assert tested.status_code == 202
    body = tested.json()
    assert (body["status"], body["eventId"], body["attempts"]) == ("PENDING", None, [])
    one = client.get(f"{path}/deliveries/{body['deliveryId']}").json()
    assert one == body
    assert client.get(f"{path}/deliveries", params={"status": "PENDING"}).json()["items"] == [body]
    assert client.get(f"{path}/deliveries", params={"status": "DEAD"}).json()["items"] == []
    refused = client.post(f"{path}/deliveries/{body['deliveryId']}/replay")
    assert (refused.status_code, refused.json()["errorCode"]) == (409, "DELIVERY_PENDING")
    assert client.get(f"{path}/deliveries/{UUID(int=1)}").json()["errorCode"] == "DELIVERY_NOT_FOUND"


def test_an_address_that_became_private_is_not_followed(office: Office) -> None:
    """Saved while it was allowed, sent when it is not."""
    client = office.client()
    webhook_id = made(client)["webhookId"]
    with office.runtime.database.tenant(UUID(str(office.tenant_id)), write=True) as session:
        session.connection().exec_driver_sql("UPDATE webhook_endpoint SET url = 'https://127.0.0.1:9/'")
    path = f"/billing/webhooks/{webhook_id}"
    delivery_id = client.post(f"{path}/test").json()["deliveryId"]
    assert enqueue_waiting(office.runtime) == 1
    Worker(office.runtime.database, office.runtime.jobs, Tasks(tasks(office.runtime))).run_until_idle()
    body = client.get(f"{path}/deliveries/{delivery_id}").json()
    assert (body["status"], body["error"], body["nextAttemptAt"]) == ("DEAD", "PRIVATE_ADDRESS", None)
    assert [(a["number"], a["status"], a["error"]) for a in body["attempts"]] == [(1, None, "PRIVATE_ADDRESS")]
    assert client.post(f"{path}/deliveries/{delivery_id}/replay").json()["status"] == "PENDING"
