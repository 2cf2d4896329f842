"""The API's description without a database: what `billhead openapi` prints and the console's types come from."""

import tempfile
from pathlib import Path

from billhead.access.runtime import Runtime
from billhead.entrypoints.http import create_app
from billhead.gateways.payouts import ManualPayouts
from billhead.gateways.render_pool import RenderPool
from billhead.storage.blobs import blobs_in_memory
from billhead.storage.clock import SystemClock
from billhead.storage.database import Database
from billhead.storage.jobs import open_job_queue
from billhead.storage.secrets import open_secret_store
from billhead.storage.settings import Settings


def describe_api() -> dict[str, object]:
    """The OpenAPI document of every route, for default settings whatever the environment says."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_construct(data_dir=Path(folder))
        database = Database("sqlite+pysqlite:///:memory:", pool_size=1)
        try:
            runtime = Runtime(
                settings=settings,
                clock=SystemClock(),
                database=database,
                jobs=open_job_queue(database, settings),
                blobs=blobs_in_memory(),
                secrets=open_secret_store(settings),
                work_execution=None,
                renderer=RenderPool(),
                payouts=ManualPayouts(),
            )
            return create_app(runtime).openapi()
        finally:
            database.dispose()
