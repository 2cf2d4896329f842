"""A scope: one actor in one tenant with one transaction. The only way to a session.

`open_scope` finds out who asks, checks the permission, binds the transaction to the tenant, and commits at its end.
Another tenant's id is not found; a missing permission is forbidden; both before anything was read for the caller.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Executable

from billhead.access.actor import Actor, ActorKind
from billhead.access.credentials import Credentials, identify
from billhead.access.permissions import ALL_PERMISSIONS
from billhead.access.runtime import Runtime
from billhead.refusal import Forbidden
from billhead.storage import audit, outbox
from billhead.storage.jobs import JobArgs
from billhead.storage.outbox import Event
from billhead.storage.tables import TENANT, TenantSession


@dataclass(frozen=True, slots=True)
class Scope:
    """Who acts where, when, and the transaction they act in."""

    runtime: Runtime
    tenant_id: UUID
    actor: Actor
    session: TenantSession
    now: datetime
    permission: str
    correlation_id: str

    def may(self, permission: str) -> bool:
        """Whether the actor also holds another permission."""
        return permission in self.actor.permissions

    def run(self, statement: Executable, parameters: Mapping[str, object]) -> CursorResult[*tuple[Any, ...]]:
        """Execute a Core statement that was built once and takes its tenant as a parameter: the way of hot paths.

        The session neither flushes before it nor adds the tenant to it.
        """
        return self.session.bound.execute(statement, parameters)

    def record(self, event: Event) -> None:
        """Write an event into the outbox, in this transaction."""
        outbox.record(
            self.session, self.tenant_id, event,
            now=self.now, actor=self.actor.key, correlation_id=self.correlation_id,
        )  # fmt: skip

    def audit(
        self,
        act: str,
        subject_type: str,
        subject_id: UUID,
        *,
        reason: str | None = None,
        policy_version: str | None = None,
        detail: dict[str, object] | None = None,
    ) -> None:
        """Write an irreversible act into the audit trail, in this transaction."""
        entry = audit.Act(
            act=act, subject_type=subject_type, subject_id=subject_id, permission=self.permission,
            policy_version=policy_version, reason=reason, detail=detail,
        )  # fmt: skip
        audit.record(
            self.session, self.tenant_id, entry,
            now=self.now, actor=self.actor.key, correlation_id=self.correlation_id,
        )  # fmt: skip

    def enqueue(self, task: str, args: JobArgs, *, dedupe_key: str | None = None) -> None:
        """Ask for a job; it exists exactly if this transaction commits. Arguments are ids only."""
        self.runtime.jobs.enqueue(self.session, tenant_id=self.tenant_id, task=task, args=args, dedupe_key=dedupe_key)


@contextmanager
def open_scope(
    runtime: Runtime, credentials: Credentials, permission: str, *, write: bool, correlation_id: str
) -> Iterator[Scope]:
    """A scope for whoever holds `credentials`, if they hold `permission`; commits unless an exception leaves it."""
    with runtime.database.connect(write=write) as connection:
        now = runtime.clock.now()
        runtime.database.bind_platform(connection)
        tenant_id, actor = identify(connection, credentials, now)
        if permission not in actor.permissions:
            raise Forbidden("FORBIDDEN", f"This needs the permission {permission}.")
        runtime.database.bind_tenant(connection, tenant_id)
        with TenantSession(connection, info={TENANT: tenant_id}, expire_on_commit=False) as session:
            yield Scope(runtime, tenant_id, actor, session, now, permission, correlation_id)
            session.flush()


@contextmanager
def open_system_scope(
    runtime: Runtime, tenant_id: UUID, *, name: str, correlation_id: str, write: bool = True
) -> Iterator[Scope]:
    """A scope for Billhead's own work in a tenant (jobs, command line); shown in the audit trail as `system:<name>`."""
    actor = Actor(ActorKind.SYSTEM, name, ALL_PERMISSIONS)
    with runtime.database.tenant(tenant_id, write=write) as session:
        yield Scope(runtime, tenant_id, actor, session, runtime.clock.now(), f"system:{name}", correlation_id)


@contextmanager
def open_deputed_scope(
    runtime: Runtime, tenant_id: UUID, actor: Actor, permission: str, *, correlation_id: str
) -> Iterator[Scope]:
    """A write scope for a job that finishes what `actor` was allowed to start; it is theirs in the audit trail.

    `actor` carries the one permission it was started under and no other.
    """
    with runtime.database.tenant(tenant_id, write=True) as session:
        yield Scope(runtime, tenant_id, actor, session, runtime.clock.now(), permission, correlation_id)
