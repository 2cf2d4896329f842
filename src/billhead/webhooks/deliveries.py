"""From the tenant's stream to endpoints: deliveries made, claimed, and what came of each attempt.

    take_next        claims the endpoint, makes deliveries of new events, claims one that is due → a Parcel
    (the request)    outside of every transaction
    record_attempt   writes down what came of it

One sender at a time has an endpoint, for as long as its lease: so one worker sends one event, receivers get them nearly
in order, and a slow receiver takes one thread. A sender that dies is found by its lease; its attempt stays in the log
without an end, and the same message is sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from billhead.access.scope import Scope
from billhead.storage.columns import canonical_json
from billhead.storage.ids import new_id
from billhead.storage.outbox import list_events
from billhead.storage.tables import OutboxEvent, table_of
from billhead.webhooks import rules
from billhead.webhooks.events import WebhookDisabled
from billhead.webhooks.queries import IS_PENDING
from billhead.webhooks.rules import DeliveryStatus, Failure, Outcome, ReplayKind, Verdict
from billhead.webhooks.tables import WebhookAttempt, WebhookDelivery, WebhookEndpoint

_EVENTS_AT_ONCE = 500
_ENDPOINT, _DELIVERY, _ATTEMPT = table_of(WebhookEndpoint), table_of(WebhookDelivery), table_of(WebhookAttempt)
_EVENT = table_of(OutboxEvent)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One attempt, written down and to be made: what goes where. The body and the signatures are kept nowhere."""

    endpoint_id: UUID
    delivery_id: UUID
    number: int
    sender: UUID
    url: str
    headers: dict[str, str]
    body: bytes


def current_secret(endpoint_id: UUID) -> str:
    """Where the signing secret of an endpoint is kept in the secret store."""
    return f"webhook:{endpoint_id}"


def old_secret(endpoint_id: UUID) -> str:
    """Where the secret before it is kept, for its time of grace."""
    return f"webhook:{endpoint_id}:old"


def take_next(scope: Scope, endpoint_id: UUID, sender: UUID, lease: timedelta) -> Parcel | None:
    """The next attempt of this endpoint, for this `sender` alone until `lease` is over.

    None when another one sends, the endpoint rests, or nothing is due; then the endpoint is free again.
    """
    endpoint = _claim_endpoint(scope, endpoint_id, sender, scope.now + lease)
    if endpoint is None:
        return None
    if endpoint.active:
        _follow_stream(scope, endpoint)
    delivery = _claim_delivery(scope, endpoint_id, scope.now + lease)
    if delivery is None:
        endpoint.quiet_until = endpoint.sender = None
        return None
    scope.session.execute(
        insert(_ATTEMPT).values(
            tenant_id=scope.tenant_id, delivery_id=delivery.id, number=delivery.attempts, started_at=scope.now
        )
    )
    body = canonical_json(_message(scope, delivery))
    headers = rules.signed_headers(_secrets(scope, endpoint), delivery.message_id, scope.now, body)
    return Parcel(endpoint_id, delivery.id, delivery.attempts, sender, endpoint.url, headers, body.encode())


def release_endpoint(scope: Scope, endpoint_id: UUID, sender: UUID) -> None:
    """Let others send to this endpoint, when this sender ends before all is sent."""
    scope.session.execute(
        update(_ENDPOINT)
        .where(_ENDPOINT.c.tenant_id == scope.tenant_id, _ENDPOINT.c.id == endpoint_id, _ENDPOINT.c.sender == sender)
        .values(quiet_until=None, sender=None)
    )


def record_attempt(scope: Scope, parcel: Parcel, outcome: Outcome, dice: float) -> bool:
    """Write down what came of an attempt; whether this sender may go on with the endpoint."""
    endpoint = scope.session.scalars(
        select(WebhookEndpoint).where(WebhookEndpoint.id == parcel.endpoint_id).with_for_update()
    ).one_or_none()
    delivery = scope.session.scalars(
        select(WebhookDelivery).where(WebhookDelivery.id == parcel.delivery_id).with_for_update()
    ).one_or_none()
    if endpoint is None or delivery is None:
        return False
    scope.session.execute(
        update(_ATTEMPT)
        .where(_ATTEMPT.c.tenant_id == scope.tenant_id, _ATTEMPT.c.delivery_id == delivery.id)
        .where(_ATTEMPT.c.number == parcel.number, _ATTEMPT.c.ended_at.is_(None))
        .values(ended_at=scope.now, duration_ms=outcome.duration_ms, status=outcome.status, error=outcome.error)
    )
    verdict = rules.judge(outcome, tries=delivery.tries, failing_since=endpoint.failing_since, now=scope.now, dice=dice)
    if delivery.event_id is None:
        _settle_test(scope, delivery, outcome)
        return endpoint.sender == parcel.sender
    is_newest = delivery.status == DeliveryStatus.PENDING and delivery.attempts == parcel.number
    if is_newest or (outcome.is_success and delivery.status == DeliveryStatus.PENDING):
        delivery.status, delivery.next_at, delivery.error = verdict.status, verdict.next_at, outcome.error
        delivery.settled_at = None if verdict.status is DeliveryStatus.PENDING else scope.now
    return _rest_after(scope, endpoint, parcel, outcome, verdict)


