"""Drafts that want the same work orders at the same time: each gets what is left, and none fails."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from uuid import UUID

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app import Office, a_client, a_line, a_snapshot, a_tax_region, a_work_order, open_office
from billhead.access.scope import Scope, open_system_scope
from billhead.entrypoints.http import create_app
from billhead.invoices.actions import draft_from_work_order
from billhead.storage.database import Database
from billhead.storage.ids import new_id
from scopes import a_runtime

LINES = 3
"""That an invoice may hold here: as many as the third work order and one more."""


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    runtime = a_runtime(database, tmp_path, max_invoice_lines=LINES)
    return open_office(create_app(runtime), runtime, "northside-auto")


@pytest.fixture
def client(office: Office) -> TestClient:
    assert office.client().post("/billing/tax-regions", json=a_tax_region()).status_code == 201
    return office.client()


def account(client: TestClient, strategy: str) -> str:
    account_id = str(client.post("/billing/clients", json=a_client()).json()["clientId"])
    rules = {
        "isPoRequired": False, "paymentTermsId": "NET30", "invoiceDeliveryMethod": "EMAIL",
        "invoiceGroupingStrategy": strategy,
    }  # fmt: skip
    assert client.put(f"/billing/rules/{account_id}", json=rules).status_code == 201
    return account_id


def report(client: TestClient, account_id: str, work_order_id: str | None = None, lines: int = 1) -> str:
    work_order_id = work_order_id or str(new_id())
    snapshot = a_snapshot(lines=[a_line(lineId=str(n)) for n in range(lines)])
    body = a_work_order(account_id, snapshot=snapshot)
    assert client.put(f"/billing/work-orders/{work_order_id}", json=body).is_success
    return work_order_id


def sources(invoice: dict[str, object]) -> list[str]:
    return [source["sourceWorkOrderId"] for source in invoice["sources"]]  # type: ignore[attr-defined]


def await_waiter(scope: Scope) -> None:
    """Until another transaction waits for this one; on SQLite it waits to begin, from its first statement on."""
    if scope.runtime.database.is_sqlite:
        return
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    deadline = monotonic() + 30
    while not scope.session.scalar(waiting):
        assert monotonic() < deadline, "nobody waits"


def test_a_draft_goes_on_without_companions_that_another_took(office: Office, client: TestClient) -> None:
    account_id = account(client, "SINGLE_INVOICE")
    first, second, large = report(client, account_id), report(client, account_id), report(client, account_id, lines=2)
    with ThreadPoolExecutor(1) as other:
        with open_system_scope(office.runtime, office.tenant_id, name="test", correlation_id="c-1") as scope:
            made = draft_from_work_order(scope, UUID(first))
            asked = other.submit(client.post, "/billing/invoices/draft", json={"workOrderId": large})
            await_waiter(scope)
        answer = asked.result()
    assert [str(source.source_id) for source in made.invoice.sources] == [first, second]
    assert (answer.status_code, sources(answer.json())) == (201, [large])


@pytest.mark.parametrize(("strategy", "left"), [("PER_WORKORDER", True), ("SINGLE_INVOICE", False)])
def test_a_rebill_takes_what_another_draft_left(office: Office, client: TestClient, strategy: str, left: bool) -> None:
    account_id, right = account(client, "SINGLE_INVOICE"), account(client, strategy)
    work = [report(client, account_id) for _ in range(2)]
    path = (
        f"/billing/invoices/{client.post('/billing/invoices/draft', json={'workOrderId': work[0]}).json()['invoiceId']}"
    )
    assert client.post(f"{path}/issue", json={}).is_success
    assert client.post(f"{path}/void", json={"reason": "billed to the wrong client"}).is_success
    for work_order_id in work:
        report(client, right, work_order_id)
    with ThreadPoolExecutor(1) as other:
        with open_system_scope(office.runtime, office.tenant_id, name="test", correlation_id="c-1") as scope:
            made = draft_from_work_order(scope, UUID(work[0]))
            asked = other.submit(client.post, f"{path}/rebill")
            await_waiter(scope)
        answer = asked.result()
    if left:
        assert (answer.status_code, sources(answer.json())) == (201, [work[1]])
    else:
        refused = answer.json()
        assert (answer.status_code, refused["reasonCode"]) == (409, "ALREADY_REBILLED")
        assert refused["existingId"] == str(made.invoice.header.id)


def test_many_drafts_that_overlap_bill_each_work_order_once(client: TestClient) -> None:
    account_id = account(client, "SINGLE_INVOICE")
    work = [report(client, account_id) for _ in range(10)]
    with ThreadPoolExecutor(10) as crowd:
        answers = list(
            crowd.map(lambda i: client.post("/billing/invoices/draft", json={"workOrderId": i}), reversed(work))
        )
    assert {answer.status_code for answer in answers} <= {200, 201}
    invoices = {answer.json()["invoiceId"]: sources(answer.json()) for answer in answers}
    assert sorted(i for found in invoices.values() for i in found) == sorted(work)
