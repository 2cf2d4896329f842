"""HTML and plain text of composed documents."""

import re
from html.parser import HTMLParser

import pytest

from billhead import layout
from billhead.layout.standard import STANDARD_TEMPLATES, standard_source
from layout.builders import (
    Json,
    a_column,
    a_field,
    a_table,
    a_template,
    a_text,
    an_invoice,
    literal,
    path,
)
from layout.documents import a_quote

VOID = {"meta", "img", "hr"}


class Reader(HTMLParser):
    """Reads texts and elements, and insists that every element is closed where it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.elements: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.scripts += tag == "script" or any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and "style" not in self.open and "title" not in self.open:
            self.texts.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: standard.code)
def test_html_holds_the_texts_of_the_document_in_order(standard: object) -> None:
    document = layout.compose(standard_source(standard.code), an_invoice(5, located=True))  # type: ignore[attr-defined]
    reader = read(layout.render_html(document))
    assert reader.texts == [text for text in document.text_runs() if text.strip()]
    assert reader.scripts == 0


def test_html_is_semantic() -> None:
    section: Json = {"id": "s", "type": "section", "title": "Title", "children": [{"id": "d", "type": "divider"}]}
    row = {"id": "r", "label": "Sum", "value": path("total"), "format": "currency"}
    totals: Json = {"id": "t", "type": "totals", "sourceBinding": {"bindingId": "rows"}, "rows": [row]}
    template = a_template(section, a_table("rows", a_column("a")), totals, collections={"rows": "rows"})
    elements = read(layout.render_html(layout.compose(template, {"rows": [{"a": 1}], "total": 1}))).elements
    for expected in ("main", "section", "h2", "hr", "table", "thead", "th", "tbody", "td", "dl", "dt", "dd"):
        assert expected in elements


@pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: standard.code)
def test_the_title_of_a_standard_template_is_its_only_first_heading(standard: object) -> None:
    html = layout.render_html(layout.compose(standard_source(standard.code), an_invoice(), locale="de"))  # type: ignore[attr-defined]
    headings = re.findall(r"<(h[1-6])[^>]*>([^<]*)", html)
    assert headings[0][0] == "h1"
    assert headings[0][1].upper() in ("RECHNUNG", "ANGEBOT", "BELEG")
    assert {level for level, _ in headings[1:]} <= {"h2"}
    assert 'class="name"' not in html


def test_a_document_without_a_title_is_named_out_of_sight() -> None:
    section: Json = {"id": "s", "type": "section", "title": "Work", "children": [a_text(literal("Done"))]}
    html = layout.render_html(layout.compose(a_template(section), {"invoiceNumber": "7<8"}))
    assert '<h1 class="name">Invoice 7&lt;8</h1><main>' in html
    assert re.findall(r"<(h[1-6])", html) == ["h1", "h2"]


def test_the_title_is_the_first_heading_of_the_pdf_too() -> None:
    pages = layout.lay_out(layout.compose(standard_source("standard-quote-default"), a_quote()))
    assert [(entry.title, entry.level) for entry in pages.outline] == [
        ("QUOTE", 1), ("Notes", 2), ("Terms & Conditions", 2),
    ]  # fmt: skip


def test_html_needs_nothing_from_outside() -> None:
    html = layout.render_html(layout.compose(standard_source("standard-detailed"), an_invoice()))
    assert "default-src 'none'" in html
    assert "http" not in html.replace("http-equiv", "")
    assert "url(" not in html
    assert "@page{size:816px 1056px;margin:" in html


def test_html_of_long_documents_repeats_no_style() -> None:
    html = layout.render_html(layout.compose(standard_source("standard-default"), an_invoice(500)))
    assert "style=" not in html
    assert len(html) < 500 * 300


def test_html_shows_the_mark() -> None:
    html = layout.render_html(layout.compose(a_template(), {}, marks=("<DRAFT>",)))
    assert "&lt;DRAFT&gt;" in html


def test_html_has_header_and_footer() -> None:
    page: Json = {"type": "page", "which": "page-number"}
    template = a_template(version=2, pageHeader=a_text(literal("Head")), pageFooter=a_text(page))
    reader = read(layout.render_html(layout.compose(template, {})))
    assert reader.texts == ["Head", "Invoice", "1"]
    assert {"header", "footer"} <= set(reader.elements)


def test_text_lines() -> None:
    template = a_template(
        a_text(literal("Hello\nthere")),
        a_field("v", label="Number"),
        {"id": "d", "type": "divider"},
        a_table("rows", a_column("a", header="Name"), a_column("b", id="b", header="Sum", format="currency")),
        values={"v": "v"},
        collections={"rows": "rows"},
    )
    data = {"v": "7", "rows": [{"a": "first thing", "b": 100}, {"a": "x", "b": 123456}]}
    text = layout.render_text(layout.compose(template, data, marks=("DRAFT",)))
    assert text.splitlines() == [
        *("DRAFT", "Hello", "there", "Number:  7", "-" * 60, ""),
        *("Name               Sum", "first thing      $1.00", "x            $1,234.56"),
    ]
