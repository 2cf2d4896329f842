"""Jobs on PostgreSQL: Procrastinate's tables and SQL functions, called in our own transactions.

Its Python side is not needed at run time: the functions enqueue, fetch, finish and retry; its worker table takes the
heartbeats. Each task is a queue of its own, so that workers fetch only what they know. What a job is told, for which
tenant, and how it last failed stand together in its `args`. Ours on top: the fence (worker and attempt are compared
before a job ends), and a job that has started no longer blocks its dedupe key.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.types import String

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

_STATES: Final = {"todo": JobState.PENDING, "doing": JobState.RUNNING, "succeeded": JobState.DONE}
_STATUSES: Final = {
    JobState.PENDING: ["todo"],
    JobState.RUNNING: ["doing"],
    JobState.DONE: ["succeeded"],
    JobState.DEAD: ["failed", "cancelled", "aborted"],
}
_LAPSED = "WorkerLost"
_DEFAULT_LIMIT = len(DEFAULT_DELAYS) + 1

_ENQUEUE = text(
    "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY[ROW(:task, :task, 0, NULL, :lock, :args, :run_at)]"
    "::procrastinate_job_to_defer_v1[]))"
).bindparams(bindparam("args", type_=JSONB))
_SAME = text("SELECT id FROM procrastinate_jobs WHERE queueing_lock = :lock AND status = 'todo'")
_SELECT = (
    "SELECT id, task_name, args, status::text AS status, attempts, scheduled_at,"
    " (SELECT min(at) FROM procrastinate_events e WHERE e.job_id = j.id) AS enqueued_at,"
    " (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id"
    "  AND j.status NOT IN ('todo', 'doing')) AS ended_at FROM procrastinate_jobs j WHERE "
)
_FIND = text(_SELECT + "id = :id")
_LIST = text(
    _SELECT + "id > :after AND (:statuses IS NULL OR status::text = ANY(:statuses)) ORDER BY id LIMIT :limit"
).bindparams(bindparam("statuses", type_=ARRAY(String)))
_COUNT = text("SELECT task_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2")
_WAITING = text("SELECT DISTINCT task_name FROM procrastinate_jobs WHERE status = 'todo'")
_REVIVE = text(
    "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL"
    " WHERE id = :id AND status IN ('failed', 'cancelled', 'aborted') RETURNING id"
)
_CANCEL = text("SELECT procrastinate_cancel_job_v1(:id, false, false)")
_FORGET = text(
    "DELETE FROM procrastinate_jobs j WHERE status = 'succeeded' AND NOT EXISTS"
    " (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= :before) RETURNING id"
)
_REGISTER = text("SELECT worker_id FROM procrastinate_register_worker_v1()")
_LEAVE = text("SELECT procrastinate_unregister_worker_v1(:worker)")
_BEAT = text("SELECT procrastinate_update_heartbeat_v1(:worker)")
_KNOWN = text("SELECT 1 FROM procrastinate_workers WHERE id = :worker")
_HELD = text("SELECT id, attempts FROM procrastinate_jobs WHERE worker_id = :worker AND status = 'doing'")
_FETCH = text(
    "SELECT id, task_name, args, attempts, queueing_lock FROM procrastinate_fetch_job_v2(:tasks, :worker)"
).bindparams(bindparam("tasks", type_=ARRAY(String)))
_UNLOCK_KEY = text("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = :id")
_HOLD = text(
    "SELECT id FROM procrastinate_jobs WHERE id = :id AND worker_id = :worker AND attempts = :attempts"
    " AND status = 'doing' FOR UPDATE"
)
_NOTE = text("UPDATE procrastinate_jobs SET args = args || :note WHERE id = :id").bindparams(
    bindparam("note", type_=JSONB)
)
_FINISH = text("SELECT procrastinate_finish_job_v1(:id, CAST(:status AS procrastinate_job_status), false)")
_RETRY = text("SELECT procrastinate_retry_job_v2(:id, :run_at, NULL, NULL, NULL)")
_STALLED = text(
    "SELECT j.id, j.task_name, j.attempts FROM procrastinate_jobs j"
    " LEFT JOIN procrastinate_workers w ON w.id = j.worker_id WHERE j.status = 'doing'"
    " AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => :lease))"
    " ORDER BY j.id FOR UPDATE OF j SKIP LOCKED"
)
_PRUNE = text("SELECT worker_id FROM procrastinate_prune_stalled_workers_v1(:lease)")


class PostgresqlJobs(JobQueue):
    """The port on Procrastinate's schema."""

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
        lock = None if dedupe_key is None else f"{task}:{dedupe_key}"
        envelope = {"tenant": tenant_id and str(tenant_id), "args": dict(checked_args(args))}
        values = {"task": task, "lock": lock, "args": envelope, "run_at": run_at}
        if lock is None:
            return int(session.execute(_ENQUEUE, values).scalar_one())
        while True:
            if (same := session.scalar(_SAME, {"lock": lock})) is not None:
                return int(same)
            try:
                with session.connection().begin_nested():
                    return int(session.execute(_ENQUEUE, values).scalar_one())
            except IntegrityError as error:
                # Another transaction enqueued it meanwhile; it is found now, unless it has started already.
                if "queueing_lock" not in str(error.orig):
                    raise

    def find_job(self, session: Session, job_id: int) -> JobStatus | None:
        row = session.execute(_FIND, {"id": job_id}).one_or_none()
        return _status(row) if row else None

    def list_jobs(
        self, session: Session, state: JobState | None, *, after: int = 0, limit: int = 100
    ) -> list[JobStatus]:
        statuses = _STATUSES[state] if state else None
        rows = session.execute(_LIST, {"after": after, "statuses": statuses, "limit": limit})
        return [_status(row) for row in rows]

    def count(self, session: Session) -> dict[tuple[str, JobState], int]:
        counts: dict[tuple[str, JobState], int] = {}
        for task, status, number in session.execute(_COUNT):
            key = (task, _STATES.get(status, JobState.DEAD))
            counts[key] = counts.get(key, 0) + number
        return counts

    def waiting_tasks(self, session: Session) -> set[str]:
        return set(session.scalars(_WAITING))

    def revive(self, session: Session, job_id: int) -> bool:
        return session.scalar(_REVIVE, {"id": job_id}) is not None

    def cancel(self, session: Session, job_id: int, error: str) -> bool:
        if session.scalar(_CANCEL, {"id": job_id}) is None:
            return False
        session.execute(_NOTE, {"id": job_id, "note": {"error": error}})
        return True

    def forget(self, session: Session, before: datetime) -> int:
        return len(session.execute(_FORGET, {"before": before}).all())

    def register(self, session: Session) -> str:
        return str(session.scalar(_REGISTER))

    def leave(self, session: Session, worker: str) -> None:
        session.execute(_LEAVE, {"worker": int(worker)})

    def beat(self, session: Session, worker: str, claims: Collection[Claim]) -> frozenset[int] | None:
        session.execute(_BEAT, {"worker": int(worker)})
        if session.scalar(_KNOWN, {"worker": int(worker)}) is None:
            return None
        attempts = {row.id: row.attempts for row in session.execute(_HELD, {"worker": int(worker)})}
        return frozenset(c.job_id for c in claims if attempts.get(c.job_id) == c.attempt - 1)

    def claim(self, session: Session, worker: str, tasks: Sequence[str]) -> Claim | None:
        row = session.execute(_FETCH, {"tasks": list(tasks), "worker": int(worker)}).one()
        if row.id is None:
            return None
        if row.queueing_lock is not None:
            session.execute(_UNLOCK_KEY, {"id": row.id})
        return Claim(row.id, _tenant(row.args), row.task_name, row.args["args"], worker, row.attempts + 1)

    def hold(self, session: Session, claim: Claim) -> None:
        held = {"id": claim.job_id, "worker": int(claim.worker), "attempts": claim.attempt - 1}
        if session.scalar(_HOLD, held) is None:
            raise LeaseLost(str(claim.job_id))

    def finish(self, session: Session, claim: Claim) -> None:
        self.hold(session, claim)
        session.execute(_FINISH, {"id": claim.job_id, "status": "succeeded"})

    def retry(self, session: Session, claim: Claim, run_at: datetime, error: str) -> None:
        self.hold(session, claim)
        session.execute(_NOTE, {"id": claim.job_id, "note": {"error": error}})
        session.execute(_RETRY, {"id": claim.job_id, "run_at": run_at})

    def bury(self, session: Session, claim: Claim, error: str) -> None:
        self.hold(session, claim)
        session.execute(_NOTE, {"id": claim.job_id, "note": {"error": error}})
        session.execute(_FINISH, {"id": claim.job_id, "status": "failed"})

    def reclaim(self, session: Session, attempt_limits: Mapping[str, int]) -> int:
        lease = self.lease.total_seconds()
        stalled = session.execute(_STALLED, {"lease": lease}).all()
        for row in stalled:
            session.execute(_NOTE, {"id": row.id, "note": {"error": _LAPSED}})
            if row.attempts + 1 >= attempt_limits.get(row.task_name, _DEFAULT_LIMIT):
                session.execute(_FINISH, {"id": row.id, "status": "failed"})
            else:
                session.execute(_RETRY, {"id": row.id, "run_at": None})
        session.execute(_PRUNE, {"lease": lease})
        return len(stalled)


def _tenant(envelope: Mapping[str, str | None]) -> UUID | None:
    tenant = envelope["tenant"]
    return UUID(tenant) if tenant else None


def _status(row: Row[tuple[object, ...]]) -> JobStatus:
    running = row.status == "doing"
    return JobStatus(
        job_id=row.id,
        tenant_id=_tenant(row.args),
        task=row.task_name,
        args=row.args["args"],
        state=_STATES.get(row.status, JobState.DEAD),
        attempts=row.attempts + 1 if running else row.attempts,
        run_at=row.scheduled_at,
        enqueued_at=row.enqueued_at,
        ended_at=row.ended_at,
        error=row.args.get("error"),
    )
