"""Events: recorded with the change, published in one order per tenant, each handed on exactly once."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from billhead.storage import outbox
from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.jobs.port import JobArgs, JobContext, Task, Tasks
from billhead.storage.jobs.queue import open_queue
from billhead.storage.jobs.worker import Worker
from billhead.storage.tables import OutboxEvent, table_of
from billhead.storage.upkeep import EVERY_EVENT, Reactions, publish_events
from storage.crowd import all_at_once

TENANT, OTHER = new_id(), new_id()
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CupFilled(outbox.Event):
    type: ClassVar[str] = "CupFilled"
    milli_litres: int = 250
    at_day: date = date(2026, 3, 1)
    price: Decimal = Decimal("1.50")
    guests: tuple[UUID, ...] = ()


def record(database: Database, tenant_id: UUID = TENANT, subject_id: UUID | None = None, version: int = 1) -> UUID:
    subject_id = subject_id or new_id()
    with database.tenant(tenant_id, write=True) as session:
        event = CupFilled(subject_id=subject_id, subject_version=version)
        outbox.record(session, tenant_id, event, now=NOW, actor="user:1", correlation_id="c")
    return subject_id


def published(database: Database, tenant_id: UUID = TENANT, after: int = 0) -> list[OutboxEvent]:
    with database.tenant(tenant_id, write=False) as session:
        return list(outbox.list_events(session, tenant_id, after, 1000))


def publish(database: Database, seen: list[UUID], limit: int = 100) -> int:
    with database.platform(write=True) as session:
        return outbox.publish(session, limit, lambda event: seen.append(event.id))


def test_the_payload_has_wire_names() -> None:
    guest = new_id()
    assert CupFilled(subject_id=new_id(), subject_version=1, guests=(guest,)).data() == {
        "milliLitres": 250, "atDay": "2026-03-01", "price": "1.50", "guests": [str(guest)],
    }  # fmt: skip


def test_events_are_published_in_order_and_once(database: Database) -> None:
    subjects = [record(database) for _ in range(5)]
    theirs = record(database, OTHER)
    seen: list[UUID] = []
    assert published(database) == []
    assert publish(database, seen) == 6
    assert publish(database, seen) == 0
    assert len(seen) == len(set(seen)) == 6
    assert [(e.position, e.subject_id) for e in published(database)] == list(enumerate(subjects, start=1))
    assert [e.subject_id for e in published(database, OTHER)] == [theirs]
    later = record(database)
    publish(database, seen)
    assert [(e.position, e.subject_id) for e in published(database, after=5)] == [(6, later)]


def test_an_event_is_unique_per_subject_and_version(database: Database) -> None:
    subject = record(database)
    record(database, subject_id=subject, version=2)
    with pytest.raises(IntegrityError):
        record(database, subject_id=subject, version=2)


def test_what_is_handed_on_commits_with_the_position(database: Database) -> None:
    record(database)

    def fail(event: OutboxEvent) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), database.platform(write=True) as session:
        outbox.publish(session, 10, fail)
    seen: list[UUID] = []
    assert publish(database, seen) == 1
    assert [e.position for e in published(database)] == [1]


def test_many_writers_and_publishers_lose_and_repeat_nothing(database: Database) -> None:
    seen: list[UUID] = []

    def act(number: int) -> None:
        for _ in range(10):
            if number % 4 == 0:
                publish(database, seen, limit=7)
            else:
                record(database, OTHER if number % 2 else TENANT)

    all_at_once(16, act)
    while publish(database, seen):
        pass
    events = [*published(database), *published(database, OTHER)]
    assert len(events) == len(seen) == len(set(seen)) == 120
    for tenant_id in (TENANT, OTHER):
        own = published(database, tenant_id)
        assert [e.position for e in own] == list(range(1, len(own) + 1))


def test_reactions_follow_their_events(database: Database) -> None:
    queue, reactions, seen = open_queue(database, 30), Reactions(), list[tuple[str, UUID, object]]()
    reactions.on("CupFilled", "wash-up")
    reactions.on(EVERY_EVENT, "tell")
    reactions.on("CupBroken", "sweep")

    def task(name: str) -> Task:
        def react(args: JobArgs, context: JobContext) -> None:
            seen.append((name, context.tenant_id, args["eventId"]))

        return Task(name, react)

    subject = record(database)
    assert publish_events(database, queue, reactions) == 1
    assert publish_events(database, queue, reactions) == 0
    Worker(database, queue, Tasks([task("wash-up"), task("tell"), task("sweep")])).run_until_idle()
    [event] = published(database)
    assert event.subject_id == subject
    assert sorted(seen) == [("tell", TENANT, str(event.id)), ("wash-up", TENANT, str(event.id))]


def test_a_recorded_event_cannot_be_changed(database: Database) -> None:
    record(database)
    table = table_of(OutboxEvent)
    changes = [update(table).values(actor="user:2"), update(table).values(subject_version=9), delete(table)]
    for change in changes:
        with pytest.raises(DBAPIError, match="outbox_event keeps"), database.platform(write=True) as session:
            session.execute(change)
    publish(database, [])
    with pytest.raises(DBAPIError, match="outbox_event keeps"), database.platform(write=True) as session:
        session.execute(update(table).values(position=None))
    with database.platform(write=False) as session:
        assert session.scalar(select(table.c.position)) == 1
