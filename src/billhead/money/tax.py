"""Tax: which rate holds, and what it makes of amounts.

In: `Taxable` amounts after discounts, each with its `Taxation` (a rate, or an explicit treatment with a reason).
Out: a `TaxAssessment`: tax by key, the breakdown by region and component, and a finding for each rate that is missing.

Amounts are grouped by treatment, region, components and reason. Tax-exclusive, each component of a group is
round(rate × base), where the base of a compound component includes the components before it: every row of the
breakdown can be checked by hand. Tax-inclusive, the group's tax is round(gross × e / (1 + e)) with e the effective rate
of all components, cut into components by largest remainder, so that net + tax is the gross exactly.
Either way the group's tax goes back to the lines by largest remainder.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import ClassVar

from billhead.money.allocation import allocate, prorate
from billhead.money.currency import MinorUnits
from billhead.money.rounding import divide_half_up, find_percent_fault, in_range
from billhead.refusal import Malformed

MAX_TAX_PERCENT = 1000
_CONTEXT = Context(prec=28)


class Treatment(StrEnum):
    """How tax law treats an amount (EN 16931 BT-151: S, E, AE, Z)."""

    STANDARD = "STANDARD"
    EXEMPT = "EXEMPT"
    REVERSE_CHARGE = "REVERSE_CHARGE"
    ZERO = "ZERO"


class PriceBasis(StrEnum):
    """Whether prices, discounts and fees are given without their tax or with it."""

    TAX_EXCLUSIVE = "TAX_EXCLUSIVE"
    TAX_INCLUSIVE = "TAX_INCLUSIVE"


class TaxRounding(StrEnum):
    """Where tax is rounded: once per group of equal rates, or on every line."""

    PER_GROUP = "PER_GROUP"
    PER_LINE = "PER_LINE"


@dataclass(frozen=True, slots=True)
class TaxPolicy:
    """What a tenant or client chose; frozen into the invoice at issue."""

    prices: PriceBasis = PriceBasis.TAX_EXCLUSIVE
    rounding: TaxRounding = TaxRounding.PER_GROUP


@dataclass(frozen=True, slots=True)
class TaxComponent:
    """One tax of a rate; `rate` is in percent, a `compound` one is also charged on the components before it."""

    name: str
    rate: Decimal
    compound: bool = False

    def __post_init__(self) -> None:
        fault = find_percent_fault(self.rate, limit=MAX_TAX_PERCENT)
        if fault is not None:
            raise Malformed("INVALID_TAX_RATE", f"A tax rate {fault}", field_errors={"rate": fault})


@dataclass(frozen=True, slots=True)
class TaxRate:
    """What a region charges from `valid_from` up to, not including, `valid_to` (None: until further notice).

    `rate_class` tells the rates of one region apart, such as standard, reduced and super-reduced VAT.
    Components are charged in their order.
    """

    region: str
    components: tuple[TaxComponent, ...]
    valid_from: date
    valid_to: date | None = None
    rate_class: str = "standard"

    def __post_init__(self) -> None:
        if not self.components:
            raise Malformed("INVALID_TAX_RATE", "A tax rate has one component at least; a rate of zero is one of 0 %")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise Malformed("INVALID_TAX_RATE", "A tax rate must end after it begins")

    def holds_on(self, day: date) -> bool:
        """Whether this rate is in force on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Taxation:
    """How one line or fee is taxed; the class methods name the five cases.

    STANDARD has the rate that holds, or None when its region has none on that date (a finding, never a silent zero).
    The other treatments charge nothing and say why.
    """

    treatment: Treatment
    region: str | None = None
    rate: TaxRate | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.treatment is Treatment.STANDARD:
            if self.rate is not None and self.rate.region != self.region:
                raise ValueError("the rate of another region")
        elif self.rate is not None:
            raise ValueError(f"{self.treatment} charges nothing and has no rate")
        elif not (self.reason and self.reason.strip()):
            raise Malformed("TAX_REASON_MISSING", f"The tax treatment {self.treatment} needs a reason")

    @classmethod
    def at(cls, rate: TaxRate) -> "Taxation":
        """Taxed at a rate."""
        return cls(Treatment.STANDARD, rate.region, rate)

    @classmethod
    def without_rate(cls, region: str | None) -> "Taxation":
        """Taxable, but no rate is known: leads to a `TaxRateMissing` finding."""
        return cls(Treatment.STANDARD, region)

    @classmethod
    def exempt(cls, reason: str, region: str | None = None) -> "Taxation":
        """Not taxed: an exempt client, or a service that is not taxable."""
        return cls(Treatment.EXEMPT, region, reason=reason)

    @classmethod
    def reverse_charge(cls, reason: str, region: str | None = None) -> "Taxation":
        """The client accounts for the tax. A tax-inclusive price is then taken as the net price."""
        return cls(Treatment.REVERSE_CHARGE, region, reason=reason)

    @classmethod
    def zero(cls, reason: str, region: str | None = None) -> "Taxation":
        """Taxable at zero, such as an export."""
        return cls(Treatment.ZERO, region, reason=reason)


