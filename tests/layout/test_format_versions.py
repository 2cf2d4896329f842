"""The published schemas, and the upgrade from version 1 to version 2."""

import copy
import json
from importlib.resources import files

import jsonschema_rs
import pytest

from billhead import layout
from billhead.layout.schema import json_schema
from billhead.layout.standard import STANDARD_TEMPLATES, standard_source
from layout.builders import Json, a_field, a_rich_template, a_template, a_text, an_invoice, literal
from layout.test_hostile import mutations


@pytest.mark.parametrize("version", [1, 2])
def test_the_published_schema_is_fresh(version: int) -> None:
    published = files("billhead.layout.schema").joinpath(f"template-{version}.json").read_text("utf-8")
    assert published == json.dumps(json_schema(version), indent=1) + "\n"  # type: ignore[arg-type]


SOURCES = [a_rich_template(), *(standard_source(standard.code) for standard in STANDARD_TEMPLATES)]
EVERY = pytest.mark.parametrize("source", SOURCES, ids=["rich", *(standard.code for standard in STANDARD_TEMPLATES)])


@EVERY
def test_the_schema_agrees_with_validation(source: Json) -> None:
    schema = jsonschema_rs.validator_for(json_schema(source["version"]))  # type: ignore[arg-type]
    assert schema.is_valid(source)
    for seed in range(60):
        mutated = mutations(source, seed)
        try:
            accepted = schema.is_valid(json.loads(json.dumps(mutated)))
        except ValueError:
            continue
        errors = [issue for issue in layout.validate(mutated) if issue.severity == "error"]
        beyond = any(issue.kind in BEYOND_THE_SCHEMA for issue in errors)
        assert accepted == (not errors) or beyond, [(issue.path, issue.message) for issue in errors]


BEYOND_THE_SCHEMA = {"too_big", "invalid_string", "not_finite", "invalid-value", "unknown-token"}


def test_an_upgraded_template_composes_the_same() -> None:
    source = a_rich_template()
    before = copy.deepcopy(source)
    upgraded = layout.upgrade(source)
    assert source == before
    assert upgraded["version"] == 2
    data = an_invoice(3, located=True)
    documents = [layout.compose(template, data) for template in (source, upgraded)]
    assert layout.render_html(documents[0]) == layout.render_html(documents[1])


def test_the_upgrade_drops_what_version_1_ignored() -> None:
    node = a_text(literal("x"), style={"inline": {"color": "no colour", "fontSize": "20px", "width": "var(--none)"}})
    styles: Json = {"classes": {"c": {"height": "tall", "color": "#123456"}}}
    template = a_template(node, a_field("v", format=" Date "), styles=styles, values={"v": "v"})
    upgraded = layout.upgrade(template)
    assert [issue for issue in layout.validate(upgraded) if issue.severity == "error"] == []
    assert upgraded["styles"] == {"classes": {"c": {"color": "#123456"}}}
    data = {"v": "2025-01-02"}
    html = [layout.render_html(layout.compose(each, data)) for each in (template, upgraded)]
    assert html[0] == html[1]
    assert layout.upgrade(upgraded) == upgraded


def test_an_invalid_template_is_not_upgraded() -> None:
    with pytest.raises(layout.TemplateInvalid):
        layout.upgrade({"version": 1})
