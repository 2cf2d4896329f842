"""Issue runs over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import WireModel
from billhead.invoices import issue_runs
from billhead.invoices.issue_runs import RunProgress

router = Router(tags=["Invoices"])


class IssueRunInput(WireModel):
    """The drafts to issue; every draft of the business when left out."""

    invoice_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000)] | None = None


class RefusedDraftBody(WireModel):
    invoice_id: UUID
    error_code: str


class IssueRunBody(WireModel):
    """How far the run is; `refusals` lists up to 1,000 drafts that were left alone."""

    issue_run_id: UUID
    state: str
    total: int
    issued: int
    refused: int
    started_at: datetime
    finished_at: datetime | None
    refusals: list[RefusedDraftBody]


@router.post("/billing/issue-runs", status_code=202)
def post_issue_run(body: IssueRunInput, scope: Annotated[Scope, needs("billing:invoice:issue")]) -> IssueRunBody:
    """Issue many drafts in the background."""
    return _body(issue_runs.start_issue_run(scope, body.invoice_ids))


@router.get("/billing/issue-runs/{run_id}")
def get_issue_run(run_id: UUID, scope: Annotated[Scope, needs("billing:invoice:view")]) -> IssueRunBody:
    """How far a run is."""
    return _body(issue_runs.get_issue_run(scope, run_id))


def _body(progress: RunProgress) -> IssueRunBody:
    return IssueRunBody(
        issue_run_id=progress.run_id, state=progress.state, total=progress.total, issued=progress.issued,
        refused=progress.refused, started_at=progress.started_at, finished_at=progress.finished_at,
        refusals=[RefusedDraftBody(invoice_id=r.invoice_id, error_code=r.error_code) for r in progress.refusals],
    )  # fmt: skip
