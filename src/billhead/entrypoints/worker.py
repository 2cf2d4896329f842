"""What a worker does: jobs, reactions to events, upkeep. Inside `serve` by default, apart with `billhead worker`."""

from billhead.access.runtime import Runtime
from billhead.invoices.reactions import FOLLOWS as INVOICE_FOLLOWS
from billhead.invoices.reactions import chores as invoice_chores
from billhead.invoices.reactions import tasks as invoice_tasks
from billhead.payables.reactions import tasks as payable_tasks
from billhead.storage.jobs import Task, Tasks, Worker
from billhead.storage.upkeep import Reactions, Upkeep, storage_chores
from billhead.webhooks.reactions import chores as webhook_chores
from billhead.webhooks.reactions import tasks as webhook_tasks


def all_tasks(runtime: Runtime) -> list[Task]:
    """Every kind of job there is."""
    return [*invoice_tasks(runtime), *payable_tasks(runtime), *webhook_tasks(runtime)]


def all_reactions() -> Reactions:
    """Which jobs follow which events."""
    reactions = Reactions()
    for event, task in INVOICE_FOLLOWS.items():
        reactions.on(event.type, task)
    return reactions


class BackgroundWork:
    """The worker and the upkeep of one process."""

    def __init__(self, runtime: Runtime) -> None:
        self._renderer = runtime.renderer
        self.worker = Worker(
            runtime.database, runtime.jobs, Tasks(all_tasks(runtime)), threads=runtime.settings.worker_threads
        )
        self.upkeep = Upkeep(
            [
                *storage_chores(
                    runtime.database, runtime.jobs, all_reactions(), runtime.clock, runtime.settings, self.worker.wake
                ),
                *invoice_chores(runtime, self.worker.wake),
                *webhook_chores(runtime, self.worker.wake),
            ]
        )

    def start(self) -> None:
        self.worker.start()
        self.upkeep.start()

    def stop(self) -> None:
        """Take nothing new, let what runs end, give the rest back. What is being drawn is drawn again by another."""
        self.upkeep.stop()
        self._renderer.close()
        self.worker.stop()
