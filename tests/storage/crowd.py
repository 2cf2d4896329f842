"""Many threads doing the same at once, and what came of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")


def all_at_once(threads: int, act: Callable[[int], Result]) -> list[Result]:
    """What `act(0)` to `act(threads - 1)` returned, all started together; the first error is raised."""
    barrier = Barrier(threads)

    def go(number: int) -> Result:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(go, range(threads)))
