"""CID-keyed CFF fonts: which character identifier (CID) each glyph has (Adobe TN 5176, §9 and §13).

A PDF calls the glyphs of such a font by CID. In fonts cut down by others, CIDs are not glyph ids.
"""

from __future__ import annotations

import struct
from itertools import pairwise

_ROS = (12, 30)
_CHARSET = (15,)
_REAL, _ESCAPE = 30, 12


def cids_of(cff: bytes, glyphs: int) -> tuple[int, ...] | None:
    """The CID of every glyph; None for a font that is not CID-keyed. Raises ValueError for damaged data."""
    try:
        _, at = _index(cff, cff[2])
        dictionaries, _ = _index(cff, at)
        entries = _dictionary(cff[slice(*dictionaries[0])])
        if _ROS not in entries:
            return None
        return _charset(cff, int(entries.get(_CHARSET, [0])[-1]), glyphs)
    except (IndexError, struct.error) as error:
        raise ValueError("damaged CFF data") from error


def _index(cff: bytes, at: int) -> tuple[list[tuple[int, int]], int]:
    """Where the objects of an INDEX lie, and where it ends."""
    (count,) = struct.unpack_from(">H", cff, at)
    if count == 0:
        return [], at + 2
    size = cff[at + 2]
    if not 1 <= size <= 4:
        raise ValueError("damaged CFF data")
    places = [int.from_bytes(cff[at + 3 + n * size : at + 3 + (n + 1) * size], "big") for n in range(count + 1)]
    base = at + 2 + (count + 1) * size
    return [(base + start, base + end) for start, end in pairwise(places)], base + places[-1]


def _dictionary(data: bytes) -> dict[tuple[int, ...], list[int]]:
    """Operators with their operands; of real numbers only their place is kept, as nothing here is one."""
    entries: dict[tuple[int, ...], list[int]] = {}
    operands: list[int] = []
    at = 0
    while at < len(data):
        first = data[at]
        at += 1
        if first <= 21:
            operator = (first, data[at]) if first == _ESCAPE else (first,)
            at += len(operator) - 1
            entries[operator] = operands
            operands = []
        elif first == 28:
            operands.append(*struct.unpack_from(">h", data, at))
            at += 2
        elif first == 29:
            operands.append(*struct.unpack_from(">i", data, at))
            at += 4
        elif first == _REAL:
            while data[at] & 0x0F != 0x0F:
                at += 1
            at += 1
            operands.append(0)
        elif first <= 246:
            operands.append(first - 139)
        elif first <= 250:
            operands.append((first - 247) * 256 + data[at] + 108)
            at += 1
        else:
            operands.append(-(first - 251) * 256 - data[at] - 108)
            at += 1
    return entries


def _charset(cff: bytes, at: int, glyphs: int) -> tuple[int, ...]:
    if at <= 2:
        return tuple(range(glyphs))
    form, at = cff[at], at + 1
    cids = [0]
    while len(cids) < glyphs:
        (first,) = struct.unpack_from(">H", cff, at)
        at += 2
        more = 0
        if form == 1:
            more, at = cff[at], at + 1
        elif form == 2:
            more, at = struct.unpack_from(">H", cff, at)[0], at + 2
        elif form != 0:
            raise ValueError("damaged CFF data")
        cids.extend(range(first, first + more + 1))
    return tuple(cids[:glyphs])
