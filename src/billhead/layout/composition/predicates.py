"""Conditional visibility (version 2): the predicates of transforms over the innermost row, then the data."""

from billhead.layout.composition.context import Context, Scope
from billhead.layout.evaluation.predicates import holds
from billhead.layout.pipeline import Comparison, Logical, Predicate
from billhead.layout.values import MISSING, lookup


def is_visible(predicate: Predicate, scope: Scope, context: Context) -> bool:
    """Whether a node is shown. A path is read in the row, in an enclosing row by its name, then in the data."""
    if isinstance(predicate, Comparison):
        path = predicate.path
        places: list[tuple[object, tuple[str, ...]]] = [(context.data, path)]
        if len(path) > 1 and path[0] in scope.items:
            places.insert(0, (scope.items[path[0]], path[1:]))
        if scope.row is not None:
            places.insert(0, (scope.row, path))
        for record, steps in places:
            if lookup(record, steps) is not MISSING:
                return holds(Comparison(steps, predicate.op, predicate.value), record)
        return holds(predicate, {})
    if isinstance(predicate, Logical):
        every = all if predicate.op == "and" else any
        return every(is_visible(condition, scope, context) for condition in predicate.conditions)
    return not is_visible(predicate.condition, scope, context)