def _rest_after(scope: Scope, endpoint: WebhookEndpoint, parcel: Parcel, outcome: Outcome, verdict: Verdict) -> bool:
    """What the outcome means for the endpoint; True when its sender may go on at once."""
    is_ours = endpoint.sender == parcel.sender
    if outcome.is_success:
        endpoint.failing_since = None
        return is_ours
    endpoint.failing_since = endpoint.failing_since or scope.now
    if is_ours:
        endpoint.quiet_until, endpoint.sender = verdict.quiet_until, None
    if verdict.disabled and endpoint.active:
        endpoint.active, endpoint.version = False, endpoint.version + 1
        endpoint.disabled_reason, endpoint.disabled_at = verdict.disabled, scope.now
        scope.session.flush()
        abandon_pending(scope, endpoint.id)
        scope.record(WebhookDisabled(subject_id=endpoint.id, subject_version=endpoint.version, reason=verdict.disabled))
        scope.audit("webhook.disable", "webhook", endpoint.id, reason=verdict.disabled)
    return False


def abandon_pending(scope: Scope, endpoint_id: UUID) -> None:
    """Give up every event on its way to an endpoint that is switched off; a replay brings them back."""
    scope.session.execute(
        update(_DELIVERY)
        .where(_DELIVERY.c.tenant_id == scope.tenant_id, _DELIVERY.c.endpoint_id == endpoint_id)
        .where(IS_PENDING, _DELIVERY.c.event_id.is_not(None))
        .values(
            status=DeliveryStatus.DEAD, next_at=None, settled_at=scope.now, error=Failure.ENDPOINT_DISABLED
        )
    )  # fmt: skip


def replay_some(
    scope: Scope, endpoint_id: UUID, *, since: datetime, asked: datetime, kind: ReplayKind, after: int
) -> int | None:
    """Put some events since a moment on their way again; the position to go on after, None at the end.

    Only what was settled before it was `asked` for: a job that runs twice replays once.
    """
    endpoint = scope.session.scalars(
        select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).with_for_update()
    ).one_or_none()
    if endpoint is None or not endpoint.active:
        return None
    events = scope.session.scalars(
        select(OutboxEvent)
        .where(OutboxEvent.position > after, OutboxEvent.position <= endpoint.position)
        .where(OutboxEvent.occurred_at >= since, OutboxEvent.occurred_at <= asked)
        .order_by(OutboxEvent.position)
        .limit(_EVENTS_AT_ONCE)
    ).all()
    wanted = _wanted(endpoint, events)
    _make_deliveries(scope, endpoint, wanted)
    settled = (DeliveryStatus.DELIVERED, DeliveryStatus.DEAD) if kind is ReplayKind.ALL else (DeliveryStatus.DEAD,)
    scope.session.execute(
        update(_DELIVERY)
        .where(_DELIVERY.c.tenant_id == scope.tenant_id, _DELIVERY.c.endpoint_id == endpoint_id)
        .where(_DELIVERY.c.event_id.in_([event.id for event in wanted]))
        .where(_DELIVERY.c.status.in_(settled), _DELIVERY.c.settled_at <= asked)
        .values(status=DeliveryStatus.PENDING, tries=0, next_at=scope.now, settled_at=None, error=None)
    )
    return events[-1].position if len(events) == _EVENTS_AT_ONCE else None


def forget_settled(session: Session, before: datetime, limit: int) -> int:
    """Drop up to `limit` deliveries that were settled before a moment, of any tenant; needs a platform scope."""
    old = session.execute(
        select(_DELIVERY.c.tenant_id, _DELIVERY.c.id).where(_DELIVERY.c.settled_at < before).limit(limit)
    ).all()
    for tenant_id, delivery_id in old:
        session.execute(
            delete(_ATTEMPT).where(_ATTEMPT.c.tenant_id == tenant_id, _ATTEMPT.c.delivery_id == delivery_id)
        )
        session.execute(delete(_DELIVERY).where(_DELIVERY.c.tenant_id == tenant_id, _DELIVERY.c.id == delivery_id))
    return len(old)


