"""Validation: every finding at once, each with its place; nothing else ever comes out."""

import pytest

from billhead import layout
from billhead.layout.standard import STANDARD_TEMPLATES, standard_source
from layout.builders import Json, a_column, a_field, a_table, a_template, a_text, literal, path


def places(template: object, severity: str = "error") -> list[str]:
    return [issue.path for issue in layout.validate(template) if issue.severity == severity]


@pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: standard.code)
def test_standard_templates_have_no_findings(standard: object) -> None:
    assert layout.validate(standard_source(standard.code)) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"kind": "other"}, "kind"),
        ({"version": "1"}, "version"),
        ({"version": True}, "version"),
        ({"version": 3}, "version"),
        ({"extra": 1}, ""),
        ({"layout": {"id": "x", "type": "nothing"}}, "layout.type"),
        ({"layout": {"id": "", "type": "divider"}}, "layout.id"),
        ({"layout": {"id": "x", "type": "divider", "children": []}}, "layout"),
        ({"layout": {"id": "x", "type": "section"}}, "layout.children"),
        ({"layout": a_text({"type": "path"})}, "layout.content.path"),
        ({"layout": a_text(literal({}))}, "layout.content.value"),
        ({"layout": a_field("b", format="percent")}, "layout.format"),
        ({"layout": a_field("b", label=7)}, "layout.label"),
        ({"layout": a_table("rows")}, "layout.columns"),
        ({"layout": a_table("rows", a_column("x", width=5))}, "layout.columns.0"),
        ({"layout": a_text(literal(1), style={"inline": {"width": 10}})}, "layout.style.inline.width"),
        ({"layout": a_text(literal(1), style={"inline": {"flexWrap": "wrap"}})}, "layout.style.inline"),
        ({"layout": a_text(literal(1), style={"tokenIds": ["a b"]})}, "layout.style.tokenIds.0"),
        ({"metadata": {"printSettings": {"paperPreset": "a4", "marginMm": 1}}}, "metadata.printSettings.paperPreset"),
        ({"metadata": {"printSettings": {"paperPreset": "A4", "marginMm": 51}}}, "metadata.printSettings.marginMm"),
        ({"styles": {"tokens": {"a b": {"id": "x", "value": 1}}}}, "styles.tokens.a b"),
        ({"transforms": {"sourceBindingId": "a", "outputBindingId": "b", "operations": []}}, "transforms.operations"),
    ],
)
def test_findings_name_their_place(change: Json, place: str) -> None:
    assert places({**a_template(), **change}) == [place]


def test_all_findings_come_at_once() -> None:
    template = {"kind": "x", "version": 9, "layout": {"id": "", "type": "document", "children": [{"type": "zzz"}]}}
    assert places(template) == ["kind", "version", "layout.id", "layout.children.0.type"]
    with pytest.raises(layout.TemplateInvalid) as refused:
        layout.compose(template, {})
    assert refused.value.code == "SCHEMA_VALIDATION_FAILED"
    assert [issue.path for issue in refused.value.issues] == places(template)
    assert str(refused.value).startswith("kind: ")
    assert "layout.children[0].type: Invalid discriminator value" in str(refused.value)


def test_hints_say_how_to_cure() -> None:
    hints = [
        issue.hint for issue in layout.validate(a_template(a_field("b", lable="x"), pageHeader=a_text(literal(1))))
    ]
    assert hints == ['did you mean "label"?', 'needs "version": 2']


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, b"bytes", {1: 2}, {"a": {1, 2}}, float("nan")])
def test_anything_is_answered(value: object) -> None:
    assert layout.validate(value)


def test_a_style_value_that_is_not_css_is_dropped_with_a_warning_in_version_1() -> None:
    node = a_text(literal("x"), style={"inline": {"color": "no colour", "fontSize": "20px"}})
    template = a_template(node)
    assert places(template) == []
    assert places(template, "warning") == ["layout.children.0.style.inline.color"]
    assert layout.compose(template, {}).root.children


