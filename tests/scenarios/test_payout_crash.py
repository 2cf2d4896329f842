"""kill -9 between gateway and ledger, on SQLite and PostgreSQL: each payment goes out, and is asked for, once."""

import json
from pathlib import Path

from sqlalchemy import text

from app import Office
from processes import billhead_environment, kill, running
from scenarios.test_crash import TAKEN_OVER_WITHIN, wait_for
from small_server import answer, serve_answers
from vendors import PayoutGateway, a_bill, a_vendor, paid

PAYMENTS, ANSWERED = 12, 5
SUCCESS = json.dumps({"state": "SUCCEEDED", "reference": "BANK-1"}).encode()


def statuses(office: Office) -> dict[str, int]:
    """How many payments there are of each status."""
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        counted = session.execute(text("SELECT status, count(*) FROM vendor_payment GROUP BY status"))
        return {row[0]: int(row[1]) for row in counted}


def requests_for_posting(office: Office) -> list[int]:
    """How often each payment was asked to be posted."""
    kind = "billhead.vendor-payment.posting-requested"
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        counted = session.execute(
            text("SELECT count(*) FROM outbox_event WHERE type = :kind GROUP BY subject_id"), {"kind": kind}
        )
        return [int(row[0]) for row in counted]


def test_payments_survive_a_worker_that_is_killed_between_gateway_and_ledger(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    """The gateway pays all it is told to, and stops answering after a few: then the worker is killed.

    At that moment some payments went out and are not yet in the ledger's hands, and some went out and nobody heard.
    """
    client = office.client()
    vendor_id = a_vendor(client)
    bills = [a_bill(client, vendor_id) for _ in range(PAYMENTS)]
    for bill in bills:
        paid(client, vendor_id, bills={bill: 10_000})
    with serve_answers() as server:
        answered = 0

        def fall_silent(method: str, number: int):  # type: ignore[no-untyped-def]
            nonlocal answered
            answered += 1
            return server.stall if answered > ANSWERED else answer(200, SUCCESS)

        gateway = PayoutGateway(before=fall_silent)
        server.answers = [gateway]
        environment = billhead_environment(
            database_url, tmp_path, payout_url=server.url, payout_timeout_seconds="60", job_lease_seconds="5",
            worker_threads="2",
        )  # fmt: skip
        with running(environment, "worker") as first:
            wait_for(lambda: answered == ANSWERED + 2, 60, "payouts without an answer")
            kill(first)
        at_death = statuses(office)
        assert at_death["GATEWAY_SUCCEEDED"] == ANSWERED, at_death
        assert at_death["GATEWAY_PENDING"] == 2, at_death
        assert len(gateway.made) == ANSWERED + 2
        gateway.before = lambda method, number: None
        with running(environment, "worker"):
            done = {"GL_POST_PENDING": PAYMENTS}
            wait_for(lambda: statuses(office) == done, TAKEN_OVER_WITHIN + 60, "every payment in the ledger's hands")
    assert len(gateway.made) == PAYMENTS
    assert set(gateway.orders.values()) == {1}, "what may have been paid was ordered again instead of asked about"
    assert requests_for_posting(office) == [1] * PAYMENTS
    shown = client.get(f"/billing/ap/vendors/{vendor_id}/bills", params={"status": "PAID"}).json()["items"]
    assert sorted(b["billId"] for b in shown) == sorted(bills)
