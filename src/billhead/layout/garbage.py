"""Python's garbage collector, paused while a document is made.

A long document is hundreds of thousands of objects that all live until it is done and hold no cycles worth looking
for: reference counts free them. The collector would still walk them again and again, which takes as long as painting
them. The pause is the process's, as Python has no smaller one; it ends with the phase that began it, so that threads
which render side by side cannot keep it going.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No collection begins inside; one that is off already stays off afterwards."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
