"""Typed CSS values. Lengths are floats in CSS px (96 to the inch) once computed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Auto(Enum):
    """The keyword `auto` (and `none` for maxima): the layout decides."""

    AUTO = "auto"


AUTO = Auto.AUTO


class Percent(NamedTuple):
    """A share of the containing block plus a fixed part in px: `calc(50% - 8px)` is Percent(0.5, -8)."""

    ratio: float
    px: float = 0.0

    def of(self, basis: float) -> float:
        """The used length in px for a containing block of `basis` px."""
        return self.ratio * basis + self.px


class Relative(NamedTuple):
    """A length not yet computed: em (of the element), rem (of the root), with a fixed part."""

    em: float = 0.0
    rem: float = 0.0
    px: float = 0.0
    percent: float = 0.0


LengthValue = float | Percent
Size = float | Percent | Auto
ParsedSize = float | Percent | Relative | Auto


class Color(NamedTuple):
    """sRGB: red, green, blue 0..255 and alpha 0..1."""

    red: int
    green: int
    blue: int
    alpha: float = 1.0

    def css(self) -> str:
        """The colour as CSS text."""
        if self.alpha >= 1:
            return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"
        return f"rgba({self.red},{self.green},{self.blue},{self.alpha:.4g})"


class CurrentColor(Enum):
    """The keyword `currentcolor`, resolved by the cascade."""

    CURRENT = "currentcolor"


CURRENT = CurrentColor.CURRENT


class ContentSize(Enum):
    """Sizes that come from the content."""

    MIN = "min-content"
    MAX = "max-content"


TrackSize = float | Percent | Auto | ContentSize


@dataclass(frozen=True, slots=True)
class Track:
    """One grid track: its least size, its greatest size, or a share (`fr`) of what is left."""

    minimum: TrackSize | Relative = AUTO
    maximum: TrackSize | Relative = AUTO
    fraction: float = 0.0


@dataclass(frozen=True, slots=True)
class RepeatToFit:
    """`repeat(auto-fill | auto-fit, tracks)`: as many as the container holds."""

    tracks: tuple[Track, ...]
    collapse_empty: bool


TrackList = tuple[Track | RepeatToFit, ...]


class GridLine(NamedTuple):
    """A placement on one axis: a 1-based line (negative from the end, None for auto) and a span."""

    start: int | None = None
    span: int = 1
