"""Hostile text, sizes and pictures on pages: printed literally or refused, within bounds of time and memory."""

import io
import json
import time
from datetime import UTC, datetime
from html.parser import HTMLParser

import pikepdf
import pypdfium2
import pytest

from billhead import layout
from layout.builders import Json, a_column, a_field, a_table, a_template, a_text, literal, path
from layout.fuzz import CASE_SECONDS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OPERATORS = ") Tj ET Q endstream endobj 9 0 obj <</S/JavaScript>> ( \\ \\) (("


def pdf_of(template: Json, data: object) -> bytes:
    return layout.render_pdf(layout.compose(template, data), created_at=NOON)


def words_of(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_operators_of_pdf_in_text_are_printed() -> None:
    pdf = pdf_of(a_template(a_text(path("v"))), {"v": OPERATORS, "invoiceNumber": OPERATORS})
    assert words_of(pdf).split() == OPERATORS.split()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.docinfo["/Title"]) == f"Invoice {OPERATORS}"
        assert "/JavaScript" not in {str(key) for item in opened.objects for key in _keys(item)}


def _keys(item: object) -> set[str]:
    if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        return set()
    return {str(value) for key, value in item.items() if key in ("/S", "/Subtype", "/AA", "/OpenAction")}


def test_operators_of_pdf_in_links_alternatives_and_marks_stay_text() -> None:
    picture: Json = {"id": "i", "type": "qr-code", "content": literal(OPERATORS), "alt": literal(OPERATORS)}
    document = layout.compose(a_template(picture, version=2), {}, marks=(OPERATORS,))
    pdf = layout.render_pdf(document, created_at=NOON)
    assert OPERATORS.upper().split() == words_of(pdf).split()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert OPERATORS in {str(item["/Alt"]) for item in opened.objects
                             if isinstance(item, pikepdf.Dictionary) and "/Alt" in item}  # fmt: skip


MARKUP = ["<script>alert(1)</script>", "]]><script/>", "&#60;script&#62;", "<!--", "\"' onload='x"]


