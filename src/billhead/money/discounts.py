"""Discounts: what is taken off which lines.

In: line amounts by key, the service of each line, and discounts in the order they were granted. Out: a frozen
`DiscountPlan`: what each discount took off which line, and what is left of every line.

A discount applies to what earlier discounts have left of its target: a line, all lines of a service, or the document.
It is shared over the lines of its target in proportion to what is left of each, by largest remainder, so that every
tax base is known to the minor unit. It moves its target towards zero and never past it; the discount on a credit
(a target below zero) is therefore negative, and a credit note mirrors its invoice.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NewType

from billhead.money.allocation import prorate
from billhead.money.currency import MinorUnits
from billhead.money.rounding import MAX_AMOUNT, find_percent_fault, in_range
from billhead.refusal import Fault, FaultCode

LineKey = NewType("LineKey", str)
"""Names a line within its document, whatever its position: the line's id."""

MAX_DISCOUNT_PERCENT = 100


@dataclass(frozen=True, slots=True)
class OnLine:
    """A discount on one line."""

    key: LineKey


@dataclass(frozen=True, slots=True)
class OnService:
    """A discount on all lines of one service of the catalog."""

    service: str


@dataclass(frozen=True, slots=True)
class OnDocument:
    """A discount on all lines; fees are not discounted."""


@dataclass(frozen=True, slots=True)
class FixedOff:
    """An amount off, zero or more; at most what is left of the target is taken."""

    amount: MinorUnits


@dataclass(frozen=True, slots=True)
class PercentOff:
    """A percentage off, 0 to 100 with up to six places, of what is left of the target."""

    percent: Decimal


@dataclass(frozen=True, slots=True)
class Discount:
    """One discount; `key` names it within its document."""

    key: str
    target: OnLine | OnService | OnDocument
    reduction: FixedOff | PercentOff


@dataclass(frozen=True, slots=True)
class AppliedDiscount:
    """What a discount came to: `base` was left of its target, `amount` was taken off, `by_line` sums to it.

    Amounts are in the price basis of the document; they are below zero where the target was.
    """

    key: str
    target: OnLine | OnService | OnDocument
    percent: Decimal | None
    base: MinorUnits
    amount: MinorUnits
    by_line: Mapping[LineKey, MinorUnits]


@dataclass(frozen=True, slots=True)
class DiscountPlan:
    """Every discount applied, in order, and what is left of each line's amount."""

    applied: tuple[AppliedDiscount, ...]
    left: Mapping[LineKey, MinorUnits]


def find_discount_fault(reduction: FixedOff | PercentOff) -> tuple[str, Fault] | None:
    """The field (`amount` or `percent`) that is out of bounds and what is wrong with it, for people, or None."""
    if isinstance(reduction, PercentOff):
        fault = find_percent_fault(reduction.percent, limit=MAX_DISCOUNT_PERCENT)
        return None if fault is None else ("percent", fault)
    if reduction.amount < 0:
        return "amount", Fault(FaultCode.NEGATIVE, "must not be negative")
    if reduction.amount > MAX_AMOUNT:
        return "amount", Fault(FaultCode.TOO_LARGE, f"must not be beyond {MAX_AMOUNT}")
    return None


def has_target(
    target: OnLine | OnService | OnDocument, keys: Container[LineKey], services: Container[str | None]
) -> bool:
    """Whether the document, with these lines and these services on them, has a line that the target names."""
    match target:
        case OnLine(key):
            return key in keys
        case OnService(service):
            return service in services
        case OnDocument():
            return True


def apply_discounts(
    amounts: Mapping[LineKey, MinorUnits], services: Mapping[LineKey, str | None], discounts: Sequence[Discount]
) -> DiscountPlan:
    """Apply the discounts one after another to the line amounts.

    Bounds and targets were checked before with `find_discount_fault` and `has_target`; KeyError otherwise.
    """
    left: dict[LineKey, int] = dict(amounts)
    of_service: dict[str, list[LineKey]] = {}
    for key, service in services.items():
        if service is not None:
            of_service.setdefault(service, []).append(key)
    applied = []
    for discount in discounts:
        match discount.target:
            case OnLine(key):
                targeted = {key: left[key]}
            case OnService(service):
                targeted = {key: left[key] for key in of_service[service]}
            case OnDocument():
                targeted = dict(left)
        base = in_range(sum(targeted.values()), "What is left of a discount's target")
        taken = prorate(_share_taken(discount.reduction, base), targeted)
        for key, amount in taken.items():
            left[key] -= amount
        applied.append(
            AppliedDiscount(
                key=discount.key,
                target=discount.target,
                percent=discount.reduction.percent if isinstance(discount.reduction, PercentOff) else None,
                base=base,
                amount=MinorUnits(sum(taken.values())),
                by_line={key: MinorUnits(amount) for key, amount in taken.items()},
            )
        )
    return DiscountPlan(tuple(applied), {key: MinorUnits(amount) for key, amount in left.items()})


def _share_taken(reduction: FixedOff | PercentOff, base: int) -> Fraction:
    if isinstance(reduction, PercentOff):
        return Fraction(reduction.percent) / 100
    if base == 0:
        return Fraction(0)
    return Fraction(min(reduction.amount, abs(base)), abs(base))