@dataclass(frozen=True, slots=True)
class Taxable:
    """An amount to tax, after discounts: without tax or with it, as the policy's price basis says."""

    amount: MinorUnits
    taxation: Taxation


@dataclass(frozen=True, slots=True)
class TaxBreakdownRow:
    """One component of one group (EN 16931 BG-23); `component` is None for treatments that charge nothing.

    `base` is the taxable amount; for a compound component it includes the components before it.
    Rows of one group share its base, so bases are not to be added up over components.
    """

    region: str | None
    component: str | None
    rate: Decimal
    compound: bool
    base: MinorUnits
    amount: MinorUnits
    treatment: Treatment
    reason: str | None


@dataclass(frozen=True, slots=True)
class TaxRateMissing:
    """A line or fee is taxable but its region has no rate on the invoice's date: nothing may be issued so."""

    code: ClassVar[str] = "TAX_RATE_MISSING"
    key: str
    is_fee: bool
    region: str | None

    @property
    def message(self) -> str:
        """The finding in words."""
        return f"No tax rate holds in {self.region}" if self.region else "No tax region is known"


ItemKey = tuple[int, str]
"""What an amount belongs to: (LINE, line key) or (FEE, fee key). Ties of a remainder fall in this order."""
LINE, FEE = 0, 1


@dataclass(frozen=True, slots=True)
class TaxAssessment:
    """Tax by item, the breakdown sorted by region and treatment, and findings sorted by item."""

    tax: Mapping[ItemKey, MinorUnits]
    breakdown: tuple[TaxBreakdownRow, ...]
    findings: tuple[TaxRateMissing, ...]


def find_rate(rates: Iterable[TaxRate], region: str, day: date, rate_class: str = "standard") -> TaxRate | None:
    """The rate of a region that holds on a day; of several (see `find_overlap`) the one that began last."""
    holding = [rate for rate in rates if rate.region == region and rate.rate_class == rate_class and rate.holds_on(day)]
    return max(holding, key=lambda rate: rate.valid_from, default=None)


def find_overlap(rates: Iterable[TaxRate]) -> tuple[TaxRate, TaxRate] | None:
    """Two rates of the same region and class that hold on the same day, the earlier one first, or None."""
    ordered = sorted(rates, key=lambda rate: (rate.region, rate.rate_class, rate.valid_from))
    for earlier, later in pairwise(ordered):
        same = (earlier.region, earlier.rate_class) == (later.region, later.rate_class)
        if same and earlier.holds_on(later.valid_from):
            return earlier, later
    return None


def resolve_taxation(rates: Iterable[TaxRate], region: str, day: date, rate_class: str = "standard") -> Taxation:
    """Taxation at the rate that holds in a region on the invoice's date, or without a rate when there is none."""
    rate = find_rate(rates, region, day, rate_class)
    return Taxation.without_rate(region) if rate is None else Taxation.at(rate)


def effective_rates(components: Sequence[TaxComponent]) -> tuple[Fraction, ...]:
    """Each component as an exact fraction of the net amount: 5 % then compound 10 % is 1/20 and 21/200."""
    found: list[Fraction] = []
    for component in components:
        rate = Fraction(component.rate) / 100
        found.append(rate * sum(found, Fraction(1)) if component.compound else rate)
    return tuple(found)


