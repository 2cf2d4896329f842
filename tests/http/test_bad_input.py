"""Bad input for every POST and PUT, generated from the route table and the OpenAPI schema of each body.

Every case is refused with the documented error and saves nothing: on SQLite the database's own change counter stands
still after each request; on PostgreSQL the contents of every table are compared around a pairwise sample.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jsonschema_rs
import pytest
from httpx import Response
from sqlalchemy import Connection, text
from starlette.testclient import TestClient

from app import Office, a_runtime, console, open_office
from billhead.access.http import Needs
from billhead.access.permissions import Role
from billhead.access.wire import ErrorBody
from billhead.entrypoints.http import create_app
from billhead.refusal import FaultCode
from billhead.storage.database import Database
from everything import VALID_CALLS, Call, one_of_everything
from routes import RouteCase, api_routes, route_cases, route_path

SETTLED = {"idempotency_key", "sign_in_throttle"}
WRONG: dict[str, object] = {
    "object": {"no": "such"}, "array": ["no such"], "true": True, "text": "no such ☂", "number": 1.5, "null": None,
    "one": 1, "digits": "12", "empty": "",
}  # fmt: skip
RAW = {  # a value that JSON text can hold and no field may
    "huge integer": b"1" + b"0" * 400, "beyond float": b"1e400", "not a number": b"NaN", "infinity": b"-Infinity",
    "NUL": b'"a\\u0000b"', "high surrogate": b'"a\\ud800b"', "low surrogate": b'"a\\udc00b"',
    "encoded surrogate": b'"a\xed\xa0\x80b"', "not UTF-8": b'"\xff"', "deep": b"[" * 10_000 + b"]" * 10_000,
}  # fmt: skip
MARK = "\x7fraw\x7f"
FREE = {"upstreamTotals", "template", "data"}  # JSON of any shape: never read, or checked by the layout engine
SECRETS = {"secret", "elevationToken", "seed"}  # an answer with one of these is never kept
COUNTS_ATTEMPTS = {"POST /billing/auth/elevate", "POST /billing/auth/totp"}  # credentials are tried first of all
JSON = {"Content-Type": "application/json"}
Place = tuple[str | int, ...]


@dataclass
class Desk:
    """Two businesses, somebody at each who may do everything, and how to see whether anything was saved."""

    home: Office
    abroad: Office
    cases: dict[str, RouteCase]
    schemas: dict[str, object]
    ids: dict[str, str]
    member: TestClient
    database: Database

    def client(self, case: RouteCase) -> TestClient:
        if case.path.endswith("/sign-in"):
            return TestClient(self.home.app, raise_server_exceptions=False)
        return self.member if case.path.startswith("/billing/auth/") else self.home.client()

    def send(self, case: RouteCase, call: Call, content: bytes, **headers: str) -> Response:
        """The call with this body instead of its own, by somebody who may."""
        tag = {"If-Match": f'"{call.etag}"'} if call.etag else {}
        url = case.url(self.ids | call.ids)
        return self.client(case).request(case.method, url, content=content, headers={**JSON, **tag, **headers})


def open_desk(database: Database, folder: Path) -> Desk:
    runtime = a_runtime(
        database, folder, max_body_bytes=250_000,
        requests_per_minute_per_address=10**9, requests_per_minute_per_token=10**9,
    )  # fmt: skip
    app = create_app(runtime)
    home, abroad = open_office(app, runtime, "northside-auto"), open_office(app, runtime, "wave-store")
    home.add_user("boss@example.com", Role.ADMIN)
    document = app.openapi()
    schemas = {}
    for path, methods in document["paths"].items():  # type: ignore[attr-defined]
        for method, operation in methods.items():
            if content := operation.get("requestBody", {}).get("content"):
                schemas[f"{method.upper()} {route_path(path)}"] = {
                    **content["application/json"]["schema"], "components": document["components"],
                }  # fmt: skip
    cases = {str(case): case for case in route_cases(app) if case.method in {"POST", "PUT", "PATCH"}}
    ids = one_of_everything(home)
    return Desk(home, abroad, cases, schemas, ids, console(app, "boss@example.com"), database)


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Both businesses on SQLite, shared by the whole matrix."""
    folder = tmp_path_factory.mktemp("desk")
    file = folder / "billhead.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+pysqlite:///{file}")
    yield open_desk(database, folder)
    database.dispose()


