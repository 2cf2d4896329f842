"""Processes that draw: what one document may cost, what the death of one does to the others, who waits for whom."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from billhead.gateways.render_pool import PoolLimits, RenderingFault, RenderPool
from billhead.gateways.renderings import DrawingOrder, draw_html, draw_pages, draw_pdf
from billhead.layout.errors import LayoutError
from billhead.layout.standard import standard_source
from billhead.refusal import TooLarge, Unavailable
from billhead.templates.samples import find_sample

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEMPLATE = json.dumps(standard_source("standard-default"))
LARGE = "x" * 300_000
"""An argument that makes any work count as large."""


def an_order(number: str = "INV-000001", template: str = TEMPLATE, **data: object) -> DrawingOrder:
    sample = find_sample("invoice", None)
    assert sample is not None
    return DrawingOrder(template, {**sample.make(), "invoiceNumber": number, **data}, "en", "USD", None, "", NOON)


@contextmanager
def a_pool(**limits: object) -> Iterator[RenderPool]:
    """A pool whose processes end with the block."""
    pool = RenderPool(PoolLimits(**limits))  # type: ignore[arg-type]
    try:
        yield pool
    finally:
        pool.close()


@pytest.fixture(scope="module")
def pool() -> Iterator[RenderPool]:
    with a_pool() as made:
        yield made


def wait_for(path: Path, content: str, _padding: str = "") -> str:
    """Read a named pipe to its end, in the process that draws: it waits until a test writes there."""
    return path.read_text() + content


def append_and_die(path: Path, once: bool) -> str:
    """Die of SIGKILL, as if memory had run out; `once`: only the first time."""
    with path.open("a") as log:
        log.write("x")
    if not once or path.read_text() == "x":
        os.kill(os.getpid(), signal.SIGKILL)
    return path.read_text()


def refuse() -> None:
    raise LayoutError("UNKNOWN_STANDARD", "no such standard", operation_id="op")


def my_environment() -> list[str]:
    return [name for name in os.environ if name.startswith("BILLHEAD_")]


def test_what_is_drawn_elsewhere_is_what_is_drawn_here(pool: RenderPool) -> None:
    order = an_order()
    assert pool.run(draw_pdf, order) == draw_pdf(order)
    assert pool.run(draw_html, order) == draw_html(order)
    assert pool.run(draw_pages, order) == draw_pages(order)


def test_processes_start_when_they_are_needed() -> None:
    with a_pool() as pool:
        assert not pool.process_ids
        pool.run(len, "first")
        assert len(pool.process_ids) == 1


def test_a_refusal_of_the_engine_comes_back_whole(pool: RenderPool) -> None:
    with pytest.raises(LayoutError) as caught:
        pool.run(refuse)
    assert (caught.value.code, caught.value.operation_id) == ("UNKNOWN_STANDARD", "op")
    with pytest.raises(LayoutError) as caught:
        pool.run(draw_pdf, an_order(template='{"kind": "invoice-template-ast", "version": 7}'))
    assert caught.value.issues[0].path


def test_a_bug_is_no_refusal_and_logs_no_data(pool: RenderPool, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RenderingFault):
        pool.run(int, "Jane Doe")
    assert "ValueError" in caplog.text
    assert "Jane" not in caplog.text
    assert pool.run(len, "next")


def test_the_processes_see_no_settings(pool: RenderPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLHEAD_DATABASE_URL", "postgresql://owner:secret@db/billhead")
    with a_pool() as fresh:
        assert fresh.run(my_environment) == []


def read_where_nothing_is() -> None:
    ctypes.string_at(0)


@pytest.mark.parametrize("death", [os.abort, read_where_nothing_is], ids=["abort", "segmentation fault"])
def test_a_document_that_kills_its_process_is_refused_and_the_pool_goes_on(death: Callable[[], None]) -> None:
    with a_pool() as pool:
        pool.run(len, "first")
        with pytest.raises(Unavailable) as caught:
            pool.run(death)
        assert (caught.value.code, caught.value.retry_after) == ("RENDERING_FAILED", 10)
        assert pool.run(len, "next")


def test_the_work_of_a_process_that_died_is_tried_once_more(tmp_path: Path) -> None:
    with a_pool() as pool:
        assert pool.run(append_and_die, tmp_path / "once", True) == "xx"
        with pytest.raises(Unavailable):
            pool.run(append_and_die, tmp_path / "always", False)
        assert (tmp_path / "always").read_text() == "xx"


def test_a_process_killed_while_idle_costs_nobody_anything() -> None:
    with a_pool() as pool:
        pool.run(len, "first")
        (victim,) = pool.process_ids
        os.kill(victim, signal.SIGKILL)
        assert pool.run(len, "next")
        assert victim not in pool.process_ids


def test_a_document_that_takes_too_long_is_ended_with_its_process(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")
    with a_pool(seconds=6.0) as pool:
        pool.run(len, "first")
        (slow,) = pool.process_ids
        with pytest.raises(TooLarge) as caught:
            pool.run(wait_for, tmp_path / "never", "")
        assert caught.value.code == "RENDERING_TOO_LONG"
        assert slow not in pool.process_ids
        assert not psutil.pid_exists(slow)
        assert pool.run(len, "next")


def test_a_document_that_takes_too_much_memory_is_refused() -> None:
    with a_pool(memory=400 * 1024**2) as pool:
        with pytest.raises(TooLarge) as caught:
            pool.run(bytearray, 1024**3)
        assert caught.value.code == "RENDERING_TOO_MUCH_MEMORY"
        assert pool.run(len, "first")


def test_processes_are_replaced_after_many_documents_when_they_grow_and_after_large_ones() -> None:
    with a_pool(documents=2) as pool:
        seen = []
        for number in range(4):
            pool.run(len, f"{number}")
            seen.append(pool.process_ids)
        assert seen[0] != seen[1] == seen[2] != seen[3]
    with a_pool(recycled_above=1) as pool:
        pool.run(len, "first")
        (first,) = pool.process_ids
        pool.run(len, "next")
        assert first not in pool.process_ids
    with a_pool() as pool:
        pool.run(len, "first")
        (first,) = pool.process_ids
        pool.run(len, LARGE)
        assert first not in pool.process_ids


def test_equal_documents_asked_for_at_once_are_drawn_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    with ThreadPoolExecutor(8) as threads, a_pool() as pool:
        asked = [threads.submit(pool.run, wait_for, tmp_path / "gate", "done") for _ in range(8)]
        (tmp_path / "gate").write_text("all ")  # one reader opens the pipe, once
        assert {answer.result() for answer in asked} == {"all done"}
        assert len(pool.process_ids) == 1
        assert pool.run(wait_for, tmp_path / "gate", "done") == "all done"


def test_what_is_remembered_is_bounded() -> None:
    with a_pool(remembered=100) as pool:
        assert [len(pool.run(bytes, size)) for size in (60, 61, 500)] == [60, 61, 500]
        assert sum(map(len, pool._drawn.values())) <= 100


def gates(folder: Path, count: int) -> list[Path]:
    """Named pipes: who reads one waits until somebody writes there."""
    made = [folder / f"gate-{number}" for number in range(count)]
    for gate in made:
        os.mkfifo(gate)
    return made


def test_large_documents_leave_a_process_to_small_ones(tmp_path: Path) -> None:
    closed = gates(tmp_path, 2)
    with ThreadPoolExecutor(2) as threads, a_pool() as pool:
        large = [threads.submit(pool.run, wait_for, gate, "done", LARGE) for gate in closed]
        assert pool.run(len, "small") == 5
        for gate in closed:
            threading.Thread(target=gate.write_text, args=("",)).start()
        assert [answer.result() for answer in large] == ["done", "done"]


def test_too_long_a_line_is_refused_at_once(tmp_path: Path) -> None:
    closed = gates(tmp_path, 4)
    with ThreadPoolExecutor(4) as threads, a_pool(processes=1, line=2) as pool:
        asked = [threads.submit(pool.run, wait_for, gate, "done") for gate in closed]
        done, waiting = wait(asked, timeout=20, return_when=FIRST_COMPLETED)
        (refused,) = done
        with pytest.raises(Unavailable) as caught:
            refused.result()
        assert caught.value.code == "RENDERING_BUSY"
        for gate, answer in zip(closed, asked, strict=True):
            if answer is not refused:
                threading.Thread(target=gate.write_text, args=("",)).start()
        assert [answer.result() for answer in waiting] == ["done"] * 3


def test_who_waits_too_long_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    with ThreadPoolExecutor(1) as threads, a_pool(processes=1, patience=0.2) as pool:
        first = threads.submit(pool.run, wait_for, tmp_path / "gate", "1")
        with (tmp_path / "gate").open("w") as gate:  # opens when the first one reads
            with pytest.raises(Unavailable) as caught:
                pool.run(len, "first")
            gate.write("")
        assert caught.value.code == "RENDERING_BUSY"
        assert first.result() == "1"


def test_processes_end_with_the_one_that_started_them() -> None:
    script = (
        "import os, signal\n"
        "from billhead.gateways.render_pool import RenderPool\n"
        "pool = RenderPool()\n"
        "pool.run(len, 'x')\n"
        "print(*pool.process_ids, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    (orphan,) = map(int, done.stdout.split())
    deadline = time.monotonic() + 20
    while psutil.pid_exists(orphan) and psutil.Process(orphan).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        os.sched_yield()


def test_a_closed_pool_starts_again_when_it_is_asked() -> None:
    pool = RenderPool()
    pool.run(len, "first")
    (first,) = pool.process_ids
    pool.close()
    assert not psutil.pid_exists(first)
    assert pool.run(len, "next")
    pool.close()
    assert not pool.process_ids
