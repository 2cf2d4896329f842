"""The audit trail: each irreversible act is written in its own transaction and chained by hash afterwards.

`record` only inserts, so acts never wait for one another. `seal` later chains the committed entries of each tenant:
hash = SHA-256(previous hash, position, entry). `verify` recomputes the chain: a changed, removed or added entry breaks
it, and a tail that is not sealed yet is reported as such.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from billhead.storage.chains import chain_head, extend_chain, is_alone, set_chain_hash
from billhead.storage.columns import canonical_json
from billhead.storage.ids import new_id
from billhead.storage.tables import AuditEntry, table_of

CHAIN = "audit"
_INSERT = insert(table_of(AuditEntry))
_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is written. `act` is a stable verb (`invoice.issue`); `detail` holds ids and codes, nothing personal."""

    act: str
    subject_type: str
    subject_id: UUID
    permission: str
    policy_version: str | None = None
    reason: str | None = None
    detail: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """Outcome of checking one tenant's chain; `broken_at` is the first position that does not fit."""

    sealed: int
    unsealed: int
    broken_at: int | None
    why: str | None

    @property
    def intact(self) -> bool:
        return self.broken_at is None


def record(session: Session, tenant_id: UUID, act: Act, *, now: datetime, actor: str, correlation_id: str) -> None:
    """Write one act in the current transaction."""
    session.connection().execute(
        _INSERT,
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "at": now,
            "actor": actor,
            "act": act.act,
            "subject_type": act.subject_type,
            "subject_id": act.subject_id,
            "permission": act.permission,
            "policy_version": act.policy_version,
            "reason": act.reason,
            "detail": dict(act.detail or {}),
            "correlation_id": correlation_id,
        },
    )


def seal(session: Session, limit: int = _BATCH) -> int:
    """Chain up to `limit` committed entries over all tenants; returns how many. Needs a platform write scope."""
    if not is_alone(session, CHAIN):
        return 0
    entries = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.position.is_(None))
        .order_by(AuditEntry.tenant_id, AuditEntry.id)
        .limit(limit)
    ).all()
    by_tenant: dict[UUID, list[AuditEntry]] = {}
    for entry in entries:
        by_tenant.setdefault(entry.tenant_id, []).append(entry)
    table = table_of(AuditEntry)
    for tenant_id, own in sorted(by_tenant.items()):
        position, previous = extend_chain(session, tenant_id, CHAIN, len(own))
        for entry in own:
            link = link_hash(previous, position, entry)
            session.execute(
                update(table)
                .where(table.c.tenant_id == tenant_id, table.c.id == entry.id)
                .values(position=position, previous_hash=previous, hash=link)
            )
            previous, position = link, position + 1
        assert previous is not None
        set_chain_hash(session, tenant_id, CHAIN, previous)
    return len(entries)


def link_hash(previous: str | None, position: int, entry: AuditEntry) -> str:
    """SHA-256, hexadecimal, over the previous hash, the position and every recorded field of the entry."""
    recorded = {
        "id": str(entry.id), "tenantId": str(entry.tenant_id), "at": entry.at.isoformat(), "actor": entry.actor,
        "act": entry.act, "subjectType": entry.subject_type, "subjectId": str(entry.subject_id),
        "permission": entry.permission, "policyVersion": entry.policy_version, "reason": entry.reason,
        "detail": entry.detail, "correlationId": entry.correlation_id,
    }  # fmt: skip
    return hashlib.sha256(canonical_json([previous, position, recorded]).encode()).hexdigest()


def verify(session: Session, tenant_id: UUID) -> Verification:
    """Recompute one tenant's chain from its first entry to its head."""
    own = AuditEntry.tenant_id == tenant_id
    unsealed = session.scalar(select(func.count()).where(own, AuditEntry.position.is_(None))) or 0
    head, head_hash = chain_head(session, tenant_id, CHAIN)
    previous, position = None, 0
    sealed = select(AuditEntry).where(own, AuditEntry.position.is_not(None)).order_by(AuditEntry.position)
    for entry in session.scalars(sealed.execution_options(yield_per=_BATCH)):
        position += 1
        if entry.position != position:
            return Verification(position - 1, unsealed, position, "an entry is missing")
        if entry.previous_hash != previous or entry.hash != link_hash(previous, position, entry):
            return Verification(position - 1, unsealed, position, "an entry was changed")
        previous = entry.hash
    if position != head or previous != head_hash:
        return Verification(position, unsealed, position + 1, "the end of the chain is missing")
    return Verification(position, unsealed, None, None)
