"""Paragraphs: least and greatest width, and lines for a width. Widths are px."""

from __future__ import annotations

import re
from math import ceil
from typing import NamedTuple

from billhead.layout.document import Direction
from billhead.layout.style import Style
from billhead.layout.text.shaping import SOFT_HYPHEN, ShapedWord, Shaper
from billhead.layout.text.sizes import advance_scale
from billhead.layout.text.unicode import (
    break_opportunities,
    cluster_boundaries,
    collapse_spaces,
    needs_bidi,
    paragraph_direction,
    visual_runs,
)

STEP = 1 / 64
"""px: browsers cut the room for a line to a multiple of this, and let a line be longer by one."""

WIDEST = 1e7

_WORDS = re.compile("( )")


class Line(NamedTuple):
    """One line: words and spaces from left to right, its advance in px, its text in logical order.

    `last` marks a line that ends its paragraph, which `justify` leaves alone. `tail` is the space at which the line
    was broken: it takes no room, but parts this line's last word from the next line's first for those who read.
    """

    words: tuple[ShapedWord, ...]
    width: float
    text: str
    last: bool
    tail: ShapedWord | None = None


class _Segment(NamedTuple):
    """What cannot be broken: text[start:end] with trailing spaces; widths in px without and with them.

    `hyphen` is what it is wider by when a line ends after it, at a soft hyphen; `onward` is its width with what follows
    up to where a line may end without one.
    """

    start: int
    end: int
    bare: float
    full: float
    hyphen: float
    onward: float


