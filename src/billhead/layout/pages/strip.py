"""The endless strip: items at their places, what must not be torn, tables whose heads repeat.

In: the laid-out box tree. Out: a `Strip`, everything in px from the strip's top left corner, in painting order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from billhead.layout.document import Box
from billhead.layout.frames import Item, Tag


class Entry(NamedTuple):
    """An item with the part of the strip it covers. `sliced` items go on over a cut; others are moved whole."""

    item: Item
    top: float
    bottom: float
    sliced: bool


class Atom(NamedTuple):
    """A stretch that should stay on one page; `soft` ones give way when there is no other place to cut."""

    top: float
    bottom: float
    soft: bool


@dataclass(slots=True)
class TableRegion:
    """A table's body on the strip, and its head to repeat: entries as they stand at `head_top`."""

    body_top: float
    body_bottom: float
    head_top: float
    head_height: float
    head: list[Entry]


@dataclass(slots=True)
class Heading:
    """A heading for the outline."""

    title: str
    level: int
    y: float


@dataclass(slots=True)
class Strip:
    """Everything that pages are made of."""

    entries: list[Entry] = field(default_factory=list)
    atoms: list[Atom] = field(default_factory=list)
    boxes: list[tuple[float, float]] = field(default_factory=list)
    tables: list[TableRegion] = field(default_factory=list)
    page_starts: list[float] = field(default_factory=list)
    keep_with_next: list[tuple[float, float]] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    structure: Tag = field(default_factory=lambda: Tag("Document"))
    root: Box | None = None
