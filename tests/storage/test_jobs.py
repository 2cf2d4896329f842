"""The contract of durable jobs, the same on both databases."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

import pytest

from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.jobs.port import (
    Claim,
    GiveUp,
    Handler,
    JobArgs,
    JobContext,
    JobQueue,
    JobState,
    JobStatus,
    LeaseLost,
    Task,
    Tasks,
)
from billhead.storage.jobs.queue import open_queue
from billhead.storage.jobs.worker import Worker

WAIT = 20.0
TENANT = new_id()


@pytest.fixture
def queue(database: Database) -> JobQueue:
    return open_queue(database, 30)


@pytest.fixture
def start(database: Database, queue: JobQueue) -> Iterator[Callable[..., Worker]]:
    """Start a worker on these tasks; it is stopped after the test."""
    workers: list[Worker] = []

    def go(*tasks: Task, threads: int = 4, queue: JobQueue = queue) -> Worker:
        worker = Worker(database, queue, Tasks(tasks), threads=threads, poll_seconds=0.02)
        workers.append(worker)
        worker.start()
        return worker

    yield go
    for worker in workers:
        worker.stop(5)


def enqueue(database: Database, queue: JobQueue, task: str = "note", **options: object) -> int:
    values: dict[str, object] = {"tenant_id": TENANT, "args": {}, **options}
    with database.platform(write=True) as session:
        return queue.enqueue(session, task=task, **values)  # type: ignore[arg-type]


def look(database: Database, queue: JobQueue, job_id: int) -> JobStatus:
    with database.platform(write=False) as session:
        status = queue.find_job(session, job_id)
    assert status is not None
    return status


def take(database: Database, queue: JobQueue, worker: str | None = None, task: str = "note") -> Claim | None:
    with database.platform(write=True) as session:
        return queue.claim(session, worker or queue.register(session), [task])


def drain(database: Database, queue: JobQueue, *tasks: Task) -> int:
    return Worker(database, queue, Tasks(tasks)).run_until_idle()


def failing(error: Exception) -> Handler:
    def handler(args: JobArgs, context: JobContext) -> None:
        raise error

    return handler


def nothing(args: JobArgs, context: JobContext) -> None:
    """A job that has nothing to do."""


def test_a_job_is_done_with_its_arguments(database: Database, queue: JobQueue, start: Callable[..., Worker]) -> None:
    seen: list[tuple[JobArgs, object, int]] = []
    done = Event()

    def note(args: JobArgs, context: JobContext) -> None:
        seen.append((args, context.tenant_id, context.claim.attempt))
        done.set()

    worker = start(Task("note", note))
    job_id = enqueue(database, queue, args={"invoiceId": "a", "ids": ["b", "c"], "n": 3})
    worker.wake()
    assert done.wait(WAIT)
    assert worker.stop(WAIT)
    assert seen == [({"invoiceId": "a", "ids": ["b", "c"], "n": 3}, TENANT, 1)]
    status = look(database, queue, job_id)
    assert (status.state, status.error) == (JobState.DONE, None)
    assert status.ended_at is not None


def test_a_job_exists_exactly_if_its_transaction_commits(database: Database, queue: JobQueue) -> None:
    with suppress(ZeroDivisionError), database.tenant(TENANT, write=True) as session:
        queue.enqueue(session, tenant_id=TENANT, task="note", args={})
        raise ZeroDivisionError
    assert take(database, queue) is None
    with database.tenant(TENANT, write=True) as session:
        job_id = queue.enqueue(session, tenant_id=TENANT, task="note", args={})
    claim = take(database, queue)
    assert claim is not None
    assert (claim.job_id, claim.tenant_id) == (job_id, TENANT)


def test_a_job_waits_for_its_time(database: Database, queue: JobQueue) -> None:
    enqueue(database, queue, run_at=datetime.now(UTC) + timedelta(hours=1))
    assert take(database, queue) is None
    due = enqueue(database, queue, run_at=datetime.now(UTC) - timedelta(seconds=1))
    claim = take(database, queue)
    assert claim is not None
    assert claim.job_id == due


def test_a_dedupe_key_keeps_one_pending_job(database: Database, queue: JobQueue) -> None:
    first = enqueue(database, queue, dedupe_key="k")
    assert enqueue(database, queue, dedupe_key="k") == first
    assert enqueue(database, queue, dedupe_key="other") != first
    claim = take(database, queue)
    assert claim is not None
    again = enqueue(database, queue, dedupe_key="k")
    assert again != first
    with database.platform(write=True) as session:
        queue.retry(session, claim, datetime.now(UTC), "Error")
    assert {look(database, queue, job).state for job in (first, again)} == {JobState.PENDING}


def test_a_dedupe_key_holds_in_a_race(database: Database, queue: JobQueue) -> None:
    ids: list[int] = []
    barrier = Barrier(8)

    def go() -> None:
        barrier.wait()
        ids.append(enqueue(database, queue, dedupe_key="k"))

    threads = [Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert len(ids) == 8
    assert len(set(ids)) == 1


def test_each_job_goes_to_one_worker(database: Database, queue: JobQueue, start: Callable[..., Worker]) -> None:
    seen: list[int] = []
    all_done = Event()

    def note(args: JobArgs, context: JobContext) -> None:
        seen.append(context.claim.job_id)
        if len(seen) >= 100:
            all_done.set()

    with database.platform(write=True) as session:
        ids = [queue.enqueue(session, tenant_id=None, task="note", args={}) for _ in range(100)]
    workers = [start(Task("note", note)) for _ in range(3)]
    assert all_done.wait(WAIT)
    assert all(worker.stop(WAIT) for worker in workers)
    assert sorted(seen) == ids


def test_a_failed_job_is_tried_again_and_dies_visibly(database: Database, queue: JobQueue) -> None:
    job_id = enqueue(database, queue)
    task = Task("note", failing(ValueError("secret@example.com")), delays=(0.0, 3600.0))
    assert drain(database, queue, task) == 2
    status = look(database, queue, job_id)
    assert (status.state, status.attempts, status.error) == (JobState.PENDING, 2, "ValueError")
    assert status.run_at is not None
    assert status.run_at > datetime.now(UTC) + timedelta(minutes=50)

    other = enqueue(database, queue)
    assert drain(database, queue, Task("note", failing(ValueError()), delays=(0.0,))) == 2
    assert look(database, queue, other).state is JobState.DEAD
    with database.platform(write=False) as session:
        assert [job.job_id for job in queue.list_jobs(session, JobState.DEAD)] == [other]
        assert queue.count(session) == {("note", JobState.PENDING): 1, ("note", JobState.DEAD): 1}


def test_a_dead_job_can_be_revived(database: Database, queue: JobQueue) -> None:
    job_id = enqueue(database, queue)
    drain(database, queue, Task("note", failing(GiveUp("no such printer"))))
    assert look(database, queue, job_id).error == "no such printer"
    with database.platform(write=True) as session:
        assert queue.revive(session, job_id)
        assert not queue.revive(session, job_id)
    assert drain(database, queue, Task("note", nothing)) == 1
    assert look(database, queue, job_id).state is JobState.DONE


def test_a_task_nobody_knows_is_left_pending(
    database: Database, queue: JobQueue, start: Callable[..., Worker], caplog: pytest.LogCaptureFixture
) -> None:
    done = Event()
    job_id = enqueue(database, queue, task="from-a-newer-version")
    with caplog.at_level(logging.WARNING):
        worker = start(Task("note", lambda args, context: done.set()))
        enqueue(database, queue)
        assert done.wait(WAIT)
        worker.stop(WAIT)
    assert "from-a-newer-version" in caplog.text
    status = look(database, queue, job_id)
    assert (status.state, status.attempts) == (JobState.PENDING, 0)


def test_who_lost_the_lease_can_neither_hold_nor_end_the_job(database: Database) -> None:
    queue = open_queue(database, 0)
    job_id = enqueue(database, queue)
    lost = take(database, queue)
    assert lost is not None
    with database.platform(write=True) as session:
        assert queue.reclaim(session, {}) == 1
    now = datetime.now(UTC)
    taken = take(database, queue)
    assert taken is not None
    assert (taken.job_id, taken.attempt) == (job_id, 2)
    endings: list[Callable[..., None]] = [
        lambda s: queue.hold(s, lost),
        lambda s: queue.finish(s, lost),
        lambda s: queue.retry(s, lost, now, "Error"),
        lambda s: queue.bury(s, lost, "Error"),
    ]
    for end in endings:
        with pytest.raises(LeaseLost), database.platform(write=True) as session:
            end(session)
    with database.platform(write=True) as session:
        queue.hold(session, taken)
        queue.finish(session, taken)
    assert look(database, queue, job_id).state is JobState.DONE


def test_the_same_worker_is_fenced_from_its_own_earlier_attempt(database: Database, queue: JobQueue) -> None:
    enqueue(database, queue)
    with database.platform(write=True) as session:
        worker = queue.register(session)
    first = take(database, queue, worker)
    assert first is not None
    with database.platform(write=True) as session:
        queue.retry(session, first, datetime.now(UTC) - timedelta(seconds=1), "Error")
    second = take(database, queue, worker)
    assert second is not None
    with database.platform(write=True) as session:
        assert queue.beat(session, worker, [first, second]) == frozenset({second.job_id})
    with pytest.raises(LeaseLost), database.platform(write=True) as session:
        queue.finish(session, first)


def test_a_beating_heart_keeps_the_lease(database: Database) -> None:
    queue = open_queue(database, 3600)
    enqueue(database, queue)
    with database.platform(write=True) as session:
        worker = queue.register(session)
    claim = take(database, queue, worker)
    assert claim is not None
    with database.platform(write=True) as session:
        assert queue.beat(session, worker, [claim]) == frozenset({claim.job_id})
        assert queue.reclaim(session, {}) == 0
        queue.finish(session, claim)


def test_a_job_that_kills_its_workers_dies_too(database: Database) -> None:
    queue = open_queue(database, 0)
    job_id = enqueue(database, queue)
    for _ in range(2):
        assert take(database, queue) is not None
        with database.platform(write=True) as session:
            queue.reclaim(session, {"note": 2})
    status = look(database, queue, job_id)
    assert (status.state, status.error, status.attempts) == (JobState.DEAD, "WorkerLost", 2)


def test_a_stopped_worker_gives_back_what_it_could_not_end(
    database: Database, queue: JobQueue, start: Callable[..., Worker]
) -> None:
    began, go_on, stopped = Event(), Event(), Event()

    def stubborn(args: JobArgs, context: JobContext) -> None:
        began.set()
        context.stopping.wait(WAIT)
        stopped.set()
        go_on.wait(WAIT)

    worker = start(Task("note", stubborn))
    job_id = enqueue(database, queue)
    assert began.wait(WAIT)
    assert not worker.stop(0.05)
    assert stopped.is_set()
    with database.platform(write=True) as session:
        assert queue.reclaim(session, {}) == 1
    assert drain(database, queue, Task("note", nothing)) == 1
    go_on.set()
    assert look(database, queue, job_id).state is JobState.DONE


def test_the_job_of_a_killed_process_is_taken_over(
    database: Database, database_url: str, start: Callable[..., Worker]
) -> None:
    queue = open_queue(database, 1)
    job_id = enqueue(database, queue, task="hang")
    script = Path(__file__).with_name("job_process.py")
    process = subprocess.Popen([sys.executable, str(script), database_url, "1"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"began {job_id}\n"
        assert look(database, queue, job_id).state is JobState.RUNNING
    finally:
        process.kill()
        process.wait()
    attempts: list[int] = []
    done = Event()

    def finish(args: JobArgs, context: JobContext) -> None:
        attempts.append(context.claim.attempt)
        done.set()

    worker = start(Task("hang", finish), queue=queue)
    assert done.wait(WAIT)
    assert worker.stop(WAIT)
    assert attempts == [2]
    assert look(database, queue, job_id).state is JobState.DONE


def test_done_jobs_are_forgotten_and_others_kept(database: Database, queue: JobQueue) -> None:
    done, pending = enqueue(database, queue), enqueue(database, queue, task="later")
    drain(database, queue, Task("note", nothing))
    with database.platform(write=True) as session:
        assert queue.forget(session, datetime.now(UTC) - timedelta(hours=1)) == 0
        assert queue.forget(session, datetime.now(UTC) + timedelta(hours=1)) == 1
        assert queue.find_job(session, done) is None
        assert queue.find_job(session, pending) is not None
    assert enqueue(database, queue) > done


def test_arguments_are_ids_not_data(database: Database, queue: JobQueue) -> None:
    with pytest.raises(ValueError, match="too large"):
        enqueue(database, queue, args={"text": "x" * 70_000})
