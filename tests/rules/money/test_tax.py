from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from billhead.money import (
    Taxation,
    TaxComponent,
    TaxPolicy,
    TaxRate,
    TaxRateMissing,
    TaxRounding,
    Treatment,
    compute_document,
    find_overlap,
    find_rate,
    resolve_taxation,
)
from billhead.money.tax import effective_rates
from billhead.refusal import Malformed
from rules.money.documents import (
    BRITISH_COLUMBIA,
    CHICAGO,
    EVERY_POLICY,
    EXCLUSIVE,
    FRENCH_SUPER_REDUCED,
    GERMAN,
    GERMAN_REDUCED,
    INCLUSIVE,
    JAPAN,
    QUEBEC_BEFORE_2013,
    a_line,
    a_rate,
    by_key,
    fixed_fee,
    percent_off,
)

PER_LINE = TaxPolicy(rounding=TaxRounding.PER_LINE)
INCLUSIVE_PER_LINE = TaxPolicy(INCLUSIVE.prices, TaxRounding.PER_LINE)
KUWAIT_LIKE = Taxation.at(a_rate("KW", ("VAT", "5")))


@pytest.mark.parametrize(
    ("policy", "lines", "tax_by_line", "rows"),
    [
        # the yen has no minor unit: 29.4 in all, 9.8 a line
        (EXCLUSIVE, [("a", "98", JAPAN), ("b", "98", JAPAN), ("c", "98", JAPAN)], [10, 10, 9], [("JCT", 294, 29)]),
        (PER_LINE, [("a", "98", JAPAN), ("b", "98", JAPAN), ("c", "98", JAPAN)], [10, 10, 10], [("JCT", 294, 30)]),
        # thousandths of a dinar
        (EXCLUSIVE, [("a", "3702", KUWAIT_LIKE)], [185], [("VAT", 3702, 185)]),
        # two Canadian taxes side by side, and one on top of the other
        (EXCLUSIVE, [("a", "9999", BRITISH_COLUMBIA)], [1200], [("GST", 9999, 500), ("PST", 9999, 700)]),
        (EXCLUSIVE, [("a", "10000", QUEBEC_BEFORE_2013)], [1498], [("GST", 10000, 500), ("QST", 10500, 998)]),
        # four American ones, each rounded by itself
        (
            EXCLUSIVE,
            [("a", "1999", CHICAGO)],
            [205],
            [("State", 1999, 125), ("County", 1999, 35), ("City", 1999, 25), ("RTA", 1999, 20)],
        ),
        # several European rates: one group each
        (
            EXCLUSIVE,
            [("a", "333", GERMAN), ("b", "1000", GERMAN), ("c", "199", GERMAN_REDUCED),
             ("d", "1000", FRENCH_SUPER_REDUCED)],
            [63, 190, 14, 21],
            [("MwSt", 199, 14), ("MwSt", 1333, 253), ("TVA", 1000, 21)],
        ),
        # a credit line lowers its group
        (EXCLUSIVE, [("a", "1000", GERMAN), ("b", "-200", GERMAN)], [190, -38], [("MwSt", 800, 152)]),
        (EXCLUSIVE, [("a", "50", GERMAN), ("b", "-50", GERMAN)], [9, -9], [("MwSt", 0, 0)]),
        (EXCLUSIVE, [("a", "-9999", BRITISH_COLUMBIA)], [-1200], [("GST", -9999, -500), ("PST", -9999, -700)]),
        # prices with their tax
        (INCLUSIVE, [("a", "11900", GERMAN)], [1900], [("MwSt", 10000, 1900)]),
        (INCLUSIVE, [("a", "99", GERMAN), ("b", "99", GERMAN), ("c", "99", GERMAN)], [16, 16, 15], [("MwSt", 250, 47)]),
        (
            INCLUSIVE_PER_LINE,
            [("a", "99", GERMAN), ("b", "99", GERMAN), ("c", "99", GERMAN)],
            [16, 16, 16],
            [("MwSt", 249, 48)],
        ),
        (INCLUSIVE, [("a", "11498", QUEBEC_BEFORE_2013)], [1498], [("GST", 10000, 500), ("QST", 10500, 998)]),
        (INCLUSIVE, [("a", "11200", BRITISH_COLUMBIA)], [1200], [("GST", 10000, 500), ("PST", 10000, 700)]),
        (INCLUSIVE, [("a", "1", GERMAN)], [0], [("MwSt", 1, 0)]),
        (INCLUSIVE, [("a", "-11900", GERMAN)], [-1900], [("MwSt", -10000, -1900)]),
    ],
)  # fmt: skip
def test_tax(
    policy: TaxPolicy,
    lines: list[tuple[str, str, Taxation]],
    tax_by_line: list[int],
    rows: list[tuple[str, int, int]],
) -> None:
    totals = compute_document([a_line(*line) for line in lines], policy=policy)
    assert [line.tax for line in totals.lines] == tax_by_line
    assert [(row.component, row.base, row.amount) for row in totals.tax_breakdown] == rows
    assert totals.tax_total == sum(tax_by_line)
    assert totals.findings == ()


