"""Builders and hypothesis strategies for documents: tables of cases and properties share them."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from billhead.money import (
    Discount,
    DocumentTotals,
    FeeRule,
    FixedFee,
    FixedOff,
    Line,
    LineKey,
    LineTotals,
    MinorUnits,
    OnDocument,
    OnLine,
    OnService,
    PercentFee,
    PercentOff,
    PriceBasis,
    Taxation,
    TaxComponent,
    TaxPolicy,
    TaxRate,
    TaxRounding,
)

EXCLUSIVE = TaxPolicy()
INCLUSIVE = TaxPolicy(prices=PriceBasis.TAX_INCLUSIVE)
EVERY_POLICY = [TaxPolicy(prices, rounding) for prices in PriceBasis for rounding in TaxRounding]
UNTAXED = Taxation.exempt("Not subject to tax")


def a_rate(region: str, *components: tuple[str, str] | tuple[str, str, bool], rate_class: str = "standard") -> TaxRate:
    return TaxRate(
        region,
        tuple(TaxComponent(part[0], Decimal(part[1]), len(part) == 3) for part in components),
        valid_from=date(2020, 1, 1),
        rate_class=rate_class,
    )


GERMAN = Taxation.at(a_rate("DE", ("MwSt", "19")))
GERMAN_REDUCED = Taxation.at(a_rate("DE", ("MwSt", "7"), rate_class="reduced"))
FRENCH_SUPER_REDUCED = Taxation.at(a_rate("FR", ("TVA", "2.1"), rate_class="super-reduced"))
BRITISH_COLUMBIA = Taxation.at(a_rate("CA-BC", ("GST", "5"), ("PST", "7")))
QUEBEC_BEFORE_2013 = Taxation.at(a_rate("CA-QC", ("GST", "5"), ("QST", "9.5", True)))
CHICAGO = Taxation.at(a_rate("US-IL", ("State", "6.25"), ("County", "1.75"), ("City", "1.25"), ("RTA", "1")))
JAPAN = Taxation.at(a_rate("JP", ("JCT", "10")))


def a_line(
    key: str, unit_price: str, taxation: Taxation = GERMAN, *, quantity: str = "1", service: str | None = None
) -> Line:
    return Line(LineKey(key), Decimal(quantity), Decimal(unit_price), taxation, service)


def percent_off(percent: str, target: OnLine | OnService | OnDocument | None = None, key: str = "p") -> Discount:
    return Discount(key, target or OnDocument(), PercentOff(Decimal(percent)))


def fixed_off(amount: int, target: OnLine | OnService | OnDocument | None = None, key: str = "f") -> Discount:
    return Discount(key, target or OnDocument(), FixedOff(MinorUnits(amount)))


def percent_fee(percent: str, cap: int | None = None, taxation: Taxation = UNTAXED, key: str = "pf") -> FeeRule:
    return FeeRule(key, key, PercentFee(Decimal(percent), None if cap is None else MinorUnits(cap)), taxation)


def fixed_fee(amount: int, taxation: Taxation = UNTAXED, key: str = "ff") -> FeeRule:
    return FeeRule(key, key, FixedFee(MinorUnits(amount)), taxation)


def by_key(totals: DocumentTotals) -> dict[str, LineTotals]:
    return {line.key: line for line in totals.lines}


SERVICES = ["labour", "parts", None]
percents = st.decimals(min_value=0, max_value=100, places=4)
component_sets = st.lists(
    st.builds(
        TaxComponent,
        st.sampled_from(["State", "County", "City"]),
        st.decimals(min_value=0, max_value=30, places=3),
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
taxations = st.one_of(
    st.builds(
        lambda region, components: Taxation.at(TaxRate(region, components, date(2020, 1, 1))),
        st.sampled_from(["A", "B"]),
        component_sets,
    ),
    st.sampled_from(
        [
            GERMAN,
            GERMAN_REDUCED,
            BRITISH_COLUMBIA,
            QUEBEC_BEFORE_2013,
            UNTAXED,
            Taxation.zero("Export"),
            Taxation.reverse_charge("Article 196 of Directive 2006/112/EC", "DE"),
            Taxation.without_rate("XX"),
        ]
    ),
)
quantities = st.decimals(min_value=-1000, max_value=1000, places=6)
unit_prices = st.one_of(
    st.decimals(min_value=-(10**6), max_value=10**6, places=12), st.integers(-500, 500).map(Decimal)
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[Line], list[Discount], list[FeeRule]]:
    """Lines of either sign at mixed rates, discounts that find their targets, and fees."""
    # Few distinct taxations and prices, so that groups are shared and remainders tie.
    shared = draw(st.lists(taxations, min_size=1, max_size=3))
    lines = [
        Line(LineKey(f"l{place}"), quantity, unit_price, taxation, service)
        for place, (quantity, unit_price, taxation, service) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.one_of(st.sampled_from([Decimal(1), Decimal(-1)]), quantities),
                        unit_prices,
                        st.sampled_from(shared),
                        st.sampled_from(SERVICES),
                    ),
                    max_size=8,
                )
            )
        )
    ]
    targets: list[OnLine | OnService | OnDocument] = [OnDocument(), *(OnLine(line.key) for line in lines)]
    targets += [OnService(service) for service in {line.service for line in lines} if service is not None]
    targets.sort(key=repr)
    reductions = st.one_of(st.builds(PercentOff, percents), st.builds(FixedOff, st.integers(0, 10**5).map(MinorUnits)))
    discounts = [
        Discount(f"d{place}", target, reduction)
        for place, (target, reduction) in enumerate(
            draw(st.lists(st.tuples(st.sampled_from(targets), reductions), max_size=4))
        )
    ]
    charges = st.one_of(
        st.builds(PercentFee, percents, st.none() | st.integers(0, 1000).map(MinorUnits)),
        st.builds(FixedFee, st.integers(-1000, 1000).map(MinorUnits)),
    )
    fees = [
        FeeRule(f"f{place}", f"Fee {place}", charge, taxation)
        for place, (charge, taxation) in enumerate(
            draw(st.lists(st.tuples(charges, st.sampled_from(shared)), max_size=3))
        )
    ]
    return lines, discounts, fees
