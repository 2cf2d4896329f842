"""Many drafts at once, made through the actions in few transactions, for races, crashes and benchmarks."""

from collections.abc import Iterator
from uuid import UUID

from app import Office, a_client, a_line, a_snapshot, a_tax_region, a_work_order
from billhead.access.scope import open_system_scope
from billhead.invoices.actions import draft_from_work_order
from billhead.storage.ids import new_id
from billhead.work_orders.actions import report_work_order
from billhead.work_orders.report import read_report

_AT_ONCE = 100


def make_work_orders(office: Office, count: int, lines: int = 1) -> list[UUID]:
    """Finished work orders of one client, of so many lines each, whose drafts have no blockers."""
    client = office.client()
    if not client.get("/billing/tax-regions").json()["items"]:
        assert client.post("/billing/tax-regions", json=a_tax_region()).status_code == 201
    client_id = client.post("/billing/clients", json=a_client()).json()["clientId"]
    made = []
    for _ in _batches(count):
        with open_system_scope(office.runtime, office.tenant_id, name="test", correlation_id="c-1") as scope:
            for _ in range(min(_AT_ONCE, count - len(made))):
                work_order_id = new_id()
                snapshot = a_snapshot(lines=[a_line(lineId=str(place)) for place in range(1, lines + 1)])
                report = read_report(a_work_order(client_id, snapshot=snapshot), work_order_id)
                report_work_order(scope, work_order_id, report)
                made.append(work_order_id)
    return made


def make_drafts(office: Office, count: int, lines: int = 1) -> list[UUID]:
    """Drafts of so many lines that can be issued."""
    work_orders = make_work_orders(office, count, lines)
    drafts = []
    for first in range(0, count, _AT_ONCE):
        with open_system_scope(office.runtime, office.tenant_id, name="test", correlation_id="c-1") as scope:
            drafts += [
                draft_from_work_order(scope, work_order_id).invoice.header.id
                for work_order_id in work_orders[first : first + _AT_ONCE]
            ]
    return drafts


def _batches(count: int) -> Iterator[int]:
    yield from range(0, count, _AT_ONCE)
