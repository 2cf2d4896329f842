"""No secret and nothing personal in logs, spans or metrics: a real `billhead serve` is fed marked values everywhere.

It logs at DEBUG, libraries included, and sends its spans to a collector of this test. Whatever it wrote is searched
for every mark, and for the secrets that it gave out itself.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from app import PASSWORD, a_client, a_runtime, a_work_order, open_office
from billhead.access.permissions import Role
from billhead.entrypoints.http import create_app
from billhead.storage.database import Database
from everything import one_of_everything
from processes import billhead_environment, free_port, kill, wait_until_ready
from routes import RouteCase, route_cases

MARKS = {
    "e-mail": "marked-mail@secret.example", "name": "Marked Ninotchka", "street": "77 Marked Lane",
    "city": "Markedville",
    "phone": "+1 206 555 918273", "password": "marked-password-918273", "card": "4242424242424242", "pin": "918273",
    "token": "bh_marked-token-918273", "query": "marked-query-918273", "path": "marked-path@secret.example",
    "cookie": "marked-cookie-918273", "csrf": "marked-csrf-918273", "header": "marked-header-918273",
    "key": "marked-key-918273", "field": "markedFieldName", "method": "MARKED", "url": "X-Amz-Signature=marked",
}  # fmt: skip
SECRET_MARKS = ("password", "token", "cookie", "csrf", "query", "header")


class Collector(ThreadingHTTPServer):
    """Takes OpenTelemetry spans as the bytes they come in (protobuf holds its texts as they are)."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Taker)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Taker(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test reads what was taken."""


@dataclass
class Told:
    """What a server wrote anywhere, and what it gave to its callers alone."""

    log: str = ""
    spans: bytes = b""
    metrics: str = ""
    errors: list[str] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    answered: int = 0

    def note(self, answer: httpx.Response) -> None:
        """Count an answer, and keep its text if it is an error."""
        self.answered += 1
        assert answer.status_code != 500, answer.text
        if answer.status_code >= 400:
            self.errors.append(answer.text)


def bodies() -> Iterator[object]:
    """What every route is sent: mostly invalid, marked everywhere."""
    address = {"lines": [MARKS["street"]], "city": MARKS["city"], "postalCode": "98101", "country": "US"}
    person = {"name": MARKS["name"], "email": MARKS["e-mail"], "phone": MARKS["phone"]}
    yield a_client(name=MARKS["name"], billingEmail=MARKS["e-mail"], billingAddress=address, contacts=[person])
    yield a_work_order(None, vehicleLabel=MARKS["name"], reference=MARKS["card"])
    yield {"email": MARKS["e-mail"], "password": MARKS["password"], "name": MARKS["name"], "role": "VIEWER"}
    yield {"email": MARKS["e-mail"], "password": MARKS["password"]}
    yield {"name": MARKS["name"], "permissions": [MARKS["card"]], "role": MARKS["pin"]}
    yield {"reason": f"{MARKS['name']} {MARKS['card']}", "elevationToken": MARKS["token"]}
    yield {"elevationToken": MARKS["token"], MARKS["field"]: MARKS["pin"]}
    yield {"invoiceIds": [MARKS["card"]], "workOrderId": MARKS["pin"], "tenantId": MARKS["path"]}
    yield [MARKS["password"]]


def drive(base: str, cases: list[RouteCase], ids: dict[str, str], token: str, told: Told) -> None:
    """Every route, valid and invalid, by a token, by a browser and by a stranger."""
    headers = {
        "X-Secret": MARKS["header"], "User-Agent": MARKS["header"], "Referer": f"http://x/?{MARKS['url']}",
        "Idempotency-Key": MARKS["key"], "tracestate": f"x={MARKS['header']}", "baggage": f"x={MARKS['header']}",
        "X-Forwarded-For": MARKS["path"], "X-Tenant": MARKS["path"],
    }  # fmt: skip
    query = f"?token={MARKS['query']}&{MARKS['url']}&text={MARKS['name']}&after={MARKS['query']}"
    holder = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=base) as browser, httpx.Client(base_url=base) as client:
        signed_in = browser.post("/billing/auth/sign-in", json={"email": "boss@example.com", "password": PASSWORD})
        told.given = {"session": browser.cookies["billhead_session"], "csrf token": signed_in.json()["csrfToken"]}
        made = client.post("/billing/tokens", json={"name": "x"}, headers=holder).json()
        told.given |= {"new token": made["secret"], "own token": token, "own password": PASSWORD}
        forged = {"Authorization": f"Bearer {MARKS['token']}", "Cookie": f"billhead_session={MARKS['cookie']}"}
        stale = {"Cookie": f"billhead_session={MARKS['cookie']}", "X-CSRF-Token": MARKS["csrf"]}
        marked_ids = dict.fromkeys(ids, MARKS["path"])
        for case in cases:
            sent = list(bodies()) if case.has_body else [None]
            for body in sent:
                told.note(client.request(case.method, case.url(ids), json=body, headers=holder))
            for credentials in (holder, forged, stale, {**holder, **headers}):
                for path in (case.url(marked_ids) + query, case.url(ids) + query):
                    answer = client.request(case.method, path, json=sent[-1], headers={**credentials})
                    told.note(answer)
        told.note(client.request(MARKS["method"], f"/{MARKS['path']}{query}", headers=holder))
        told.note(client.patch("/billing/clients" + query))
        told.note(client.get(f"/{MARKS['path']}/{MARKS['query']}{query}"))
        told.metrics = client.get("/metrics").text


