"""Whatever a template or its data holds: the engine answers with a document or a LayoutError, never otherwise."""

import copy
import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billhead import layout
from billhead.layout.limits import LIMITS
from billhead.layout.standard import STANDARD_TEMPLATES, standard_source
from layout.builders import (
    Json,
    a_column,
    a_field,
    a_pipeline,
    a_repeat,
    a_table,
    a_template,
    a_text,
    an_invoice,
    literal,
    path,
)

NASTY_TEXT = [
    "",
    " ",
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    ") Tj ET Q endstream endobj (",
    "\u202e\u2066reversed\u2069",
    "Z\u0351\u036b\u0343a\u0337lgo" * 50,
    "\ud800 lone",
    "\x00\x01\x1b[31m",
    "constructor",
    "__proto__",
    "a.b.c",
    "1e400",
    "0x" + "f" * 400,
    "9" * 5000,
    "{{total}}",
    "{{a}}{{{b}}}",
    "var(--x)",
    "url(javascript:alert(1))",
    "calc(1px + 1e308px)",
    "data:image/png;base64,!!!!",
    "data:image/svg+xml,<svg onload='alert(1)'/>",
    "file:///etc/passwd",
    "http://169.254.169.254/",
    "w" * 100_000,
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(NASTY_TEXT),
    st.just(10**400),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def drawn(template: object, data: object) -> None:
    """Everything that the front half does, with only LayoutErrors allowed."""
    for issue in layout.validate(template):
        assert issue.message
    try:
        document = layout.compose(template, data, locale="de")
        layout.evaluate(template, data).to_dict()
    except layout.LayoutError:
        return
    assert document.text_runs() is not None
    layout.render_html(document).encode()
    layout.render_text(document).encode()


@RELAXED
@given(template=JSON, data=JSON)
def test_any_json_is_answered(template: object, data: object) -> None:
    drawn(template, data)


@RELAXED
@given(data=JSON)
def test_any_data_is_answered_by_a_template_that_reads_it_in_every_way(data: object) -> None:
    formats = ("text", "number", "currency", "date")
    template = a_template(
        *(a_field("v", format=name) for name in formats),
        *(a_field("v", displayFormat=name) for name in ("single-line", "multiline", "raw")),
        a_text(path("v")),
        a_text(path("v|currency")),
        a_text({"type": "template", "template": "{{v}} {{v.0}} {{v.a}}"}),
        {"id": "i", "type": "image", "src": path("v"), "alt": path("v")},
        a_table("rows", *(a_column("v", id=name, format=name) for name in formats)),
        a_repeat("rows", "r", a_text(path("r.v")), a_table("r.v", a_column("v"))),
        values={"v": "v"},
        collections={"rows": "rows"},
    )
    drawn(template, {"v": data, "rows": [{"v": data}, data], "currencyCode": data})


def mutations(source: Json, seed: int) -> Json:
    """The template with a few places replaced by something else, moved or removed."""
    choice = random.Random(seed)
    out = copy.deepcopy(source)
    for _ in range(choice.randint(1, 4)):
        places: list[tuple[dict[str, object] | list[object], str | int]] = []
        stack: list[object] = [out]
        while stack:
            value = stack.pop()
            if isinstance(value, dict):
                places.extend((value, key) for key in value)
                stack.extend(value.values())
            elif isinstance(value, list):
                places.extend((value, index) for index in range(len(value)))
                stack.extend(value)
        holder, key = choice.choice(places)
        other, other_key = choice.choice(places)
        new: object = choice.choice(
            [None, True, -1, 1e308, "", choice.choice(NASTY_TEXT), [], {}, copy.deepcopy(other[other_key])]  # type: ignore[index]
        )
        holder[key] = new  # type: ignore[index]
    return out


@pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: standard.code)
def test_mutated_standard_templates_are_answered(standard: object) -> None:
    source = standard_source(standard.code)  # type: ignore[attr-defined]
    data = an_invoice(2, located=True)
    for seed in range(25):
        drawn(mutations(source, seed), data)


def test_deep_trees_are_refused() -> None:
    node: Json = {"id": "n", "type": "stack", "children": []}
    for _ in range(LIMITS.template_depth + 5):
        node = {"id": "n", "type": "stack", "children": [node]}
    with pytest.raises(layout.TemplateInvalid):
        layout.compose(a_template(node), {})
    very_deep: object = []
    for _ in range(100_000):
        very_deep = [very_deep]
    assert layout.validate(very_deep)