def test_tax_is_on_what_discounts_leave() -> None:
    lines = [a_line("a", "10000", GERMAN), a_line("b", "10000", GERMAN_REDUCED)]
    totals = compute_document(lines, [percent_off("10")])
    assert [(row.base, row.amount) for row in totals.tax_breakdown] == [(9000, 630), (9000, 1710)]
    assert compute_document(lines, [percent_off("100")]).grand_total == 0


@pytest.mark.parametrize("policy", EVERY_POLICY)
@pytest.mark.parametrize(
    ("taxation", "treatment", "reason"),
    [
        (Taxation.exempt("Certificate 4711", "US-IL"), Treatment.EXEMPT, "Certificate 4711"),
        (Taxation.reverse_charge("Steuerschuldnerschaft", "AT"), Treatment.REVERSE_CHARGE, "Steuerschuldnerschaft"),
        (Taxation.zero("Export"), Treatment.ZERO, "Export"),
    ],
)
def test_explicit_treatments_charge_nothing_and_say_why(
    policy: TaxPolicy, taxation: Taxation, treatment: Treatment, reason: str
) -> None:
    totals = compute_document([a_line("a", "1000", taxation), a_line("b", "500", taxation)], policy=policy)
    (row,) = totals.tax_breakdown
    assert (row.treatment, row.reason, row.base, row.amount) == (treatment, reason, 1500, 0)
    assert (row.rate, row.component) == (Decimal(0), None)
    assert (totals.tax_total, totals.grand_total, totals.findings) == (0, 1500, ())


def test_reasons_and_regions_are_groups_of_their_own() -> None:
    ways = [Taxation.zero("Export"), Taxation.zero("Vessel"), Taxation.zero("Export", "DE"), Taxation.exempt("Export")]
    totals = compute_document([a_line(str(place), "100", way) for place, way in enumerate(ways * 2)])
    assert [(row.region, row.treatment, row.reason, row.base) for row in totals.tax_breakdown] == [
        (None, "EXEMPT", "Export", 200),
        (None, "ZERO", "Export", 200),
        (None, "ZERO", "Vessel", 200),
        ("DE", "ZERO", "Export", 200),
    ]


@pytest.mark.parametrize("policy", EVERY_POLICY)
def test_a_missing_rate_is_a_finding_for_each_line_and_fee(policy: TaxPolicy) -> None:
    nowhere, unknown = Taxation.without_rate("US-XX"), Taxation.without_rate(None)
    totals = compute_document(
        [a_line("b", "100", nowhere), a_line("c", "100", GERMAN), a_line("a", "0", unknown)],
        fees=[fixed_fee(50, nowhere)],
        policy=policy,
    )
    assert totals.findings == (
        TaxRateMissing("a", False, None),
        TaxRateMissing("b", False, "US-XX"),
        TaxRateMissing("ff", True, "US-XX"),
    )
    assert {finding.code for finding in totals.findings} == {"TAX_RATE_MISSING"}
    assert [finding.message for finding in totals.findings][:2] == [
        "No tax region is known",
        "No tax rate holds in US-XX",
    ]
    assert [row.region for row in totals.tax_breakdown] == ["DE"]


def test_a_rate_of_zero_percent_is_no_missing_rate() -> None:
    totals = compute_document([a_line("a", "100", Taxation.at(a_rate("GB", ("VAT", "0"))))])
    assert [(row.component, row.rate, row.base, row.amount) for row in totals.tax_breakdown] == [
        ("VAT", Decimal(0), 100, 0)
    ]
    assert totals.findings == ()


