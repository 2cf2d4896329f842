"""Collecting the strip: walks the laid-out boxes in painting order (CSS 2.2 Appendix E, simplified).

Within a stacking context come its own background, then negative z-index, then everything in flow in tree order, then
positioned boxes by z-index.
"""

from __future__ import annotations

from typing import cast

from billhead.layout.boxes.table import TableData
from billhead.layout.boxes.tree import LayoutBox, used
from billhead.layout.document import Box, Document, Image, Node, Table, Text
from billhead.layout.frames import Clip, LinkArea, Picture, Tag, TagKind
from billhead.layout.pages.decoration import NOTHING, decoration_of, inner_radii, radii_of, rectangle
from billhead.layout.pages.rows import TableCollector
from billhead.layout.pages.strip import Atom, Entry, Heading, Strip
from billhead.layout.pages.text_lines import add_lines
from billhead.layout.text import Line, Paragraph

KEPT_TOGETHER = frozenset({"totals", "totals-row", "field", "card"})
KEPT_ROW_SHARE = 0.25
KEPT_CARD_SHARE = 0.5
ORPHANS = 2

Layer = list[tuple[int, list[Entry]]]


class Collector:
    """Turns boxes into a strip's entries, atoms and tags. `body_height` is the room on a page, in px."""

    def __init__(self, document: Document, body_height: float) -> None:
        self.strip = Strip()
        self.body_height = body_height
        self._clips: dict[int, Clip | None] = {}
        self._least_level = min([text.level for text in _headings(document.root)], default=1)

    def collect(self, root: LayoutBox, x: float, y: float, tag: Tag) -> list[Entry]:
        """Every entry of a laid-out tree whose parent's corner is at (x, y)."""
        return self._context(root, x + root.x, y + root.y, None, tag)

    def _context(self, box: LayoutBox, x: float, y: float, clip: Clip | None, tag: Tag | None) -> list[Entry]:
        entries: list[Entry] = []
        later: Layer = []
        self._decorate(box, x, y, clip, entries)
        own = len(entries)
        self._content(box, x, y, clip, tag, entries, later)
        if not later:
            return entries
        later.sort(key=lambda layer: layer[0])
        below = [entry for z, layer in later if z < 0 for entry in layer]
        above = [entry for z, layer in later if z >= 0 for entry in layer]
        return entries[:own] + below + entries[own:] + above

    def _decorate(self, box: LayoutBox, x: float, y: float, clip: Clip | None, entries: list[Entry]) -> None:
        shape = rectangle(box.origin, box.style, (x, y, box.width, box.height), clip)
        if shape is not None:
            entries.append(Entry(shape, y, y + box.height, True))

    def _content(
        self,
        box: LayoutBox,
        x: float,
        y: float,
        clip: Clip | None,
        tag: Tag | None,
        entries: list[Entry],
        later: Layer,
    ) -> None:
        node, style = box.node, box.style
        if style.overflow == "hidden":
            clip = _padding_clip(box, x, y, clip)
        self._clips[id(box)] = clip
        self._breaks(box, y)
        if isinstance(node, Text):
            self._text(box, node, x, y, clip, tag, entries)
        elif isinstance(node, Image):
            self._picture(box, node, x, y, clip, tag, entries)
        elif isinstance(node, Table):
            tables = TableCollector(self.strip, self.body_height, self)
            tables.collect(box, cast(TableData, box.data), x, y, clip, tag, entries)
        else:
            self._children(box, node, x, y, clip, tag, entries, later)

    def _children(
        self,
        box: LayoutBox,
        node: Box,
        x: float,
        y: float,
        clip: Clip | None,
        tag: Tag | None,
        entries: list[Entry],
        later: Layer,
    ) -> None:
        if tag is not None and node.role == "section":
            tag = Tag("Sect", tag)
        elif tag is not None and node.role in ("field", "totals-row"):
            tag = Tag("P", tag)
        first_atom = len(self.strip.atoms)
        ordered = node.style.display in ("flex", "grid")
        for child in box.children:
            style = child.style
            child_x, child_y = x + child.x, y + child.y
            child_clip = clip
            if style.position == "relative":
                dx, dy = _shift(child, box)
                child_x, child_y = child_x + dx, child_y + dy
            elif style.position == "absolute" and child.containing is not None:
                child_clip = self._clips.get(id(child.containing), clip)
            if style.position != "static" or (ordered and style.z_index is not None):
                layer = self._context(child, child_x, child_y, child_clip, tag)
                later.append((style.z_index or 0, layer))
            else:
                self._decorate(child, child_x, child_y, child_clip, entries)
                self._content(child, child_x, child_y, child_clip, tag, entries, later)
        self._keep(box, node, y, first_atom)

    def _keep(self, box: LayoutBox, node: Box, y: float, first_atom: int) -> None:
        """Which stretches of a container should stay whole."""
        atoms, height, bottom = self.strip.atoms, box.height, y + box.height
        decorated = decoration_of(node.style) is not NOTHING
        if height <= 0.01:
            if decorated:
                atoms.append(Atom(y, bottom, False))
            return
        limit = self.body_height
        if node.style.display == "flex" and node.style.flex_direction.startswith("row"):
            share = KEPT_ROW_SHARE
        else:
            share = KEPT_CARD_SHARE if decorated else 0.0
        avoid = node.style.break_inside == "avoid" or node.role in KEPT_TOGETHER
        if (avoid and height <= limit) or height <= limit * share or not box.children:
            atoms.append(Atom(y, bottom, True))
        if decorated and box.parent is not None:
            self.strip.boxes.append((y, bottom))
            inside = atoms[first_atom:]
            if inside and height > limit * share:
                first, last = min(inside, key=lambda atom: atom.top), max(inside, key=lambda atom: atom.bottom)
                atoms.append(Atom(y, max(first.bottom, y), True))
                atoms.append(Atom(min(last.top, bottom), bottom, True))

    def _breaks(self, box: LayoutBox, y: float) -> None:
        if box.style.break_before == "page":
            self.strip.page_starts.append(y)
        if box.style.break_after == "page":
            self.strip.page_starts.append(y + box.height)
        if box.style.break_after == "avoid":
            self.strip.keep_with_next.append((y, y + box.height))

    def _text(
        self, box: LayoutBox, node: Text, x: float, y: float, clip: Clip | None, tag: Tag | None, entries: list[Entry]
    ) -> None:
        paragraph = box.paragraph
        lines = [] if paragraph is None else paragraph.lines(box.width - box.edges_across)
        if paragraph is None or not lines:
            if box.height > 0.01 and decoration_of(box.style) is not NOTHING:
                self.strip.atoms.append(Atom(y, y + box.height, False))
            return
        kind: TagKind = "P"
        if node.role == "heading":
            level = min(max(node.level - self._least_level + 1, 1), 6)
            kind = cast(TagKind, f"H{level}")
            self.strip.headings.append(Heading(" ".join(node.text.split()), level, y))
            self.strip.keep_with_next.append((y, y + box.height))
        elif tag is not None and tag.kind == "P":
            kind = "Span"
        own = None if tag is None else Tag(kind, tag)
        tops = self.lines(box, paragraph, lines, x + box.edge_left, y + box.edge_top, clip, own, entries)
        if node.href:
            link = None if own is None else Tag("Link", own)
            for number, line in enumerate(lines):
                top, left = tops[number], x + box.edge_left
                area = LinkArea(
                    box.origin, left, top, line.width, tops[number + 1] - top, node.href, line.text, link
                )  # fmt: skip
                entries.append(Entry(area, top, top + 1, False))
        self._keep_lines(tops, y, y + box.height)

    def lines(
        self,
        box: LayoutBox,
        paragraph: Paragraph,
        lines: list[Line],
        x: float,
        y: float,
        clip: Clip | None,
        tag: Tag | None,
        entries: list[Entry],
    ) -> list[float]:
        """Adds a paragraph's lines with its content box at (x, y); gives their tops and the last one's bottom."""
        style = paragraph.style
        width = box.width - box.edges_across
        return add_lines(self.strip, entries, paragraph, lines, (x, y, width), box.origin, clip, tag, style.text_align)

    def _keep_lines(self, tops: list[float], top: float, bottom: float) -> None:
        """Two lines at least on either side of a cut."""
        atoms = self.strip.atoms
        count = len(tops) - 1
        if count < 2 * ORPHANS and bottom - top <= self.body_height:
            atoms.append(Atom(top, bottom, True))
        elif count > ORPHANS:
            atoms.append(Atom(top, tops[ORPHANS], True))
            atoms.append(Atom(tops[-1 - ORPHANS], bottom, True))
        if count > 1:
            atoms.extend([Atom(tops[number], tops[number + 1], False) for number in range(count)])

    def _picture(
        self, box: LayoutBox, node: Image, x: float, y: float, clip: Clip | None, tag: Tag | None, entries: list[Entry]
    ) -> None:
        style = box.style
        left, top = x + box.edge_left, y + box.edge_top
        width, height = box.width - box.edges_across, box.height - box.edges_down
        if width <= 0 or height <= 0:
            return
        drawn_width, drawn_height = _fit(style.object_fit, (width, height), (node.source.width, node.source.height))
        drawn_x = left + used(style.object_position_x, width - drawn_width)
        drawn_y = top + used(style.object_position_y, height - drawn_height)
        radii = radii_of(style, box.width, box.height)
        overflows = drawn_width > width + 0.01 or drawn_height > height + 0.01
        if radii is not None or overflows:
            clip = Clip(left, top, width, height, inner_radii(radii, style), clip)
        own = Tag("Figure", tag, node.alt) if tag is not None and node.alt else None
        picture = Picture(
            box.origin, drawn_x, drawn_y, drawn_width, drawn_height, node.source, node.alt, own, clip
        )  # fmt: skip
        tall = box.height > self.body_height
        entries.append(Entry(picture, y, y + box.height, tall))
        if not tall:
            self.strip.atoms.append(Atom(y, y + box.height, False))


