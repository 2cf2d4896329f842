"""Taking in work orders, on both databases."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from billhead.access.runtime import Runtime
from billhead.access.scope import Scope
from billhead.clients.actions import create_client
from billhead.clients.rules import ClientFields, ClientKind
from billhead.gateways.work_execution import HttpWorkExecution
from billhead.refusal import Conflict, Malformed, NotFound, TooLarge, Unavailable
from billhead.storage.tables import Base, OutboxEvent
from billhead.work_orders import actions, queries
from billhead.work_orders.actions import TakenIn
from billhead.work_orders.queries import WorkOrderFilter, WorkOrderStatus
from billhead.work_orders.report import read_report
from billhead.work_orders.tables import BillableScopeSnapshot, WorkOrder
from scopes import OpenShop, Shop
from small_server import Server, answer, serve_answers
from work_reports import NOON, SNAPSHOT, WORK_ORDER, a_line_body, a_report_body, a_snapshot_body

CORRELATION = "4bf92f3577b34da6a3ce929d0e0e4736"
SECOND_SNAPSHOT = "0198c0de-0000-7000-8000-0000000000a2"


@dataclass
class Garage:
    """A business with one client."""

    shop: Shop
    client_id: UUID

    def scope(self) -> AbstractContextManager[Scope]:
        return self.shop.scope()

    def pass_time(self, **time: float) -> None:
        self.shop.clock.at += timedelta(**time)

    def report(self, work_order_id: UUID = WORK_ORDER, **fields: object) -> TakenIn:
        with self.scope() as scope:
            return actions.report_work_order(scope, work_order_id, read_report(a_report_body(**fields), work_order_id))

    def count(self, table: type[Base]) -> int:
        with self.scope() as scope:
            return scope.session.scalar(select(func.count()).select_from(table)) or 0


def a_garage(shop: Shop) -> Garage:
    with shop.scope() as scope:
        return Garage(shop, create_client(scope, ClientFields(ClientKind.CONSUMER, "Ada Byron")).id)


@pytest.fixture
def garage(shop: Shop) -> Garage:
    """A business whose snapshots have at most fifty lines, on both databases."""
    settings = shop.runtime.settings.model_copy(update={"max_invoice_lines": 50})
    shop.runtime = replace(shop.runtime, settings=settings)
    return a_garage(shop)


def an_id(number: int) -> UUID:
    return UUID(int=WORK_ORDER.int + number)


def test_a_new_work_order_reads_back_as_reported(garage: Garage) -> None:
    taken_in = garage.report(clientId=str(garage.client_id))
    assert (taken_in.is_new, taken_in.is_changed) == (True, True)
    with garage.scope() as scope:
        report = queries.get_work_report(scope, WORK_ORDER)
    assert report == read_report(a_report_body(clientId=str(garage.client_id)), WORK_ORDER).facts(WORK_ORDER)
    assert taken_in.work_order.report == report
    assert (taken_in.work_order.version, taken_in.work_order.first_reported_at) == (1, NOON)


def test_the_same_report_again_changes_nothing(garage: Garage) -> None:
    garage.report()
    garage.pass_time(hours=1)
    again = garage.report()
    assert (again.is_new, again.is_changed, again.work_order.version) == (False, False, 1)
    assert again.work_order.reported_at == NOON
    assert garage.count(OutboxEvent) == 2  # the client's and this one's


def test_a_change_counts_up_and_is_an_event(garage: Garage) -> None:
    garage.report(status="IN_PROGRESS", invoiceReady=False, snapshot=None)
    garage.pass_time(hours=1)
    changed = garage.report()
    assert (changed.is_new, changed.is_changed, changed.work_order.version) == (False, True, 2)
    assert changed.work_order.first_reported_at == NOON
    assert changed.work_order.reported_at == NOON + timedelta(hours=1)
    with garage.scope() as scope:
        events = scope.session.scalars(select(OutboxEvent).where(OutboxEvent.subject_id == WORK_ORDER)).all()
    assert sorted((e.type, e.subject_version) for e in events) == [
        ("billhead.work-order.reported", 1), ("billhead.work-order.reported", 2),
    ]  # fmt: skip


def test_another_snapshot_under_the_same_id_is_refused_and_nothing_saved(garage: Garage) -> None:
    garage.report()
    with pytest.raises(Conflict, match="never changes"):
        garage.report(reference="WO-2", snapshot=a_snapshot_body(lines=[a_line_body(1, quantity="7")]))
    with pytest.raises(Conflict):
        garage.report(an_id(1))
    with garage.scope() as scope:
        assert queries.get_work_report(scope, WORK_ORDER).reference == "WO-1001"
        assert queries.find_work_report(scope, an_id(1)) is None


def test_every_snapshot_is_kept_and_an_older_one_can_come_back(garage: Garage) -> None:
    first = garage.report().work_order.report.snapshot
    second = garage.report(snapshot=a_snapshot_body(billableScopeSnapshotId=SECOND_SNAPSHOT, lines=[a_line_body(9)]))
    assert second.work_order.report.snapshot != first
    assert garage.count(BillableScopeSnapshot) == 2
    assert garage.report(snapshot=None).work_order.report.snapshot is None
    assert garage.report().work_order.report.snapshot == first
    assert garage.count(BillableScopeSnapshot) == 2


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_itself_keeps_snapshots(garage: Garage, act: str) -> None:
    garage.report()
    own = BillableScopeSnapshot.id == SNAPSHOT
    change = update(BillableScopeSnapshot).where(own).values(currency="EUR")
    with pytest.raises(IntegrityError, match="never changes"), garage.scope() as scope:
        scope.session.execute(change if act == "update" else delete(BillableScopeSnapshot).where(own))


def test_clients_and_work_orders_of_others_are_unknown(garage: Garage, open_shop: OpenShop) -> None:
    other = a_garage(open_shop("southside"))
    with pytest.raises(Malformed) as refused:
        garage.report(clientId=str(other.client_id))
    assert refused.value.field_errors == {"clientId": "is no client of this business"}
    garage.report()
    with other.scope() as scope:
        assert queries.list_work_reports(scope, [WORK_ORDER]) == {}
        with pytest.raises(NotFound):
            queries.get_work_report(scope, WORK_ORDER)
    assert other.report(reference="THEIRS").is_new
    assert garage.report().work_order.report.reference == "WO-1001"


def test_lines_are_limited_by_the_setting(garage: Garage) -> None:
    with pytest.raises(TooLarge):
        garage.report(snapshot=a_snapshot_body(lines=[a_line_body(n) for n in range(51)]))
    assert garage.report(snapshot=a_snapshot_body(lines=[a_line_body(n) for n in range(50)])).is_new


def test_lists_page_and_filter(garage: Garage) -> None:
    for number in range(7):
        garage.shop.clock.at = NOON + timedelta(minutes=number // 2)
        garage.report(
            an_id(number), reference=f"WO-{number}", status="COMPLETED" if number % 2 else "OPEN", snapshot=None,
            invoiceReady=number == 3, clientId=str(garage.client_id) if number == 5 else None,
            vehicleLabel="100% Citroën_2CV" if number == 6 else None,
        )  # fmt: skip

    def listed(wanted: WorkOrderFilter, limit: int = 3) -> list[str]:
        references: list[str] = []
        after = None
        while True:
            with garage.scope() as scope:
                page = queries.list_work_orders(scope, wanted, after=after, limit=limit)
            references += [item.reference.removeprefix("WO-") for item in page.items]
            after = page.next
            if after is None:
                return references

    assert "".join(listed(WorkOrderFilter())) == "6543210"
    assert "".join(listed(WorkOrderFilter(), limit=7)) == "6543210"
    assert "".join(listed(WorkOrderFilter(status=WorkOrderStatus.COMPLETED), limit=1)) == "531"
    assert listed(WorkOrderFilter(invoice_ready=True)) == ["3"]
    assert listed(WorkOrderFilter(client_id=garage.client_id)) == ["5"]
    assert listed(WorkOrderFilter(text="wo-4")) == ["4"]
    assert listed(WorkOrderFilter(text="CITROEN 100%")) == ["6"]
    assert listed(WorkOrderFilter(text="_2cv")) == ["6"]
    assert listed(WorkOrderFilter(text="x%")) == []


@pytest.mark.parametrize("cursor", ["", "x", "é", "bm9uZQ", "WyJhIiwiYiJd", "WyIwMDAxLTAxLTAxVDAwOjAwKzE0OjAwIiwiMSJd"])
def test_a_cursor_of_something_else_is_refused(garage: Garage, cursor: str) -> None:
    with garage.scope() as scope, pytest.raises(Malformed):
        queries.list_work_orders(scope, WorkOrderFilter(), after=cursor, limit=3)


def test_the_same_report_from_many_at_once_is_one(garage: Garage) -> None:
    with ThreadPoolExecutor(12) as pool:
        taken_in = list(pool.map(lambda _: garage.report(), range(24)))
    assert sum(each.is_new for each in taken_in) == 1
    assert {each.work_order.version for each in taken_in} == {1}
    assert garage.count(WorkOrder) == garage.count(BillableScopeSnapshot) == 1


def test_of_different_snapshots_at_once_one_wins(garage: Garage) -> None:
    def attempt(number: int) -> str:
        try:
            garage.report(an_id(number % 2), snapshot=a_snapshot_body(lines=[a_line_body(number)]))
        except Conflict as refusal:
            return refusal.code
        return "taken in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(8)))
    assert sorted(outcomes) == ["SNAPSHOT_CHANGED"] * 7 + ["taken in"]
    assert garage.count(BillableScopeSnapshot) == garage.count(WorkOrder) == 1


def a_row(number: int, **fields: object) -> dict[str, object]:
    scope = a_snapshot_body(billableScopeSnapshotId=str(an_id(1000 + number)))
    return a_report_body(**{"workOrderId": str(an_id(number)), "reference": f"WO-{number}", "snapshot": scope} | fields)


def test_a_file_is_imported_whole_and_again(garage: Garage) -> None:
    rows = [a_row(n, clientId=str(garage.client_id)) for n in range(5)]
    told: list[tuple[int, int]] = []
    with garage.scope() as scope:
        assert actions.check_rows(rows, scope) == []
        count = actions.import_work_orders(scope, rows, lambda done, total: told.append((done, total)))
    assert (count.new, count.changed, count.unchanged) == (5, 0, 0)
    assert told == [(number, 5) for number in (1, 2, 3, 4, 5)]
    rows[2] = a_row(2, status="CANCELLED")
    with garage.scope() as scope:
        count = actions.import_work_orders(scope, rows)
    assert (count.new, count.changed, count.unchanged) == (0, 1, 4)


def test_a_file_with_bad_rows_names_each_and_saves_nothing(garage: Garage) -> None:
    garage.report(an_id(50), snapshot=a_snapshot_body(billableScopeSnapshotId=str(an_id(1004))))
    rows = [
        a_row(0), a_row(1, status="DONE", reference=""), a_row(2, clientId=str(WORK_ORDER)), a_row(0, snapshot=None),
        a_row(4), "row",
    ]  # fmt: skip
    with garage.scope() as scope:
        problems = {p.index: set(p.field_errors) for p in actions.check_rows(rows, scope)}
        assert problems == {
            1: {"status", "reference"}, 2: {"clientId"}, 3: {"workOrderId"},
            4: {"snapshot.billableScopeSnapshotId"}, 5: {"row"},
        }  # fmt: skip
        assert [p.row for p in actions.check_rows(rows)] == [2, 4, 6]
        assert actions.check_rows(rows)[1].describe() == "workOrderId: appears more than once"
        with pytest.raises(Malformed) as refused:
            actions.import_work_orders(scope, rows)
    assert refused.value.code == "INVALID_FILE"
    assert {"[1].status", "[1].reference", "[2].clientId", "[5].row"} < set(refused.value.field_errors)
    assert garage.count(WorkOrder) == 1


@pytest.fixture
def server() -> Iterator[Server]:
    with serve_answers() as running:
        yield running


@pytest.fixture
def outside(garage: Garage, server: Server) -> Iterator[Runtime]:
    """The shop's runtime with an outside work-execution system."""
    port = HttpWorkExecution(server.url, token=None, timeout_seconds=5, sleep=lambda seconds: None)
    yield replace(garage.shop.runtime, work_execution=port)
    port.close()


