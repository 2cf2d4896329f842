"""Style: CSS declarations as JSON in, one typed computed style per node out.

`parse_declaration` turns a declaration of the template format into typed longhands and a list of problems;
`compute_style` cascades typed declarations over the parent's style and gives a `Style`: every property present,
every length in CSS px or a percentage. `css_text` prints a `Style` back, for HTML.
"""

from billhead.layout.style.cascade import compute_style, root_style
from billhead.layout.style.declarations import (
    PROPERTIES_VERSION_1,
    PROPERTIES_VERSION_1_EXTENDED,
    PROPERTIES_VERSION_2,
    Declaration,
    StyleProblem,
    parse_declaration,
)
from billhead.layout.style.emission import css_text
from billhead.layout.style.model import INHERITED, Edges, Style
from billhead.layout.style.values import Color, Percent, Track

__all__ = [
    "INHERITED",
    "PROPERTIES_VERSION_1",
    "PROPERTIES_VERSION_1_EXTENDED",
    "PROPERTIES_VERSION_2",
    "Color",
    "Declaration",
    "Edges",
    "Percent",
    "Style",
    "StyleProblem",
    "Track",
    "compute_style",
    "css_text",
    "parse_declaration",
    "root_style",
]
