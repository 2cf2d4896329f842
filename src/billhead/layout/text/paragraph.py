"""Paragraphs: least and greatest width, and lines for a width. Widths are px."""

from __future__ import annotations

import re
from typing import NamedTuple

from billhead.layout.document import Direction
from billhead.layout.style import Style
from billhead.layout.text.shaping import ShapedWord, Shaper
from billhead.layout.text.unicode import (
    break_opportunities,
    cluster_boundaries,
    collapse_spaces,
    needs_bidi,
    paragraph_direction,
    visual_runs,
)

SLACK = 0.02
"""px by which a line may be longer than its box: sizes are sums of floats."""

_WORDS = re.compile("( )")


class Line(NamedTuple):
    """One line: words and spaces from left to right, its advance in px, its text in logical order.

    `last` marks a line that ends its paragraph, which `justify` leaves alone.
    """

    words: tuple[ShapedWord, ...]
    width: float
    text: str
    last: bool


class _Segment(NamedTuple):
    """What cannot be broken: text[start:end] with trailing spaces; widths in px without and with them."""

    start: int
    end: int
    bare: float
    full: float


class Paragraph:
    """One paragraph of text in one style."""

    __slots__ = ("_lines", "_minimum", "_segments", "hard_lines", "max_content", "rtl", "scale", "shaper", "style")

    def __init__(self, text: str, style: Style, shaper: Shaper, direction: Direction) -> None:
        self.style = style
        self.shaper = shaper
        self.scale = style.font_size / 1000
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
                segments = [segment for line in self.hard_lines for segment in self._segments_of(line)]
                self._minimum = max([segment.bare for segment in segments], default=0.0)
        return self._minimum

    def lines(self, width: float) -> list[Line]:
        """The lines for a box of `width` px, greedily filled."""
        if self._lines is not None and self._lines[0] == width:
            return self._lines[1]
        result: list[Line] = []
        if not self.empty:
            for text in self.hard_lines:
                self._fill(text, width, result)
        self._lines = width, result
        return result

    def _width(self, text: str) -> float:
        if needs_bidi(text, self.rtl):
            return sum([word.advance for word in self._visual_words(text, 0, len(text))]) * self.scale
        return self.shaper.left_to_right(text)[1] * self.scale

    def _fill(self, text: str, width: float, result: list[Line]) -> None:
        whole = self._width(text)
        if whole <= width + SLACK or self.style.white_space == "nowrap":
            result.append(self._line(text, 0, len(text), True))
            return
        breakable = self.style.overflow_wrap != "normal"
        start, used = 0, 0.0
        for segment in self._segments_of(text):
            if used + segment.bare > width + SLACK:
                if segment.start > start:
                    result.append(self._line(text, start, segment.start, False))
                    start, used = segment.start, 0.0
                if breakable and segment.bare > width + SLACK:
                    start, used = self._break_word(text, segment, width, result)
                    continue
            used += segment.full
        result.append(self._line(text, start, len(text), True))

    def _break_word(self, text: str, segment: _Segment, width: float, result: list[Line]) -> tuple[int, float]:
        """Cuts a part that is wider than the line between clusters; gives the start and width of what remains."""
        piece = text[segment.start : segment.end]
        bare = piece.rstrip(" ")
        start, used = segment.start, 0.0
        before = 0
        for after in cluster_boundaries(bare):
            advance = self._width(bare[before:after])
            if used + advance > width + SLACK and segment.start + before > start:
                result.append(self._line(text, start, segment.start + before, False))
                start, used = segment.start + before, 0.0
            used += advance
            before = after
        return start, used + segment.full - segment.bare

    def _segments_of(self, text: str) -> list[_Segment]:
        segments = self._segments.get(text)
        if segments is None:
            segments = []
            start, space = 0, self.shaper.space.advance * self.scale
            for end in break_opportunities(text) if text else ():
                piece = text[start:end]
                bare = piece.rstrip(" ")
                width = self._width(bare) if bare else 0.0
                segments.append(_Segment(start, end, width, width + (len(piece) - len(bare)) * space))
                start = end
            self._segments[text] = segments
        return segments

    def _widest_cluster(self, text: str) -> float:
        widest, before = 0.0, 0
        for after in cluster_boundaries(text) if text else ():
            widest = max(widest, self._width(text[before:after]))
            before = after
        return widest

    def _line(self, text: str, start: int, end: int, last: bool) -> Line:
        if self.style.white_space != "pre-wrap" or not last:
            while end > start and text[end - 1] == " ":
                end -= 1
        part = text[start:end]
        if needs_bidi(text, self.rtl):
            words = tuple(self._visual_words(text, start, end))
            advance = sum([word.advance for word in words])
        else:
            words, advance = self.shaper.left_to_right(part)
        return Line(words, advance * self.scale, part, last)

    def _visual_words(self, text: str, start: int, end: int) -> list[ShapedWord]:
        word = self.shaper.word
        words: list[ShapedWord] = []
        for run in visual_runs(text, self.rtl, start, end):
            parts = [part for part in _WORDS.split(text[run.start : run.end]) if part]
            if run.rtl:
                parts.reverse()
            words += [self.shaper.space if part == " " else word(part, run.rtl) for part in parts]
        return words
