"""Scripts: what cannot be parted, where lines may end, what is drawn, what is missed, what the PDF says.

Thai, Devanagari and Japanese are drawn with fonts installed for them (tests/layout/fonts: parts of Noto fonts).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, sync_playwright

from billhead.layout.document import Direction, Document, FontFile
from billhead.layout.fonts import catalog_of
from billhead.layout.pages import lay_out
from billhead.layout.paint import render_pdf
from billhead.layout.text import Paragraph, Shaper
from billhead.layout.text.unicode import break_opportunities, cluster_boundaries
from billhead.templates.pdf_text import read_pdf_texts
from chromium import find
from layout.parity.browser import measure
from layout.parity.compare import TOLERANCE
from layout.trees import a_document, a_style, a_text

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
FONTS = Path(__file__).parent / "fonts"
INSTALLED = tuple(
    FontFile(family, (FONTS / name).read_bytes())
    for family, name in (
        ("Noto Sans Thai", "NotoSansThai-subset.ttf"),
        ("Noto Sans Devanagari", "NotoSansDevanagari-subset.ttf"),
        ("Noto Sans CJK JP", "NotoSansCJKjp-subset.otf"),
    )
)


@dataclass(frozen=True, slots=True)
class Script:
    """A text, its user-perceived characters, its parts between line break opportunities, what no font has."""

    text: str
    clusters: tuple[str, ...]
    parts: tuple[str, ...]
    missing: str = ""

    @property
    def direction(self) -> Direction:
        return "rtl" if "\u0590" <= self.text[0] <= "\u08ff" else "ltr"


SCRIPTS = {
    "latin": Script("Café 12 €", ("C", "a", "f", "é", " ", "1", "2", " ", "€"), ("Café ", "12 ", "€")),
    "latin, decomposed": Script("Cafe\u0301", ("C", "a", "f", "e\u0301"), ("Cafe\u0301",)),
    "greek": Script("Τιμολόγιο ΆΈ", tuple("Τιμολόγιο ΆΈ"), ("Τιμολόγιο ", "ΆΈ")),
    "cyrillic": Script("Счёт № 7", tuple("Счёт № 7"), ("Счёт ", "№ ", "7")),
    "arabic": Script("فاتورة رقم", tuple("فاتورة رقم"), ("فاتورة ", "رقم")),
    "arabic with harakat": Script("مُحَمَّد", ("مُ", "حَ", "مَّ", "د"), ("مُحَمَّد",)),
    "hebrew": Script("חשבונית מס", tuple("חשבונית מס"), ("חשבונית ", "מס")),
    "hebrew with points": Script("שָׁלוֹם", ("שָׁ", "ל", "וֹ", "ם"), ("שָׁלוֹם",)),
    "mixed": Script("Total סכום 12", tuple("Total סכום 12"), ("Total ", "סכום ", "12")),
    "mixed, right to left": Script("סכום ABC-12 סך", tuple("סכום ABC-12 סך"), ("סכום ", "ABC-", "12 ", "סך")),
    "japanese": Script("請求書、合計。", tuple("請求書、合計。"), ("請", "求", "書、", "合", "計。")),
    "thai": Script(
        "ใบแจ้งหนี้ยอดรวม",
        ("ใ", "บ", "แ", "จ้", "ง", "ห", "นี้", "ย", "อ", "ด", "ร", "ว", "ม"),
        ("ใบ", "แจ้ง", "หนี้", "ยอด", "รวม"),
    ),
    "thai with sara am": Script("น้ำ", ("น้ำ",), ("น้ำ",)),
    "devanagari": Script("हिन्दी राशि", ("हि", "न्दी", " ", "रा", "शि"), ("हिन्दी ", "राशि")),
    "emoji without a font": Script("ok 😀!", ("o", "k", " ", "😀", "!"), ("ok ", "😀!"), "😀"),
    "emoji of several without a font": Script("👩‍🔧", ("👩‍🔧",), ("👩‍🔧",), "👩‍🔧"),
}  # fmt: skip


def a_page(script: Script) -> Document:
    """The text alone on a page with the installed fonts."""
    return a_document(a_text(script.text, "here"), direction=script.direction, fonts=INSTALLED)


def shaper_of(script: Script) -> Shaper:
    return Shaper(catalog_of(a_page(script)).chain(("Noto Sans",), 400, False))


def parts_of(text: str, ends: list[int]) -> tuple[str, ...]:
    return tuple(text[a:b] for a, b in zip([0, *ends], ends, strict=False))


every_script = pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())


@every_script
def test_clusters_and_line_breaks(script: Script) -> None:
    assert parts_of(script.text, cluster_boundaries(script.text)) == script.clusters
    assert parts_of(script.text, break_opportunities(script.text)) == script.parts


@every_script
def test_lines_are_broken_only_there(script: Script) -> None:
    paragraph = Paragraph(script.text, a_style(overflowWrap="normal"), shaper_of(script), script.direction)
    lines = paragraph.lines(1.0)
    assert tuple(line.text for line in lines) == tuple(part.rstrip() for part in script.parts)
    assert [line.tail is not None for line in lines[:-1]] == [part.endswith(" ") for part in script.parts[:-1]]


@every_script
def test_what_is_missing_is_told_and_drawn_as_a_box(script: Script) -> None:
    found = lay_out(a_page(script)).diagnostics
    assert [(one.code, one.pointer) for one in found] == [("MISSING_GLYPH", "/layout/here")] * bool(script.missing)
    words = [shaper_of(script).word(word, script.direction == "rtl") for word in script.text.split()]
    glyphs = [glyph for word in words for run in word.runs for glyph in run.glyphs]
    assert glyphs.count(0) == len(script.missing.replace("\u200d", ""))


@every_script
def test_the_pdf_says_the_text(script: Script) -> None:
    [read] = read_pdf_texts(render_pdf(a_page(script), created_at=MOMENT))
    rtl = any("\u0590" <= char <= "\u08ff" for char in script.text)
    assert sorted(read) == sorted(script.text) if rtl else read == script.text


@every_script
def test_every_word_of_the_pdf_has_ink(script: Script) -> None:
    """As drawn by a reader that knows nothing of our glyphs: their codes lead to outlines in what was embedded."""
    document = a_page(script)
    picture = pypdfium2.PdfDocument(render_pdf(document, created_at=MOMENT))[0].render(scale=4).to_pil().convert("L")
    for word in lay_out(document).words():
        box = picture.crop((int(word.x0 * 4), int(word.y0 * 4), int(word.x1 * 4) + 1, int(word.y1 * 4) + 1))
        width, height = box.size
        inked = [any(box.getpixel((x, y)) < 128 for y in range(height)) for x in range(width)]
        assert sum(inked) > width / 3, word.text


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = find().launch(playwright)
        yield browser.new_page()
        browser.close()


@every_script
def test_words_stand_where_the_browser_puts_them(script: Script, browser_page: Page) -> None:
    if script.missing:
        return  # a browser takes a font of its own machine
    document = a_page(script)
    theirs = {word.text: word for word in measure(browser_page, document)}
    ours = lay_out(document).words()
    assert {word.text for word in ours} == set(theirs)
    for word in ours:
        other = theirs[word.text]
        assert max(abs(word.x0 - other.x0), abs(word.x1 - other.x1), abs(word.y0 - other.y0)) <= TOLERANCE, word
