"""The one port for durable jobs; `sqlite` and `postgresql` are its adapters, `worker` does the work.

    enqueue ──> PENDING ──claim──> RUNNING ──finish──> DONE        (cancel: PENDING ──> DEAD)
                   ^                  ├──retry (failed, delays left)──> PENDING
                   │                  ├──bury (failed, none left)────> DEAD ──revive──> PENDING
                   └────reclaim───────┘   (its worker fell silent)

A job is done at least once, so its handler is idempotent; its arguments are ids. A lease is fenced: `Claim` names the
worker and the attempt, and whoever lost the job can neither finish nor fail it. A job whose task no running worker
knows stays PENDING, so pending work survives an upgrade and a rollback.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event
from uuid import UUID

from sqlalchemy.orm import Session

from billhead.storage.columns import canonical_json
from billhead.storage.database import Database

JobValue = str | int | None | Sequence[str]
JobArgs = Mapping[str, JobValue]
"""What a handler is told: ids and codes, as JSON. At most `MAX_ARGS_BYTES`."""

MAX_ARGS_BYTES = 64 * 1024
DEFAULT_DELAYS = (2.0, 10.0, 60.0, 300.0, 1800.0, 7200.0)


class JobState(StrEnum):
    """Where a job is in its life."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    DEAD = "DEAD"


class LeaseLost(Exception):
    """This worker was silent for too long and the job was given to another: stop, write nothing."""


class GiveUp(Exception):
    """Raised by a handler: trying again cannot help; the job is dead at once. The message is shown to the operator."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job as held by one worker in one attempt; attempts count from 1."""

    job_id: int
    tenant_id: UUID | None
    task: str
    args: JobArgs
    worker: str
    attempt: int


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job as its owner and the operator see it. `error` is a class and a code, never personal data."""

    job_id: int
    tenant_id: UUID | None
    task: str
    args: JobArgs
    state: JobState
    attempts: int
    run_at: datetime | None
    enqueued_at: datetime | None
    ended_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a handler may use beside its arguments."""

    database: Database
    queue: "JobQueue"
    claim: Claim
    stopping: Event
    """Set when the worker wants to end or the job was lost; long handlers look at it between chunks."""

    @property
    def tenant_id(self) -> UUID:
        """The tenant the job was enqueued for; a job of the platform has none, and asking is a bug."""
        assert self.claim.tenant_id is not None
        return self.claim.tenant_id

    def hold(self, session: Session) -> None:
        """Make sure, to the end of this transaction, that the job is still ours; else LeaseLost."""
        self.queue.hold(session, self.claim)


Handler = Callable[[JobArgs, JobContext], None]


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of job. After failure n it waits `delays[n - 1]` seconds; after the last delay's attempt it is dead."""

    name: str
    handler: Handler
    delays: tuple[float, ...] = DEFAULT_DELAYS


class Tasks:
    """The tasks that this process knows, by name."""

    def __init__(self, tasks: Collection[Task] = ()) -> None:
        self._by_name: dict[str, Task] = {}
        for task in tasks:
            self.add(task)

    def add(self, task: Task) -> None:
        """Register a task; two tasks of one name are a bug."""
        if task.name in self._by_name:
            raise ValueError(f"task {task.name} is registered twice")
        self._by_name[task.name] = task

    def __getitem__(self, name: str) -> Task:
        return self._by_name[name]

    @property
    def names(self) -> list[str]:
        return sorted(self._by_name)

    @property
    def attempt_limits(self) -> dict[str, int]:
        """How many attempts each task has."""
        return {name: len(task.delays) + 1 for name, task in self._by_name.items()}


class JobQueue(ABC):
    """Durable jobs in the database. Every method works in the transaction of the session it is given.

    `enqueue`, `hold` and `find_job` also take a tenant's session; the rest need a platform write scope.
    """

    def __init__(self, lease: timedelta) -> None:
        self.lease = lease

    @abstractmethod
    def enqueue(
        self,
        session: Session,
        *,
        tenant_id: UUID | None,
        task: str,
        args: JobArgs,
        run_at: datetime | None = None,
        dedupe_key: str | None = None,
    ) -> int:
        """Write a job down; it exists exactly if this transaction commits. Returns its id.

        Not done before `run_at`. While a job of this task and `dedupe_key` is PENDING, that one is returned instead.
        """

    @abstractmethod
    def find_job(self, session: Session, job_id: int) -> JobStatus | None:
        """One job, or None when there is no such job (any more)."""

    @abstractmethod
    def list_jobs(
        self, session: Session, state: JobState | None, *, after: int = 0, limit: int = 100
    ) -> list[JobStatus]:
        """Jobs in the order of their ids, greater than `after`."""

    @abstractmethod
    def count(self, session: Session) -> dict[tuple[str, JobState], int]:
        """How many jobs there are of each task and state."""

    @abstractmethod
    def waiting_tasks(self, session: Session) -> set[str]:
        """The tasks of which any job is PENDING, known to this version or not."""

    @abstractmethod
    def revive(self, session: Session, job_id: int) -> bool:
        """Put a DEAD job back to PENDING; False when it was not dead."""

    @abstractmethod
    def cancel(self, session: Session, job_id: int, error: str) -> bool:
        """Make a PENDING job DEAD, saying why; False when it was not pending."""

    @abstractmethod
    def forget(self, session: Session, before: datetime) -> int:
        """Delete jobs DONE before this moment; dead ones stay until they are revived."""

    @abstractmethod
    def register(self, session: Session) -> str:
        """A new worker; returns its name."""

    @abstractmethod
    def leave(self, session: Session, worker: str) -> None:
        """The worker ends: whatever it still holds can be reclaimed at once."""

    @abstractmethod
    def beat(self, session: Session, worker: str, claims: Collection[Claim]) -> frozenset[int] | None:
        """Renew the leases; the ids of the jobs still held. None: the worker was given up and must register anew."""

    @abstractmethod
    def claim(self, session: Session, worker: str, tasks: Sequence[str]) -> Claim | None:
        """Take the next due job of one of these tasks."""

    @abstractmethod
    def hold(self, session: Session, claim: Claim) -> None:
        """Lock the job to the end of the transaction, or LeaseLost."""

    @abstractmethod
    def finish(self, session: Session, claim: Claim) -> None:
        """RUNNING → DONE, or LeaseLost."""

    @abstractmethod
    def retry(self, session: Session, claim: Claim, run_at: datetime, error: str) -> None:
        """RUNNING → PENDING, not before `run_at`; or LeaseLost."""

    @abstractmethod
    def bury(self, session: Session, claim: Claim, error: str) -> None:
        """RUNNING → DEAD, or LeaseLost."""

    @abstractmethod
    def reclaim(self, session: Session, attempt_limits: Mapping[str, int]) -> int:
        """Give back the jobs of silent workers (dead when their attempts are used up); returns how many."""


def checked_args(args: JobArgs) -> JobArgs:
    """The arguments as they will be read back; too large ones are a bug (jobs carry ids, not data)."""
    if len(canonical_json(dict(args))) > MAX_ARGS_BYTES:
        raise ValueError("job arguments are ids; these are too large")
    return args
