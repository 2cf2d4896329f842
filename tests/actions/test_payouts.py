"""The HTTP adapter of the port `Payouts`, against a real small server."""

import json
import socket
from collections.abc import Iterator
from uuid import UUID

import pytest

from billhead.gateways.payouts import UNKNOWN, HttpPayouts, PayoutOrder, PayoutOutcome, PayoutState
from small_server import Answering, Server, answer, serve_answers

TENANT, PAYMENT, VENDOR = (UUID(f"0198c0de-0000-7000-8000-00000000f0{n:02}") for n in range(3))
ORDER = PayoutOrder(TENANT, PAYMENT, VENDOR, "V-77", "run:1", 12_345, "KWD")


@pytest.fixture
def server() -> Iterator[Server]:
    with serve_answers() as running:
        yield running


@pytest.fixture
def payouts(server: Server) -> HttpPayouts:
    return HttpPayouts(server.url, token="secret-token", timeout_seconds=10)


@pytest.fixture
def impatient(server: Server) -> HttpPayouts:
    return HttpPayouts(server.url, token=None, timeout_seconds=0.3)


def told(**body: object) -> Answering:
    return answer(200, json.dumps(body).encode())


def test_an_order_names_its_payment_and_says_what_is_to_be_paid(server: Server, payouts: HttpPayouts) -> None:
    server.answers = [told(state="SUCCEEDED", reference="BANK-1", more={"is": "left alone"})]
    assert payouts.pay(ORDER) == PayoutOutcome(PayoutState.SUCCEEDED, "BANK-1")
    ((path, headers),) = server.asked
    assert (server.methods, path) == (["PUT"], f"/base/payouts/{PAYMENT}")
    assert headers["authorization"] == "Bearer secret-token"
    assert (headers["x-tenant"], headers["idempotency-key"]) == (str(TENANT), str(PAYMENT))
    assert json.loads(server.told[0]) == {
        "vendorId": str(VENDOR), "vendorReference": "V-77", "paymentRef": "run:1", "amount": 12_345, "currency": "KWD",
    }  # fmt: skip


def test_what_it_says_is_understood(server: Server, payouts: HttpPayouts) -> None:
    server.answers = [
        told(state="PENDING"),
        told(state="FAILED", errorCode="LIMIT_EXCEEDED", detail="no\tmore\x00", reference=7),
        answer(404),
    ]
    assert payouts.find_payout(TENANT, PAYMENT) == PayoutOutcome(PayoutState.PENDING)
    assert payouts.find_payout(TENANT, PAYMENT) == PayoutOutcome(PayoutState.FAILED, None, "LIMIT_EXCEEDED", "no more")
    assert payouts.find_payout(TENANT, PAYMENT) is None
    assert server.methods == ["GET"] * 3


SUCCESS = b'{"state": "SUCCEEDED"}'
SAY_NOTHING = {
    "not found when ordered": answer(404, SUCCESS), "refused": answer(401, SUCCESS), "broken": answer(500, SUCCESS),
    "elsewhere": answer(307, SUCCESS, Location="/base/payouts/other"), "no content": answer(204),
    "no JSON": answer(200, b"<html>"), "no object": answer(200, b"[1]"), "null": answer(200, b"null"),
    "no state": answer(200, b"{}"), "another state": answer(200, b'{"state": "MAYBE"}'),
    "a state that is no text": answer(200, b'{"state": ["SUCCEEDED"]}'), "deep": answer(200, b"[" * 60_000),
    "cut off": answer(200, SUCCESS, **{"Content-Length": "100"}), "too long": answer(200, b" " * 100_000 + SUCCESS),
}  # fmt: skip


@pytest.mark.parametrize("name", SAY_NOTHING)
def test_nothing_else_counts_as_an_outcome(server: Server, payouts: HttpPayouts, name: str) -> None:
    server.answers = [SAY_NOTHING[name]]
    assert payouts.pay(ORDER) is UNKNOWN
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", ["stall", "stall_within", "drip"])
def test_a_slow_gateway_is_left_at_the_deadline(server: Server, impatient: HttpPayouts, name: str) -> None:
    server.answers = [getattr(server, name)]
    assert impatient.pay(ORDER) is UNKNOWN
    assert impatient.find_payout(TENANT, PAYMENT) is UNKNOWN


def test_nobody_listens() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        assert HttpPayouts(address, token=None, timeout_seconds=0.3).pay(ORDER) is UNKNOWN


def test_what_may_be_secret_is_in_no_representation() -> None:
    outcome = PayoutOutcome(PayoutState.FAILED, None, "secret-code", "secret-words")
    assert "secret" not in repr(outcome)
    with pytest.raises(ValueError, match="http"):
        HttpPayouts("ftp://bank.example", token=None, timeout_seconds=1)
