"""One process that draws, as the server sees it: `render_worker` at the other end of a socket.

All are started by one thread that lives as long as the server: the kernel ends a process with the thread it came from.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from billhead.gateways.render_worker import ANSWER, GRACE, REQUEST, Outcome

_MODEST = 5  # nice
_STARTER = ThreadPoolExecutor(1, "drawing processes")


class ProcessDied(Exception):
    """The process ended without an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a body, what it is, and how many bytes of memory the process holds now."""

    outcome: Outcome
    body: bytes
    memory: int


def start_process(memory: int) -> "DrawingProcess":
    """A process of its own that may hold so many bytes. ProcessDied when none can be started."""
    try:
        return _STARTER.submit(DrawingProcess, memory).result()
    except (OSError, RuntimeError) as error:  # no memory, no files, no processes left; or the program is ending
        raise ProcessDied from error


class DrawingProcess:
    """One worker process; asked by one thread at a time. Made by `start_process`."""

    def __init__(self, memory: int) -> None:
        self._socket, theirs = socket.socketpair()
        self.documents = 0
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BILLHEAD_")}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        program = [sys.executable, "-m", "billhead.gateways.render_worker"]
        try:
            with theirs:
                self._popen = subprocess.Popen(  # noqa: S603  our own program
                    [*program, str(theirs.fileno()), str(memory), str(os.getpid())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env=environment,
                )
        except BaseException:
            self._socket.close()
            raise

    @property
    def id(self) -> int:
        return self._popen.pid

    @property
    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def ask(self, message: bytes, seconds: float) -> Answer:
        """Have it done; ProcessDied without an answer, TimeoutError without one in time."""
        deadline = time.monotonic() + seconds
        self.documents += 1
        try:
            for part in (REQUEST.pack(len(message), seconds + GRACE), message):
                self._until(deadline)
                self._socket.sendall(part)
            length, outcome, memory = ANSWER.unpack(self._receive(ANSWER.size, deadline))
            return Answer(Outcome(outcome), self._receive(length, deadline), memory)
        except TimeoutError:
            raise
        except OSError as error:  # it is gone, or somebody has ended it and closed our socket
            raise ProcessDied from error

    def _receive(self, length: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            self._until(deadline)
            part = self._socket.recv(min(length - len(parts), 1 << 20))
            if not part:
                raise ProcessDied
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
        """kill -9, whatever it does; a thread that waits for its answer gets ProcessDied."""
        self._popen.send_signal(signal.SIGKILL)
        self._popen.wait()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