@pytest.fixture
def watcher(desk: Desk) -> Iterator[Connection]:
    """A connection that only watches: SQLite's data_version changes for it when anybody else commits a change."""
    with desk.database.engine.connect() as connection:
        yield connection


def version_of(watcher: Connection) -> int:
    return int(watcher.exec_driver_sql("PRAGMA data_version").scalar_one())


def contents(database: Database) -> dict[str, list[str]]:
    """Every row of every table, but those that count attempts and keys."""
    with database.platform(write=False) as session:
        if database.is_sqlite:
            names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        else:
            names = (
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'procrastinate%'"
            )
        tables = set(session.scalars(text(names))) - SETTLED - {"alembic_version"}
        return {name: sorted(map(repr, session.execute(text(f'SELECT * FROM "{name}"')))) for name in tables}


def places(value: object, path: Place = ()) -> Iterator[Place]:
    """Every place in a body but the body itself."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in inner:
        yield (*path, step)
        yield from places(child, (*path, step))


def leaves(body: object) -> Iterator[Place]:
    """Every place that holds a single value; what is said to be ignored holds none."""
    for path in places(body):
        if not isinstance(at(body, path), dict | list) and path[0] not in FREE:
            yield path


def at(body: object, path: Place) -> object:
    for step in path:
        body = body[step]  # type: ignore[index]
    return body


def changed(body: object, path: Place, value: object) -> object:
    """The body with another value at this place."""
    made = copy.deepcopy(body)
    if not path:
        return value
    at(made, path[:-1])[path[-1]] = value  # type: ignore[index]
    return made


def without(body: object, path: Place) -> object:
    made = copy.deepcopy(body)
    del at(made, path[:-1])[path[-1]]  # type: ignore[attr-defined]
    return made


def wire(path: Place) -> str:
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return words.removeprefix(".") or "body"


def mutations(body: object) -> Iterator[tuple[Place, str, object]]:
    """(place, name, body) of every single fault that the schema may tell."""
    for path in ((), *places(body)):
        for name, value in WRONG.items():
            yield path, name, changed(body, path, value)
        if isinstance(at(body, path), str):
            yield path, "too long", changed(body, path, "x" * 20_000)
        if isinstance(at(body, path), dict):
            yield (*path, "surprise"), "unknown", changed(body, (*path, "surprise"), 1)
            for name in at(body, path):  # type: ignore[attr-defined]
                yield (*path, name), "missing", without(body, (*path, name))


def refused(answer: Response, where: object, *, status: int = 400, codes: set[str] | None = None) -> ErrorBody:
    """The error in the one shape, with this status and one of these codes."""
    assert answer.status_code == status, (where, answer.status_code, answer.text[:300])
    error = ErrorBody.model_validate_json(answer.content)
    assert codes is None or error.error_code in codes, (where, error)
    return error


def with_body(desk: Desk) -> list[tuple[RouteCase, Call]]:
    """Every route with a body that has fields of its own."""
    found = [(case, VALID_CALLS[name](desk.home)) for name, case in desk.cases.items() if case.has_body]
    return [(case, call) for case, call in found if case.path != "/billing/templates/import"]


def test_every_route_that_takes_a_change_has_a_valid_call(desk: Desk) -> None:
    assert desk.cases.keys() == VALID_CALLS.keys(), "teach tests/everything.py these"


def test_the_valid_calls_are_valid(desk: Desk) -> None:
    for name, case in desk.cases.items():
        if name == "POST /billing/auth/sign-out":
            continue
        call = VALID_CALLS[name](desk.home)
        answer = desk.send(case, call, b"" if call.body is None else json.dumps(call.body).encode())
        assert answer.status_code in {200, 201, 202}, (name, answer.text)


def test_each_field_refuses_what_its_schema_does_not_allow(desk: Desk, watcher: Connection) -> None:
    tried = 0
    for case, call in with_body(desk):
        schema = jsonschema_rs.validator_for(desk.schemas[str(case)], validate_formats=True)
        assert schema.is_valid(call.body), str(case)
        before = version_of(watcher)
        for path, name, body in mutations(call.body):
            if schema.is_valid(body):
                continue
            where = (str(case), wire(path), name)
            error = refused(desk.send(case, call, json.dumps(body).encode()), where, codes={"INVALID_REQUEST"})
            assert error.field_errors, where
            assert error.field_error_codes is not None, where
            assert error.field_error_codes.keys() == error.field_errors.keys(), where
            assert FaultCode.INVALID not in error.field_error_codes.values(), (where, error.field_errors)
            place = wire(path)
            named = any(key.startswith(place) or place.startswith(key) for key in error.field_errors)
            assert named or not path, (where, error.field_errors)
            assert version_of(watcher) == before, where
            tried += 1
    assert tried > 1_000


def test_no_value_outside_of_text_and_numbers_gets_in(desk: Desk, watcher: Connection) -> None:
    for case, call in with_body(desk):
        before = version_of(watcher)
        for path in leaves(call.body):
            for name, raw in RAW.items():
                content = json.dumps(changed(call.body, path, MARK)).encode().replace(json.dumps(MARK).encode(), raw)
                refused(desk.send(case, call, content), (str(case), wire(path), name),
                        codes={"INVALID_REQUEST", "UNSTORABLE_TEXT"})  # fmt: skip
        assert version_of(watcher) == before, str(case)


BODIES = {
    "nothing": b"", "not JSON": b"{", "array": b"[]", "null": b"null", "text": b'"text"', "number": b"1",
    "deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "deep array": b"[" * 200_000, "long number": b"9" * 10_000,
    "UTF-16": '{"name": "x"}'.encode("utf-16"), "two": b"{} {}", "bare surrogate key": b'{"\\udc00": 1}',
    "encoded surrogate key": b'{"\xed\xb0\x80": 1}',
}  # fmt: skip


def test_a_body_that_is_no_json_object_is_refused(desk: Desk, watcher: Connection) -> None:
    for case, call in with_body(desk):
        before = version_of(watcher)
        for name, content in BODIES.items():
            refused(desk.send(case, call, content), (str(case), name), codes={"INVALID_REQUEST", "UNSTORABLE_TEXT"})
        assert version_of(watcher) == before, str(case)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_refused(desk: Desk, watcher: Connection, kind: str) -> None:
    """So that no form of another site can send one (a form cannot say application/json)."""
    for case, call in with_body(desk):
        before = version_of(watcher)
        content = json.dumps(call.body).encode()
        refused(desk.send(case, call, content, **{"Content-Type": kind}), (str(case), kind), codes={"INVALID_REQUEST"})
        assert version_of(watcher) == before, str(case)


def test_a_body_over_the_limit_is_refused_declared_or_streamed(desk: Desk, watcher: Connection) -> None:
    piece = b" " * 30_000
    for case, call in with_body(desk):
        before = version_of(watcher)
        declared = desk.send(case, call, piece * 9)
        refused(declared, str(case), status=413, codes={"BODY_TOO_LARGE"})
        url = case.url(desk.ids | call.ids)
        streamed = desk.client(case).request(case.method, url, content=iter([piece] * 9), headers=JSON)
        refused(streamed, str(case), status=413, codes={"BODY_TOO_LARGE"})
        assert version_of(watcher) == before, str(case)


def test_a_stranger_with_a_valid_body_finds_nothing(desk: Desk, watcher: Connection) -> None:
    """Also ids within a body: another business's work order, invoice or client is not found."""
    stranger = desk.abroad.client()
    reports = "PUT /billing/work-orders/{work_order_id}"  # makes a work order of the stranger's own under that id
    for name, case in desk.cases.items():
        inside = name in {"POST /billing/invoices/draft", "POST /billing/issue-runs", reports}
        if not (case.names or inside) or case.path.startswith("/billing/auth/"):
            continue
        call = VALID_CALLS[name](desk.home)
        before = version_of(watcher)
        tag = {"If-Match": f'"{call.etag}"'} if call.etag else {}
        body = json.dumps(call.body).encode() if call.body is not None else b""
        answer = stranger.request(case.method, case.url(desk.ids | call.ids), content=body, headers={**JSON, **tag})
        if name != reports:
            assert answer.status_code == (400 if name == "POST /billing/issue-runs" else 404), (name, answer.text)
            assert version_of(watcher) == before, name
        else:
            assert desk.home.client().get(case.url(call.ids)).status_code == 404


