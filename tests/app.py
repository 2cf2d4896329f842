"""The application over a test database: real routes, real transactions, a clock that tests may set.

def test_…(office: Office) -> None:
    client = office.client(Role.ADVISOR)          # an API token of that role
    assert client.get("/billing/invoices").status_code == 200
"""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from billhead.access import directory
from billhead.access.permissions import Role
from billhead.access.runtime import Runtime
from billhead.access.scope import open_system_scope
from billhead.entrypoints.http import create_app
from billhead.storage.clock import FixedClock
from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.tenants.actions import open_business
from scopes import NOON, a_business, a_runtime

PASSWORD = "correct horse battery"


@dataclass
class Office:
    """One tenant of an application, reached over HTTP."""

    app: FastAPI
    runtime: Runtime
    clock: FixedClock
    tenant_id: UUID
    slug: str
    _clients: dict[Role, TestClient] = field(default_factory=dict)

    def client(self, role: Role = Role.ADMIN) -> TestClient:
        """A client with an API token of this role."""
        if role not in self._clients:
            self._clients[role] = bearer(self.app, self.new_token(role))
        return self._clients[role]

    def new_token(self, role: Role = Role.ADMIN, permissions: list[str] | None = None) -> str:
        """The secret of a new API token."""
        with open_system_scope(self.runtime, self.tenant_id, name="test", correlation_id="c-1") as scope:
            _, secret = directory.create_token(
                scope, name=role, permissions=permissions, role=None if permissions is not None else role,
                expires_at=None,
            )  # fmt: skip
        return secret

    def add_user(self, email: str, role: Role) -> UUID:
        """A person with `PASSWORD` and this role."""
        with self.runtime.database.platform(write=True) as session:
            user = directory.create_user(session, email=email, name="A Person", password=PASSWORD, now=NOON)
            directory.add_member(session, self.tenant_id, user.id, role, NOON)
            return user.id


def bearer(app: FastAPI, secret: str) -> TestClient:
    """A client that sends this token; errors of the server come back as 500."""
    return TestClient(app, raise_server_exceptions=False, headers={"Authorization": f"Bearer {secret}"})


def console(app: FastAPI, email: str, tenant: str | None = None, address: str = "192.0.2.1") -> TestClient:
    """A browser in which this person is signed in with `PASSWORD`; it sends the CSRF token, and `tenant` if given."""
    client = TestClient(app, raise_server_exceptions=False, client=(address, 50_000))
    answer = client.post("/billing/auth/sign-in", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrfToken"]
    if tenant:
        client.headers["X-Tenant"] = tenant
    return client


def open_office(app: FastAPI, runtime: Runtime, slug: str, **business: object) -> Office:
    """A new tenant of an application."""
    assert isinstance(runtime.clock, FixedClock)
    with runtime.database.platform(write=True) as session:
        tenant_id = open_business(
            session, slug=slug, business=a_business(slug, **business), now=runtime.clock.now(), opened_by="test"
        )
    return Office(app, runtime, runtime.clock, tenant_id, slug)


@pytest.fixture
def runtime(database: Database, tmp_path: Path) -> Runtime:
    """A runtime on both databases."""
    return a_runtime(database, tmp_path)


@pytest.fixture
def office(runtime: Runtime) -> Office:
    """A tenant behind an application, on both databases."""
    return open_office(create_app(runtime), runtime, "northside-auto")


@pytest.fixture
def other_office(office: Office) -> Office:
    """Another tenant of the same application."""
    return open_office(office.app, office.runtime, "wave-store", currency="EUR")


def a_client(**fields: object) -> dict[str, object]:
    """The body of a client that lacks nothing."""
    address = {"lines": ["12 Elm Street"], "city": "Seattle", "region": "WA", "postalCode": "98101", "country": "US"}
    return {
        "kind": "BUSINESS", "name": "Ballard Freight Co.", "billingEmail": "ap@ballardfreight.example",
        "billingAddress": address, **fields,
    }  # fmt: skip


def a_line(**fields: object) -> dict[str, object]:
    """A line of a snapshot: two hours of labor at $145."""
    return {
        "lineId": "1", "kind": "LABOR", "description": "Front brake job", "quantity": "2", "unitPrice": "14500",
        "taxable": True, **fields,
    }  # fmt: skip


def a_snapshot(**fields: object) -> dict[str, object]:
    """A billable scope snapshot with one line."""
    return {
        "billableScopeSnapshotId": str(new_id()), "schemaVersion": "1.0", "currency": "USD", "lines": [a_line()],
        **fields,
    }  # fmt: skip


def a_work_order(client_id: str | None, **fields: object) -> dict[str, object]:
    """A completed, approved work order that is ready to be invoiced."""
    return {
        "reference": "WO-1042", "status": "COMPLETED", "invoiceReady": True, "clientId": client_id,
        "vehicleLabel": "2017 Subaru Outback", "artifactRefs": [], "snapshot": a_snapshot(),
        "approvals": [{"approvalId": str(new_id()), "approvedAt": "2026-03-01T10:00:00Z"}], **fields,
    }  # fmt: skip


def a_tax_region(**fields: object) -> dict[str, object]:
    """Seattle, 10.35 % in two components, since 2024."""
    components = [{"name": "WA state", "percent": "6.5"}, {"name": "Seattle", "percent": "3.85"}]
    rates = [{"validFrom": "2024-01-01", "components": components}]
    return {"code": "US-WA-SEATTLE", "name": "Seattle", "country": "US", "rates": rates, **fields}


def ready_to_bill(client: TestClient, **fields: object) -> str:
    """Reports a work order whose draft has no blockers; returns its id. Makes the tax region when it is missing."""
    if not client.get("/billing/tax-regions").json()["items"]:
        assert client.post("/billing/tax-regions", json=a_tax_region()).status_code == 201
    made = client.post("/billing/clients", json=a_client())
    assert made.status_code == 201, made.text
    work_order_id = str(new_id())
    body = a_work_order(made.json()["clientId"], **fields)
    reported = client.put(f"/billing/work-orders/{work_order_id}", json=body)
    assert reported.status_code == 201, reported.text
    return work_order_id


def drafted(client: TestClient, **fields: object) -> dict[str, object]:
    """A draft without blockers."""
    answer = client.post("/billing/invoices/draft", json={"workOrderId": ready_to_bill(client, **fields)})
    assert answer.status_code == 201, answer.text
    body: dict[str, object] = answer.json()
    assert body["issuanceBlockers"] == []
    return body


def issued(client: TestClient, **fields: object) -> dict[str, object]:
    """An issued invoice."""
    answer = client.post(f"/billing/invoices/{drafted(client, **fields)['invoiceId']}/issue", json={})
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body
