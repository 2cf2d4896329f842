"""Pages are drawn in processes of their own, so that a large or hostile document harms neither its neighbours nor us.

    pool.run(draw_pdf, order)        the function and what it takes and gives are pickled

* A document that takes longer than its time is ended with its process (413); so is one that takes too much memory.
* A process that dies is replaced, its document tried once more, then refused (503). The pool goes on.
* Large documents leave one process to small ones and are drawn with low priority; too long a line is refused (503).
* A process that has drawn a large or many documents, or has grown, is replaced by a fresh one.
* Equal work gives equal bytes: it is done once for all who ask meanwhile, and what was drawn lately is remembered.

Processes start when they are first needed. They are new programs, not forks: the server has threads.
"""

import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import ParamSpec, TypeVar, cast

from billhead.gateways.render_worker import ANSWER, REQUEST, Outcome
from billhead.refusal import TooLarge, Unavailable
from billhead.storage.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)
_ATTEMPTS = 2
_MODEST = 5  # nice
_MODEST_SHARE = 3  # who gives way may take that much longer
_LARGE = 200_000  # bytes of work: an invoice of some 1,500 lines


class RenderingFault(RuntimeError):
    """Drawing met a bug; the log names its type and places."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """`seconds` and `memory` (bytes) bound one document, `patience` (seconds) and `line` (requests) the waiting.

    A process is replaced after `documents`, or once it holds more than `recycled_above` bytes. `remembered` is how
    many bytes of results are kept.
    """

    processes: int = 2
    seconds: float = 60.0
    memory: int = 1024**3
    recycled_above: int = 256 * 1024**2
    documents: int = 2_000
    patience: float = 30.0
    line: int = 24
    remembered: int = 32 * 1024**2

    @classmethod
    def of(cls, settings: Settings) -> "PoolLimits":
        """What the operator has set."""
        megabyte = 1024**2
        return cls(
            processes=settings.render_processes,
            seconds=settings.render_seconds,
            memory=settings.render_memory_mb * megabyte,
            recycled_above=settings.render_recycle_mb * megabyte,
            line=settings.render_line,
        )


class _ProcessDied(Exception):
    """The process ended without an answer."""


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: Outcome
    body: bytes
    memory: int


class _Process:
    """One worker process; asked by one thread at a time."""

    def __init__(self, memory: int) -> None:
        self._socket, theirs = socket.socketpair()
        self.documents = 0
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BILLHEAD_")}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        with theirs:
            self._popen = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, "-m", "billhead.gateways.render_worker", str(theirs.fileno()), str(memory)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=environment,
            )

    @property
    def id(self) -> int:
        return self._popen.pid

    @property
    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def ask(self, message: bytes, seconds: float) -> _Answer:
        """Have it done; _ProcessDied without an answer, TimeoutError without one in time."""
        deadline = time.monotonic() + seconds
        self.documents += 1
        try:
            for part in (REQUEST.pack(len(message)), message):
                self._until(deadline)
                self._socket.sendall(part)
            length, outcome, memory = ANSWER.unpack(self._receive(ANSWER.size, deadline))
            return _Answer(Outcome(outcome), self._receive(length, deadline), memory)
        except ConnectionError as error:
            raise _ProcessDied from error

    def _receive(self, length: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            self._until(deadline)
            part = self._socket.recv(min(length - len(parts), 1 << 20))
            if not part:
                raise _ProcessDied
            parts += part
        return bytes(parts)

    def _until(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)

    def give_way(self) -> None:
        """Let others go first, from now on: a process may not take that back."""
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self.id, _MODEST)

    def end(self) -> None:
        """kill -9, whatever it does."""
        self._popen.send_signal(signal.SIGKILL)
        self._popen.wait()
        self._socket.close()


class RenderPool:
    """Processes that draw. Safe to share between threads."""

    def __init__(self, limits: PoolLimits | None = None) -> None:
        self.limits = limits or PoolLimits()
        self._lock = threading.Lock()
        self._all: set[_Process] = set()
        self._idle: list[_Process] = []
        self._places = threading.Semaphore(self.limits.processes)
        self._large_places = threading.Semaphore(max(1, self.limits.processes - 1))
        self._waiting = 0
        self._under_way: dict[bytes, Future[bytes]] = {}
        self._drawn: OrderedDict[bytes, bytes] = OrderedDict()

    @property
    def process_ids(self) -> frozenset[int]:
        """The processes there are now."""
        with self._lock:
            return frozenset(process.id for process in self._all)

    def run(self, work: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T:
        """The result of a module-level function, computed in another process.

        LayoutErrors come back as such. Refused: TooLarge `RENDERING_TOO_LONG`, `RENDERING_TOO_MUCH_MEMORY` and
        `RENDERING_TOO_DEEP`, Unavailable `RENDERING_FAILED` and `RENDERING_BUSY`.
        """
        try:
            message = pickle.dumps((work, arguments, keywords), pickle.HIGHEST_PROTOCOL)
        except RecursionError:
            raise TooLarge("RENDERING_TOO_DEEP", "The data is nested too deeply to be drawn.") from None
        return cast(T, pickle.loads(self._answer_of(message)))  # noqa: S301  from our own child process

    def close(self) -> None:
        """End every process. What is asked for later starts new ones."""
        with self._lock:
            processes, self._all, self._idle = self._all, set(), []
        for process in processes:
            process.end()

    def _answer_of(self, message: bytes) -> bytes:
        """Remembered, shared with whoever asks for the same now, or made."""
        key = sha256(message).digest()
        with self._lock:
            if (known := self._drawn.get(key)) is not None:
                self._drawn.move_to_end(key)
                return known
            others = self._under_way.get(key)
            if others is None:
                own = self._under_way[key] = Future[bytes]()
        if others is not None:
            return others.result()
        try:
            body = self._draw(message)
        except BaseException as error:
            with self._lock:
                del self._under_way[key]
            own.set_exception(error)
            raise
        with self._lock:
            del self._under_way[key]
            self._remember(key, body)
        own.set_result(body)
        return body

    def _remember(self, key: bytes, body: bytes) -> None:
        self._drawn[key] = body
        size = sum(map(len, self._drawn.values()))
        while size > self.limits.remembered:
            size -= len(self._drawn.popitem(last=False)[1])

    def _draw(self, message: bytes) -> bytes:
        is_large = len(message) > _LARGE
        seconds = self.limits.seconds * (_MODEST_SHARE if is_large else 1)
        with self._place(is_large=is_large):
            for _ in range(_ATTEMPTS):
                process = self._take()
                if is_large:
                    process.give_way()
                try:
                    answer = process.ask(message, seconds)
                except _ProcessDied:
                    self._drop(process)
                    _log.warning("a rendering process died while it drew")
                except TimeoutError:
                    self._drop(process)
                    raise _too_long(seconds) from None
                except BaseException:
                    self._drop(process)
                    raise
                else:
                    self._give_back(process, answer, is_worn=is_large)
                    return self._body_of(answer)
        words = "The pages could not be drawn: the process that draws them ended twice."
        raise Unavailable("RENDERING_FAILED", words, retry_after=10)

    def _body_of(self, answer: _Answer) -> bytes:
        if answer.outcome is Outcome.REFUSED:
            raise pickle.loads(answer.body)  # noqa: S301  from our own child process
        if answer.outcome is Outcome.OUT_OF_MEMORY:
            raise _too_much_memory(self.limits.memory)
        if answer.outcome is Outcome.FAULT:
            _log.error("rendering failed: %s", answer.body.decode())
            raise RenderingFault
        return answer.body

    @contextmanager
    def _place(self, *, is_large: bool) -> Iterator[None]:
        """A turn to draw. Large documents may be as many as leave one process free, and wait for that first."""
        places = (self._large_places, self._places) if is_large else (self._places,)
        deadline = time.monotonic() + self.limits.patience
        taken: list[threading.Semaphore] = []
        with self._lock:
            # Large ones fill at most half of the line, so that small ones are not refused because of them.
            if self._waiting >= (self.limits.line // 2 if is_large else self.limits.line):
                raise _busy()
            self._waiting += 1
        try:
            try:
                for place in places:
                    if not place.acquire(timeout=max(0.0, deadline - time.monotonic())):
                        raise _busy()
                    taken.append(place)
            finally:
                with self._lock:
                    self._waiting -= 1
            yield
        finally:
            for place in reversed(taken):
                place.release()

    def _take(self) -> _Process:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.is_alive:
                    return process
                self._all.discard(process)
                process.end()
        return self._start()

    def _start(self) -> _Process:
        process = _Process(self.limits.memory)
        with self._lock:
            self._all.add(process)
        return process

    def _give_back(self, process: _Process, answer: _Answer, *, is_worn: bool) -> None:
        is_worn |= process.documents >= self.limits.documents or answer.memory > self.limits.recycled_above
        if is_worn or answer.outcome is Outcome.OUT_OF_MEMORY:
            self._drop(process)
            process = self._start()
        with self._lock:
            is_ours = process in self._all
            if is_ours:
                self._idle.append(process)
        if not is_ours:
            process.end()

    def _drop(self, process: _Process) -> None:
        with self._lock:
            self._all.discard(process)
        process.end()


def _too_long(seconds: float) -> TooLarge:
    return TooLarge("RENDERING_TOO_LONG", f"Drawing the pages took longer than {seconds:g} seconds and was ended.")


def _too_much_memory(memory: int) -> TooLarge:
    words = f"Drawing the pages needs more than {memory // 1024**2} MB of memory."
    return TooLarge("RENDERING_TOO_MUCH_MEMORY", words)


def _busy() -> Unavailable:
    return Unavailable("RENDERING_BUSY", "Too many documents wait to be drawn. Try again soon.", retry_after=5)
