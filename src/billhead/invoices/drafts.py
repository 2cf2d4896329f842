"""A draft as it stands now: its lines under today's rules, its sources as they are reported today, its blockers.

Until issue a draft follows what it depends on: the client's data, tax rates, fee rules, approvals that arrive late.
The rows of a draft hold what was reckoned last; reading one reckons anew, and issuing freezes that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from billhead import money
from billhead.access.scope import Scope
from billhead.billing_rules.queries import settle_rules
from billhead.billing_rules.rules import BillingRules, due_date
from billhead.catalog.queries import find_services
from billhead.clients.queries import get_billing_client
from billhead.clients.rules import BillingClient
from billhead.invoices import rules
from billhead.invoices.authorizations import Authorization, printed_numbers
from billhead.invoices.draft_plan import trace
from billhead.invoices.rules import DraftLine, IssuancePolicy, Traceability
from billhead.refusal import Blocker
from billhead.tax.queries import FeePolicy, fee_rules_on, rates_on
from billhead.tenants.queries import get_business
from billhead.tenants.rules import Business
from billhead.work_orders.queries import list_work_reports
from billhead.work_orders.rules import WorkReport


@dataclass(frozen=True, slots=True)
class LiveDraft:
    """Everything that issuing a draft is decided on."""

    client: BillingClient
    business: Business
    invoice_date: date
    due_date: date
    lines: tuple[DraftLine, ...]
    totals: money.DocumentTotals
    traces: tuple[Traceability, ...]
    policy: IssuancePolicy
    po_number: str | None
    blockers: tuple[Blocker, ...]
    place_names: Mapping[UUID, str]
    """What the reports call the places of the work, for those that are no locations of the client."""


@dataclass(slots=True)
class DraftFacts:
    """What drafts of one tenant depend on, read once for however many of them are looked at."""

    scope: Scope
    business: Business
    settings_version: int
    today: date
    _rates: dict[str, tuple[money.TaxRate, ...]] = field(default_factory=dict)
    _fees: tuple[FeePolicy, ...] | None = None
    _clients: dict[UUID, BillingClient] = field(default_factory=dict)
    _billing_rules: dict[UUID, BillingRules] = field(default_factory=dict)

    @classmethod
    def gather(cls, scope: Scope) -> "DraftFacts":
        """The facts of the scope's tenant, now."""
        business, version = get_business(scope)
        return cls(scope, business, version, business.today(scope.now))

    def tax_categories(self, reports: Iterable[WorkReport]) -> dict[UUID, str]:
        """The tax category of each service that the work names."""
        lines = [line for report in reports if report.snapshot for line in report.snapshot.lines]
        services = find_services(self.scope, {line.service_id for line in lines if line.service_id})
        return {service_id: service.tax_category for service_id, service in services.items()}

    def client(self, client_id: UUID) -> BillingClient:
        """A client's billing data."""
        if client_id not in self._clients:
            self._clients[client_id] = get_billing_client(self.scope, client_id)
        return self._clients[client_id]

    def billing_rules(self, client: BillingClient) -> BillingRules:
        """What holds for a client."""
        if client.id not in self._billing_rules:
            self._billing_rules[client.id] = settle_rules(self.scope, client, self.business, self.settings_version)
        return self._billing_rules[client.id]

    def rates(self, regions: frozenset[str]) -> tuple[money.TaxRate, ...]:
        """Every rate that holds in these regions on the invoice date, which for a draft is today."""
        if unknown := regions - self._rates.keys():
            found = rates_on(self.scope, self.today, sorted(unknown))
            self._rates |= {region: tuple(r for r in found if r.region == region) for region in unknown}
        return tuple(rate for region in sorted(regions) for rate in self._rates[region])

    def price(self, lines: Sequence[DraftLine], client: BillingClient, currency: str) -> money.DocumentTotals:
        """What the lines come to today."""
        if self._fees is None:
            self._fees = fee_rules_on(self.scope, self.today)
        at_home = client.tax_region or self.business.default_tax_region
        fee_region = next((line.tax_region for line in lines if line.tax_region), at_home)
        regions = frozenset(region for region in (fee_region, *(line.tax_region for line in lines)) if region)
        rates, kinds = self.rates(regions), {money.LineKey(line.key): line.kind for line in lines}
        fees = []
        for policy in self._fees:
            taxation = rules.taxation_of(
                client, rates, self.today, fee_region, policy.tax_category, taxable=policy.taxable
            )
            if fee := policy.on(lines=kinds, currency=currency, taxation=taxation):
                fees.append(fee)
        return rules.price_draft(lines, client, self.business, rates, fees, self.today)

    def revive(
        self,
        client_id: UUID,
        currency: str,
        lines: Sequence[DraftLine],
        drafted: Sequence[Traceability],
        decisions: Mapping[UUID, Authorization],
    ) -> LiveDraft:
        """A draft as it stands now, from its rows; `decisions` are those about its sources' purchase orders."""
        client = self.client(client_id)
        totals = self.price(lines, client, currency)
        reports = list_work_reports(self.scope, [t.source_work_order_id for t in drafted], with_lines=False)
        current = tuple(_current(t, reports[t.source_work_order_id]) for t in drafted)
        held = self.billing_rules(client)
        policy = rules.issuance_policy(held)
        blockers = (
            *rules.find_blockers(policy, client, tuple(zip(drafted, current, strict=True)), decisions, totals),
            *(blocker for report in reports.values() for blocker in rules.find_report_blockers(client, report)),
        )
        return LiveDraft(
            client=client,
            business=self.business,
            invoice_date=self.today,
            due_date=due_date(held.terms, self.today),
            lines=tuple(lines),
            totals=totals,
            traces=tuple(_frozen(d, c) for d, c in zip(drafted, current, strict=True)),
            policy=policy,
            po_number=printed_numbers(decisions.values()),
            blockers=blockers,
            place_names={r.location_id: r.location_name for r in reports.values() if r.location_id and r.location_name},
        )


