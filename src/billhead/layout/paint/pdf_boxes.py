"""Boxes for characters that no font has: shapes, since PDF/A forbids to show `.notdef` as text."""

from __future__ import annotations

from billhead.layout.frames import TextLine
from billhead.layout.paint.pdf_images import path_operators
from billhead.layout.paint.pdf_objects import number
from billhead.layout.path_data import parse_path
from billhead.layout.text.shaping import NOTDEF

MOST_SEGMENTS = 200
"""A box more detailed than that is left out."""


def missing_boxes(line: TextLine) -> list[str]:
    """The operators that draw the box of each character without a glyph, where the line leaves a gap for it."""
    out: list[str] = []
    scale, x = line.size / 1000, line.x
    for word in line.words:
        for run in word.runs:
            own = run.face.advance
            placements = run.placements or [(0.0, 0.0, own(glyph)) for glyph in run.glyphs]
            for glyph, (dx, dy, advance) in zip(run.glyphs, placements, strict=True):
                if glyph == NOTDEF and (shape := _shape(run.face.outline(NOTDEF))):
                    place = f"{number(x + dx * scale)} {number(line.y - dy * scale)}"
                    out.append(f"q {scale:.6f} 0 0 {scale:.6f} {place} cm {shape} f Q")
                x += advance * scale
        if word.text == " ":
            x += line.word_spacing
    return out


def _shape(outline: str) -> str:
    try:
        return path_operators(parse_path(outline, MOST_SEGMENTS))
    except ValueError:
        return ""
