"""What a running process is made of. Put together in `entrypoints`, handed to everything that opens a scope."""

from dataclasses import dataclass

from billhead.gateways.payouts import Payouts
from billhead.gateways.render_pool import RenderPool
from billhead.gateways.work_execution import WorkExecution
from billhead.storage.blobs import BlobStore
from billhead.storage.clock import Clock
from billhead.storage.database import Database
from billhead.storage.jobs import JobQueue
from billhead.storage.secrets import SecretStore
from billhead.storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts of one process, chosen by its settings."""

    settings: Settings
    clock: Clock
    database: Database
    jobs: JobQueue
    blobs: BlobStore
    secrets: SecretStore
    work_execution: WorkExecution | None
    renderer: RenderPool
    payouts: Payouts

    def close(self) -> None:
        """Give back connections and processes, at the end of this one."""
        self.renderer.close()
        self.payouts.close()
        if self.work_execution is not None:
            self.work_execution.close()
        self.database.dispose()
