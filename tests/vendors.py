"""Vendors, bills and payments for tests, over HTTP; and a payout gateway that keeps each payout once."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from typing import Any

from httpx import Response
from starlette.testclient import TestClient

from app import Office
from billhead.payables.reactions import tasks
from billhead.storage.ids import new_id
from billhead.storage.jobs import Tasks, Worker
from small_server import answer

PAYMENTS = "/billing/ap/payments"


def a_vendor(client: TestClient, **fields: object) -> str:
    """A vendor; its id."""
    made = client.post("/billing/ap/vendors", json={"name": "Cascade Parts Supply", **fields})
    assert made.status_code == 201, made.text
    return str(made.json()["vendorId"])


def bill_body(**fields: object) -> dict[str, object]:
    """The body of a bill of $100."""
    return {
        "billReference": f"CPS-{new_id().hex[-10:]}", "amount": 10_000, "currencyUomId": "USD",
        "billDate": "2026-02-01", "dueDate": "2026-03-03", **fields,
    }  # fmt: skip


def a_bill(client: TestClient, vendor_id: str, **fields: object) -> str:
    """A bill of a vendor; its id."""
    made = client.post(f"/billing/ap/vendors/{vendor_id}/bills", json=bill_body(**fields))
    assert made.status_code == 201, made.text
    return str(made.json()["billId"])


def the_bill(client: TestClient, bill_id: str) -> dict[str, Any]:
    """A bill as it stands."""
    body: dict[str, Any] = client.get(f"/billing/ap/bills/{bill_id}").json()
    return body


def payment_body(vendor_id: str, **fields: object) -> dict[str, object]:
    """The body of a payment of $100; `bills` are allocations as {bill id: amount}."""
    bills = fields.pop("bills", None)
    parts = {"allocations": [{"billId": b, "appliedAmount": a} for b, a in bills.items()]} if bills is not None else {}  # type: ignore[attr-defined]
    return {
        "vendorId": vendor_id, "grossAmount": 10_000, "currencyUomId": "USD", "paymentRef": f"run:{new_id().hex}",
        **parts, **fields,
    }  # fmt: skip


def pay(client: TestClient, vendor_id: str, **fields: object) -> Response:
    """Ask for a payment."""
    return client.post(PAYMENTS, json=payment_body(vendor_id, **fields))


def paid(client: TestClient, vendor_id: str, **fields: object) -> str:
    """A payment that was initiated; its id."""
    made = pay(client, vendor_id, **fields)
    assert made.status_code == 201, made.text
    return str(made.json()["billingPaymentId"])


def the_payment(client: TestClient, payment_id: str) -> dict[str, Any]:
    """A payment as it stands."""
    body: dict[str, Any] = client.get(f"{PAYMENTS}/{payment_id}").json()
    return body


def tell(client: TestClient, payment_id: str, act: str, **body: object) -> Response:
    """Say what became of a payment: `payout-confirmation`, `gl-acknowledgement`."""
    return client.post(f"{PAYMENTS}/{payment_id}/{act}", json=body)


def work(office: Office) -> None:
    """Do the jobs of payables, without waiting between attempts."""
    known = [replace(task, delays=(0.0,) * 20) for task in tasks(office.runtime)]
    Worker(office.runtime.database, office.runtime.jobs, Tasks(known)).run_until_idle()


def events(office: Office, payment_id: str) -> list[str]:
    """The types of a payment's events, in order."""
    found = office.runtime
    with found.database.tenant(office.tenant_id, write=False) as session:
        rows = session.connection().exec_driver_sql("SELECT type, subject_id FROM outbox_event ORDER BY id").all()
    mine = payment_id.replace("-", "")
    return [kind.rpartition(".")[2] for kind, subject in rows if str(subject).replace("-", "") == mine]


@dataclass
class PayoutGateway:
    """An `Answering` of `serve_answers`: makes a payout when it is ordered, and never twice.

    `before` is called with the method and how often that payout was asked about; what it returns is sent instead.
    """

    told: dict[str, object] = field(default_factory=lambda: {"state": "SUCCEEDED", "reference": "BANK-1"})
    before: Callable[[str, int], Callable[[BaseHTTPRequestHandler], None] | None] = lambda method, number: None
    made: set[str] = field(default_factory=set)
    orders: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        payment_id = handler.path.rpartition("/")[2]
        self.asked[payment_id] += 1
        if handler.command == "PUT":
            self.orders[payment_id] += 1
            self.made.add(payment_id)
        instead = self.before(handler.command, self.asked[payment_id])
        if instead:
            instead(handler)
        elif payment_id in self.made:
            answer(200, json.dumps(self.told).encode())(handler)
        else:
            answer(404)(handler)
