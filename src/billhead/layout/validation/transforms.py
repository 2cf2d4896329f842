"""The transform pipeline of the format as shapes: operations, predicates, computations."""

from billhead.layout import pipeline as p
from billhead.layout.validation.expressions import SCALAR, TEXT
from billhead.layout.validation.shapes import (
    AnyOf,
    Closed,
    Key,
    Named,
    Numeral,
    OneOf,
    Several,
    Shape,
    Tagged,
    Words,
    needed,
)
from billhead.layout.values import Path, scalar_kind, split_path

PATH = Words(least=1, convert=split_path)


def _predicate() -> Shape:
    return PREDICATES


def _computation() -> Shape:
    return COMPUTATIONS


PREDICATE = Named("predicate", _predicate)
COMPUTATION = Named("computation", _computation)


def _comparison(path: Path, op: str, value: p.Scalar | tuple[p.Scalar, ...]) -> p.Comparison:
    listed = value if op == "in" and isinstance(value, tuple) else ()
    return p.Comparison(path, op, value, frozenset((scalar_kind(part), part) for part in listed))  # type: ignore[arg-type]


PREDICATES = Tagged(
    {
        "comparison": Closed(
            {
                "path": needed(PATH, "path"),
                "op": needed(OneOf(("eq", "neq", "gt", "gte", "lt", "lte", "in")), "op"),
                "value": needed(AnyOf((SCALAR, Several(SCALAR)), "a scalar or an array of scalars"), "value"),
            },
            _comparison,
            tag=("type", "comparison"),
        ),
        "present": Closed({"path": needed(PATH, "path")}, p.Presence, tag=("type", "present")),
        "logical": Closed(
            {"op": needed(OneOf(("and", "or")), "op"), "conditions": needed(Several(PREDICATE, least=1), "conditions")},
            p.Logical,
            tag=("type", "logical"),
        ),
        "not": Closed({"condition": needed(PREDICATE, "condition")}, p.Negation, tag=("type", "not")),
    },
    since={"present": 2},
)

COMPUTATIONS = Tagged(
    {
        "literal": Closed({"value": needed(Numeral(), "value")}, p.Constant, tag=("type", "literal")),
        "path": Closed({"path": needed(PATH, "path")}, p.PathNumber, tag=("type", "path")),
        "aggregate-ref": Closed(
            {"aggregateId": needed(TEXT, "aggregate_id")}, p.AggregateRef, tag=("type", "aggregate-ref")
        ),
        "binary": Closed(
            {
                "op": needed(OneOf(("add", "subtract", "multiply", "divide")), "op"),
                "left": needed(COMPUTATION, "left"),
                "right": needed(COMPUTATION, "right"),
            },
            p.Arithmetic,
            tag=("type", "binary"),
        ),
    }
)

SORT_KEY = Closed(
    {
        "path": needed(PATH, "path"),
        "direction": Key(OneOf(("asc", "desc")), "direction"),
        "nulls": Key(OneOf(("first", "last")), "nulls"),
    },
    p.SortKey,
)


def _aggregation(id: str, op: str, path: str | None = None) -> p.Aggregation:
    return p.Aggregation(id, op, None if path is None else split_path(path), path)  # type: ignore[arg-type]


AGGREGATION = Closed(
    {
        "id": needed(TEXT, "id"),
        "op": needed(OneOf(("sum", "count", "avg", "min", "max")), "op"),
        "path": Key(TEXT, "path"),
    },
    _aggregation,
)
COMPUTED_VALUE = Closed({"id": needed(TEXT, "id"), "expression": needed(COMPUTATION, "expression")}, p.ComputedValue)
TOTAL = Closed(
    {"id": needed(TEXT, "id"), "label": needed(TEXT, "label"), "value": needed(COMPUTATION, "value")}, p.Total
)


def _operation(kind: str, keys: dict[str, Key], build: type[p.Operation]) -> Closed:
    return Closed({"id": needed(TEXT, "id"), "strategyId": Key(TEXT, "strategy_id"), **keys}, build, tag=("type", kind))


OPERATION = Tagged(
    {
        "filter": _operation("filter", {"predicate": needed(PREDICATE, "predicate")}, p.Filter),
        "sort": _operation("sort", {"keys": needed(Several(SORT_KEY, least=1), "keys")}, p.Sort),
        "group": _operation("group", {"key": needed(PATH, "key"), "label": Key(TEXT, "label")}, p.Group),
        "aggregate": _operation(
            "aggregate", {"aggregations": needed(Several(AGGREGATION, least=1), "aggregations")}, p.Aggregate
        ),
        "computed-field": _operation(
            "computed-field", {"fields": needed(Several(COMPUTED_VALUE, least=1), "fields")}, p.ComputedField
        ),
        "totals-compose": _operation(
            "totals-compose", {"totals": needed(Several(TOTAL, least=1), "totals")}, p.TotalsCompose
        ),
    }
)
PIPELINE = Closed(
    {
        "sourceBindingId": needed(TEXT, "source_binding_id"),
        "outputBindingId": needed(TEXT, "output_binding_id"),
        "operations": needed(Several(OPERATION, least=1), "operations"),
    },
    p.Pipeline,
)
