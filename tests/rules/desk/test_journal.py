"""Journal entries balance, whatever an invoice comes to; a void turns its issue round."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead import money
from billhead.desk.journal import (
    COLUMNS,
    ENTRY_RULES,
    Booked,
    InvoiceFacts,
    JournalEntry,
    JournalLine,
    TaxAmount,
    book,
    csv_rows,
)
from billhead.invoices.events import InvoiceIssued, InvoiceVoided
from billhead.tenants.rules import DEFAULT_ACCOUNTS, LedgerAccount

DAY, LATER = date(2026, 3, 2), date(2026, 4, 1)
AMOUNT = st.integers(-(10**12), 10**12)
TAXES = st.lists(st.builds(TaxAmount, st.sampled_from(["US-WA", None]), st.sampled_from("ABC"), AMOUNT), max_size=5)


def facts(net: int, fees: int, taxes: list[TaxAmount], number: str = "INV-1") -> InvoiceFacts:
    tax = sum(one.amount for one in taxes)
    return InvoiceFacts(uuid4(), number, uuid4(), "USD", DAY, net, fees, tax, net + tax, tuple(taxes))


def entry_of(invoice: InvoiceFacts, kind: str = InvoiceIssued.type) -> JournalEntry:
    return book(Booked(uuid4(), kind, 7, LATER, invoice))


def balance_by_account(*entries: JournalEntry) -> dict[LedgerAccount, int]:
    sums = dict.fromkeys(LedgerAccount, 0)
    for entry in entries:
        for line in entry.lines:
            sums[line.account] += line.debit - line.credit
    return sums


@given(AMOUNT, AMOUNT, TAXES)
def test_every_entry_balances_and_every_line_has_one_side(net: int, fees: int, taxes: list[TaxAmount]) -> None:
    invoice = facts(net, fees, taxes)
    for kind in ENTRY_RULES:
        entry = entry_of(invoice, kind)
        assert sum(line.debit for line in entry.lines) == sum(line.credit for line in entry.lines)
        assert all(min(line.debit, line.credit) == 0 < max(line.debit, line.credit) for line in entry.lines)


@given(AMOUNT, AMOUNT, TAXES)
def test_issue_and_void_leave_nothing(net: int, fees: int, taxes: list[TaxAmount]) -> None:
    invoice = facts(net, fees, taxes)
    issued, voided = entry_of(invoice), entry_of(invoice, InvoiceVoided.type)
    assert balance_by_account(issued) == {
        LedgerAccount.RECEIVABLES: net + sum(tax.amount for tax in taxes), LedgerAccount.REVENUE: fees - net,
        LedgerAccount.FEES: -fees, LedgerAccount.TAX_PAYABLE: -sum(tax.amount for tax in taxes),
    }  # fmt: skip
    assert not any(balance_by_account(issued, voided).values())
    assert (issued.day, voided.day) == (DAY, LATER)


LINES = st.lists(
    st.tuples(
        st.decimals("-1000", "1000", places=3),
        st.decimals("0", "100000", places=2),
        st.sampled_from(["6.5", "3.85", "19", "8.1"]),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@given(LINES, st.sampled_from(money.PriceBasis))
def test_what_invoices_come_to_can_be_booked(
    lines: list[tuple[Decimal, Decimal, str]], prices: money.PriceBasis
) -> None:
    def rate(percent: str) -> money.Taxation:
        components = (money.TaxComponent("State", Decimal(percent)), money.TaxComponent("City", Decimal("1.05")))
        return money.Taxation.at(money.TaxRate(f"R-{percent}", components, DAY))

    totals = money.compute_document(
        [money.Line(str(n), quantity, price, rate(percent)) for n, (quantity, price, percent) in enumerate(lines)],
        policy=money.TaxPolicy(prices=prices),
    )
    taxes = [TaxAmount(row.region, row.component, row.amount) for row in totals.tax_breakdown]
    entry = entry_of(facts(totals.net_total, 0, taxes))
    assert balance_by_account(entry)[LedgerAccount.RECEIVABLES] == totals.grand_total
    assert -balance_by_account(entry)[LedgerAccount.TAX_PAYABLE] == totals.tax_total


def test_each_tax_component_has_its_line() -> None:
    entry = entry_of(facts(1000, 0, [TaxAmount("R", "A", 60), TaxAmount("R", "B", 40), TaxAmount("R", "A", 5)]))
    assert [(line.component, line.credit) for line in entry.lines if line.component] == [("A", 65), ("B", 40)]


def test_what_does_not_balance_is_no_entry() -> None:
    booked = entry_of(facts(100, 0, [])).booked
    with pytest.raises(ValueError, match="does not balance"):
        JournalEntry(booked, entry_of(facts(1, 0, [])).kind, DAY, (JournalLine(LedgerAccount.REVENUE, 1, 0),))
    wrong = InvoiceFacts(uuid4(), "INV-1", uuid4(), "USD", DAY, 100, 0, 10, 110, (TaxAmount("R", "A", 9),))
    with pytest.raises(ValueError, match="are not its tax"):
        entry_of(wrong)


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(typed: str) -> None:
    entry = entry_of(facts(100, 0, [TaxAmount(typed, typed, 10)], number=typed))
    numbers = dict.fromkeys(DEFAULT_ACCOUNTS, typed)
    for row in csv_rows(entry, numbers, str):
        assert len(row) == len(COLUMNS)
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
