"""Composing: what every node prints, in which scope, language and look, and what the author is told."""

import pytest

from billhead import layout
from billhead.layout.document import Box, Table, Text
from layout.builders import (
    Json,
    a_column,
    a_field,
    a_pipeline,
    a_repeat,
    a_table,
    a_template,
    a_text,
    literal,
    node_of,
    path,
    shown,
    table_rows,
    text_of,
)

DATA: Json = {
    "total": 123456,
    "name": "of the invoice",
    "currencyCode": "EUR",
    "nothing": None,
    "customer": {"name": "Ada"},
    "rows": [{"name": "first", "n": 2, "tags": ["a", "b"]}, {"n": None}, "no row"],
    "groups": [
        {"name": "North", "items": [{"d": "x", "v": 100}]},
        {"name": "South", "items": [{"d": "y", "v": 200}, {"d": "z"}]},
    ],
}


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (literal("plain"), "plain"),
        (literal(None), ""),
        (literal(False), "false"),
        (literal(1.5), "1.5"),
        (path("total"), "123456"),
        (path("total|currency"), "€1,234.56"),
        (path(" total | CURRENCY "), "€1,234.56"),
        (path("total|date"), ""),
        (path("nothing|currency"), ""),
        (path("rows.0.tags.length"), "2"),
        (path("rows.0.tags"), "a,b"),
        (path("customer"), "[object Object]"),
        ({"type": "template", "template": "{{name}} {{ name }} {{missing}}!"}, "of the invoice {{ name }} !"),
        ({"type": "template", "template": "{{a}}", "args": {"a": literal(0)}}, "0"),
        ({"type": "template", "template": "{{nothing}}|"}, "|"),
        ({"type": "i18n", "i18nKey": "labels.total", "defaultValue": "Sum"}, "Sum"),
        ({"type": "binding", "bindingId": "bound"}, "Ada"),
    ],
)
def test_expressions(expression: Json, text: str) -> None:
    template = a_template(a_text(expression), values={"bound": "customer.name"})
    assert layout.compose(template, DATA).text_runs() == [text]


def test_cells_read_their_row_then_the_whole_document() -> None:
    columns = [
        a_column("name", id="bare"),
        a_column("item.name", id="item"),
        a_column("n", id="n", format="number"),
        a_column("n|currency", id="money"),
    ]
    document = layout.compose(a_template(a_table("rows", *columns), collections={"rows": "rows"}), DATA)
    assert table_rows(document) == [
        ["first", "first", "2", "€0.02"],
        ["of the invoice", "", "0", ""],
        ["of the invoice", "", "0", ""],
    ]
    fallbacks = [found for found in document.diagnostics if found.code == "SCOPE_FALLBACK"]
    assert [(found.node_id, found.pointer) for found in fallbacks] == [("table", "/layout/children/0/columns/0")]


def test_a_row_without_any_value_stays_blank() -> None:
    columns = [a_column("v", id="v", format="currency"), a_column("w", id="w", format="number")]
    template = a_template(a_table("rows", *columns), collections={"rows": "rows"})
    document = layout.compose(template, {"rows": [{}, {"v": 5}, {"w": ""}]})
    assert table_rows(document) == [["", ""], ["$0.05", "0"], ["$0.00", "0"]]


def test_repeats_nest_and_names_of_outer_rows_stay_known() -> None:
    inner = a_repeat("g.items", "line", a_text(path("d"), id="d"), a_text(path("g.name"), id="outer"), id="inner")
    template = a_template(a_repeat("groups", "g", inner), collections={"groups": "groups"})
    assert shown(template, DATA) == ["x", "North", "y", "South", "z", "South"]


def test_tables_inside_repeats_read_the_enclosing_row() -> None:
    table = a_table("g.items", a_column("d"), a_column("g.name", id="of"))
    template = a_template(a_repeat("groups", "g", table), collections={"groups": "groups"})
    assert shown(template, DATA) == ["x", "North", "y", "South", "z", "South"]


