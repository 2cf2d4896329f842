"""Small trees, one for each rule of tables, text and direction on which browser and frames once disagreed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from billhead.layout.document import Direction
from chromium import find
from layout.parity.shrink import disagreeing, outline
from layout.parity.trees import Sketch

MANY = "Счёт1 Счёт2 Счёт3 €99.004 über-lang5 №6 итого7 Счёт8 Счёт9 итого10 итого11 Счёт12"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of a headless Chromium."""
    with sync_playwright() as playwright:
        browser = find().launch(playwright)
        yield browser.new_page()
        browser.close()


def box(*children: Sketch, **style: object) -> Sketch:
    """A container."""
    return Sketch("box", style, "", list(children))


def text(words: str, **style: object) -> Sketch:
    """A paragraph."""
    return Sketch("text", style, words)


def cell(words: str, span: int = 1, **style: object) -> Sketch:
    """A table cell."""
    return Sketch("cell", style, words, [], span)


def table(*rows: list[Sketch], **style: object) -> Sketch:
    """A table; its first row is the head."""
    return Sketch("table", style, "", [Sketch("row", {}, "", row) for row in rows])


CASES: dict[str, list[Sketch]] = {
    "a table is never narrower than its content": [
        table([cell("invoice1", fontSize="22px"), cell("1,234.562"), cell("well-known3")], width="100px"),
        table([cell(MANY, whiteSpace="nowrap"), cell("a2")], width="100%"),
        box(table([cell("Été1"), cell("über-lang2")], width="100%"), width="60pt"),
    ],
    "a spanning cell's width and percentage count": [
        table([cell("über-lang1", 2, width="140px")]),
        table([cell("über-lang1", 2, width="50%")]),
        table([cell("a1"), cell("b2"), cell("c3")], [cell("wide4", 2, width="60%"), cell("d5")], width="100%"),
        table([cell("a1", width="90px"), cell("b2")], [cell("größe3 größe4 größe5 größe6", 2)]),
    ],
    "a cell's least and greatest width count, the greatest before its content": [
        table([cell("über-lang1", whiteSpace="nowrap", maxWidth="60px"), cell("a2")]),
        table([cell("a1", minWidth="130px"), cell("b2", width="90px", maxWidth="60px"), cell("c3")]),
    ],
    "percentages of columns do not widen a table in a flex row": [
        box(table([cell("naïve1", width="20%"), cell("naïve2")]), display="flex"),
        box(table([cell("naïve1", width="20%"), cell("naïve2")]), display="flex", flexDirection="column"),
        box(box(table([cell("naïve1", width="20%"), cell("naïve2")])), display="grid"),
        box(table([cell("Été1", width="50%")], margin="0 auto"), display="flex", flexDirection="column"),
    ],
    "a table's baseline is the content bottom of its first row": [
        box(table([cell("$0.501", padding="3px")], [cell("x2")]), text("to3"), display="flex", alignItems="baseline"),
    ],
    "rows without a height of their own take the height to spare": [
        table([cell("head1")], [cell("one2")], [cell("two3", height="12px")], [cell("three4")], height="150px"),
        table([cell("one1", height="12px")], [cell("two2", height="30px")], height="150px"),
    ],
    "a table in a column is at least as high as its rows": [
        box(
            table([cell("a b c d e f", width="10px")], height="30px"),
            text("z1"),
            display="flex",
            flexDirection="column",
        ),
    ],
    "a cell that runs against its table keeps its borders and inherits its alignment": [
        table([cell("شركة1", borderLeft="5px solid #000"), cell("to2", borderRight="9px solid #000")]),
        box(table([cell("مُحَمَّد1")], width="300px"), textAlign="left"),
    ],
    "a line wider than its box goes over at the end of its direction": [
        text("über-lang1", whiteSpace="nowrap", width="40px", textAlign="right"),
        text("חשבונית1", whiteSpace="nowrap", width="40px", textAlign="left"),
        text("חשבונית1", whiteSpace="nowrap", width="40px", textAlign="center"),
    ],
    "justified lines widen at spaces only": [text(MANY, textAlign="justify")],
    "a broken word counts its kerning, and the rest of the line goes on after it": [
        text("T.V.A.307 to308", fontSize="1.4em", maxWidth="70px"),
        text("T.V.A.99 to1", width="18px"),
    ],
    "room for a line is cut to a 64th of a px": [
        text("über-lang236", fontSize="18px", width="30mm"),
        box(text("Łódź479", width="25%"), width="220px"),
    ],
    "a hyphen at the start of a line is a minus sign": [
        box(text("2026-11-2124", width="17.0078px"), text("to1"), width="30mm"),
    ],
    "dates after Arabic letters are one part of a least width": [
        box(text("المبلغ1 2026-11-2124 فاتورة2"), text("end3", whiteSpace="nowrap"), display="flex", width="10px"),
        box(text("المبلغ1 1,234.56-77 $0.50-3"), text("end4", whiteSpace="nowrap"), display="flex", width="10px"),
    ],
}


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("rule", CASES)
def test_case(page: Page, rule: str, direction: Direction) -> None:
    wrong = disagreeing(page, CASES[rule], direction)
    assert [outline(sketch) for sketch, off in zip(CASES[rule], wrong, strict=True) if off] == []