def _headings(node: Node) -> list[Text]:
    if isinstance(node, Text):
        return [node] if node.role == "heading" else []
    if isinstance(node, Box):
        return [heading for child in node.children for heading in _headings(child)]
    return []


def _padding_clip(box: LayoutBox, x: float, y: float, outer: Clip | None) -> Clip:
    style = box.style
    radii = inner_radii(radii_of(style, box.width, box.height), style)
    return Clip(
        x + style.border_left_width,
        y + style.border_top_width,
        max(box.width - style.border_left_width - style.border_right_width, 0.0),
        max(box.height - style.border_top_width - style.border_bottom_width, 0.0),
        radii,
        outer,
    )


def _shift(child: LayoutBox, parent: LayoutBox) -> tuple[float, float]:
    """The offset of `position: relative`."""
    style = child.style
    width, height = child.area or (parent.width - parent.edges_across, parent.height - parent.edges_down)
    dx = used(style.left, width) if not _auto(style.left) else -used(style.right, width)
    if child.rtl and not _auto(style.right):
        dx = -used(style.right, width)
    dy = used(style.top, height) if not _auto(style.top) else -used(style.bottom, height)
    return dx, dy


def _auto(value: object) -> bool:
    return not isinstance(value, int | float | tuple)


def _fit(fit: str, area: tuple[float, float], natural: tuple[float, float]) -> tuple[float, float]:
    """The drawn size of a picture by object-fit."""
    width, height = natural
    if fit == "fill" or width <= 0 or height <= 0:
        return area
    if fit == "none":
        return natural
    scale = (max if fit == "cover" else min)(area[0] / width, area[1] / height)
    if fit == "scale-down":
        scale = min(scale, 1.0)
    return width * scale, height * scale
