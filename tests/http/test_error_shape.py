"""Every 4xx and 5xx has one shape, a bug tells nothing, and a commit that fails is never answered as a success."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text
from starlette.testclient import TestClient

from app import Office, a_client, a_runtime, open_office
from billhead.access.http import Entry, Router, needs, public
from billhead.access.permissions import Role
from billhead.access.scope import Scope
from billhead.access.wire import ErrorBody, WireModel
from billhead.entrypoints.http import create_app
from billhead.entrypoints.telemetry import hear_spans
from billhead.storage.database import Database
from routes import api_routes

SECRET = "the-secret-of-a-bug /srv/billhead SELECT"
INCOMING = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
router = Router()


class DoneBody(WireModel):
    done: bool


@router.post("/broken/endpoint")
def post_broken(scope: Annotated[Scope, needs("billing:client:manage")]) -> DoneBody:
    """Writes something and then turns out to be a bug."""
    scope.audit("test.broken", "test", scope.tenant_id)
    raise ZeroDivisionError(SECRET)


@router.get("/broken/public")
def get_broken(entry: Annotated[Entry, public()]) -> DoneBody:
    """A bug before anybody is known."""
    raise KeyError(SECRET)


@router.post("/broken/iterator")
def post_broken_iterator(scope: Annotated[Scope, needs("billing:client:manage")]) -> DoneBody:
    """Looks for the next of nothing: an exception that no future can carry."""
    return next(iter(()))


@router.post("/broken/commit")
def post_broken_commit(scope: Annotated[Scope, needs("billing:client:manage")]) -> DoneBody:
    """Leaves a row behind that the database refuses only when it commits."""
    scope.audit("test.commit", "test", scope.tenant_id)
    scope.session.execute(text("INSERT INTO late_child (id, parent) VALUES (1, 42)"))
    return DoneBody(done=True)


@router.post("/broken/connection")
def post_broken_connection(scope: Annotated[Scope, needs("billing:client:manage")]) -> DoneBody:
    """Loses its connection between the last statement and the commit."""
    scope.audit("test.connection", "test", scope.tenant_id)
    scope.session.flush()
    raw = scope.session.connection().connection.driver_connection
    assert raw is not None
    raw.close()
    return DoneBody(done=True)


@pytest.fixture
def broken(database: Database, database_url: str, tmp_path: Path) -> Office:
    """An application with faulty routes, over a database with a constraint that is checked at commit."""
    owner = Database(database_url, as_owner=True)
    with owner.connect(write=True) as connection:
        connection.execute(text("CREATE TABLE late_parent (id INTEGER PRIMARY KEY)"))
        reference = "INTEGER REFERENCES late_parent (id) DEFERRABLE INITIALLY DEFERRED"
        connection.execute(text(f"CREATE TABLE late_child (id INTEGER PRIMARY KEY, parent {reference})"))
        if not owner.is_sqlite:
            connection.execute(text("GRANT ALL ON late_parent, late_child TO billhead_app"))
    owner.dispose()
    runtime = a_runtime(database, tmp_path)
    app = create_app(runtime)
    app.router.routes[0:0] = router.routes
    return open_office(app, runtime, "northside-auto")


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans of this test."""
    exporter = InMemorySpanExporter()
    processor = SimpleSpanProcessor(exporter)
    hear_spans(processor)
    yield exporter
    processor.shutdown()


def acts(office: Office) -> list[str]:
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        return list(session.scalars(text("SELECT act FROM audit_entry WHERE act LIKE 'test.%'")))


def test_a_commit_that_fails_is_no_success(broken: Office) -> None:
    key = {"Idempotency-Key": "once"}
    bug = (500, "INTERNAL_ERROR")
    lost = bug if broken.runtime.database.is_sqlite else (503, "DATABASE_AWAY")  # a file is not away by being closed
    for path, expected in (("/broken/commit", bug), ("/broken/connection", lost)):
        for _ in ("the first time", "and nothing was kept under the key"):
            answer = broken.client().post(path, headers=key)
            told = ErrorBody.model_validate_json(answer.content)
            assert (answer.status_code, told.error_code) == expected, (path, answer.text)
            assert acts(broken) == []
    assert broken.client().get("/billing/clients").status_code == 200, "the next request has a sound connection"