def test_version_2_refuses_a_style_value_that_is_not_css() -> None:
    node = a_text(literal("x"), style={"inline": {"color": "no colour"}})
    assert places(a_template(node, version=2)) == ["layout.children.0.style.inline.color"]


def test_a_class_that_does_not_exist_is_a_warning() -> None:
    template = a_template(a_text(literal("x"), style={"tokenIds": ["ghost"]}))
    assert places(template, "warning") == ["layout.children.0.style.tokenIds.0"]


def test_every_style_property_of_the_format_is_accepted() -> None:
    inline = {
        "overflow": "hidden",
        "position": "absolute",
        "top": "1px",
        "right": "2mm",
        "bottom": "3pt",
        "left": "5%",
        "zIndex": 2,
        "paddingTop": "1em",
        "marginLeft": "-4px",
        "borderBottom": "2px dashed #abc",
        "aspectRatio": "16 / 9",
        "gridTemplateColumns": "repeat(2, 1fr) auto",
        "flex": "1 1 0",
    }
    assert layout.validate(a_template(a_text(literal("x"), style={"inline": inline}))) == []


def test_version_2_knows_more() -> None:
    template = a_template(
        a_text(path("x"), visibleWhen={"type": "comparison", "path": "x", "op": "neq", "value": None}),
        {"id": "qr", "type": "qr-code", "content": path("x")},
        a_table("rows", a_column("x", format="decimal")),
        a_text(literal("x"), style={"inline": {"flexWrap": "wrap", "alignSelf": "center", "gridColumn": "span 2"}}),
        version=2,
        collections={"rows": "rows"},
        pageFooter=a_text({"type": "page", "which": "page-number"}),
        metadata={
            "printSettings": {
                "widthMm": 100,
                "heightMm": 200,
                "marginsMm": {"top": 5, "right": 6, "bottom": 7, "left": 8},
            }
        },
    )
    assert layout.validate(template) == []
    assert len(places({**template, "version": 1})) > 4


def test_a_parsed_template_is_taken_in_place_of_json() -> None:
    template = layout.parse_template(a_template(a_text(literal("x"))))
    assert layout.parse_template(template) is template
    assert layout.compose(template, {}).text_runs() == ["x"]


def test_changing_the_source_afterwards_does_not_change_the_template() -> None:
    source = a_template(a_text(literal("before")))
    template = layout.parse_template(source)
    source["layout"]["children"][0]["content"]["value"] = "after"  # type: ignore[index]
    assert layout.compose(template, {}).text_runs() == ["before"]
    assert layout.compose(source, {}).text_runs() == ["after"]


@pytest.mark.parametrize(
    ("direction", "style", "refused"),
    [
        (None, {"display": "flex", "flexDirection": "column", "flexWrap": "wrap"}, True),
        (None, {"display": "flex", "flexDirection": "column-reverse", "flexWrap": "wrap-reverse"}, True),
        (None, {"display": "flex", "flexDirection": "row", "flexWrap": "wrap"}, False),
        (None, {"display": "flex", "flexDirection": "column", "flexWrap": "nowrap"}, False),
        (None, {"flexWrap": "wrap"}, True),
        ("column", {"flexWrap": "wrap"}, True),
        ("column", {"flexWrap": "nowrap"}, False),
        ("column", {"flexDirection": "row", "flexWrap": "wrap"}, False),
        ("column", {"display": "grid", "flexWrap": "wrap"}, False),
        ("row", {"flexWrap": "wrap"}, False),
        ("row", {"flexDirection": "column", "flexWrap": "wrap"}, True),
    ],
)
def test_columns_do_not_wrap(direction: str | None, style: Json, refused: bool) -> None:
    stack = {"id": "stack", "type": "stack", "style": {"inline": style}, "children": []}
    if direction is not None:
        stack["direction"] = direction
    issues = layout.validate(a_template(stack, version=2))
    assert [issue.kind for issue in issues] == (["unsupported-combination"] if refused else [])