def test_an_update_needs_the_etag_last_read(desk: Desk, watcher: Connection) -> None:
    updates = [(case, call) for case, call in with_body(desk) if call.etag]
    assert {case.path for case, _ in updates} == {
        case.path for case in desk.cases.values()
        if case.method == "PUT" and not case.path.startswith(("/billing/auth/", "/billing/work-orders/"))
    }  # fmt: skip
    for case, call in updates:
        body, before = json.dumps(call.body).encode(), version_of(watcher)
        unconditional = Call(call.ids, call.body)
        refused(desk.send(case, unconditional, body), str(case), status=428, codes={"IF_MATCH_REQUIRED"})
        for stale in ('"v999"', f'W/"{call.etag}"', call.etag or "", '"', "", ",", '"v999", "v998"', f'"{call.etag} "'):
            answer = desk.send(case, unconditional, body, **{"If-Match": stale})
            refused(answer, (str(case), stale), status=409, codes={"STALE_ETAG"})
        assert version_of(watcher) == before, str(case)
        answer = desk.send(case, unconditional, body, **{"If-Match": f'"v999", "{call.etag}"'})
        assert answer.status_code == 200, (str(case), answer.text)


def test_a_key_belongs_to_one_request(desk: Desk, watcher: Connection) -> None:
    needs = [(path, getattr(route.endpoint, "requirement", None)) for path, route in api_routes(desk.home.app)]
    reading = {path for path, requirement in needs if isinstance(requirement, Needs) and requirement.write is False}
    for name, case in desk.cases.items():
        if case.method != "POST" or case.permission is None or case.path in reading:
            continue
        call = VALID_CALLS[name](desk.home)
        content = b"" if call.body is None else json.dumps(call.body).encode()
        key = {"Idempotency-Key": f"key of {name}"}
        first = desk.send(case, call, content, **key)
        assert first.status_code in {200, 201, 202}, (name, first.text)
        before = version_of(watcher)
        again = desk.send(case, call, content, **key)
        if SECRETS & first.json().keys():
            refused(again, name, status=409, codes={"ANSWER_NOT_KEPT"})
        else:
            assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true"), name
            assert again.headers.get("etag") == first.headers.get("etag"), name
        other = desk.send(case, call, content + b" ", **key)
        refused(other, name, status=409, codes={"IDEMPOTENCY_KEY_REUSED"})
        elsewhere = desk.send(case, call, content, **{"Idempotency-Key": "x" * 201})
        refused(elsewhere, name, codes={"INVALID_IDEMPOTENCY_KEY"})
        for bad in ("", "tab\there", "\x7f"):
            refused(desk.send(case, call, content, **{"Idempotency-Key": bad}), (name, bad),
                    codes={"INVALID_IDEMPOTENCY_KEY"})  # fmt: skip
        assert version_of(watcher) == before or name in COUNTS_ATTEMPTS, name


