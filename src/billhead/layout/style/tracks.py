"""Parsing of grid track lists and grid line placements."""

from __future__ import annotations

import re

from billhead.layout.style.lengths import parse_length, parse_number, split_words
from billhead.layout.style.values import (
    AUTO,
    ContentSize,
    GridLine,
    Percent,
    Relative,
    RepeatToFit,
    Track,
    TrackList,
    TrackSize,
)

LARGEST_TRACK_COUNT = 200
_FRACTION = re.compile(r"(\d+\.?\d*|\.\d+)fr", re.IGNORECASE)
_CALL = re.compile(r"(repeat|minmax|fit-content)\((.*)\)", re.IGNORECASE | re.DOTALL)
_KEYWORDS: dict[str, TrackSize] = {"auto": AUTO, "min-content": ContentSize.MIN, "max-content": ContentSize.MAX}


def parse_track_list(text: str) -> TrackList | None:
    """`none`, or tracks: lengths, %, fr, auto, min-content, max-content, minmax() and repeat()."""
    if text.lower() == "none":
        return ()
    tracks: list[Track | RepeatToFit] = []
    for word in split_words(text):
        call = _CALL.fullmatch(word)
        if call is not None and call[1].lower() == "repeat":
            repeated = _parse_repeat(call[2])
            if repeated is None:
                return None
            tracks.extend(repeated)
        else:
            track = _parse_track(word)
            if track is None:
                return None
            tracks.append(track)
    return tuple(tracks) if 0 < len(tracks) <= LARGEST_TRACK_COUNT else None


def _parse_repeat(body: str) -> list[Track | RepeatToFit] | None:
    count_text, comma, tracks_text = body.partition(",")
    tracks = [_parse_track(word) for word in split_words(tracks_text)]
    parsed = [track for track in tracks if track is not None]
    if not comma or not tracks or len(parsed) != len(tracks):
        return None
    count_word = count_text.strip().lower()
    if count_word in ("auto-fill", "auto-fit"):
        return [RepeatToFit(tuple(parsed), count_word == "auto-fit")] if all(map(_is_fixed, parsed)) else None
    count = int(count_word) if count_word.isdecimal() and len(count_word) < 5 else 0
    return [*parsed * count] if 0 < count * len(parsed) <= LARGEST_TRACK_COUNT else None


def _is_fixed(track: Track) -> bool:
    fixed = (int, float, Percent, Relative)
    return isinstance(track.minimum, fixed) or isinstance(track.maximum, fixed)


def _parse_track(word: str) -> Track | None:
    fraction = _FRACTION.fullmatch(word)
    if fraction is not None:
        return Track(AUTO, AUTO, float(fraction[1]))
    call = _CALL.fullmatch(word)
    if call is not None:
        return _parse_minmax(call[2]) if call[1].lower() == "minmax" else None
    size = _parse_breadth(word)
    return None if size is None else Track(size, size)


def _parse_minmax(body: str) -> Track | None:
    least_text, comma, most_text = body.partition(",")
    least, fraction = _parse_breadth(least_text.strip()), _FRACTION.fullmatch(most_text.strip())
    if not comma or least is None:
        return None
    if fraction is not None:
        return Track(least, AUTO, float(fraction[1]))
    most = _parse_breadth(most_text.strip())
    return None if most is None else Track(least, most)


def _parse_breadth(word: str) -> TrackSize | Relative | None:
    return _KEYWORDS[word.lower()] if word.lower() in _KEYWORDS else parse_length(word)


def parse_grid_line(text: str) -> GridLine | None:
    """`auto`, `2`, `-1`, `span 2`, `1 / 3`, `2 / span 2`."""
    parts = [part.split() for part in text.lower().split("/")]
    if len(parts) > 2:
        return None
    lines = [_parse_line(part) for part in parts]
    first = lines[0]
    if first is None:
        return None
    if len(lines) == 1:
        return first
    second = lines[1]
    if second is None:
        return None
    if second.start is None:
        return GridLine(first.start, second.span)
    if first.start is None:
        return GridLine(second.start - first.span, first.span) if second.start > first.span else None
    low, high = sorted((first.start, second.start))
    if low < 0 < high:
        return GridLine(first.start, 1)
    return GridLine(low, max(high - low, 1))


def _parse_line(words: list[str]) -> GridLine | None:
    if words == ["auto"]:
        return GridLine()
    span = len(words) == 2 and words[0] == "span"
    if len(words) != 1 and not span:
        return None
    number = parse_number(words[-1])
    if number is None or number != int(number) or number == 0 or abs(number) > LARGEST_TRACK_COUNT:
        return None
    if span:
        return GridLine(None, int(number)) if number > 0 else None
    return GridLine(int(number))
