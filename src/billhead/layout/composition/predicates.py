"""Conditional visibility (version 2): the predicates of transforms over the innermost row, then the data."""

from dataclasses import replace

from billhead.layout.composition.context import Context, Scope
from billhead.layout.evaluation.predicates import holds
from billhead.layout.pipeline import Comparison, Logical, Negation, Predicate, Presence
from billhead.layout.values import MISSING, Path, lookup


def is_visible(predicate: Predicate, scope: Scope, context: Context) -> bool:
    """Whether a node is shown. A path is read in the row, in an enclosing row by its name, then in the data."""
    match predicate:
        case Comparison() | Presence():
            record, path = _place(predicate.path, scope, context)
            return holds(replace(predicate, path=path), record)
        case Logical():
            every = all if predicate.op == "and" else any
            return every(is_visible(condition, scope, context) for condition in predicate.conditions)
        case Negation():
            return not is_visible(predicate.condition, scope, context)


def _place(path: Path, scope: Scope, context: Context) -> tuple[object, Path]:
    """The record in which a path leads somewhere, with the path from there; the data when it leads nowhere."""
    if scope.row is not None and lookup(scope.row, path) is not MISSING:
        return scope.row, path
    if len(path) > 1 and path[0] in scope.items and lookup(scope.items[path[0]], path[1:]) is not MISSING:
        return scope.items[path[0]], path[1:]
    return context.data, path