def test_fields_of_a_repeat_can_name_its_row() -> None:
    template = a_template(a_repeat("groups", "g", a_field("g.name")), collections={"groups": "groups"})
    assert shown(template, DATA) == ["North", "South"]


@pytest.mark.parametrize(
    ("options", "value", "text"),
    [
        ({"label": "No"}, "7", "No:  7"),
        ({"label": "No"}, "", "No:  "),
        ({"emptyValue": "-"}, None, "-"),
        ({"emptyValue": "-"}, "", ""),
        ({"emptyValue": "0", "format": "currency"}, None, "$0.00"),
        ({"format": "currency"}, "n/a", "n/a"),
        ({"format": "number"}, "007", "7"),
        ({"format": "date"}, "2024-02-03", "2/3/2024"),
        ({"format": " Date "}, "2024-02-03", "2/3/2024"),
        ({}, True, "Yes"),
        ({}, {"a": 1}, ""),
        ({"displayFormat": "single-line"}, "a,\n b", "a, b"),
        ({"displayFormat": "multiline"}, "a, b", "a\nb"),
        ({"displayFormat": "raw"}, " a, b ", "a, b"),
        ({"displayFormat": "single-line"}, {"street": "S", "city": "C", "zip": "9", "state": "X"}, "S, C, X 9"),
        ({"displayFormat": "raw"}, {"line1": " ", "address1": "A", "country": "DE"}, "A\nDE"),
        ({"displayFormat": "raw"}, 42, "42"),
    ],
)
def test_fields(options: Json, value: object, text: str) -> None:
    template = a_template(a_field("v", **options), values={"v": "v"})
    assert text_of(layout.compose(template, {"v": value}), "field") == text


def test_labels_inside_other_expressions_are_translated_in_version_2_only() -> None:
    label = {"type": "i18n", "i18nKey": "labels.total", "defaultValue": "Sum"}
    cell = {"id": "c", "header": {"i18nKey": "labels.qty", "defaultValue": "Count"}, "value": label}
    nodes = (a_text(label), a_text({"type": "template", "template": "{{a}}", "args": {"a": label}}), a_table("r", cell))
    for version, word in ((1, "Sum"), (2, "Gesamt")):
        template = a_template(*nodes, version=version, collections={"r": "rows"})
        assert shown(template, {"rows": [{}]}, locale="de") == ["Gesamt", word, "Menge", word]


def test_yes_and_no_follow_the_language() -> None:
    template = a_template(a_field("v"), values={"v": "v"})
    assert shown(template, {"v": True}, locale="de") == ["Ja"]
    assert shown(template, {"v": False}, locale="fr") == ["Non"]


def test_totals_prefer_composed_totals() -> None:
    total: Json = {"id": "sum", "label": "Sum", "value": {"type": "literal", "value": 500}}
    pipeline = a_pipeline({"id": "t", "type": "totals-compose", "totals": [total]})
    rows = [
        {"id": "sum", "label": "Sum", "value": path("total"), "format": "currency"},
        {"id": "tax", "label": "Tax", "value": path("missing"), "format": "currency", "emphasize": True},
    ]
    node: Json = {"id": "totals", "type": "totals", "sourceBinding": {"bindingId": "anything"}, "rows": rows}
    template = a_template(node, collections={"rows": "rows"}, transforms=pipeline)
    document = layout.compose(template, DATA)
    assert document.text_runs() == ["Sum", "€5.00", "Tax", "€0.00"]
    tax = node_of(document, "tax")
    assert isinstance(tax, Box)
    assert tax.style.font_weight == 700


def test_an_empty_table_shows_its_text_in_one_cell() -> None:
    columns = [a_column("a", id="a"), a_column("b", id="b")]
    document = layout.compose(a_template(a_table("none", *columns, emptyStateText="Nothing"), collections={}), {})
    table = node_of(document, "table")
    assert isinstance(table, Table)
    assert [(cell.text, cell.span) for cell in table.body[0].cells] == [("Nothing", 2)]
    assert {found.code for found in document.diagnostics} == {"MISSING_BINDING", "EMPTY_COLLECTION"}


