"""Same key, same answer: what a POST answered is kept in the transaction that made it true.

`claim` writes the key before the effect. A second request with that key waits (PostgreSQL: on the row; SQLite: on the
write lock) until the first has committed or failed, then replays its answer or proceeds.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from billhead.refusal import Conflict
from billhead.storage.tables import IdempotencyKey, table_of


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A POST with an `Idempotency-Key`: keys are scoped by tenant, actor and route."""

    tenant_id: UUID
    actor: str
    route: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered: status, the headers that matter, the body byte for byte."""

    status: int
    headers: dict[str, str]
    body: bytes


def fingerprint(method: str, path: str, query: str, body: bytes) -> str:
    """SHA-256 over what the caller asked for; two requests with the same one ask for the same."""
    digest = hashlib.sha256()
    for part in (method.encode(), path.encode(), query.encode(), body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def claim(session: Session, request: KeyedRequest, now: datetime) -> StoredAnswer | None:
    """None when the key is new (then it is ours), else the stored answer; another request's key is a Conflict."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    table = table_of(IdempotencyKey)
    claimed = session.execute(
        insert(table)
        .values(tenant_id=request.tenant_id, actor=request.actor, route=request.route, key=request.key,
                fingerprint=request.fingerprint, created_at=now)
        .on_conflict_do_nothing()
        .returning(table.c.key)
    ).one_or_none()  # fmt: skip
    if claimed:
        return None
    row = session.execute(select(table).where(*_same(request))).one()
    if row.fingerprint != request.fingerprint:
        raise Conflict("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request.")
    if row.status is None:
        raise Conflict("ANSWER_NOT_KEPT", "This was done before; its answer held a secret and was not kept.")
    return StoredAnswer(row.status, row.headers, row.body)


def store_answer(session: Session, request: KeyedRequest, answer: StoredAnswer) -> None:
    """Keep the answer under the claimed key; commits with the effect."""
    session.execute(
        update(table_of(IdempotencyKey))
        .where(*_same(request))
        .values(status=answer.status, headers=answer.headers, body=answer.body)
    )


def expire_keys(session: Session, now: datetime, days: int) -> int:
    """Delete keys older than `days` over all tenants; returns how many. Needs a platform write scope."""
    table = table_of(IdempotencyKey)
    done = session.execute(delete(table).where(table.c.created_at < now - timedelta(days=days)).returning(table.c.key))
    return len(done.all())


def _same(request: KeyedRequest) -> tuple[ColumnElement[bool], ...]:
    table = table_of(IdempotencyKey)
    return (
        table.c.tenant_id == request.tenant_id,
        table.c.actor == request.actor,
        table.c.route == request.route,
        table.c.key == request.key,
    )
