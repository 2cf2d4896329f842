"""One of everything in a business, and a valid body for every route that takes one.

Matrices over the route table are generated from these; a new route without a row here fails them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app import Office, a_client, a_snapshot, a_tax_region, a_work_order, drafted, issued, ready_to_bill
from billhead.access.permissions import Role
from billhead.storage.ids import new_id

SERVICE = {"code": "OIL", "name": "Oil change", "kind": "SERVICE", "unit": "each", "prices": [], "taxable": True}
FEE = {"code": "SHOP", "name": "Shop supplies", "basis": "PERCENT", "percent": "6", "validFrom": "2024-01-01"}


def one_of_everything(office: Office) -> dict[str, str]:
    """The id of something real for every parameter that a path can have."""
    client = office.client()
    invoice = issued(client)
    series = client.get("/billing/number-series").json()["items"][0]
    service = client.post("/billing/services", json=SERVICE)
    fee = client.post("/billing/fee-rules", json=FEE)
    assert (service.status_code, fee.status_code) == (201, 201), (service.text, fee.text)
    token = client.post("/billing/tokens", json={"name": "to be revoked"}).json()
    run = client.post("/billing/issue-runs", json={"invoiceIds": [drafted(client)["invoiceId"]]}).json()
    return {
        "client_id": client.post("/billing/clients", json=a_client()).json()["clientId"],
        "fee_rule_id": fee.json()["feeRuleId"],
        "invoice_id": str(invoice["invoiceId"]),
        "number": "1",
        "run_id": run["issueRunId"],
        "series_id": series["numberSeriesId"],
        "service_id": service.json()["serviceId"],
        "tax_region_id": client.get("/billing/tax-regions").json()["items"][0]["taxRegionId"],
        "token_id": token["tokenId"],
        "user_id": str(office.add_user("colleague@example.com", Role.CASHIER)),
        "work_order_id": str(invoice["workOrderId"]),
    }


@dataclass(frozen=True, slots=True)
class Call:
    """What a route is called with so that it succeeds: the ids in its path, and its body (None: it takes none)."""

    ids: dict[str, str]
    body: object
    etag: str | None = None


def _contact() -> dict[str, object]:
    return {"name": "Ada Berg", "email": "ada@ballardfreight.example", "phone": "+1 206 555 0100", "role": "AP"}