@pytest.fixture(scope="module")
def told(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """One run of a real server over all routes."""
    folder = tmp_path_factory.mktemp("told")
    file = folder / "billhead.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+pysqlite:///{file}")
    runtime = a_runtime(database, folder)
    app = create_app(runtime)
    office = open_office(app, runtime, "northside-auto")
    office.add_user("boss@example.com", Role.ADMIN)
    ids, token, cases = one_of_everything(office), office.new_token(), route_cases(app)
    database.dispose()
    collector, port = Collector(), free_port()
    Thread(target=collector.serve_forever, daemon=True).start()
    environment = billhead_environment(
        f"sqlite+pysqlite:///{file}", folder, log_level="DEBUG", otlp_endpoint=collector.url,
        requests_per_minute_per_address="1000000", requests_per_minute_per_token="1000000",
    )  # fmt: skip
    command = [sys.executable, "-m", "billhead.entrypoints.cli", "serve", "--port", str(port)]
    log = folder / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=environment, stdout=written, stderr=written, stdin=subprocess.DEVNULL)
        try:
            base = f"http://127.0.0.1:{port}"
            wait_until_ready(base)
            found = Told()
            drive(base, cases, ids, token, found)
            process.send_signal(signal.SIGINT)
            process.wait(30)
        finally:
            kill(process)
            collector.shutdown()
            collector.server_close()
    found.log, found.spans = log.read_text(), b"".join(collector.bodies)
    return found


def around(spans: bytes, mark: str) -> bytes:
    place = spans.find(mark.encode())
    return spans[max(0, place - 300) : place + 100]


def test_the_server_was_driven_and_did_write(told: Told) -> None:
    lines = [json.loads(line) for line in told.log.splitlines()]
    requests = [line for line in lines if line.get("event") == "request"]
    assert told.answered > 500
    assert len(requests) > 500
    assert {line["status"] for line in requests} >= {200, 201, 400, 401, 404, 405}
    assert not [line for line in lines if line["level"] in {"error", "critical"}]
    assert b"/billing/clients/{client_id}" in told.spans
    assert b"http.response.status_code" in told.spans
    assert 'route="/billing/clients/{client_id}"' in told.metrics


def test_each_request_is_one_line_of_ids_and_figures(told: Told) -> None:
    """So the server's own access log, which quotes paths and queries, is off."""
    allowed = {"event", "level", "timestamp", "method", "route", "status", "ms", "correlation_id"}
    for line in map(json.loads, told.log.splitlines()):
        if line["event"] == "request":
            assert {name for name in line if not name.endswith("_id")} <= allowed
        assert "HTTP/1.1" not in json.dumps(line) or line["logger"].startswith("urllib3"), line  # the spans' way out


@pytest.mark.parametrize("name", MARKS)
def test_no_mark_is_written_anywhere(told: Told, name: str) -> None:
    mark = MARKS[name]
    assert mark not in told.log, [line for line in told.log.splitlines() if mark in line][:3]
    assert mark.encode() not in told.spans, around(told.spans, mark)
    assert mark not in told.metrics


@pytest.mark.parametrize("name", ["session", "csrf token", "new token", "own token", "own password"])
def test_no_secret_that_was_given_out_is_written_anywhere(told: Told, name: str) -> None:
    secret = told.given[name]
    assert secret not in told.log
    assert secret.encode() not in told.spans
    assert secret not in told.metrics


def test_no_error_repeats_a_secret(told: Told) -> None:
    assert len(told.errors) > 200
    for text in told.errors:
        assert not [name for name in SECRET_MARKS if MARKS[name] in text], text


FAULTY = """
import logging, structlog
from billhead.entrypoints.telemetry import set_up_telemetry
from billhead.storage.settings import Settings
set_up_telemetry(Settings(log_level="DEBUG"))
def fail(secret):
    raise ValueError(secret)
for log in (structlog.get_logger("billhead"), logging.getLogger("billhead.x"), logging.getLogger("library")):
    try:
        try:
            fail("marked-inner-918273")
        except ValueError as error:
            raise RuntimeError("marked-outer-918273") from error
    except RuntimeError:
        log.exception("it failed")
"""


def test_an_exception_is_logged_as_its_type_and_places_never_its_message() -> None:
    said = subprocess.run([sys.executable, "-c", FAULTY], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in said.stderr.splitlines()]
    assert [(line["event"], line["error"]) for line in lines] == [("it failed", "RuntimeError")] * 3
    assert all(line["where"] for line in lines)
    assert "marked" not in said.stderr
