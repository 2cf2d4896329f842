"""Jobs on SQLite: one table; a claim is a lease with an end that its worker keeps putting off."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, select, text, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from billhead.storage.ids import new_id
from billhead.storage.jobs.port import (
    DEFAULT_DELAYS,
    Claim,
    JobArgs,
    JobQueue,
    JobState,
    JobStatus,
    LeaseLost,
    checked_args,
)
from billhead.storage.jobs.tables import Job
from billhead.storage.tables import table_of

_JOB = table_of(Job)
_LAPSED = "WorkerLost"


class SqliteJobs(JobQueue):
    """The port on the table `job`."""

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
        now = _now()
        job_id = session.scalar(
            insert(_JOB)
            .values(tenant_id=tenant_id, task=task, args=dict(checked_args(args)), dedupe_key=dedupe_key,
                    state=JobState.PENDING, attempts=0, enqueued_at=now, run_at=run_at or now)
            .on_conflict_do_nothing(index_elements=["task", "dedupe_key"], index_where=text("state = 'PENDING'"))
            .returning(_JOB.c.id)
        )  # fmt: skip
        if job_id is None:
            same = (_JOB.c.task == task, _JOB.c.dedupe_key == dedupe_key, _JOB.c.state == JobState.PENDING)
            job_id = session.execute(select(_JOB.c.id).where(*same)).scalar_one()
        return int(job_id)

    def find_job(self, session: Session, job_id: int) -> JobStatus | None:
        row = session.execute(select(_JOB).where(_JOB.c.id == job_id)).one_or_none()
        return _status(row) if row else None

    def list_jobs(
        self, session: Session, state: JobState | None, *, after: int = 0, limit: int = 100
    ) -> list[JobStatus]:
        wanted = select(_JOB).where(_JOB.c.id > after).order_by(_JOB.c.id).limit(limit)
        if state:
            wanted = wanted.where(_JOB.c.state == state)
        return [_status(row) for row in session.execute(wanted)]

    def count(self, session: Session) -> dict[tuple[str, JobState], int]:
        rows = session.execute(select(_JOB.c.task, _JOB.c.state, func.count()).group_by(_JOB.c.task, _JOB.c.state))
        return {(task, JobState(state)): number for task, state, number in rows}

    def waiting_tasks(self, session: Session) -> set[str]:
        return set(session.scalars(select(_JOB.c.task).where(_JOB.c.state == JobState.PENDING).distinct()))

    def revive(self, session: Session, job_id: int) -> bool:
        revived = session.execute(
            update(_JOB)
            .where(_JOB.c.id == job_id, _JOB.c.state == JobState.DEAD)
            .values(state=JobState.PENDING, attempts=0, run_at=_now(), ended_at=None, dedupe_key=None)
            .returning(_JOB.c.id)
        ).all()
        return bool(revived)

    def cancel(self, session: Session, job_id: int, error: str) -> bool:
        cancelled = session.execute(
            update(_JOB)
            .where(_JOB.c.id == job_id, _JOB.c.state == JobState.PENDING)
            .values(state=JobState.DEAD, ended_at=_now(), error=error)
            .returning(_JOB.c.id)
        ).all()
        return bool(cancelled)

    def forget(self, session: Session, before: datetime) -> int:
        old = and_(_JOB.c.state == JobState.DONE, _JOB.c.ended_at < before)
        return len(session.execute(delete(_JOB).where(old).returning(_JOB.c.id)).all())

    def register(self, session: Session) -> str:
        return str(new_id())

    def leave(self, session: Session, worker: str) -> None:
        session.execute(update(_JOB).where(*_running_for(worker)).values(leased_until=_now()))

    def beat(self, session: Session, worker: str, claims: Collection[Claim]) -> frozenset[int] | None:
        if not claims:
            return frozenset()
        held = session.execute(
            update(_JOB)
            .where(*_running_for(worker))
            .values(leased_until=_now() + self.lease)
            .returning(_JOB.c.id, _JOB.c.attempts)
        ).all()
        attempts = {row.id: row.attempts for row in held}
        return frozenset(c.job_id for c in claims if attempts.get(c.job_id) == c.attempt)

    def claim(self, session: Session, worker: str, tasks: Sequence[str]) -> Claim | None:
        now = _now()
        due = (
            select(_JOB.c.id)
            .where(_JOB.c.state == JobState.PENDING, _JOB.c.run_at <= now, _JOB.c.task.in_(tasks))
            .order_by(_JOB.c.run_at, _JOB.c.id)
            .limit(1)
            .scalar_subquery()
        )
        row = session.execute(
            update(_JOB)
            .where(_JOB.c.id == due)
            .values(
                state=JobState.RUNNING,
                worker=UUID(worker),
                leased_until=now + self.lease,
                attempts=_JOB.c.attempts + 1,
                dedupe_key=None,
            )
            .returning(_JOB)
        ).one_or_none()
        return Claim(row.id, row.tenant_id, row.task, row.args, worker, row.attempts) if row else None

    def hold(self, session: Session, claim: Claim) -> None:
        if session.execute(select(_JOB.c.id).where(*_held(claim))).one_or_none() is None:
            raise LeaseLost(str(claim.job_id))

    def finish(self, session: Session, claim: Claim) -> None:
        self._end(session, claim, state=JobState.DONE, ended_at=_now(), error=None)

    def retry(self, session: Session, claim: Claim, run_at: datetime, error: str) -> None:
        self._end(session, claim, state=JobState.PENDING, run_at=run_at, error=error)

    def bury(self, session: Session, claim: Claim, error: str) -> None:
        self._end(session, claim, state=JobState.DEAD, ended_at=_now(), error=error)

    def reclaim(self, session: Session, attempt_limits: Mapping[str, int]) -> int:
        now = _now()
        limits = {name: limit for name, limit in attempt_limits.items() if limit != _DEFAULT_LIMIT}
        limit = case(limits, value=_JOB.c.task, else_=_DEFAULT_LIMIT) if limits else _DEFAULT_LIMIT
        spent = _JOB.c.attempts >= limit
        given_back = session.execute(
            update(_JOB)
            .where(_JOB.c.state == JobState.RUNNING, _JOB.c.leased_until <= now)
            .values(
                state=case((spent, JobState.DEAD), else_=JobState.PENDING),
                ended_at=case((spent, now), else_=None),
                run_at=now,
                worker=None,
                leased_until=None,
                error=_LAPSED,
            )
            .returning(_JOB.c.id)
        ).all()
        return len(given_back)

    def _end(self, session: Session, claim: Claim, **values: object) -> None:
        ended = session.execute(
            update(_JOB).where(*_held(claim)).values(worker=None, leased_until=None, **values).returning(_JOB.c.id)
        ).one_or_none()
        if ended is None:
            raise LeaseLost(str(claim.job_id))


_DEFAULT_LIMIT = len(DEFAULT_DELAYS) + 1


def _now() -> datetime:
    return datetime.now(UTC)


def _running_for(worker: str) -> tuple[ColumnElement[bool], ...]:
    return (_JOB.c.state == JobState.RUNNING, _JOB.c.worker == UUID(worker))


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (_JOB.c.id == claim.job_id, _JOB.c.attempts == claim.attempt, *_running_for(claim.worker))


def _status(row: Row[tuple[object, ...]]) -> JobStatus:
    return JobStatus(
        job_id=row.id,
        tenant_id=row.tenant_id,
        task=row.task,
        args=row.args,
        state=JobState(row.state),
        attempts=row.attempts,
        run_at=row.run_at,
        enqueued_at=row.enqueued_at,
        ended_at=row.ended_at,
        error=row.error,
    )
