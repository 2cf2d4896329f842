"""What drawing gave, remembered: bytes until others need the room, refusals for a while. A repeat then costs nothing.

Not safe to share between threads: the pool asks under its lock.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_OVERHEAD = 64  # bytes of key and entry, so that many empty results are bounded too


@dataclass(frozen=True, slots=True)
class Result:
    """Bytes, or what makes the refusal anew for each who asks: an exception belongs to one thread."""

    body: bytes = b""
    refusal: Callable[[], Exception] | None = None

    def get(self) -> bytes:
        """The bytes, or raises the refusal."""
        if self.refusal is not None:
            raise self.refusal()
        return self.body


class Results:
    """At most `size` bytes of results, none larger than a quarter of it; refusals for `seconds`."""

    def __init__(self, size: int, seconds: float) -> None:
        self._most, self._seconds = size, seconds
        self._kept: OrderedDict[bytes, tuple[Result, float | None]] = OrderedDict()
        self.size = 0

    def find(self, key: bytes) -> Result | None:
        """What is remembered; it counts as used now."""
        found = self._kept.get(key)
        if found is None:
            return None
        result, until = found
        if until is not None and until <= time.monotonic():
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return result

    def keep(self, key: bytes, result: Result) -> None:
        """Remember it, unless it would drive out too many others."""
        if _size(result) > self._most // 4:
            return
        if key in self._kept:
            self._drop(key)
        self._kept[key] = result, None if result.refusal is None else time.monotonic() + self._seconds
        self.size += _size(result)
        while self.size > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: bytes) -> None:
        result, _ = self._kept.pop(key)
        self.size -= _size(result)


def _size(result: Result) -> int:
    return len(result.body) + _OVERHEAD