class _Handlers(HTMLParser):
    """Collects what could run: elements of script, attributes that handle events."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = (tag, *(name for name, _ in attrs))
        self.found += [name for name in names if name == "script" or name.startswith("on")]


@pytest.mark.parametrize("attack", MARKUP)
def test_markup_in_text_is_printed_on_every_page(attack: str) -> None:
    table = a_table("rows", a_column("v"), id="t")
    template = a_template(a_text(path("v")), a_field("v"), table, values={"v": "v"}, collections={"rows": "rows"})
    data = {"v": attack, "rows": [{"v": attack}], "invoiceNumber": attack}
    document = layout.compose(template, data, marks=(attack,))
    for page in (layout.render_html(document), *layout.render_svg(document)):
        assert _Handlers(page).found == []
    assert attack in layout.render_text(document)
    assert words_of(layout.render_pdf(document, created_at=NOON)).count(attack) >= 3


@pytest.mark.parametrize("control", ["\u202e", "\u202e\u202b", "\u2067", "\u2069\u202e", "\u2066\u2067\u202e"])
def test_marks_of_direction_in_a_value_turn_nothing_outside_of_it(control: str) -> None:
    """A name cannot make `owes 100` be read as `001 sewo`."""
    slots: Json = {"type": "template", "template": "{{name}} owes 100 by 12 May", "args": {"name": path("name")}}
    template = a_template(a_text(slots), a_text(literal("after"), id="b"))
    words = layout.lay_out(layout.compose(template, {"name": f"{control}Eve"})).words()
    outside = ["owes", "100", "by", "12", "May"]
    assert [word.text for word in words if word.text in outside] == outside
    places = [word.x0 for word in words if word.text in outside]
    assert places == sorted(places)
    assert words[-1].text == "after"


LONG = {
    "one word": "w" * 100_000,
    "letters with marks": "a" + "\u0351" * 100_000,
    "zalgo": ("Z" + "\u0351\u036b\u0343" * 20 + " ") * 1_000,
    "joined emoji": "\U0001f468\u200d" * 10_000,
    "soft hyphens": "a\u00ad" * 20_000,
    "overrides": "\u202ea\u2066" * 10_000,
    "Arabic": "\u0641" * 20_000,
    "lines": "\n" * 100_000,
}


@pytest.mark.parametrize("name", LONG)
def test_long_text_is_drawn_in_time(name: str) -> None:
    started = time.process_time()
    assert pdf_of(a_template(a_text(path("v"))), {"v": LONG[name]}).startswith(b"%PDF-")
    assert time.process_time() - started < CASE_SECONDS


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -float("inf"), 10**4000, "1e999999999", "9" * 100_000, "-0"]
)
def test_numbers_that_are_none_are_printed_as_they_are_or_left_out(value: object) -> None:
    fields = [a_field("v", id=name, format=name) for name in ("text", "number", "currency", "date")]
    started = time.process_time()
    assert pdf_of(a_template(*fields, values={"v": "v"}), {"v": value}).startswith(b"%PDF-")
    assert time.process_time() - started < CASE_SECONDS


SIZES = ["-100px", "1e308px", "NaNpx", "999999px", "calc(1px - 1e9px)", "-200%", "0", "1e-300px"]
SIZED = ["width", "height", "padding", "margin", "marginTop", "fontSize", "lineHeight", "gap", "border", "borderRadius",
         "flexBasis", "minHeight", "maxWidth", "gridTemplateColumns"]  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
def test_sizes_of_any_kind_are_drawn_or_refused(size: str) -> None:
    for name in SIZED:
        for display in ("block", "flex", "grid"):
            value = f"{size} solid red" if name == "border" else size
            style = {"inline": {"display": display, name: value}}
            inner = [a_text(literal("word word"), id=f"t{number}") for number in range(3)]
            node: Json = {"id": "s", "type": "stack", "style": style, "children": inner}
            pages = layout.lay_out(layout.compose(a_template(node), {}))
            assert len(pages) < 5_000


SVG = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{}</svg>"
PICTURES = {
    "script": SVG.format("<script>alert(1)</script>"),
    "handler": SVG.format("<path d='M0 0L9 9' onload='alert(1)'/>"),
    "outside image": SVG.format("<image href='http://169.254.169.254/' width='9' height='9'/>"),
    "outside use": SVG.format("<use href='file:///etc/passwd#x'/>"),
    "foreign": SVG.format("<foreignObject><iframe src='javascript:alert(1)'/></foreignObject>"),
    "style": SVG.format("<style>@import url(http://169.254.169.254/)</style>"),
    "entities": "data:image/svg+xml,<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '%26a;%26a;%26a;%26a;%26a;%26a;'>"
    "<!ENTITY c '%26b;%26b;%26b;%26b;%26b;'>]><svg xmlns='http://www.w3.org/2000/svg'><desc>%26c;</desc></svg>",
    "outside entity": "data:image/svg+xml,<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    "<svg xmlns='http://www.w3.org/2000/svg'><text>%26x;</text></svg>",
    "deep": SVG.format("<g>" * 6_000 + "</g>" * 6_000),
    "file": "file:///etc/passwd",
    "parent": "../../../../etc/passwd",
    "absolute": "/etc/passwd",
    "address": "http://169.254.169.254/latest/meta-data",
    "no scheme": "//169.254.169.254/x.png",
    "script address": "javascript:alert(1)",
    "page": "data:text/html,<script>alert(1)</script>",
    "no picture": "data:image/png;base64,bm8gcGljdHVyZQ==",
    "not base64": "data:image/png;base64,!!!!",
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_that_reach_out_are_left_out_or_drawn_without_what_they_reach_for(name: str) -> None:
    picture: Json = {"id": "i", "type": "image", "src": literal(PICTURES[name]), "alt": literal("Logo")}
    started = time.process_time()
    document = layout.compose(a_template(picture), {})
    drawn = layout.render_html(document) + "".join(layout.render_svg(document))
    for trace in ("<script", "onload", "169.254", "passwd", "javascript:", "foreignObject", "root:", "a" * 100):
        assert trace not in drawn
    assert b"169.254" not in layout.render_pdf(document, created_at=NOON)
    assert time.process_time() - started < CASE_SECONDS


def test_wide_tables_are_drawn_in_time() -> None:
    wide = a_table("rows", *(a_column("v", id=f"c{number}") for number in range(800)))
    rows = [{"v": "word"}] * 10
    started = time.process_time()
    assert pdf_of(a_template(wide, collections={"rows": "rows"}), {"rows": rows}).startswith(b"%PDF-")
    assert time.process_time() - started < CASE_SECONDS


TANGLES = [
    "var(" * 240, "calc(" * 190 + "1px", "rgb(" + "1" * 900, "repeat(" * 140, "1px " * 240, "(" * 990, "-" * 990,
    "a" * 990 + "!", "1" * 990, "url(" * 240, " " * 990, "1e" * 490,
]  # fmt: skip


@pytest.mark.parametrize("value", TANGLES)
def test_no_style_value_takes_long_to_read(value: str) -> None:
    names = (
        "color",
        "width",
        "border",
        "gridTemplateColumns",
        "fontFamily",
        "flex",
        "margin",
        "lineHeight",
        "fontWeight",
    )
    started = time.process_time()
    for name in names:
        issues = layout.validate(a_template(a_text(literal("x"), style={"inline": {name: value}}), version=2))
        assert all(issue.path for issue in issues)
    assert time.process_time() - started < 1.0


def test_tokens_that_name_each_other_are_read_once() -> None:
    tokens = {name: {"id": name, "value": f"var(--{other})"} for name, other in (("a", "b"), ("b", "a"))}
    tokens |= {f"t{n}": {"id": f"t{n}", "value": f"var(--t{n + 1}) var(--t{n + 1})"} for n in range(60)}
    for name in ("a", "t0"):
        node = a_text(literal("x"), style={"inline": {"color": f"var(--{name})", "margin": f"var(--{name})"}})
        template = a_template(node, styles={"tokens": tokens, "classes": {}})
        assert layout.compose(template, {}).text_runs() == ["x"]


def test_a_picture_in_the_header_of_pages_is_no_part_of_the_text() -> None:
    """Was a KeyError: the structure tree does not know what repeats on pages."""
    dot = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0L9 9Z'/></svg>"
    header: Json = {"id": "i", "type": "image", "src": literal(dot), "alt": literal("Logo")}
    assert pdf_of(a_template(a_text(literal("x")), version=2, pageHeader=header), {}).startswith(b"%PDF-")


def test_a_line_higher_than_the_page_is_drawn() -> None:
    """Was an IndexError: one line has no second one to be kept with."""
    node = a_text(literal("x"), style={"inline": {"fontSize": "900px", "lineHeight": "3"}})
    assert pdf_of(a_template(node), {}).startswith(b"%PDF-")


def test_refusals_say_where_but_not_everything() -> None:
    source = json.loads(json.dumps(a_template(a_text(literal("x"), style={"inline": {"color": "w" * 40_000}}))))
    for issue in layout.validate(source):
        assert len(issue.message) < 500
