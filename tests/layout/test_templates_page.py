"""Every example of docs/templates.md does what the page says."""

import json
import re
from pathlib import Path

from billhead import layout
from billhead.layout.catalog import INVOICE
from billhead.layout.style import PROPERTIES_VERSION_1_EXTENDED, PROPERTIES_VERSION_2
from billhead.layout.validation.grammar import NODE
from layout.builders import Json

PAGE = (Path(__file__).parents[2] / "docs" / "templates.md").read_text("utf-8")
BLOCKS = re.findall(r"```(json data|json|python)\n(.*?)```", PAGE, re.DOTALL)
DATA: Json = next(json.loads(text) for kind, text in BLOCKS if kind == "json data")
EXAMPLES: list[Json] = [json.loads(text) for kind, text in BLOCKS if kind == "json"]


def as_template(example: Json) -> Json:
    if "kind" in example:
        return example
    return {"kind": "invoice-template-ast", "version": 1, "bindings": INVOICE.bindings(), "layout": example}


def test_the_examples_are_valid_and_compose_without_warnings() -> None:
    assert len(EXAMPLES) >= 8
    for example in EXAMPLES:
        template = as_template(example)
        assert layout.validate(template) == []
        document = layout.compose(template, DATA)
        assert [found for found in document.diagnostics if found.severity == "warning"] == []


def test_the_examples_print_what_the_page_says() -> None:
    printed = [layout.compose(as_template(example), DATA).text_runs() for example in EXAMPLES]
    assert printed[0] == [
        *("Invoice #: ", "INV-000042", "Harbour & Sons GmbH"),
        *("Description", "Amount", "Hull survey", "€900.00", "Mooring", "€500.00"),
    ]
    assert ["PO #: ", "-"] in printed
    assert ["Subtotal", "€1,400.00", "Total", "€1,666.00"] in printed
    assert ["Harbour & Sons GmbH owes €1,666.00"] in printed
    assert ["Survey", "€900.00", "Berth", "€500.00"] in printed
    assert ["Please pay within 30 days."] in printed


def test_the_python_example_runs() -> None:
    code = next(text for kind, text in BLOCKS if kind == "python")
    names: dict[str, object] = {"data": DATA}
    exec(code, names)
    assert names["findings"] == []
    assert "RECHNUNG" in str(names["html"])


def test_the_page_names_every_node_type_and_style_property() -> None:
    for kind in NODE.options:
        assert f"`{kind}`" in PAGE, kind
    sides = re.compile(r"(padding|margin|border)(Top|Right|Bottom|Left)$")
    for name in PROPERTIES_VERSION_1_EXTENDED | PROPERTIES_VERSION_2:
        assert f"`{name}`" in PAGE or sides.fullmatch(name), name


def test_expressions_in_the_table_of_values_are_valid() -> None:
    for cell in re.findall(r"^\| `(\{.*?\})` \|", PAGE, re.MULTILINE):
        node = {"id": "x", "type": "text", "content": json.loads(cell.replace("\\|", "|"))}
        assert layout.validate(as_template(node)) == []
