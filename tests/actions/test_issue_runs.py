"""Issue runs when something is wrong with a draft, on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import text

from app import Office
from billhead.invoices.issue_runs import ATTEMPTS_TOGETHER, TASK, issue_chunk
from billhead.storage.jobs import JobContext
from drafts import make_drafts


def attempt(office: Office) -> None:
    """Take the chunk and do it as the worker does; a failure puts it back and is raised."""
    runtime = office.runtime
    with runtime.database.platform(write=True) as session:
        claim = runtime.jobs.claim(session, runtime.jobs.register(session), [TASK])
    assert claim is not None
    try:
        issue_chunk(runtime, claim.args, JobContext(runtime.database, runtime.jobs, claim, Event()))
    except ValueError:
        with runtime.database.platform(write=True) as session:
            runtime.jobs.retry(session, claim, datetime(2026, 1, 1, tzinfo=UTC), "ValueError")
        raise


def spoil(office: Office, invoice_id: UUID) -> None:
    """Make a draft that nothing can read."""
    with office.runtime.database.tenant(office.tenant_id, write=True) as session:
        own = invoice_id.hex if office.runtime.database.is_sqlite else str(invoice_id)
        unknown = {"unknown": '[{"kind":"UNKNOWN","value":"1"}]'}
        session.execute(text(f"UPDATE invoice_line SET discounts = :unknown WHERE invoice_id = '{own}'"), unknown)


def test_one_bad_draft_stops_neither_its_neighbours_nor_the_run(office: Office) -> None:
    drafts = make_drafts(office, 5)
    spoil(office, drafts[2])
    run = office.client().post("/billing/issue-runs", json={}).json()
    path = f"/billing/issue-runs/{run['issueRunId']}"
    for _ in range(ATTEMPTS_TOGETHER - 1):
        with pytest.raises(ValueError, match="UNKNOWN"):
            attempt(office)
        assert office.client().get(path).json()["issued"] == 0
    attempt(office)
    done = office.client().get(path).json()
    assert (done["state"], done["issued"], done["refused"]) == ("DONE", 4, 1)
    assert done["refusals"] == [{"invoiceId": str(drafts[2]), "errorCode": "INTERNAL_ERROR"}]