def test_trees_as_deep_as_the_limit_are_composed() -> None:
    node: Json = a_text(literal("bottom"))
    for _ in range(LIMITS.template_depth - 1):
        node = {"id": "n", "type": "stack", "children": [node]}
    document = layout.compose(a_template(node), {})
    assert document.text_runs() == ["bottom"]
    assert "bottom" in layout.render_html(document)


def test_too_many_nodes_are_refused() -> None:
    nodes = [a_text(literal("x")) for _ in range(LIMITS.template_nodes + 1)]
    assert [issue.kind for issue in layout.validate(a_template(*nodes))] == ["too_big"]


def test_repeats_that_multiply_are_refused() -> None:
    inner = a_repeat("rows", "c", *(a_text(literal("x")) for _ in range(20)))
    node = a_repeat("rows", "a", a_repeat("rows", "b", inner))
    template = a_template(node, collections={"rows": "rows"})
    with pytest.raises(layout.LimitExceeded):
        layout.compose(template, {"rows": [{}] * 60})


def test_transforms_that_multiply_are_refused() -> None:
    condition: Json = {"type": "comparison", "path": "a", "op": "eq", "value": 1}
    predicate = {"type": "logical", "op": "or", "conditions": [condition] * 900}
    pipeline = a_pipeline({"id": "f", "type": "filter", "predicate": predicate})
    template = a_template(collections={"rows": "rows"}, transforms=pipeline)
    assert layout.evaluate(template, {"rows": [{}] * 100}).output == ()
    with pytest.raises(layout.LimitExceeded):
        layout.evaluate(template, {"rows": [{}] * 30_000})


def test_empty_repeats_that_multiply_are_refused() -> None:
    node = a_repeat("rows", "a", a_repeat("rows", "b", a_repeat("rows", "c")))
    with pytest.raises(layout.LimitExceeded):
        layout.compose(a_template(node, collections={"rows": "rows"}), {"rows": [{}] * 5000})


def test_texts_that_multiply_are_refused() -> None:
    expression: Json = literal("x" * 1000)
    for _ in range(12):
        expression = {"type": "template", "template": "{{a}}{{a}}", "args": {"a": expression}}
    with pytest.raises(layout.LimitExceeded):
        layout.compose(a_template(a_text(expression)), {})


def test_control_characters_and_broken_unicode_become_replacement_characters() -> None:
    runs = layout.compose(a_template(a_text(path("v"))), {"v": "a\x00b\ud800c\u202e"}).text_runs()
    assert runs == ["a\ufffdb\ufffdc\u202e"]


def test_titles_and_authors_are_clean_too() -> None:
    data = {"invoiceNumber": "\ud800<b>", "tenantClient": {"name": "\x00\udfff"}}
    document = layout.compose(a_template(), data, marks=("\ud800",))
    assert (document.title, document.author, document.watermark) == ("Invoice \ufffd<b>", "\ufffd\ufffd", "\ufffd")
    assert "Invoice \ufffd&lt;b&gt;" in layout.render_html(document)


def test_markup_in_data_is_printed_literally() -> None:
    attack = "</p><script>alert('1')</script>"
    html = layout.render_html(layout.compose(a_template(a_text(path("v"))), {"v": attack}))
    assert "<script" not in html
    assert "&lt;/p&gt;&lt;script&gt;" in html


def test_style_values_cannot_leave_the_style_sheet() -> None:
    attack = "red}</style><script>alert(1)</script>"
    node = a_text(literal("x"), style={"inline": {"color": attack, "fontFamily": attack, "width": attack}})
    html = layout.render_html(layout.compose(a_template(node), {}))
    assert "<script" not in html
    assert html.count("</style>") == 1


def test_images_are_never_fetched() -> None:
    for source in ("https://example.test/logo.png", "file:///etc/passwd", "//example.test/x", "javascript:alert(1)"):
        document = layout.compose(a_template({"id": "i", "type": "image", "src": literal(source)}), {})
        assert [diagnostic.code for diagnostic in document.diagnostics] == ["IMAGE_REFUSED"]
        assert "example.test" not in layout.render_html(document)


def test_equal_input_gives_equal_output() -> None:
    template, data = standard_source("standard-invoice-by-location"), an_invoice(9, located=True)
    first = layout.render_html(layout.compose(template, data, locale="fr"))
    second = layout.render_html(layout.compose(json.loads(json.dumps(template)), json.loads(json.dumps(data)), "fr"))
    assert first == second
