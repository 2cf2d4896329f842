"""A process that draws: it takes one piece of work after the other from `render_pool`, and ends when that is gone.

Both ways through one socket: a header of fixed length, then the body.

    to the worker     `REQUEST`  length, seconds     body: pickled (function, arguments, keyword arguments)
    from the worker   `ANSWER`   length, outcome, memory in use in bytes

It sees no settings, no database and no secrets. It ends itself when one document asks for more memory or time than it
may have, and with the process that started it, whatever it is doing then.
"""

import ctypes
import os
import pickle
import resource
import select
import signal
import socket
import struct
import sys
import threading
import traceback
from enum import IntEnum
from pathlib import Path

from billhead.layout.errors import LayoutError

REQUEST = struct.Struct(">Qd")
ANSWER = struct.Struct(">QBQ")
GRACE = 5.0
"""Seconds that a document has beyond its time before its process ends itself: the server should have ended it."""
_PR_SET_PDEATHSIG = 1
_STATM = Path("/proc/self/statm")


class Outcome(IntEnum):
    """What a body is: a pickled result, a pickled LayoutError, nothing, or the type and places of a bug."""

    DONE = 0
    REFUSED = 1
    OUT_OF_MEMORY = 2
    FAULT = 3


def serve(connection: socket.socket) -> None:
    """Do the work that comes until the other side closes."""
    while header := _receive(connection, REQUEST.size):
        length, seconds = REQUEST.unpack(header)
        signal.setitimer(signal.ITIMER_REAL, seconds)  # SIGALRM, left to the kernel: it ends us inside C code too
        outcome, body = _do(_receive(connection, length))
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.sendall(ANSWER.pack(len(body), outcome, _memory_in_use()))
        connection.sendall(body)


def _do(message: bytes) -> tuple[Outcome, bytes]:
    try:
        function, arguments, keywords = pickle.loads(message)  # noqa: S301  from our own parent process
        return Outcome.DONE, pickle.dumps(function(*arguments, **keywords), pickle.HIGHEST_PROTOCOL)
    except LayoutError as refusal:
        return Outcome.REFUSED, pickle.dumps(refusal, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return Outcome.OUT_OF_MEMORY, b""
    except Exception as error:
        places = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
        return Outcome.FAULT, " < ".join([type(error).__name__, *reversed(places[-6:])]).encode()


def _receive(connection: socket.socket, length: int) -> bytes:
    """So many bytes; b"" when the other side has closed."""
    parts = bytearray()
    while len(parts) < length:
        part = connection.recv(min(length - len(parts), 1 << 20))
        if not part:
            return b""
        parts += part
    return bytes(parts)


def _memory_in_use() -> int:
    """Bytes of RAM that this process holds now; where the system does not tell, the most it ever held."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _end_with(parent: int, connection: socket.socket) -> None:
    """End when the parent does, at once: by the kernel where it can, else when the other end of the socket closes."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=_watch, args=(connection.fileno(),), daemon=True).start()


def _watch(connection: int) -> None:
    closed = select.poll()
    closed.register(connection, 0)  # a hang-up is told unasked
    closed.poll()
    os._exit(1)


def main() -> None:
    """`python -m billhead.gateways.render_worker <socket> <most bytes of memory> <parent>`, started by the pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is then ours
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    most = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        _end_with(int(sys.argv[3]), connection)
        from billhead.gateways import renderings

        renderings.warm_up()
        try:
            serve(connection)
        except ConnectionError:
            return  # the parent has gone while we drew


if __name__ == "__main__":
    main()
