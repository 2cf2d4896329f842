"""What holds for every document: parts sum to the whole, signs mirror, order does not matter."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.money import (
    Discount,
    DocumentTotals,
    FeeRule,
    FeeTotals,
    FixedFee,
    Line,
    LineTotals,
    PriceBasis,
    Taxation,
    TaxPolicy,
    TaxRounding,
    Treatment,
    compute_document,
    round_half_up,
)
from rules.money.documents import EVERY_POLICY, by_key, documents, fixed_fee, percent_fee

Document = tuple[list[Line], list[Discount], list[FeeRule]]
every_policy = pytest.mark.parametrize("policy", EVERY_POLICY, ids=lambda policy: f"{policy.prices}-{policy.rounding}")


@every_policy
@given(document=documents())
def test_parts_sum_to_the_whole(policy: TaxPolicy, document: Document) -> None:
    totals = compute_document(*document, policy)
    items: list[LineTotals | FeeTotals] = [*totals.lines, *totals.fee_breakdown]
    assert totals.subtotal == sum(line.amount for line in totals.lines)
    assert totals.discount_total == sum(line.discount for line in totals.lines)
    assert totals.discount_total == sum(discount.amount for discount in totals.discounts)
    assert totals.fee_total == sum(fee.amount for fee in totals.fee_breakdown)
    assert totals.tax_total == sum(item.tax for item in items)
    assert totals.tax_total == sum(row.amount for row in totals.tax_breakdown)
    assert totals.net_total == sum(item.net for item in items)
    assert totals.grand_total == sum(item.gross for item in items)
    assert all(item.net + item.tax == item.gross for item in items)
    for discount in totals.discounts:
        assert discount.amount == sum(discount.by_line.values())
    for line in totals.lines:
        assert line.discount == sum(discount.by_line.get(line.key, 0) for discount in totals.discounts)


@every_policy
@given(document=documents())
def test_the_totals_add_up_as_their_header_says(policy: TaxPolicy, document: Document) -> None:
    totals = compute_document(*document, policy)
    priced = totals.subtotal - totals.discount_total + totals.fee_total
    assert totals.net_total + totals.tax_total == totals.grand_total
    if policy.prices is PriceBasis.TAX_EXCLUSIVE:
        assert priced == totals.net_total
        assert all(line.net == line.amount - line.discount for line in totals.lines)
        assert all(fee.net == fee.amount for fee in totals.fee_breakdown)
    else:
        assert priced == totals.grand_total
        assert all(line.gross == line.amount - line.discount for line in totals.lines)
        assert all(fee.gross == fee.amount for fee in totals.fee_breakdown)


@every_policy
@given(document=documents())
def test_the_opposite_document_comes_to_the_opposite(policy: TaxPolicy, document: Document) -> None:
    lines, discounts, fees = document
    totals = compute_document(lines, discounts, fees, policy)
    mirror = compute_document([line.mirrored() for line in lines], discounts, [fee.mirrored() for fee in fees], policy)
    assert figures(mirror) == {name: -figure for name, figure in figures(totals).items()}
    assert mirror.findings == totals.findings


@every_policy
@given(data=st.data(), document=documents())
def test_the_order_of_lines_and_fees_does_not_matter(
    policy: TaxPolicy, data: st.DataObject, document: Document
) -> None:
    lines, discounts, fees = document
    totals = compute_document(lines, discounts, fees, policy)
    shuffled = compute_document(data.draw(st.permutations(lines)), discounts, data.draw(st.permutations(fees)), policy)
    assert by_key(shuffled) == by_key(totals)
    assert {fee.key: fee for fee in shuffled.fee_breakdown} == {fee.key: fee for fee in totals.fee_breakdown}
    assert shuffled.discounts == totals.discounts
    assert repr(shuffled.tax_breakdown) == repr(totals.tax_breakdown)
    assert shuffled.findings == totals.findings
    assert shuffled.grand_total == totals.grand_total


@every_policy
@given(document=documents())
def test_no_discount_takes_its_target_or_a_line_past_zero(policy: TaxPolicy, document: Document) -> None:
    totals = compute_document(*document, policy)
    for discount in totals.discounts:
        assert min(0, discount.base) <= discount.amount <= max(0, discount.base)
    for line in totals.lines:
        assert min(0, line.amount) <= line.discount <= max(0, line.amount)


@every_policy
@given(document=documents())
def test_every_amount_is_in_exactly_one_base_or_finding(policy: TaxPolicy, document: Document) -> None:
    lines, _, fees = document
    totals = compute_document(*document, policy)
    treatments: dict[tuple[bool, str], Taxation] = {(False, line.key): line.taxation for line in lines}
    treatments |= {(True, fee.key): fee.taxation for fee in fees}
    nets: dict[tuple[bool, str], int] = {(False, line.key): line.net for line in totals.lines}
    nets |= {(True, fee.key): fee.net for fee in totals.fee_breakdown}
    taxes: dict[tuple[bool, str], int] = {(False, line.key): line.tax for line in totals.lines}
    taxes |= {(True, fee.key): fee.tax for fee in totals.fee_breakdown}
    missing = {(finding.is_fee, finding.key) for finding in totals.findings}
    assert missing == {
        item for item, way in treatments.items() if way.treatment is Treatment.STANDARD and way.rate is None
    }
    assert all(
        taxes[item] == 0 for item, way in treatments.items() if item in missing or way.treatment != Treatment.STANDARD
    )
    untaxed = [row for row in totals.tax_breakdown if row.treatment != Treatment.STANDARD]
    assert sum(row.base for row in untaxed) == sum(
        nets[item] for item, way in treatments.items() if way.treatment != Treatment.STANDARD
    )
    groups = {(way.region, way.rate.components): way.rate for item, way in treatments.items() if way.rate is not None}
    assert len([row for row in totals.tax_breakdown if row.treatment == Treatment.STANDARD]) == sum(
        len(rate.components) for rate in groups.values()
    )


@given(document=documents())
def test_each_row_of_the_breakdown_can_be_checked_by_hand(document: Document) -> None:
    for row in compute_document(*document, TaxPolicy()).tax_breakdown:
        assert row.amount == round_half_up(Fraction(row.rate) / 100 * row.base)


@given(document=documents())
def test_rounding_per_line_depends_on_the_line_alone(document: Document) -> None:
    lines, _, _ = document
    policy = TaxPolicy(rounding=TaxRounding.PER_LINE)
    totals = compute_document(lines, policy=policy)
    for line, alone in zip(lines, totals.lines, strict=True):
        assert compute_document([line], policy=policy).lines == (alone,)


@given(document=documents())
def test_both_roundings_and_bases_agree_within_a_unit_per_component(document: Document) -> None:
    """Tax by line is near its exact value whatever the policy: no line carries the others' rounding."""
    lines, discounts, _ = document
    for rounding in TaxRounding:
        totals = compute_document(lines, discounts, (), TaxPolicy(rounding=rounding))
        for line, result in zip(lines, totals.lines, strict=True):
            rate = line.taxation.rate
            exact = Fraction(0)
            for component in rate.components if rate else ():
                base = result.net + exact if component.compound else Fraction(result.net)
                exact += Fraction(component.rate) / 100 * base
            assert abs(result.tax - exact) < 4


