"""Sending: jobs that give one endpoint what waits for it, and the chore that says where something waits.

The stream is followed by a cursor in each endpoint instead of a job per event: an event costs nothing where nobody
wants it, a run of a thousand invoices costs one job, and nothing is lost when a job is.
"""

import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import BoundedSemaphore
from uuid import UUID

from billhead.access.runtime import Runtime
from billhead.access.scope import open_system_scope
from billhead.gateways.guarded_http import GuardedHttp, Unreached
from billhead.storage.ids import new_id
from billhead.storage.jobs import JobArgs, JobContext, Task
from billhead.storage.upkeep import Chore
from billhead.webhooks import deliveries, rules
from billhead.webhooks.actions import REPLAY
from billhead.webhooks.deliveries import Parcel
from billhead.webhooks.queries import list_waiting
from billhead.webhooks.rules import Outcome, ReplayKind

SEND = "webhooks.send"
_SENT_AT_ONCE = 100
_ENDPOINTS_AT_ONCE = 100
_FORGOTTEN_AT_ONCE = 200
_LEASES = 3
_USER_AGENT = "Billhead-Webhooks/1"
_DICE = 1000


def tasks(runtime: Runtime) -> list[Task]:
    """The jobs that a worker of this slice can do."""
    return [Task(SEND, Sender(runtime).send), Task(REPLAY, partial(_replay, runtime))]


def chores(runtime: Runtime, wake_worker: Callable[[], None]) -> list[Chore]:
    """What this slice does again and again. `wake_worker` is called when there are new jobs."""

    def find_work() -> int:
        if enqueue_waiting(runtime):
            wake_worker()
        return 0

    return [
        Chore("send webhooks", find_work, 1.0),
        Chore("forget deliveries", partial(forget_deliveries, runtime), 3600.0),
    ]


def enqueue_waiting(runtime: Runtime) -> int:
    """Ask for a job for each endpoint with something to send; returns how many have."""
    with runtime.database.platform(write=False) as session:
        waiting = list_waiting(session, runtime.clock.now(), _ENDPOINTS_AT_ONCE)
    if waiting:
        with runtime.database.platform(write=True) as session:
            for tenant_id, endpoint_id in waiting:
                args = {"webhookId": str(endpoint_id)}
                runtime.jobs.enqueue(session, tenant_id=tenant_id, task=SEND, args=args, dedupe_key=str(endpoint_id))
    return len(waiting)


def forget_deliveries(runtime: Runtime) -> int:
    """Drop some of the deliveries that were settled long ago; returns how many."""
    before = runtime.clock.now() - timedelta(days=runtime.settings.webhook_days)
    with runtime.database.platform(write=True) as session:
        return deliveries.forget_settled(session, before, _FORGOTTEN_AT_ONCE)


class Sender:
    """Sends what waits for an endpoint. One thread of the worker is always left to other work."""

    def __init__(self, runtime: Runtime) -> None:
        settings = runtime.settings
        self._runtime = runtime
        self._seats = BoundedSemaphore(max(1, settings.worker_threads - 1))
        self._http = GuardedHttp(
            may_be_private=settings.webhooks_may_be_private, timeout_seconds=settings.webhook_timeout_seconds
        )
        self._lease = timedelta(seconds=_LEASES * settings.webhook_timeout_seconds)

    def send(self, args: JobArgs, context: JobContext) -> None:
        """The job. Without a seat it ends at once: the chore asks again."""
        if not self._seats.acquire(blocking=False):
            return
        try:
            self._send_some(context, UUID(str(args["webhookId"])), new_id())
        finally:
            self._seats.release()

    def _send_some(self, context: JobContext, endpoint_id: UUID, sender: UUID) -> None:
        in_scope = partial(
            open_system_scope, self._runtime, context.tenant_id, name="webhooks", correlation_id=sender.hex
        )
        for _ in range(_SENT_AT_ONCE):
            with in_scope() as scope:
                parcel = deliveries.take_next(scope, endpoint_id, sender, self._lease)
            if parcel is None:
                return
            outcome = self._post(parcel)
            with in_scope() as scope:
                dice = secrets.randbelow(_DICE) / _DICE
                may_go_on = deliveries.record_attempt(scope, parcel, outcome, dice)
            if not may_go_on:
                return
            if context.stopping.is_set():
                break
        with in_scope() as scope:
            deliveries.release_endpoint(scope, endpoint_id, sender)

    def _post(self, parcel: Parcel) -> Outcome:
        begun = time.monotonic()
        try:
            reply = self._http.send(
                "POST", parcel.url, headers={**parcel.headers, "user-agent": _USER_AGENT}, content=parcel.body
            )
        except Unreached as unreached:
            return Outcome(_milliseconds_since(begun), error=unreached.code)
        return rules.outcome_of(reply.status, reply.headers.get("retry-after"), _milliseconds_since(begun))


def _milliseconds_since(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)


def _replay(runtime: Runtime, args: JobArgs, context: JobContext) -> None:
    after: int | None = 0
    while after is not None:
        with open_system_scope(
            runtime, context.tenant_id, name="webhooks", correlation_id=f"replay-{context.claim.job_id}"
        ) as scope:
            after = deliveries.replay_some(
                scope, UUID(str(args["webhookId"])), since=datetime.fromisoformat(str(args["since"])),
                asked=datetime.fromisoformat(str(args["asked"])), kind=ReplayKind(str(args["kind"])), after=after,
            )  # fmt: skip
