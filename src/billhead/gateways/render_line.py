"""Who draws next. Every thread that waits for a drawing counts here, whether for a process or for somebody's result.

* One tenant has at most one process less than there are (one at least), and fills at most five sixths of the line.
* Large documents, all and those of one tenant, leave one process to small ones, and fill at most half of the line.
* Among those who may go now, first comes the tenant that draws least, then the one whose turn is longest ago.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from billhead.refusal import Unavailable

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class _Waiter:
    whose: str
    is_large: bool
    number: int
    may_go: bool = False


class Line:
    """Turns for `processes` at a time. At most `length` threads wait, none longer than `patience` seconds."""

    def __init__(self, processes: int, length: int, patience: float) -> None:
        self._processes, self._length, self._patience = processes, length, patience
        self._share = max(1, processes - 1)
        self._changed = threading.Condition()
        self._waiting: list[_Waiter] = []
        self._present: Counter[str] = Counter()  # threads of a tenant that wait, for whatever
        self._drawing: Counter[str] = Counter()
        self._large: Counter[str] = Counter()
        self._last_turn: dict[str, int] = {}
        self._number = 0
        self._closings = 0

    @contextmanager
    def turn(self, whose: str, *, is_large: bool) -> Iterator[None]:
        """A turn to draw. Unavailable `RENDERING_BUSY` when the line is too long or too slow."""
        with self._changed:
            self._enter(whose, self._length // 2 if is_large else self._length)
            self._number += 1
            waiter = _Waiter(whose, is_large, self._number)
            self._waiting.append(waiter)
            closings = self._closings
            try:
                self._call_next()
                self._changed.wait_for(lambda: waiter.may_go or self._closings != closings, self._patience)
                if not waiter.may_go:
                    self._waiting.remove(waiter)
                    raise _busy()
            finally:
                self._leave(whose)
        try:
            yield
        finally:
            with self._changed:
                self._drawing[whose] -= 1
                self._large[whose] -= is_large
                self._call_next()
                self._forget()

    def wait_for(self, result: "Future[T]", whose: str) -> T:
        """What somebody else is drawing. Unavailable `RENDERING_BUSY` as for a turn."""
        with self._changed:
            self._enter(whose, self._length)
        try:
            return result.result(self._patience)
        except TimeoutError:
            raise _busy() from None
        finally:
            with self._changed:
                self._leave(whose)

    def close(self) -> None:
        """Refuse all who wait for a turn now."""
        with self._changed:
            self._closings += 1
            self._changed.notify_all()

    def _enter(self, whose: str, most: int) -> None:
        if self._present.total() >= most or self._present[whose] >= self._length - self._length // 6:
            raise _busy()
        self._present[whose] += 1

    def _leave(self, whose: str) -> None:
        self._present[whose] -= 1
        self._forget()

    def _call_next(self) -> None:
        while self._drawing.total() < self._processes:
            able = [waiter for waiter in self._waiting if self._is_able(waiter)]
            if not able:
                return
            chosen = min(able, key=self._order)
            self._waiting.remove(chosen)
            chosen.may_go = True
            self._drawing[chosen.whose] += 1
            self._large[chosen.whose] += chosen.is_large
            self._number += 1
            self._last_turn[chosen.whose] = self._number
            self._changed.notify_all()

    def _is_able(self, waiter: _Waiter) -> bool:
        if self._drawing[waiter.whose] >= self._share:
            return False
        has_room = self._large.total() < self._share and self._large[waiter.whose] < max(1, self._share - 1)
        return has_room or not waiter.is_large

    def _order(self, waiter: _Waiter) -> tuple[int, int, int]:
        return self._drawing[waiter.whose], self._last_turn.get(waiter.whose, 0), waiter.number

    def _forget(self) -> None:
        """Keep nothing of tenants that neither wait nor draw."""
        for whose in [name for name in {*self._present, *self._drawing} if not self._is_here(name)]:
            del self._present[whose], self._drawing[whose], self._large[whose]
            self._last_turn.pop(whose, None)

    def _is_here(self, whose: str) -> bool:
        return bool(self._present[whose] or self._drawing[whose])


def _busy() -> Unavailable:
    return Unavailable("RENDERING_BUSY", "Too many documents wait to be drawn. Try again soon.", retry_after=5)
