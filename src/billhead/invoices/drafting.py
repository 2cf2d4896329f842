"""Writing a draft: what was finished, with what the account's rules put on the same invoice (BILL-DEC-002, 007)."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, insert, or_, select
from sqlalchemy.exc import IntegrityError

from billhead import money
from billhead.access.scope import Scope
from billhead.billing_rules.rules import GroupingStrategy, due_date
from billhead.clients.queries import find_billing_client
from billhead.invoices.authorizations import WORK_ORDER
from billhead.invoices.draft_plan import DraftPlan, find_companions, find_rebilled, plan_draft
from billhead.invoices.drafts import DraftFacts, fee_rows, header_totals, line_totals, tax_rows
from billhead.invoices.events import InvoiceDrafted
from billhead.invoices.queries import traceability_document
from billhead.invoices.rules import InvoiceKind, InvoiceStatus
from billhead.invoices.tables import Invoice, InvoiceLine, InvoiceSource
from billhead.refusal import Conflict
from billhead.storage.ids import new_id
from billhead.storage.listing import name_order, searchable
from billhead.storage.tables import table_of
from billhead.work_orders.queries import get_work_report, list_ready_reports, list_work_reports
from billhead.work_orders.rules import WorkReport

MOST_TOGETHER = 200
"""Work orders on one invoice."""


def write_draft(scope: Scope, facts: DraftFacts, work_order_id: UUID) -> UUID:
    """A new draft of a finished work order and of those that its account's rules put beside it; returns its id.

    IntegrityError (`is_taken`) when one of them has a live invoice already.
    """
    report = get_work_report(scope, work_order_id)
    client = find_billing_client(scope, report.client_id) if report.client_id else None
    ready: Sequence[WorkReport] = ()
    strategy = facts.billing_rules(client).grouping_strategy if client else GroupingStrategy.PER_WORKORDER
    if client and strategy is not GroupingStrategy.PER_WORKORDER:
        ready = _without_invoice(scope, client.id, list_ready_reports(scope, client.id, limit=MOST_TOGETHER))
    most = scope.runtime.settings.max_invoice_lines
    return _write(scope, facts, report, find_companions(report, strategy, ready, max_lines=most), rebills=None)


def write_rebill(
    scope: Scope, facts: DraftFacts, work_order_ids: Sequence[UUID], client_id: UUID, rebills: UUID
) -> tuple[UUID, frozenset[UUID]]:
    """A new draft of those work orders of a void invoice that still belong together; see `find_rebilled`.

    Returns its id, and which were left out. Conflict `ALREADY_REBILLED` when each has another invoice; IntegrityError
    (`is_taken`) when one of them gets one meanwhile.
    """
    reports, taken = list_work_reports(scope, work_order_ids), find_invoiced(scope, work_order_ids)
    most = scope.runtime.settings.max_invoice_lines
    found = find_rebilled([reports[i] for i in work_order_ids], client_id, taken, max_lines=most)
    if not found:
        words = "This work order has been billed again already."
        existing = next(taken[i] for i in work_order_ids if i in taken)
        raise Conflict("INVOICE_EXISTS", words, reason_code="ALREADY_REBILLED", existing_id=str(existing))
    invoice_id = _write(scope, facts, found[0], found[1:], rebills=rebills)
    return invoice_id, frozenset(work_order_ids) - {work.work_order_id for work in found}


def find_invoiced(scope: Scope, work_order_ids: Iterable[UUID], client_id: UUID | None = None) -> dict[UUID, UUID]:
    """The live invoices of these work orders, by their ids; else the newest void ones to `client_id`, if given.

    What was voided is billed again explicitly; to another client, to whom the work was moved since, it is new.
    """
    source, invoice = table_of(InvoiceSource), table_of(Invoice)
    counts = or_(source.c.live, invoice.c.client_id == client_id) if client_id else source.c.live
    rows = scope.session.execute(
        select(source.c.source_id, source.c.invoice_id)
        .join(invoice, and_(invoice.c.tenant_id == source.c.tenant_id, invoice.c.id == source.c.invoice_id))
        .where(source.c.tenant_id == scope.tenant_id, source.c.source_type == WORK_ORDER, counts)
        .where(source.c.source_id.in_(list(work_order_ids)))
        .order_by(source.c.live, source.c.invoice_id)
    )
    return {row.source_id: row.invoice_id for row in rows}


def is_taken(error: IntegrityError) -> bool:
    """Whether a draft could not be written because one of its work orders has a live invoice."""
    return InvoiceSource.__tablename__ in str(error.orig)


def search_text(number: str | None, client_name: str, reference: str | None) -> str:
    """What the list's text search looks through."""
    return searchable(number, client_name, reference)


