"""Pages are drawn in processes of their own, so that a large or hostile document harms neither its neighbours nor us.

    pool.run(whose, draw_pdf, order)        the function and what it takes and gives are pickled

* A document that takes longer than its time is ended with its process (413); so is one that takes too much memory.
* A process that dies is replaced, its document tried once more, then refused (503). The pool goes on.
* Who waits stands in a line (`render_line`) with room for all tenants and for small documents; more are refused (503).
* Large documents are drawn with low priority.
* A process that has drawn a large or many documents, or has grown, is replaced by a fresh one.
* Equal work gives equal bytes: it is done once for all who ask meanwhile, and what was drawn lately is remembered,
  refusals too (`render_results`).

Processes start when they are first needed. They are new programs, not forks: the server has threads.
"""

import logging
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import ParamSpec, TypeVar, cast

from billhead.gateways.render_line import Line
from billhead.gateways.render_process import Answer, DrawingProcess, ProcessDied, start_process
from billhead.gateways.render_results import Result, Results
from billhead.gateways.render_worker import Outcome
from billhead.refusal import TooLarge, Unavailable
from billhead.storage.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)
_ATTEMPTS = 2
_MODEST_SHARE = 3  # who gives way may take that much longer
_LARGE = 200_000  # bytes of work: an invoice of some 1,500 lines
_MOST_THREADS = 30  # of a server's 40 that answer requests: the others are for what needs no drawing


