"""Text: line breaks, bidirectional order, fallback, missing glyphs."""

import pytest

from billhead.layout.fonts import FontCatalog
from billhead.layout.pages import lay_out
from billhead.layout.text import Paragraph, Shaper, paragraph_direction
from billhead.layout.text.unicode import break_opportunities, line_breaks, visual_runs
from layout.trees import a_document, a_style, a_text

SHAPER = Shaper(FontCatalog().chain(("Noto Sans",), 400, False))


def broken(text: str, width: float, **style: object) -> list[str]:
    return [line.text for line in Paragraph(text, a_style(**style), SHAPER, "ltr").lines(width)]


def test_lines_are_filled_greedily() -> None:
    assert broken("one two three", 60) == ["one two", "three"]
    assert broken("one  two\tthree\n", 1000) == ["one two three"]
    assert broken("one\n two", 1000, whiteSpace="pre-line") == ["one", "two"]
    assert broken("one two", 10, whiteSpace="nowrap") == ["one two"]
    assert broken("", 10) == []


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2026-11-21", ["2026-", "11-", "21"]),
        ("and/or", ["and/or"]),
        ("well-known", ["well-", "known"]),
        ("-12 %", ["-12 ", "%"]),
        ("株式会社", ["株", "式", "会", "社"]),
        ("a😀 b", ["a", "😀 ", "b"]),
        ("12\u00a0€", ["12\u00a0€"]),
    ],
)
def test_break_opportunities(text: str, parts: list[str]) -> None:
    ends = break_opportunities(text)
    assert [text[a:b] for a, b in zip([0, *ends], ends, strict=False)] == parts
    assert line_breaks(text)[-1] == len(text)


def test_directions() -> None:
    assert paragraph_direction("123 שלום", "ltr") == "rtl"
    assert paragraph_direction("abc שלום", "rtl") == "ltr"
    assert paragraph_direction("+965 2222 0142", "rtl") == "ltr"
    assert paragraph_direction("٢٠٢٥/٣", "rtl") == "rtl"
    assert paragraph_direction("- ()", "rtl") == "rtl"
    assert paragraph_direction("\u2067שלום\u2069 abc", "rtl") == "ltr"
    assert [run.rtl for run in visual_runs("abc שלום", False, 0, 8)] == [False, True]


def test_words_keep_their_logical_text() -> None:
    words = lay_out(a_document(a_text("שלום (ABC) 123 פקס-12"))).words()
    assert sorted(word.text for word in words) == sorted(["שלום", "(ABC)", "123", "פקס-12"])
    assert words[-1].text == "שלום"


def test_marks_stay_with_their_base_and_scripts_fall_back() -> None:
    word = SHAPER.word("مُحَمَّد", True)
    assert {run.face.name for run in word.runs} == {"NotoSansArabic-Regular"}
    assert not word.missing
    assert SHAPER.word("e\u0301").advance == pytest.approx(SHAPER.word("é").advance, abs=1)


def test_a_missing_glyph_is_a_diagnostic() -> None:
    pages = lay_out(a_document(a_text("株 😀", "here")))
    assert [found.code for found in pages.diagnostics] == ["MISSING_GLYPH", "MISSING_GLYPH"]
    assert pages.diagnostics[0].pointer == "/layout/here"


@pytest.mark.parametrize("text", ["\ud800", "\x00\x07", "\u202eevil\u202c", "a" + "\u0301" * 500, "\ufeff", "﷽" * 50])
def test_odd_characters_do_no_harm(text: str) -> None:
    assert len(lay_out(a_document(a_text(text)))) == 1
