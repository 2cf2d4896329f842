"""What keeps a database in order beside its jobs: events handed on, the audit sealed, old keys and jobs dropped.

Every chore is a small function that says how much it did, safe to run in many processes at once; `Upkeep` repeats each
in a thread of its own: at once after work, else after its interval, and after an error too.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread

from billhead.storage import audit, idempotency, outbox
from billhead.storage.clock import Clock
from billhead.storage.database import Database
from billhead.storage.jobs.port import JobQueue
from billhead.storage.settings import Settings
from billhead.storage.tables import OutboxEvent

_log = logging.getLogger(__name__)
_EVENTS_AT_ONCE = 500
EVERY_EVENT = "*"


class Reactions:
    """Which tasks follow which event; each gets `{"eventId": …}` in a job of the event's tenant."""

    def __init__(self) -> None:
        self._tasks: dict[str, list[str]] = {}

    def on(self, event_type: str, task: str) -> None:
        """Let `task` follow events of this type, or of all types with `EVERY_EVENT`."""
        self._tasks.setdefault(event_type, []).append(task)

    def to(self, event_type: str) -> tuple[str, ...]:
        """The tasks that follow an event of this type."""
        return (*self._tasks.get(event_type, ()), *self._tasks.get(EVERY_EVENT, ()))


def publish_events(database: Database, queue: JobQueue, reactions: Reactions) -> int:
    """Put committed events into their order and enqueue their reactions, exactly once; returns how many events."""
    with database.platform(write=True) as session:

        def hand_on(event: OutboxEvent) -> None:
            for task in reactions.to(event.type):
                queue.enqueue(session, tenant_id=event.tenant_id, task=task, args={"eventId": str(event.id)})

        return outbox.publish(session, _EVENTS_AT_ONCE, hand_on)


def seal_audit(database: Database) -> int:
    """Chain committed audit entries by hash; returns how many."""
    with database.platform(write=True) as session:
        return audit.seal(session)


def expire_idempotency_keys(database: Database, clock: Clock, days: int) -> int:
    """Delete idempotency keys older than `days`; returns 0, as one pass deletes all."""
    with database.platform(write=True) as session:
        expired = idempotency.expire_keys(session, clock.now(), days)
    _log.info("%d idempotency keys expired", expired)
    return 0


def forget_done_jobs(database: Database, queue: JobQueue, clock: Clock, days: int) -> int:
    """Delete jobs that were done more than `days` ago; returns 0, as one pass deletes all."""
    with database.platform(write=True) as session:
        forgotten = queue.forget(session, clock.now() - timedelta(days=days))
    _log.info("%d done jobs forgotten", forgotten)
    return 0


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to repeat: `run` returns how much it did; after 0 it rests for `every` seconds."""

    name: str
    run: Callable[[], int]
    every: float


def storage_chores(
    database: Database, queue: JobQueue, reactions: Reactions, clock: Clock, settings: Settings,
    wake_worker: Callable[[], None],
) -> list[Chore]:  # fmt: skip
    """The chores of this package. `wake_worker` is called when events were handed on."""

    def publish() -> int:
        published = publish_events(database, queue, reactions)
        if published:
            wake_worker()
        return published

    hour = 3600.0
    return [
        Chore("publish events", publish, 0.3),
        Chore("seal audit", lambda: seal_audit(database), 2.0),
        Chore("expire keys", lambda: expire_idempotency_keys(database, clock, settings.idempotency_days), hour),
        Chore("forget jobs", lambda: forget_done_jobs(database, queue, clock, settings.job_days), hour),
    ]


class Upkeep:
    """Repeats chores in the background until it is stopped."""

    def __init__(self, chores: Iterable[Chore]) -> None:
        self._stopping = Event()
        self._threads = [
            Thread(target=self._repeat, args=(chore,), name=f"upkeep {chore.name}", daemon=True) for chore in chores
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the round that is running."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _repeat(self, chore: Chore) -> None:
        while not self._stopping.is_set():
            try:
                did_something = chore.run() > 0
            except Exception:
                _log.exception("chore failed: %s; trying again in %g s", chore.name, chore.every)
                did_something = False
            if not did_something:
                self._stopping.wait(chore.every)
