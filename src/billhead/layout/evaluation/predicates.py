"""Predicates over one row: comparisons without coercion for equality, with numeric reading for order."""

import operator
from collections.abc import Callable, Mapping

from billhead.layout.pipeline import Comparison, Logical, Predicate, Presence
from billhead.layout.values import JS_SPACE, MISSING, Number, identical, lookup, safe_number, scalar_kind

_ORDER: Mapping[str, Callable[[Number, Number], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def holds(predicate: Predicate, row: object) -> bool:
    """Whether the predicate is true of `row`. An absent value is unequal to everything and counts as 0 in order."""
    if isinstance(predicate, Comparison):
        return _compare(predicate, lookup(row, predicate.path))
    if isinstance(predicate, Presence):
        return is_present(lookup(row, predicate.path))
    if isinstance(predicate, Logical):
        every = all if predicate.op == "and" else any
        return every(holds(condition, row) for condition in predicate.conditions)
    return not holds(predicate.condition, row)


def is_present(value: object) -> bool:
    """Whether there is something to show: not missing, null, blank text or an empty array."""
    if isinstance(value, str):
        return bool(value.strip(JS_SPACE))
    if isinstance(value, list | tuple):
        return bool(value)
    return value is not None and value is not MISSING


def _compare(comparison: Comparison, value: object) -> bool:
    operand = comparison.value
    match comparison.op:
        case "eq":
            return identical(value, operand)
        case "neq":
            return not identical(value, operand)
        case "in":
            kind = scalar_kind(value)
            return kind != "" and (kind, value) in comparison.members
        case order:
            return _ORDER[order](safe_number(value), safe_number(operand))
