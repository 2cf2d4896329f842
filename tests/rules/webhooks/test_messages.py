"""What is sent: the event's shape, and headers that the verifier of Standard Webhooks accepts."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from billhead.refusal import FaultCode, Malformed
from billhead.webhooks.rules import (
    EndpointFields,
    Failure,
    check_endpoint,
    cloud_event,
    format_secret,
    is_wanted,
    outcome_of,
    signed_headers,
)

KNOWN = {"billhead.invoice.issued", "billhead.invoice.voided", "billhead.client.created"}
SECRET, OLD = format_secret(b"n" * 32), format_secret(b"o" * 32)


def test_the_verifier_accepts_what_is_signed_and_nothing_else() -> None:
    body, at = json.dumps({"name": "Zoë ☂"}, ensure_ascii=False), datetime.now(UTC)
    headers = signed_headers([SECRET], uuid4(), at, body)
    assert Webhook(SECRET).verify(body, headers) == {"name": "Zoë ☂"}
    for changed_body, changed in [
        (body + " ", headers),
        (body, {**headers, "webhook-id": str(uuid4())}),
        (body, {**headers, "webhook-timestamp": str(int(at.timestamp()) - 1)}),
        (body, signed_headers([OLD], uuid4(), at, body)),
        (body, signed_headers([SECRET], uuid4(), at - timedelta(minutes=6), body)),
    ]:
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(changed_body, changed)


def test_the_signature_is_the_one_of_the_specification() -> None:
    message_id, at = UUID(int=7), datetime(2026, 3, 2, 12, 0, 0, 999_999, tzinfo=UTC)
    headers = signed_headers([SECRET], message_id, at, "{}")
    signed = f"{message_id}.1772452800.{{}}".encode()
    expected = base64.b64encode(hmac.digest(b"n" * 32, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == "1772452800"
    assert headers["content-type"].startswith("application/cloudevents+json")


def test_two_secrets_sign_and_either_will_do() -> None:
    headers = signed_headers([SECRET, OLD], uuid4(), datetime.now(UTC), "{}")
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (SECRET, OLD):
        Webhook(secret).verify("{}", headers)


def test_an_event_is_a_cloud_event() -> None:
    tenant, event, subject = uuid4(), uuid4(), uuid4()
    made = cloud_event(
        tenant_id=tenant, event_id=event, event_type="billhead.invoice.issued", subject=subject,
        time=datetime(2026, 3, 2, 12, tzinfo=UTC), data={"grandTotal": 100}, more={"sequence": 3},
    )  # fmt: skip
    assert made == {
        "specversion": "1.0", "id": str(event), "source": f"/tenants/{tenant}", "type": "billhead.invoice.issued",
        "subject": str(subject), "time": "2026-03-02T12:00:00Z", "datacontenttype": "application/json",
        "data": {"grandTotal": 100}, "sequence": 3,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "lets_through"),
    [
        ((), KNOWN),
        (("billhead.*",), KNOWN),
        (("billhead.invoice.*",), {"billhead.invoice.issued", "billhead.invoice.voided"}),
        (
            ("billhead.invoice.issued", "billhead.client.created"),
            {"billhead.invoice.issued", "billhead.client.created"},
        ),
        (("billhead.inv.*",), set()),
        (("billhead.invoice",), set()),
    ],
)
def test_a_filter_lets_through_names_and_beginnings(wanted: tuple[str, ...], lets_through: set[str]) -> None:
    assert {known for known in KNOWN if is_wanted(known, wanted)} == lets_through


def test_a_filter_names_what_exists_and_once() -> None:
    good = ("billhead.invoice.*", "billhead.client.created")
    check_endpoint(EndpointFields("https://example.com", good), KNOWN)
    with pytest.raises(Malformed) as refused:
        check_endpoint(EndpointFields("https://example.com", (*good, good[0], "billhead.invoic.*", "x")), KNOWN)
    assert {place: fault.code for place, fault in refused.value.field_errors.items()} == {
        "eventTypes[2]": FaultCode.REPEATED,
        "eventTypes[3]": FaultCode.UNKNOWN_CHOICE,
        "eventTypes[4]": FaultCode.UNKNOWN_CHOICE,
    }


@pytest.mark.parametrize(
    ("status", "retry_after", "error", "wait"),
    [
        (200, None, None, None), (204, "9", None, None), (301, None, Failure.REDIRECTED, None),
        (410, None, Failure.GONE, None), (500, None, Failure.HTTP_STATUS, None), (429, "30", Failure.HTTP_STATUS, 30),
        (503, "Wed, 21 Oct 2026 07:28:00 GMT", Failure.HTTP_STATUS, None), (503, "٣", Failure.HTTP_STATUS, None),
        (503, "9" * 5000, Failure.HTTP_STATUS, None), (199, None, Failure.HTTP_STATUS, None),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int, retry_after: str | None, error: str | None, wait: int | None) -> None:
    outcome = outcome_of(status, retry_after, 12)
    assert (outcome.status, outcome.error, outcome.retry_after, outcome.duration_ms) == (status, error, wait, 12)
    assert outcome.is_success == (error is None)
