"""Which template is chosen, and what may be saved."""

import json

import pytest

from billhead.layout.catalog import DocumentKind
from billhead.layout.standard import STANDARD_TEMPLATES, standard_source
from billhead.refusal import Conflict, Malformed, NotFound, TooLarge
from billhead.storage.ids import new_id
from billhead.templates.rules import (
    MAX_NAME,
    TemplateId,
    check_count,
    check_template,
    choose_template,
    copy_name,
    name_in,
    on_paper,
    own_template_id,
    paper_of,
    read_template_id,
    template_text,
)

GIVEN, CLIENTS, TENANTS = new_id(), new_id(), new_id()
ONE, SEVERAL = False, True
MAX_BYTES = 100_000

# kind, locations, given, the client's, the tenant's → the template
CHOICES: list[tuple[DocumentKind, bool, TemplateId | None, TemplateId | None, TemplateId | None, TemplateId]] = [
    ("invoice", ONE, None, None, None, "standard-default"),
    ("invoice", SEVERAL, None, None, None, "standard-invoice-by-location"),
    ("invoice", ONE, None, None, TENANTS, TENANTS),
    ("invoice", SEVERAL, None, None, TENANTS, TENANTS),
    ("invoice", ONE, None, CLIENTS, None, CLIENTS),
    ("invoice", SEVERAL, None, CLIENTS, TENANTS, CLIENTS),
    ("invoice", ONE, GIVEN, CLIENTS, TENANTS, GIVEN),
    ("invoice", SEVERAL, GIVEN, None, None, GIVEN),
    ("invoice", SEVERAL, "standard-detailed", CLIENTS, TENANTS, "standard-detailed"),
    ("quote", ONE, None, None, None, "standard-quote-default"),
    ("quote", SEVERAL, None, None, None, "standard-quote-by-location"),
    ("quote", SEVERAL, None, CLIENTS, TENANTS, CLIENTS),
    ("receipt", SEVERAL, None, None, None, "standard-receipt"),
    ("order-record", SEVERAL, None, None, None, "order-record"),
    ("order-record", ONE, None, None, TENANTS, TENANTS),
]


@pytest.mark.parametrize(("kind", "several", "given", "clients", "tenants", "expected"), CHOICES)
def test_one_rule_chooses(
    kind: DocumentKind, several: bool, given: TemplateId | None, clients: TemplateId | None,
    tenants: TemplateId | None, expected: TemplateId,
) -> None:  # fmt: skip
    chosen = choose_template(kind, has_multiple_locations=several, given=given, of_client=clients, of_tenant=tenants)
    assert chosen == expected


def test_ids_are_codes_or_uuids() -> None:
    assert read_template_id("standard-default") == "standard-default"
    assert read_template_id(str(GIVEN)) == GIVEN
    with pytest.raises(NotFound):
        read_template_id("no-such-code")
    assert own_template_id(GIVEN) == GIVEN
    with pytest.raises(Conflict) as refused:
        own_template_id("standard-default")
    assert refused.value.code == "TEMPLATE_READ_ONLY"


@pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: standard.code)
def test_a_standard_template_may_be_saved_and_comes_back_as_it_was(standard: object) -> None:
    source = standard_source(standard.code)  # type: ignore[attr-defined]
    content = check_template(source, max_bytes=MAX_BYTES, place="template")
    assert list(json.loads(content.text)) == list(source)
    assert json.loads(content.text) == source


def test_keys_keep_their_order_because_the_later_class_wins() -> None:
    red_last = {"styles": {"classes": {"b": {}, "a": {}}}}
    assert template_text(red_last) == '{"styles":{"classes":{"b":{},"a":{}}}}'


def test_every_finding_is_told_at_once_with_its_place_and_hint() -> None:
    source = {"kind": "invoice-template-ast", "version": 1, "surprise": 1, "layout": {"type": "text", "id": "x"}}
    with pytest.raises(Malformed) as refused:
        check_template(source, max_bytes=MAX_BYTES, place="template")
    assert set(refused.value.field_errors) == {"template", "template.layout.content"}
    with pytest.raises(Malformed) as refused:
        check_template(source, max_bytes=MAX_BYTES, place="")
    assert set(refused.value.field_errors) == {"body", "layout.content"}


def test_a_warning_refuses_nothing() -> None:
    root = {"id": "root", "type": "document", "children": [], "style": {"inline": {"width": "12 parsecs"}}}
    source = {"kind": "invoice-template-ast", "version": 1, "layout": root}
    content = check_template(source, max_bytes=MAX_BYTES, place="template")
    assert [issue.severity for issue in content.warnings] == ["warning"]


@pytest.mark.parametrize("source", [None, [], "text", 1, {"layout": float("nan")}, {"version": float("inf")}])
def test_what_is_no_template_is_refused(source: object) -> None:
    with pytest.raises(Malformed):
        check_template(source, max_bytes=MAX_BYTES, place="template")


def test_limits() -> None:
    with pytest.raises(TooLarge):
        check_template(standard_source("standard-default"), max_bytes=100, place="template")
    check_count(9, 10)
    with pytest.raises(TooLarge):
        check_count(10, 10)


def test_names() -> None:
    assert copy_name("House") == "Copy of House"
    assert len(copy_name("x" * MAX_NAME)) == MAX_NAME
    assert name_in({"metadata": {"templateName": " House "}}) == "House"
    for nameless in ({}, {"metadata": None}, {"metadata": {"templateName": 1}}, {"metadata": {"templateName": " "}}, 1):
        assert name_in(nameless) is None


def test_a_copy_is_on_the_paper_of_the_country() -> None:
    assert (paper_of("US"), paper_of("DE")) == ("Letter", "A4")
    source = standard_source("standard-default")
    moved = on_paper(source, "A4")
    assert moved["metadata"]["printSettings"] == {"paperPreset": "A4", "marginMm": 10.58}  # type: ignore[index]
    assert on_paper(moved, "Letter") == source
    assert on_paper({"layout": {}}, "A4") == {"layout": {}}
