"""Durable jobs: work written down in the transaction that wants it, done after commit, at least once."""

from billhead.storage.jobs.port import (
    GiveUp,
    JobArgs,
    JobContext,
    JobQueue,
    JobState,
    JobStatus,
    LeaseLost,
    Task,
    Tasks,
)
from billhead.storage.jobs.queue import open_job_queue, open_queue
from billhead.storage.jobs.worker import Worker

__all__ = [
    "GiveUp",
    "JobArgs",
    "JobContext",
    "JobQueue",
    "JobState",
    "JobStatus",
    "LeaseLost",
    "Task",
    "Tasks",
    "Worker",
    "open_job_queue",
    "open_queue",
]
