"""A business to act in, without HTTP: a runtime over a test database, a tenant, and scopes that commit."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from billhead.access.runtime import Runtime
from billhead.access.scope import Scope, open_system_scope
from billhead.gateways.payouts import ManualPayouts, Payouts
from billhead.gateways.render_pool import RenderPool
from billhead.gateways.work_execution import WorkExecution
from billhead.postal import PostalAddress
from billhead.storage.blobs import blobs_in_memory
from billhead.storage.clock import FixedClock
from billhead.storage.database import Database
from billhead.storage.jobs import open_job_queue
from billhead.storage.secrets import open_secret_store
from billhead.storage.settings import Settings
from billhead.tenants.actions import open_business
from billhead.tenants.rules import Business, TaxRounding

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RENDERER = RenderPool()
"""One for all tests of a process; its own processes start when first needed and end with it."""


def a_business(name: str = "Northside Auto", **fields: object) -> Business:
    """A repair shop in Seattle."""
    given: dict[str, object] = {
        "name": name, "legal_name": f"{name} LLC", "email": None, "phone": None, "tax_number": None,
        "address": PostalAddress(("1 Main Street",), "Seattle", "WA", "98101", "US"),
        "time_zone": "America/Los_Angeles",
        "locale": "en-US", "currency": "USD", "default_tax_region": "US-WA-SEATTLE", "prices_include_tax": False,
        "tax_rounding": TaxRounding.PER_GROUP, "approval_required_for_consumers": True,
        "estimate_binding_required": True, "payment_days": 30, **fields,
    }  # fmt: skip
    return Business(**given)  # type: ignore[arg-type]


def a_runtime(
    database: Database,
    folder: Path,
    work_execution: WorkExecution | None = None,
    payouts: Payouts | None = None,
    **settings: object,
) -> Runtime:
    """A runtime over a test database, with blobs in memory and a clock that stands at noon of 2 March 2026 (UTC)."""
    chosen = Settings(data_dir=folder, **settings)  # type: ignore[arg-type]
    return Runtime(
        settings=chosen, clock=FixedClock(NOON), database=database, jobs=open_job_queue(database, chosen),
        blobs=blobs_in_memory(), secrets=open_secret_store(chosen), work_execution=work_execution,
        renderer=RENDERER, payouts=payouts or ManualPayouts(),
    )  # fmt: skip


@dataclass
class Shop:
    """One tenant of a runtime; `scope()` opens a scope at the clock's time, which tests may set."""

    runtime: Runtime
    clock: FixedClock
    tenant_id: UUID

    def scope(self, *, write: bool = True) -> AbstractContextManager[Scope]:
        """A scope that commits at its end."""
        return open_system_scope(self.runtime, self.tenant_id, name="test", correlation_id="c-1", write=write)


OpenShop = Callable[[str], Shop]


@pytest.fixture
def open_shop(database: Database, tmp_path: Path) -> OpenShop:
    """Opens a business by its slug, at noon (UTC) of 2 March 2026, on both databases."""
    runtime = a_runtime(database, tmp_path)
    clock = runtime.clock
    assert isinstance(clock, FixedClock)

    def open_one(slug: str) -> Shop:
        with database.platform(write=True) as session:
            tenant_id = open_business(session, slug=slug, business=a_business(slug), now=NOON, opened_by="test")
        return Shop(runtime, clock, tenant_id)

    return open_one


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """A business, on both databases."""
    return open_shop("northside-auto")
