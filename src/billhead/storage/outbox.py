"""Events recorded in the transaction of the change, then put into one order per tenant and handed on.

A slice's `events.py` defines frozen dataclasses derived from `Event`; `record` writes one with the change itself, so it
exists exactly if the change does. Later `publish` gives committed events their `position` in the tenant's stream: the
cursor of `GET /billing/events?after=`, which never shows an event before an earlier one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from billhead.storage.chains import extend_chain, is_alone
from billhead.storage.columns import canonical_json
from billhead.storage.ids import new_id
from billhead.storage.tables import OutboxEvent, table_of

STREAM = "events"
_INSERT = insert(table_of(OutboxEvent))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A past-tense fact about one subject at one version; its fields are the CloudEvents `data`."""

    type: ClassVar[str]
    subject_id: UUID
    subject_version: int

    def data(self) -> dict[str, object]:
        """The payload in wire names; ids, dates and decimals as strings, money as integers."""
        return {_camel(f.name): _plain(getattr(self, f.name)) for f in fields(self) if f.name not in _ENVELOPE}


_ENVELOPE = {"subject_id", "subject_version"}


def event_types() -> frozenset[str]:
    """The types of all events that the slices in this process can record."""
    found, left = set[str](), [Event]
    while left:
        kind = left.pop()
        left.extend(kind.__subclasses__())
        found.update([kind.type] if hasattr(kind, "type") else [])
    return frozenset(found)


def record(session: Session, tenant_id: UUID, event: Event, *, now: datetime, actor: str, correlation_id: str) -> None:
    """Write `event` in the current transaction. A second one of the same type, subject and version is refused."""
    session.connection().execute(
        _INSERT,
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "type": event.type,
            "subject_id": event.subject_id,
            "subject_version": event.subject_version,
            "data": event.data(),
            "occurred_at": now,
            "actor": actor,
            "correlation_id": correlation_id,
        },
    )


def publish(session: Session, limit: int, hand_on: Callable[[OutboxEvent], None]) -> int:
    """Give up to `limit` committed events their position, in the order of their ids, and hand each on.

    Runs in a platform write transaction; what `hand_on` does (enqueue jobs) commits together with the position, so
    an event is handed on exactly once. Returns how many were published.
    """
    if not is_alone(session, STREAM):
        return 0
    pending = session.scalars(
        select(OutboxEvent).where(OutboxEvent.position.is_(None)).order_by(OutboxEvent.id).limit(limit)
    ).all()
    by_tenant: dict[UUID, list[OutboxEvent]] = {}
    for event in pending:
        by_tenant.setdefault(event.tenant_id, []).append(event)
    for tenant_id, events in sorted(by_tenant.items()):
        _number(session, tenant_id, events)
        for event in events:
            hand_on(event)
    return len(pending)


def _number(session: Session, tenant_id: UUID, events: Sequence[OutboxEvent]) -> None:
    first, _ = extend_chain(session, tenant_id, STREAM, len(events))
    table = table_of(OutboxEvent)
    for position, event in enumerate(events, start=first):
        session.execute(
            update(table).where(table.c.tenant_id == tenant_id, table.c.id == event.id).values(position=position)
        )


def list_events(session: Session, tenant_id: UUID, after: int, limit: int) -> Sequence[OutboxEvent]:
    """Published events of one tenant with a position greater than `after`, in order."""
    return session.scalars(
        select(OutboxEvent)
        .where(OutboxEvent.tenant_id == tenant_id, OutboxEvent.position > after)
        .order_by(OutboxEvent.position)
        .limit(limit)
    ).all()


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def _plain(value: object) -> object:
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    canonical_json(value)
    return value
