"""Makes a tree on which browser and frames disagree as small as it can be, so that its cause can be seen.

`python tests/layout/parity/shrink.py --depth 3 --seeds 0-9` prints the smallest trees of every disagreement.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator, Sequence

from playwright.sync_api import Page, sync_playwright

from billhead.layout.document import Direction
from billhead.layout.pages import lay_out
from chromium import find
from layout.parity.browser import BrowserWord, measure
from layout.parity.compare import compare
from layout.parity.trees import Sketch, document_of, random_sketches


def disagreeing(page: Page, sketches: Sequence[Sketch], direction: Direction = "ltr") -> Iterator[bool]:
    """For each tree, alone on its page in the frames, whether a word of it stands elsewhere in the browser."""
    words: list[list[BrowserWord]] = []
    for word in measure(page, document_of(sketches, direction=direction)):
        if word.text == f"tree{len(words)}":
            words.append([])
        words[-1].append(word)
    for sketch, (marker, *others) in zip(sketches, words, strict=True):
        ours = lay_out(document_of([sketch], direction=direction))
        result = compare([dataclasses.replace(marker, text="tree0"), *others], ours)
        yield bool(result.differences or result.broken_otherwise)


def shrunk(page: Page, sketch: Sketch, direction: Direction = "ltr") -> Sketch:
    """The smallest tree found that still disagrees, by leaving out nodes, properties and words one at a time."""
    candidates = list(_smaller(sketch))
    while candidates:
        verdicts = disagreeing(page, candidates, direction)
        found = next((one for one, off in zip(candidates, verdicts, strict=True) if off), None)
        if found is None:
            break
        sketch, candidates = found, list(_smaller(found))
    return sketch


def _smaller(sketch: Sketch) -> Iterator[Sketch]:
    """Trees with one thing less, the greatest steps first."""
    if sketch.kind == "box":
        yield from sketch.children
    if sketch.kind in ("box", "table") and len(sketch.children) > (1 if sketch.kind == "table" else 0):
        for number in range(len(sketch.children)):
            rest = sketch.children[:number] + sketch.children[number + 1 :]
            yield dataclasses.replace(sketch, children=rest)
    if sketch.kind == "box" and sketch.style.get("display") != "block":
        yield dataclasses.replace(sketch, style={**sketch.style, "display": "block"})
    for name in sketch.style:
        if name != "display":
            yield dataclasses.replace(sketch, style={key: value for key, value in sketch.style.items() if key != name})
    words = sketch.text.split()
    if sketch.kind in ("text", "cell") and len(words) > 1:
        yield dataclasses.replace(sketch, text=" ".join(words[: len(words) // 2]))
        yield dataclasses.replace(sketch, text=" ".join(words[:-1]))
    for number, child in enumerate(sketch.children):
        for smaller in _smaller(child):
            children = [*sketch.children[:number], smaller, *sketch.children[number + 1 :]]
            yield dataclasses.replace(sketch, children=children)


def outline(sketch: Sketch, depth: int = 0) -> str:
    """A tree as indented lines: kind, style, text."""
    style = "; ".join(f"{name}: {value}" for name, value in sketch.style.items())
    lines = [f"{'  ' * depth}{sketch.kind} {{{style}}} {sketch.text}".rstrip()]
    return "\n".join([*lines, *(outline(child, depth + 1) for child in sketch.children)])


def main() -> None:
    """Prints the shrunk disagreements of a range of seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--depth", type=int, default=3)
    parser.add_argument("--seeds", default="0-1")
    parser.add_argument("--trees", type=int, default=40)
    parser.add_argument("--direction", choices=("ltr", "rtl"), default="ltr")
    parser.add_argument("--count-only", action="store_true")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    with sync_playwright() as playwright:
        browser = find().launch(playwright)
        page = browser.new_page()
        total = wrong = 0
        for seed in range(int(first), int(last or first) + 1):
            sketches = random_sketches(seed, options.trees, options.depth)
            verdicts = list(disagreeing(page, sketches, options.direction))
            total, wrong = total + len(verdicts), wrong + sum(verdicts)
            for number, off in enumerate(verdicts):
                if off and not options.count_only:
                    print(f"-- depth {options.depth} seed {seed} tree {number}")
                    print(outline(shrunk(page, sketches[number], options.direction)), flush=True)
        print(f"{total - wrong} of {total} trees agree")
        browser.close()


if __name__ == "__main__":
    main()
