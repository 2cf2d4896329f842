"""A worker process for `test_jobs`: announces on standard output that its job has begun, then never ends it."""

import sys
from threading import Event

from billhead.storage.database import Database
from billhead.storage.jobs.port import JobArgs, JobContext, Task, Tasks
from billhead.storage.jobs.queue import open_queue
from billhead.storage.jobs.worker import Worker


def begin_and_hang(args: JobArgs, context: JobContext) -> None:
    print(f"began {context.claim.job_id}", flush=True)
    Event().wait()


if __name__ == "__main__":
    database = Database(sys.argv[1])
    tasks = Tasks([Task("hang", begin_and_hang)])
    Worker(database, open_queue(database, float(sys.argv[2])), tasks, threads=1, poll_seconds=0.02).start()
    Event().wait()
