"""Boxes: a document tree in, every box at its place on one endless strip out.

Flexbox (CSS Flexible Box Layout §9), grid, block flow with collapsing margins, absolute position and automatic table
layout, over small working objects. Everything is px; nothing is rounded.
"""

from billhead.layout.boxes.build import Shapers, TreeBuilder, build_strip
from billhead.layout.boxes.tree import Flow, LayoutBox

__all__ = ["Flow", "LayoutBox", "Shapers", "TreeBuilder", "build_strip"]
