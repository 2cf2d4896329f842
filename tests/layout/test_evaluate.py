"""Bindings and transforms: tables of cases, and properties over random rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead import layout
from billhead.layout.values import number_from_text, number_text, safe_number, text_of
from layout.builders import Json, a_pipeline, a_template

ROWS = [
    {"id": 1, "name": "anchor", "qty": 3, "kind": "Marine "},
    {"id": 2, "name": "Bolt", "qty": "12", "kind": None},
    {"id": 3, "name": "bolt", "qty": None},
    {"id": 4, "name": "Émeri", "qty": "  ", "kind": ""},
    {"id": 5, "name": "10 pack", "qty": True, "kind": "Marine "},
]


def evaluated(*operations: Json, rows: object = None, data: Json | None = None) -> Json:
    template = a_template(collections={"rows": "rows"}, transforms=a_pipeline(*operations))
    return layout.evaluate(template, {"rows": ROWS if rows is None else rows, **(data or {})}).to_dict()


def ids(result: Json) -> list[int]:
    return [row["id"] for row in result["output"]]  # type: ignore[index, attr-defined]


def a_filter(**predicate: object) -> Json:
    return {"id": "f", "type": "filter", "predicate": {"type": "comparison", **predicate}}


@pytest.mark.parametrize(
    ("predicate", "kept"),
    [
        ({"path": "qty", "op": "eq", "value": 3}, [1]),
        ({"path": "qty", "op": "eq", "value": "12"}, [2]),
        ({"path": "qty", "op": "eq", "value": None}, [3]),
        ({"path": "kind", "op": "eq", "value": None}, [2]),
        ({"path": "kind", "op": "neq", "value": ""}, [1, 2, 3, 5]),
        ({"path": "qty", "op": "gte", "value": 3}, [1, 2]),
        ({"path": "qty", "op": "lte", "value": 0}, [3, 4, 5]),
        ({"path": "missing", "op": "lt", "value": 1}, [1, 2, 3, 4, 5]),
        ({"path": "qty", "op": "in", "value": [3, True]}, [1, 5]),
        ({"path": "qty", "op": "in", "value": "3"}, []),
        ({"path": "name", "op": "eq", "value": ["anchor"]}, []),
    ],
)
def test_comparisons(predicate: Json, kept: list[int]) -> None:
    assert ids(evaluated(a_filter(**predicate))) == kept


def test_not_of_a_missing_value_is_true() -> None:
    condition = {"type": "comparison", "path": "kind", "op": "eq", "value": "Marine "}
    operation: Json = {"id": "f", "type": "filter", "predicate": {"type": "not", "condition": condition}}
    assert ids(evaluated(operation)) == [2, 3, 4]


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ([{"path": "name"}], [5, 1, 3, 2, 4]),
        ([{"path": "name", "direction": "desc"}], [4, 2, 3, 1, 5]),
        ([{"path": "qty"}], [4, 2, 1, 5, 3]),
        ([{"path": "kind", "nulls": "first"}, {"path": "id", "direction": "desc"}], [3, 2, 4, 5, 1]),
        ([{"path": "kind", "direction": "desc"}], [1, 5, 4, 2, 3]),
    ],
)
def test_sorting(keys: list[Json], order: list[int]) -> None:
    assert ids(evaluated({"id": "s", "type": "sort", "keys": keys})) == order


@given(st.lists(st.integers(-5, 5) | st.none(), max_size=30))
def test_sorting_is_stable_and_keeps_every_row(values: list[int | None]) -> None:
    rows = [{"id": index, "v": value} for index, value in enumerate(values)]
    out = evaluated({"id": "s", "type": "sort", "keys": [{"path": "v"}]}, rows=rows)["output"]
    expected = sorted(rows, key=lambda row: (row["v"] is None, row["v"] or 0))
    assert out == expected


def test_groups_keep_first_seen_order_and_name_missing_keys() -> None:
    result = evaluated({"id": "g", "type": "group", "key": "kind"})
    assert [group["key"] for group in result["groups"]] == ["Marine ", "ungrouped", ""]  # type: ignore[index, union-attr]
    assert result["output"] == result["groups"]


def test_aggregates_count_missing_values_as_zero() -> None:
    operations = ("sum", "count", "avg", "min", "max")
    aggregate: Json = {
        "id": "a",
        "type": "aggregate",
        "aggregations": [{"id": op, "op": op, "path": "qty"} for op in operations],
    }
    assert evaluated(aggregate)["aggregates"] == {"sum": 15, "count": 5, "avg": 3, "min": 0, "max": 12}
    assert evaluated(aggregate, rows=[])["aggregates"] == dict.fromkeys(operations, 0)


def test_aggregates_after_a_group_are_also_per_group() -> None:
    group: Json = {"id": "g", "type": "group", "key": "kind"}
    aggregate: Json = {"id": "a", "type": "aggregate", "aggregations": [{"id": "n", "op": "count"}]}
    result = evaluated(group, aggregate)
    assert [group["aggregates"] for group in result["groups"]] == [{"n": 2}, {"n": 2}, {"n": 1}]  # type: ignore[index, union-attr]
    assert result["aggregates"] == {"n": 5}


def test_computed_fields_see_earlier_ones_and_divide_by_zero_to_zero() -> None:
    double: Json = {"type": "binary", "op": "multiply", "left": _path("qty"), "right": _number(2)}
    ratio: Json = {"type": "binary", "op": "divide", "left": _path("double"), "right": _path("missing")}
    fields = [{"id": "double", "expression": double}, {"id": "ratio", "expression": ratio}]
    output = evaluated({"id": "c", "type": "computed-field", "fields": fields})["output"]
    assert [(row["double"], row["ratio"]) for row in output] == [(6, 0), (24, 0), (0, 0), (0, 0), (0, 0)]  # type: ignore[index, attr-defined]


def test_totals_read_the_data_and_the_aggregates() -> None:
    aggregate: Json = {"id": "a", "type": "aggregate", "aggregations": [{"id": "n", "op": "count"}]}
    value: Json = {
        "type": "binary",
        "op": "add",
        "left": _path("total"),
        "right": {"type": "aggregate-ref", "aggregateId": "n"},
    }
    totals: Json = {"id": "t", "type": "totals-compose", "totals": [{"id": "sum", "label": "Sum", "value": value}]}
    result = evaluated(aggregate, totals, data={"total": 100})
    assert result["totals"] == {"sum": 105}
    assert result["bindings"]["out.totals"] == {"sum": 105}  # type: ignore[index]


def _path(of: str) -> Json:
    return {"type": "path", "path": of}


def _number(value: float) -> Json:
    return {"type": "literal", "value": value}


AFTER_GROUP: list[Json] = [
    a_filter(path="qty", op="eq", value=1),
    {"id": "f", "type": "sort", "keys": [{"path": "qty"}]},
    {"id": "f", "type": "computed-field", "fields": [{"id": "x", "expression": _number(1)}]},
]


@pytest.mark.parametrize("late", AFTER_GROUP, ids=lambda operation: operation["type"])
def test_rows_cannot_change_after_a_group(late: Json) -> None:
    with pytest.raises(layout.EvaluationRefused) as refused:
        evaluated({"id": "g", "type": "group", "key": "kind"}, late, rows=[])
    assert (refused.value.code, refused.value.operation_id) == ("INVALID_TRANSFORM_INPUT", "f")


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"id": "o", "type": "group", "key": "k", "strategyId": "constructor"}, "UNKNOWN_STRATEGY"),
        (
            {"id": "o", "type": "aggregate", "strategyId": "x", "aggregations": [{"id": "a", "op": "sum"}]},
            "UNKNOWN_STRATEGY",
        ),
        (
            {
                "id": "o",
                "type": "totals-compose",
                "totals": [
                    {"id": "t", "label": "T", "value": {"type": "aggregate-ref", "aggregateId": "nothing"}},
                ],
            },
            "INVALID_OPERAND",
        ),
    ],
)
def test_operations_that_cannot_run_name_themselves(operation: Json, code: str) -> None:
    with pytest.raises(layout.EvaluationRefused) as refused:
        evaluated(operation)
    assert (refused.value.code, refused.value.operation_id) == (code, "o")


def test_the_group_strategy_reads_category_group_or_type() -> None:
    rows = [{"category": " Berth "}, {"group": "berth"}, {"type": 7}, {"category": "  "}, {}]
    result = evaluated({"id": "g", "type": "group", "key": "x", "strategyId": "custom-group-key"}, rows=rows)
    assert [group["key"] for group in result["groups"]] == ["berth", "7", "ungrouped"]  # type: ignore[index, union-attr]


@pytest.mark.parametrize(("source", "code"), [("nowhere", "MISSING_BINDING"), ("scalar", "INVALID_SOURCE_COLLECTION")])
def test_sources_that_are_no_collection(source: str, code: str) -> None:
    operation = a_filter(path="a", op="eq", value=1)
    template = a_template(transforms=a_pipeline(operation, source=source))
    with pytest.raises(layout.EvaluationRefused) as refused:
        layout.evaluate(template, {"scalar": 5})
    assert refused.value.code == code


def test_fallbacks_replace_what_is_missing_and_nothing_else() -> None:
    template = a_template(values={key: key for key in ("absent", "null", "empty", "zero")})
    for entry in template["bindings"]["values"].values():  # type: ignore[index]
        entry["fallback"] = "fallback"
    bindings = layout.evaluate(template, {"null": None, "empty": "", "zero": 0}).bindings
    assert (bindings["absent"], bindings["null"], bindings["empty"], bindings["zero"]) == ("fallback", None, "", 0)


def test_aliases_win_over_the_path_itself() -> None:
    template = a_template(values={"name": " client.name "})
    data = {"client": {"name": "Shadowed"}, "customer": {"name": "Ada"}}
    assert layout.evaluate(template, data).bindings["name"] == "Shadowed"
    assert layout.evaluate(template, data, {"client.name": "customer.name"}).bindings["name"] == "Ada"


def test_rows_that_are_no_objects_become_empty_ones() -> None:
    template = a_template(collections={"rows": "rows", "none": "missing"})
    bindings = layout.evaluate(template, {"rows": [1, None, "x", [], {"a": 1}]}).bindings
    assert bindings["rows"] == [{}, {}, {}, {}, {"a": 1}]
    assert bindings["none"] == []


def test_data_is_never_changed() -> None:
    rows = [{"b": 1, "a": {"d": 1, "c": 2}}]
    fields = [{"id": "new", "expression": _number(1)}]
    evaluated({"id": "c", "type": "computed-field", "fields": fields}, rows=rows)
    assert rows == [{"b": 1, "a": {"d": 1, "c": 2}}]
    assert list(rows[0]) == ["b", "a"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.1, "0.1"),
        (-0.0, "0"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1e-7, "1e-7"),
        (0.000001, "0.000001"),
        (123456789.125, "123456789.125"),
        (5e-324, "5e-324"),
        (2**53 + 1, "9007199254740992"),
    ],
)
def test_number_text(number: float, text: str) -> None:
    assert number_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_text_reads_back(number: float) -> None:
    assert float(number_from_text(number_text(number))) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [(" 5 ", 5), ("1e2", 100), ("0x10", 16), (".5", 0.5), ("1,000", 0), ("Infinity", 0), ("", 0), ("1_0", 0)],
)
def test_safe_numbers(text: str, number: float) -> None:
    assert safe_number(text) == number


def test_text_of_structures() -> None:
    assert text_of([1, None, [2, "x"], {"a": 1}]) == "1,,2,x,[object Object]"
