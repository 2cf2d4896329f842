"""The size at which text is drawn: what browsers make of a computed font size, in px."""

from __future__ import annotations

import math
import struct
from functools import lru_cache

STEPS = (100, 64)
"""Parts of a px that a size is cut to, one after the other: Chromium keeps a font per hundredth of a px, and its
rasteriser scales glyphs by 1/64 px."""


@lru_cache(maxsize=1024)
def drawn_size(size: float) -> float:
    """The size of glyphs in text of this computed font size. Line heights and `em` count the computed one."""
    for steps in STEPS:
        size = _single(math.floor(_single(_single(size) * steps)) / steps)
    return size


@lru_cache(maxsize=1024)
def advance_scale(size: float, units: int) -> float:
    """px for a thousandth of an em of a face with so many units to the em: rasterisers scale by 16.16 numbers."""
    step = round(drawn_size(size) * 64 * 65536 / units) / 65536 / 64
    return step * units / 1000


def _single(value: float) -> float:
    """The nearest number of single precision, in which browsers reckon: 16.8 is cut to 16.79."""
    return float(struct.unpack("f", struct.pack("f", value))[0])
