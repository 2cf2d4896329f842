"""Text: strings in, shaped and broken lines out. Shaping by HarfBuzz, line breaks and bidi by ICU."""

from billhead.layout.text.paragraph import Line, Paragraph
from billhead.layout.text.shaping import GlyphRun, ShapedWord, Shaper
from billhead.layout.text.sizes import advance_scale, drawn_size
from billhead.layout.text.unicode import paragraph_direction

__all__ = [
    "GlyphRun",
    "Line",
    "Paragraph",
    "ShapedWord",
    "Shaper",
    "advance_scale",
    "drawn_size",
    "paragraph_direction",
]
