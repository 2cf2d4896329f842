"""The demo businesses, on both databases: whole, the same at every seeding, and in every state there is."""

from collections import Counter
from uuid import UUID

from sqlalchemy import select

from billhead.access import directory
from billhead.access.runtime import Runtime
from billhead.access.scope import open_system_scope
from billhead.access.sign_in import sign_in
from billhead.entrypoints.demo import BUSINESSES, PASSWORD, SUPER_ADMIN, seed
from billhead.invoices.actions import draft_from_work_order
from billhead.invoices.queries import InvoiceView, get_invoice
from billhead.invoices.tables import Invoice
from billhead.storage import audit
from billhead.storage.schema import all_tables
from billhead.tenants.actions import open_business
from billhead.work_orders.queries import WorkOrderFilter, list_work_orders


def fingerprint(runtime: Runtime) -> dict[str, str]:
    """Every row of every table, as text."""
    with runtime.database.platform(write=False) as session:
        return {
            table.name: repr(sorted(map(repr, session.execute(select(table))))) for table in all_tables().sorted_tables
        }


def tenant_of(runtime: Runtime, slug: str) -> UUID:
    with runtime.database.platform(write=False) as session:
        tenant = directory.find_tenant(session, slug)
        assert tenant is not None
        return tenant.id


def invoices_of(runtime: Runtime, slug: str) -> list[InvoiceView]:
    with open_system_scope(runtime, tenant_of(runtime, slug), name="t", correlation_id="c", write=False) as scope:
        ids = scope.session.scalars(select(Invoice.id).order_by(Invoice.created_at)).all()
        return [get_invoice(scope, invoice_id) for invoice_id in ids]


def test_the_demo_businesses_are_whole_and_a_second_seeding_changes_nothing(runtime: Runtime) -> None:
    told = list(seed(runtime))
    before = fingerprint(runtime)
    assert list(seed(runtime)) == told
    assert fingerprint(runtime) == before
    check_everybody_can_sign_in(runtime, told)
    check_every_audit_trail_is_sealed_and_intact(runtime)
    check_prices_hold_their_tax_in_lisbon_and_salzburg_pays_its_own(runtime)
    check_northside_auto_is_in_every_state(runtime)


def test_a_business_that_was_opened_and_not_filled_is_filled(runtime: Runtime) -> None:
    demo = BUSINESSES[0]
    with runtime.database.platform(write=True) as session:
        open_business(session, slug=demo.slug, business=demo.business, now=runtime.clock.now(), opened_by="test")
    list(seed(runtime))
    assert len(invoices_of(runtime, demo.slug)) > 20


def check_everybody_can_sign_in(runtime: Runtime, told: list[str]) -> None:
    for email in {person.email for demo in BUSINESSES for person in demo.people} | {SUPER_ADMIN[0]}:
        assert any(email in line for line in told)
        assert sign_in(runtime, email=email, password=PASSWORD, address="127.0.0.1").email == email
    switching = sign_in(runtime, email="books@ledgerbrook.example", password=PASSWORD, address="127.0.0.1")
    assert {tenant.slug for tenant in switching.tenants} == {"northside-auto", "lumen-msp"}


def check_northside_auto_is_in_every_state(runtime: Runtime) -> None:
    invoices = invoices_of(runtime, "northside-auto")
    assert Counter(view.status for view in invoices) == {"ISSUED": 15, "DRAFT": 5, "VOID": 2}
    assert sum("OVERDUE" in view.flags for view in invoices) == 8
    assert sum(view.header.rebills_invoice_id is not None for view in invoices) == 1
    codes = {blocker.code for view in invoices for blocker in view.blockers}
    assert codes == {"TAX_RATE_MISSING", "MISSING_ESTIMATE_VERSION", "SCOPE_SUPERSEDED"}
    numbers = [view.header.number for view in invoices if view.header.number]
    assert numbers == [f"INV-{place:06d}" for place in range(1, len(numbers) + 1)]
    with open_system_scope(runtime, tenant_of(runtime, "northside-auto"), name="test", correlation_id="c-1") as scope:
        listed = list_work_orders(scope, WorkOrderFilter(), after=None, limit=100).items
        assert Counter(row.status for row in listed) == {
            "OPEN": 2, "IN_PROGRESS": 2, "CANCELLED": 1, "COMPLETED": len(listed) - 5,
        }  # fmt: skip
        first = draft_from_work_order(scope, listed[0].work_order_id).invoice
        assert [blocker.code for blocker in first.blockers] == ["MISSING_BILLING_EMAIL"]


def check_prices_hold_their_tax_in_lisbon_and_salzburg_pays_its_own(runtime: Runtime) -> None:
    wave = {view.header.reference: view for view in invoices_of(runtime, "wave-store")}
    assert wave["OF-0211"].totals["grand_total"] == 22 * 3500
    assert {(row["rate"], row["treatment"]) for row in wave["OF-0214"].tax_breakdown} == {
        ("6", "STANDARD"), ("23", "STANDARD"),
    }  # fmt: skip
    lumen = {view.header.reference: view for view in invoices_of(runtime, "lumen-msp")}
    (row,) = lumen["AU-2022"].tax_breakdown
    assert (row["treatment"], lumen["AU-2022"].totals["tax_total"]) == ("REVERSE_CHARGE", 0)


def check_every_audit_trail_is_sealed_and_intact(runtime: Runtime) -> None:
    for demo in BUSINESSES:
        tenant_id = tenant_of(runtime, demo.slug)
        with open_system_scope(runtime, tenant_id, name="test", correlation_id="c-1", write=False) as scope:
            found = audit.verify(scope.session, tenant_id)
        assert found.intact
        assert (found.sealed > 10, found.unsealed) == (True, 0)
