"""Totals: everything a document's money comes to, computed at once from what was sold.

In: lines, discounts in the order granted, fee rules, and the tax policy. Out: a frozen `DocumentTotals`, or one
Malformed refusal with every field at fault.

    amount    = round(quantity × unit price)          each line
    discounts   taken off the lines, one by one
    fees        on what the lines, or some of them, come to after discounts
    tax         on lines and taxable fees alike

Words, beside EN 16931: `subtotal` is the sum of the amounts before any discount. `discount_total` holds line and
document discounts (BT-136, BT-107), `fee_total` the document's charges (BT-108), `net_total` is the total without tax
(BT-109), `tax_total` BT-110, `grand_total` BT-112. Always:

    net_total + tax_total == grand_total
    tax-exclusive prices:  subtotal - discount_total + fee_total == net_total
    tax-inclusive prices:  subtotal - discount_total + fee_total == grand_total

so with tax-inclusive prices `tax_total` is a part of the figures above it and not added to them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from billhead.money.currency import MinorUnits
from billhead.money.discounts import (
    AppliedDiscount,
    Discount,
    LineKey,
    apply_discounts,
    find_discount_fault,
    has_target,
)
from billhead.money.fees import FeeRule, charge_fees, find_fee_fault
from billhead.money.rounding import find_quantity_fault, find_unit_price_fault, in_range, multiply
from billhead.money.tax import (
    FEE,
    LINE,
    ItemKey,
    PriceBasis,
    Taxable,
    Taxation,
    TaxBreakdownRow,
    TaxPolicy,
    TaxRateMissing,
    assess_tax,
)
from billhead.refusal import Fault, FaultCode, Malformed


@dataclass(frozen=True, slots=True)
class Line:
    """What is charged: `unit_price` in minor units with up to twelve places, `quantity` with up to six.

    `key` is unique within the document; results and ties hang on it, never on the position. `service` is the id of
    the catalog's service, for discounts on all its lines.
    """

    key: LineKey
    quantity: Decimal
    unit_price: Decimal
    taxation: Taxation
    service: str | None = None

    def mirrored(self) -> "Line":
        """The same line credited; a document of mirrored lines and fees comes to exactly the opposite."""
        return replace(self, quantity=self.quantity.copy_negate())


@dataclass(frozen=True, slots=True)
class LineTotals:
    """One line. `amount` and `discount` are in the price basis of the document; net + tax == gross.

    net is amount - discount with tax-exclusive prices, gross is with tax-inclusive ones.
    """

    key: LineKey
    amount: MinorUnits
    discount: MinorUnits
    net: MinorUnits
    tax: MinorUnits
    gross: MinorUnits


@dataclass(frozen=True, slots=True)
class FeeTotals:
    """One row of the fee breakdown. `amount` is in the price basis of the document; net + tax == gross."""

    key: str
    name: str
    percent: Decimal | None
    base: MinorUnits
    capped: bool
    amount: MinorUnits
    net: MinorUnits
    tax: MinorUnits
    gross: MinorUnits


@dataclass(frozen=True, slots=True)
class DocumentTotals:
    """All money of a document in minor units of its currency; lines, discounts and fees in the order given.

    The module's header defines the totals. The document may only be issued when `findings` is empty.
    """

    policy: TaxPolicy
    lines: tuple[LineTotals, ...]
    discounts: tuple[AppliedDiscount, ...]
    fee_breakdown: tuple[FeeTotals, ...]
    tax_breakdown: tuple[TaxBreakdownRow, ...]
    subtotal: MinorUnits
    discount_total: MinorUnits
    fee_total: MinorUnits
    net_total: MinorUnits
    tax_total: MinorUnits
    grand_total: MinorUnits
    findings: tuple[TaxRateMissing, ...]


def compute_document(
    lines: Sequence[Line],
    discounts: Sequence[Discount] = (),
    fees: Sequence[FeeRule] = (),
    policy: TaxPolicy = TaxPolicy(),  # noqa: B008 -- frozen
) -> DocumentTotals:
    """What the document comes to.

    Malformed `INVALID_DOCUMENT` with all field errors (`lines.0.quantity`, `discounts.1.percent`, `fees.0.cap`),
    `DISCOUNT_TARGET_NOT_FOUND` when nothing but a discount's target is wrong, `AMOUNT_OUT_OF_RANGE` when a result
    leaves 64 bits. ValueError when two lines, discounts or fees share a key: keys are given by the caller's code.
    """
    services = _services(lines)
    _check(lines, discounts, fees, services)

    amounts = {line.key: multiply(line.quantity, line.unit_price) for line in lines}
    plan = apply_discounts(amounts, services, discounts)
    charged = charge_fees(fees, plan.left)

    taxables: dict[ItemKey, Taxable] = {(LINE, line.key): Taxable(plan.left[line.key], line.taxation) for line in lines}
    taxables |= {(FEE, fee.rule.key): Taxable(fee.amount, fee.rule.taxation) for fee in charged}
    assessment = assess_tax(taxables, policy)
    splits = _split(taxables, assessment.tax, policy.prices)

    line_totals = tuple(
        LineTotals(line.key, amount, MinorUnits(amount - plan.left[line.key]), *splits[LINE, line.key])
        for line, amount in zip(lines, amounts.values(), strict=True)
    )
    fee_totals = tuple(
        FeeTotals(
            fee.rule.key,
            fee.rule.name,
            fee.percent,
            fee.base,
            fee.capped,
            fee.amount,
            *splits[FEE, fee.rule.key],
        )
        for fee in charged
    )
    return DocumentTotals(
        policy=policy,
        lines=line_totals,
        discounts=plan.applied,
        fee_breakdown=fee_totals,
        tax_breakdown=assessment.breakdown,
        subtotal=_total("The subtotal", amounts.values()),
        discount_total=_total("The discount total", (discount.amount for discount in plan.applied)),
        fee_total=_total("The fee total", (fee.amount for fee in charged)),
        net_total=_total("The net total", (net for net, _, _ in splits.values())),
        tax_total=_total("The tax total", assessment.tax.values()),
        grand_total=_total("The grand total", (gross for _, _, gross in splits.values())),
        findings=assessment.findings,
    )


def _services(lines: Sequence[Line]) -> dict[LineKey, str | None]:
    services = {line.key: line.service for line in lines}
    if len(services) != len(lines):
        raise ValueError("two lines share a key")
    return services


def _check(
    lines: Sequence[Line],
    discounts: Sequence[Discount],
    fees: Sequence[FeeRule],
    services: Mapping[LineKey, str | None],
) -> None:
    if len({discount.key for discount in discounts}) != len(discounts):
        raise ValueError("two discounts share a key")
    if len({fee.key for fee in fees}) != len(fees):
        raise ValueError("two fees share a key")

    faults: dict[str, str] = {}
    for place, line in enumerate(lines):
        if quantity_fault := find_quantity_fault(line.quantity):
            faults[f"lines.{place}.quantity"] = quantity_fault
        if price_fault := find_unit_price_fault(line.unit_price):
            faults[f"lines.{place}.unitPrice"] = price_fault
    for place, discount in enumerate(discounts):
        if discount_fault := find_discount_fault(discount.reduction):
            faults[f"discounts.{place}.{discount_fault[0]}"] = discount_fault[1]
    for place, fee in enumerate(fees):
        if fee_fault := find_fee_fault(fee.charge):
            faults[f"fees.{place}.{fee_fault[0]}"] = fee_fault[1]
    of_services = set(services.values())
    without_target = {
        f"discounts.{place}.target": Fault(FaultCode.UNKNOWN_REFERENCE, "names no line of this document")
        for place, discount in enumerate(discounts)
        if not has_target(discount.target, services, of_services)
    }
    if faults:
        raise Malformed("INVALID_DOCUMENT", "Amounts are out of bounds", field_errors=faults | without_target)
    if without_target:
        raise Malformed(
            "DISCOUNT_TARGET_NOT_FOUND", "A discount names no line of this document", field_errors=without_target
        )


def _split(
    taxables: Mapping[ItemKey, Taxable], tax: Mapping[ItemKey, MinorUnits], prices: PriceBasis
) -> dict[ItemKey, tuple[MinorUnits, MinorUnits, MinorUnits]]:
    inclusive = prices is PriceBasis.TAX_INCLUSIVE
    splits = {}
    for key, taxable in taxables.items():
        net = taxable.amount - tax[key] if inclusive else taxable.amount
        gross = in_range(net + tax[key], "A line with its tax")
        splits[key] = (in_range(net, "A line without its tax"), tax[key], gross)
    return splits


def _total(what: str, amounts: Iterable[int]) -> MinorUnits:
    return in_range(sum(amounts), what)
