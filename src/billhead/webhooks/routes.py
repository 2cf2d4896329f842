"""Webhooks over HTTP: endpoints, their secrets, and the log of what was sent to them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from billhead.access.http import Entry, Router, needs, open_reading
from billhead.access.scope import Scope
from billhead.access.wire import After, Answer, IfMatch, PageOf, PageSize, ShortText, WireModel, etag_of
from billhead.gateways.guarded_http import GuardedHttp, Unreached
from billhead.storage.outbox import event_types
from billhead.webhooks import actions, queries
from billhead.webhooks.actions import Signed
from billhead.webhooks.queries import Delivery, Endpoint
from billhead.webhooks.rules import (
    MAX_EVENT_TYPES,
    MAX_GRACE_HOURS,
    MAX_URL_LENGTH,
    DeliveryStatus,
    DisabledReason,
    EndpointFields,
    ReplayKind,
    address_refusal,
)

router = Router(tags=["Webhooks"])
_VIEW, _MANAGE = "billing:webhook:view", "billing:webhook:manage"
_Url = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=MAX_URL_LENGTH)]
_EventType = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*(\.\*)?$", max_length=80)]


class WebhookInput(WireModel):
    """Where events go. `eventTypes` are names or beginnings such as `billhead.invoice.*`; none means all events."""

    url: _Url
    event_types: list[_EventType] = Field(default_factory=list, max_length=MAX_EVENT_TYPES)
    description: ShortText | None = None
    active: bool = True

    def value(self) -> EndpointFields:
        """The fields themselves."""
        return EndpointFields(self.url, tuple(self.event_types), self.description, self.active)


class WebhookBody(WebhookInput):
    """`disabledReason` says why Billhead switched it off; `failingSince` is null while it takes what it is sent."""

    webhook_id: UUID
    disabled_reason: DisabledReason | None
    disabled_at: datetime | None
    failing_since: datetime | None
    old_secret_until: datetime | None
    created_at: datetime
    updated_at: datetime
    etag: str


class SignedWebhookBody(WebhookBody):
    """With the signing secret, which is shown this once."""

    secret: str


class RotationInput(WireModel):
    """For so many hours messages are signed with the old secret too; 0 ends it at once."""

    grace_hours: Annotated[int, Field(ge=0, le=MAX_GRACE_HOURS)] = 24


class ReplayInput(WireModel):
    """Which events are sent once more: since when, and all or only those that were not delivered."""

    since: AwareDatetime
    kind: ReplayKind = ReplayKind.UNDELIVERED


class ReplayBody(ReplayInput):
    webhook_id: UUID


class AttemptBody(WireModel):
    """One attempt; with neither status nor error nobody knows what came of it (yet)."""

    number: int
    started_at: datetime
    duration_ms: int | None
    status: int | None
    error: str | None


class DeliveryBody(WireModel):
    """One event on its way to one webhook. `messageId` is the `webhook-id` that the receiver gets."""

    delivery_id: UUID
    webhook_id: UUID
    event_id: UUID | None
    message_id: UUID
    event_type: str
    status: DeliveryStatus
    next_attempt_at: datetime | None
    error: str | None
    created_at: datetime
    settled_at: datetime | None
    attempts: list[AttemptBody]


class EventTypesBody(WireModel):
    items: list[str]


def _check_address(entry: Entry, arguments: Mapping[str, Any]) -> None:
    """Before the transaction: finding a host may take long."""
    with open_reading(entry, _MANAGE):
        pass
    body: WebhookInput = arguments["body"]
    try:
        GuardedHttp(may_be_private=entry.runtime.settings.webhooks_may_be_private).check(body.url)
    except Unreached as unreached:
        raise address_refusal(unreached.code) from None


@router.get("/billing/meta/event-types")
def get_event_types(scope: Annotated[Scope, needs(_VIEW)]) -> EventTypesBody:
    """Every type of event that a webhook can ask for."""
    return EventTypesBody(items=sorted(event_types()))


@router.get("/billing/webhooks")
def get_webhooks(
    scope: Annotated[Scope, needs(_VIEW)], limit: PageSize = 50, after: After = None
) -> PageOf[WebhookBody]:
    """Webhooks, oldest first."""
    page = queries.list_endpoints(scope, limit=limit, after=after)
    return PageOf[WebhookBody](items=[WebhookBody(**_fields(e)) for e in page.items], next=page.next)


@router.post("/billing/webhooks", status_code=201, response_model=SignedWebhookBody)
def post_webhook(body: WebhookInput, scope: Annotated[Scope, needs(_MANAGE, prepare=_check_address)]) -> Answer:
    """A new webhook, with the secret that its messages are signed with. It gets what happens from now on."""
    return Answer(_signed(actions.create_endpoint(scope, body.value())), 201, holds_secret=True)


@router.get("/billing/webhooks/{webhook_id}")
def get_webhook(webhook_id: UUID, scope: Annotated[Scope, needs(_VIEW)]) -> WebhookBody:
    """One webhook."""
    return WebhookBody(**_fields(queries.get_endpoint(scope, webhook_id)))


@router.put("/billing/webhooks/{webhook_id}")
def put_webhook(
    webhook_id: UUID,
    body: WebhookInput,
    scope: Annotated[Scope, needs(_MANAGE, prepare=_check_address)],
    if_match: IfMatch = None,
) -> WebhookBody:
    """Save a webhook. Switched off, it gives up what is on its way; a replay brings that back."""
    return WebhookBody(**_fields(actions.change_endpoint(scope, webhook_id, body.value(), if_match)))


@router.delete("/billing/webhooks/{webhook_id}", status_code=204)
def delete_webhook(webhook_id: UUID, scope: Annotated[Scope, needs(_MANAGE)], if_match: IfMatch = None) -> None:
    """Delete a webhook with its secret and its log."""
    actions.delete_endpoint(scope, webhook_id, if_match)


@router.post("/billing/webhooks/{webhook_id}/rotate-secret", response_model=SignedWebhookBody)
def post_webhook_rotate_secret(
    webhook_id: UUID, body: RotationInput, scope: Annotated[Scope, needs(_MANAGE)]
) -> Answer:
    """A new signing secret; the old one still signs along for a time."""
    grace = timedelta(hours=body.grace_hours)
    return Answer(_signed(actions.rotate_secret(scope, webhook_id, grace)), holds_secret=True)


@router.post("/billing/webhooks/{webhook_id}/test", status_code=202, response_model=DeliveryBody)
def post_webhook_test(webhook_id: UUID, scope: Annotated[Scope, needs(_MANAGE)]) -> Answer:
    """Send a message of type `billhead.webhook.test`, once; its delivery says what came of it."""
    return Answer(_delivery_body(actions.send_test(scope, webhook_id)), 202)


@router.post("/billing/webhooks/{webhook_id}/replay", status_code=202, response_model=ReplayBody)
def post_webhook_replay(webhook_id: UUID, body: ReplayInput, scope: Annotated[Scope, needs(_MANAGE)]) -> Answer:
    """Send the events since a moment once more, also those from while the webhook was switched off."""
    actions.replay_since(scope, webhook_id, body.since, body.kind)
    return Answer(ReplayBody(webhook_id=webhook_id, since=body.since, kind=body.kind), 202)


@router.get("/billing/webhooks/{webhook_id}/deliveries")
def get_webhook_deliveries(
    webhook_id: UUID,
    scope: Annotated[Scope, needs(_VIEW)],
    status: DeliveryStatus | None = None,
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[DeliveryBody]:
    """What was or is to be sent, newest first; `DEAD` are the dead letters."""
    page = queries.list_deliveries(scope, webhook_id, status=status, limit=limit, after=after)
    return PageOf[DeliveryBody](items=[_delivery_body(d) for d in page.items], next=page.next)


@router.get("/billing/webhooks/{webhook_id}/deliveries/{delivery_id}")
def get_webhook_delivery(webhook_id: UUID, delivery_id: UUID, scope: Annotated[Scope, needs(_VIEW)]) -> DeliveryBody:
    """One delivery with its attempts."""
    return _delivery_body(queries.get_delivery(scope, webhook_id, delivery_id))


@router.post(
    "/billing/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", status_code=202, response_model=DeliveryBody
)
def post_webhook_delivery_replay(
    webhook_id: UUID, delivery_id: UUID, scope: Annotated[Scope, needs(_MANAGE)]
) -> Answer:
    """Send one delivery once more, under the same `webhook-id`."""
    return Answer(_delivery_body(actions.replay_delivery(scope, webhook_id, delivery_id)), 202)


def _fields(endpoint: Endpoint) -> dict[str, Any]:
    fields = endpoint.fields
    return {
        "webhook_id": endpoint.id, "url": fields.url, "event_types": list(fields.event_types),
        "description": fields.description, "active": fields.active, "disabled_reason": endpoint.disabled_reason,
        "disabled_at": endpoint.disabled_at, "failing_since": endpoint.failing_since,
        "old_secret_until": endpoint.old_secret_until, "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at, "etag": etag_of(endpoint.version),
    }  # fmt: skip


def _signed(signed: Signed) -> SignedWebhookBody:
    return SignedWebhookBody(**_fields(signed.endpoint), secret=signed.secret)


def _delivery_body(delivery: Delivery) -> DeliveryBody:
    return DeliveryBody(
        delivery_id=delivery.id, webhook_id=delivery.endpoint_id, event_id=delivery.event_id,
        message_id=delivery.message_id, event_type=delivery.event_type, status=delivery.status,
        next_attempt_at=delivery.next_at, error=delivery.error, created_at=delivery.created_at,
        settled_at=delivery.settled_at,
        attempts=[
            AttemptBody(
                number=a.number, started_at=a.started_at, duration_ms=a.duration_ms, status=a.status, error=a.error
            )
            for a in delivery.attempts
        ],
    )  # fmt: skip
