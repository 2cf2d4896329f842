"""The transform operations, one after the other over the rows of a pipeline."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from billhead.layout.errors import INVALID_TRANSFORM_INPUT, EvaluationRefused
from billhead.layout.evaluation.computation import compute
from billhead.layout.evaluation.predicates import holds
from billhead.layout.evaluation.result import Row
from billhead.layout.evaluation.sorting import sort_rows
from billhead.layout.evaluation.strategies import UNGROUPED, aggregate_by_strategy, keys_by_strategy
from billhead.layout.pipeline import (
    Aggregate,
    Aggregation,
    ComputedField,
    Filter,
    Group,
    Operation,
    Pipeline,
    Sort,
    TotalsCompose,
)
from billhead.layout.values import MISSING, Number, lookup, plain, safe_number, text_of


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows with the same key. `aggregates` is None until an aggregate operation follows the grouping."""

    key: str
    items: tuple[Row, ...]
    aggregates: dict[str, Number] | None = None

    def to_dict(self) -> dict[str, object]:
        """The group as templates see it."""
        out: dict[str, object] = {"key": self.key, "items": list(self.items)}
        if self.aggregates is not None:
            out["aggregates"] = self.aggregates
        return out


@dataclass(frozen=True, slots=True)
class PipelineState:
    """Where a pipeline stands after some operations."""

    items: tuple[Row, ...]
    groups: tuple[RowGroup, ...] | None = None
    aggregates: dict[str, Number] = field(default_factory=dict)
    totals: dict[str, Number] = field(default_factory=dict)


def run_pipeline(pipeline: Pipeline, rows: tuple[Row, ...], data: Row) -> PipelineState:
    """Runs every operation over `rows`; totals read `data`. Refuses at the first operation that cannot run."""
    state = PipelineState(rows)
    for operation in pipeline.operations:
        state = _apply(operation, state, data)
    return state


def _apply(operation: Operation, state: PipelineState, data: Row) -> PipelineState:
    if state.groups is not None and isinstance(operation, Filter | Sort | ComputedField):
        message = "Filter, sort and computed-field cannot follow a group operation"
        raise EvaluationRefused(INVALID_TRANSFORM_INPUT, message, operation_id=operation.id)
    match operation:
        case Filter():
            return replace(state, items=tuple(row for row in state.items if holds(operation.predicate, row)))
        case Sort():
            return replace(state, items=sort_rows(state.items, operation.keys))
        case ComputedField():
            return replace(state, items=tuple(_with_fields(operation, row, state) for row in state.items))
        case Group():
            return replace(state, groups=_grouped(operation, state.items))
        case Aggregate():
            return _aggregated(operation, state)
        case TotalsCompose():
            return replace(state, totals=_totals(operation, state, data))


def _with_fields(operation: ComputedField, row: Row, state: PipelineState) -> Row:
    out = dict(row)
    for computed in operation.fields:
        out[computed.id] = compute(computed.expression, out, state.aggregates, operation.id)
    return out


def _grouped(operation: Group, rows: Sequence[Row]) -> tuple[RowGroup, ...]:
    members: dict[str, list[Row]] = {}
    for row, key in zip(rows, _group_keys(operation, rows), strict=True):
        members.setdefault(UNGROUPED if key is None or key is MISSING else text_of(key), []).append(row)
    return tuple(RowGroup(key, tuple(items)) for key, items in members.items())


def _group_keys(operation: Group, rows: Sequence[Row]) -> list[object]:
    if operation.strategy_id is not None:
        return keys_by_strategy(operation.strategy_id, rows, operation.id)
    return [lookup(row, operation.key) for row in rows]


def _aggregated(operation: Aggregate, state: PipelineState) -> PipelineState:
    merged = {**state.aggregates, **_aggregates(operation, state.items)}
    if state.groups is None:
        return replace(state, aggregates=merged)
    groups = tuple(
        replace(group, aggregates={**(group.aggregates or {}), **_aggregates(operation, group.items)})
        for group in state.groups
    )
    return replace(state, aggregates=merged, groups=groups)


def _aggregates(operation: Aggregate, rows: Sequence[Row]) -> dict[str, Number]:
    out: dict[str, Number] = {}
    for aggregation in operation.aggregations:
        if operation.strategy_id is not None:
            given = aggregate_by_strategy(operation.strategy_id, rows, aggregation.literal_path, operation.id)
            out[aggregation.id] = safe_number(given)
        else:
            out[aggregation.id] = _aggregate(aggregation, rows)
    return out


def _aggregate(aggregation: Aggregation, rows: Sequence[Row]) -> Number:
    if aggregation.op == "count" or not rows:
        return len(rows)
    path = aggregation.path
    values = [1 if path is None else safe_number(lookup(row, path)) for row in rows]
    match aggregation.op:
        case "sum":
            return _sum(values)
        case "avg":
            return plain(float(_sum(values)) / len(values))
        case "min":
            return min(values)
        case "max":
            return max(values)


def _sum(values: Sequence[Number]) -> Number:
    total = sum(values)
    return plain(float(total)) if isinstance(total, float) else total


def _totals(operation: TotalsCompose, state: PipelineState, data: Row) -> dict[str, Number]:
    out: dict[str, Number] = {}
    for total in operation.totals:
        if operation.strategy_id is not None:
            out[total.id] = safe_number(aggregate_by_strategy(operation.strategy_id, state.items, None, operation.id))
        else:
            out[total.id] = compute(total.value, data, state.aggregates, operation.id)
    return out
