"""Where pages end: the lowest place that tears nothing, page by page, and the heads that each page repeats."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from billhead.layout.errors import LimitExceeded
from billhead.layout.pages.strip import Atom, Strip, TableRegion

MOST_PAGES = 5_000
TOLERANCE = 0.01


@dataclass(slots=True)
class Slice:
    """The part of the strip from `start` to `end` that one page shows, under the table heads it repeats."""

    start: float
    end: float
    heads: list[TableRegion] = field(default_factory=list)

    @property
    def reserved(self) -> float:
        """The height that repeated heads take from the page."""
        return max([region.head_height for region in self.heads], default=0.0)


class Cutter:
    """Cuts one strip for pages with `room` px each."""

    def __init__(self, strip: Strip, room: float) -> None:
        self.strip = strip
        self.room = room
        atoms = [atom for atom in strip.atoms if atom.bottom - atom.top <= room + TOLERANCE]
        hard = [Atom(top, min(bottom, top + room), False) for top, bottom, soft in strip.atoms
                if not soft and bottom - top > room + TOLERANCE]  # fmt: skip
        self.atoms = sorted([*atoms, *hard, *self._kept_with_next(atoms)])
        self.tops = sorted([atom.top for atom in self.atoms] + [top for top, _ in strip.boxes])
        self.keys = [atom.top for atom in self.atoms]
        self.end = max([entry.bottom for entry in strip.entries], default=0.0)

    def _kept_with_next(self, atoms: list[Atom]) -> list[Atom]:
        """The last atom of a heading, or of whatever is kept so, stays with the first atom that begins after it."""
        joined = []
        ordered = sorted(atoms)
        keys = [atom.top for atom in ordered]
        for top, bottom in self.strip.keep_with_next:
            at = bisect_left(keys, bottom - TOLERANCE)
            top = max(top, next((a.top for a in reversed(ordered[:at][-8:]) if a.bottom <= bottom + TOLERANCE), top))
            if at < len(ordered):
                following = min(atom.bottom for atom in ordered[at : at + 8] if atom.top <= ordered[at].top + 1)
                if following - top <= self.room:
                    joined.append(Atom(top, following, True))
        return joined

    def cut(self) -> list[Slice]:
        """The slices, in order; at least one."""
        forced = sorted({start for start in self.strip.page_starts if 0 < start < self.end - TOLERANCE})
        start = 0.0
        slices = [Slice(0.0, 0.0)]
        while True:
            current = slices[-1]
            limit = start + self.room - current.reserved
            breaks = bisect_right(forced, start + TOLERANCE)
            wanted = forced[breaks] if breaks < len(forced) else self.end
            if wanted <= limit + TOLERANCE:
                current.end = wanted
                if wanted >= self.end:
                    return slices
            else:
                current.end = self._place(start, limit)
            start = self._next_start(current.end)
            if start >= self.end - TOLERANCE:
                current.end = self.end
                return slices
            if len(slices) >= MOST_PAGES:
                raise LimitExceeded(f"A document may have {MOST_PAGES} pages")
            slices.append(Slice(start, start, self._heads(start)))

    def _place(self, start: float, limit: float) -> float:
        for soft_too in (True, False):
            y = self._descend(start, limit, soft_too)
            if y > start + TOLERANCE:
                return y
        return limit

    def _descend(self, start: float, limit: float, soft_too: bool) -> float:
        """The lowest y up to `limit` that lies inside no atom."""
        y = limit
        while y > start:
            crossed = y
            for at in range(bisect_left(self.keys, y - TOLERANCE) - 1, -1, -1):
                top, bottom, soft = self.atoms[at]
                if top < y - self.room - 1:
                    break
                if bottom > y + TOLERANCE and (soft_too or not soft):
                    crossed = min(crossed, top)
            if crossed >= y:
                return y
            y = crossed
        return start

    def _next_start(self, end: float) -> float:
        """White space at a cut is dropped, unless a decorated box goes on over it."""
        at = bisect_left(self.tops, end - TOLERANCE)
        following = self.tops[at] if at < len(self.tops) else self.end
        for top, bottom in self.strip.boxes:
            if top < end - TOLERANCE and bottom > end + TOLERANCE:
                return end
        return max(following, end)

    def _heads(self, start: float) -> list[TableRegion]:
        return [
            region
            for region in self.strip.tables
            if region.body_top + TOLERANCE < start < region.body_bottom - TOLERANCE
        ]
