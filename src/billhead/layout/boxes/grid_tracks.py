"""Grid track sizing (CSS Grid Layout Level 2 §12): fixed, fr, auto, minmax() and repeated tracks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from math import ceil

from billhead.layout.boxes.grid_placement import Placed
from billhead.layout.boxes.sizing import INFINITE
from billhead.layout.style.values import (
    AUTO,
    Auto,
    ContentSize,
    Percent,
    Relative,
    RepeatToFit,
    Track,
    TrackList,
    TrackSize,
)


class Wish(Enum):
    """What an item asks of its tracks along the axis, margins included (§6.6, §12.5)."""

    MINIMUM = "the size below which it must not fall"
    LEAST = "min-content"
    GREATEST = "max-content"


Contribution = Callable[[int, Wish], float]
"""(item number, wish) → the item's contribution along the axis."""


@dataclass(slots=True)
class SizedTrack:
    """One track while it is sized; `minimum` and `maximum` are px, or what to ask of the content."""

    minimum: float | TrackSize
    maximum: float | TrackSize
    fraction: float
    base: float = 0.0
    limit: float = INFINITE
    endless: bool = False
    planned: float = 0.0

    @property
    def known_limit(self) -> float:
        """The growth limit, or the base size while it is infinite."""
        return self.base if self.limit == INFINITE else self.limit