def test_a_bug_says_nothing_and_saves_nothing(broken: Office, spans: InMemorySpanExporter) -> None:
    client = broken.client()
    for answer in (client.post("/broken/endpoint"), client.get("/broken/public"), client.post("/broken/iterator")):
        assert answer.status_code == 500
        assert answer.json().keys() == {"errorCode", "message", "correlationId"}
        assert (answer.json()["errorCode"], answer.json()["message"]) == (
            "INTERNAL_ERROR",
            "Something went wrong here.",
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert not any(word in answer.text for word in (*SECRET.split(), "ZeroDivisionError", "KeyError", "Traceback"))
    assert acts(broken) == []
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    assert "/broken/endpoint" in told
    assert not any(word in told for word in SECRET.split())


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A tenant on SQLite, shared by the rest of this file."""
    folder = tmp_path_factory.mktemp("shape")
    file = folder / "billhead.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+pysqlite:///{file}")
    runtime = a_runtime(database, folder)
    yield open_office(create_app(runtime), runtime, "northside-auto")
    database.dispose()


ERRORS = [
    ("GET", "/billing/nothing", 404, "ROUTE_NOT_FOUND"),
    ("POST", "/billing/nothing", 404, "ROUTE_NOT_FOUND"),
    ("POST", "/nowhere", 404, "ROUTE_NOT_FOUND"),
    ("GET", "/assets/none.js", 404, "ROUTE_NOT_FOUND"),
    ("GET", "/api/admin/stores/1/orders", 404, "ROUTE_NOT_FOUND"),
    ("PATCH", "/billing/clients", 405, "METHOD_NOT_ALLOWED"),
    ("DELETE", "/billing/settings", 405, "METHOD_NOT_ALLOWED"),
    ("GET", "/billing/auth/sign-in", 405, "METHOD_NOT_ALLOWED"),
    ("OPTIONS", "/billing/clients", 405, "METHOD_NOT_ALLOWED"),
    ("PURGE", "/billing/clients", 405, "METHOD_NOT_ALLOWED"),
    ("POST", "/billing/clients/", 404, "ROUTE_NOT_FOUND"),
    ("GET", "/billing/clients/not-an-id", 400, "INVALID_REQUEST"),
    ("GET", "/billing/clients?limit=0", 400, "INVALID_REQUEST"),
    ("GET", "/billing/clients?limit=99999999999999999999999", 400, "INVALID_REQUEST"),
    ("GET", "/billing/clients?after=%ff%fe", 400, None),
    ("GET", "/billing/clients?text=%00", 400, "UNSTORABLE_TEXT"),
    ("GET", "/billing/clients/%00", 400, "UNSTORABLE_TEXT"),
    ("GET", "/billing/invoices?dateFrom=2026-02-30", 400, "INVALID_REQUEST"),
    ("GET", "/billing/invoices/0198c0de-0000-7000-8000-000000000001", 404, "INVOICE_NOT_FOUND"),
    ("GET", "/billing/invoices/0198c0de-0000-7000-8000-000000000001/pages/0.svg", 400, "INVALID_REQUEST"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "status", "code"), ERRORS)
def test_each_error_has_the_one_shape(office: Office, method: str, path: str, status: int, code: str | None) -> None:
    answer = office.client().request(method, path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body = ErrorBody.model_validate_json(answer.content)
    assert body.error_code == (code or body.error_code)
    assert None not in answer.json().values(), "what does not apply is left out"
    assert body.correlation_id == answer.headers["traceparent"].split("-")[1]
    assert body.message.strip()


def test_an_error_of_method_names_all_that_are_allowed(office: Office) -> None:
    answer = office.client().patch("/billing/clients")
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_every_bodied_error_of_a_route_table_walk_has_the_shape(office: Office) -> None:
    """Nobody, and somebody who asks with nothing sensible, over every route."""
    nobody = TestClient(office.app, raise_server_exceptions=False)
    for path, route in api_routes(office.app):
        for method in route.methods or ():
            for client in (nobody, office.client()):
                answer = client.request(method, path.replace("{", "x").replace("}", "x"), content=b"[")
                if answer.status_code >= 400:
                    assert answer.status_code < 500, (method, path)
                    ErrorBody.model_validate_json(answer.content)


def test_the_trace_of_the_caller_is_carried_on(office: Office) -> None:
    answer = office.client().post("/billing/clients", json={}, headers={"traceparent": INCOMING})
    version, trace_id, span_id, flags = answer.headers["traceparent"].split("-")
    assert (version, trace_id, flags) == ("00", "4bf92f3577b34da6a3ce929d0e0e4736", "01")
    assert span_id != "00f067aa0ba902b7", "a span of our own"
    assert answer.json()["correlationId"] == trace_id
    made = office.client().post("/billing/clients", json=a_client(), headers={"traceparent": INCOMING})
    assert made.headers["traceparent"].split("-")[1] == trace_id


@pytest.mark.parametrize(
    "given", ["", "x", "00-0-0-00", f"00-{'0' * 32}-{'0' * 16}-01", "ff-" + INCOMING[3:], INCOMING + "-more", "00-é"]
)
def test_a_trace_that_is_none_is_replaced(office: Office, given: str) -> None:
    answer = office.client().get("/billing/clients/nope", headers={"traceparent": given.encode()})
    trace_id = answer.headers["traceparent"].split("-")[1]
    assert len(trace_id) == 32
    assert trace_id not in {"0" * 32, "4bf92f3577b34da6a3ce929d0e0e4736"} or given == INCOMING + "-more"
    assert answer.json()["correlationId"] == trace_id


def test_head_is_get_without_the_content(office: Office) -> None:
    head, get = office.client().head("/billing/clients"), office.client().get("/billing/clients")
    assert (head.status_code, head.content, get.status_code) == (200, b"", 200)
    assert head.headers["content-length"] == get.headers["content-length"]
    assert office.client().head("/billing/invoices/0198c0de-0000-7000-8000-000000000001").status_code == 404
    assert office.client().head("/billing/auth/sign-in").status_code == 405


def test_json_of_an_error_is_plain_utf_8(office: Office) -> None:
    answer = office.client().post("/billing/clients", json={**a_client(), "überraschung ☂": 1})
    assert "überraschung ☂" in json.loads(answer.content)["fieldErrors"]


def test_a_locked_database_is_told_as_away(sqlite_database: Database, tmp_path: Path) -> None:
    office = open_office(create_app(runtime := a_runtime(sqlite_database, tmp_path)), runtime, "northside-auto")
    client = office.client()
    file = str(sqlite_database.url.database)
    with sqlite_database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = client.post("/billing/clients", json=a_client())
        other.execute("ROLLBACK")
    assert (answer.status_code, answer.json()["errorCode"]) == (503, "DATABASE_AWAY")
    assert answer.headers["Retry-After"] == "5"
    assert client.post("/billing/clients", json=a_client()).status_code == 201


def test_a_password_is_hashed_before_anybody_else_must_wait(sqlite_database: Database, tmp_path: Path) -> None:
    """It is judged while another process writes, and only for who may add people."""
    office = open_office(create_app(runtime := a_runtime(sqlite_database, tmp_path)), runtime, "northside-auto")
    admin, viewer = office.client(), office.client(Role.VIEWER)
    weak = {"name": "Kim", "email": "kim@northside.org", "password": "short", "role": "VIEWER"}
    with closing(sqlite3.connect(str(sqlite_database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answers = [client.post("/billing/users", json=weak) for client in (admin, viewer)]
        other.execute("ROLLBACK")
    assert [answer.json()["errorCode"] for answer in answers] == ["WEAK_PASSWORD", "FORBIDDEN"]
    assert admin.post("/billing/users", json={**weak, "password": "long enough now"}).status_code == 201
