"""Small trees, one for each rule of flex, grid and absolute layout on which browser and frames once disagreed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from chromium import find
from layout.parity.shrink import disagreeing, outline
from layout.parity.trees import Sketch

LINES = "one\ntwo\nthree"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of a headless Chromium."""
    with sync_playwright() as playwright:
        browser = find().launch(playwright)
        yield browser.new_page()
        browser.close()


def box(*children: Sketch, **style: object) -> Sketch:
    """A container; flex unless the style says otherwise."""
    return Sketch("box", {"display": "flex", **style}, "", list(children))


def text(words: str, **style: object) -> Sketch:
    """A paragraph."""
    return Sketch("text", style, words)


def lines(words: str = LINES, **style: object) -> Sketch:
    """A paragraph of several lines."""
    return Sketch("text", {"whiteSpace": "pre-line", **style}, words)


def image(size: str = "60x30", **style: object) -> Sketch:
    """A picture."""
    return Sketch("image", style, size)


def half(height: str = "50%") -> Sketch:
    """A box whose height is a percentage, with a word before it and one after it."""
    return box(text("before"), text("inside", height=height), text("after"), display="block")


CASES: dict[str, list[Sketch]] = {
    "a height from limits is no basis for percentages": [
        box(*half().children, display="block", maxHeight="25px"),
        box(*half().children, display="block", minHeight="200px"),
        box(half(), text("below"), flexDirection="column", minHeight="200px"),
        box(text("a", flexBasis="50%"), text("b"), flexDirection="column", minHeight="100px"),
        box(box(text("a", height="50%"), text("b"), display="block", flex="2 0 0%"), flexDirection="column"),
    ],
    "a stretched height is one": [
        box(half(), lines()),
        box(half(), minHeight="200px"),
        box(half(), lines(), display="grid", gridTemplateColumns="1fr 1fr"),
        box(half(), display="grid", minHeight="200px"),
    ],
    "a flex basis is one in a column": [
        box(Sketch("box", {"display": "block", "flexBasis": "80px"}, "", half().children), flexDirection="column"),
        box(Sketch("box", {"display": "block", "height": "80px"}, "", half().children), flexDirection="column"),
    ],
    "a percentage of an open height does not stretch": [
        box(box(text("a"), height="50%", alignItems="center"), lines()),
    ],
    "an image takes its width from the height of its line": [
        box(image(), text("a b c", flexBasis="80px"), maxHeight="60px"),
        box(image(), text("after"), height="60px"),
        box(
            box(image(width="90px"), text("a b c d e f g h i j k l m", margin="5px")), box(text("x", minWidth="500px"))
        ),
        box(image(flexBasis="80px", alignSelf="flex-start"), text("after"), flexDirection="column"),
    ],
    "what items ask of their row": [
        box(box(text("aaaa bbb cc", flex="none"), flexDirection="row-reverse"), text("dd " * 40)),
        box(box(text("über-lang", flexShrink=0)), text("dd " * 40)),
        box(box(text("centred", flex="auto", textAlign="center"), image("40x80", height="30px"))),
        box(
            box(text("aaaa bbb cc", flex="0 0 200px"), text("x")), box(text("aaaa bbb cc", flex="0 1 300px")), text("y")
        ),
        box(box(text("aaaa bbb cc", flex="0 1 20px"), text("x")), box(text("aa bb cc", flex="1 1 30px")), text("y")),
    ],
    "an image's width follows a height that is known before": [
        box(box(image(), text("-12% $0.50"), height="80px")),
        box(box(image("40x80"), text("a", flexGrow="0.5"), text("b"), maxHeight="60px"), display="grid"),
        box(box(image(height="50%"), text("x"), height="100px"), text("y")),
        box(
            box(text("a b c d e", flexBasis="30%"), image("40x80"), flexBasis="80px"),
            flexDirection="column",
            alignItems="center",
        ),
        box(image(height="80px", maxHeight="40px"), text("x"), display="block"),
    ],
    "rows of a grid can change its columns": [
        box(
            box(image(), text("aa bbb"), justifyContent="space-evenly"),
            lines(),
            display="grid",
            gridTemplateColumns="auto auto",
        ),
        box(box(image(height="50%"), text("b")), lines("c\nd\ne"), display="grid", gridTemplateColumns="auto auto"),
        box(box(box(image(), text("$0.50"), text("über-lang", width="25%")), display="grid")),
        box(
            box(box(text("aa bbb " * 4), image(), width="50%"), display="grid", gridTemplateColumns="1fr 1fr"),
            text("after"),
            display="block",
        ),
        box(box(image(flexGrow="2"), padding="5%"), text("below"), display="grid"),
    ],
    "a picture with a percentage asks for nothing at least": [
        box(text("dd " * 50), box(image(width="8em", maxWidth="60%"), text("x"), display="block")),
        box(text("dd " * 50), box(image(height="80px", width="60%"), text("x"), display="block")),
    ],
    "how often tracks repeat in a grid of open width": [
        box(
            box(
                *[text("a") for _ in range(4)],
                display="grid",
                gridTemplateColumns="repeat(auto-fill, 120px)",
                gap="20px",
                **limits,
            )
        )
        for limits in (
            {"minWidth": "30%"},
            {"minWidth": "130px"},
            {"maxWidth": "390px"},
            {"minWidth": "250px", "maxWidth": "60%"},
        )
    ],
    "a percentage gap takes its room from the rows": [
        box(box(text("a"), display="block", overflow="hidden"), text("b", padding="5%"), display="grid", gap="2%"),
    ],
    "an absolute box deep in a grid stands in an area of it": [
        box(
            box(text("abs", position="absolute", right="30px", gridColumn="1 / 2"), text("a"), display="block"),
            text("b"),
            display="grid",
            position="relative",
            gridTemplateColumns="200px 1fr",
        ),
    ],
    "text of sizes that browsers cut": [
        box(
            *[text("measured " * 30, fontSize=size) for size in ("11pt", "16.8px", "14.125px", "1.4em")],
            display="block",
        ),
    ],
    "baselines of reversed and clipped boxes": [
        box(box(lines("a\nb\nc", height="60px"), display="block", height="30px"), text("d"), alignItems="baseline"),
        box(
            box(box(image(), text("a"), display="block"), display="block", height="30px"),
            alignItems="baseline",
            flexWrap="wrap-reverse",
        ),
        box(
            box(box(text("a"), lines(), flexDirection="column", justifyContent="flex-end"), maxHeight="60px"),
            text("b", padding="5%"),
            alignItems="baseline",
        ),
        box(
            text("a"), box(text("big", fontSize="30px"), text("b"), flexDirection="row-reverse"), alignItems="baseline"
        ),
        box(
            text("a"),
            box(text("big", fontSize="30px"), text("b"), flexDirection="column-reverse"),
            alignItems="baseline",
        ),
        box(
            text("a"),
            box(text("big", fontSize="30px", width="400px"), text("b", width="400px"), flexWrap="wrap-reverse"),
            alignItems="baseline",
        ),
        box(text("a"), text("big", fontSize="30px"), alignItems="baseline", flexWrap="wrap-reverse"),
        box(
            box(box(display="block", margin="6px auto 2px 0", minHeight="40px"), flexDirection="column-reverse"),
            text("a"),
            alignItems="baseline",
        ),
        box(
            box(text("gone", overflow="hidden"), lines(height="200px"), flexDirection="column", height="80px"),
            text("a"),
            alignItems="baseline",
        ),
    ],
    "where an absolute box stands without insets": [
        box(text("abs", position="absolute"), flexDirection="column", justifyContent="space-around"),
        box(text("abs", position="absolute", width="900px"), justifyContent="space-evenly"),
        box(
            text("abs", position="absolute"),
            flexDirection="column-reverse",
            justifyContent="space-between",
            height="90px",
        ),
        box(text("abs", position="absolute", alignSelf="end"), flexWrap="wrap-reverse", height="90px"),
        box(text("abs", position="absolute"), flexWrap="wrap-reverse", height="90px"),
        box(text("a"), text("abs", position="absolute", alignSelf="center"), display="block"),
        box(
            text("a"),
            text("abs", position="absolute"),
            display="grid",
            alignItems="center",
            height="90px",
            padding="5px",
        ),
    ],
    "how wide an absolute box may be": [
        box(text("a"), box(text("aa " * 60, position="absolute"), display="block"), position="relative"),
        box(text("aa " * 60, position="absolute"), justifyContent="flex-end", padding="20px", position="relative"),
        box(
            text("aa " * 60, position="absolute"), justifyContent="center", padding="0 90px 0 20px", position="relative"
        ),
    ],
    "an absolute box between two insets is aligned": [
        box(
            text("a"),
            text("abs", position="absolute", top="0", bottom="0", alignSelf="center"),
            display="block",
            position="relative",
            height="100px",
        ),
        box(
            text("abs", position="absolute", top="0", bottom="0", alignSelf="flex-end"),
            position="relative",
            height="90px",
        ),
    ],
    "an absolute box in a grid stands in its area": [
        box(
            text("a"),
            text("abs", position="absolute", gridColumn="2"),
            display="grid",
            position="relative",
            gridTemplateColumns="50px 50px",
            padding="5px",
        ),
        box(
            text("a"),
            text("abs", position="absolute", gridRow="2", bottom="0"),
            display="grid",
            position="relative",
            gridTemplateRows="20px 40px 20px",
            padding="5px",
        ),
        box(
            text("a"),
            text("abs", position="absolute", alignSelf="end"),
            display="grid",
            position="relative",
            height="90px",
            padding="5px",
        ),
    ],
    "grid items over several tracks": [
        box(
            text("aaa bbb", gridColumn="span 2"),
            text("cc dd ee", gridColumn="span 2"),
            text("f"),
            text("gggg"),
            text("h"),
            display="grid",
            gridTemplateColumns="auto auto auto",
        ),
        box(
            text("wide words here", gridColumn="1 / -1"),
            text("a"),
            text("b"),
            display="grid",
            gridTemplateColumns="max-content minmax(60px, 1fr) auto",
            width="150px",
        ),
        box(lines(gridRow="span 2"), text("a"), text("b"), display="grid", gridTemplateColumns="1fr 1fr"),
    ],
    "least sizes of grid tracks": [
        box(
            box(
                text("über-lang"),
                text("aa", overflow="hidden", padding="2px 6px"),
                display="grid",
                gridTemplateColumns="100px auto 1fr",
            ),
            maxWidth="130px",
        ),
        box(box(text("word"), display="grid", gridTemplateColumns="30% 1fr"), text("dd " * 60)),
        box(text("clip", overflow="hidden", gridColumn="2"), text("longword"), display="grid", width="40px"),
    ],
    "rows of a grid of limited height": [
        box(lines(), text("a"), display="grid", gridTemplateRows="1fr 1fr", minHeight="200px"),
        box(lines(), text("a"), display="grid", maxHeight="30px"),
        box(lines(), text("a"), text("b"), display="grid", gridTemplateRows="50% auto", gap="10%"),
    ],
}


@pytest.mark.parametrize("name", CASES, ids=lambda name: str(name).replace(" ", "-"))
def test_rule(page: Page, name: str) -> None:
    """Every word of every tree stands within a point of where the browser puts it."""
    numbered = [_numbered(sketch, [0]) for sketch in CASES[name]]
    off = [outline(sketch) for sketch, wrong in zip(numbered, disagreeing(page, numbered), strict=True) if wrong]
    assert off == []


def _numbered(sketch: Sketch, counter: list[int]) -> Sketch:
    """The same tree with every word made unique."""
    words = []
    for line in sketch.text.split("\n"):
        parts = []
        for word in line.split():
            counter[0] += 1
            parts.append(f"{word}{counter[0]}" if sketch.kind == "text" else word)
        words.append(" ".join(parts))
    children = [_numbered(child, counter) for child in sketch.children]
    return Sketch(sketch.kind, sketch.style, "\n".join(words), children, sketch.span)
