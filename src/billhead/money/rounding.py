"""Rounding: the one place where an exact value becomes minor units, and the bounds of what may be multiplied.

In: exact Decimals or Fractions. Out: integers, rounded half away from zero, or a Malformed refusal.
Half away from zero (the commercial "half up") is sign symmetric: a credit of -0.5 rounds to -1 as a charge of 0.5
rounds to 1. Everything goes through integer ratios, because the precision of Decimal's context (28 digits) is
smaller than what a price with twelve places times a quantity with six can need.
"""

from decimal import Decimal
from fractions import Fraction

from billhead.money.currency import MinorUnits
from billhead.refusal import Fault, FaultCode, Malformed

MAX_AMOUNT = 2**63 - 1
"""The largest magnitude of an amount in minor units: a signed 64-bit integer, symmetric around zero."""

QUANTITY_PLACES = 6
QUANTITY_LIMIT = Decimal(10) ** 12
UNIT_PRICE_PLACES = 12
UNIT_PRICE_LIMIT = Decimal(10) ** 18
PERCENT_PLACES = 6


def divide_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator rounded to an integer, halves away from zero; denominator is positive."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -magnitude if numerator < 0 else magnitude


def round_half_up(value: Decimal | Fraction) -> int:
    """The nearest integer, halves away from zero; the value is finite."""
    return divide_half_up(*value.as_integer_ratio())


def in_range(amount: int, what: str) -> MinorUnits:
    """The amount, when a signed 64-bit integer can hold it; otherwise Malformed `AMOUNT_OUT_OF_RANGE`."""
    if -MAX_AMOUNT <= amount <= MAX_AMOUNT:
        return MinorUnits(amount)
    raise Malformed("AMOUNT_OUT_OF_RANGE", f"{what} is larger than {MAX_AMOUNT} minor units")


def find_quantity_fault(quantity: Decimal) -> Fault | None:
    """What is wrong with a quantity, for people, or None; zero and negative quantities (credits) are sound."""
    return _find_fault(quantity, QUANTITY_LIMIT, QUANTITY_PLACES)


def find_unit_price_fault(unit_price: Decimal) -> Fault | None:
    """What is wrong with a unit price in minor units, for people, or None; it may be zero or negative."""
    return _find_fault(unit_price, UNIT_PRICE_LIMIT, UNIT_PRICE_PLACES)


def find_percent_fault(percent: Decimal, *, limit: int) -> Fault | None:
    """What is wrong with a percentage that must lie between 0 and `limit`, for people, or None."""
    fault = _find_fault(percent, Decimal(limit), PERCENT_PLACES)
    if fault is None and percent < 0:
        return Fault(FaultCode.NEGATIVE, "must not be negative")
    return fault


def line_amount(quantity: Decimal, unit_price: Decimal) -> MinorUnits:
    """quantity × unit price, rounded half up to minor units.

    `unit_price` is in minor units with up to twelve places (Decimal("0.04") of USD is $0.0004), `quantity` has up to
    six. Malformed when either breaks its bounds or the product leaves 64 bits.
    """
    faults = {"quantity": find_quantity_fault(quantity), "unitPrice": find_unit_price_fault(unit_price)}
    found = {field: fault for field, fault in faults.items() if fault is not None}
    if found:
        raise Malformed("INVALID_LINE", "A quantity or unit price is out of bounds", field_errors=found)
    return multiply(quantity, unit_price)


def multiply(quantity: Decimal, unit_price: Decimal) -> MinorUnits:
    """The amount of a line whose quantity and unit price were found sound before; see `line_amount`."""
    quantity_top, quantity_bottom = quantity.as_integer_ratio()
    price_top, price_bottom = unit_price.as_integer_ratio()
    return in_range(divide_half_up(quantity_top * price_top, quantity_bottom * price_bottom), "A line's amount")


def _find_fault(value: Decimal, limit: Decimal, places: int) -> Fault | None:
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return Fault(FaultCode.NOT_A_NUMBER, "must be a finite number")
    if value.copy_abs() > limit:
        return Fault(FaultCode.TOO_LARGE, f"must not be beyond ±{limit:f}")
    if -exponent <= places or not any(digits):
        return None
    # Trailing zeros say nothing: 1.0000000 has no decimal place.
    written = len(digits)
    while digits[written - 1] == 0:
        written -= 1
    if -exponent - (len(digits) - written) > places:
        return Fault(FaultCode.TOO_PRECISE, f"must not have more than {places} decimal places")
    return None
