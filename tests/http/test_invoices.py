"""The invoice part of seed 004 over HTTP, on SQLite and PostgreSQL."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import Office, a_client, a_snapshot, a_tax_region, a_work_order, bearer, drafted, issued, ready_to_bill
from billhead.access.permissions import Role
from billhead.entrypoints.http import create_app
from billhead.entrypoints.worker import BackgroundWork, all_reactions
from billhead.storage.blobs import open_blob_store
from billhead.storage.ids import new_id
from billhead.storage.listing import cursor_of
from billhead.storage.settings import Settings
from billhead.storage.upkeep import publish_events


def test_a_finished_work_order_becomes_an_issued_invoice(office: Office) -> None:
    client = office.client(Role.ADVISOR)
    admin = office.client()
    made = admin.post("/billing/clients", json=a_client(kind="CONSUMER", billingEmail=None)).json()
    work_order_id = str(new_id())
    estimate = {"estimateId": str(new_id())}
    report = a_work_order(made["clientId"], approvals=[], estimate=estimate)
    assert client.put(f"/billing/work-orders/{work_order_id}", json=report).status_code == 201

    draft = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id})
    assert draft.status_code == 201
    body = draft.json()
    codes = [b["code"] for b in body["issuanceBlockers"]]
    assert codes == ["MISSING_APPROVAL", "MISSING_ESTIMATE_VERSION", "MISSING_BILLING_EMAIL", "TAX_RATE_MISSING"]
    assert "ISSUE" not in body["allowedActions"]
    invoice = f"/billing/invoices/{body['invoiceId']}"
    refused = client.post(f"{invoice}/issue", json={})
    assert refused.status_code == 422
    assert [b["code"] for b in refused.json()["blockers"]] == codes

    approvals = [{"approvalId": str(new_id()), "approvedAt": "2026-03-01T10:00:00Z"}]
    estimate["estimateVersionId"] = str(new_id())
    client.put(f"/billing/work-orders/{work_order_id}", json=report | {"approvals": approvals, "estimate": estimate})
    fixed = admin.put(
        f"/billing/clients/{made['clientId']}",
        json=a_client(kind="CONSUMER", billingEmail="maya@example.com"), headers={"If-Match": f'"{made["etag"]}"'},
    )  # fmt: skip
    assert fixed.status_code == 200, fixed.text
    assert admin.post("/billing/tax-regions", json=a_tax_region()).status_code == 201

    ready = client.get(invoice).json()
    assert ready["issuanceBlockers"] == []
    assert "ISSUE" in ready["allowedActions"]
    done = client.post(f"{invoice}/issue", json={"elevationToken": None}).json()
    assert done["status"] == "ISSUED"
    assert done["invoiceNumber"] == "INV-000001"
    assert done["issuedAt"] == "2026-03-02T12:00:00Z"
    assert (done["subtotal"], done["taxTotal"], done["grandTotal"]) == (29000, 3002, 32002)
    assert [row["amount"] for row in done["taxBreakdown"]] == [1885, 1117]
    assert done["dueDate"] == "2026-04-01"
    assert done["traceability"]["sourceEstimateVersionId"] == estimate["estimateVersionId"]
    assert done["traceability"]["sourceApprovalIds"] == [approvals[0]["approvalId"]]
    assert client.get(f"/billing/invoices/by-workorder/{work_order_id}").json()["invoiceId"] == body["invoiceId"]


def test_a_draft_is_made_once(office: Office) -> None:
    client = office.client()
    work_order_id = ready_to_bill(client)
    first = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id})
    second = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "IN_PROGRESS"}, "WORK_ORDER_NOT_COMPLETED"),
        ({"invoiceReady": False}, "WORK_ORDER_NOT_INVOICE_READY"),
    ],
)
def test_unfinished_work_is_refused(office: Office, fields: dict[str, object], reason: str) -> None:
    client = office.client()
    answer = client.post("/billing/invoices/draft", json={"workOrderId": ready_to_bill(client, **fields)})
    assert answer.status_code == 409
    assert answer.json()["reasonCode"] == reason
    assert client.get("/billing/invoices").json()["items"] == []


def test_incomplete_billing_data_is_refused_with_every_missing_field(office: Office) -> None:
    client = office.client()
    fields = {"clientId": None, "snapshot": a_snapshot(currency=None, lines=[])}
    answer = client.post("/billing/invoices/draft", json={"workOrderId": ready_to_bill(client, **fields)})
    assert answer.status_code == 422
    assert answer.json()["missingFields"] == ["clientId", "currency", "lines"]


def test_an_unknown_work_order_is_not_found(office: Office) -> None:
    client = office.client()
    assert client.post("/billing/invoices/draft", json={"workOrderId": str(uuid4())}).status_code == 404
    assert client.get(f"/billing/invoices/by-workorder/{uuid4()}").status_code == 404


def test_issue_replays_under_its_key_and_conflicts_without(office: Office) -> None:
    client = office.client()
    invoice = f"/billing/invoices/{drafted(client)['invoiceId']}/issue"
    first = client.post(invoice, json={}, headers={"Idempotency-Key": "k-1"})
    again = client.post(invoice, json={}, headers={"Idempotency-Key": "k-1"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    other = client.post(invoice, json={"elevationToken": "x"}, headers={"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json()["errorCode"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    bare = client.post(invoice, json={})
    assert (bare.status_code, bare.json()["reasonCode"]) == (409, "INVOICE_ALREADY_ISSUED")
    events = client.get("/billing/audit").json()["items"]
    assert [e["act"] for e in events].count("invoice.issue") == 1


def test_a_void_invoice_keeps_its_number_and_is_billed_again_explicitly(office: Office) -> None:
    client = office.client()
    work_order_id = ready_to_bill(client)
    draft = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id}).json()
    invoice = f"/billing/invoices/{draft['invoiceId']}"
    assert client.post(f"{invoice}/void", json={"reason": "still a draft"}).status_code == 409
    client.post(f"{invoice}/issue", json={})
    assert client.post(f"{invoice}/void", json={"reason": "x"}).status_code == 400
    void = client.post(f"{invoice}/void", json={"reason": "billed to the wrong client"}).json()
    assert (void["status"], void["invoiceNumber"], void["balanceDue"]) == ("VOID", "INV-000001", 0)
    assert void["allowedActions"] == ["REBILL", "DOWNLOAD_PDF"]
    refused = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id})
    assert (refused.status_code, refused.json()["reasonCode"]) == (409, "INVOICE_VOIDED")
    rebilled = client.post(f"{invoice}/rebill")
    assert rebilled.status_code == 201
    assert rebilled.json()["rebillsInvoiceId"] == draft["invoiceId"]
    assert client.post(f"{invoice}/rebill").json()["reasonCode"] == "ALREADY_REBILLED"
    second = client.post(f"/billing/invoices/{rebilled.json()['invoiceId']}/issue", json={}).json()
    assert second["invoiceNumber"] == "INV-000002"
    series = next(s for s in client.get("/billing/number-series").json()["items"] if s["code"] == "INVOICE")
    proof = client.get(f"/billing/number-series/{series['numberSeriesId']}/audit").json()
    assert proof["proven"] is True
    assert proof["periods"] == [{"period": "", "last": 2, "issued": 2, "cancelled": 0, "missing": []}]


def test_a_paid_invoice_cannot_be_voided(office: Office) -> None:
    client = office.client()
    invoice_id = str(issued(client)["invoiceId"])
    with office.runtime.database.tenant(office.tenant_id, write=True) as session:
        session.execute(text("UPDATE invoice SET status = 'PAID', balance_due = 0"))
    answer = client.post(f"/billing/invoices/{invoice_id}/void", json={"reason": "changed my mind"})
    assert (answer.status_code, answer.json()["errorCode"]) == (409, "INVOICE_PAID")


def test_a_discarded_draft_frees_its_work_order(office: Office) -> None:
    client = office.client()
    work_order_id = ready_to_bill(client)
    draft = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id}).json()
    assert client.delete(f"/billing/invoices/{draft['invoiceId']}").status_code == 204
    assert client.get(f"/billing/invoices/{draft['invoiceId']}").status_code == 404
    assert client.post("/billing/invoices/draft", json={"workOrderId": work_order_id}).status_code == 201
    kept = issued(client)
    assert client.delete(f"/billing/invoices/{kept['invoiceId']}").status_code == 409


def test_traceability_is_left_out_for_those_who_may_not_see_it(office: Office) -> None:
    invoice_id = drafted(office.client())["invoiceId"]
    shown = office.client().get(f"/billing/invoices/{invoice_id}").json()
    assert shown["traceability"]["sourceSchemaVersion"] == "1.0"
    hidden = office.client(Role.CASHIER).get(f"/billing/invoices/{invoice_id}").json()
    assert hidden["traceability"] is None
    assert hidden["sources"] is None


def test_a_work_order_with_a_new_scope_blocks_its_old_draft(office: Office) -> None:
    client = office.client()
    work_order_id = ready_to_bill(client)
    draft = client.post("/billing/invoices/draft", json={"workOrderId": work_order_id}).json()
    report = a_work_order(draft["customerAccountId"], snapshot=a_snapshot())
    assert client.put(f"/billing/work-orders/{work_order_id}", json=report).status_code == 200
    live = client.get(f"/billing/invoices/{draft['invoiceId']}").json()
    assert [b["code"] for b in live["issuanceBlockers"]] == ["SCOPE_SUPERSEDED"]
    assert live["billableScopeSnapshotId"] == draft["billableScopeSnapshotId"]


def test_an_issued_invoice_is_frozen(office: Office) -> None:
    client = office.client()
    invoice_id = issued(client)["invoiceId"]
    before = client.get(f"/billing/invoices/{invoice_id}").json()
    pdf = client.get(f"/billing/invoices/{invoice_id}/pdf")
    assert pdf.content.startswith(b"%PDF-")
    made = client.get(f"/billing/clients/{before['customerAccountId']}").json()
    client.put(
        f"/billing/clients/{made['clientId']}", json=a_client(name="Another Name", taxTreatment="STANDARD"),
        headers={"If-Match": f'"{made["etag"]}"'},
    )  # fmt: skip
    assert client.get(f"/billing/invoices/{invoice_id}").json() == before
    assert client.get(f"/billing/invoices/{invoice_id}/pdf").content == pdf.content


def test_pages_html_and_pdf_of_drafts_and_issued_invoices(office: Office) -> None:
    client = office.client()
    draft = f"/billing/invoices/{drafted(client)['invoiceId']}"
    assert client.get(f"{draft}/pages").json() == {"pageCount": 1}
    page = client.get(f"{draft}/pages/1.svg")
    assert page.headers["content-type"] == "image/svg+xml"
    assert page.text.startswith("<svg")
    assert client.get(f"{draft}/pages/2.svg").status_code == 404
    html = client.get(f"{draft}/html")
    assert "Front brake job" in html.text
    assert "DRAFT" in html.text
    assert "<script" not in html.text
    assert "DRAFT" not in client.get(f"/billing/invoices/{issued(client)['invoiceId']}/html").text


def test_lists_filter_sort_and_page(office: Office) -> None:
    client = office.client()
    numbers = [issued(client, reference=f"WO-{n}")["invoiceNumber"] for n in range(3)]
    draft = drafted(client, reference="Zündapp KS 750")
    listed = client.get("/billing/invoices", params={"limit": 2}).json()
    assert [i["status"] for i in listed["items"]] == ["DRAFT", "ISSUED"]
    rest = client.get("/billing/invoices", params={"limit": 2, "after": listed["next"]}).json()
    assert rest["next"] is None
    assert [i["invoiceNumber"] for i in rest["items"]] == [numbers[1], numbers[0]]
    found = client.get("/billing/invoices", params={"text": "zundapp"}).json()["items"]
    assert [i["invoiceId"] for i in found] == [draft["invoiceId"]]
    by_number = client.get("/billing/invoices", params={"sort": "number", "direction": "asc", "limit": 2}).json()
    assert [i["invoiceNumber"] for i in by_number["items"]] == numbers[:2]
    further = client.get(
        "/billing/invoices", params={"sort": "number", "direction": "asc", "limit": 2, "after": by_number["next"]}
    ).json()
    assert [i["invoiceNumber"] for i in further["items"]] == numbers[2:]
    assert client.get("/billing/invoices", params={"status": "VOID"}).json()["items"] == []
    assert (
        len(client.get("/billing/invoices", params={"dateFrom": "2026-03-02", "dateTo": "2026-03-02"}).json()["items"])
        == 4
    )
    assert client.get("/billing/invoices", params={"after": "nonsense"}).json()["errorCode"] == "INVALID_CURSOR"
    assert client.get("/billing/invoices/counts").json()["counts"] == {"DRAFT": 1, "ISSUED": 3, "PAID": 0, "VOID": 0}


def test_another_tenants_invoice_is_not_found(office: Office, other_office: Office) -> None:
    invoice_id = issued(office.client())["invoiceId"]
    stranger = other_office.client()
    for method, path in [("GET", ""), ("POST", "/issue"), ("POST", "/rebill"), ("GET", "/pdf"), ("GET", "/html")]:
        answer = stranger.request(
            method, f"/billing/invoices/{invoice_id}{path}", json={} if method == "POST" else None
        )
        assert answer.status_code == 404, (method, path, answer.text)
    assert stranger.get("/billing/invoices").json()["items"] == []


def test_a_run_issues_what_is_ready_and_lists_what_is_not(office: Office) -> None:
    client = office.client()
    ready = [drafted(client)["invoiceId"] for _ in range(3)]
    blocked = client.post(
        "/billing/invoices/draft", json={"workOrderId": ready_to_bill(client, estimate={"estimateId": str(new_id())})}
    ).json()["invoiceId"]
    started = client.post("/billing/issue-runs", json={})
    assert started.status_code == 202
    assert started.json()["total"] == 4
    work(office)
    done = client.get(f"/billing/issue-runs/{started.json()['issueRunId']}").json()
    assert (done["state"], done["issued"], done["refused"]) == ("DONE", 3, 1)
    assert done["refusals"] == [{"invoiceId": blocked, "errorCode": "MISSING_ESTIMATE_VERSION"}]
    numbers = sorted(client.get(f"/billing/invoices/{i}").json()["invoiceNumber"] for i in ready)
    assert numbers == ["INV-000001", "INV-000002", "INV-000003"]
    assert client.post("/billing/issue-runs", json={"invoiceIds": [str(uuid4())]}).status_code == 400


def test_the_pdf_of_an_issued_invoice_is_stored_once_and_a_void_one_is_marked(office: Office) -> None:
    client = office.client()
    path = f"/billing/invoices/{issued(client)['invoiceId']}"
    made = client.get(f"{path}/pdf")
    work(office)
    stored = client.get(f"{path}/pdf")
    assert stored.headers["etag"] == made.headers["etag"]
    assert stored.content == made.content
    assert client.post(f"{path}/void", json={"reason": "billed twice"}).status_code == 200
    work(office)
    marked = client.get(f"{path}/pdf")
    assert marked.headers["etag"] != stored.headers["etag"]
    assert marked.content != stored.content


def test_lists_follow_when_what_a_draft_depends_on_changes(office: Office) -> None:
    client = office.client()
    before = drafted(client)
    region = client.get("/billing/tax-regions").json()["items"][0]
    fields = {k: region[k] for k in ("code", "name", "country")}
    doubled = [{"rateId": r["rateId"], "validFrom": r["validFrom"], "taxCategory": r["taxCategory"],
                "components": [{"name": "State", "percent": "20"}]} for r in region["rates"]]  # fmt: skip
    changed = client.put(
        f"/billing/tax-regions/{region['taxRegionId']}",
        json=fields | {"rates": doubled, "correctionReason": "entered wrongly"},
        headers={"If-Match": f'"{region["etag"]}"'},
    )
    assert changed.status_code == 200, changed.text
    work(office)
    listed = client.get("/billing/invoices").json()["items"][0]
    assert (before["grandTotal"], listed["grandTotal"]) == (32002, 34800)
    assert client.get(f"/billing/invoices/{before['invoiceId']}").json()["invoiceVersion"] == 2


def work(office: Office) -> None:
    """Do everything that waits in the background."""
    background = BackgroundWork(office.runtime)
    while publish_events(office.runtime.database, office.runtime.jobs, all_reactions()):
        pass
    background.worker.run_until_idle()


@pytest.mark.parametrize("sort", ["created", "date", "number", "client", "total"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_every_sort_pages_through_all_invoices(office: Office, sort: str, direction: str) -> None:
    client = office.client()
    made = {str(issued(client)["invoiceId"]) for _ in range(3)}
    shown, after = [], None
    while len(shown) < 4:
        wanted = {"sort": sort, "direction": direction, "limit": 1, **({"after": after} if after else {})}
        page = client.get("/billing/invoices", params=wanted).json()
        shown += [item["invoiceId"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(shown) == 3
    assert set(shown) == made


@pytest.mark.parametrize("total", [2**63, -(2**63), 10**30])
def test_a_cursor_beyond_all_totals_is_refused(office: Office, total: int) -> None:
    cursor = cursor_of(str(total), str(new_id()))
    refused = office.client().get("/billing/invoices", params={"sort": "total", "after": cursor})
    assert (refused.status_code, refused.json()["errorCode"]) == (400, "INVALID_CURSOR")


@pytest.mark.parametrize(
    ("changed", "blockers"),
    [
        ({"status": "CANCELLED"}, ["WORK_ORDER_NOT_COMPLETED"]),
        ({"invoiceReady": False}, ["WORK_ORDER_NOT_INVOICE_READY"]),
        ({"clientId": None}, ["CLIENT_SUPERSEDED"]),
        ({"snapshot": None}, ["SCOPE_SUPERSEDED"]),
    ],
)
def test_a_work_order_that_changes_its_mind_blocks_its_draft(
    office: Office, changed: dict[str, object], blockers: list[str]
) -> None:
    client = office.client()
    client.post("/billing/tax-regions", json=a_tax_region())
    made = client.post("/billing/clients", json=a_client()).json()
    path, report = f"/billing/work-orders/{new_id()}", a_work_order(made["clientId"])
    client.put(path, json=report)
    draft = client.post("/billing/invoices/draft", json={"workOrderId": path.rpartition("/")[2]}).json()
    assert client.put(path, json=report | changed).status_code == 200
    live = client.get(f"/billing/invoices/{draft['invoiceId']}")
    assert [b["code"] for b in live.json()["issuanceBlockers"]] == blockers
    refused = client.post(f"/billing/invoices/{draft['invoiceId']}/issue", json={})
    assert (refused.status_code, [b["code"] for b in refused.json()["blockers"]]) == (422, blockers)
    client.put(path, json=report)
    assert client.post(f"/billing/invoices/{draft['invoiceId']}/issue", json={}).status_code == 200


@pytest.mark.parametrize("table", ["invoice_line", "invoice_source"])
def test_no_row_of_a_draft_moves_to_an_issued_invoice(office: Office, table: str) -> None:
    client = office.client()
    draft, done = drafted(client)["invoiceId"], issued(client)["invoiceId"]
    is_sqlite = office.runtime.database.is_sqlite
    ids = [UUID(str(i)).hex if is_sqlite else str(i) for i in (done, draft)]
    move = text(f"UPDATE {table} SET invoice_id = '{ids[0]}', position = 99 WHERE invoice_id = '{ids[1]}'")
    with pytest.raises(DBAPIError), office.runtime.database.tenant(office.tenant_id, write=True) as session:
        session.execute(move)


def test_a_stored_pdf_that_is_lost_is_made_again(office: Office, tmp_path: Path) -> None:
    blobs = open_blob_store(Settings(data_dir=tmp_path))
    runtime = replace(office.runtime, blobs=blobs)
    client = bearer(create_app(runtime), office.new_token())
    path = f"/billing/invoices/{issued(client)['invoiceId']}/pdf"
    publish_events(runtime.database, runtime.jobs, all_reactions())
    BackgroundWork(runtime).worker.run_until_idle()
    stored = client.get(path)
    sha256 = stored.headers["ETag"].strip('"')
    kept = tmp_path / "blobs" / sha256[:2] / sha256
    for spoil in (lambda: kept.write_bytes(b"spoilt"), kept.unlink):
        spoil()
        again = client.get(path)
        assert (again.status_code, again.content, again.headers["ETag"]) == (
            200,
            stored.content,
            stored.headers["ETag"],
        )
        assert kept.read_bytes() == stored.content


def test_a_number_that_no_series_gave_breaks_the_proof(office: Office) -> None:
    client = office.client()
    done, draft = issued(client), UUID(str(drafted(client)["invoiceId"]))
    series = next(s for s in client.get("/billing/number-series").json()["items"] if s["code"] == "INVOICE")
    path = f"/billing/number-series/{series['numberSeriesId']}/audit"
    assert (client.get(path).json()["proven"], done["invoiceNumber"]) == (True, "INV-000001")
    own = draft.hex if office.runtime.database.is_sqlite else str(draft)
    with office.runtime.database.tenant(office.tenant_id, write=True) as session:
        session.execute(text(f"UPDATE invoice SET number = 'INV-000009', status = 'ISSUED' WHERE id = '{own}'"))
    proof = client.get(path).json()
    assert (proof["proven"], proof["wrongNumber"]) == (False, ["INV-000009"])


def test_the_source_of_an_issued_invoice_cannot_be_set_free_by_hand(office: Office) -> None:
    issued(office.client())
    with (
        pytest.raises(DBAPIError, match="sources of an issued invoice"),
        office.runtime.database.tenant(office.tenant_id, write=True) as session,
    ):
        session.execute(text("UPDATE invoice_source SET live = false"))
