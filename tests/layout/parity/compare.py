"""Comparison of word boxes: a browser's against the frames'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from billhead.layout.frames import Pages
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
    ours = {word.text: word for word in pages.words()}
    result = Comparison()
    tree, shift = -1, 0.0
    for word in words:
        mine = ours.get(word.text)
        if word.text.startswith("tree") and mine is not None:
            tree, shift = int(word.text[4:]), mine.y0 - word.y0
        elif mine is None or word.lines > 1:
            if (mine is None) != (word.lines > 1):
                result.broken_otherwise.setdefault(tree, []).append(word.text)
        else:
            result.words += 1
            off = Difference(word.text, mine.x0 - word.x0, mine.x1 - word.x1, mine.y0 - word.y0 - shift)
            if max(abs(off.left), abs(off.right), abs(off.top)) > TOLERANCE:
                result.differences.setdefault(tree, []).append(off)
    return result
