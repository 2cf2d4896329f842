"""Standard templates under strain: one line and sixty, long names, odd logos, large amounts, many taxes, marks.

Nothing leaves the page or covers other text; heads repeat, totals stay together and never stand alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

import pytest

from billhead import layout
from billhead.layout.document import Document
from billhead.layout.frames import Item, LinkArea, Page, Pages, TextLine
from billhead.layout.standard import STANDARD_TEMPLATES, StandardTemplate, standard_template
from billhead.layout.view_models import TaxLine
from layout.golden.documents import ARABIC, DATA, ENGLISH, GERMAN, LOGO, World, a_logo

TABLES = {"line-items", "location-items", "recurring-items", "onetime-items", "items", "phases"}
TOGETHER = (
    {"subtotal", "discounts", "tax", "tax-label", "tax-amount", "total", "amount-paid", "amount-due", "delivery-fee"},
    {"monthly-totals-caption", "monthly-subtotal", "monthly-tax", "monthly-total"},
    {"one-time-totals-caption", "onetime-subtotal", "onetime-tax", "onetime-total"},
    {"accepted-caption", "accepted-name", "signature-label", "signature-date-label"},
)
LEADING = {"location-name", "location-address", "monthly-caption", "one-time-caption", "notes-caption", "quote-title"}
NEVER_ALONE = {
    *("disclaimer", "powered-by", "thanks", "accepted-caption", "accepted-name", "accepted-at"),
    *("authorized-caption", "signature-label", "signature-date-label"),
}
HEADED = {"notes-section", "terms-section"}
PIXEL = 0.6


@dataclass(frozen=True, slots=True)
class Strain:
    """Data to compose, how many lines, which logo and marks."""

    world: World
    lines: int
    logo: str | None = LOGO
    marks: tuple[str, ...] = ()


WORDY = replace(
    GERMAN,
    business="Internationale " * 6 + "Gesellschaft mbH",
    customer="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    customer_address="Eine sehr lange Anschrift " * 5 + "\n20457 Hamburg",
    services=("Eine ausführliche Beschreibung der Leistung. " * 7,) * 5,
    tax=tuple(TaxLine(f"MwSt. Bezirk {rate}", Decimal(rate) / 100, 0, 0) for rate in range(1, 10)),
    notes="Bitte beachten. " * 120,
    unit=1_000_000,
)
STRAINS = {
    "one line": Strain(ENGLISH, 1),
    "draft without logo": Strain(GERMAN, 8, None, ("DRAFT",)),
    "sixty lines in yen": Strain(replace(ENGLISH, currency="JPY", unit=1), 60, a_logo(900, 60), ("VOID",)),
    "three pages in Arabic": Strain(ARABIC, 40, a_logo(40, 160), ("DRAFT",)),
    "long words": Strain(WORDY, 12, a_logo(30, 300)),
    "large amounts of dinars": Strain(replace(ARABIC, locale="ar-AE", unit=1_000_000), 9),
}
EVERY = pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: standard.code)
STRAINED = pytest.mark.parametrize("name", STRAINS)


def composed(standard: StandardTemplate, name: str) -> Document:
    strain = STRAINS[name]
    data = DATA[standard.kind](strain.world, strain.lines, strain.logo)
    return layout.compose(
        standard_template(standard.code),
        data,
        locale=strain.world.locale,
        paper=strain.world.paper,
        marks=strain.marks,
    )


@lru_cache(maxsize=len(STANDARD_TEMPLATES) * len(STRAINS))
def laid_out(standard: StandardTemplate, name: str) -> tuple[Document, Pages]:
    document = composed(standard, name)
    return document, layout.lay_out(document)


def box_of(item: Item) -> tuple[float, float, float, float]:
    """Left, top, right, bottom; of text, the part that letters without descenders fill."""
    if isinstance(item, TextLine):
        return item.x, item.y - 0.7 * item.size, item.x + item.width, item.y
    return item.x, item.y, item.x + item.width, item.y + item.height


def lines_of(page: Page) -> list[TextLine]:
    return [item for item in page.items if isinstance(item, TextLine)]


def ids_of(page: Page) -> set[str]:
    return {line.origin.node_id for line in lines_of(page)}


def outside(document: Document, pages: Pages) -> Iterator[str]:
    setup = document.page
    for page in pages.pages:
        for item in page.items:
            left, top, right, bottom = box_of(item)
            beyond_sides = left < setup.margin_left - PIXEL or right > setup.width - setup.margin_right + PIXEL
            if beyond_sides or top < setup.margin_top - PIXEL or bottom > setup.height - setup.margin_bottom + PIXEL:
                yield f"{item.origin.node_id} {getattr(item, 'text', '')!r}"


def overlapping(page: Page) -> Iterator[tuple[str, str]]:
    boxed = sorted(((box_of(line), line.text) for line in lines_of(page)), key=lambda pair: pair[0][1])
    for (one, text), (two, other) in combinations(boxed, 2):
        across = min(one[2], two[2]) - max(one[0], two[0])
        down = min(one[3], two[3]) - max(one[1], two[1])
        if across > PIXEL and down > PIXEL:
            yield text, other


@EVERY
@STRAINED
def test_nothing_leaves_the_page_or_covers_text(standard: StandardTemplate, name: str) -> None:
    document, pages = laid_out(standard, name)
    assert list(outside(document, pages)) == []
    assert [pair for page in pages.pages for pair in overlapping(page)] == []
    assert not any(isinstance(item, LinkArea) for page in pages.pages for item in page.items)
    assert (pages.pages[-1].watermark is not None) is bool(STRAINS[name].marks)


@EVERY
@STRAINED
def test_pages_break_well(standard: StandardTemplate, name: str) -> None:
    pages = laid_out(standard, name)[1].pages
    for together in TOGETHER:
        assert len([page for page in pages if ids_of(page) & together]) <= 1, together
    for number, page in enumerate(pages):
        lowest = max(lines_of(page), key=lambda line: line.y)
        last_page = number == len(pages) - 1
        assert last_page or lowest.origin.node_id not in LEADING, lowest.text
        assert not (lowest.origin.node_id in HEADED and not last_page), lowest.text
        for table in ids_of(page) & TABLES:
            rows = [line for line in page.all_items() if isinstance(line, TextLine) and line.origin.node_id == table]
            assert len({line.y for line in rows}) > 1, f"the head of {table} stands alone on page {number + 1}"
    if len(pages) > 1 and name != "long words":
        closing = next(page for page in pages if "total" in ids_of(page))
        assert ids_of(closing) & TABLES, "the totals stand alone"
    assert not any(ids_of(page) <= NEVER_ALONE for page in pages)


@EVERY
def test_heads_repeat_on_every_page(standard: StandardTemplate) -> None:
    pages = laid_out(standard, "sixty lines in yen")[1].pages
    going_on = [page for page in pages[1:] if min(lines_of(page), key=lambda line: line.y).origin.node_id in TABLES]
    assert len(going_on) >= 2
    for page in going_on:
        first = min(lines_of(page), key=lambda line: line.y)
        lines = [item for item in page.all_items() if isinstance(item, TextLine)]
        assert {"Qty", "Amount"} <= {line.text for line in lines if line.y <= first.y + PIXEL}


@EVERY
@STRAINED
def test_pages_are_numbered_when_there_are_several(standard: StandardTemplate, name: str) -> None:
    pages = laid_out(standard, name)[1].pages
    for number, page in enumerate(pages, 1):
        texts = [item.text for item in page.furniture if isinstance(item, TextLine)]
        assert (f"{number} / {len(pages)}" in texts) is (len(pages) > 1)