@every_policy
@given(document=documents(), digits=st.integers(3, 12))
def test_the_thread_s_decimal_context_does_not_matter(policy: TaxPolicy, document: Document, digits: int) -> None:
    expected = compute_document(*document, policy)
    with localcontext() as context:
        context.prec = digits
        assert compute_document(*document, policy) == expected


def figures(totals: DocumentTotals) -> dict[str, int | Decimal]:
    found: dict[str, int | Decimal] = {
        name: getattr(totals, name)
        for name in ("subtotal", "discount_total", "fee_total", "net_total", "tax_total", "grand_total")
    }
    for line in totals.lines:
        for name in ("amount", "discount", "net", "tax", "gross"):
            found[f"{line.key}.{name}"] = getattr(line, name)
    for fee in totals.fee_breakdown:
        for name in ("base", "amount", "net", "tax", "gross"):
            found[f"{fee.key}.{name}"] = getattr(fee, name)
    for place, row in enumerate(totals.tax_breakdown):
        found[f"row{place}.base"], found[f"row{place}.amount"] = row.base, row.amount
    for discount in totals.discounts:
        found[f"{discount.key}.base"], found[f"{discount.key}.amount"] = discount.base, discount.amount
        found |= {f"{discount.key}.{key}": amount for key, amount in discount.by_line.items()}
    return found


def test_a_mirrored_percent_fee_stays_and_a_fixed_one_turns() -> None:
    assert percent_fee("5", 100).mirrored() == percent_fee("5", 100)
    assert isinstance(fixed_fee(5).mirrored().charge, FixedFee)
    assert fixed_fee(5).mirrored() == fixed_fee(-5)
