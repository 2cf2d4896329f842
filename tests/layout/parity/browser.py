"""Word boxes as Chromium lays the HTML of a document out."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

from billhead.layout.document import Document
from billhead.layout.emit.html import render_html
from billhead.layout.fonts import face_css

PT_PER_PX = 0.75
_MEASURE = """() => {
  const found = [], left = document.querySelector('.page').getBoundingClientRect().left;
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  let node;
  while ((node = walker.nextNode())) {
    const pattern = /[^ \\t\\n\\r]+/g;
    let match;
    while ((match = pattern.exec(node.data))) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const box = range.getBoundingClientRect();
      let lines = 0, top = -Infinity;
      for (const rect of [...range.getClientRects()].sort((a, b) => a.top - b.top)) {
        if (rect.top > top + 1) { lines += 1; top = rect.top; }
      }
      const across = [...range.getClientRects()].sort((a, b) => a.left - b.left);
      const torn = lines === 1 && across.some((rect, at) => at && rect.left - across[at - 1].right > 0.5);
      found.push([match[0], box.left - left, box.top, box.right - left, box.bottom, lines, torn]);
    }
  }
  return found;
}"""


@dataclass(frozen=True, slots=True)
class BrowserWord:
    """A word with its box in points; `lines` is how many lines it is broken over.

    `torn`: the bidirectional algorithm puts another word between its letters (`12.5%` after Arabic ones).
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    lines: int
    torn: bool = False


def measure(page: Page, document: Document) -> list[BrowserWord]:
    """Every word of the document's HTML, in tree order, from the page's top left corner."""
    page.set_viewport_size({"width": int(document.page.width) + 100, "height": 1000})
    page.set_content(render_html(document, font_css=face_css(document)), wait_until="load")
    page.evaluate("() => document.fonts.ready")
    words = page.evaluate(_MEASURE)
    k = PT_PER_PX
    return [BrowserWord(text, x0 * k, y0 * k, x1 * k, y1 * k, *more) for text, x0, y0, x1, y1, *more in words]
