"""Verification finds what differs between HTML, pages and the PDF read back, and nothing where nothing does."""

from datetime import UTC, datetime
from typing import Literal

import pypdfium2
import pytest

from billhead import layout
from billhead.layout.frames import Pages, TextLine
from billhead.layout.standard import STANDARD_TEMPLATES, standard_source
from billhead.templates.pdf_text import UnreadablePdf, read_pdf_texts
from billhead.templates.preview import PreviewRequest, preview
from billhead.templates.samples import SAMPLES, find_sample
from billhead.templates.verification import html_texts, page_texts, verify
from layout.parity.trees import document_of, random_sketches

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVERY = [
    (standard.code, sample) for standard in STANDARD_TEMPLATES for sample in SAMPLES if sample.kind == standard.kind
]


def rendered(code: str = "standard-detailed", sample: str = "standard", **more: str) -> tuple[str, Pages, bytes]:
    """HTML, pages and PDF of a sample."""
    data = find_sample("invoice", sample)
    assert data is not None
    document = layout.compose(standard_source(code), data.make(), **more)  # type: ignore[arg-type]
    pages = layout.lay_out(document)
    return layout.render_html(document), pages, layout.render_pdf(document, created_at=NOON)


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize(("code", "sample"), EVERY, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
def test_every_standard_template_says_the_same_everywhere(code: str, sample: object, locale: str) -> None:
    request = PreviewRequest(sample.make(), locale)  # type: ignore[attr-defined]
    made = preview(standard_source(code), request, made_at=NOON, max_pages=50)
    assert (made.shape, made.render, made.verify) == ("passed", "passed", "passed"), made.findings
    assert len(made.pages) == made.page_count


def test_all_three_are_read_in_full() -> None:
    html, pages, _ = rendered(sample="many-lines")
    assert len(pages) > 1
    shown = [words(text) for text in html_texts(html)]
    assert [words(text) for text in page_texts(pages)] == shown
    assert sum(line.count("Network") for line in shown) == 15


def test_the_pdf_reader_agrees_with_another_one() -> None:
    _, _, pdf = rendered(sample="many-lines")
    other = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))
    everything = "".join(words(other))
    own = ["".join(words(text)) for text in read_pdf_texts(pdf)]
    assert len(own) > 200
    assert [text for text in own if text not in everything] == []


def test_right_to_left_documents_are_compared_too() -> None:
    template = standard_source("standard-detailed")
    template["metadata"]["locale"] = "ar"  # type: ignore[index]
    sample = find_sample("invoice", "long-texts")
    assert sample is not None
    made = preview(template, PreviewRequest(sample.make(), "ar"), made_at=NOON, max_pages=50)
    assert made.verify == "passed", made.findings
    assert made.html is not None
    assert 'dir="rtl"' in made.html


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_random_documents_in_several_scripts_say_the_same_everywhere(direction: Literal["ltr", "rtl"]) -> None:
    for seed in range(12):
        document = document_of(random_sketches(seed, 6), direction=direction)
        pdf = layout.render_pdf(document, created_at=NOON)
        found = verify(layout.render_html(document), layout.lay_out(document), pdf)
        assert not found, (seed, found[0])


def test_another_word_in_the_html_is_found() -> None:
    html, pages, pdf = rendered()
    found = verify(html.replace("Bill To", "Bill from"), pages, pdf)
    assert {(mismatch.medium, mismatch.html, mismatch.other.strip()) for mismatch in found} == {
        ("pages", "Bill from", "Bill To"), ("pdf", "Bill from", "Bill To"),
    }  # fmt: skip


def test_another_order_in_the_html_is_found() -> None:
    html, pages, pdf = rendered()
    swapped = html.replace("Subtotal", "\0").replace(">Total<", ">Subtotal<").replace("\0", "Total")
    assert {mismatch.medium for mismatch in verify(swapped, pages, pdf)} == {"pages", "pdf"}


def test_a_line_lost_on_the_pages_is_found() -> None:
    html, pages, pdf = rendered()
    items = pages.pages[0].items
    place = next(at for at, item in enumerate(items) if isinstance(item, TextLine) and "Network" in item.text)
    del items[place]
    assert {mismatch.medium for mismatch in verify(html, pages, pdf)} == {"pages"}


def test_the_pdf_of_another_document_is_found() -> None:
    html, pages, _ = rendered()
    _, _, other = rendered(sample="no-tax")
    assert {mismatch.medium for mismatch in verify(html, pages, other)} == {"pdf"}


def test_a_character_without_a_glyph_is_told_and_still_reads_back() -> None:
    template = standard_source("standard-default")
    data = {"items": [{"description": "\U00012000 cuneiform", "quantity": 1, "unitPrice": 1, "total": 1}]}
    made = preview(template, PreviewRequest(data), made_at=NOON, max_pages=50)
    assert made.verify == "passed", "its box stands for the character, which the PDF's text still has"
    assert [finding.severity for finding in made.findings if finding.code == "MISSING_GLYPH"] == ["warning"]


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7\n", b"x" * 200])
def test_what_is_no_pdf_is_told(damage: bytes) -> None:
    html, pages, _ = rendered(sample="empty")
    with pytest.raises(UnreadablePdf):
        read_pdf_texts(damage)
    assert [mismatch.medium for mismatch in verify(html, pages, damage)] == ["pdf"]


def test_hidden_nodes_are_not_expected() -> None:
    template = standard_source("standard-default")
    hidden = {"id": "hidden", "type": "text", "content": {"type": "literal", "value": "never shown"},
              "style": {"inline": {"display": "none"}}}  # fmt: skip
    template["layout"]["children"].append(hidden)  # type: ignore[index]
    made = preview(template, PreviewRequest({}), made_at=NOON, max_pages=50)
    assert made.verify == "passed", made.findings


def test_phases_stop_at_the_one_that_fails() -> None:
    broken = preview({"kind": "?"}, PreviewRequest({}), made_at=NOON, max_pages=50)
    assert (broken.shape, broken.render, broken.verify) == ("failed", "skipped", "skipped")
    assert {finding.kind for finding in broken.findings} == {"schema"}
    unknown = standard_source("standard-default") | {
        "transforms": {
            "sourceBindingId": "lineItems", "outputBindingId": "out",
            "operations": [{"id": "first", "type": "group", "key": "category", "strategyId": "no-such"}],
        }
    }  # fmt: skip
    failed = preview(unknown, PreviewRequest({"items": [{"total": 1}]}), made_at=NOON, max_pages=50)
    assert (failed.shape, failed.render, failed.verify) == ("passed", "failed", "skipped"), failed.findings
    assert [(f.kind, f.code, f.operation_id) for f in failed.findings] == [("evaluation", "UNKNOWN_STRATEGY", "first")]


def test_a_long_document_is_cut_and_says_so() -> None:
    sample = find_sample("invoice", "many-lines")
    assert sample is not None
    made = preview(standard_source("standard-default"), PreviewRequest(sample.make()), made_at=NOON, max_pages=2)
    assert (len(made.pages), made.page_count, made.verify) == (2, 3, "skipped")
    assert made.findings[-1].code == "PREVIEW_CUT"
