"""Column widths by automatic table layout (CSS Tables Level 3, "Computing column measures" and "Distribution")."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(slots=True)
class Column:
    """What the cells of a column ask for, in border-box px; `share` is a percentage as 0..1."""

    least: float = 0.0
    greatest: float = 0.0
    share: float | None = None
    fixed: bool = False

    def encompass(self, least: float, greatest: float, share: float | None, fixed: bool) -> None:
        """Takes one more cell into account; a given width counts before the content's wish."""
        self.least = max(self.least, least)
        if fixed and not self.fixed:
            self.greatest = greatest
            self.fixed = True
        elif fixed or not self.fixed:
            self.greatest = max(self.greatest, greatest)
        self.greatest = max(self.greatest, self.least)
        if share is not None:
            self.share = max(self.share or 0.0, share)


def encompass_span(columns: list[Column], least: float, greatest: float) -> None:
    """Spreads what a spanning cell needs beyond its columns' wishes, in proportion to these."""
    _grow(columns, least, "least")
    _grow(columns, greatest, "greatest")
    for column in columns:
        column.greatest = max(column.greatest, column.least)


def _grow(columns: list[Column], wanted: float, measure: str) -> None:
    present = [float(getattr(column, measure)) for column in columns]
    missing = wanted - sum(present)
    if missing <= 0:
        return
    free = [number for number, column in enumerate(columns) if not column.fixed and column.share is None]
    chosen = free or list(range(len(columns)))
    weights = [columns[number].greatest for number in chosen]
    whole = sum(weights)
    for number, weight in zip(chosen, weights, strict=True):
        part = weight / whole if whole else 1 / len(chosen)
        setattr(columns[number], measure, present[number] + missing * part)


def table_widths(columns: list[Column]) -> tuple[float, float]:
    """Least and greatest width of all columns together."""
    least = sum([column.least for column in columns])
    greatest = sum([column.greatest for column in columns])
    shares = 0.0
    for column in columns:
        if column.share:
            share = min(column.share, max(1.0 - shares, 0.0))
            shares += share
            if share > 0:
                greatest = max(greatest, column.greatest / share)
    others = sum([column.greatest for column in columns if column.share is None])
    if shares and others:
        greatest = max(greatest, others / max(1.0 - shares, 0.01))
    return least, max(greatest, least)


def distribute(columns: list[Column], target: float) -> list[float]:
    """The used widths for a table whose columns have `target` px together."""
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
    if excess <= 0:
        return widths
    weights = _excess_weights(columns, widths)
    whole = sum(weights)
    return [width + excess * weight / whole for width, weight in zip(widths, weights, strict=True)]


def _guesses(columns: list[Column], target: float) -> list[list[float]]:
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


def _excess_weights(columns: list[Column], widths: list[float]) -> list[float]:
    """Who takes what is left over: automatic columns, else fixed ones, else those with a percentage."""
    automatic = [column.greatest if column.share is None and not column.fixed else 0.0 for column in columns]
    if any(automatic):
        return automatic
    empty = [1.0 if column.share is None and not column.fixed else 0.0 for column in columns]
    fixed = [width if column.fixed and column.share is None else 0.0
             for column, width in zip(columns, widths, strict=True)]  # fmt: skip
    if any(fixed):
        return fixed
    if any(empty) and not any(column.share for column in columns):
        return empty
    shares = [column.share or 0.0 for column in columns]
    return shares if any(shares) else [1.0] * len(columns)
