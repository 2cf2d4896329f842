"""Fees: what is charged on top of the lines, such as shop supplies, disposal or delivery.

In: fee rules and what the lines come to after discounts. Out: one `ChargedFee` per rule, in the order of the rules.

A percentage is charged on the lines after discounts (never on other fees), all or those that the rule names, its
magnitude at most the cap; it takes the sign of what it is charged on. A fixed fee is charged as it stands, also on a
document that comes to zero; a credit note that gives fees back mirrors its rules (`FeeRule.mirrored`). Amounts are in
the price basis of the document: of a taxable fee with tax-inclusive prices, the tax is part.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from billhead.money.currency import MinorUnits
from billhead.money.discounts import LineKey
from billhead.money.rounding import MAX_AMOUNT, find_percent_fault, in_range, round_half_up
from billhead.money.tax import Taxation
from billhead.refusal import Fault, FaultCode

MAX_FEE_PERCENT = 1000


@dataclass(frozen=True, slots=True)
class PercentFee:
    """A percentage, 0 to 1000 with up to six places, of the lines after discounts; `cap` bounds its magnitude."""

    percent: Decimal
    cap: MinorUnits | None = None


@dataclass(frozen=True, slots=True)
class FixedFee:
    """The same amount whatever the lines come to; below zero it gives a fee back."""

    amount: MinorUnits


@dataclass(frozen=True, slots=True)
class FeeRule:
    """One fee; `key` names it within its document, `taxation` says how it is taxed (exempt: not taxable).

    `lines` are the lines that a percentage is charged on, None: all of them.
    """

    key: str
    name: str
    charge: PercentFee | FixedFee
    taxation: Taxation
    lines: frozenset[LineKey] | None = None

    def mirrored(self) -> "FeeRule":
        """The rule that gives back what this one charges, when the lines are mirrored too."""
        if isinstance(self.charge, FixedFee):
            return replace(self, charge=FixedFee(MinorUnits(-self.charge.amount)))
        return self


@dataclass(frozen=True, slots=True)
class ChargedFee:
    """What a rule came to: `base` is what a percentage was charged on, `capped` whether the cap held it down."""

    rule: FeeRule
    percent: Decimal | None
    base: MinorUnits
    amount: MinorUnits
    capped: bool


def find_fee_fault(charge: PercentFee | FixedFee) -> tuple[str, Fault] | None:
    """The field (`percent`, `cap`, `amount`) that is out of bounds and what is wrong, for people, or None."""
    if isinstance(charge, FixedFee):
        too_large = Fault(FaultCode.TOO_LARGE, f"must not be beyond ±{MAX_AMOUNT}")
        return ("amount", too_large) if abs(charge.amount) > MAX_AMOUNT else None
    fault = find_percent_fault(charge.percent, limit=MAX_FEE_PERCENT)
    if fault is not None:
        return "percent", fault
    if charge.cap is not None and charge.cap < 0:
        return "cap", Fault(FaultCode.NEGATIVE, "must not be negative")
    if charge.cap is not None and charge.cap > MAX_AMOUNT:
        return "cap", Fault(FaultCode.TOO_LARGE, f"must not be beyond {MAX_AMOUNT}")
    return None


def charge_fees(rules: Iterable[FeeRule], left: Mapping[LineKey, MinorUnits]) -> tuple[ChargedFee, ...]:
    """Charge every rule on `left`, the lines after discounts; rules were checked with `find_fee_fault`."""
    whole = in_range(sum(left.values()), "The sum of the lines")
    return tuple(_charge_fee(rule, whole if rule.lines is None else _sum_of(left, rule.lines)) for rule in rules)


def _sum_of(left: Mapping[LineKey, MinorUnits], keys: frozenset[LineKey]) -> MinorUnits:
    return in_range(sum(amount for key, amount in left.items() if key in keys), "The sum of the lines of a fee")


def _charge_fee(rule: FeeRule, base: MinorUnits) -> ChargedFee:
    charge = rule.charge
    if isinstance(charge, FixedFee):
        return ChargedFee(rule, None, base, charge.amount, capped=False)
    amount = round_half_up(Fraction(charge.percent) / 100 * base)
    if charge.cap is not None and abs(amount) > charge.cap:
        return ChargedFee(
            rule, charge.percent, base, MinorUnits(-charge.cap if amount < 0 else charge.cap), capped=True
        )
    return ChargedFee(rule, charge.percent, base, MinorUnits(amount), capped=False)
