"""Lay-out of a whole document: boxes on the strip, cuts, pages with their furniture."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from billhead.layout.boxes import Shapers, TreeBuilder, build_strip
from billhead.layout.boxes.table import TableData
from billhead.layout.boxes.tree import LayoutBox
from billhead.layout.document import Diagnostic, Document
from billhead.layout.errors import LimitExceeded
from billhead.layout.fonts import catalog_of
from billhead.layout.frames import Clip, Item, LinkArea, OutlineEntry, Page, Pages, Rectangle, TextLine
from billhead.layout.garbage import collector_paused
from billhead.layout.pages.collect import Collector
from billhead.layout.pages.cuts import Cutter, Slice
from billhead.layout.pages.decoration import decoration_of, moved
from billhead.layout.pages.furniture import Furniture
from billhead.layout.pages.strip import Entry, Strip

LEAST_ROOM = 24.0
LARGEST_PAGE = 20_000.0


def lay_out(document: Document) -> Pages:
    """Frames of a document. Refuses, with LimitExceeded, page setups without room and documents beyond the limits."""
    with collector_paused():
        return _lay_out(document)


def _lay_out(document: Document) -> Pages:
    page = document.page
    width = page.width - page.margin_left - page.margin_right
    furniture = Furniture(document, Shapers(catalog_of(document)))
    room = page.height - page.margin_top - page.margin_bottom - furniture.header_height - furniture.footer_height
    if width < LEAST_ROOM or room < LEAST_ROOM or page.width > LARGEST_PAGE or page.height > LARGEST_PAGE:
        raise LimitExceeded("The page leaves no room for its content")
    strip = _strip(document, width, room, furniture)
    slices = Cutter(strip, room).cut()
    top = page.margin_top + furniture.header_height
    pages = [Page(page.width, page.height) for _ in slices]
    _background(document, pages)
    _fill(strip, slices, pages, top, room)
    for number in range(len(pages)):
        furniture.add(pages[number], number, len(pages))
    return Pages(
        pages,
        strip.structure,
        document.lang,
        document.direction,
        document.title,
        document.author,
        _outline(strip, slices, top),
        _diagnostics(strip, document),
    )


def _strip(document: Document, width: float, room: float, furniture: Furniture) -> Strip:
    builder = TreeBuilder(furniture.shapers, document.direction)
    collector = Collector(document, room)
    strip = collector.strip
    if document.root.style.display != "none":
        root = build_strip(document.root, width, builder)
        strip.root = document.root
        strip.entries = collector.collect(root, document.page.margin_left, 0.0, strip.structure)
        _untie(root)
    if strip.entries and isinstance(strip.entries[0].item, Rectangle) and _is_plain_background(document):
        del strip.entries[0]
    return strip


def _untie(box: LayoutBox) -> None:
    """Takes the ways up out of a tree that has done its work: without cycles it is gone as soon as it is left."""
    for child in box.children:
        _untie(child)
    box.parent = box.containing = None
    box.settled.clear()
    if isinstance(box.data, TableData):
        for row in box.data.rows:
            for cell in row.cells:
                if cell.content is not None:
                    _untie(cell.content)


def _is_plain_background(document: Document) -> bool:
    """A root with a background and no border or corners colours the whole page, as CSS propagates it."""
    decoration = decoration_of(document.root.style)
    return decoration.fill is not None and decoration.sides is None and not decoration.rounded


def _background(document: Document, pages: list[Page]) -> None:
    if not _is_plain_background(document):
        return
    for page in pages:
        fill = document.root.style.background_color
        page.items.append(Rectangle(document.root.origin, 0.0, 0.0, page.width, page.height, fill))


def _fill(strip: Strip, slices: list[Slice], pages: list[Page], top: float, room: float) -> None:
    """Moves every entry to its page; what goes on over a cut is drawn on each page it touches, sliced."""
    starts = [part.start for part in slices]
    shifts = [top + part.reserved - part.start for part in slices]
    many = len(slices) > 1
    last = len(slices) - 1
    for entry in strip.entries:
        item, item_top, item_bottom, sliced = entry
        first = max(bisect_right(starts, item_top + 0.02) - 1, 0) if many else 0
        if sliced and many and first < last and item_bottom > starts[first + 1] + 0.02:
            for number in range(first, len(slices)):
                if number > first and item_bottom <= starts[number] + 0.02:
                    break
                region = Clip(0.0, top, pages[number].width, min(room, slices[number].end - starts[number]
                              + slices[number].reserved), None)  # fmt: skip
                pages[number].items.append(_copy(item, shifts[number], region))
            continue
        if type(item) is TextLine and item.clip is None:
            item.y += shifts[first]
        else:
            _move(item, shifts[first])
        pages[first].items.append(item)
    for number, part in enumerate(slices):
        for region_of_table in part.heads:
            for head in region_of_table.head:
                shift = _original_shift(head, starts, shifts) if many else 0.0
                dy = top - region_of_table.head_top - shift
                pages[number].furniture.append(_copy(head.item, dy, None))


def _original_shift(entry: Entry, starts: list[float], shifts: list[float]) -> float:
    """How far the entry's item has already been moved to its own page."""
    return shifts[max(bisect_right(starts, entry.top + 0.02) - 1, 0)]


def _move(item: Item, dy: float) -> None:
    item.y += dy
    if not isinstance(item, LinkArea) and item.clip is not None:
        item.clip = moved(item.clip, dy)


def _copy(item: Item, dy: float, region: Clip | None) -> Item:
    """The item elsewhere, shown only within `region`; copies are furniture for assistive technology."""
    if isinstance(item, TextLine):
        return replace(item, y=item.y + dy, clip=_within(moved(item.clip, dy), region), tag=None)
    if isinstance(item, LinkArea):
        return replace(item, y=item.y + dy)
    return replace(item, y=item.y + dy, clip=_within(moved(item.clip, dy), region))


def _within(clip: Clip | None, region: Clip | None) -> Clip | None:
    if region is None:
        return clip
    return region if clip is None else region._replace(outer=clip)


def _outline(strip: Strip, slices: list[Slice], top: float) -> list[OutlineEntry]:
    starts = [part.start for part in slices]
    found = []
    for heading in sorted(strip.headings, key=lambda heading: heading.y):
        number = max(bisect_right(starts, heading.y + 0.02) - 1, 0)
        y = heading.y - starts[number] + top + slices[number].reserved
        if heading.title:
            found.append(OutlineEntry(heading.title, heading.level, number, y))
    return found


def _diagnostics(strip: Strip, document: Document) -> list[Diagnostic]:
    found = []
    for characters, pointer in strip.missing.items():
        names = " ".join(f"U+{ord(char):04X}" for char in dict.fromkeys(characters))
        message = f"No font at hand has {names}; boxes are drawn"
        found.append(Diagnostic("warning", "MISSING_GLYPH", message, None, pointer, "install a font for this script"))
    return found
