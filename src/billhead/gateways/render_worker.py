"""A process that draws: it takes one piece of work after the other from `render_pool`, and ends when that is gone.

Both ways through one socket: a header of fixed length, then the body.

    to the worker     `REQUEST`  length              body: pickled (function, arguments, keyword arguments)
    from the worker   `ANSWER`   length, outcome, memory in use in bytes

It sees no settings, no database and no secrets. It ends itself when one document asks for more memory than it may have.
"""

import pickle
import resource
import signal
import socket
import struct
import sys
import traceback
from enum import IntEnum
from pathlib import Path

from billhead.layout.errors import LayoutError

REQUEST = struct.Struct(">Q")
ANSWER = struct.Struct(">QBQ")
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
        (length,) = REQUEST.unpack(header)
        outcome, body = _do(_receive(connection, length))
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


def main() -> None:
    """`python -m billhead.gateways.render_worker <socket> <most bytes of memory>`, started by the pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, whose end is then ours
    most = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        from billhead.gateways import renderings

        renderings.warm_up()
        try:
            serve(connection)
        except ConnectionError:
            return  # the parent has gone while we drew


if __name__ == "__main__":
    main()