def _current(drafted: Traceability, report: WorkReport) -> Traceability:
    return trace(report) if report.snapshot else drafted


def _frozen(drafted: Traceability, current: Traceability) -> Traceability:
    """Estimate, approvals and artifacts as they are now; the snapshot stays the one the lines were made from."""
    if drafted.source_billable_scope_snapshot_id == current.source_billable_scope_snapshot_id:
        return current
    return drafted


def tax_rows(totals: money.DocumentTotals) -> list[dict[str, object]]:
    """`taxBreakdown[]` as stored and sent; amounts in minor units, rates in percent."""
    return [
        {"region": row.region, "component": row.component, "rate": str(row.rate), "compound": row.compound,
         "base": row.base, "amount": row.amount, "treatment": row.treatment, "reason": row.reason}
        for row in totals.tax_breakdown
    ]  # fmt: skip


def fee_rows(totals: money.DocumentTotals) -> list[dict[str, object]]:
    """`feeBreakdown[]` as stored and sent; amounts in minor units."""
    return [
        {"code": fee.key, "name": fee.name, "percent": None if fee.percent is None else str(fee.percent),
         "base": fee.base, "capped": fee.capped, "amount": fee.amount, "tax": fee.tax}
        for fee in totals.fee_breakdown
    ]  # fmt: skip


def header_totals(totals: money.DocumentTotals) -> dict[str, int]:
    """The totals as columns of the invoice, minor units."""
    return {
        "subtotal": totals.subtotal, "discount_total": totals.discount_total, "fee_total": totals.fee_total,
        "net_total": totals.net_total, "tax_total": totals.tax_total, "grand_total": totals.grand_total,
        "balance_due": totals.grand_total,
    }  # fmt: skip


def line_totals(totals: money.DocumentTotals) -> Mapping[str, dict[str, int]]:
    """What each line comes to, by its key, as columns; minor units."""
    return {
        line.key: {"amount": line.amount, "discount": line.discount, "net": line.net, "tax": line.tax,
                   "gross": line.gross}
        for line in totals.lines
    }  # fmt: skip
