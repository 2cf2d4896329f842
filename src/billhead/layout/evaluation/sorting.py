"""Sorting rows by several keys, stable: numbers as numbers, everything else as text in collation order."""

from collections.abc import Sequence
from functools import cmp_to_key

from billhead.layout.collation import sort_key
from billhead.layout.evaluation.result import Row
from billhead.layout.pipeline import SortKey
from billhead.layout.values import MISSING, Number, is_number, lookup, number_of, text_of

Sorted = Number | bytes


def sort_rows(rows: Sequence[Row], keys: Sequence[SortKey]) -> tuple[Row, ...]:
    """The rows in order. Null and absent values stand last, or first where the key says so, whatever the direction."""
    ordered = list(rows)
    for key in reversed(keys):
        ordered = _sort_by(ordered, key)
    return tuple(ordered)


def _sort_by(rows: list[Row], key: SortKey) -> list[Row]:
    """One stable pass; passes from the last key to the first make a lexicographic order."""
    values = [(lookup(row, key.path), row) for row in rows]
    absent = [row for value, row in values if value is None or value is MISSING]
    present = [(value, row) for value, row in values if value is not None and value is not MISSING]
    descending = key.direction == "desc"
    numbers = [is_number(value) for value, _ in present]
    if all(numbers):
        present.sort(key=lambda pair: number_of(pair[0]), reverse=descending)
    elif not any(numbers):
        present.sort(key=lambda pair: sort_key(text_of(pair[0])), reverse=descending)
    else:
        present.sort(key=cmp_to_key(_mixed_order), reverse=descending)
    in_order = [row for _, row in present]
    return absent + in_order if key.nulls == "first" else in_order + absent


def _mixed_order(left: tuple[object, Row], right: tuple[object, Row]) -> int:
    a: Sorted
    b: Sorted
    if is_number(left[0]) and is_number(right[0]):
        a, b = number_of(left[0]), number_of(right[0])
        return (a > b) - (a < b)
    first, second = sort_key(text_of(left[0])), sort_key(text_of(right[0]))
    return (first > second) - (first < second)
