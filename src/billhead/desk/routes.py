"""What auditors and the start page read over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from billhead import money
from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import PageSize, WireModel
from billhead.desk import queries
from billhead.storage import audit, outbox

router = Router(tags=["Desk"])


class PeriodBody(WireModel):
    """One period of a series: every value from 1 to `last` was given out unless it is `missing`."""

    period: str
    last: int
    issued: int
    cancelled: int
    missing: list[int]


class SeriesAuditBody(WireModel):
    """`proven` is true when there is neither gap nor duplicate and every number stands on its document."""

    number_series_id: UUID
    code: str
    proven: bool
    periods: list[PeriodBody]
    without_document: list[str]
    wrong_number: list[str]


class EventBody(WireModel):
    """A CloudEvent (1.0, structured mode) with its position in the business's stream."""

    specversion: str = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    data: dict[str, object]
    sequence: int
    actor: str
    correlationid: str


class EventsBody(WireModel):
    """`next` is the `after` of the following call, also when nothing is there yet."""

    items: list[EventBody]
    next: int


class AuditEntryBody(WireModel):
    """One act. `position` and `hash` are there once it is sealed into the chain."""

    audit_entry_id: UUID
    at: datetime
    actor: str
    act: str
    subject_type: str
    subject_id: UUID
    permission: str
    policy_version: str | None
    reason: str | None
    detail: dict[str, object]
    correlation_id: str
    position: int | None
    hash: str | None


class AuditBody(WireModel):
    items: list[AuditEntryBody]
    next: UUID | None


class VerificationBody(WireModel):
    intact: bool
    sealed: int
    unsealed: int
    broken_at: int | None
    why: str | None


class StandingBody(WireModel):
    """What is open in one currency, minor units; `drafts` is a count."""

    currency: str
    outstanding: int
    overdue: int
    drafts: int


class OverviewBody(WireModel):
    drafts: int
    issued: int
    ready_work_orders: int
    standings: list[StandingBody]


class CurrencyBody(WireModel):
    code: str
    exponent: int


class CurrenciesBody(WireModel):
    items: list[CurrencyBody]


@router.get("/billing/number-series/{series_id}/audit")
def get_number_series_audit(
    series_id: UUID, scope: Annotated[Scope, needs("billing:number-series:view")]
) -> SeriesAuditBody:
    """The proof that a series has neither gap nor duplicate."""
    found = queries.audit_number_series(scope, series_id)
    return SeriesAuditBody(
        number_series_id=found.series_id,
        code=found.code,
        proven=found.is_proven,
        periods=[
            PeriodBody(period=p.period, last=p.last, issued=p.issued, cancelled=p.cancelled, missing=list(p.missing))
            for p in found.periods
        ],
        without_document=list(found.without_document),
        wrong_number=list(found.wrong_number),
    )


@router.get("/billing/events")
def get_events(
    scope: Annotated[Scope, needs("billing:event:view")],
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: PageSize = 100,
) -> EventsBody:
    """What happened in the business, in order."""
    found = outbox.list_events(scope.session, scope.tenant_id, after, limit)
    items = [
        EventBody(
            id=e.id, source=f"/tenants/{e.tenant_id}", type=e.type, subject=str(e.subject_id), time=e.occurred_at,
            data=e.data if isinstance(e.data, dict) else {}, sequence=e.position or 0, actor=e.actor,
            correlationid=e.correlation_id,
        )
        for e in found
    ]  # fmt: skip
    return EventsBody(items=items, next=items[-1].sequence if items else after)


@router.get("/billing/audit")
def get_audit(
    scope: Annotated[Scope, needs("billing:audit:view")],
    subject_id: Annotated[UUID | None, Query(alias="subjectId")] = None,
    before: UUID | None = None,
    limit: PageSize = 50,
) -> AuditBody:
    """The audit trail, newest first; `next` is the `before` of the following call."""
    found = queries.list_audit_entries(scope, subject_id=subject_id, before=before, limit=limit + 1)
    items = [
        AuditEntryBody(
            audit_entry_id=e.id, at=e.at, actor=e.actor, act=e.act, subject_type=e.subject_type,
            subject_id=e.subject_id, permission=e.permission, policy_version=e.policy_version, reason=e.reason,
            detail=e.detail if isinstance(e.detail, dict) else {}, correlation_id=e.correlation_id,
            position=e.position, hash=e.hash,
        )
        for e in found[:limit]
    ]  # fmt: skip
    return AuditBody(items=items, next=items[-1].audit_entry_id if len(found) > limit else None)


@router.get("/billing/audit/verification")
def get_audit_verification(scope: Annotated[Scope, needs("billing:audit:view")]) -> VerificationBody:
    """Recompute the chain of the audit trail."""
    found = audit.verify(scope.session, scope.tenant_id)
    return VerificationBody(
        intact=found.intact, sealed=found.sealed, unsealed=found.unsealed, broken_at=found.broken_at, why=found.why
    )


@router.get("/billing/overview")
def get_overview(scope: Annotated[Scope, needs("billing:invoice:view")]) -> OverviewBody:
    """The start page in figures; money in minor units."""
    found = queries.get_overview(scope)
    return OverviewBody(
        drafts=found.drafts,
        issued=found.issued,
        ready_work_orders=found.ready_work_orders,
        standings=[
            StandingBody(currency=s.currency, outstanding=s.outstanding, overdue=s.overdue, drafts=s.drafts)
            for s in found.standings
        ],
    )


@router.get("/billing/meta/currencies")
def get_currencies(scope: Annotated[Scope, needs("billing:settings:view")]) -> CurrenciesBody:
    """Every currency and how many decimal places its minor unit has (ISO 4217)."""
    known = sorted(money.CURRENCIES.values(), key=lambda currency: currency.code)
    return CurrenciesBody(items=[CurrencyBody(code=c.code, exponent=c.exponent) for c in known])
