"""Comparison of word boxes: a browser's against the frames'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from billhead.layout.frames import Pages, Word
from layout.parity.browser import BrowserWord

TOLERANCE = 1.0
"""Points by which a word may be off."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A word that stands elsewhere: ours minus the browser's, in points."""

    word: str
    left: float
    right: float
    top: float


@dataclass(slots=True)
class Comparison:
    """What came of comparing one document of numbered trees."""

    words: int = 0
    differences: dict[int, list[Difference]] = field(default_factory=dict)
    broken_otherwise: dict[int, list[str]] = field(default_factory=dict)


def compare(words: Sequence[BrowserWord], pages: Pages) -> Comparison:
    """Compares every word that the browser keeps on one line. Heights count from each tree's marker word."""
    ours: dict[str, list[Word]] = {}
    for word in pages.words():
        ours.setdefault(word.text, []).append(word)
    result = Comparison()
    tree, shift = -1, 0.0
    for asked in words:
        found = ours.get(asked.text, [])
        if asked.text.startswith("tree") and found:
            tree, shift = int(asked.text[4:]), found[0].y0 - asked.y0
        elif not found or asked.lines > 1:
            if (not found) != (asked.lines > 1):
                result.broken_otherwise.setdefault(tree, []).append(asked.text)
        else:
            result.words += 1
            # A part of a broken word can read like another word.
            off = min([_off(asked, mine, shift) for mine in found], key=_size)
            if _size(off) > TOLERANCE:
                result.differences.setdefault(tree, []).append(off)
    return result


def _off(asked: BrowserWord, mine: Word, shift: float) -> Difference:
    return Difference(asked.text, mine.x0 - asked.x0, mine.x1 - asked.x1, mine.y0 - asked.y0 - shift)


def _size(off: Difference) -> float:
    return max(abs(off.left), abs(off.right), abs(off.top))
