"""Unicode algorithms by ICU: line break opportunities (UAX 14), bidirectional order (UAX 9), grapheme clusters."""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import NamedTuple

import icu

from billhead.layout.document import Direction

LONGEST_KEPT = 80
"""Characters of a text whose breaks are remembered: labels come again in every document."""

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ASCII_LTR = re.compile("[0-9A-Za-z]")
_ISOLATED = re.compile("[\u2066-\u2068]")
_POP_ISOLATE = "\u2069"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_COLLAPSIBLE = re.compile("[ \t\n\r\f]+")
_SPACES = re.compile("[ \t\r\f]*\n[ \t\r\f]*")
_ASCII_BREAK = re.compile(
    r"""[!"\#%&)*+,.:;=>\\\]|}~](?=[(<\[{])"""
    r"""|-(?=["\#%&'(*+<=>@A-Z\[\\^_`a-z{|~-])|(?<=[0-9A-Za-z])-(?=[0-9])"""
    r"""|\?(?=[\#$%&(*+0-9<=>@A-Z\[\\^_`a-z{|~-])"""
    r"""|[ ](?=[^ ])"""
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class _Tools(threading.local):
    """ICU iterators keep state: one set per thread."""

    def __init__(self) -> None:
        locale = icu.Locale("en")
        self.lines = icu.BreakIterator.createLineInstance(locale)
        self.clusters = icu.BreakIterator.createCharacterInstance(locale)
        self.bidi = icu.Bidi()


_tools = _Tools()


class VisualRun(NamedTuple):
    """A stretch of one direction, in visual order; `start` and `end` index the paragraph's string."""

    start: int
    end: int
    rtl: bool


def needs_bidi(text: str, base_rtl: bool) -> bool:
    """Whether the text can come out in another order than it is stored."""
    return base_rtl or (not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None)


def paragraph_direction(text: str, default: Direction) -> Direction:
    """The direction of the first strong character (UAX 9, P2 and P3), else that of European digits, else the default.

    Phone and account numbers have no strong character; in a right-to-left paragraph their groups would change places.
    """
    if text.isascii():
        return "ltr" if _ASCII_LTR.search(text) else default
    if _ISOLATED.search(text):
        text = _without_isolates(text) or " "
    found = icu.Bidi.getBaseDirection(text)
    if found == icu.UBiDiDirection.RTL:
        return "rtl"
    return "ltr" if found == icu.UBiDiDirection.LTR or _ASCII_LTR.search(text) else default


def _without_isolates(text: str) -> str:
    """What lies outside of isolates: P2 passes over their content, to the end when nothing closes them."""
    kept, depth = [], 0
    for char in text:
        if char == _POP_ISOLATE:
            depth = max(depth - 1, 0)
        elif "\u2066" <= char < _POP_ISOLATE:
            depth += 1
        elif not depth:
            kept.append(char)
    return "".join(kept)


def collapse_spaces(text: str, white_space: str) -> list[str]:
    """The paragraph's hard lines after CSS white space processing; unprintable characters are dropped."""
    if not text.isascii() or not text.isprintable():
        text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        # Browsers show a blank for these; the bidirectional algorithm would begin another paragraph.
        text = text.replace("\u2028", " ").replace("\u2029", " ")
    if white_space == "pre-wrap":
        return text.replace("\t", " ").split("\n")
    if white_space == "pre-line":
        lines = _SPACES.sub("\n", text).split("\n")
        return [_COLLAPSIBLE.sub(" ", line).strip(" \t\f") for line in lines]
    if "  " in text or not text.isprintable():
        text = _COLLAPSIBLE.sub(" ", text)
    return [text.strip(" ")]


def line_breaks(text: str) -> list[int]:
    """Indexes after which UAX 14 lets a line end, the end of the text included."""
    return _boundaries(_tools.lines, text)


def break_opportunities(text: str) -> list[int]:
    """Indexes after which a line may end: UAX 14, between ASCII characters as browsers tailor it.

    Chromium breaks after every space, and between two ASCII characters only as `_ASCII_BREAK` says; so dates and
    paths like `2026-11-21` and `and/or` wrap on paper as they do on screen.
    """
    return _kept_opportunities(text) if len(text) <= LONGEST_KEPT else _opportunities(text)


def _opportunities(text: str) -> list[int]:
    kept = []
    for at in _boundaries(_tools.lines, text):
        inside = at < len(text) and "!" <= text[at - 1] <= "~" and "!" <= text[at] <= "~"
        if not inside:
            kept.append(at)
    extra = [found.end() for found in _ASCII_BREAK.finditer(text)]
    return sorted({*kept, *extra}) if extra else kept


_kept_opportunities = lru_cache(maxsize=8192)(_opportunities)


def cluster_boundaries(text: str) -> list[int]:
    """Indexes after each user-perceived character."""
    return _boundaries(_tools.clusters, text)


def _boundaries(iterator: icu.BreakIterator, text: str) -> list[int]:
    iterator.setText(text)
    if _ASTRAL.search(text) is None:
        return list(iterator)
    index = _utf16_index(text)
    return [index[at] for at in iterator]


def _utf16_index(text: str) -> list[int]:
    """UTF-16 offset → index in the Python string."""
    index: list[int] = []
    for at, char in enumerate(text):
        index.extend([at] * (2 if char > "\uffff" else 1))
    return [*index, len(text)]


def visual_runs(text: str, base_rtl: bool, start: int, end: int) -> list[VisualRun]:
    """The stretches of text[start:end], a line of the paragraph `text`, from left to right."""
    if start >= end:
        return []
    bidi = _tools.bidi
    bidi.setPara(icu.UnicodeString(text), 1 if base_rtl else 0)
    if _ASTRAL.search(text) is None:
        line = bidi.setLine(start, end)
        index = None
        offset = start
    else:
        index = _utf16_index(text)
        first, last = index.index(start), index.index(end)
        line = bidi.setLine(first, last)
        offset = first
    runs = []
    for number in range(line.countRuns()):
        at, length, direction = line.getVisualRun(number)
        first, last = at + offset, at + offset + length
        if index is not None:
            first, last = index[first], index[last]
        runs.append(VisualRun(first, last, int(direction) == 1))
    return runs
