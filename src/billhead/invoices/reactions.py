"""Work of invoices that happens after commit."""

from functools import partial

from billhead.access.runtime import Runtime
from billhead.invoices import issue_runs
from billhead.storage.jobs import Task


def tasks(runtime: Runtime) -> list[Task]:
    """The jobs that a worker of this slice can do."""
    return [Task(issue_runs.TASK, partial(issue_runs.issue_chunk, runtime))]
