"""The HTTP adapter of the port `WorkExecution`, against a real small server."""

import gzip
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from uuid import UUID

import pytest
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from billhead.gateways.work_execution import HttpWorkExecution
from billhead.refusal import Unavailable
from billhead.work_orders.report import read_report
from small_server import Server, answer, serve_answers
from work_reports import WORK_ORDER, a_report_body

TENANT = UUID("0198c0de-0000-7000-8000-00000000f001")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def server() -> Iterator[Server]:
    with serve_answers() as running:
        yield running


@dataclass
class Asking:
    """The adapter, and the pauses it made."""

    port: HttpWorkExecution
    pauses: list[float]

    def ask(self) -> object:
        return self.port.find_work_order(TENANT, WORK_ORDER)


@pytest.fixture
def asking(server: Server) -> Iterator[Asking]:
    pauses: list[float] = []
    port = HttpWorkExecution(
        server.url, token="secret-token", timeout_seconds=0.3, max_bytes=100_000, sleep=pauses.append
    )
    yield Asking(port, pauses)
    port.close()


def test_a_report_arrives_whole_and_exact(server: Server, asking: Asking) -> None:
    text = json.dumps(a_report_body(upstreamTotals={"x": "PLACE"})).replace('"PLACE"', "0.1000000000000000055511151231")
    server.answers = [answer(200, text.encode())]
    caller = SpanContext(int(TRACE, 16), 0x00F067AA0BA902B7, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    with use_span(NonRecordingSpan(caller)):
        found = asking.port.find_work_order(TENANT, WORK_ORDER)
    assert found is not None
    assert found.work_order_id == WORK_ORDER
    assert found.report["upstreamTotals"] == {"x": Decimal("0.1000000000000000055511151231")}
    assert read_report(found.report, WORK_ORDER).reference == "WO-1001"
    path, headers = server.asked[0]
    assert path == f"/base/work-orders/{WORK_ORDER}"
    assert headers["authorization"] == "Bearer secret-token"
    assert headers["x-tenant"] == str(TENANT)
    assert headers["traceparent"].startswith(f"00-{TRACE}-")


def test_what_is_unknown_there_is_none(server: Server, asking: Asking) -> None:
    server.answers = [answer(404, b"no")]
    assert asking.ask() is None


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_passing_failure_is_asked_again(server: Server, asking: Asking, status: int) -> None:
    server.answers = [answer(status), answer(status), answer(200, b"{}")]
    assert asking.ask() is not None
    assert len(server.asked) == 3
    assert len(asking.pauses) == 2
    assert asking.pauses == sorted(asking.pauses)


def refused(asking: Asking) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        asking.ask()
    assert caught.value.code == "WORK_EXECUTION_AWAY"
    assert "127.0.0.1" not in caught.value.message
    assert "secret-token" not in caught.value.message
    return caught.value


def test_asking_again_has_an_end(server: Server, asking: Asking) -> None:
    server.answers = [answer(503)]
    assert refused(asking).reason_code == "STATUS_503"
    assert len(server.asked) == 3


def test_nobody_listens() -> None:
    pauses: list[float] = []
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        port = HttpWorkExecution(url, token=None, timeout_seconds=0.3, sleep=pauses.append)
        assert refused(Asking(port, pauses)).reason_code == "UNREACHABLE"
        port.close()
    assert len(pauses) == 2


@pytest.mark.parametrize("status", [201, 204, 400, 401, 403, 409, 410, 429, 500])
def test_other_statuses_are_final(server: Server, asking: Asking, status: int) -> None:
    server.answers = [answer(status)]
    assert refused(asking).reason_code == f"STATUS_{status}"
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(server: Server, asking: Asking, status: int) -> None:
    server.answers = [answer(status, Location="/elsewhere"), answer(200, b"{}")]
    assert refused(asking).reason_code == f"STATUS_{status}"
    assert len(server.asked) == 1


@pytest.mark.parametrize("way", ["stall", "stall_within", "drip"])
def test_a_slow_system_is_asked_once(server: Server, asking: Asking, way: str) -> None:
    server.answers = [getattr(server, way)]
    assert refused(asking).reason_code == "TIMEOUT"
    assert len(server.asked) == 1


def test_a_huge_answer_is_not_read_to_its_end(server: Server, asking: Asking) -> None:
    server.answers = [answer(200, b" " * 50_000_000)]
    assert refused(asking).reason_code == "ANSWER_TOO_LARGE"


def test_an_answer_that_breaks_off(server: Server, asking: Asking) -> None:
    def break_off(handler: BaseHTTPRequestHandler) -> None:
        answer(200, b"{}", **{"Content-Length": "500"})(handler)
        handler.close_connection = True

    server.answers = [break_off]
    assert refused(asking).reason_code == "BROKEN_ANSWER"


def test_an_answer_that_is_no_http(server: Server, asking: Asking) -> None:
    def babble(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"\x00\x01 hello\r\n\r\n")
        handler.close_connection = True

    server.answers = [babble]
    assert refused(asking).reason_code == "BROKEN_ANSWER"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'"text"', b"null", b'{"a": NaN}', b'{"a": Infinity}', b"{", b"\xff\xfe{}", b"[" * 90_000,
     b'{"a":' + b"9" * 5_000 + b"}"],
    ids=["empty", "html", "list", "text", "null", "nan", "infinity", "cut", "not-utf8", "deep", "endless-number"],
)  # fmt: skip
def test_an_answer_that_is_no_report(server: Server, asking: Asking, body: bytes) -> None:
    server.answers = [answer(200, body)]
    assert refused(asking).reason_code == "MALFORMED_ANSWER"


def test_a_compressed_answer_is_measured_unpacked(server: Server, asking: Asking) -> None:
    server.answers = [answer(200, gzip.compress(b" " * 10_000_000), **{"Content-Encoding": "gzip"})]
    assert refused(asking).reason_code == "ANSWER_TOO_LARGE"


@pytest.mark.parametrize("address", ["", "localhost:8000", "ftp://there", "file:///etc/passwd"])
def test_an_address_is_a_web_address(address: str) -> None:
    with pytest.raises(ValueError, match="http"):
        HttpWorkExecution(address, token=None, timeout_seconds=1)
