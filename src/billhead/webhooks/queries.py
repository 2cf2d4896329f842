"""Reading webhooks and the log of what was sent to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from billhead.access.scope import Scope
from billhead.access.tables import Tenant
from billhead.refusal import Fault, FaultCode, Malformed, NotFound
from billhead.storage.listing import Page, page_of, read_cursor
from billhead.storage.outbox import STREAM
from billhead.storage.tables import ChainHead, table_of
from billhead.webhooks.rules import DeliveryStatus, DisabledReason, EndpointFields
from billhead.webhooks.tables import WebhookAttempt, WebhookDelivery, WebhookEndpoint

_ENDPOINT, _DELIVERY = table_of(WebhookEndpoint), table_of(WebhookDelivery)
IS_PENDING = _DELIVERY.c.status == literal(DeliveryStatus.PENDING.value, literal_execute=True)
"""Written out in the statement, as only so the databases see that their partial index holds it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as it stands. `failing_since` is None while the last attempt succeeded, or there was none."""

    id: UUID
    fields: EndpointFields
    disabled_reason: DisabledReason | None
    disabled_at: datetime | None
    failing_since: datetime | None
    old_secret_until: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt; neither status nor error: nobody knows what came of it (yet). Times in UTC, duration in ms."""

    number: int
    started_at: datetime
    duration_ms: int | None
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint, with its attempts, oldest first."""

    id: UUID
    endpoint_id: UUID
    event_id: UUID | None
    message_id: UUID
    event_type: str
    status: DeliveryStatus
    next_at: datetime | None
    error: str | None
    created_at: datetime
    settled_at: datetime | None
    attempts: tuple[Attempt, ...]


def list_endpoints(scope: Scope, *, limit: int, after: str | None) -> Page[Endpoint]:
    """Endpoints, oldest first."""
    found = select(WebhookEndpoint).order_by(WebhookEndpoint.id).limit(limit + 1)
    if after is not None:
        found = found.where(WebhookEndpoint.id > _read_id(after))
    rows = scope.session.scalars(found).all()
    return page_of(rows, limit, show=endpoint_of, place=lambda row: (str(row.id),))


def count_endpoints(scope: Scope) -> int:
    """How many endpoints the business has."""
    return int(scope.session.scalar(select(func.count()).select_from(WebhookEndpoint)) or 0)


def get_endpoint(scope: Scope, endpoint_id: UUID) -> Endpoint:
    """One endpoint."""
    return endpoint_of(get_endpoint_row(scope, endpoint_id))


def get_endpoint_row(scope: Scope, endpoint_id: UUID, *, lock: bool = False) -> WebhookEndpoint:
    """The row; `lock` holds it to the end of the transaction. For this slice only."""
    wanted = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)
    row = scope.session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise NotFound("WEBHOOK_NOT_FOUND", "There is no such webhook.")
    return row


def list_deliveries(
    scope: Scope, endpoint_id: UUID, *, status: DeliveryStatus | None, limit: int, after: str | None
) -> Page[Delivery]:
    """What was or is to be sent to an endpoint, newest first."""
    get_endpoint_row(scope, endpoint_id)
    found = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)
    if status is not None:
        found = found.where(WebhookDelivery.status == status)
    if after is not None:
        found = found.where(WebhookDelivery.id < _read_id(after))
    rows = scope.session.scalars(found.order_by(WebhookDelivery.id.desc()).limit(limit + 1)).all()
    attempts = _attempts_of(scope, [row.id for row in rows])
    return page_of(rows, limit, lambda row: delivery_of(row, attempts.get(row.id, ())), lambda row: (str(row.id),))


def get_delivery(scope: Scope, endpoint_id: UUID, delivery_id: UUID) -> Delivery:
    """One delivery to this endpoint."""
    row = get_delivery_row(scope, endpoint_id, delivery_id)
    return delivery_of(row, _attempts_of(scope, [delivery_id]).get(delivery_id, ()))


def get_delivery_row(scope: Scope, endpoint_id: UUID, delivery_id: UUID, *, lock: bool = False) -> WebhookDelivery:
    """The row; `lock` holds it to the end of the transaction. For this slice only."""
    wanted = select(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id, WebhookDelivery.endpoint_id == endpoint_id
    )
    row = scope.session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise NotFound("DELIVERY_NOT_FOUND", "There is no such delivery to this webhook.")
    return row


def list_waiting(session: Session, now: datetime, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """(tenant, endpoint) of endpoints with something to do at `now`; needs a platform scope."""
    head, tenant = table_of(ChainHead), table_of(Tenant)
    is_behind = (
        select(head.c.position)
        .where(head.c.tenant_id == _ENDPOINT.c.tenant_id, head.c.chain == STREAM)
        .where(head.c.position > _ENDPOINT.c.position)
        .exists()
    )
    has_due = (
        select(_DELIVERY.c.id)
        .where(_DELIVERY.c.tenant_id == _ENDPOINT.c.tenant_id, _DELIVERY.c.endpoint_id == _ENDPOINT.c.id)
        .where(IS_PENDING, _DELIVERY.c.next_at <= now)
        .exists()
    )
    rows = session.execute(
        select(_ENDPOINT.c.tenant_id, _ENDPOINT.c.id)
        .join(tenant, and_(tenant.c.id == _ENDPOINT.c.tenant_id, tenant.c.suspended_at.is_(None)))
        .where(_is_quiet_no_more(now), or_(and_(_ENDPOINT.c.active, is_behind), has_due))
        .order_by(_ENDPOINT.c.quiet_until, _ENDPOINT.c.id)
        .limit(limit)
    )
    return [(tenant_id, endpoint_id) for tenant_id, endpoint_id in rows]


def _is_quiet_no_more(now: datetime) -> ColumnElement[bool]:
    return or_(_ENDPOINT.c.quiet_until.is_(None), _ENDPOINT.c.quiet_until <= now)


def endpoint_of(row: WebhookEndpoint) -> Endpoint:
    """The value behind a row."""
    wanted = row.event_types if isinstance(row.event_types, list) else []
    return Endpoint(
        row.id, EndpointFields(row.url, tuple(wanted), row.description, row.active),
        DisabledReason(row.disabled_reason) if row.disabled_reason else None, row.disabled_at, row.failing_since,
        row.old_secret_until, row.version, row.created_at, row.updated_at,
    )  # fmt: skip


def delivery_of(row: WebhookDelivery, attempts: Sequence[Attempt] = ()) -> Delivery:
    """The value behind a row."""
    return Delivery(
        row.id, row.endpoint_id, row.event_id, row.message_id, row.event_type, DeliveryStatus(row.status), row.next_at,
        row.error, row.created_at, row.settled_at, tuple(attempts),
    )  # fmt: skip


def _attempts_of(scope: Scope, delivery_ids: Sequence[UUID]) -> dict[UUID, list[Attempt]]:
    rows = scope.session.scalars(
        select(WebhookAttempt)
        .where(WebhookAttempt.delivery_id.in_(delivery_ids))
        .order_by(WebhookAttempt.delivery_id, WebhookAttempt.number)
    )
    found: dict[UUID, list[Attempt]] = {}
    for row in rows:
        attempt = Attempt(row.number, row.started_at, row.duration_ms, row.status, row.error)
        found.setdefault(row.delivery_id, []).append(attempt)
    return found


def _read_id(after: str) -> UUID:
    (given,) = read_cursor(after, 1)
    try:
        return UUID(given)
    except ValueError as error:
        errors = {"after": Fault(FaultCode.UNKNOWN_REFERENCE, "is no `next` of a page of this list")}
        raise Malformed("INVALID_CURSOR", "The list cannot go on from there.", field_errors=errors) from error
