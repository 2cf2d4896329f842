"""Arithmetic of transforms, in IEEE doubles as the format defines it; nothing is rounded."""

import math
from collections.abc import Mapping

from billhead.layout.errors import INVALID_OPERAND, EvaluationRefused
from billhead.layout.pipeline import AggregateRef, Computation, Constant, PathNumber
from billhead.layout.values import Number, lookup, plain, safe_number

INHERITED_NAMES = frozenset(
    [
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
        "__proto__",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
    ]
)


def compute(expression: Computation, record: object, aggregates: Mapping[str, Number], operation_id: str) -> Number:
    """The number an expression gives over `record`.

    Refuses with `INVALID_OPERAND` a reference to an aggregate that no operation has made yet. (Names that every
    JavaScript object inherits count as made, with the value 0: files depend on it.)
    """
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, PathNumber):
        return safe_number(lookup(record, expression.path))
    if isinstance(expression, AggregateRef):
        name = expression.aggregate_id
        if name in aggregates:
            return safe_number(aggregates[name])
        if name in INHERITED_NAMES:
            return 0
        message = f"Aggregate {name!r} has not been computed before this operation"
        raise EvaluationRefused(INVALID_OPERAND, message, operation_id=operation_id)
    left = float(compute(expression.left, record, aggregates, operation_id))
    right = float(compute(expression.right, record, aggregates, operation_id))
    match expression.op:
        case "add":
            return plain(left + right)
        case "subtract":
            return plain(left - right)
        case "multiply":
            return plain(left * right)
        case "divide":
            return plain(left / right) if right and not math.isnan(right) else 0
