"""View models: periods, splits, groups and exact numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.layout.view_models import (
    InvoiceItem,
    InvoiceView,
    Location,
    Party,
    RecurringPeriod,
    address_block,
    service_period_label,
)
from billhead.layout.view_models.invoice import split_tax
from billhead.layout.view_models.parties import exact
from layout.builders import DEPOT, HARBOUR
from layout.documents import a_quote_item, a_quote_view


def a_line(total: int = 1000, **more: object) -> InvoiceItem:
    fields: dict[str, object] = {
        "id": "1",
        "description": "Line",
        "quantity": Decimal(1),
        "unit_price": Decimal(total),
        "total": total,
    }
    return InvoiceItem(**{**fields, **more})  # type: ignore[arg-type]


def a_view(*items: InvoiceItem, **more: object) -> InvoiceView:
    fields: dict[str, object] = {
        "invoice_number": "INV-1",
        "issue_date": "2025-01-01",
        "due_date": "2025-02-01",
        "currency_code": "EUR",
        "customer": Party("Ada"),
        "items": items,
        "subtotal": sum(item.total for item in items),
        "tax": 0,
        "total": sum(item.total for item in items),
    }
    return InvoiceView(**{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        ("2025-01-01", "2025-02-01", "Jan 1, 2025 - Feb 1, 2025"),
        ("2025-01-01T23:59:59Z", "2025-02-01T00:00:00+14:00", "Jan 1, 2025 - Feb 1, 2025"),
        ("2025-02-01", "2025-01-01", "Feb 1, 2025 - Jan 1, 2025"),
        ("2025-01-01", None, None),
        (None, "2025-02-01", None),
        ("", "2025-02-01", None),
        ("2025-01-01", "2025-02-31", None),
        ("soon", "2025-02-01", None),
    ],
)
def test_the_period_needs_both_of_its_days(start: str | None, end: str | None, label: str | None) -> None:
    assert service_period_label(start, end) == label
    out = a_view(recurring_period_start=start, recurring_period_end=end).to_dict()
    assert out["recurringServicePeriodLabel"] == label
    assert out["recurringServicePeriodStart"] == (start or None)


def test_the_period_follows_the_language() -> None:
    assert service_period_label("2025-01-01", "2025-02-01", "de") == "1. Jan. 2025 - 1. Feb. 2025"


def test_the_header_period_never_comes_from_lines() -> None:
    line = a_line(recurring_periods=[RecurringPeriod("2025-01-01", "2025-02-01", "arrears")])
    out = a_view(line).to_dict()
    assert out["recurringServicePeriodStart"] is None
    assert out["recurringServicePeriodLabel"] is None


def test_a_line_sums_its_periods_up() -> None:
    periods = [
        RecurringPeriod("2025-02-01", "2025-02-15", "arrears"),
        RecurringPeriod("2025-01-01", "2025-03-01", "arrears"),
    ]
    out = a_line(recurring_periods=periods).to_dict()
    summary = (out["servicePeriodStart"], out["servicePeriodEnd"], out["billingTiming"])
    assert summary == ("2025-01-01", "2025-02-15", "arrears")
    mixed = a_line(recurring_periods=[*periods, RecurringPeriod("2025-05-01", None, "advance")]).to_dict()
    assert mixed["billingTiming"] is None


def test_recurring_lines_are_those_with_a_period_or_a_timing() -> None:
    out = a_view(a_line(id="a", billing_timing="advance"), a_line(id="b")).to_dict()
    assert [line["id"] for line in out["recurringItems"]] == ["a"]  # type: ignore[attr-defined]
    assert [line["id"] for line in out["onetimeItems"]] == ["b"]  # type: ignore[attr-defined]


@given(
    st.integers(0, 10**6),
    st.lists(st.tuples(st.integers(-1000, 10**6), st.booleans(), st.none() | st.integers(0, 1000)), max_size=8),
)
def test_the_split_of_tax_sums_to_the_tax(tax: int, lines: list[tuple[int, bool, int | None]]) -> None:
    items = [a_line(total, tax_amount=own) for total, _, own in lines]
    recurring = [item for item, (_, repeats, _) in zip(items, lines, strict=True) if repeats]
    onetime = [item for item, (_, repeats, _) in zip(items, lines, strict=True) if not repeats]
    assert sum(split_tax(tax, recurring, onetime)) == tax


def test_tax_without_positive_amounts_is_one_time() -> None:
    assert split_tax(100, [a_line(-5)], [a_line(5)]) == (0, 100)
    assert split_tax(100, [a_line(1)], [a_line(2)]) == (33, 67)
    assert split_tax(100, [a_line(1, tax_amount=90)], [a_line(2)]) == (90, 10)


def test_groups_by_location_keep_first_seen_order() -> None:
    lines = [
        a_line(100, location=DEPOT, tax_amount=20),
        a_line(50),
        a_line(-30, location=DEPOT),
        a_line(10, location=HARBOUR),
        a_line(5),
    ]
    groups = a_view(*lines).to_dict()["groupsByLocation"]
    sums = [(group["location_id"], group["subtotal"], group["tax"], group["total"]) for group in groups]  # type: ignore[attr-defined]
    assert sums == [("depot", 70, 20, 90), (None, 55, 0, 55), ("harbour", 10, 0, 10)]
    assert groups[1]["name"] is None  # type: ignore[index]


@pytest.mark.parametrize(
    ("locations", "several"),
    [
        ([], False),
        ([None, None], False),
        ([HARBOUR, None], False),
        ([HARBOUR, HARBOUR], False),
        ([HARBOUR, DEPOT], True),
    ],
)
def test_several_locations(locations: list[Location | None], several: bool) -> None:
    assert a_view(*(a_line(location=location) for location in locations)).has_multiple_locations is several


def test_address_blocks_hide_placeholders() -> None:
    full = Location("1", "X", "1 Road", "", "Floor 2", "Bath", "N/A", "BA1", "XX", "Unknown")
    assert address_block(full) == "1 Road\nFloor 2\nBath, BA1"
    assert address_block(Location("1", "X", city="Bath", country_code="GB")) == "Bath\nGB"


@pytest.mark.parametrize(
    ("number", "wire"), [(Decimal("2.50"), "2.5"), (Decimal("1E+2"), 100), (Decimal("0.0004"), "0.0004"), (3, 3)]
)
def test_exact_numbers(number: Decimal, wire: object) -> None:
    assert exact(number) == wire


def test_quote_sums_leave_out_unchosen_options_and_subtract_discounts() -> None:
    items = [
        a_quote_item(0),
        a_quote_item(2, is_optional=True, is_selected=False),
        a_quote_item(4, is_discount=True, total_price=1500, tax_amount=0, net_amount=1500),
    ]
    out = a_quote_view(*items).to_dict()
    assert (out["recurring_subtotal"], out["recurring_tax"], out["recurring_total"]) == (8500, 2000, 10500)
    groups = out["groups_by_location"]
    assert [group["subtotal"] for group in groups] == [10000]  # type: ignore[attr-defined]


def test_quote_phases_have_a_name_for_lines_without_one() -> None:
    phases = a_quote_view().to_dict()["phases"]
    assert [(phase["name"], len(phase["items"])) for phase in phases] == [("Discovery", 2), ("General", 1)]  # type: ignore[attr-defined]