def _claim_endpoint(scope: Scope, endpoint_id: UUID, sender: UUID, until: datetime) -> WebhookEndpoint | None:
    free = or_(_ENDPOINT.c.quiet_until.is_(None), _ENDPOINT.c.quiet_until <= scope.now, _ENDPOINT.c.sender == sender)
    claimed = scope.session.execute(
        update(_ENDPOINT)
        .where(_ENDPOINT.c.tenant_id == scope.tenant_id, _ENDPOINT.c.id == endpoint_id, free)
        .values(quiet_until=until, sender=sender)
        .returning(_ENDPOINT.c.id)
    ).one_or_none()
    return scope.session.get_one(WebhookEndpoint, (scope.tenant_id, endpoint_id)) if claimed else None


def _follow_stream(scope: Scope, endpoint: WebhookEndpoint) -> None:
    """Make the deliveries of events that this endpoint has not been given yet."""
    events = list_events(scope.session, scope.tenant_id, endpoint.position, _EVENTS_AT_ONCE)
    if events:
        _make_deliveries(scope, endpoint, _wanted(endpoint, events))
        endpoint.position = events[-1].position or endpoint.position
        scope.session.flush()


def _wanted(endpoint: WebhookEndpoint, events: Sequence[OutboxEvent]) -> list[OutboxEvent]:
    types = endpoint.event_types if isinstance(endpoint.event_types, list) else []
    return [event for event in events if rules.is_wanted(event.type, types)]


def _make_deliveries(scope: Scope, endpoint: WebhookEndpoint, events: Sequence[OutboxEvent]) -> None:
    """One delivery of each event that has none yet (its unique constraint sees to that)."""
    if not events:
        return
    rows = [
        {"tenant_id": scope.tenant_id, "id": new_id(), "endpoint_id": endpoint.id, "event_id": event.id,
         "message_id": event.id, "event_type": event.type, "status": DeliveryStatus.PENDING, "attempts": 0, "tries": 0,
         "next_at": scope.now, "created_at": scope.now}
        for event in events
    ]  # fmt: skip
    insert_into = sqlite_insert if scope.runtime.database.is_sqlite else postgresql_insert
    scope.session.connection().execute(insert_into(_DELIVERY).on_conflict_do_nothing(), rows)


def _claim_delivery(scope: Scope, endpoint_id: UUID, until: datetime) -> WebhookDelivery | None:
    delivery = scope.session.scalars(
        select(WebhookDelivery)
        .where(WebhookDelivery.endpoint_id == endpoint_id, IS_PENDING, WebhookDelivery.next_at <= scope.now)
        .order_by(WebhookDelivery.next_at, WebhookDelivery.id)
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if delivery is not None:
        delivery.attempts, delivery.tries, delivery.next_at = delivery.attempts + 1, delivery.tries + 1, until
        scope.session.flush()
    return delivery


def _message(scope: Scope, delivery: WebhookDelivery) -> dict[str, object]:
    if delivery.event_id is None:
        return rules.cloud_event(
            tenant_id=scope.tenant_id, event_id=delivery.message_id, event_type=delivery.event_type,
            subject=delivery.endpoint_id, time=delivery.created_at, data={"webhookId": str(delivery.endpoint_id)},
            more={},
        )  # fmt: skip
    event = scope.session.get_one(OutboxEvent, (scope.tenant_id, delivery.event_id))
    return rules.cloud_event(
        tenant_id=scope.tenant_id, event_id=event.id, event_type=event.type, subject=event.subject_id,
        time=event.occurred_at, data=event.data,
        more={"sequence": event.position, "actor": event.actor, "correlationid": event.correlation_id},
    )  # fmt: skip


def _secrets(scope: Scope, endpoint: WebhookEndpoint) -> list[str]:
    """The signing secrets in force, the current one first; an old one whose time is over is forgotten."""
    store = scope.runtime.secrets
    names = [current_secret(endpoint.id)]
    if endpoint.old_secret_until is not None:
        if endpoint.old_secret_until > scope.now:
            names.append(old_secret(endpoint.id))
        else:
            store.forget(scope.session, scope.tenant_id, old_secret(endpoint.id))
            endpoint.old_secret_until = None
    found = [store.find(scope.session, scope.tenant_id, name) for name in names]
    return [secret for secret in found if secret is not None]


def _settle_test(scope: Scope, delivery: WebhookDelivery, outcome: Outcome) -> None:
    """A test has one attempt and says nothing about the endpoint's health."""
    delivery.status = DeliveryStatus.DELIVERED if outcome.is_success else DeliveryStatus.DEAD
    delivery.next_at, delivery.error, delivery.settled_at = None, outcome.error, scope.now
