"""How much work a pipeline is for each row."""

from billhead.layout.pipeline import (
    Aggregate,
    Arithmetic,
    Computation,
    ComputedField,
    Filter,
    Logical,
    Negation,
    Pipeline,
    Predicate,
    Sort,
)


def pipeline_size(pipeline: Pipeline) -> int:
    """Conditions, sort keys, aggregations and arithmetic terms of all operations."""
    size = 0
    for operation in pipeline.operations:
        match operation:
            case Filter():
                size += _conditions(operation.predicate)
            case Sort():
                size += len(operation.keys)
            case ComputedField():
                size += sum(_terms(computed.expression) for computed in operation.fields)
            case Aggregate():
                size += len(operation.aggregations)
            case _:
                size += 1
    return size


def _conditions(predicate: Predicate) -> int:
    if isinstance(predicate, Logical):
        return 1 + sum(map(_conditions, predicate.conditions))
    return 1 + _conditions(predicate.condition) if isinstance(predicate, Negation) else 1


def _terms(expression: Computation) -> int:
    return 1 + _terms(expression.left) + _terms(expression.right) if isinstance(expression, Arithmetic) else 1
