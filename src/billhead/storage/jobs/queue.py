"""Which adapter serves which database."""

from datetime import timedelta

from billhead.storage.database import Database
from billhead.storage.jobs.port import JobQueue
from billhead.storage.settings import Settings


def open_queue(database: Database, lease_seconds: float) -> JobQueue:
    """The queue in this database; a worker silent for `lease_seconds` loses its jobs.

    Leases and due times are reckoned by the machine's clock (SQLite) or the server's (PostgreSQL), never a fixed one.
    """
    lease = timedelta(seconds=lease_seconds)
    if database.is_sqlite:
        from billhead.storage.jobs.sqlite import SqliteJobs

        return SqliteJobs(lease)
    from billhead.storage.jobs.postgresql import PostgresqlJobs

    return PostgresqlJobs(lease)


def open_job_queue(database: Database, settings: Settings) -> JobQueue:
    """The queue as the settings want it."""
    return open_queue(database, settings.job_lease_seconds)
