"""Work orders over HTTP: reporting, reading, lists, and the outside system asked before a draft."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from app import Office, a_client, a_runtime, bearer, open_office
from billhead.entrypoints.http import create_app
from billhead.gateways.work_execution import HttpWorkExecution
from billhead.storage.database import Database
from small_server import Server, answer, serve_answers
from work_reports import SNAPSHOT, WORK_ORDER, a_line_body, a_report_body, a_snapshot_body

PLACE = f"/billing/work-orders/{WORK_ORDER}"


def a_caller(office: Office, *permissions: str) -> TestClient:
    """Somebody with an API token of just these permissions."""
    return bearer(office.app, office.new_token(permissions=list(permissions)))


@pytest.fixture
def caller(office: Office) -> TestClient:
    return office.client()


@pytest.fixture
def client_id(caller: TestClient) -> UUID:
    return UUID(caller.post("/billing/clients", json=a_client(name="Ada Byron")).json()["clientId"])


def body_of(caller: TestClient, path: str) -> Any:
    answered = caller.get(path)
    assert answered.status_code == 200
    return answered.json()


def test_a_report_is_taken_in_and_shown(caller: TestClient, client_id: UUID) -> None:
    report = a_report_body(clientId=str(client_id), upstreamTotals={"grandTotal": 1.5})
    created = caller.put(PLACE, json=report)
    assert created.status_code == 201, created.text
    shown = created.json()
    assert shown == body_of(caller, PLACE)
    assert (shown["clientName"], shown["reference"], shown["status"]) == ("Ada Byron", "WO-1001", "COMPLETED")
    assert "upstreamTotals" not in shown
    assert shown["approvals"][0]["approvedAt"] == "2026-03-01T08:30:00Z"
    line = shown["snapshot"]["lines"][1]
    assert (line["lineId"], line["quantity"], line["unitPrice"], line["discounts"]) == ("L2", "2", "1999.5", [])
    assert {"targetDomain": "workexec", "targetType": "workOrder", "targetId": str(WORK_ORDER)} in shown["links"]
    assert {"targetDomain": "billing", "targetType": "client", "targetId": str(client_id)} in shown["links"]
    kinds = [link["targetType"] for link in shown["links"]]
    assert kinds == ["workOrder", "estimate", "vehicle", "client", "approval"]
    again = caller.put(PLACE, json=report)
    assert (again.status_code, again.headers["etag"]) == (200, created.headers["etag"])
    changed = caller.put(PLACE, json={**report, "status": "CANCELLED"})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"v2"')


def test_what_is_shown_can_be_reported_again(caller: TestClient) -> None:
    shown = caller.put(PLACE, json=a_report_body()).json()
    known = {name: value for name, value in shown.items() if name in a_report_body()}
    assert caller.put(PLACE, json=known).headers["etag"] == '"v1"'


def test_numbers_come_back_in_plain_digits(caller: TestClient) -> None:
    lines = [a_line_body(1, quantity="1E+3", unitPrice=2.5e3), a_line_body(2, quantity=0.000001, unitPrice="-0")]
    shown = caller.put(PLACE, json=a_report_body(snapshot=a_snapshot_body(lines=lines))).json()
    numbers = [(line["quantity"], line["unitPrice"]) for line in shown["snapshot"]["lines"]]
    assert numbers == [("1000", "2500.0"), ("0.000001", "-0")]
    assert body_of(caller, PLACE)["snapshot"] == shown["snapshot"]


def test_refusals_have_the_one_shape(caller: TestClient) -> None:
    caller.put(PLACE, json=a_report_body())
    changed = caller.put(PLACE, json=a_report_body(snapshot=a_snapshot_body(lines=[])))
    assert changed.status_code == 409
    assert (changed.json()["errorCode"], changed.json()["existingId"]) == ("SNAPSHOT_CHANGED", str(SNAPSHOT))
    unknown = caller.put(PLACE, json=a_report_body(clientId=str(SNAPSHOT)))
    assert (unknown.status_code, set(unknown.json()["fieldErrors"])) == (400, {"clientId"})
    lines = [a_line_body(1, quantity="NaN", unitPrice=True), a_line_body(2, kind="?", taxable=None)]
    malformed = caller.put(PLACE, json=a_report_body(status=1, surprise=2, snapshot=a_snapshot_body(lines=lines)))
    assert malformed.status_code == 400
    assert set(malformed.json()["fieldErrors"]) == {
        "status", "surprise", "snapshot.lines[0].quantity", "snapshot.lines[0].unitPrice",
        "snapshot.lines[1].kind", "snapshot.lines[1].taxable",
    }  # fmt: skip
    many = [a_line_body(number) for number in range(10_001)]
    too_large = caller.put(PLACE, json=a_report_body(snapshot=a_snapshot_body(lines=many)))
    assert (too_large.status_code, too_large.json()["errorCode"]) == (413, "TOO_MANY_LINES")
    absent = caller.get(f"/billing/work-orders/{SNAPSHOT}")
    assert (absent.status_code, absent.json()["errorCode"]) == (404, "WORK_ORDER_NOT_FOUND")
    assert body_of(caller, PLACE)["etag"] == "v1"


def test_reporting_and_viewing_are_permissions_of_their_own(office: Office) -> None:
    reporter, viewer = a_caller(office, "billing:workorder:report"), a_caller(office, "billing:workorder:view")
    assert viewer.put(PLACE, json=a_report_body()).status_code == 403
    assert reporter.put(PLACE, json=a_report_body()).status_code == 201
    assert reporter.get(PLACE).status_code == 403
    assert viewer.get(PLACE).status_code == 200


def test_the_list_pages_and_filters(caller: TestClient, client_id: UUID) -> None:
    for number in range(3):
        fields = {"reference": f"WO-{number}", "snapshot": None, "clientId": str(client_id) if number else None}
        caller.put(f"/billing/work-orders/{UUID(int=WORK_ORDER.int + number)}", json=a_report_body(**fields))
    first = body_of(caller, "/billing/work-orders?limit=2")
    second = body_of(caller, f"/billing/work-orders?limit=2&after={first['next']}")
    assert [row["reference"] for page in (first, second) for row in page["items"]] == ["WO-2", "WO-1", "WO-0"]
    assert [row["clientName"] for row in first["items"] + second["items"]] == ["Ada Byron", "Ada Byron", None]
    assert second["next"] is None
    assert len(body_of(caller, f"/billing/work-orders?clientId={client_id}&status=COMPLETED")["items"]) == 2
    assert body_of(caller, "/billing/work-orders?invoiceReady=false")["items"] == []
    assert len(body_of(caller, "/billing/work-orders?text=wo-1%20skoda")["items"]) == 1
    assert caller.get("/billing/work-orders?after=nonsense").status_code == 400


@dataclass
class Outside:
    """An office with an outside work-execution system, and what that answers."""

    office: Office
    server: Server

    def answers(self, status: int, body: object = None) -> None:
        self.server.answers = [answer(status, json.dumps(body).encode())]


@pytest.fixture
def outside(database: Database, tmp_path: Path) -> Iterator[Outside]:
    with serve_answers() as server:
        port = HttpWorkExecution(server.url, token=None, timeout_seconds=5, sleep=lambda seconds: None)
        runtime = a_runtime(database, tmp_path, port)
        yield Outside(open_office(create_app(runtime), runtime, "northside-auto"), server)
        port.close()


def test_a_draft_asks_the_outside_system_first(outside: Outside) -> None:
    caller, order = outside.office.client(), {"workOrderId": str(WORK_ORDER)}
    client_id = caller.post("/billing/clients", json=a_client()).json()["clientId"]
    outside.answers(503)
    away = caller.post("/billing/invoices/draft", json=order)
    assert (away.status_code, away.json()["errorCode"]) == (503, "WORK_EXECUTION_AWAY")
    assert away.json()["reasonCode"] == "STATUS_503"
    assert away.headers["retry-after"]
    outside.answers(404)
    assert caller.post("/billing/invoices/draft", json=order).status_code == 404
    outside.answers(200, a_report_body(clientId=str(client_id)))
    assert caller.post("/billing/invoices/draft", json=order).status_code == 201
    assert body_of(caller, PLACE)["reference"] == "WO-1001"


def test_strangers_make_nobody_ask(outside: Outside) -> None:
    outside.answers(200, a_report_body())
    order = {"workOrderId": str(WORK_ORDER)}
    refused = a_caller(outside.office, "billing:invoice:view").post("/billing/invoices/draft", json=order)
    assert refused.status_code == 403
    assert bearer(outside.office.app, "nobody").post("/billing/invoices/draft", json=order).status_code == 401
    assert outside.server.asked == []