class RenderingFault(RuntimeError):
    """Drawing met a bug; the log names its type and places."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """`seconds` and `memory` (bytes) bound one document, `patience` (seconds) and `line` (requests) the waiting.

    A process is replaced after `documents`, or once it holds more than `recycled_above` bytes. `remembered` is how
    many bytes of results are kept, `refused` for how many seconds a refusal is.
    """

    processes: int = 3
    seconds: float = 60.0
    memory: int = 1024**3
    recycled_above: int = 256 * 1024**2
    documents: int = 2_000
    patience: float = 30.0
    line: int = 24
    remembered: int = 32 * 1024**2
    refused: float = 60.0

    @classmethod
    def of(cls, settings: Settings) -> "PoolLimits":
        """What the operator has set."""
        megabyte = 1024**2
        return cls(
            processes=settings.render_processes,
            seconds=settings.render_seconds,
            memory=settings.render_memory_mb * megabyte,
            recycled_above=settings.render_recycle_mb * megabyte,
            line=max(2, min(settings.render_line, _MOST_THREADS - settings.render_processes)),
        )


class RenderPool:
    """Processes that draw. Safe to share between threads."""

    def __init__(self, limits: PoolLimits | None = None) -> None:
        self.limits = limits or PoolLimits()
        self._lock = threading.Lock()
        self._all: set[DrawingProcess] = set()
        self._idle: list[DrawingProcess] = []
        self._line = Line(self.limits.processes, self.limits.line, self.limits.patience)
        self._under_way: dict[bytes, Future[Result]] = {}
        self._results = Results(self.limits.remembered, self.limits.refused)
        self._closings = 0

    @property
    def process_ids(self) -> frozenset[int]:
        """The processes there are now."""
        with self._lock:
            return frozenset(process.id for process in self._all)

    def run(self, whose: str, work: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T:
        """The result of a module-level function, computed in another process. `whose`: the tenant, for a fair line.

        LayoutErrors come back as such. Refused: TooLarge `RENDERING_TOO_LONG`, `RENDERING_TOO_MUCH_MEMORY` and
        `RENDERING_TOO_DEEP`, Unavailable `RENDERING_FAILED` and `RENDERING_BUSY`.
        """
        try:
            message = pickle.dumps((work, arguments, keywords), pickle.HIGHEST_PROTOCOL)
        except RecursionError:
            raise TooLarge("RENDERING_TOO_DEEP", "The data is nested too deeply to be drawn.") from None
        return cast(T, pickle.loads(self._result_of(message, whose).get()))  # noqa: S301  from our own child process

    def close(self) -> None:
        """End every process, whatever it draws, and refuse who waits. What is asked for later starts new ones."""
        with self._lock:
            self._closings += 1
            processes, self._all, self._idle = self._all, set(), []
        self._line.close()
        for process in processes:
            process.end()

    def _result_of(self, message: bytes, whose: str) -> Result:
        """Remembered, shared with whoever asks for the same now, or made."""
        key = sha256(message).digest()
        with self._lock:
            if known := self._results.find(key):
                return known
            others = self._under_way.get(key)
            if others is None:
                own = self._under_way[key] = Future[Result]()
        if others is not None:
            return self._line.wait_for(others, whose)
        try:
            result = self._draw(message, whose)
        except BaseException as error:
            with self._lock:
                del self._under_way[key]
            own.set_exception(error)
            raise
        with self._lock:
            del self._under_way[key]
            self._results.keep(key, result)
        own.set_result(result)
        return result

    def _draw(self, message: bytes, whose: str) -> Result:
        is_large = len(message) > _LARGE
        seconds = self.limits.seconds * (_MODEST_SHARE if is_large else 1)
        closings = self._closings
        with self._line.turn(whose, is_large=is_large):
            for _ in range(_ATTEMPTS):
                try:
                    process = self._take(closings)
                except ProcessDied:
                    continue
                if is_large:
                    process.give_way()
                try:
                    answer = process.ask(message, seconds)
                except ProcessDied:
                    self._drop(process)
                    _log.warning("a rendering process died while it drew")
                except TimeoutError:
                    self._drop(process)
                    return Result(refusal=partial(_too_long, seconds))
                except BaseException:
                    self._drop(process)
                    raise
                else:
                    self._give_back(process, answer, closings, is_worn=is_large)
                    return self._result(answer)
        words = "The pages could not be drawn: the process that draws them ended."
        raise Unavailable("RENDERING_FAILED", words, retry_after=10)

    def _result(self, answer: Answer) -> Result:
        if answer.outcome is Outcome.REFUSED:
            return Result(answer.body, partial(pickle.loads, answer.body))
        if answer.outcome is Outcome.OUT_OF_MEMORY:
            return Result(refusal=partial(_too_much_memory, self.limits.memory))
        if answer.outcome is Outcome.FAULT:
            _log.error("rendering failed: %s", answer.body.decode())
            raise RenderingFault
        return Result(answer.body)

    def _take(self, closings: int) -> DrawingProcess:
        """An idle process or a new one; ProcessDied when none can start, or the pool was closed meanwhile."""
        with self._lock:
            while self._idle and self._closings == closings:
                process = self._idle.pop()
                if process.is_alive:
                    return process
                self._all.discard(process)
                process.end()
        return self._start(closings)

    def _start(self, closings: int) -> DrawingProcess:
        if self._closings != closings:
            raise ProcessDied
        process = start_process(self.limits.memory)
        with self._lock:
            is_ours = self._closings == closings
            if is_ours:
                self._all.add(process)
        if not is_ours:
            process.end()
            raise ProcessDied
        return process

    def _give_back(self, process: DrawingProcess, answer: Answer, closings: int, *, is_worn: bool) -> None:
        """To the idle ones; a worn process is replaced, now or, when that fails, when the next document needs it."""
        is_worn |= process.documents >= self.limits.documents or answer.memory > self.limits.recycled_above
        if is_worn or answer.outcome is Outcome.OUT_OF_MEMORY:
            self._drop(process)
            try:
                process = self._start(closings)
            except ProcessDied:
                return
        with self._lock:
            if process in self._all:
                self._idle.append(process)

    def _drop(self, process: DrawingProcess) -> None:
        with self._lock:
            self._all.discard(process)
        process.end()


def _too_long(seconds: float) -> TooLarge:
    return TooLarge("RENDERING_TOO_LONG", f"Drawing the pages took longer than {seconds:g} seconds and was ended.")


def _too_much_memory(memory: int) -> TooLarge:
    words = f"Drawing the pages needs more than {memory // 1024**2} MB of memory."
    return TooLarge("RENDERING_TOO_MUCH_MEMORY", words)
