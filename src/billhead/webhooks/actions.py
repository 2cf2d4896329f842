"""Making, changing and deleting webhooks, their secrets, tests and replays."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from billhead.access.scope import Scope
from billhead.access.wire import require_match
from billhead.refusal import Conflict
from billhead.storage.chains import chain_head
from billhead.storage.ids import new_id
from billhead.storage.outbox import STREAM, event_types
from billhead.storage.tables import table_of
from billhead.webhooks import rules
from billhead.webhooks.deliveries import abandon_pending, current_secret, old_secret
from billhead.webhooks.events import WebhookChanged, WebhookCreated, WebhookDeleted
from billhead.webhooks.queries import (
    Delivery,
    Endpoint,
    count_endpoints,
    delivery_of,
    endpoint_of,
    get_delivery,
    get_delivery_row,
    get_endpoint_row,
)
from billhead.webhooks.rules import DeliveryStatus, EndpointFields, ReplayKind
from billhead.webhooks.tables import WebhookAttempt, WebhookDelivery, WebhookEndpoint

REPLAY = "webhooks.replay"


@dataclass(frozen=True, slots=True)
class Signed:
    """An endpoint and its new signing secret, which is shown this once."""

    endpoint: Endpoint
    secret: str


def create_endpoint(scope: Scope, fields: EndpointFields) -> Signed:
    """A new endpoint; it gets what happens from now on."""
    rules.check_endpoint(fields, event_types())
    rules.check_count(count_endpoints(scope), scope.runtime.settings.max_webhooks)
    row = WebhookEndpoint(id=new_id(), version=1, created_at=scope.now, position=_newest_position(scope))
    _apply(scope, row, fields)
    scope.session.add(row)
    scope.session.flush()
    secret = _new_secret(scope, row.id)
    scope.record(WebhookCreated(subject_id=row.id, subject_version=1))
    scope.audit("webhook.create", "webhook", row.id, detail=_trail(fields))
    return Signed(endpoint_of(row), secret)


def change_endpoint(scope: Scope, endpoint_id: UUID, fields: EndpointFields, if_match: str | None) -> Endpoint:
    """Save an endpoint; refused on a stale ETag.

    One that is switched off gives up what was on its way; switched on again it gets what happens from then on.
    """
    row = get_endpoint_row(scope, endpoint_id, lock=True)
    require_match(if_match, row.version)
    rules.check_endpoint(fields, event_types())
    if fields.active and not row.active:
        row.position = _newest_position(scope)
        row.disabled_reason = row.disabled_at = row.failing_since = row.quiet_until = row.sender = None
    elif row.active and not fields.active:
        abandon_pending(scope, endpoint_id)
    row.version += 1
    _apply(scope, row, fields)
    _record_change(scope, row)
    scope.audit("webhook.change", "webhook", endpoint_id, detail=_trail(fields))
    return endpoint_of(row)


def delete_endpoint(scope: Scope, endpoint_id: UUID, if_match: str | None = None) -> None:
    """Remove an endpoint with its secrets and its log."""
    row = get_endpoint_row(scope, endpoint_id, lock=True)
    if if_match is not None:
        require_match(if_match, row.version)
    attempt, delivery = table_of(WebhookAttempt), table_of(WebhookDelivery)
    own = (delivery.c.tenant_id == scope.tenant_id, delivery.c.endpoint_id == endpoint_id)
    scope.session.execute(
        delete(attempt).where(
            attempt.c.tenant_id == scope.tenant_id, attempt.c.delivery_id.in_(select(delivery.c.id).where(*own))
        )
    )
    scope.session.execute(delete(delivery).where(*own))
    for name in (current_secret(endpoint_id), old_secret(endpoint_id)):
        scope.runtime.secrets.forget(scope.session, scope.tenant_id, name)
    scope.session.delete(row)
    scope.record(WebhookDeleted(subject_id=endpoint_id, subject_version=row.version + 1))
    scope.audit("webhook.delete", "webhook", endpoint_id, detail={"url": row.url})


def rotate_secret(scope: Scope, endpoint_id: UUID, grace: timedelta) -> Signed:
    """A new signing secret. For `grace` messages carry signatures of the old one too; 0 ends it at once."""
    row = get_endpoint_row(scope, endpoint_id, lock=True)
    store, old_name = scope.runtime.secrets, old_secret(endpoint_id)
    replaced = store.find(scope.session, scope.tenant_id, current_secret(endpoint_id))
    if replaced is not None and grace > timedelta(0):
        store.put(scope.session, scope.tenant_id, old_name, replaced, now=scope.now)
        row.old_secret_until = scope.now + grace
    else:
        store.forget(scope.session, scope.tenant_id, old_name)
        row.old_secret_until = None
    secret = _new_secret(scope, endpoint_id)
    row.version, row.updated_at, row.updated_by = row.version + 1, scope.now, scope.actor.key
    _record_change(scope, row)
    scope.audit("webhook.rotate-secret", "webhook", endpoint_id, detail={"graceSeconds": int(grace.total_seconds())})
    return Signed(endpoint_of(row), secret)


def send_test(scope: Scope, endpoint_id: UUID) -> Delivery:
    """Put a test on its way: one attempt, also to an endpoint that is switched off; it changes nothing for that."""
    _rouse(get_endpoint_row(scope, endpoint_id, lock=True))
    delivery_id = new_id()
    row = WebhookDelivery(
        id=delivery_id, endpoint_id=endpoint_id, event_id=None, message_id=delivery_id, event_type=rules.TEST_TYPE,
        status=DeliveryStatus.PENDING, attempts=0, tries=0, next_at=scope.now, created_at=scope.now,
    )  # fmt: skip
    scope.session.add(row)
    scope.session.flush()
    return delivery_of(row)


def replay_delivery(scope: Scope, endpoint_id: UUID, delivery_id: UUID) -> Delivery:
    """Send once more what was delivered or given up, under the id that the receiver knows."""
    endpoint = get_endpoint_row(scope, endpoint_id, lock=True)
    _require_active(endpoint)
    row = get_delivery_row(scope, endpoint_id, delivery_id, lock=True)
    if row.status == DeliveryStatus.PENDING:
        raise Conflict("DELIVERY_PENDING", "This delivery is on its way already.")
    row.status, row.tries, row.next_at = DeliveryStatus.PENDING, 0, scope.now
    row.error = row.settled_at = None
    _rouse(endpoint)
    scope.session.flush()
    scope.audit("webhook.replay", "webhook", endpoint_id, detail={"deliveryId": str(delivery_id)})
    return get_delivery(scope, endpoint_id, delivery_id)


def replay_since(scope: Scope, endpoint_id: UUID, since: datetime, kind: ReplayKind) -> None:
    """Send the events since a moment once more, also those for which the endpoint was switched off, in a job."""
    endpoint = get_endpoint_row(scope, endpoint_id, lock=True)
    _require_active(endpoint)
    _rouse(endpoint)
    scope.enqueue(
        REPLAY,
        {"webhookId": str(endpoint_id), "since": since.isoformat(), "asked": scope.now.isoformat(), "kind": kind},
    )
    scope.audit("webhook.replay", "webhook", endpoint_id, detail={"since": since.isoformat(), "kind": kind})


def _require_active(row: WebhookEndpoint) -> None:
    if not row.active:
        raise Conflict("WEBHOOK_INACTIVE", "This webhook is switched off. Switch it on first.")


def _rouse(row: WebhookEndpoint) -> None:
    """Somebody asks for a message now: an endpoint that rests after a failure is tried at once."""
    if row.sender is None:
        row.quiet_until = None


def _newest_position(scope: Scope) -> int:
    return chain_head(scope.session, scope.tenant_id, STREAM)[0]


def _new_secret(scope: Scope, endpoint_id: UUID) -> str:
    secret = rules.format_secret(secrets.token_bytes(rules.SECRET_BYTES))
    scope.runtime.secrets.put(scope.session, scope.tenant_id, current_secret(endpoint_id), secret, now=scope.now)
    return secret


def _apply(scope: Scope, row: WebhookEndpoint, fields: EndpointFields) -> None:
    row.url, row.event_types = fields.url, list(fields.event_types)
    row.description, row.active = fields.description, fields.active
    row.updated_at, row.updated_by = scope.now, scope.actor.key


def _record_change(scope: Scope, row: WebhookEndpoint) -> None:
    scope.session.flush()
    scope.record(WebhookChanged(subject_id=row.id, subject_version=row.version, active=row.active))


def _trail(fields: EndpointFields) -> dict[str, object]:
    return {"url": fields.url, "eventTypes": list(fields.event_types), "active": fields.active}
