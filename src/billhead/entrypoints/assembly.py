"""Choosing the parts of a process by its settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from billhead.access.directory import find_tenant
from billhead.access.runtime import Runtime
from billhead.access.scope import Scope, open_system_scope
from billhead.access.tables import Tenant
from billhead.gateways.payouts import HttpPayouts, ManualPayouts, Payouts
from billhead.gateways.render_pool import PoolLimits, RenderPool
from billhead.gateways.work_execution import HttpWorkExecution, WorkExecution
from billhead.refusal import NotFound, Unavailable
from billhead.storage.blobs import open_blob_store
from billhead.storage.clock import Clock, SystemClock
from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.jobs import open_job_queue
from billhead.storage.schema import current_revision, newest_revision
from billhead.storage.secrets import open_secret_store
from billhead.storage.settings import Settings


def build_runtime(settings: Settings, clock: Clock | None = None) -> Runtime:
    """A runtime with real adapters; the caller disposes of its database."""
    clock = clock or SystemClock()
    database = Database(settings.resolved_database_url, pool_size=settings.pool_size)
    return Runtime(
        settings=settings,
        clock=clock,
        database=database,
        jobs=open_job_queue(database, settings),
        blobs=open_blob_store(settings),
        secrets=open_secret_store(settings),
        work_execution=_work_execution(settings),
        renderer=RenderPool(PoolLimits.of(settings)),
        payouts=_payouts(settings),
    )


def _work_execution(settings: Settings) -> WorkExecution | None:
    if settings.work_execution_url is None:
        return None
    token = settings.work_execution_token
    return HttpWorkExecution(
        settings.work_execution_url,
        token=token.get_secret_value() if token else None,
        timeout_seconds=settings.work_execution_timeout_seconds,
    )


def _payouts(settings: Settings) -> Payouts:
    if settings.payout_url is None:
        return ManualPayouts(at_once=not settings.payout_confirmation)
    token = settings.payout_token
    return HttpPayouts(
        settings.payout_url,
        token=token.get_secret_value() if token else None,
        timeout_seconds=settings.payout_timeout_seconds,
    )


@contextmanager
def open_runtime(settings: Settings | None = None) -> Iterator[Runtime]:
    """A runtime of the environment's settings, disposed of at the end; the schema must be the newest one."""
    runtime = build_runtime(settings or Settings())
    try:
        with runtime.database.connect(write=False) as connection:
            if current_revision(connection) != newest_revision():
                raise Unavailable("SCHEMA_OUTDATED", "The database must be migrated first: billhead migrate.")
        yield runtime
    finally:
        runtime.close()


@contextmanager
def tenant_scope(runtime: Runtime, slug: str, name: str, *, write: bool) -> Iterator[Scope]:
    """A system scope in the tenant with this slug; NotFound when there is none."""
    with runtime.database.platform(write=False) as session:
        tenant = find_tenant(session, slug)
    if tenant is None:
        raise NotFound("TENANT_NOT_FOUND", f"There is no business {slug}.")
    with open_system_scope(runtime, tenant.id, name=name, correlation_id=new_id().hex, write=write) as scope:
        yield scope


def only_tenant(runtime: Runtime) -> str:
    """The slug of the one business there is; refuses when one must be named."""
    with runtime.database.platform(write=False) as session:
        slugs = session.scalars(select(Tenant.slug).order_by(Tenant.slug).limit(9)).all()
    if len(slugs) == 1:
        return slugs[0]
    words = f"Say which with --tenant: {', '.join(slugs)}." if slugs else "There is no business yet."
    raise NotFound("TENANT_NOT_FOUND", words)
