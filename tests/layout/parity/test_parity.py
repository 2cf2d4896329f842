"""Screen and paper agree: word boxes of the HTML in Chromium against the frames.

The default run takes a sample; `BILLHEAD_TEST_ALL=1` takes a thousand trees and more, in either direction. Random trees
agree but for a rest of nested combinations that the floors below admit; they may only rise.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from billhead.layout.document import Direction
from billhead.layout.pages import lay_out
from chromium import find
from layout.parity.browser import measure
from layout.parity.compare import compare
from layout.parity.trees import Sketch, document_of, random_sketches

ALL = bool(os.environ.get("BILLHEAD_TEST_ALL"))
DIRECTIONS: tuple[Direction, ...] = ("ltr", "rtl")
SEEDS = range(30 if ALL else 2)
TREES = 40


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of a headless Chromium."""
    with sync_playwright() as playwright:
        browser = find().launch(playwright)
        yield browser.new_page()
        browser.close()


def agreement(page: Page, sketches: list[Sketch], direction: Direction = "ltr") -> tuple[float, float, list[Sketch]]:
    """Shares of words and of whole trees that agree within a point, and the trees that do not."""
    document = document_of(sketches, direction=direction)
    result = compare(measure(page, document), lay_out(document))
    off = sorted({*result.differences, *result.broken_otherwise})
    wrong = sum(len(words) for words in (*result.differences.values(), *result.broken_otherwise.values()))
    return 1 - wrong / max(result.words, 1), 1 - len(off) / len(sketches), [sketches[number] for number in off]


def overall(page: Page, depth: int, direction: Direction = "ltr") -> tuple[float, float, list[Sketch]]:
    """The mean agreement over all seeds."""
    found = [agreement(page, random_sketches(seed, TREES, depth), direction) for seed in SEEDS]
    words = sum(share for share, _, _ in found) / len(found)
    trees = sum(share for _, share, _ in found) / len(found)
    return words, trees, [sketch for _, _, off in found for sketch in off]


@pytest.mark.parametrize(
    ("depth", "words_floor", "trees_floor"), [(0, 1.0, 1.0), (1, 1.0, 1.0), (2, 0.997, 0.997), (3, 0.994, 0.994)]
)
def test_random_trees(page: Page, depth: int, words_floor: float, trees_floor: float) -> None:
    for direction in DIRECTIONS:
        words, trees, off = overall(page, depth, direction)
        assert words >= words_floor, (direction, words, trees, off[:3])
        assert trees >= trees_floor, (direction, words, trees, off[:3])