def refresh(runtime: Runtime, garage: Garage) -> None:
    actions.refresh_work_order(runtime, garage.shop.tenant_id, WORK_ORDER, correlation_id=CORRELATION)


def test_without_an_outside_system_there_is_nothing_to_ask(garage: Garage) -> None:
    refresh(garage.shop.runtime, garage)
    assert garage.count(WorkOrder) == 0


def test_the_outside_report_is_taken_in(garage: Garage, server: Server, outside: Runtime) -> None:
    server.answers = [answer(200, json.dumps(a_report_body(clientId=str(garage.client_id))).encode())]
    refresh(outside, garage)
    refresh(outside, garage)
    assert server.asked[0][1]["x-tenant"] == str(garage.shop.tenant_id)
    with garage.scope() as scope:
        known = queries.get_known_work_order(scope, WORK_ORDER)
        recorded = select(OutboxEvent).where(OutboxEvent.subject_id == WORK_ORDER)
        event = scope.session.scalars(recorded).one()
    assert (known.version, known.report.client_id) == (1, garage.client_id)
    assert (event.actor, event.correlation_id) == ("system:work-execution", CORRELATION)


def test_what_is_unknown_outside_stays_as_it_is(garage: Garage, server: Server, outside: Runtime) -> None:
    garage.report()
    server.answers = [answer(404)]
    refresh(outside, garage)
    assert garage.count(WorkOrder) == 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"status": "DONE"}, "status"),
        ({"clientId": str(SNAPSHOT)}, "clientId"),
        ({"workOrderId": str(SNAPSHOT)}, "workOrderId"),
        ({"reference": "a\x00b"}, "reference"),
    ],
)
def test_an_outside_report_that_cannot_be_taken_in(
    garage: Garage, server: Server, outside: Runtime, change: dict[str, object], place: str
) -> None:
    server.answers = [answer(200, json.dumps(a_report_body(**change)).encode())]
    with pytest.raises(Unavailable) as refused:
        refresh(outside, garage)
    assert (refused.value.code, refused.value.reason_code) == ("WORK_EXECUTION_AWAY", "UNUSABLE_REPORT")
    assert set(refused.value.field_errors) == {place}
    assert garage.count(WorkOrder) == 0


def test_an_outside_snapshot_never_changes_either(garage: Garage, server: Server, outside: Runtime) -> None:
    garage.report()
    changed = a_report_body(snapshot=a_snapshot_body(lines=[]))
    server.answers = [answer(200, json.dumps(changed).encode())]
    with pytest.raises(Conflict) as refused:
        refresh(outside, garage)
    assert refused.value.code == "SNAPSHOT_CHANGED"