def test_rates_written_differently_are_one_group_and_shown_alike() -> None:
    ways = [Taxation.at(a_rate("DE", ("MwSt", rate))) for rate in ("19", "19.00", "1.9E+1")]
    for turn in range(3):
        lines = [a_line(str(place), "100", way) for place, way in enumerate(ways[turn:] + ways[:turn])]
        (row,) = compute_document(lines).tax_breakdown
        assert (str(row.rate), row.base, row.amount) == ("19", 300, 57)


@pytest.mark.parametrize("rate", ["10", "20.0", "100", "8.875", "6.250"])
def test_rates_are_shown_without_exponent(rate: str) -> None:
    (row,) = compute_document([a_line("a", "1", Taxation.at(a_rate("X", ("T", rate))))]).tax_breakdown
    assert str(row.rate) == str(Decimal(rate).quantize(Decimal("0.001"))).rstrip("0").rstrip(".")


def test_effective_rates_are_exact() -> None:
    components = [TaxComponent("A", Decimal(5)), TaxComponent("B", Decimal(10), compound=True)]
    assert effective_rates(components) == (Fraction(1, 20), Fraction(21, 200))


EARLY, LATE = date(2020, 7, 1), date(2021, 1, 1)
MWST = [
    TaxRate("DE", (TaxComponent("MwSt", Decimal(19)),), date(2007, 1, 1), EARLY),
    TaxRate("DE", (TaxComponent("MwSt", Decimal(16)),), EARLY, LATE),
    TaxRate("DE", (TaxComponent("MwSt", Decimal(19)),), LATE),
    TaxRate("DE", (TaxComponent("MwSt", Decimal(7)),), LATE, rate_class="reduced"),
]


@pytest.mark.parametrize(
    ("region", "day", "rate_class", "percent"),
    [
        ("DE", date(2006, 12, 31), "standard", None),
        ("DE", date(2007, 1, 1), "standard", 19),
        ("DE", date(2020, 6, 30), "standard", 19),
        ("DE", date(2020, 7, 1), "standard", 16),
        ("DE", date(2020, 12, 31), "standard", 16),
        ("DE", date(2021, 1, 1), "standard", 19),
        ("DE", date(2021, 1, 1), "reduced", 7),
        ("DE", date(2020, 12, 31), "reduced", None),
        ("AT", date(2021, 1, 1), "standard", None),
    ],
)
def test_the_rate_of_the_day(region: str, day: date, rate_class: str, percent: int | None) -> None:
    for rates in (MWST, MWST[::-1]):
        found = find_rate(rates, region, day, rate_class)
        assert (found.components[0].rate if found else None) == percent
        taxation = resolve_taxation(rates, region, day, rate_class)
        assert (taxation.treatment, taxation.region, taxation.rate) == (Treatment.STANDARD, region, found)


def test_overlapping_rates_are_found_and_the_later_one_wins() -> None:
    assert find_overlap(MWST) is None
    endless = TaxRate("DE", (TaxComponent("MwSt", Decimal(20)),), date(2008, 1, 1))
    overlap = find_overlap([*MWST, endless])
    assert overlap == (MWST[0], endless)
    assert find_rate([*MWST, endless], "DE", date(2010, 1, 1)) == endless


def test_what_is_no_rate_is_refused() -> None:
    for rate in ("-1", "1000.1", "NaN", "1.0000001"):
        with pytest.raises(Malformed):
            TaxComponent("T", Decimal(rate))
    with pytest.raises(Malformed):
        TaxRate("DE", (), EARLY)
    with pytest.raises(Malformed):
        TaxRate("DE", MWST[0].components, EARLY, EARLY)
    for reason in ("", "  "):
        with pytest.raises(Malformed, match="EXEMPT needs a reason"):
            Taxation.exempt(reason)


def test_a_taxation_that_contradicts_itself_is_a_bug() -> None:
    with pytest.raises(ValueError, match="another region"):
        Taxation(Treatment.STANDARD, "AT", MWST[0])
    with pytest.raises(ValueError, match="has no rate"):
        Taxation(Treatment.ZERO, "DE", MWST[0], "Export")


def test_a_lines_key_settles_who_gets_the_odd_unit() -> None:
    lines = [a_line(key, "98", JAPAN) for key in ("c", "a", "b")]
    assert {key: line.tax for key, line in by_key(compute_document(lines)).items()} == {"a": 10, "b": 10, "c": 9}
