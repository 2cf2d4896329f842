"""The sums of the API's `printed`, which the console shows, are those of the document."""

import re
from typing import Any

import pytest

from app import Office, a_line, a_snapshot, drafted
from everything import FEE

LINES = [
    a_line(quantity="3", unitPrice="3333", discounts=[{"kind": "PERCENT", "value": "10"}]),
    a_line(lineId="2", quantity="1", unitPrice="999", kind="PART"),
]


@pytest.mark.parametrize("includes_tax", [False, True])
def test_screen_and_paper_say_the_same_where_there_are_fees_and_discounts(office: Office, includes_tax: bool) -> None:
    client = office.client()
    settings = client.get("/billing/settings")
    own = {k: v for k, v in settings.json().items() if k not in ("etag", "tenantId", "slug")}
    answer = client.put("/billing/settings", json={**own, "pricesIncludeTax": includes_tax},
                        headers={"If-Match": settings.headers["etag"]})  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert client.post("/billing/fee-rules", json={**FEE, "taxable": True}).status_code == 201
    draft: dict[str, Any] = drafted(client, snapshot=a_snapshot(lines=LINES))
    invoice = f"/billing/invoices/{draft['invoiceId']}"
    issued = client.post(f"{invoice}/issue", json={}).json()
    for body in (draft, issued):
        printed, taxes = body["printed"], body["taxTotal"]
        assert body["feeTotal"] > 0 < printed["discountTotal"]
        assert printed["subtotal"] - printed["discountTotal"] + taxes == body["grandTotal"]
        assert printed == draft["printed"]
        fees = sum(fee["net"] for fee in body["feeBreakdown"])
        assert sum(line["net"] for line in body["lines"]) + fees == body["netTotal"]
    shown = re.sub(r"<[^>]+>", " ", client.get(f"{invoice}/html").text)
    assert re.search(rf"Subtotal\s+{re.escape(dollars(issued['printed']['subtotal']))}", shown)
    assert re.search(rf"Discounts\s+-?{re.escape(dollars(issued['printed']['discountTotal']))}", shown)


def dollars(minor: int) -> str:
    return f"${minor / 100:,.2f}"
