"""Allocation: cut a rounded whole into rounded parts that sum to it exactly, by largest remainder.

In: a ratio or a total, and integer weights by key. Out: integer parts by the same keys, in the same order.

Every exact part is first cut towards zero; the units still missing go one each to the parts with the largest cut-off
remainder, then to the larger weight, then by key. So the result hangs on keys and weights and never on their order,
is mirrored when all signs are, leaves a zero weight at zero, and no part is a whole unit away from its exact value.
Negative weights (credit lines) take negative parts of a positive whole, so that every weight is scaled alike.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

from billhead.money.rounding import divide_half_up

Key = TypeVar("Key", bound=int | str | tuple[int, str])


def prorate(ratio: Fraction, weights: Mapping[Key, int]) -> dict[Key, int]:
    """ratio × each weight, rounded so that the parts sum to ratio × all weights rounded half up.

    When `ratio` lies between 0 and 1 no part crosses zero nor exceeds its weight.
    """
    top, bottom = ratio.numerator, ratio.denominator
    whole = divide_half_up(top * sum(weights.values()), bottom)
    parts: dict[Key, int] = {}
    cut: list[tuple[int, int, Key]] = []
    missing = whole
    for key, weight in weights.items():
        exact = top * weight
        part, remainder = divmod(abs(exact), bottom)
        if exact < 0:
            part, remainder = -part, -remainder
        parts[key] = part
        missing -= part
        if remainder:
            cut.append((remainder, weight, key))
    if missing:
        # |missing| < |sum of the remainders on its side| + 1/2, so that side always has enough of them.
        step = 1 if missing > 0 else -1
        side = [(-remainder * step, -abs(weight), key) for remainder, weight, key in cut if remainder * step > 0]
        side.sort()
        for _, _, key in side[: abs(missing)]:
            parts[key] += step
    return parts


def allocate(total: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """`total` cut in proportion to the weights; the parts sum to `total` exactly.

    Weights may be negative. When they sum to zero there is no proportion: then each counts with its magnitude, and
    when all of them are zero, all count alike. ValueError when there is a total but no weight to take it.
    """
    weight_sum = sum(weights.values())
    if weight_sum:
        return prorate(Fraction(total, weight_sum), weights)
    if total and not weights:
        raise ValueError("nothing to allocate to")
    if any(weights.values()):
        return allocate(total, {key: abs(weight) for key, weight in weights.items()})
    return allocate(total, dict.fromkeys(weights, 1)) if total else dict.fromkeys(weights, 0)
