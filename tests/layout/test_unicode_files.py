"""Unicode's own test files for line breaking, bidirectional order and grapheme clusters, against the engine's answers.

The files are of Unicode 16.0, ICU's rules of 17.0: where these changed a case, it is listed below. The default run
takes every 7th case of the largest file, BidiTest; `BILLHEAD_TEST_ALL=1` takes all of its 490,846.
"""

import lzma
import os
import re
from collections.abc import Iterator
from pathlib import Path

import icu
import pytest

from billhead.layout.text.unicode import (
    break_opportunities,
    cluster_boundaries,
    line_breaks,
    paragraph_direction,
    visual_runs,
)

ALL = bool(os.environ.get("BILLHEAD_TEST_ALL"))
FILES = Path(__file__).parent / "unicode"
PARAGRAPH_SEPARATOR = "\u2029"

DEVIATIONS_OF_ICU = {
    "an embedding ends before an isolate or within brackets": re.compile("\u202c"),
    "a mark follows a closing bracket": re.compile("[)\\]][\u200b\u200d]*[\u0300-\u036f\u20d6]"),
    "brackets are nested beyond the 63 that the algorithm looks at": re.compile("[(]{64}"),
}
"""In 30 of 91,707 cases; browsers use ICU too."""

CHANGED_IN_17 = {
    "LB20a: no break after a hyphen that begins a word, now before Hebrew letters too": (
        "× 002D ÷ 05D0 ÷",
        "× 002D × 0308 ÷ 05D0 ÷",
        "× 2010 ÷ 05D0 ÷",
        "× 2010 × 0308 ÷ 05D0 ÷",
    ),
    "U+2701 is Extended_Pictographic no longer": ("÷ 2701 × 200D × 2701 ÷",),
}
CHANGED = {case for cases in CHANGED_IN_17.values() for case in cases}

SAMPLE_OF_CLASS = {
    "L": "a", "R": "\u05d0", "AL": "\u0627", "EN": "1", "ES": "+", "ET": "%", "AN": "\u0660", "CS": ",",
    "NSM": "\u0300", "BN": "\u200b", "B": PARAGRAPH_SEPARATOR, "S": "\t", "WS": " ", "ON": "!", "LRE": "\u202a",
    "RLE": "\u202b", "PDF": "\u202c", "LRO": "\u202d", "RLO": "\u202e", "LRI": "\u2066", "RLI": "\u2067",
    "FSI": "\u2068", "PDI": "\u2069",
}  # fmt: skip


def lines_of(name: str) -> Iterator[str]:
    """The lines of a test file, without comments."""
    with lzma.open(FILES / f"{name}.xz", "rt", encoding="utf-8") as file:
        for line in file:
            if line := line.partition("#")[0].strip():
                yield line


def read_breaks(case: str) -> tuple[str, list[int]]:
    """A case of the break tests: the text, and the indexes after which it may be parted."""
    text, ends = "", []
    for token in case.split():
        if token == "÷":
            ends.append(len(text))
        elif token != "×":
            text += chr(int(token, 16))
    return text, [end for end in ends if end]


def visual_order(text: str, base_rtl: bool) -> list[int]:
    """Indexes of the characters from left to right, as the engine's runs say."""
    order: list[int] = []
    for run in visual_runs(text, base_rtl, 0, len(text)):
        places = range(run.start, run.end)
        order += reversed(places) if run.rtl else places
    return order


def test_the_files_fit_the_library() -> None:
    assert icu.UNICODE_VERSION == "17.0", "put the new files in place and see what changed"


def test_line_breaks() -> None:
    cases = list(lines_of("LineBreakTest.txt"))
    wrong = {case for case in cases for text, ends in [read_breaks(case)] if line_breaks(text) != ends}
    assert len(cases) == 16_672
    assert wrong == {case for case in CHANGED if case.startswith("×")}


def test_line_breaks_differ_from_unicode_only_where_browsers_do() -> None:
    """Chromium breaks after every space, whatever follows, and between two ASCII characters by a table of its own."""
    tailored = 0
    for case in lines_of("LineBreakTest.txt"):
        text, _ = read_breaks(case)
        for end in set(line_breaks(text)) ^ set(break_opportunities(text)):
            tailored += 1
            before, after = text[end - 1], text[end]
            assert before == " " or ("!" <= before <= "~" and "!" <= after <= "~"), case
    assert tailored > 1000


def test_grapheme_clusters() -> None:
    cases = list(lines_of("GraphemeBreakTest.txt"))
    wrong = {case for case in cases for text, ends in [read_breaks(case)] if cluster_boundaries(text) != ends}
    assert len(cases) == 1093
    assert wrong == {case for case in CHANGED if case.startswith("÷")}


def test_bidirectional_characters() -> None:
    count, otherwise = 0, []
    for line in lines_of("BidiCharacterTest.txt"):
        codes, direction, level, levels, order = line.split(";")
        text = "".join(chr(int(code, 16)) for code in codes.split())
        rtl = direction == "1" if direction != "2" else paragraph_direction(text, "ltr") == "rtl"
        assert rtl == (level == "1"), line
        shown = levels.split()
        if [at for at in visual_order(text, rtl) if shown[at] != "x"] != [int(at) for at in order.split()]:
            otherwise.append(text)
        count += 1
    assert count == 91_707
    assert len(otherwise) == 30
    assert all(any(why.search(text) for why in DEVIATIONS_OF_ICU.values()) for text in otherwise)


def bidi_cases() -> Iterator[tuple[str, int, str, list[int]]]:
    """(classes, directions, levels, order) of every case of BidiTest, without those of several paragraphs."""
    levels, order = "", [0]
    for line in lines_of("BidiTest.txt"):
        name, _, rest = line.partition(":")
        if name == "@Levels":
            levels = rest
        elif name == "@Reorder":
            order = [int(at) for at in rest.split()]
        else:
            classes, directions = line.split(";")
            if "B" not in classes.split():
                yield classes, int(directions, 16), levels, order


def test_bidirectional_classes() -> None:
    count = 0
    for number, (classes, directions, levels, order) in enumerate(bidi_cases()):
        if number % 7 and not ALL:
            continue
        text = "".join(map(SAMPLE_OF_CLASS.__getitem__, classes.split()))
        shown = levels.split()
        bases = [paragraph_direction(text, "ltr") == "rtl"] * (directions & 1)
        bases += [False] * (directions >> 1 & 1) + [True] * (directions >> 2 & 1)
        for base_rtl in bases:
            assert [at for at in visual_order(text, base_rtl) if shown[at] != "x"] == order, (classes, base_rtl)
            count += 1
    assert count >= (736_776 if ALL else 100_000)


@pytest.mark.parametrize("text", ["שלום\u2029abc", "abc\u2028def", "\u2029", "مرحبا\u2028\u2029"])
def test_separators_inside_a_paragraph_are_blanks(text: str) -> None:
    from billhead.layout.pages import lay_out
    from layout.trees import a_document, a_text

    words = lay_out(a_document(a_text(text))).words()
    assert not any({"\u2028", "\u2029"} & set(word.text) for word in words)