class Paragraph:
    """One paragraph of text in one style."""

    __slots__ = ("_lines", "_minimum", "_segments", "hard_lines", "max_content", "rtl", "scale", "shaper", "style")

    def __init__(self, text: str, style: Style, shaper: Shaper, direction: Direction) -> None:
        self.style = style
        self.shaper = shaper
        self.scale = advance_scale(style.font_size, shaper.primary.units)
        self.hard_lines = collapse_spaces(text, style.white_space)
        self.rtl = paragraph_direction(text, direction) == "rtl"
        self.max_content = max([self._width(line) for line in self.hard_lines])
        self._minimum: float | None = None
        self._segments: dict[str, list[_Segment]] = {}
        self._lines: tuple[float, list[Line]] | None = None

    @property
    def empty(self) -> bool:
        """Whether it has no line at all: CSS makes no line box of nothing."""
        return self.hard_lines == [""]

    def min_content(self) -> float:
        """The width of the longest part that cannot be broken."""
        if self._minimum is None:
            style = self.style
            if style.white_space == "nowrap":
                self._minimum = self.max_content
            elif style.overflow_wrap == "anywhere":
                self._minimum = max([self._widest_cluster(line) for line in self.hard_lines])
            else:
                self._minimum = max([self._longest_part(line) for line in self.hard_lines])
        return self._minimum

    def _longest_part(self, text: str) -> float:
        """The width of the longest part of a hard line. As browsers reckon it, a hyphen between digits that stands in
        a run of its own (dates after Arabic letters) is no place to break, although lines are broken there."""
        segments = self._segments_of(text)
        if "-" not in text or not needs_bidi(text, self.rtl):
            return max([segment.bare for segment in segments], default=0.0)
        starts = {run.start for run in visual_runs(text, self.rtl, 0, len(text))}
        longest = used = 0.0
        for segment in segments:
            longest = max(longest, used + segment.bare)
            end = segment.end
            joined = end < len(text) and text[end - 1] == "-" and text[end].isdigit() and end - 1 in starts
            used = used + segment.full if joined else 0.0
        return longest

    def lines(self, width: float) -> list[Line]:
        """The lines for a box of `width` px, greedily filled."""
        if self._lines is not None and self._lines[0] == width:
            return self._lines[1]
        result: list[Line] = []
        room = (min(width, WIDEST) + 1e-6) // STEP * STEP + STEP + 1e-6
        if not self.empty:
            for text in self.hard_lines:
                if result:
                    result[-1] = result[-1]._replace(tail=self.shaper.space)
                self._fill(text, room, result)
        self._lines = width, result
        return result

    def _width(self, text: str) -> float:
        if needs_bidi(text, self.rtl):
            return self._words(text, 0, len(text))[1]
        return self.shaper.left_to_right(text)[1] * self.scale

    def _fill(self, text: str, room: float, result: list[Line]) -> None:
        whole = self._width(text)
        if whole <= room or self.style.white_space == "nowrap":
            result.append(self._line(text, 0, len(text), True))
            return
        breakable = self.style.overflow_wrap != "normal"
        start, used = 0, 0.0
        waiting = iter(self._segments_of(text))
        for segment in waiting:
            needed = segment.bare
            if segment.hyphen and used + segment.onward > room:
                needed += segment.hyphen
            if used + needed > room:
                if segment.start > start:
                    result.append(self._line(text, start, segment.start, False))
                    start, used = segment.start, 0.0
                if breakable and segment.bare > room:
                    start, used = self._break_word(text, segment, room, result)
                    # A hyphen that begins a line is taken for a minus sign: its number stays with it.
                    while text[start : segment.end] == "-" and text[segment.end : segment.end + 1].isdigit():
                        after = next(waiting)
                        bare, full = used + after.bare, used + after.full
                        segment = _Segment(start, after.end, bare, full, after.hyphen, after.onward)
                        start, used = self._break_word(text, segment, room, result)
                    continue
            used += segment.full
        result.append(self._line(text, start, len(text), True))

    def _break_word(self, text: str, segment: _Segment, room: float, result: list[Line]) -> tuple[int, float]:
        """Cuts a part that is wider than the line between clusters; gives the start and width of what remains."""
        bare = text[segment.start : segment.end].rstrip(" ")
        advances = self._advances(text, segment.start, segment.start + len(bare))
        ends = [0, *cluster_boundaries(bare)]
        first, used = 0, 0.0
        at = 1
        while at < len(ends):
            advance = sum(advances[ends[at - 1] : ends[at]])
            if used + advance > room and at - 1 > first:
                at -= 1
                # Without the next letter the last one can be wider.
                while at - 1 > first and self._width(bare[ends[first] : ends[at]]) > room:
                    at -= 1
                start, end = segment.start + ends[first], segment.start + ends[at]
                result.append(self._line(text, start, end, False))
                first, used = at, 0.0
            else:
                used += advance
            at += 1
        return segment.start + ends[first], used + segment.full - segment.bare

    def _advances(self, text: str, start: int, end: int) -> list[float]:
        """What each character of text[start:end], a part without spaces, adds to its width, in px; a ligature or
        cluster counts at its first one."""
        if needs_bidi(text, self.rtl):
            runs = sorted(visual_runs(text, self.rtl, start, end))
            words = [self.shaper.word(text[run.start : run.end], run.rtl) for run in runs]
        else:
            words = [self.shaper.word(text[start:end])]
        advances: list[float] = []
        for word in words:
            advances += word.advances()
        return [advance * self.scale for advance in advances]

    def _segments_of(self, text: str) -> list[_Segment]:
        segments = self._segments.get(text)
        if segments is None:
            segments = []
            start, space = 0, self.shaper.space.advance * self.scale
            for end in break_opportunities(text) if text else ():
                piece = text[start:end]
                bare = piece.rstrip(" ")
                width = self._width(bare) if bare else 0.0
                hyphen = self.shaper.hyphen.advance * self.scale if bare.endswith(SOFT_HYPHEN) else 0.0
                full = width + (len(piece) - len(bare)) * space
                segments.append(_Segment(start, end, width, full, hyphen, width))
                start = end
            for at in range(len(segments) - 2, -1, -1):
                if segments[at].hyphen:
                    segments[at] = segments[at]._replace(onward=segments[at].bare + segments[at + 1].onward)
            self._segments[text] = segments
        return segments

    def _widest_cluster(self, text: str) -> float:
        widest, before = 0.0, 0
        for after in cluster_boundaries(text) if text else ():
            widest = max(widest, self._width(text[before:after]))
            before = after
        return widest

    def _line(self, text: str, start: int, end: int, last: bool) -> Line:
        tail = self.shaper.space if not last and end > start and text[end - 1] == " " else None
        if self.style.white_space != "pre-wrap" or not last:
            while end > start and text[end - 1] == " ":
                end -= 1
        part = text[start:end]
        if not last and tail is None and part.endswith(SOFT_HYPHEN):
            return self._hyphenated(text, start, end)
        words, width = self._words(text, start, end)
        return Line(words, width, part, last, tail)

    def _hyphenated(self, text: str, start: int, end: int) -> Line:
        """A line that ends at a soft hyphen, which only there is to be seen."""
        words, width = self._words(text, start, end - 1)
        hyphen = self.shaper.hyphen
        words = (hyphen, *words) if self.rtl else (*words, hyphen)
        return Line(words, width + hyphen.advance * self.scale, text[start:end], False)

    def _words(self, text: str, start: int, end: int) -> tuple[tuple[ShapedWord, ...], float]:
        """Words and spaces of text[start:end] from left to right, and their width in px: of a bidirectional text the
        sum of its runs', each rounded up to 1/64 as browsers do."""
        if needs_bidi(text, self.rtl):
            whole = start == 0 and end == len(text)
            kept = self.shaper.visual_lines.get((text, self.rtl)) if whole else None
            if kept is None:
                kept = self._visual_words(text, start, end)
                if whole:
                    self.shaper.keep_visual_line(text, self.rtl, *kept)
            words, advances = kept
            return words, sum([ceil(advance * self.scale / STEP - 1e-6) for advance in advances]) * STEP
        words, advance = self.shaper.left_to_right(text[start:end])
        return words, advance * self.scale

    def _visual_words(self, text: str, start: int, end: int) -> tuple[tuple[ShapedWord, ...], tuple[float, ...]]:
        """Words from left to right, and the advance of each run in thousandths of the em."""
        word = self.shaper.word
        words: list[ShapedWord] = []
        advances = []
        for run in visual_runs(text, self.rtl, start, end):
            parts = [part for part in _WORDS.split(text[run.start : run.end]) if part]
            if run.rtl:
                parts.reverse()
            found = [self.shaper.space if part == " " else word(part, run.rtl) for part in parts]
            words += found
            advances.append(sum([word.advance for word in found]))
        return tuple(words), tuple(advances)
