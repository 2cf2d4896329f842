"""Line boxes: heights and baselines of a paragraph's lines (CSS 2.2 §10.8). Ascent and descent are whole px."""

from __future__ import annotations

import math
from functools import lru_cache

from billhead.layout.fonts import Face
from billhead.layout.style import Percent, Style
from billhead.layout.text import Line, Paragraph, drawn_size

STEP = 1 / 64
EPSILON = 1e-6


@lru_cache(maxsize=4096)
def face_metrics(face: Face, size: float) -> tuple[float, float, float]:
    """Ascent, descent and line gap in px at a computed font size, the first two rounded as browsers do."""
    size = drawn_size(size)
    ascent = math.floor(face.ascent * size / 1000 + 0.5)
    descent = math.floor(face.descent * size / 1000 + 0.5)
    return float(ascent), float(descent), face.line_gap * size / 1000


def line_height(style: Style) -> float | None:
    """The line height in px, cut to 1/64 as browsers do; None for `normal`."""
    height = style.line_height
    if isinstance(height, Percent):
        return (height.px + EPSILON) // STEP * STEP
    return None if height is None else (height * style.font_size + EPSILON) // STEP * STEP


def extent(line: Line, style: Style, paragraph: Paragraph) -> tuple[float, float]:
    """Height of the line box above and below its baseline."""
    height = line_height(style)
    primary = paragraph.shaper.primary
    ascent, descent, gap = face_metrics(primary, style.font_size)
    if height is not None:
        above = ascent + math.floor((height - ascent - descent) / 2)
        return above, height - above
    above, below = ascent + gap / 2, descent + gap / 2
    for face in {run.face for word in line.words for run in word.runs} - {primary}:
        ascent, descent, gap = face_metrics(face, style.font_size)
        above, below = max(above, ascent + gap / 2), max(below, descent + gap / 2)
    return above, below


def height_of_lines(lines: list[Line], style: Style, paragraph: Paragraph | None) -> float:
    """The height of a paragraph's lines together."""
    height = line_height(style)
    if height is not None or paragraph is None:
        return len(lines) * (height or 0.0)
    return sum([sum(extent(line, style, paragraph)) for line in lines])


def baseline_of_first(lines: list[Line], style: Style, paragraph: Paragraph) -> float:
    """The first baseline below the top of the paragraph."""
    return extent(lines[0], style, paragraph)[0]
