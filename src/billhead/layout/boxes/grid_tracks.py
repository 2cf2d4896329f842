"""Grid track sizing (CSS Grid Layout Level 1 §11, §12): fixed, fr, auto, minmax() and repeated tracks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from billhead.layout.boxes.grid_placement import Placed
from billhead.layout.boxes.sizing import INFINITE
from billhead.layout.style.values import AUTO, ContentSize, Percent, Relative, RepeatToFit, Track, TrackList, TrackSize

Contribution = Callable[[int, bool], float]
"""(item number, greatest?) → the item's contribution along the axis, margins included."""


@dataclass(slots=True)
class SizedTrack:
    """One track while it is sized."""

    track: Track
    base: float = 0.0
    limit: float = 0.0


def expand(tracks: TrackList, available: float | None, gap: float) -> list[Track]:
    """Tracks with `repeat(auto-fill | auto-fit)` counted out for the available space."""
    fixed = sum([_fixed_size(track, available) for track in tracks if isinstance(track, Track)])
    plain = sum(isinstance(track, Track) for track in tracks)
    result: list[Track] = []
    for track in tracks:
        if isinstance(track, Track):
            result.append(track)
            continue
        size = sum([_fixed_size(part, available) for part in track.tracks])
        count = 1
        if available is not None and size > 0:
            step = size + gap * len(track.tracks)
            count = int((available + gap - fixed - gap * plain + 0.01) // step)
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
) -> list[float]:
    """Used sizes. `available` is None under an indefinite container: then fr tracks follow their content, unless
    the least size is asked for."""
    sized = [_initial(track, available) for track in tracks]
    order = sorted(range(len(items)), key=lambda number: items[number].span)
    for number in order:
        item = items[number]
        _accommodate(sized[item.start : item.start + item.span], number, contribution, available, gap)
    gaps = gap * max(len(tracks) - 1, 0)
    _maximise(sized, None if available is None else available - gaps)
    if any(track.track.fraction for track in sized) and not least:
        _expand_fractions(sized, items, contribution, None if available is None else available - gaps, gap)
    elif available is not None:
        _stretch(sized, available - gaps)
    return [track.base for track in sized]


def _initial(track: Track, available: float | None) -> SizedTrack:
    base = _px(track.minimum, available) or 0.0
    limit = _px(track.maximum, available)
    if track.fraction:
        return SizedTrack(track, base, INFINITE)
    return SizedTrack(track, base, INFINITE if limit is None else max(limit, base))


def _is_intrinsic(size: TrackSize | Relative, available: float | None) -> bool:
    return size is AUTO or isinstance(size, ContentSize) or (isinstance(size, Percent) and available is None)


def _accommodate(
    tracks: list[SizedTrack], number: int, contribution: Contribution, available: float | None, gap: float
) -> None:
    """§12.5: grows intrinsic tracks for one item; items over several tracks leave flexible tracks alone."""
    gaps = gap * (len(tracks) - 1)
    if len(tracks) > 1 and any(track.track.fraction for track in tracks):
        return
    growing = [track for track in tracks if _is_intrinsic(track.track.minimum, available)]
    if growing:
        greatest = all(track.track.minimum is ContentSize.MAX for track in growing)
        needed = contribution(number, greatest) - gaps - sum([track.base for track in tracks])
        _spread(growing, needed)
    for track in tracks:
        if track.limit != INFINITE:
            track.limit = max(track.limit, track.base)
    open_limits = [
        track for track in tracks if _is_intrinsic(track.track.maximum, available) and not track.track.fraction
    ]
    if not open_limits:
        return
    greatest = any(track.track.maximum is not ContentSize.MIN for track in open_limits)
    present = sum([track.base if track.limit == INFINITE else track.limit for track in tracks])
    needed = contribution(number, greatest) - gaps - present
    for track in open_limits:
        known = track.base if track.limit == INFINITE else track.limit
        track.limit = known + max(needed, 0.0) / len(open_limits)


def _spread(tracks: list[SizedTrack], space: float) -> None:
    """Equal parts, up to each one's limit where that is finite."""
    remaining = list(tracks)
    while space > 0.001 and remaining:
        part = space / len(remaining)
        for track in list(remaining):
            room = track.limit - track.base
            step = min(part, max(room, 0.0))
            track.base += step
            space -= step
            if step < part:
                remaining.remove(track)
    for track in tracks:
        if space > 0.001 and not remaining:
            track.base += space / len(tracks)


def _maximise(tracks: list[SizedTrack], available: float | None) -> None:
    """§12.6: free space goes to tracks below their growth limit, in equal parts."""
    for track in tracks:
        if track.limit == INFINITE:
            track.limit = track.base
    if available is None:
        for track in tracks:
            if not track.track.fraction:
                track.base = max(track.base, track.limit)
        return
    free = available - sum([track.base for track in tracks])
    growing = [track for track in tracks if track.limit > track.base and not track.track.fraction]
    while free > 0.001 and growing:
        part = free / len(growing)
        for track in list(growing):
            step = min(part, track.limit - track.base)
            track.base += step
            free -= step
            if track.base >= track.limit - 1e-9:
                growing.remove(track)


def _expand_fractions(
    tracks: list[SizedTrack], items: list[Placed], contribution: Contribution, available: float | None, gap: float
) -> None:
    """§12.7: the size of one fr, then of every flexible track."""
    flexible = [track for track in tracks if track.track.fraction]
    if available is None:
        unit = max([track.base / max(track.track.fraction, 1.0) for track in flexible], default=0.0)
        for number, item in enumerate(items):
            spanned = tracks[item.start : item.start + item.span]
            factors = sum([track.track.fraction for track in spanned])
            if factors:
                fixed = sum([track.base for track in spanned if not track.track.fraction])
                space = contribution(number, True) - gap * (item.span - 1) - fixed
                unit = max(unit, space / max(factors, 1.0))
    else:
        unit = _fraction_unit(tracks, available)
    for track in flexible:
        track.base = max(track.base, unit * track.track.fraction)


def _fraction_unit(tracks: list[SizedTrack], space: float) -> float:
    rigid = {number for number, track in enumerate(tracks) if not track.track.fraction}
    while True:
        left = space - sum([tracks[number].base for number in rigid])
        factors = sum([track.track.fraction for number, track in enumerate(tracks) if number not in rigid])
        unit = max(left, 0.0) / max(factors, 1.0)
        late = {
            number
            for number, track in enumerate(tracks)
            if number not in rigid and track.base > unit * track.track.fraction + 1e-9
        }
        if not late:
            return unit
        rigid |= late


def _stretch(tracks: list[SizedTrack], available: float) -> None:
    """§12.8: automatic tracks share what is left."""
    automatic = [track for track in tracks if track.track.maximum is AUTO and not track.track.fraction]
    free = available - sum([track.base for track in tracks])
    if automatic and free > 0:
        for track in automatic:
            track.base += free / len(automatic)
