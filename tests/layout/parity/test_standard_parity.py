"""Every standard template over many data sets: Chromium, the frames and the PDF read back agree.

The default run takes five data sets for each template, `BILLHEAD_TEST_ALL=1` all thirty.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, sync_playwright

from billhead import layout
from billhead.layout.frames import Pages, Word
from billhead.layout.standard import STANDARD_TEMPLATES, StandardTemplate, standard_template
from billhead.templates.verification import verify
from chromium import find
from layout.parity.browser import BrowserWord, measure
from layout.parity.compare import TOLERANCE
from layout.parity.data_sets import COUNT, DataSet, data_sets

ALL = bool(os.environ.get("BILLHEAD_TEST_ALL"))
SAMPLE = tuple(range(COUNT)) if ALL else (0, 3, 5, 8, 12)
READ_BACK = SAMPLE[:: 1 if ALL else 2]
MADE = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of a headless Chromium."""
    with sync_playwright() as playwright:
        browser = find().launch(playwright)
        yield browser.new_page()
        browser.close()


def document_of(standard: StandardTemplate, chosen: DataSet) -> layout.Document:
    """The composed document."""
    return layout.compose(standard_template(standard.code), chosen.data, locale=chosen.locale)


@pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: str(standard.code))
def test_words_stand_where_the_browser_puts_them(page: Page, standard: StandardTemplate) -> None:
    sets = data_sets(standard.kind)
    for number in SAMPLE:
        composed = document_of(standard, sets[number])
        document = replace(composed, page=replace(composed.page, height=19_900))
        words = measure(page, document)
        assert astray(words, layout.lay_out(document)) == [], (standard.code, sets[number].name)
        assert len(words) > 10


@pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: str(standard.code))
def test_the_file_reads_as_composed(standard: StandardTemplate) -> None:
    sets = data_sets(standard.kind)
    for number in READ_BACK:
        document = document_of(standard, sets[number])
        pages = layout.lay_out(document)
        file = layout.render_pdf(document, created_at=MADE)
        assert verify(layout.render_html(document), pages, file) == (), (standard.code, sets[number].name)


def astray(words: Sequence[BrowserWord], pages: Pages) -> list[tuple[str, float, float]]:
    """Words for which the frames have none of that text within a point; words can occur many times.

    A torn word has no box of its own; its sign may stand at a neighbour, whose other edge must be right then.
    """
    ours = pages.words()
    by_text: dict[str, list[Word]] = {}
    for word in ours:
        by_text.setdefault(word.text, []).append(word)
    torn = [word.y0 for word in words if word.torn]
    found = []
    for word in words:
        if word.lines > 1 or word.torn or any(_off(word, mine) <= TOLERANCE for mine in by_text.get(word.text, ())):
            continue
        signed = any(abs(word.y0 - y) < TOLERANCE for y in torn) and any(
            word.text in mine.text and _off(word, mine, one_edge=True) <= TOLERANCE for mine in ours
        )
        if not signed:
            found.append((word.text, round(word.x0, 1), round(word.y0, 1)))
    return found


def _off(word: BrowserWord, mine: Word, *, one_edge: bool = False) -> float:
    edges = abs(mine.x0 - word.x0), abs(mine.x1 - word.x1)
    return max(min(edges) if one_edge else max(edges), abs(mine.y0 - word.y0))
