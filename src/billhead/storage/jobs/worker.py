"""The worker: takes due jobs, runs their handlers in threads, keeps its leases, gives back those of silent workers.

One thread claims and hands on, another keeps the leases, each running job has its own. A failed handler leaves nothing
but the job's next attempt: its transactions were its own. `stop` ends it cleanly; `kill -9` ends it too, and another
worker has its jobs within a lease and a third.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Condition, Event, Thread

from sqlalchemy.orm import Session

from billhead.refusal import Refusal
from billhead.storage.database import Database
from billhead.storage.jobs.port import Claim, GiveUp, JobContext, JobQueue, LeaseLost, Tasks

_log = logging.getLogger(__name__)
_BEATS_PER_LEASE = 3
_ERROR_LENGTH = 200


@dataclass(frozen=True, slots=True)
class _Running:
    claim: Claim
    stopping: Event


class Worker:
    """Works on the tasks it knows until it is stopped."""

    def __init__(
        self, database: Database, queue: JobQueue, tasks: Tasks, *, threads: int = 4, poll_seconds: float = 0.3
    ) -> None:
        """`poll_seconds` is how long a new job waits at most while a thread is free and nobody calls `wake`."""
        self._database = database
        self._queue = queue
        self._tasks = tasks
        self._threads = threads
        self._poll = poll_seconds
        self._beat = queue.lease.total_seconds() / _BEATS_PER_LEASE
        self._name = ""
        self._running: dict[tuple[int, int], _Running] = {}
        self._changed = Condition()
        self._woken = False
        self._stopping = Event()
        self._ended = Event()
        self._warned: set[str] = set()
        self._loops: list[Thread] = []

    def start(self) -> None:
        """Work in the background until `stop`."""
        self._loops = [
            Thread(target=self._take_and_start, name="jobs-taker", daemon=True),
            Thread(target=self._keep_leases, name="jobs-leases", daemon=True),
        ]
        for loop in self._loops:
            loop.start()

    def stop(self, grace_seconds: float = 20.0) -> bool:
        """Take no more jobs, let running ones end for `grace_seconds`, give the rest back; True if all had ended."""
        self._stopping.set()
        with self._changed:
            for running in self._running.values():
                running.stopping.set()
            self._changed.notify_all()
            all_ended = self._changed.wait_for(lambda: not self._running, grace_seconds)
        self._ended.set()
        for loop in self._loops:
            loop.join(grace_seconds)
        self._leave()
        return all_ended

    def wake(self) -> None:
        """Look for jobs now, not at the next poll."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def run_until_idle(self) -> int:
        """Do every job that is due, one by one in this thread, and return how many attempts that took.

        For stories and single commands: no lease is renewed meanwhile, so no job may take longer than the lease.
        """
        attempts = 0
        while claim := self._take():
            self._run(_Running(claim, Event()))
            attempts += 1
        self._leave()
        return attempts

    def _take_and_start(self) -> None:
        while not self._stopping.is_set():
            if not self._start_one():
                with self._changed:
                    self._changed.wait_for(lambda: self._woken or self._stopping.is_set(), self._poll)
                    self._woken = False

    def _start_one(self) -> bool:
        """Take one job and start it; False when there is no room, no job, or no database."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._running) < self._threads, self._poll):
                return False
        try:
            claim = self._take()
        except Exception:
            _log.exception("no job could be taken; trying again")
            return False
        if claim is None:
            return False
        running = _Running(claim, Event())
        with self._changed:
            self._running[claim.job_id, claim.attempt] = running
        if self._stopping.is_set():
            running.stopping.set()
        Thread(target=self._run_beside, args=(running,), name=f"job-{claim.job_id}", daemon=True).start()
        return True

    def _run_beside(self, running: _Running) -> None:
        try:
            self._run(running)
        finally:
            with self._changed:
                del self._running[running.claim.job_id, running.claim.attempt]
                self._woken = True
                self._changed.notify_all()

    def _take(self) -> Claim | None:
        with self._database.platform(write=True) as session:
            if not self._name:
                self._name = self._queue.register(session)
            return self._queue.claim(session, self._name, self._tasks.names)

    def _leave(self) -> None:
        if not self._name:
            return
        try:
            with self._database.platform(write=True) as session:
                self._queue.leave(session, self._name)
        except Exception:
            _log.exception("the worker could not leave; its leases will lapse")
        self._name = ""

    def _run(self, running: _Running) -> None:
        claim = running.claim
        task = self._tasks[claim.task]
        try:
            task.handler(claim.args, JobContext(self._database, self._queue, claim, running.stopping))
        except LeaseLost:
            _log.warning("job %d (%s) was given to another worker", claim.job_id, claim.task)
        except GiveUp as reason:
            self._fail(claim, str(reason), None)
        except Exception as error:
            _log.warning("job %d (%s) failed in attempt %d", claim.job_id, claim.task, claim.attempt, exc_info=True)
            left = task.delays[claim.attempt - 1 :]
            self._fail(claim, _in_short(error), left[0] if left else None)
        else:
            self._end(claim, lambda session: self._queue.finish(session, claim))

    def _fail(self, claim: Claim, error: str, delay: float | None) -> None:
        if delay is None:
            _log.error("job %d (%s) is dead", claim.job_id, claim.task)
            self._end(claim, lambda session: self._queue.bury(session, claim, error[:_ERROR_LENGTH]))
        else:
            run_at = datetime.now(UTC) + timedelta(seconds=delay)
            self._end(claim, lambda session: self._queue.retry(session, claim, run_at, error[:_ERROR_LENGTH]))

    def _end(self, claim: Claim, end: Callable[[Session], None]) -> None:
        """Write the end down, again and again while the database is away: our lease would outlive the job's thread."""
        while True:
            try:
                with self._database.platform(write=True) as session:
                    end(session)
            except LeaseLost:
                _log.warning("job %d (%s) was given to another worker before it ended", claim.job_id, claim.task)
            except Exception:
                _log.exception("the end of job %d could not be written; trying again", claim.job_id)
                if not self._ended.wait(self._poll):
                    continue
            return

    def _keep_leases(self) -> None:
        while True:
            try:
                self._renew()
                self._give_back()
                self._warn_of_unknown_tasks()
            except Exception:
                _log.exception("the leases could not be renewed; trying again")
            if self._ended.wait(self._beat):
                return

    def _renew(self) -> None:
        with self._changed:
            name, running = self._name, list(self._running.values())
        if not name:
            return
        with self._database.platform(write=True) as session:
            held = self._queue.beat(session, name, [one.claim for one in running])
            if held is None:
                self._name = self._queue.register(session)
        for one in running:
            if held is None or one.claim.job_id not in held:
                one.stopping.set()

    def _give_back(self) -> None:
        with self._database.platform(write=True) as session:
            given_back = self._queue.reclaim(session, self._tasks.attempt_limits)
        if given_back:
            _log.warning("%d jobs of silent workers were given back", given_back)
            self.wake()

    def _warn_of_unknown_tasks(self) -> None:
        with self._database.platform(write=False) as session:
            waiting = self._queue.waiting_tasks(session)
        for task in sorted(waiting - set(self._tasks.names) - self._warned):
            self._warned.add(task)
            _log.warning("jobs of the task %s wait: this version does not know it", task)


def _in_short(error: Exception) -> str:
    """The class, and a refusal's code: messages may hold personal data."""
    name = type(error).__name__
    return f"{name} {error.code}" if isinstance(error, Refusal) else name
