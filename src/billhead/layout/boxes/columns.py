"""Column widths by automatic table layout (CSS Tables Level 3, "Computing column measures" and "Distribution")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

WIDEST = 100_000.0
"""px that a table asks for when its columns with percentages leave nothing to the others."""


class Wish(NamedTuple):
    """What a cell asks for, in border-box px; `share` is a percentage as 0..1, `fixed` says that a width is given."""

    least: float
    greatest: float
    share: float | None = None
    fixed: bool = False


@dataclass(slots=True)
class Column:
    """What the cells of a column ask for together. No cell begins in an `empty` column; it takes no room."""

    least: float = 0.0
    greatest: float = 0.0
    share: float | None = None
    fixed: bool = False
    empty: bool = True

    def encompass(self, wish: Wish) -> None:
        """Takes one more cell into account; a given width counts before the content's wish."""
        self.empty = False
        self.least = max(self.least, wish.least)
        if wish.fixed and not self.fixed:
            self.greatest = wish.greatest
            self.fixed = True
        elif wish.fixed or not self.fixed:
            self.greatest = max(self.greatest, wish.greatest)
        self.greatest = max(self.greatest, self.least)
        if wish.share is not None:
            self.share = max(self.share or 0.0, wish.share)

    @property
    def automatic(self) -> bool:
        """Whether only content decides."""
        return self.share is None and not self.fixed and not self.empty


def encompass_span(columns: Sequence[Column], wish: Wish) -> None:
    """Spreads what a spanning cell needs over its columns as a table of that width would."""
    if wish.share is not None:
        _share_out(columns, wish.share)
    for column, size in zip(columns, distribute(columns, wish.least), strict=True):
        column.least = max(column.least, size)
        column.greatest = max(column.greatest, size)
    for column, size in zip(columns, distribute(columns, wish.greatest, wish.fixed), strict=True):
        column.greatest = max(column.greatest, size)


def _share_out(columns: Sequence[Column], share: float) -> None:
    """A spanning cell's percentage beyond those of its columns goes to the columns without one."""
    surplus = share - sum([column.share or 0.0 for column in columns])
    without = [column for column in columns if column.share is None and not column.empty]
    if surplus <= 0 or not without:
        return
    whole = sum([column.greatest for column in without])
    for column in without:
        column.share = surplus * (column.greatest / whole if whole else 1 / len(without))


def table_widths(columns: Sequence[Column], scaled: bool = True) -> tuple[float, float]:
    """Least and greatest width of all columns together. `scaled`: wide enough for its columns to have their
    percentages of it; not so in a flex or grid container."""
    least = sum([column.least for column in columns])
    greatest = sum([column.greatest for column in columns])
    if scaled and any(column.share for column in columns):
        greatest = max(greatest, _width_for_shares(columns))
    return least, max(greatest, least)


def _width_for_shares(columns: Sequence[Column]) -> float:
    wanted = shares = 0.0
    for column in columns:
        share = min(column.share or 0.0, 1.0 - shares)
        shares += share
        if share > 0:
            wanted = max(wanted, column.greatest / share)
    others = sum([column.greatest for column in columns if not column.share])
    if others:
        wanted = max(wanted, others / (1.0 - shares) if shares < 1 else WIDEST)
    return min(wanted, WIDEST)


def distribute(columns: Sequence[Column], target: float, grow_fixed: bool = True) -> list[float]:
    """The used widths for columns that have `target` px together, but no column less than its least.

    What no column asks for goes to automatic columns, else with `grow_fixed` to fixed ones, else to percentages.
    """
    guesses = _guesses(columns, target)
    if target <= sum(guesses[0]):
        return guesses[0]
    for lower, upper in pairwise(guesses):
        low, high = sum(lower), sum(upper)
        if low <= target < high:
            part = (target - low) / (high - low)
            return [a + (b - a) * part for a, b in zip(lower, upper, strict=True)]
    widths = guesses[-1]
    excess = target - sum(widths)
    weights = _excess_weights(columns, grow_fixed)
    whole = sum(weights)
    if excess <= 0 or not whole:
        return widths
    return [width + excess * weight / whole for width, weight in zip(widths, weights, strict=True)]


def _guesses(columns: Sequence[Column], target: float) -> list[list[float]]:
    """Least widths, then with percentages granted, then with given widths, then with every wish."""
    left = 1.0
    shared: list[float | None] = []
    for column in columns:
        if column.share is None:
            shared.append(None)
            continue
        share = min(column.share, left)
        left -= share
        shared.append(max(share * target, column.least))
    least = [column.least for column in columns]
    with_shares = [column.least if wish is None else wish for column, wish in zip(columns, shared, strict=True)]
    with_fixed = [
        column.greatest if wish is None and column.fixed else size
        for column, wish, size in zip(columns, shared, with_shares, strict=True)
    ]
    greatest = [column.greatest if wish is None else wish for column, wish in zip(columns, shared, strict=True)]
    return [least, with_shares, with_fixed, greatest]


def _excess_weights(columns: Sequence[Column], grow_fixed: bool) -> list[float]:
    """Who takes what is left over, in proportion to what: all alike where nobody has a wish."""
    automatic = [column.automatic for column in columns]
    fixed = [column.fixed and column.share is None for column in columns]
    if any(automatic):
        takers, weights = automatic, [column.greatest for column in columns]
    elif grow_fixed and any(fixed):
        takers, weights = fixed, [column.greatest for column in columns]
    else:
        takers, weights = [column.share is not None for column in columns], [column.share or 0.0 for column in columns]
    chosen = [weight if takes else 0.0 for takes, weight in zip(takers, weights, strict=True)]
    return chosen if any(chosen) else [float(takes) for takes in takers]