def expand(
    tracks: TrackList, available: float | None, gap: float, bounds: tuple[float, float] = (0.0, INFINITE)
) -> list[Track]:
    """Tracks with `repeat(auto-fill | auto-fit)` counted out (§7.2.3.2): as many as the available space holds; where
    that is open, as many as its greatest size holds, else enough to fill its least one."""
    fixed = sum([_fixed_size(track, available) for track in tracks if isinstance(track, Track)])
    plain = sum(isinstance(track, Track) for track in tracks)
    result: list[Track] = []
    for track in tracks:
        if isinstance(track, Track):
            result.append(track)
            continue
        size = sum([_fixed_size(part, available) for part in track.tracks])
        count = 1
        if size > 0:
            step, taken = size + gap * len(track.tracks), fixed + gap * plain - gap
            room = bounds[1] if available is None else available
            count = ceil((bounds[0] - taken - 0.01) / step) if room == INFINITE else int((room - taken + 0.01) // step)
        result.extend(track.tracks * min(max(count, 1), 200))
    return result


def collapses_empty(tracks: TrackList) -> bool:
    """Whether empty repeated tracks vanish (`auto-fit`)."""
    return any(isinstance(track, RepeatToFit) and track.collapse_empty for track in tracks)


def _fixed_size(track: Track, available: float | None) -> float:
    least, most = _px(track.minimum, available), _px(track.maximum, available)
    if most is not None:
        return max(most, least or 0.0)
    return least or 0.0


def fixed_maximum(track: Track, available: float | None) -> float | None:
    """The greatest size of a track in px; None when it depends on content or on what is left."""
    return None if track.fraction else _px(track.maximum, available)


def has_automatic_minimum(track: Track, available: float | None) -> bool:
    """Whether the least size is `auto`, or a percentage of an unknown size, which counts as that."""
    return track.minimum is AUTO or (available is None and isinstance(track.minimum, Percent))


def _px(size: TrackSize | Relative, available: float | None) -> float | None:
    if isinstance(size, Percent):
        return None if available is None else size.of(available)
    return float(size) if isinstance(size, int | float) else None


def size_tracks(
    tracks: list[Track],
    items: list[Placed],
    contribution: Contribution,
    available: float | None,
    gap: float,
    *,
    least: bool = False,
    stretch: bool = True,
) -> list[float]:
    """Used sizes (§12.4 to §12.8). `available` px is None under an indefinite container, which is then as large
    as its content asks, or, with `least`, as small; `stretch` says whether automatic tracks share what is left."""
    sized = [_initial(track, available) for track in tracks]
    demand = _Demand(sized, items, contribution, gap)
    demand.resolve_intrinsic()
    for track in sized:
        track.limit = track.known_limit
    space = None if available is None else available - gap * max(len(tracks) - 1, 0)
    if least:
        return [track.base for track in sized]
    _maximise(sized, space)
    if any(track.fraction for track in sized):
        demand.expand_fractions(space)
    if space is not None and stretch:
        _stretch(sized, space)
    return [track.base for track in sized]


def _initial(track: Track, available: float | None) -> SizedTrack:
    least, most = _px(track.minimum, available), _px(track.maximum, available)
    minimum: float | TrackSize = _content(track.minimum) if least is None else least
    maximum: float | TrackSize = _content(track.maximum) if most is None else most
    base = least or 0.0
    sized = SizedTrack(minimum, maximum, track.fraction, base)
    if not track.fraction and most is not None:
        sized.limit = max(most, base)
    return sized


def _content(size: TrackSize | Relative) -> TrackSize:
    """Percentages of an unknown size are sized by the content."""
    return size if isinstance(size, Auto | ContentSize) else AUTO


def _is_intrinsic(size: float | TrackSize) -> bool:
    return isinstance(size, Auto | ContentSize)


@dataclass(slots=True)
class _Demand:
    """What the items ask of the tracks, satisfied step by step."""

    tracks: list[SizedTrack]
    items: list[Placed]
    contribution: Contribution
    gap: float

    def spanned(self, number: int) -> list[SizedTrack]:
        """The tracks of an item."""
        item = self.items[number]
        return self.tracks[item.start : item.start + item.span]

    def resolve_intrinsic(self) -> None:
        """§12.5: items by how many tracks they span, those over flexible tracks last and together."""
        groups: dict[int, list[int]] = {}
        flexible = []
        for number, item in enumerate(self.items):
            if any(track.fraction for track in self.spanned(number)):
                flexible.append(number)
            else:
                groups.setdefault(item.span, []).append(number)
        for span in sorted(groups):
            self._accommodate(groups[span], False)
        if flexible:
            self._accommodate(flexible, True)

    def _accommodate(self, numbers: list[int], flexible: bool) -> None:
        """§12.5 steps 3 and 4 for one group of items."""
        self._grow_bases(numbers, flexible, Wish.MINIMUM, _is_intrinsic)
        self._grow_bases(numbers, flexible, Wish.LEAST, lambda size: isinstance(size, ContentSize))
        self._grow_bases(numbers, flexible, Wish.GREATEST, lambda size: size is ContentSize.MAX)
        for track in self.tracks:
            track.limit = max(track.limit, track.base)
        if not flexible:
            self._grow_limits(numbers, Wish.LEAST, _is_intrinsic)
            self._grow_limits(numbers, Wish.GREATEST, lambda size: size in (AUTO, ContentSize.MAX))
            for track in self.tracks:
                track.endless = False

    def _grow_bases(
        self, numbers: list[int], flexible: bool, wish: Wish, chosen: Callable[[float | TrackSize], bool]
    ) -> None:
        for number in numbers:
            spanned = self.spanned(number)
            affected = [track for track in spanned if chosen(track.minimum) and (not flexible or track.fraction)]
            if not affected:
                continue
            space = (
                self.contribution(number, wish) - self.gap * (len(spanned) - 1) - sum([track.base for track in spanned])
            )
            if space <= 0:
                continue
            if flexible:
                _plan(affected, _in_proportion(affected, space))
                continue
            rooms = [track.limit - track.base for track in affected]
            if wish is Wish.GREATEST:
                beyond = [track.maximum in (AUTO, ContentSize.MAX) for track in affected]
            else:
                beyond = [_is_intrinsic(track.maximum) for track in affected]
            _plan(affected, _shares(space, rooms, beyond))
        for track in self.tracks:
            track.base += track.planned
            track.planned = 0.0

    def _grow_limits(self, numbers: list[int], wish: Wish, chosen: Callable[[float | TrackSize], bool]) -> None:
        touched = []
        for number in numbers:
            spanned = self.spanned(number)
            affected = [track for track in spanned if chosen(track.maximum)]
            if not affected:
                continue
            known = sum([track.known_limit for track in spanned])
            space = self.contribution(number, wish) - self.gap * (len(spanned) - 1) - known
            touched.extend(affected)
            rooms = [INFINITE if track.limit == INFINITE or track.endless else 0.0 for track in affected]
            _plan(affected, _shares(max(space, 0.0), rooms, [True] * len(affected)))
        for track in touched:
            if track.limit == INFINITE:
                track.endless = True
                track.limit = track.base
        for track in self.tracks:
            if track.limit != INFINITE:
                track.limit += track.planned
            track.planned = 0.0

    def expand_fractions(self, space: float | None) -> None:
        """§12.7: the size of one fr, then of every flexible track."""
        flexible = [track for track in self.tracks if track.fraction]
        if space is not None:
            unit = _fraction_unit(self.tracks, space)
        else:
            unit = max([track.base / max(track.fraction, 1.0) for track in flexible], default=0.0)
            for number in range(len(self.items)):
                spanned = self.spanned(number)
                if any(track.fraction for track in spanned):
                    wish = self.contribution(number, Wish.GREATEST) - self.gap * (len(spanned) - 1)
                    unit = max(unit, _fraction_unit(spanned, wish))
        for track in flexible:
            track.base = max(track.base, unit * track.fraction)


def _plan(tracks: list[SizedTrack], shares: list[float]) -> None:
    """Of what several items ask of a track the most counts."""
    for track, share in zip(tracks, shares, strict=True):
        track.planned = max(track.planned, share)


def _in_proportion(tracks: list[SizedTrack], space: float) -> list[float]:
    whole = sum([track.fraction for track in tracks])
    return [
        space * track.fraction / max(whole, 1.0) if whole < 1 else space * track.fraction / whole for track in tracks
    ]


def _shares(space: float, rooms: list[float], beyond: list[bool]) -> list[float]:
    """Equal parts up to each one's room; the rest goes to those that may grow beyond it, or to all when none may."""
    shares = [0.0] * len(rooms)
    open_ones = list(range(len(rooms)))
    while space > 1e-9 and open_ones:
        part = space / len(open_ones)
        tightest = min([rooms[number] - shares[number] for number in open_ones])
        step = min(part, max(tightest, 0.0))
        for number in open_ones:
            shares[number] += step
        space -= step * len(open_ones)
        if step == part:
            return shares
        open_ones = [number for number in open_ones if rooms[number] - shares[number] > 1e-9]
    if space > 1e-9:
        growing = [number for number, may in enumerate(beyond) if may] or list(range(len(rooms)))
        for number in growing:
            shares[number] += space / len(growing)
    return shares


def _maximise(tracks: list[SizedTrack], available: float | None) -> None:
    """§12.6: free space goes to tracks below their growth limit, in equal parts."""
    if available is None:
        for track in tracks:
            track.base = max(track.base, track.limit)
        return
    free = available - sum([track.base for track in tracks])
    if free > 0:
        rooms = [max(track.limit - track.base, 0.0) for track in tracks]
        shares = _shares(min(free, sum(rooms)), rooms, [False] * len(rooms))
        for track, share in zip(tracks, shares, strict=True):
            track.base += share


def _fraction_unit(tracks: list[SizedTrack], space: float) -> float:
    """§12.7.1: the size of one fr that fills the space."""
    rigid = {number for number, track in enumerate(tracks) if not track.fraction}
    while True:
        left = space - sum([tracks[number].base for number in rigid])
        factors = sum([track.fraction for number, track in enumerate(tracks) if number not in rigid])
        unit = max(left, 0.0) / max(factors, 1.0)
        late = {
            number
            for number, track in enumerate(tracks)
            if number not in rigid and track.base > unit * track.fraction + 1e-9
        }
        if not late:
            return unit
        rigid |= late


def _stretch(tracks: list[SizedTrack], available: float) -> None:
    """§12.8: automatic tracks share what is left."""
    automatic = [track for track in tracks if track.maximum is AUTO and not track.fraction]
    free = available - sum([track.base for track in tracks])
    if automatic and free > 0:
        for track in automatic:
            track.base += free / len(automatic)
