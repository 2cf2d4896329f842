"""Demo businesses with real-looking data, brought in through the slices' own actions.

Each is opened, and then filled in one transaction: after an interruption the next seeding goes on where none was
filled. What happened in the past is done at its time, so numbers, due dates and the audit trail tell a true story.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from billhead import money
from billhead.access import directory
from billhead.access.runtime import Runtime
from billhead.access.scope import Scope, open_system_scope
from billhead.access.secrets import hash_password
from billhead.catalog.actions import create_service
from billhead.clients.actions import create_client
from billhead.clients.queries import ClientRecord, list_clients
from billhead.entrypoints.demo.lumen_msp import LUMEN_MSP
from billhead.entrypoints.demo.northside_auto import NORTHSIDE_AUTO
from billhead.entrypoints.demo.story import DemoBusiness, Ending, Estimate, Line, Work
from billhead.entrypoints.demo.wave_store import WAVE_STORE
from billhead.invoices.actions import draft_from_work_order, issue_invoice, rebill_invoice, void_invoice
from billhead.invoices.queries import WORK_ORDER, find_by_source
from billhead.refusal import Conflict
from billhead.storage.ids import new_id
from billhead.storage.upkeep import seal_audit
from billhead.tax.actions import create_fee_rule, create_region
from billhead.templates.actions import set_default
from billhead.tenants.actions import open_business
from billhead.work_orders.actions import WorkOrderReport, report_work_order
from billhead.work_orders.rules import WorkOrderStatus

PASSWORD = "billhead-demo"  # noqa: S105
BUSINESSES = (NORTHSIDE_AUTO, WAVE_STORE, LUMEN_MSP)
SUPER_ADMIN = ("super@billhead.example", "Sasha Lindqvist")
OPENED_DAYS_AGO = 400
DEMO_TEMPLATE = "standard-detailed"


class Step(NamedTuple):
    """Something that happens at a moment. Steps sort by their moment, then in the order they were told."""

    at: datetime
    place: int
    take: Callable[[Scope], object]


def _to_nobody(words: str) -> None:
    """Nobody watches."""


def seed(runtime: Runtime, watch: Callable[[str], None] = _to_nobody) -> Iterator[str]:
    """Bring in the businesses that are not there yet; yields the lines that tell the logins.

    `watch` is told what is being done, as it takes some seconds.
    """
    for demo in BUSINESSES:
        _seed_business(runtime, demo, watch)
    _seed_super_admin(runtime)
    while seal_audit(runtime.database):
        pass
    yield f"Password of everybody: {PASSWORD}"
    for demo in BUSINESSES:
        yield f"\n{demo.business.name} ({demo.slug})"
        yield from (f"  {person.email:40} {person.role.lower():12} {person.name}" for person in demo.people)
    yield f"\nThe platform\n  {SUPER_ADMIN[0]:40} {'super-admin':12} {SUPER_ADMIN[1]}"


def _seed_super_admin(runtime: Runtime) -> None:
    email, name = SUPER_ADMIN
    with runtime.database.platform(write=True) as session:
        try:
            directory.create_user(
                session, email=email, name=name, password=PASSWORD, now=runtime.clock.now(), is_super_admin=True
            )
        except Conflict:
            return  # there since the seeding before


def _seed_business(runtime: Runtime, demo: DemoBusiness, watch: Callable[[str], None]) -> None:
    now = runtime.clock.now()
    opened = now - timedelta(days=OPENED_DAYS_AGO)
    with runtime.database.platform(write=True) as session:
        tenant = directory.find_tenant(session, demo.slug)
        tenant_id = tenant.id if tenant else open_business(
            session, slug=demo.slug, business=demo.business, now=opened, opened_by="system:demo"
        )  # fmt: skip
    with open_system_scope(runtime, tenant_id, name="demo", correlation_id=new_id().hex) as scope:
        if not list_clients(scope, text=None, kind=None, archived=None, limit=1, after=None).items:
            watch(f"{demo.slug}: {len(demo.clients)} clients, {len(demo.work)} work orders ...")
            _fill(replace(scope, now=opened), demo, now)


def _fill(scope: Scope, demo: DemoBusiness, now: datetime) -> None:
    set_default(scope, DEMO_TEMPLATE)
    password_hash = hash_password(PASSWORD)
    for person in demo.people:
        directory.invite_member(
            scope, email=person.email, name=person.name, password_hash=password_hash, role=person.role
        )
    for region in demo.regions:
        create_region(scope, region)
    for rule in demo.fee_rules:
        create_fee_rule(scope, rule)
    services = {fields.code: create_service(scope, fields).id for fields in demo.services}
    clients = {fields.name: create_client(scope, fields) for fields in demo.clients}
    steps = [step for work in demo.work for step in _Agenda(demo, services, clients, work, now).steps()]
    for step in sorted(steps, key=lambda step: step[:2]):
        step.take(replace(scope, now=step.at))


class _Agenda:
    """The steps of one work order, from its report to what became of it."""

    def __init__(
        self, demo: DemoBusiness, services: dict[str, UUID], clients: dict[str, ClientRecord], work: Work, now: datetime
    ) -> None:
        self.demo, self.services, self.work = demo, services, work
        self.client = clients[work.client] if work.client else None
        self.id = work.name(demo.slug, "work order")
        # The hours spread the work of one day; nothing lies after `now`.
        self.reported_at = now - timedelta(days=work.days_ago, hours=9, minutes=7 * demo.work.index(work))

    def steps(self) -> Iterator[Step]:
        yield self._step(0, lambda scope: report_work_order(scope, self.id, self._report("scope", self.work.lines)))
        ending = self.work.ending
        if ending is Ending.REPORTED:
            return
        yield self._step(1, lambda scope: draft_from_work_order(scope, self.id))
        if ending is Ending.SUPERSEDED:
            second = self._report("second scope", [*self.work.lines, *self.work.added])
            yield self._step(2, lambda scope: report_work_order(scope, self.id, second))
        if ending in (Ending.ISSUED, Ending.VOIDED, Ending.REBILLED):
            yield self._step(2, self._issue)
        if ending in (Ending.VOIDED, Ending.REBILLED):
            yield self._step(3, self._void)
        if ending is Ending.REBILLED:
            yield self._step(4, self._rebill)

    def _step(self, hours: int, take: Callable[[Scope], object]) -> Step:
        return Step(self.reported_at + timedelta(hours=hours), hours, take)

    def _issue(self, scope: Scope) -> None:
        issue_invoice(scope, self._invoice(scope))

    def _void(self, scope: Scope) -> None:
        void_invoice(scope, self._invoice(scope), self.work.void_reason)

    def _rebill(self, scope: Scope) -> None:
        issue_invoice(scope, rebill_invoice(scope, self._invoice(scope)).header.id)

    def _invoice(self, scope: Scope) -> UUID:
        found = find_by_source(scope, WORK_ORDER, self.id)
        assert found is not None
        return found

    def _report(self, scope_name: str, lines: Sequence[Line]) -> WorkOrderReport:
        work, name = self.work, self._name
        places = self.client.fields.locations if self.client else ()
        location = next((place for place in places if place.name == work.location), None)
        estimate = {"estimateId": name("estimate")}
        if work.estimate is Estimate.BOUND:
            estimate["estimateVersionId"] = name("estimate version")
        finished = work.status is WorkOrderStatus.COMPLETED
        return WorkOrderReport.model_validate(
            {
                "reference": work.reference,
                "status": work.status,
                "invoiceReady": work.ready,
                "clientId": str(self.client.id) if self.client else None,
                "vehicleId": name("vehicle") if work.vehicle else None,
                "vehicleLabel": work.vehicle,
                "locationId": str(location.location_id) if location else None,
                "locationName": location.name if location else None,
                "estimate": None if work.estimate is Estimate.NONE else estimate,
                "approvals": [self._approval(name("approval"))] if work.approved else [],
                "artifactRefs": [self._paper(*paper) for paper in work.papers],
                "completedAt": self._moment(1) if finished else None,
                "snapshot": self._snapshot(name(scope_name), lines) if lines else None,
            }
        )

    def _approval(self, approval_id: str) -> dict[str, object]:
        return {"approvalId": approval_id, "approvedAt": self._moment(26), "method": self.work.approved}

    def _paper(self, kind: str, title: str) -> dict[str, object]:
        return {
            "artifactRefId": self._name(title), "type": kind, "displayName": title,
            "contentType": "application/pdf", "createdAt": self._moment(2),
        }  # fmt: skip

    def _snapshot(self, snapshot_id: str, lines: Sequence[Line]) -> dict[str, object]:
        return {
            "billableScopeSnapshotId": snapshot_id,
            "schemaVersion": "1.0",
            "currency": self.demo.business.currency,
            "createdAt": self._moment(1),
            "lines": [self._line(place, line) for place, line in enumerate(lines, start=1)],
        }

    def _line(self, place: int, line: Line) -> dict[str, object]:
        exponent = money.currency(self.demo.business.currency).exponent
        off = [{"kind": "PERCENT", "value": str(line.percent_off)}] if line.percent_off else []
        return {
            "lineId": str(place), "kind": line.kind, "description": line.description, "quantity": str(line.quantity),
            "unitPrice": f"{line.price.scaleb(exponent).normalize():f}", "taxable": line.taxable, "discounts": off,
            "serviceId": str(self.services[line.service]) if line.service else None,
        }  # fmt: skip

    def _name(self, what: str) -> str:
        return str(self.work.name(self.demo.slug, what))

    def _moment(self, hours_before: int) -> str:
        return (self.reported_at - timedelta(hours=hours_before)).isoformat()