def test_nodes_that_can_never_be_shown_are_reported() -> None:
    document = layout.compose(a_template(a_repeat("nowhere", "n", a_text(literal("x"), id="lost"))), {})
    found = [(each.code, each.node_id) for each in document.diagnostics]
    assert ("UNREACHABLE_NODE", "lost") in found


def test_numeric_columns_stand_at_the_end_whatever_their_style() -> None:
    column = a_column("n", format="number", style={"inline": {"textAlign": "left"}})
    template = a_template(a_table("rows", column), collections={"rows": "rows"})
    for locale, side in (("en", "right"), ("ar", "left")):
        table = node_of(layout.compose({**template, "metadata": {"locale": locale}}, DATA), "table")
        assert isinstance(table, Table)
        assert {cell.style.text_align for row in (*table.head, *table.body) for cell in row.cells} == {side}


def test_classes_apply_in_the_order_of_the_sheet_and_inline_styles_last() -> None:
    styles = {
        "tokens": {"key": {"id": "brand", "value": "#0000ff"}},
        "classes": {"one": {"color": "#ff0000", "fontSize": "10px"}, "two": {"color": "var(--brand)"}},
    }
    plain = a_text(literal("x"), id="plain", style={"tokenIds": ["two", "one"]})
    inline = a_text(literal("x"), id="inline", style={"tokenIds": ["two"], "inline": {"color": "#00ff00"}})
    document = layout.compose(a_template(plain, inline, styles=styles), {}, tokens={"other": 1})
    assert node_of(document, "plain").style.color[:3] == (0, 0, 255)
    assert node_of(document, "plain").style.font_size == 10
    assert node_of(document, "inline").style.color[:3] == (0, 255, 0)
    recoloured = layout.compose(a_template(plain, styles=styles), {}, tokens={"brand": "#102030"})
    assert node_of(recoloured, "plain").style.color[:3] == (16, 32, 48)


def test_stacks_flow_as_the_format_says() -> None:
    row: Json = {"id": "row", "type": "stack", "direction": "row", "children": [], "style": {"inline": {"gap": "3px"}}}
    column: Json = {"id": "column", "type": "stack", "children": []}
    document = layout.compose(a_template(row, column), {})
    styles = [node_of(document, name).style for name in ("row", "column")]
    flows = [(style.display, style.flex_direction, style.column_gap, style.row_gap) for style in styles]
    assert flows == [("flex", "row", 3.0, 3.0), ("flex", "column", 8.0, 8.0)]


def test_long_words_may_break_anywhere() -> None:
    document = layout.compose(a_template(a_text(literal("w" * 80)), a_text(literal("short"), id="short")), {})
    assert node_of(document, "text").style.overflow_wrap == "anywhere"
    assert node_of(document, "short").style.overflow_wrap == "break-word"


def test_section_titles_are_headings_of_their_depth() -> None:
    inner: Json = {"id": "inner", "type": "section", "title": "Inner", "children": []}
    outer: Json = {"id": "outer", "type": "section", "title": "Outer", "children": [inner]}
    document = layout.compose(a_template(outer, {"id": "bare", "type": "section", "title": "", "children": []}), {})
    outer_box, inner_box = node_of(document, "outer"), node_of(document, "inner")
    assert isinstance(outer_box, Box)
    assert isinstance(inner_box, Box)
    headings = [box.children[0] for box in (outer_box, inner_box)]
    levels = [(node.role, node.level) for node in headings if isinstance(node, Text)]
    assert levels == [("heading", 2), ("heading", 3)]


