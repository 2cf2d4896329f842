"""The lease table of the SQLite adapter. On PostgreSQL it stays empty: there Procrastinate keeps the jobs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from billhead.storage.columns import Document
from billhead.storage.tables import Base


class Job(Base):
    """One piece of work, from its enqueuing to its end; `worker` and `leased_until` while it runs."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_due", "run_at", "id", sqlite_where=text("state = 'PENDING'"),
              postgresql_where=text("state = 'PENDING'")),
        Index("uq_job_dedupe", "task", "dedupe_key", unique=True, sqlite_where=text("state = 'PENDING'"),
              postgresql_where=text("state = 'PENDING'")),
        Index("ix_job_state", "state", "id"),
        {"sqlite_autoincrement": True},
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID | None]
    task: Mapped[str] = mapped_column(String(128))
    args: Mapped[object] = mapped_column(Document)
    dedupe_key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0)
    enqueued_at: Mapped[datetime]
    run_at: Mapped[datetime]
    worker: Mapped[UUID | None]
    leased_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))
