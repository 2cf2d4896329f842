"""What an endpoint may be, what is sent to it, and when it is tried again. Values in, values or one refusal out.

A message is a CloudEvent (1.0, structured mode, JSON) with the headers of Standard Webhooks. Its `webhook-id` is the id
of the event, in every attempt and in every replay: receivers know by it what they have already.
"""

from base64 import b64encode
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from standardwebhooks import Webhook

from billhead.refusal import Conflict, Fault, FaultCode, Malformed

MAX_URL_LENGTH = 2000
MAX_EVENT_TYPES = 50
MAX_GRACE_HOURS = 168
SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105
TEST_TYPE = "billhead.webhook.test"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"

RETRY_AFTER = tuple(timedelta(seconds=s) for s in (5, 60, 300, 1800, 7200, 18000, 28800, 28800))
"""How long after each failed attempt the next one follows: nine attempts in a day less ten minutes, before jitter."""
JITTER = 0.2
"""Each wait is up to this share longer or shorter, so that what failed together is not tried together."""
DISABLED_AFTER = timedelta(days=3)
"""An endpoint of which nothing was taken for so long gets no more."""
_SHORTEST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)


class DeliveryStatus(StrEnum):
    """Where a delivery is: on its way, taken by the receiver, or given up (a dead letter)."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


class DisabledReason(StrEnum):
    """Why Billhead stopped sending to an endpoint."""

    FAILING = "FAILING"
    GONE = "GONE"


class Failure(StrEnum):
    """Why an attempt failed, beside the codes of the guarded HTTP client (`TIMEOUT`, `PRIVATE_ADDRESS`, …)."""

    HTTP_STATUS = "HTTP_STATUS"
    REDIRECTED = "REDIRECTED"
    GONE = "GONE"
    ENDPOINT_DISABLED = "ENDPOINT_DISABLED"


class ReplayKind(StrEnum):
    """Which events a replay sends again: all of them, or those that the receiver does not have yet."""

    ALL = "ALL"
    UNDELIVERED = "UNDELIVERED"


@dataclass(frozen=True, slots=True)
class EndpointFields:
    """What people say about an endpoint. `event_types` are names or beginnings (`billhead.invoice.*`); none is all."""

    url: str
    event_types: tuple[str, ...] = ()
    description: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: the answer's HTTP status, or why there was none. `retry_after` is in seconds."""

    duration_ms: int
    status: int | None = None
    error: str | None = None
    retry_after: int | None = None

    @property
    def is_success(self) -> bool:
        return self.error is None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from an outcome, for the delivery and for its endpoint.

    `next_at` is None unless the delivery stays PENDING; `quiet_until` is when the endpoint may be tried again.
    """

    status: DeliveryStatus
    next_at: datetime | None
    quiet_until: datetime | None
    disabled: DisabledReason | None = None


def check_endpoint(fields: EndpointFields, known_types: Collection[str]) -> None:
    """Malformed with every field error at once; whether requests may go to `url` is asked elsewhere."""
    errors = dict(_faults(fields, known_types))
    if errors:
        raise Malformed("INVALID_WEBHOOK", "The webhook cannot be saved.", field_errors=errors)


def _faults(fields: EndpointFields, known_types: Collection[str]) -> Iterator[tuple[str, Fault]]:
    for place, wanted in enumerate(fields.event_types):
        if wanted in fields.event_types[:place]:
            yield f"eventTypes[{place}]", Fault(FaultCode.REPEATED, "stands here twice")
        elif not any(is_wanted(known, (wanted,)) for known in known_types):
            yield (
                f"eventTypes[{place}]",
                Fault(FaultCode.UNKNOWN_CHOICE, "is no event type and not the beginning of one"),
            )


def address_refusal(code: str) -> Malformed:
    """The refusal for a URL that no request would go to; `code` is the guarded HTTP client's."""
    faults = {
        "NOT_HTTPS": Fault(FaultCode.WRONG_FORM, "must begin with https://"),
        "UNKNOWN_HOST": Fault(FaultCode.UNKNOWN_REFERENCE, "names a host that cannot be found"),
        "PRIVATE_ADDRESS": Fault(FaultCode.NOT_APPLICABLE, "leads into a private network"),
    }
    fault = faults.get(code, Fault(FaultCode.WRONG_FORM, "must be an https address without user and password"))
    return Malformed(
        "WEBHOOK_ADDRESS_REFUSED", "Nothing can be sent to this address.", reason_code=code, field_errors={"url": fault}
    )


