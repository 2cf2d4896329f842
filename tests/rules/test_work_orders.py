"""What is wrong with a report, and what it changes."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.refusal import Conflict, Malformed, TooLarge
from billhead.storage.columns import canonical_json
from billhead.work_orders.documents import (
    approvals_document,
    approvals_of,
    artifact_refs_document,
    artifact_refs_of,
    snapshot_document,
    snapshot_of,
)
from billhead.work_orders.report import read_report, read_row
from billhead.work_orders.rules import (
    Approval,
    ArtifactRef,
    KeptSnapshot,
    LineDiscount,
    LineDiscountKind,
    ReportPlan,
    WorkReport,
    find_faults,
    find_file_faults,
    plan_report,
)
from work_reports import (
    NOON,
    SNAPSHOT,
    WORK_ORDER,
    a_bare_report,
    a_line,
    a_line_body,
    a_report,
    a_report_body,
    a_snapshot,
    a_snapshot_body,
)

OTHER = UUID("0198c0de-0000-7000-8000-000000000002")
CLIENT = UUID("0198c0de-0000-7000-8000-00000000c001")
FIXED, PERCENT = LineDiscountKind.FIXED, LineDiscountKind.PERCENT


def plan(
    report: WorkReport,
    before: WorkReport | None = None,
    kept: KeptSnapshot | None = None,
    clients: frozenset[UUID] = frozenset(),
    limit: int = 100,
) -> ReportPlan:
    return plan_report(report, before=before, kept=kept, known_clients=clients, line_limit=limit)


def test_first_report_is_new_and_brings_its_snapshot() -> None:
    assert plan(a_report()) == ReportPlan(is_new=True, is_changed=True, is_new_snapshot=True)


def test_same_report_changes_nothing() -> None:
    report = a_report()
    again = a_report(snapshot=a_snapshot_body(lines=[a_line_body(1, quantity="1.50"), a_line_body(2, kind="PART",
                     quantity="2.0", unitPrice=1999.5)]))  # fmt: skip
    assert report.snapshot is not None
    kept = KeptSnapshot(WORK_ORDER, report.snapshot)
    assert plan(again, report, kept) == ReportPlan(is_new=False, is_changed=False, is_new_snapshot=False)


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "WO-1002"},
        {"status": "IN_PROGRESS"},
        {"invoiceReady": False},
        {"vehicleLabel": None},
        {"estimate": None},
        {"approvals": []},
        {"artifactRefs": []},
        {"completedAt": None},
        {"snapshot": None},
    ],
)
def test_every_field_is_a_change(change: dict[str, object]) -> None:
    report = a_report()
    assert report.snapshot is not None
    found = plan(a_report(**change), report, KeptSnapshot(WORK_ORDER, report.snapshot))
    assert found == ReportPlan(is_new=False, is_changed=True, is_new_snapshot=False)


def test_another_snapshot_id_is_a_new_snapshot() -> None:
    found = plan(a_report(snapshot=a_snapshot_body(billableScopeSnapshotId=str(OTHER))), a_report())
    assert found == ReportPlan(is_new=False, is_changed=True, is_new_snapshot=True)


@pytest.mark.parametrize(
    "kept",
    [
        KeptSnapshot(WORK_ORDER, a_snapshot(a_line(quantity="2"), a_line("L2"))),
        KeptSnapshot(WORK_ORDER, a_snapshot(a_line(), a_line("L2"), currency="EUR")),
        KeptSnapshot(WORK_ORDER, replace(a_snapshot(a_line(), a_line("L2")), schema_version="2")),
        KeptSnapshot(WORK_ORDER, a_snapshot(a_line())),
        KeptSnapshot(WORK_ORDER, a_snapshot(a_line("L2"), a_line())),
        KeptSnapshot(OTHER, a_snapshot(a_line(), a_line("L2"))),
    ],
)
def test_a_snapshot_never_changes(kept: KeptSnapshot) -> None:
    with pytest.raises(Conflict) as refused:
        plan(a_bare_report(a_snapshot(a_line(), a_line("L2"))), kept=kept)
    assert refused.value.code == "SNAPSHOT_CHANGED"
    assert refused.value.existing_id == str(SNAPSHOT)


def test_lines_are_limited() -> None:
    snapshot = a_snapshot(*(a_line(str(n)) for n in range(3)))
    assert plan(a_bare_report(snapshot), limit=3).is_new_snapshot
    with pytest.raises(TooLarge, match="at most 2 lines, this one 3"):
        plan(a_bare_report(snapshot), limit=2)


def test_every_fault_at_once() -> None:
    approval = Approval(OTHER, NOON, None)
    artifact = ArtifactRef(OTHER, "PHOTO", "a.jpg", None, None, None)
    lines = (
        a_line("A", quantity="0.0000001"),
        a_line("A", unit_price="0.0000000000001", discounts=(LineDiscount(PERCENT, Decimal(101)),)),
        a_line("B", quantity="1000000000000", unit_price="1000000000000000000"),
        a_line("C", discounts=(LineDiscount(FIXED, Decimal("0.5")), LineDiscount(FIXED, Decimal(-1)))),
    )
    report = replace(
        a_bare_report(a_snapshot(*lines, currency="ZZZ")),
        client_id=CLIENT, approvals=(approval, approval), artifact_refs=(artifact, artifact),
    )  # fmt: skip
    with pytest.raises(Malformed) as refused:
        plan(report)
    assert set(refused.value.field_errors) == {
        "clientId",
        "approvals[1].approvalId",
        "artifactRefs[1].artifactRefId",
        "snapshot.currency",
        "snapshot.lines[1].lineId",
        "snapshot.lines[0].quantity",
        "snapshot.lines[1].unitPrice",
        "snapshot.lines[1].discounts[0].value",
        "snapshot.lines[2].unitPrice",
        "snapshot.lines[3].discounts[0].value",
        "snapshot.lines[3].discounts[1].value",
    }
    assert "clientId" not in find_faults(report)
    assert "clientId" not in find_faults(report, frozenset({CLIENT}))


@pytest.mark.parametrize(
    ("kind", "value", "sound"),
    [
        (PERCENT, "0", True), (PERCENT, "100", True), (PERCENT, "12.345678", True), (PERCENT, "-1", False),
        (PERCENT, "0.0000001", False), (FIXED, "0", True), (FIXED, "250", True), (FIXED, "250.00", True),
        (FIXED, "2.5", False), (FIXED, "1e30", False), (FIXED, "NaN", False), (FIXED, "Infinity", False),
    ],
)  # fmt: skip
def test_discounts(kind: LineDiscountKind, value: str, sound: bool) -> None:
    line = a_line(discounts=(LineDiscount(kind, Decimal(value)),))
    assert (find_faults(a_bare_report(a_snapshot(line))) == {}) is sound


def test_a_file_is_checked_as_a_whole() -> None:
    first = a_report()
    same_order = a_report()
    other_scope = a_report(OTHER)
    wrong_client = replace(a_bare_report(), work_order_id=UUID(int=3), client_id=CLIENT)
    reports = [first, None, same_order, other_scope, wrong_client]
    assert find_file_faults(reports) == {
        2: {"workOrderId": "appears more than once"},
        3: {"snapshot.billableScopeSnapshotId": "names another snapshot already"},
    }
    assert find_file_faults([first], line_limit=1) == {0: {"snapshot.lines": "has more than 1 lines"}}
    assert find_file_faults([wrong_client], known_clients=frozenset()) == {
        0: {"clientId": "is no client of this business"}
    }
    kept = {SNAPSHOT: KeptSnapshot(WORK_ORDER, a_snapshot(a_line()))}
    assert set(find_file_faults([first], kept=kept)[0]) == {"snapshot.billableScopeSnapshotId"}


def test_the_wire_form_gives_the_facts() -> None:
    report = a_report(snapshot=a_snapshot_body(lines=[a_line_body(discounts=[{"kind": "PERCENT", "value": "12.5"}])]))
    assert report.approvals[0].approved_at == datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert report.approval_ids == (report.approvals[0].approval_id,)
    assert report.snapshot is not None
    line = report.snapshot.lines[0]
    assert (line.quantity, line.unit_price) == (Decimal("1.5"), Decimal(9600))
    assert line.discounts == (LineDiscount(PERCENT, Decimal("12.5")),)


SHAPE_FAULTS: list[tuple[dict[str, object], str]] = [
    ({"reference": "  "}, "reference"),
    ({"reference": "a\x00b"}, "reference"),
    ({"reference": "x" * 201}, "reference"),
    ({"reference": "\ud800"}, "reference"),
    ({"status": "DONE"}, "status"),
    ({"status": None}, "status"),
    ({"invoiceReady": "perhaps"}, "invoiceReady"),
    ({"clientId": "7"}, "clientId"),
    ({"completedAt": "2026-03-02T12:00:00"}, "completedAt"),
    ({"completedAt": "0001-01-01T00:00:00+14:00"}, "completedAt"),
    ({"surprise": 1}, "surprise"),
    ({"estimate": {}}, "estimate.estimateId"),
    ({"approvals": [{"approvalId": str(OTHER)}]}, "approvals[0].approvedAt"),
    ({"approvals": {}}, "approvals"),
    ({"artifactRefs": [{"artifactRefId": str(OTHER), "type": "P", "displayName": "d", "sizeBytes": -1}]},
     "artifactRefs[0].sizeBytes"),
    ({"snapshot": a_snapshot_body(currency="usd")}, "snapshot.currency"),
    ({"snapshot": a_snapshot_body(schemaVersion="v" * 41)}, "snapshot.schemaVersion"),
    ({"snapshot": a_snapshot_body(lines=[a_line_body(lineId="x" * 101)])}, "snapshot.lines[0].lineId"),
    ({"snapshot": a_snapshot_body(lines=[a_line_body(kind="WORK")])}, "snapshot.lines[0].kind"),
    ({"snapshot": a_snapshot_body(lines=[a_line_body(quantity="NaN")])}, "snapshot.lines[0].quantity"),
    ({"snapshot": a_snapshot_body(lines=[a_line_body(quantity="many")])}, "snapshot.lines[0].quantity"),
    ({"snapshot": a_snapshot_body(lines=[a_line_body(unitPrice="0.0000000000001")])}, "snapshot.lines[0].unitPrice"),
    ({"snapshot": a_snapshot_body(lines=[a_line_body(discounts=[{"kind": "HALF", "value": 1}])])},
     "snapshot.lines[0].discounts[0].kind"),
    ({"snapshot": {}}, "snapshot.lines"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "place"), SHAPE_FAULTS, ids=[f"{i}-{p}" for i, (_, p) in enumerate(SHAPE_FAULTS)])
def test_shape_faults_name_their_place(fields: dict[str, object], place: str) -> None:
    with pytest.raises(Malformed) as refused:
        a_report(**fields)
    assert place in refused.value.field_errors


def test_a_row_that_is_no_object_and_a_report_on_another_work_order() -> None:
    with pytest.raises(Malformed) as refused:
        read_row(["WO-1"])
    assert set(refused.value.field_errors) == {"row"}
    with pytest.raises(Malformed) as refused:
        read_report(a_report_body(workOrderId=str(OTHER)), WORK_ORDER)
    assert set(refused.value.field_errors) == {"workOrderId"}


def test_upstream_totals_are_accepted_and_dropped() -> None:
    assert a_report(upstreamTotals={"grandTotal": 1, "taxes": [{"rate": 0.1}]}) == a_report()


DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**11), max_value=10**11)


@given(quantity=DECIMALS, price=DECIMALS, taxable=st.booleans(), text=st.text(min_size=1, max_size=50))
def test_a_stored_snapshot_reads_back_equal(quantity: Decimal, price: Decimal, taxable: bool, text: str) -> None:
    line = a_line_body(quantity=str(quantity), unitPrice=str(price), taxable=taxable, discounts=[
        {"kind": "PERCENT", "value": "0.000001"}
    ], description=f"x{text}".replace("\x00", ""))  # fmt: skip
    snapshot = a_report(snapshot=a_snapshot_body(lines=[line], createdAt="2026-03-02T11:59:59.123456+05:30")).snapshot
    assert snapshot is not None
    assert snapshot_of(json.loads(canonical_json(snapshot_document(snapshot)))) == snapshot


def test_stored_approvals_and_artifacts_read_back_equal() -> None:
    report = a_report()
    assert approvals_of(json.loads(canonical_json(approvals_document(report.approvals)))) == report.approvals
    refs = report.artifact_refs
    assert artifact_refs_of(json.loads(canonical_json(artifact_refs_document(refs)))) == refs