@pytest.mark.parametrize(
    ("recipient", "own", "tag", "label", "money"),
    [
        (None, None, "en-US", "Sum", "€1,234.56"),
        (None, "fr", "fr", "Sum", "1\u202f234,56\u00a0€"),
        ("de", "fr", "de", "Gesamt", "1.234,56\u00a0€"),
        ("de_CH", None, "de-CH", "Gesamt", "EUR\u00a01'234.56"),
        ("ja", "fr", "fr", "Sum", "1\u202f234,56\u00a0€"),
        ("../../etc", None, "en-US", "Sum", "€1,234.56"),
        (None, "no-such-language", "no", "Sum", None),
        (None, "qqq", "en-US", "Sum", "€1,234.56"),
    ],
)
def test_languages(recipient: str | None, own: str | None, tag: str, label: str, money: str | None) -> None:
    i18n = {"type": "i18n", "i18nKey": "labels.total", "defaultValue": "Sum"}
    template = a_template(a_text(i18n), a_text(path("total|currency")), metadata={"locale": own} if own else {})
    document = layout.compose(template, DATA, locale=recipient)
    assert document.lang.startswith(tag)
    assert document.text_runs()[0] == label
    if money is not None:
        assert document.text_runs()[1] == money


def test_right_to_left_documents() -> None:
    document = layout.compose(a_template(metadata={"locale": "ar-EG"}), {})
    assert (document.lang, document.direction) == ("ar-EG", "rtl")
    assert 'dir="rtl"' in layout.render_html(document)


@pytest.mark.parametrize(
    ("given", "data", "own", "text"),
    [
        ("GBP", {"currencyCode": "EUR"}, "JPY", "£1.00"),
        (None, {"currencyCode": "EUR"}, "JPY", "€1.00"),
        (None, {"currency_code": "EUR"}, "JPY", "€1.00"),
        (None, {}, "JPY", "¥100"),
        (None, {}, None, "$1.00"),
        (None, {"currencyCode": ""}, "JPY", "$1.00"),
        (None, {"currencyCode": "nonsense"}, None, "$1.00"),
        (None, {"currencyCode": "KWD"}, None, "KWD\u00a00.100"),
    ],
)
def test_currencies(given: str | None, data: Json, own: str | None, text: str) -> None:
    template = a_template(a_text(path("v|currency")), metadata={"currencyCode": own} if own else {})
    assert layout.compose(template, {**data, "v": 100}, currency=given).text_runs() == [text]


def test_the_margin_is_applied_once() -> None:
    settings = {"printSettings": {"paperPreset": "A4", "marginMm": 25.4}}
    page = layout.compose(a_template(metadata=settings), {}).page
    assert (round(page.width), round(page.height), page.margin_top) == (794, 1123, 96.0)


@pytest.mark.parametrize(
    ("inline", "margin", "padding"),
    [
        ({"padding": "24px"}, 24.0, 0.0),
        ({"padding": "24px", "backgroundColor": "#ffffff", "width": "100%"}, 24.0, 0.0),
        ({"padding": "24px", "width": "794px", "minHeight": "1123px"}, 24.0, 0.0),
        ({"padding": "24px", "backgroundColor": "#ff0000"}, 0.0, 24.0),
        ({"padding": "24px", "border": "1px solid red"}, 0.0, 24.0),
        ({"padding": "24px", "width": "400px"}, 0.0, 24.0),
        ({"padding": "0px"}, 96.0, 0.0),
    ],
)
def test_padding_of_the_only_section_is_the_margin(inline: Json, margin: float, padding: float) -> None:
    settings = {"printSettings": {"paperPreset": "A4", "marginMm": 25.4}}
    own: Json = {"id": "p", "type": "section", "style": {"inline": inline}, "children": []}
    document = layout.compose(a_template(own, metadata=settings), {})
    style = node_of(document, "p").style
    assert (document.page.margin_top, document.page.margin_left) == (margin, margin)
    assert (style.padding_top, style.padding_left) == (padding, padding)


def test_paper_is_guessed_from_the_size_of_the_page_section() -> None:
    own: Json = {
        "id": "p",
        "type": "section",
        "style": {"inline": {"width": "794px", "height": "1123px"}},
        "children": [],
    }
    assert round(layout.compose(a_template(own), {}).page.width) == 794
    assert round(layout.compose(a_template(), {}).page.width) == 816