def check_count(count: int, limit: int) -> None:
    """Refuse one more endpoint when the business has as many as it may."""
    if count >= limit:
        raise Conflict("TOO_MANY_WEBHOOKS", f"A business has at most {limit} webhooks. Delete one first.")


def is_wanted(event_type: str, wanted: Sequence[str]) -> bool:
    """Whether a filter lets an event through; an empty one lets all."""
    return not wanted or any(
        event_type.startswith(one[:-1]) if one.endswith(".*") else event_type == one for one in wanted
    )


def format_secret(random: bytes) -> str:
    """A signing secret as Standard Webhooks writes it."""
    return SECRET_PREFIX + b64encode(random).decode()


def cloud_event(
    *, tenant_id: UUID, event_id: UUID, event_type: str, subject: UUID, time: datetime, data: object,
    more: dict[str, object],
) -> dict[str, object]:  # fmt: skip
    """An event as it is sent; `more` are its extension attributes."""
    return {
        "specversion": "1.0", "id": str(event_id), "source": f"/tenants/{tenant_id}", "type": event_type,
        "subject": str(subject), "time": time.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json", "data": data, **more,
    }  # fmt: skip


def signed_headers(secrets: Sequence[str], message_id: UUID, at: datetime, body: str) -> dict[str, str]:
    """The headers of one attempt; several secrets make several signatures, any of which will do (Standard Webhooks).

    `at` is the time of the attempt, in UTC: receivers refuse what is older than some minutes.
    """
    signatures = [Webhook(secret).sign(str(message_id), at, body) for secret in secrets]
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
        "content-type": CONTENT_TYPE,
    }


def outcome_of(status: int, retry_after: str | None, duration_ms: int) -> Outcome:
    """What an answer means: 2xx is taken, 410 that nobody wants any more; redirects are not followed."""
    if 200 <= status < 300:
        return Outcome(duration_ms, status)
    if status == 410:
        return Outcome(duration_ms, status, Failure.GONE)
    if 300 <= status < 400:
        return Outcome(duration_ms, status, Failure.REDIRECTED)
    seconds = retry_after.strip() if retry_after else ""
    wanted = int(seconds) if seconds.isascii() and seconds.isdigit() and len(seconds) < 10 else None
    return Outcome(duration_ms, status, Failure.HTTP_STATUS, wanted)


def judge(outcome: Outcome, *, tries: int, failing_since: datetime | None, now: datetime, dice: float) -> Verdict:
    """What follows from the `tries`-th attempt of a delivery (counted from 1).

    `failing_since` is when the endpoint first failed after its last success, None if it has not. `dice` is from 0 up
    to 1 and spreads the next attempt.
    """
    if outcome.is_success:
        return Verdict(DeliveryStatus.DELIVERED, None, None)
    if outcome.error == Failure.GONE:
        return Verdict(DeliveryStatus.DEAD, None, None, DisabledReason.GONE)
    failing_for = now - (failing_since or now)
    quiet_until = now + min(max(failing_for / 10, _SHORTEST_PAUSE), _LONGEST_PAUSE)
    disabled = DisabledReason.FAILING if failing_for >= DISABLED_AFTER else None
    wait = wait_after(tries, outcome.retry_after, dice)
    if wait is None or disabled:
        return Verdict(DeliveryStatus.DEAD, None, quiet_until, disabled)
    return Verdict(DeliveryStatus.PENDING, now + wait, quiet_until)


def wait_after(tries: int, retry_after: int | None, dice: float) -> timedelta | None:
    """How long to wait after so many failed attempts; None when there have been enough.

    Never shorter than the receiver asked for in `Retry-After`, as long as that is no longer than the longest step.
    """
    if tries > len(RETRY_AFTER):
        return None
    spread = RETRY_AFTER[tries - 1] * (1 - JITTER + 2 * JITTER * dice)
    return max(spread, min(timedelta(seconds=retry_after or 0), max(RETRY_AFTER)))