def _without_invoice(scope: Scope, client_id: UUID, reports: Sequence[WorkReport]) -> list[WorkReport]:
    """Those that were never invoiced to this client."""
    taken = find_invoiced(scope, [report.work_order_id for report in reports], client_id)
    return [report for report in reports if report.work_order_id not in taken]


def _write(
    scope: Scope, facts: DraftFacts, report: WorkReport, companions: Sequence[WorkReport], *, rebills: UUID | None
) -> UUID:
    client = find_billing_client(scope, report.client_id) if report.client_id else None
    categories = facts.tax_categories((report, *companions))
    plan = plan_draft(report, client, facts.business, categories, companions)
    totals = facts.price(plan.lines, plan.client, plan.currency)
    held = facts.billing_rules(plan.client)
    invoice_id = new_id()
    scope.session.execute(
        insert(table_of(Invoice)).values(
            tenant_id=scope.tenant_id, id=invoice_id, kind=InvoiceKind.INVOICE, status=InvoiceStatus.DRAFT, version=1,
            number=None, client_id=plan.client.id, client_name=plan.client.name,
            client_order=name_order(plan.client.name), reference=plan.reference,
            search_text=search_text(None, plan.client.name, plan.reference), currency=plan.currency,
            locale=plan.locale, invoice_date=facts.today, due_date=due_date(held.terms, facts.today),
            prices_include_tax=totals.policy.prices is money.PriceBasis.TAX_INCLUSIVE,
            tax_breakdown=tax_rows(totals), fee_breakdown=fee_rows(totals), policy_version=held.policy_version,
            delivery_method=held.delivery_method, rebills_invoice_id=rebills, created_at=scope.now,
            created_by=scope.actor.key, **header_totals(totals),
        )
    )  # fmt: skip
    _write_sources(scope, invoice_id, plan)
    _write_lines(scope, invoice_id, plan, line_totals(totals))
    work_orders = tuple(trace.source_work_order_id for trace in plan.traces)
    scope.record(
        InvoiceDrafted(subject_id=invoice_id, subject_version=1, client_id=plan.client.id, work_order_ids=work_orders)
    )
    return invoice_id


def _write_sources(scope: Scope, invoice_id: UUID, plan: DraftPlan) -> None:
    # By id: drafts that overlap wait for each other at the same work order, and never in a circle.
    traces = sorted(enumerate(plan.traces, start=1), key=lambda placed: placed[1].source_work_order_id)
    scope.session.execute(
        insert(table_of(InvoiceSource)),
        [
            {
                "tenant_id": scope.tenant_id, "invoice_id": invoice_id, "position": position,
                "source_type": WORK_ORDER, "source_id": trace.source_work_order_id,
                "snapshot_id": trace.source_billable_scope_snapshot_id,
                "traceability": traceability_document(trace), "live": True,
            }
            for position, trace in traces
        ],
    )  # fmt: skip


def _write_lines(scope: Scope, invoice_id: UUID, plan: DraftPlan, amounts: Mapping[str, Mapping[str, int]]) -> None:
    scope.session.execute(
        insert(table_of(InvoiceLine)),
        [
            {
                "tenant_id": scope.tenant_id, "invoice_id": invoice_id, "position": int(line.key),
                "source_position": line.source_position, "source_line_id": line.source_line_id, "kind": line.kind,
                "service_id": line.service_id, "description": line.description, "quantity": line.quantity,
                "unit_price": line.unit_price, "taxable": line.taxable, "tax_region": line.tax_region,
                "tax_category": line.tax_category, "location_id": line.location_id,
                "discounts": [{"kind": d.kind, "value": str(d.value)} for d in line.discounts],
                **amounts[line.key],
            }
            for line in plan.lines
        ],
    )  # fmt: skip
