"""The journal over HTTP: what issuing and voiding book, as JSON and as CSV."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from app import Office, a_line, a_snapshot, issued
from billhead.storage.upkeep import Reactions, publish_events

FEE = {"code": "SHOP", "name": "Shop supplies", "basis": "PERCENT", "percent": "6", "validFrom": "2024-01-01"}


def publish(office: Office) -> None:
    publish_events(office.runtime.database, office.runtime.jobs, Reactions())


def lines_of(entry: dict[str, Any]) -> list[tuple[str, str, str | None, int, int]]:
    return [(row["account"], row["purpose"], row["component"], row["debit"], row["credit"]) for row in entry["lines"]]


def test_issue_and_void_are_booked_and_balance(office: Office) -> None:
    client = office.client()
    assert client.post("/billing/fee-rules", json=FEE).status_code == 201
    first, second = issued(client), issued(client)
    office.clock.at += timedelta(days=3)
    voided = client.post(f"/billing/invoices/{first['invoiceId']}/void", json={"reason": "wrong client"})
    assert voided.status_code == 200, voided.text
    publish(office)
    body = client.get("/billing/accounting/journal").json()
    assert [(e["kind"], e["invoiceId"], e["date"]) for e in body["items"]] == [
        ("INVOICE_ISSUED", first["invoiceId"], "2026-03-02"), ("INVOICE_ISSUED", second["invoiceId"], "2026-03-02"),
        ("INVOICE_VOIDED", first["invoiceId"], "2026-03-05"),
    ]  # fmt: skip
    issue, _, void = body["items"]
    assert lines_of(issue) == [
        ("1200", "RECEIVABLES", None, 33921, 0), ("4000", "REVENUE", None, 0, 29000), ("4100", "FEES", None, 0, 1740),
        ("2200", "TAX_PAYABLE", "WA state", 0, 1998), ("2200", "TAX_PAYABLE", "Seattle", 0, 1183),
    ]  # fmt: skip
    assert issue["lines"][0]["debit"] == first["grandTotal"]
    assert lines_of(void) == [(a, p, c, credit, debit) for a, p, c, debit, credit in lines_of(issue)]
    events = {event["id"]: event["type"] for event in client.get("/billing/events").json()["items"]}
    assert events[void["entryId"]] == "billhead.invoice.voided"
    rest = client.get("/billing/accounting/journal", params={"after": issue["sequence"], "limit": 1}).json()
    assert [entry["invoiceId"] for entry in rest["items"]] == [second["invoiceId"]]
    end = client.get("/billing/accounting/journal", params={"after": body["next"]}).json()
    assert end == {"items": [], "next": body["next"]}


def test_drafts_book_nothing_and_prices_with_tax_book_net(office: Office) -> None:
    client = office.client()
    settings = client.get("/billing/settings").json()
    changed = {k: v for k, v in settings.items() if k not in {"tenantId", "etag"}} | {"pricesIncludeTax": True}
    assert client.put("/billing/settings", json=changed, headers={"If-Match": '"v1"'}).status_code == 200
    assert client.post("/billing/fee-rules", json=FEE).status_code == 201
    invoice = issued(client, snapshot=a_snapshot(lines=[a_line(unitPrice="11035", quantity="1")]))
    publish(office)
    (entry,) = client.get("/billing/accounting/journal").json()["items"]
    sides = {row["purpose"]: row["debit"] - row["credit"] for row in entry["lines"] if row["purpose"] != "TAX_PAYABLE"}
    assert sides == {"RECEIVABLES": invoice["grandTotal"], "REVENUE": -10000, "FEES": -600}
    assert sum(row["debit"] - row["credit"] for row in entry["lines"]) == 0


def test_the_days_of_a_file_are_the_days_of_the_business(office: Office) -> None:
    client = office.client()
    invoice = issued(client)
    office.clock.at += timedelta(hours=18)  # in Seattle it is still the day of the issue
    client.post(f"/billing/invoices/{invoice['invoiceId']}/void", json={"reason": "=wrong"})
    publish(office)
    answer = client.get("/billing/accounting/journal.csv", params={"dateFrom": "2026-03-02", "dateTo": "2026-03-02"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "journal-2026-03-02-2026-03-02.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(StringIO(answer.text, newline="")))
    assert [row["kind"] for row in rows] == ["INVOICE_ISSUED"] * 4 + ["INVOICE_VOIDED"] * 4
    assert {row["date"] for row in rows} == {"2026-03-02"}
    assert [(row["debit"], row["credit"]) for row in rows[:2]] == [("320.02", ""), ("", "290.00")]
    for day in ("2026-03-01", "2026-03-03"):
        other = client.get("/billing/accounting/journal.csv", params={"dateFrom": day, "dateTo": day})
        assert len(other.text.splitlines()) == 1


@pytest.mark.parametrize("last", ["2026-03-01", "2027-03-05"])
def test_a_file_covers_a_year_at_most(office: Office, last: str) -> None:
    asked = {"dateFrom": "2026-03-02", "dateTo": last}
    refused = office.client().get("/billing/accounting/journal.csv", params=asked)
    assert (refused.status_code, refused.json()["fieldErrors"].keys()) == (400, {"dateTo"})


def test_a_business_names_its_accounts(office: Office) -> None:
    client = office.client()
    issued(client)
    publish(office)
    path = "/billing/accounting/accounts"
    usual = client.get(path)
    assert (usual.json()["configured"], usual.headers["etag"]) == (False, '"v0"')
    own = {"receivables": "1400", "revenue": "8400", "fees": "8410", "taxPayable": "1776"}
    assert client.put(path, json=own).status_code == 428
    for tag, status in (("v0", 200), ("v0", 409), ("v1", 200), ("v1", 409)):
        assert client.put(path, json=own, headers={"If-Match": f'"{tag}"'}).status_code == status
    assert client.get(path).json() == own | {"configured": True, "etag": "v2"}
    (entry,) = client.get("/billing/accounting/journal").json()["items"]
    assert {row["account"] for row in entry["lines"]} == {"1400", "8400", "1776"}