def test_a_refused_request_leaves_no_key_behind(desk: Desk, watcher: Connection) -> None:
    before = version_of(watcher)
    key = {"Idempotency-Key": "of a refusal"}
    client = desk.home.client()
    assert (
        client.post("/billing/invoices/draft", json={"workOrderId": desk.ids["run_id"]}, headers=key).status_code == 404
    )
    assert client.post("/billing/clients", json={}, headers=key).status_code == 400
    assert version_of(watcher) == before


@pytest.mark.postgresql
def test_bad_input_pairwise_on_postgresql(postgresql_database: Database, tmp_path: Path) -> None:
    """Each route meets some faults of each kind, and each kind many routes; nothing is saved."""
    desk = open_desk(postgresql_database, tmp_path)
    calls, stranger = with_body(desk), desk.abroad.client()
    before = contents(postgresql_database)
    for place, (case, call) in enumerate(calls):
        schema = jsonschema_rs.validator_for(desk.schemas[str(case)], validate_formats=True)
        faults = [body for _, _, body in mutations(call.body) if not schema.is_valid(body)]
        for body in faults[place % 7 :: 7]:
            refused(desk.send(case, call, json.dumps(body).encode()), str(case), codes={"INVALID_REQUEST"})
        spots = list(leaves(call.body))
        for number, (name, raw) in enumerate(RAW.items() if spots else ()):
            path = spots[(place + number) % len(spots)]
            content = json.dumps(changed(call.body, path, MARK)).encode().replace(json.dumps(MARK).encode(), raw)
            refused(desk.send(case, call, content), (str(case), name), codes={"INVALID_REQUEST", "UNSTORABLE_TEXT"})
        if case.names and not case.path.startswith("/billing/work-orders/"):
            tag = {"If-Match": f'"{call.etag}"'} if call.etag else {}
            answer = stranger.request(case.method, case.url(desk.ids | call.ids), json=call.body, headers=tag)
            assert answer.status_code == 404, (str(case), answer.text)
        if call.etag:
            content = json.dumps(call.body).encode()
            refused(desk.send(case, Call(call.ids, call.body, "v999"), content), str(case), status=409)
    assert contents(postgresql_database) == before
