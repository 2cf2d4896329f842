"""The strategies that a template may name by `strategyId`: an allow-list of functions, never code of a tenant."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from billhead.layout.errors import STRATEGY_EXECUTION_FAILED, UNKNOWN_STRATEGY, EvaluationRefused
from billhead.layout.evaluation.result import Row
from billhead.layout.values import JS_SPACE, safe_number, text_of


@dataclass(frozen=True, slots=True)
class Strategy:
    """Rows, one row of them and the operation's path (as written) in; a group key or an aggregate out.

    `per_row` tells whether the one row matters; where it does not, the result is the same for all of them.
    """

    run: Callable[[Sequence[Row], Row, str], object]
    per_row: bool


UNGROUPED = "ungrouped"
_KEY_FIELDS = ("category", "group", "type")


def _category_key(rows: Sequence[Row], row: Row, path: str) -> object:
    """The row's category, group or type, trimmed and in lower case."""
    for name in _KEY_FIELDS:
        value = row.get(name)
        if value is not None:
            return text_of(value).strip(JS_SPACE).lower() or UNGROUPED
    return UNGROUPED


def _sum_of_key(rows: Sequence[Row], row: Row, path: str) -> object:
    """The sum of one key of every row; a dotted path is a key with dots."""
    return sum(safe_number(member.get(path)) for member in rows)


STRATEGIES: Mapping[str, Strategy] = {
    "custom-group-key": Strategy(_category_key, per_row=True),
    "custom-aggregate": Strategy(_sum_of_key, per_row=False),
}
DEFAULT_PATH = "total"


def aggregate_by_strategy(strategy_id: str, rows: Sequence[Row], path: str | None, operation_id: str) -> object:
    """One value for all rows. Refuses with `UNKNOWN_STRATEGY` or `STRATEGY_EXECUTION_FAILED`, naming the operation."""
    return _run(_find(strategy_id, operation_id), rows, {}, path, operation_id)


def keys_by_strategy(strategy_id: str, rows: Sequence[Row], operation_id: str) -> list[object]:
    """One value per row; refuses as `aggregate_by_strategy` does, but only when there is a row."""
    if not rows:
        return []
    strategy = _find(strategy_id, operation_id)
    if strategy.per_row:
        return [_run(strategy, rows, row, None, operation_id) for row in rows]
    return [_run(strategy, rows, rows[0], None, operation_id)] * len(rows)


def _find(strategy_id: str, operation_id: str) -> Strategy:
    strategy = STRATEGIES.get(strategy_id)
    if strategy is None:
        message = f"Strategy {strategy_id[:60]!r} is not on the list of allowed strategies"
        raise EvaluationRefused(UNKNOWN_STRATEGY, message, operation_id=operation_id)
    return strategy


def _run(strategy: Strategy, rows: Sequence[Row], row: Row, path: str | None, operation_id: str) -> object:
    try:
        return strategy.run(rows, row, path or DEFAULT_PATH)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        message = "The strategy failed over these rows"
        raise EvaluationRefused(STRATEGY_EXECUTION_FAILED, message, operation_id=operation_id) from error
