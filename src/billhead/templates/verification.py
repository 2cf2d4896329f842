"""Whether a document says the same everywhere: HTML on screen, frames of the pages, and the PDF read back.

In: the HTML text, the laid-out pages, the PDF's bytes. Out: every place where text or its order differs. White space
does not count (lines break in long words); nor does the order of letters within a paragraph that runs from right to
left, since pages hold it in the order of sight and HTML in that of reading.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from html.parser import HTMLParser

from billhead.layout.frames import Item, Page, Pages, Tag, TextLine
from billhead.templates.pdf_text import UnreadablePdf, read_pdf_texts

MOST_MISMATCHES = 20
_MOST_COMPARED = 4_000
_VOID = frozenset({"hr", "img", "meta", "br", "link"})
_RTL = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Text that stands in HTML and not, or otherwise, in `medium` (`pages` or `pdf`); "" where there is none."""

    medium: str
    html: str
    other: str


def verify(html: str, pages: Pages, pdf: bytes) -> tuple[Mismatch, ...]:
    """Up to `MOST_MISMATCHES` places where pages or PDF say something else than the HTML, or in another order."""
    shown, turned = html_texts(html), pages.direction == "rtl"
    found = _differences("pages", shown, page_texts(pages), turned)
    try:
        read = read_pdf_texts(pdf)
    except UnreadablePdf as error:
        return (*found, Mismatch("pdf", "", f"cannot be read back: {error}"))
    return (*found, *_differences("pdf", shown, read, turned))[:MOST_MISMATCHES]


def html_texts(html: str) -> list[str]:
    """Every paragraph and cell of the page's body that is shown, in the order of the source."""
    sheet = html.partition("</style>")[0]
    reader = _HtmlTexts(frozenset(re.findall(r"^\.([\w-]+)\{[^}]*display:none", sheet, re.MULTILINE)))
    reader.feed(html)
    reader.close()
    return reader.texts


def page_texts(pages: Pages) -> list[str]:
    """The words of every paragraph and cell on the pages, in the order of the structure tree."""
    order = {tag: place for place, tag in enumerate(_tags(pages.structure))}
    lines: dict[Tag | None, list[Item]] = {}
    for page in pages.pages:
        for item in page.items:
            if isinstance(item, TextLine):
                lines.setdefault(item.tag, []).append(item)
    last = len(order)
    found = []
    for tag in sorted(lines, key=lambda tag: order.get(tag, last) if tag is not None else last):
        alone = replace(pages, pages=[Page(0, 0, lines[tag])])
        found.append(" ".join(word.text for word in alone.words()))
    return found


def _tags(tag: Tag) -> list[Tag]:
    found, waiting = [], [tag]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting.extend(reversed(current.children))
    return found


def _differences(medium: str, shown: Sequence[str], other: Sequence[str], turned: bool) -> list[Mismatch]:
    left = [(text, key) for text in shown if (key := _comparable(text, turned))]
    right = [(text, key) for text in other if (key := _comparable(text, turned))]
    a, b = [key for _, key in left], [key for _, key in right]
    if a == b:
        return []
    start = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[start : start + _MOST_COMPARED], b[start : start + _MOST_COMPARED]
    found = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [
                Mismatch(medium, _at(left, start + i1 + step, start + i2), _at(right, start + j1 + step, start + j2))
                for step in range(max(i2 - i1, j2 - j1))
            ]
        if len(found) >= MOST_MISMATCHES:
            break
    return found


def _at(texts: Sequence[tuple[str, str]], place: int, end: int) -> str:
    return texts[place][0] if place < end else ""


def _comparable(text: str, turned: bool) -> str:
    """Without white space and what is never drawn, composed; letters sorted where any runs from right to left.

    `turned`: the document does, so that even its numbers follow each other that way.
    """
    drawn = [char for char in unicodedata.normalize("NFC", text) if not _is_invisible(char)]
    if turned or any(unicodedata.bidirectional(char) in _RTL for char in text):
        drawn = sorted(unicodedata.normalize("NFD", "".join(drawn)))
    return "".join(drawn)


def _is_invisible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cf", "Cc") or "\ufe00" <= char <= "\ufe0f"


class _HtmlTexts(HTMLParser):
    """Collects the texts of `main`; every element but a link ends the text before it."""

    def __init__(self, hidden: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._hidden = hidden
        self._open: list[bool] = []
        self._is_body = False
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "main":
            self._is_body = True
        if tag in _VOID or tag == "a":
            return
        self._end_text()
        classes = (dict(attrs).get("class") or "").split()
        self._open.append(bool(self._open and self._open[-1]) or bool(self._hidden.intersection(classes)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or tag == "a":
            return
        self._end_text()
        if self._open:
            self._open.pop()
        if tag == "main":
            self._is_body = False

    def handle_data(self, data: str) -> None:
        if self._is_body and not (self._open and self._open[-1]):
            self._text += data

    def _end_text(self) -> None:
        if self._text.strip():
            self.texts.append(self._text)
        self._text = ""
