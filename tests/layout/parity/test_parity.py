"""Screen and paper agree: word boxes of the HTML in Chromium against the frames.

The default run takes a sample; `BILLHEAD_TEST_ALL=1` takes a thousand trees and more. The standard templates agree
in every word. Random trees agree but for a rest of nested combinations that the floors below admit; they may only rise.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from playwright.sync_api import Page, sync_playwright

from billhead import layout
from billhead.layout.document import Direction
from billhead.layout.frames import Pages, Word
from billhead.layout.pages import lay_out
from billhead.layout.standard import STANDARD_TEMPLATES, StandardTemplate, standard_template
from chromium import find
from layout.builders import an_invoice
from layout.documents import a_quote, a_receipt, an_order_record
from layout.parity.browser import BrowserWord, measure
from layout.parity.compare import TOLERANCE, compare
from layout.parity.trees import Sketch, document_of, random_sketches

ALL = bool(os.environ.get("BILLHEAD_TEST_ALL"))
DIRECTIONS: tuple[Direction, ...] = ("ltr",)
SEEDS = range(30 if ALL else 2)
TREES = 40
INVOICES = tuple(
    an_invoice(lines, currency=currency, located=located, recurring=recurring)
    for lines, currency in ((3, "USD"), (1, "JPY"), (12, "EUR"))
    for located in (False, True)
    for recurring in (False, True)
)


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
    ("depth", "words_floor", "trees_floor"), [(0, 1.0, 1.0), (1, 0.999, 0.995), (2, 0.985, 0.98), (3, 0.965, 0.96)]
)
def test_random_trees(page: Page, depth: int, words_floor: float, trees_floor: float) -> None:
    for direction in DIRECTIONS:
        words, trees, off = overall(page, depth, direction)
        assert words >= words_floor, (direction, words, trees, off[:3])
        assert trees >= trees_floor, (direction, words, trees, off[:3])


@pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: str(standard.code))
def test_standard_templates(page: Page, standard: StandardTemplate) -> None:
    """Every word of every standard template stands within a point of where the browser puts it."""
    samples = {
        "invoice": INVOICES,
        "quote": (a_quote(),),
        "receipt": (a_receipt(),),
        "order-record": (an_order_record(),),
    }
    for locale in ("en", "de", "ar") if ALL else ("en",):
        for data in samples[standard.kind][: None if ALL else 2]:
            composed = layout.compose(standard_template(standard.code), data, locale=locale)
            document = replace(composed, page=replace(composed.page, height=19_900))
            words = measure(page, document)
            assert astray(words, lay_out(document)) == [], (standard.code, locale)
            assert len(words) > 10


def astray(words: Sequence[BrowserWord], pages: Pages) -> list[tuple[str, float, float]]:
    """Words for which the frames have none of that text within a point; words can occur many times."""
    ours: dict[str, list[Word]] = {}
    for word in pages.words():
        ours.setdefault(word.text, []).append(word)
    return [
        (word.text, round(word.x0, 1), round(word.y0, 1))
        for word in words
        if word.lines == 1
        and not any(
            max(abs(mine.x0 - word.x0), abs(mine.x1 - word.x1), abs(mine.y0 - word.y0)) <= TOLERANCE
            for mine in ours.get(word.text, ())
        )
    ]