def assess_tax(items: Mapping[ItemKey, Taxable], policy: TaxPolicy) -> TaxAssessment:
    """The tax of every item and of the whole; the tax by item sums to the breakdown's amounts exactly."""
    groups: dict[tuple[object, ...], _Group] = {}
    of_taxation: dict[int, _Group] = {}
    for key, item in items.items():
        taxation = item.taxation
        # Lines mostly share few Taxation objects; identity spares hashing the whole rate on each line.
        group = of_taxation.get(id(taxation))
        if group is None:
            components = taxation.rate.components if taxation.rate else ()
            identity = (taxation.treatment, taxation.region, components, taxation.reason)
            group = groups.setdefault(identity, _Group(taxation, {}))
            of_taxation[id(taxation)] = group
        group.amounts[key] = item.amount

    tax = dict.fromkeys(items, 0)
    breakdown: list[TaxBreakdownRow] = []
    findings: list[tuple[ItemKey, TaxRateMissing]] = []
    for group in sorted(groups.values(), key=_group_order):
        taxation = group.taxation
        if taxation.rate is not None:
            tax_group = _extract if policy.prices is PriceBasis.TAX_INCLUSIVE else _charge
            by_item, rows = tax_group(taxation, taxation.rate, group.amounts, policy.rounding)
            tax.update(by_item)
            breakdown.extend(rows)
        elif taxation.treatment is Treatment.STANDARD:
            findings.extend((key, TaxRateMissing(key[1], key[0] == FEE, taxation.region)) for key in group.amounts)
        else:
            breakdown.append(_row(taxation, None, sum(group.amounts.values()), 0))
    findings.sort(key=lambda found: found[0])
    return TaxAssessment(
        {key: MinorUnits(amount) for key, amount in tax.items()},
        tuple(breakdown),
        tuple(finding for _, finding in findings),
    )


@dataclass(slots=True)
class _Group:
    taxation: Taxation
    amounts: dict[ItemKey, int]


def _group_order(group: _Group) -> tuple[str, str, tuple[tuple[str, Decimal, bool], ...], str]:
    taxation = group.taxation
    components = taxation.rate.components if taxation.rate else ()
    rates = tuple((component.name, component.rate, component.compound) for component in components)
    return (taxation.region or "", taxation.treatment, rates, taxation.reason or "")


def _charge(
    taxation: Taxation, rate: TaxRate, nets: Mapping[ItemKey, int], rounding: TaxRounding
) -> tuple[dict[ItemKey, int], list[TaxBreakdownRow]]:
    tax = dict.fromkeys(nets, 0)
    rows = []
    for component in rate.components:
        ratio = Fraction(component.rate) / 100
        bases = {key: net + tax[key] for key, net in nets.items()} if component.compound else nets
        parts = _parts(ratio, bases, rounding)
        for key, part in parts.items():
            tax[key] += part
        rows.append(_row(taxation, component, sum(bases.values()), sum(parts.values())))
    return tax, rows


def _extract(
    taxation: Taxation, rate: TaxRate, grosses: Mapping[ItemKey, int], rounding: TaxRounding
) -> tuple[dict[ItemKey, int], list[TaxBreakdownRow]]:
    effective = effective_rates(rate.components)
    whole = sum(effective, Fraction(1))
    tax = _parts((whole - 1) / whole, grosses, rounding)
    by_component = [0] * len(effective)
    rounded = tax.values() if rounding is TaxRounding.PER_LINE else [sum(tax.values())]
    denominator = lcm(*(share.denominator for share in effective))
    weights = {place: int(share * denominator) for place, share in enumerate(effective)}
    for amount in rounded:
        for place, part in allocate(amount, weights).items():
            by_component[place] += part
    net = sum(grosses.values()) - sum(tax.values())
    rows = []
    before = 0
    for component, amount in zip(rate.components, by_component, strict=True):
        rows.append(_row(taxation, component, net + before if component.compound else net, amount))
        before += amount
    return tax, rows


def _parts(ratio: Fraction, amounts: Mapping[ItemKey, int], rounding: TaxRounding) -> dict[ItemKey, int]:
    if rounding is TaxRounding.PER_GROUP:
        return prorate(ratio, amounts)
    top, bottom = ratio.numerator, ratio.denominator
    return {key: divide_half_up(top * amount, bottom) for key, amount in amounts.items()}


def _row(taxation: Taxation, component: TaxComponent | None, base: int, amount: int) -> TaxBreakdownRow:
    return TaxBreakdownRow(
        region=taxation.region,
        component=component.name if component else None,
        rate=_plain(component.rate) if component else Decimal(0),
        compound=component.compound if component else False,
        base=in_range(base, "A tax base"),
        amount=in_range(amount, "A tax amount"),
        treatment=taxation.treatment,
        reason=taxation.reason,
    )


def _plain(rate: Decimal) -> Decimal:
    # 19 and 19.00 are one rate and one group, so they must also be shown alike whichever came first.
    shortest = rate.normalize(_CONTEXT)
    return shortest.quantize(Decimal(1), context=_CONTEXT) if shortest == shortest.to_integral_value() else shortest
