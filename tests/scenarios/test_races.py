"""Concurrency shown by doing it: many writers, one tenant, on SQLite and on PostgreSQL."""

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text

from app import Office, drafted, ready_to_bill
from billhead.access.scope import open_system_scope
from billhead.invoices.actions import issue_invoice
from billhead.refusal import Conflict
from billhead.storage.upkeep import Reactions, publish_events
from drafts import make_drafts

WRITERS = 32
DRAFTS = 2_000 if os.environ.get("BILLHEAD_TEST_ALL") else 400


def prove_series(office: Office, issued: int) -> None:
    """No gap, no duplicate, one event and one audit entry each, by the API and by the tables."""
    client = office.client()
    series = next(s for s in client.get("/billing/number-series").json()["items"] if s["code"] == "INVOICE")
    proof = client.get(f"/billing/number-series/{series['numberSeriesId']}/audit").json()
    assert proof["proven"] is True
    assert [(p["last"], p["issued"], p["missing"]) for p in proof["periods"]] == [(issued, issued, [])]
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        numbers = session.scalars(text("SELECT number FROM invoice WHERE status = 'ISSUED'")).all()
        events = session.scalars(text("SELECT subject_id FROM outbox_event WHERE type = 'billhead.invoice.issued'"))
        acts = session.scalars(text("SELECT subject_id FROM audit_entry WHERE act = 'invoice.issue'")).all()
        assert sorted(numbers) == [f"INV-{n:06d}" for n in range(1, issued + 1)]
        assert set(Counter(events).values()) == {1}
        assert len(set(acts)) == len(acts) == issued


def test_32_writers_issue_the_drafts_of_one_tenant(office: Office) -> None:
    drafts = make_drafts(office, DRAFTS)
    random.Random(7).shuffle(drafts)

    def issue(invoice_id: UUID) -> None:
        with open_system_scope(office.runtime, office.tenant_id, name="test", correlation_id="c-1") as scope:
            issue_invoice(scope, invoice_id)

    with ThreadPoolExecutor(WRITERS) as crowd:
        for done in [crowd.submit(issue, invoice_id) for invoice_id in drafts]:
            done.result()
    prove_series(office, DRAFTS)
    published = 0
    while batch := publish_events(office.runtime.database, office.runtime.jobs, Reactions()):
        published += batch
    assert published >= DRAFTS
    stream, after = [], 0
    while page := office.client().get("/billing/events", params={"after": after, "limit": 200}).json()["items"]:
        stream += page
        after = page[-1]["sequence"]
    assert [e["sequence"] for e in stream] == list(range(1, len(stream) + 1))
    issued = [e["subject"] for e in stream if e["type"] == "billhead.invoice.issued"]
    assert len(issued) == len(set(issued)) == DRAFTS


def test_20_people_draft_the_same_work_order(office: Office) -> None:
    client = office.client()
    work_order_id = ready_to_bill(client)
    with ThreadPoolExecutor(20) as crowd:
        answers = list(
            crowd.map(lambda _: client.post("/billing/invoices/draft", json={"workOrderId": work_order_id}), range(20))
        )
    assert sorted(a.status_code for a in answers) == [200] * 19 + [201]
    assert len({a.json()["invoiceId"] for a in answers}) == 1
    assert len(client.get("/billing/invoices").json()["items"]) == 1


def test_20_people_issue_the_same_draft(office: Office) -> None:
    client = office.client()
    path = f"/billing/invoices/{drafted(client)['invoiceId']}/issue"
    with ThreadPoolExecutor(20) as crowd:
        statuses = sorted(a.status_code for a in crowd.map(lambda _: client.post(path, json={}), range(20)))
    assert statuses == [200] + [409] * 19
    prove_series(office, 1)


def test_20_retries_under_one_key_are_one_effect(office: Office) -> None:
    client = office.client()
    path = f"/billing/invoices/{drafted(client)['invoiceId']}/issue"
    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: client.post(path, json={}, headers={"Idempotency-Key": "same"}), range(20)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    prove_series(office, 1)


def test_issue_and_discard_race_and_one_wins(office: Office) -> None:
    drafts = make_drafts(office, 12)
    client = office.client()

    def issue(invoice_id: UUID) -> int:
        return client.post(f"/billing/invoices/{invoice_id}/issue", json={}).status_code

    def discard(invoice_id: UUID) -> int:
        return client.delete(f"/billing/invoices/{invoice_id}").status_code

    with ThreadPoolExecutor(24) as crowd:
        both = [(crowd.submit(issue, i), crowd.submit(discard, i)) for i in drafts]
        outcomes = [(issuing.result(), discarding.result()) for issuing, discarding in both]
    assert set(outcomes) <= {(200, 409), (404, 204)}
    prove_series_or_nothing(office, sum(issuing == 200 for issuing, _ in outcomes))


def prove_series_or_nothing(office: Office, issued: int) -> None:
    """The proof, also when nobody was issued."""
    if issued:
        prove_series(office, issued)


def test_a_refused_issue_takes_no_number(office: Office) -> None:
    client = office.client()
    invoice_id = UUID(str(drafted(client)["invoiceId"]))
    client.post(f"/billing/invoices/{invoice_id}/issue", json={})
    for _ in range(3):
        with open_system_scope(office.runtime, office.tenant_id, name="test", correlation_id="c-1") as scope:
            with pytest.raises(Conflict) as refused:
                issue_invoice(scope, invoice_id)
            assert refused.value.reason_code == "INVOICE_ALREADY_ISSUED"
    prove_series(office, 1)
