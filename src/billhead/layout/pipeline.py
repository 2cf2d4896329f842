"""Transforms of a template, typed: predicates, computations and the operations of a pipeline. Frozen values."""

from dataclasses import dataclass
from typing import Literal

from billhead.layout.values import Path

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`members` are the values of an `in` by JSON type, so that a long list costs no more than a short one."""

    path: Path
    op: Literal["eq", "neq", "gt", "gte", "lt", "lte", "in"]
    value: Scalar | tuple[Scalar, ...]
    members: frozenset[tuple[str, Scalar]] = frozenset()


@dataclass(frozen=True, slots=True)
class Presence:
    """Version 2: the value is there and neither null, blank text nor an empty array."""

    path: Path


@dataclass(frozen=True, slots=True)
class Logical:
    op: Literal["and", "or"]
    conditions: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    condition: "Predicate"


Predicate = Comparison | Presence | Logical | Negation


@dataclass(frozen=True, slots=True)
class Constant:
    value: int | float


@dataclass(frozen=True, slots=True)
class PathNumber:
    path: Path


@dataclass(frozen=True, slots=True)
class AggregateRef:
    aggregate_id: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    op: Literal["add", "subtract", "multiply", "divide"]
    left: "Computation"
    right: "Computation"


Computation = Constant | PathNumber | AggregateRef | Arithmetic


# Transforms


@dataclass(frozen=True, slots=True)
class Filter:
    id: str
    predicate: Predicate
    strategy_id: str | None = None


@dataclass(frozen=True, slots=True)
class SortKey:
    path: Path
    direction: Literal["asc", "desc"] = "asc"
    nulls: Literal["first", "last"] = "last"


@dataclass(frozen=True, slots=True)
class Sort:
    id: str
    keys: tuple[SortKey, ...]
    strategy_id: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    key: Path
    label: str | None = None
    strategy_id: str | None = None


@dataclass(frozen=True, slots=True)
class Aggregation:
    """`path` None: each item counts 1. `literal_path` is the path unsplit, as strategies read it."""

    id: str
    op: Literal["sum", "count", "avg", "min", "max"]
    path: Path | None = None
    literal_path: str | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    id: str
    aggregations: tuple[Aggregation, ...]
    strategy_id: str | None = None


@dataclass(frozen=True, slots=True)
class ComputedValue:
    id: str
    expression: Computation


@dataclass(frozen=True, slots=True)
class ComputedField:
    id: str
    fields: tuple[ComputedValue, ...]
    strategy_id: str | None = None


@dataclass(frozen=True, slots=True)
class Total:
    id: str
    label: str
    value: Computation


@dataclass(frozen=True, slots=True)
class TotalsCompose:
    id: str
    totals: tuple[Total, ...]
    strategy_id: str | None = None


Operation = Filter | Sort | Group | Aggregate | ComputedField | TotalsCompose


@dataclass(frozen=True, slots=True)
class Pipeline:
    source_binding_id: str
    output_binding_id: str
    operations: tuple[Operation, ...]
