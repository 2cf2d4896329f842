"""Collecting paragraphs: their lines as items, aligned in the content box."""

from __future__ import annotations

from billhead.layout.boxes.lines import extent, face_metrics
from billhead.layout.document import Origin
from billhead.layout.frames import Clip, Tag, TextLine
from billhead.layout.pages.strip import Entry, Strip
from billhead.layout.text import Line, Paragraph, drawn_size


def add_lines(
    strip: Strip,
    entries: list[Entry],
    paragraph: Paragraph,
    lines: list[Line],
    place: tuple[float, float, float],
    origin: Origin,
    clip: Clip | None,
    tag: Tag | None,
    text_align: str,
) -> list[float]:
    """Adds the lines of a paragraph in a content box at (x, y) of this width; gives tops and the last bottom."""
    x, y, width = place
    style = paragraph.style
    ascent, descent, _ = face_metrics(paragraph.shaper.primary, style.font_size)
    rtl, size = paragraph.rtl, drawn_size(style.font_size)
    tops = [y]
    for line in lines:
        above, below = extent(line, style, paragraph)
        free = width - line.width
        spacing = 0.0
        align = text_align
        if align == "justify":
            spaces = sum([word.text == " " for word in line.words])
            if not line.last and spaces and free > 0:
                spacing, free = free / spaces, 0.0
            align = "start"
        if align == "start":
            align = "right" if rtl else "left"
        # A line wider than its box goes over at the end of the paragraph's direction, however it is aligned.
        if free < 0:
            at = x + free if rtl else x
        else:
            at = x + (free if align == "right" else free / 2 if align == "center" else 0.0)
        item = TextLine(
            origin, at, y + above, line.width + spacing * sum([w.text == " " for w in line.words]) if spacing
            else line.width, line.words, line.text, size, style.color, ascent, descent, spacing, tag, clip,
            line.tail,
        )  # fmt: skip
        entries.append(Entry(item, y, y + above + below, False))
        for word in line.words:
            if word.missing:
                strip.missing.setdefault(word.missing, origin.pointer)
        y += above + below
        tops.append(y)
    return tops
