from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from billhead.money import FixedFee, LineKey, MinorUnits, PercentFee, Taxation, Treatment
from billhead.refusal import Malformed
from billhead.tax.fee_rules import (
    CurrencyAmount,
    FeeBasis,
    FeePolicy,
    FeeRuleFields,
    LineKind,
    check_fee_rule,
)

SUPPLIES = FeeRuleFields(
    "SHOP-SUPPLIES", "Shop supplies", FeeBasis.PERCENT, percent=Decimal("5"),
    caps=(CurrencyAmount("USD", MinorUnits(3500)),), valid_from=date(2026, 1, 1),
)  # fmt: skip
DISPOSAL = FeeRuleFields(
    "DISPOSAL", "Waste disposal", FeeBasis.FIXED, amounts=(CurrencyAmount("USD", MinorUnits(450)),),
    taxable=False, applies_to=(LineKind.PART,), valid_from=date(2026, 1, 1),
)  # fmt: skip
LABOR, PART = LineKey("l"), LineKey("p")
STANDARD = Taxation.without_rate("US-WA")


@pytest.mark.parametrize(
    ("rule", "errors"),
    [
        (SUPPLIES, set()),
        (DISPOSAL, set()),
        (replace(SUPPLIES, percent=None), {"percent"}),
        (replace(SUPPLIES, percent=Decimal("-1")), {"percent"}),
        (replace(SUPPLIES, caps=(CurrencyAmount("USD", MinorUnits(-1)),)), {"caps[0].amount"}),
        (replace(SUPPLIES, caps=SUPPLIES.caps * 2), {"caps[1].currency"}),
        (replace(SUPPLIES, amounts=SUPPLIES.caps), {"amounts"}),
        (replace(DISPOSAL, amounts=()), {"amounts"}),
        (replace(DISPOSAL, percent=Decimal(1), caps=SUPPLIES.caps), {"percent", "caps"}),
        (replace(DISPOSAL, amounts=(CurrencyAmount("?", MinorUnits(1)),)), {"amounts[0].currency"}),
        (replace(DISPOSAL, applies_to=(LineKind.PART, LineKind.PART)), {"appliesTo"}),
        (replace(DISPOSAL, valid_to=date(2026, 1, 1)), {"validTo"}),
        (replace(DISPOSAL, code="a b", tax_category="?"), {"code", "taxCategory"}),
    ],
)
def test_what_may_be_said(rule: FeeRuleFields, errors: set[str]) -> None:
    if not errors:
        check_fee_rule(rule)
        return
    with pytest.raises(Malformed) as refused:
        check_fee_rule(rule)
    assert set(refused.value.field_errors) == errors


@pytest.mark.parametrize(
    ("rule", "lines", "currency", "charge", "charged_on"),
    [
        (SUPPLIES, {LABOR: "LABOR"}, "USD", PercentFee(Decimal(5), MinorUnits(3500)), None),
        (SUPPLIES, {LABOR: "LABOR"}, "EUR", PercentFee(Decimal(5)), None),
        (SUPPLIES, {}, "USD", None, None),
        (replace(SUPPLIES, applies_to=(LineKind.LABOR,)), {LABOR: "LABOR", PART: "PART"}, "USD",
         PercentFee(Decimal(5), MinorUnits(3500)), {LABOR}),
        (replace(SUPPLIES, applies_to=(LineKind.FEE,)), {LABOR: "LABOR"}, "USD", None, None),
        (DISPOSAL, {LABOR: "LABOR", PART: "PART"}, "USD", FixedFee(MinorUnits(450)), {PART}),
        (DISPOSAL, {LABOR: "LABOR"}, "USD", None, None),
        (DISPOSAL, {PART: "PART"}, "EUR", None, None),
    ],
)  # fmt: skip
def test_what_a_document_is_charged(
    rule: FeeRuleFields,
    lines: dict[LineKey, str],
    currency: str,
    charge: PercentFee | FixedFee | None,
    charged_on: set[LineKey] | None,
) -> None:
    fee = FeePolicy(UUID(int=1), rule).on(lines, currency, STANDARD)
    if charge is None:
        assert fee is None
        return
    assert fee is not None
    assert (fee.key, fee.name, fee.charge, fee.lines) == (rule.code, rule.name, charge, charged_on)


def test_a_fee_that_is_not_taxable_is_exempt() -> None:
    taxed = FeePolicy(UUID(int=1), SUPPLIES).on({PART: "PART"}, "USD", STANDARD)
    untaxed = FeePolicy(UUID(int=2), DISPOSAL).on({PART: "PART"}, "USD", STANDARD)
    assert taxed is not None
    assert untaxed is not None
    assert taxed.taxation == STANDARD
    assert untaxed.taxation.treatment is Treatment.EXEMPT
