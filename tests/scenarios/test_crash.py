"""kill -9 in the middle, on SQLite and on PostgreSQL: nothing is lost, nothing is done twice."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from uuid import UUID

import httpx
from sqlalchemy import text

from app import Office
from drafts import make_drafts
from processes import billhead_environment, free_port, kill, running, wait_until_ready
from scenarios.test_races import prove_series

DRAFTS = 2_000 if os.environ.get("BILLHEAD_TEST_ALL") else 300
TAKEN_OVER_WITHIN = 60.0


def count_issued(office: Office) -> int:
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        return int(session.scalar(text("SELECT count(*) FROM invoice WHERE status = 'ISSUED'")) or 0)


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        Event().wait(0.05)


def test_a_run_survives_a_worker_that_never_returns(office: Office, database_url: str, tmp_path: Path) -> None:
    make_drafts(office, DRAFTS)
    started = office.client().post("/billing/issue-runs", json={}).json()
    path = f"/billing/issue-runs/{started['issueRunId']}"
    environment = billhead_environment(database_url, tmp_path, job_lease_seconds="5", worker_threads="2")
    with running(environment, "worker") as first:
        wait_for(lambda: count_issued(office) > 0, 60, "the first chunk")
        kill(first)
    issued_at_death = count_issued(office)
    assert 0 < issued_at_death < DRAFTS, "it was killed too late to show anything"
    assert office.client().get(path).json()["state"] == "RUNNING"
    with running(environment, "worker"):
        killed_at = time.monotonic()
        wait_for(lambda: office.client().get(path).json()["state"] == "DONE", TAKEN_OVER_WITHIN + 60, "the run")
        print(f"taken over and finished in {time.monotonic() - killed_at:.1f} s; {issued_at_death} were done before")
    done = office.client().get(path).json()
    assert (done["issued"], done["refused"]) == (DRAFTS, 0)
    prove_series(office, DRAFTS)


def test_a_server_killed_while_issuing_keeps_what_it_answered(
    office: Office, database_url: str, tmp_path: Path
) -> None:
    drafts = make_drafts(office, 150)
    secret = office.new_token()
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    answered: list[UUID] = []

    def issue(invoice_id: UUID) -> None:
        try:
            headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": str(invoice_id)}
            answer = httpx.post(f"{base}/billing/invoices/{invoice_id}/issue", json={}, headers=headers, timeout=30)
        except httpx.TransportError:
            return
        assert answer.status_code == 200, answer.text
        answered.append(invoice_id)

    environment = billhead_environment(database_url, tmp_path)
    with running(environment, "serve", "--port", str(port), "--no-worker") as server:
        wait_until_ready(base)
        with ThreadPoolExecutor(8) as crowd:
            calls = [crowd.submit(issue, invoice_id) for invoice_id in drafts]
            wait_for(lambda: len(answered) >= 40, 60, "forty answers")
            kill(server)
            for call in calls:
                call.result()
    with office.runtime.database.tenant(office.tenant_id, write=False) as session:
        issued = {UUID(str(i)) for i in session.scalars(text("SELECT id FROM invoice WHERE status = 'ISSUED'"))}
    assert set(answered) <= issued
    assert len(issued) < len(drafts), "it was killed too late to show anything"
    prove_series(office, len(issued))
    with running(environment, "serve", "--port", str(port), "--no-worker"):
        wait_until_ready(base)
        with ThreadPoolExecutor(8) as crowd:
            list(crowd.map(issue, drafts))
    assert len(set(answered)) == len(drafts)
    prove_series(office, len(drafts))
