"""The mapped base classes, the session that knows its tenant, and storage's own tables.

A table is either the platform's own (`Base`) or a tenant's (`TenantOwned`): then `tenant_id` stands first in its
primary key and in each of its foreign keys. A `TenantSession` adds the tenant to every ORM statement, stamps new rows
and refuses foreign ones; PostgreSQL's row-level security is the second lock (DESIGN.md section 5, Tenancy).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, cast
from uuid import UUID

from sqlalchemy import Connection, Index, MetaData, String, Table, Text, UniqueConstraint, event, text
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    UOWTransaction,
    mapped_column,
    with_loader_criteria,
)

from billhead.storage.columns import Bytes, Document, Id, Utc, Whole

TENANT = "tenant_id"

PLATFORM_TABLES = frozenset({"job", "user_session"})
"""Tables that name a tenant but belong to the platform: no row-level security, never read by a tenant's request."""

GUARD = "guard_"
"""How the name of every trigger against change begins (`migrations.guards`); a restore lifts exactly these."""


class Base(DeclarativeBase):
    """Root of every mapped class; names every constraint, so that migrations can."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {UUID: Id(), datetime: Utc(), str: Text(), int: Whole}


def table_of(mapped: type[Base]) -> Table:
    """The Core table of a mapped class, for statements on hot paths."""
    return cast("Table", mapped.__table__)


class TenantOwned:
    """A row of one tenant: `tenant_id` leads its primary key."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-100)


class CrossTenantWrite(RuntimeError):
    """A bug: code tried to write a row of another tenant, or in a way that cannot be checked."""


class TenantSession(Session):
    """A session bound to one tenant: `session.info["tenant_id"]`."""

    @property
    def tenant_id(self) -> UUID:
        tenant_id = self.info[TENANT]
        assert isinstance(tenant_id, UUID)
        return tenant_id

    @property
    def bound(self) -> Connection:
        """The connection that the session works on, without asking the session about its transaction each time."""
        assert isinstance(self.bind, Connection)
        return self.bind


@event.listens_for(TenantSession, "do_orm_execute")
def _only_own_rows(state: ORMExecuteState) -> None:
    tenant_id = state.session.info[TENANT]
    by_key = state.is_update and isinstance(state.parameters, Sequence)
    if state.is_insert or by_key:
        if state.bind_mapper is not None and issubclass(state.bind_mapper.class_, TenantOwned):
            raise CrossTenantWrite("bulk rows are not checked: use objects, or the Core table with the tenant in it")
        return
    state.statement = state.statement.options(
        with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id == tenant_id, include_aliases=True)
    )


@event.listens_for(TenantSession, "before_flush")
def _stamp_rows(session: Session, context: UOWTransaction, instances: object) -> None:
    tenant_id = session.info[TENANT]
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, TenantOwned):
            if row.tenant_id is None:
                row.tenant_id = tenant_id
            if row.tenant_id != tenant_id:
                raise CrossTenantWrite(f"{type(row).__name__} of another tenant")


class OutboxEvent(TenantOwned, Base):
    """A fact recorded with the change that made it true; unique per subject, type and version."""

    __tablename__ = "outbox_event"
    __table_args__ = (
        UniqueConstraint(TENANT, "type", "subject_id", "subject_version"),
        Index("ix_outbox_event_unpublished", "id", postgresql_where=text("position IS NULL"),
              sqlite_where=text("position IS NULL")),
        Index("ix_outbox_event_position", TENANT, "position"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[UUID]
    subject_version: Mapped[int]
    data: Mapped[object] = mapped_column(Document)
    occurred_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    correlation_id: Mapped[str] = mapped_column(String(64))
    position: Mapped[int | None]


class ChainHead(TenantOwned, Base):
    """The last place taken in a tenant's ordered chain (`events`, `audit`) and, for audit, the hash it ended with."""

    __tablename__ = "chain_head"
    chain: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    hash: Mapped[str | None] = mapped_column(String(64))


class AuditEntry(TenantOwned, Base):
    """One irreversible act: who, under which permission and policy, why. Sealed later by hash (`audit.seal`)."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint(TENANT, "position"),
        Index("ix_audit_entry_unsealed", TENANT, "id", postgresql_where=text("position IS NULL"),
              sqlite_where=text("position IS NULL")),
        Index("ix_audit_entry_subject", TENANT, "subject_id", "id"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    permission: Mapped[str] = mapped_column(String(80))
    policy_version: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None]
    detail: Mapped[object] = mapped_column(Document)
    correlation_id: Mapped[str] = mapped_column(String(64))
    position: Mapped[int | None]
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str | None] = mapped_column(String(64))


class IdempotencyKey(TenantOwned, Base):
    """The answer once given to a POST under a key chosen by the caller; kept `idempotency_days`."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_created_at", "created_at"),)
    actor: Mapped[str] = mapped_column(String(80), primary_key=True)
    route: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    status: Mapped[int | None]
    headers: Mapped[object | None] = mapped_column(Document)
    body: Mapped[bytes | None] = mapped_column(Bytes)


class NumberSeries(TenantOwned, Base):
    """A run of document numbers: a pattern, when it starts again, and what comes next."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint(TENANT, "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    pattern: Mapped[str] = mapped_column(String(60))
    reset: Mapped[str] = mapped_column(String(10))
    period: Mapped[str] = mapped_column(String(10), default="")
    next_value: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)


class NumberEntry(TenantOwned, Base):
    """The ledger: one row for each number ever given out, also for the cancelled ones."""

    __tablename__ = "number_entry"
    __table_args__ = (UniqueConstraint(TENANT, "number"), Index("ix_number_entry_subject", TENANT, "subject_id"))
    series_id: Mapped[UUID] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]


class Secret(TenantOwned, Base):
    """A value that must be read again (gateway key, TOTP seed), encrypted under one key of the ring (`secrets`)."""

    __tablename__ = "secret"
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(36))
    sealed: Mapped[bytes] = mapped_column(Bytes)
    changed_at: Mapped[datetime]