def test_marks_are_printed_in_the_language_of_the_document() -> None:
    template = a_template(a_text(literal("x")))
    assert layout.compose(template, {}).watermark is None
    assert layout.compose(template, {}, marks=("DRAFT",)).watermark == "DRAFT"
    assert layout.compose(template, {}, locale="de", marks=("DRAFT", "Muster")).watermark == "ENTWURF · MUSTER"


def test_version_2_visibility_breaks_and_page_numbers() -> None:
    paid = {"type": "comparison", "path": "status", "op": "eq", "value": "PAID"}
    node = a_text(literal("Paid"), visibleWhen=paid, keepTogether=True, breakBefore="page")
    number: Json = {
        "type": "template",
        "template": "Page {{n}} of {{m}}",
        "args": {"n": {"type": "page", "which": "page-number"}, "m": {"type": "page", "which": "page-count"}},
    }
    template = a_template(node, version=2, pageFooter=a_text(number, id="footer"))
    assert shown(template, {"status": "DRAFT"}) == []
    document = layout.compose(template, {"status": "PAID"})
    style = node_of(document, "text").style
    assert (document.text_runs(), style.break_inside, style.break_before) == (["Paid"], "avoid", "page")
    assert document.footer is not None
    footer = document.footer.children[0]
    assert isinstance(footer, Text)
    assert (footer.text, footer.paged, document.page_numbers) == ("Page {page} of {pages}", True, False)


@pytest.mark.parametrize(("value", "visible"), [("x", 1), (0, 1), (" ", 0), ("", 0), (None, 0), ([], 0), ([0], 1)])
def test_version_2_presence(value: object, visible: int) -> None:
    node = a_text(literal("here"), visibleWhen={"type": "present", "path": "v"})
    template = a_template(node, version=2)
    assert len(shown(template, {"v": value})) == visible
    assert shown(template, {}) == []


def test_paper_can_be_given() -> None:
    settings = {"printSettings": {"paperPreset": "Letter", "marginMm": 25.4}}
    page = layout.compose(a_template(metadata=settings), {}, paper="A4").page
    assert (round(page.width), round(page.height), page.margin_left) == (794, 1123, 96.0)


def test_the_head_of_a_rounded_table_has_round_corners() -> None:
    columns = [a_column("a", id=name) for name in "abc"]
    style = {"inline": {"border": "2px solid red", "borderRadius": "8px"}}
    for locale, corners in (("en", [(6.0, 0.0), (0.0, 0.0), (0.0, 6.0)]), ("ar", [(0.0, 6.0), (0.0, 0.0), (6.0, 0.0)])):
        table = node_of(
            layout.compose(a_template(a_table("r", *columns, style=style), metadata={"locale": locale}), {}), "table"
        )
        assert isinstance(table, Table)
        styles = [cell.style for cell in table.head[0].cells]
        assert [(each.border_top_left_radius, each.border_top_right_radius) for each in styles] == corners


def test_version_2_writes_numbers_as_the_locale_does() -> None:
    columns = [a_column("n", id="n", format="decimal"), a_column("p", id="p", format="percent")]
    template = a_template(a_table("rows", *columns), version=2, collections={"rows": "rows"})
    document = layout.compose(template, {"rows": [{"n": 1234567.5, "p": 0.195}]}, locale="de")
    assert table_rows(document) == [["1.234.567,5", "19,5\u00a0%"]]


def test_repeated_nodes_share_styles_and_tell_their_rows() -> None:
    template = a_template(a_repeat("groups", "g", a_text(path("name"))), collections={"groups": "groups"})
    repeat = node_of(layout.compose(template, DATA), "repeat")
    assert isinstance(repeat, Box)
    assert [child.origin.item for child in repeat.children] == ["0", "1"]
    assert repeat.children[0].style is repeat.children[1].style
