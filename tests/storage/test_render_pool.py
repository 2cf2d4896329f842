"""Processes that draw: what one document may cost, what the death of one does to the others, who waits for whom."""

import ctypes
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from billhead.gateways.render_pool import PoolLimits, RenderingFault, RenderPool
from billhead.gateways.render_worker import REQUEST
from billhead.gateways.renderings import DrawingOrder, draw_html, draw_pages, draw_pdf
from billhead.layout.errors import LayoutError
from billhead.layout.standard import standard_source
from billhead.refusal import TooLarge, Unavailable
from billhead.templates.samples import find_sample

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEMPLATE = json.dumps(standard_source("standard-default"))
US, THEM = "us", "them"
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
    assert pool.run(US, draw_pdf, order) == draw_pdf(order)
    assert pool.run(US, draw_html, order) == draw_html(order)
    assert pool.run(US, draw_pages, order) == draw_pages(order)


def test_processes_start_when_they_are_needed() -> None:
    with a_pool() as pool:
        assert not pool.process_ids
        pool.run(US, len, "first")
        assert len(pool.process_ids) == 1


def test_a_refusal_of_the_engine_comes_back_whole(pool: RenderPool) -> None:
    with pytest.raises(LayoutError) as caught:
        pool.run(US, refuse)
    assert (caught.value.code, caught.value.operation_id) == ("UNKNOWN_STANDARD", "op")
    with pytest.raises(LayoutError) as caught:
        pool.run(US, draw_pdf, an_order(template='{"kind": "invoice-template-ast", "version": 7}'))
    assert caught.value.issues[0].path


def test_a_bug_is_no_refusal_and_logs_no_data(pool: RenderPool, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RenderingFault):
        pool.run(US, int, "Jane Doe")
    assert "ValueError" in caplog.text
    assert "Jane" not in caplog.text
    assert pool.run(US, len, "next")


def test_the_processes_see_no_settings(pool: RenderPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLHEAD_DATABASE_URL", "postgresql://owner:secret@db/billhead")
    with a_pool() as fresh:
        assert fresh.run(US, my_environment) == []


def read_where_nothing_is() -> None:
    ctypes.string_at(0)


@pytest.mark.parametrize("death", [os.abort, read_where_nothing_is], ids=["abort", "segmentation fault"])
def test_a_document_that_kills_its_process_is_refused_and_the_pool_goes_on(death: Callable[[], None]) -> None:
    with a_pool() as pool:
        pool.run(US, len, "first")
        with pytest.raises(Unavailable) as caught:
            pool.run(US, death)
        assert (caught.value.code, caught.value.retry_after) == ("RENDERING_FAILED", 10)
        assert pool.run(US, len, "next")


def test_the_work_of_a_process_that_died_is_tried_once_more(tmp_path: Path) -> None:
    with a_pool() as pool:
        assert pool.run(US, append_and_die, tmp_path / "once", True) == "xx"
        with pytest.raises(Unavailable):
            pool.run(US, append_and_die, tmp_path / "always", False)
        assert (tmp_path / "always").read_text() == "xx"


def test_a_process_killed_while_idle_costs_nobody_anything() -> None:
    with a_pool() as pool:
        pool.run(US, len, "first")
        (victim,) = pool.process_ids
        os.kill(victim, signal.SIGKILL)
        assert pool.run(US, len, "next")
        assert victim not in pool.process_ids


def test_a_document_that_takes_too_long_is_ended_with_its_process(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")
    with a_pool(seconds=6.0) as pool:
        pool.run(US, len, "first")
        (slow,) = pool.process_ids
        with pytest.raises(TooLarge) as caught:
            pool.run(US, wait_for, tmp_path / "never", "")
        assert caught.value.code == "RENDERING_TOO_LONG"
        assert slow not in pool.process_ids
        assert not psutil.pid_exists(slow)
        assert pool.run(US, len, "next")


def test_a_document_that_takes_too_much_memory_is_refused() -> None:
    with a_pool(memory=400 * 1024**2) as pool:
        with pytest.raises(TooLarge) as caught:
            pool.run(US, bytearray, 1024**3)
        assert caught.value.code == "RENDERING_TOO_MUCH_MEMORY"
        assert pool.run(US, len, "first")


def test_processes_are_replaced_after_many_documents_when_they_grow_and_after_large_ones() -> None:
    with a_pool(documents=2) as pool:
        seen = []
        for number in range(4):
            pool.run(US, len, f"{number}")
            seen.append(pool.process_ids)
        assert seen[0] != seen[1] == seen[2] != seen[3]
    with a_pool(recycled_above=1) as pool:
        pool.run(US, len, "first")
        (first,) = pool.process_ids
        pool.run(US, len, "next")
        assert first not in pool.process_ids
    with a_pool() as pool:
        pool.run(US, len, "first")
        (first,) = pool.process_ids
        pool.run(US, len, LARGE)
        assert first not in pool.process_ids


def test_equal_documents_asked_for_at_once_are_drawn_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    with ThreadPoolExecutor(8) as threads, a_pool() as pool:
        asked = [threads.submit(pool.run, US, wait_for, tmp_path / "gate", "done") for _ in range(8)]
        (tmp_path / "gate").write_text("all ")  # one reader opens the pipe, once
        assert {answer.result() for answer in asked} == {"all done"}
        assert len(pool.process_ids) == 1
        assert pool.run(US, wait_for, tmp_path / "gate", "done") == "all done"


def test_what_is_remembered_is_bounded() -> None:
    with a_pool(remembered=4_000) as pool:
        assert [len(pool.run(US, bytes, 500 + more)) for more in range(20)] == [500 + more for more in range(20)]
        assert 3_000 < pool._results.size <= 4_000


def log_and_make(path: Path, size: int) -> bytes:
    with path.open("a") as log:
        log.write("x")
    return bytes(size)


def test_a_very_large_result_drives_out_no_other(tmp_path: Path) -> None:
    with a_pool(remembered=4_000) as pool:
        pool.run(US, log_and_make, tmp_path / "small", 500)
        for _ in range(2):
            assert len(pool.run(US, log_and_make, tmp_path / "large", 100_000)) == 100_000
        pool.run(US, log_and_make, tmp_path / "small", 500)
    assert (tmp_path / "small").read_text() == "x"
    assert (tmp_path / "large").read_text() == "xx"


def log_and_hang(path: Path) -> None:
    with path.open("a") as log:
        log.write("x")
    signal.pause()


def log_and_refuse(path: Path) -> None:
    with path.open("a") as log:
        log.write("x")
    raise LayoutError("LIMIT_EXCEEDED", "too many pages")


@pytest.mark.parametrize(("refused", "drawings"), [(600.0, "x"), (0.0, "xx")], ids=["at once", "not for ever"])
def test_what_was_refused_is_refused_again_for_a_while(tmp_path: Path, refused: float, drawings: str) -> None:
    with a_pool(seconds=6.0, refused=refused) as pool:
        for number in range(2):
            with pytest.raises(TooLarge):
                pool.run(US, log_and_hang, tmp_path / "hang")
            with pytest.raises(LayoutError) as caught:
                pool.run(US, log_and_refuse, tmp_path / "refuse")
            assert caught.value.code == "LIMIT_EXCEEDED", number
    assert (tmp_path / "hang").read_text() == (tmp_path / "refuse").read_text() == drawings


def test_a_result_is_not_lost_when_the_next_process_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_pool(documents=1) as pool:
        pool._idle.append(pool._start(0))
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "/nowhere/python")
            assert pool.run(US, len, "first") == 5
            assert not pool.process_ids
            with pytest.raises(Unavailable) as caught:
                pool.run(US, len, "next")
            assert caught.value.code == "RENDERING_FAILED"
        assert pool.run(US, len, "next") == 4


def gates(folder: Path, count: int) -> list[Path]:
    """Named pipes: who reads one waits until somebody writes there."""
    made = [folder / f"gate-{number}" for number in range(count)]
    for gate in made:
        os.mkfifo(gate)
    return made


def test_large_documents_leave_a_process_to_small_ones(tmp_path: Path) -> None:
    closed = gates(tmp_path, 2)
    with ThreadPoolExecutor(2) as threads, a_pool() as pool:
        large = [threads.submit(pool.run, US, wait_for, gate, "done", LARGE) for gate in closed]
        assert pool.run(US, len, "small") == 5
        for gate in closed:
            threading.Thread(target=gate.write_text, args=("",)).start()
        assert [answer.result() for answer in large] == ["done", "done"]


def test_too_long_a_line_is_refused_at_once(tmp_path: Path) -> None:
    closed = gates(tmp_path, 4)
    with ThreadPoolExecutor(4) as threads, a_pool(processes=1, line=2) as pool:
        asked = [threads.submit(pool.run, US, wait_for, gate, "done") for gate in closed]
        done, waiting = wait(asked, timeout=20, return_when=FIRST_COMPLETED)
        (refused,) = done
        with pytest.raises(Unavailable) as caught:
            refused.result()
        assert caught.value.code == "RENDERING_BUSY"
        for gate, answer in zip(closed, asked, strict=True):
            if answer is not refused:
                threading.Thread(target=gate.write_text, args=("",)).start()
        assert [answer.result() for answer in waiting] == ["done"] * 3


def test_who_waits_for_the_drawing_of_another_counts_and_waits_no_longer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    with ThreadPoolExecutor(6) as threads, a_pool(processes=1, line=2, patience=15.0) as pool:
        first = threads.submit(pool.run, US, wait_for, tmp_path / "gate", "1")
        with (tmp_path / "gate").open("w") as gate:  # opens when the first one reads
            asked = [threads.submit(pool.run, US, wait_for, tmp_path / "gate", "1") for _ in range(5)]
            at_once, waiting = set[Future[str]](), set(asked)
            while len(at_once) < 3:
                done, waiting = wait(waiting, timeout=10, return_when=FIRST_COMPLETED)
                assert done
                at_once |= done
            assert len(waiting) == 2
            gate.write("")
        for refused in at_once:
            with pytest.raises(Unavailable) as caught:
                refused.result()
            assert caught.value.code == "RENDERING_BUSY"
        assert {first.result(), *(answer.result() for answer in waiting)} == {"1"}
    with ThreadPoolExecutor(1) as threads, a_pool(processes=1, patience=0.2) as pool:
        first = threads.submit(pool.run, US, wait_for, tmp_path / "gate", "2")
        with (tmp_path / "gate").open("w") as gate:
            with pytest.raises(Unavailable, match="wait to be drawn"):
                pool.run(US, wait_for, tmp_path / "gate", "2")
            gate.write("")
        assert first.result() == "2"


def test_a_tenant_leaves_a_process_to_the_others(tmp_path: Path) -> None:
    closed = gates(tmp_path, 3)
    with ThreadPoolExecutor(3) as threads, a_pool() as pool:
        slow = [threads.submit(pool.run, US, wait_for, gate, "done") for gate in closed]
        assert pool.run(THEM, len, "small") == 5
        for gate in closed:
            threading.Thread(target=gate.write_text, args=("",)).start()
        assert [answer.result() for answer in slow] == ["done"] * 3


def test_who_waits_too_long_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    with ThreadPoolExecutor(1) as threads, a_pool(processes=1, patience=0.2) as pool:
        first = threads.submit(pool.run, US, wait_for, tmp_path / "gate", "1")
        with (tmp_path / "gate").open("w") as gate:  # opens when the first one reads
            with pytest.raises(Unavailable) as caught:
                pool.run(US, len, "first")
            gate.write("")
        assert caught.value.code == "RENDERING_BUSY"
        assert first.result() == "1"


def test_processes_end_with_the_one_that_started_them() -> None:
    script = (
        "import os, signal\n"
        "from billhead.gateways.render_pool import RenderPool\n"
        "pool = RenderPool()\n"
        "pool.run('us', len, 'x')\n"
        "print(*pool.process_ids, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    (orphan,) = map(int, done.stdout.split())
    deadline = time.monotonic() + 20
    while psutil.pid_exists(orphan) and psutil.Process(orphan).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        os.sched_yield()


def print_and_hang(path: Path) -> None:
    """Hang where no Python thread gets a word in: the call keeps the interpreter's lock."""
    path.write_text(str(os.getpid()))
    ctypes.PyDLL(None).pause()


def test_processes_that_hang_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from billhead.gateways.render_pool import RenderPool\n"
        "from test_render_pool import print_and_hang\n"
        "RenderPool().run('us', print_and_hang, Path(sys.argv[1]))\n"
    )
    os.mkfifo(tmp_path / "pid")
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parent), *sys.path]))}
    with subprocess.Popen([sys.executable, "-c", script, tmp_path / "pid"], env=here) as server:
        orphan = psutil.Process(int((tmp_path / "pid").read_text()))
        server.kill()
    assert gone(orphan)


def gone(process: psutil.Process) -> bool:
    """Whether it ends within 20 seconds; one that nobody asked for its status counts."""
    deadline = time.monotonic() + 20
    try:
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                return False
            os.sched_yield()
    except psutil.NoSuchProcess:
        return True
    return True


def test_a_process_ends_itself_when_its_time_is_over_and_nobody_ends_it(tmp_path: Path) -> None:
    message = pickle.dumps((print_and_hang, (tmp_path / "pid",), {}))
    ours, theirs = socket.socketpair()
    program = [sys.executable, "-m", "billhead.gateways.render_worker", str(theirs.fileno()), str(1 << 30)]
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with ours, theirs, subprocess.Popen([*program, str(os.getpid())], pass_fds=[theirs.fileno()], env=here) as worker:
        ours.sendall(REQUEST.pack(len(message), 0.5) + message)
        assert worker.wait(20) == -signal.SIGALRM


def test_closing_ends_what_is_drawn_and_what_waits_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    with ThreadPoolExecutor(3) as threads, a_pool(processes=1) as pool:
        drawing = threads.submit(pool.run, US, wait_for, tmp_path / "gate", "1")
        with (tmp_path / "gate").open("w"):  # opens when the process reads
            waiting = [threads.submit(pool.run, US, len, "next"), threads.submit(pool.run, THEM, len, "other")]
            while len(pool._line._waiting) < 2:
                os.sched_yield()
            pool.close()
            asked_for: list[Future[str] | Future[int]] = [drawing, *waiting]
            for asked in asked_for:
                with pytest.raises(Unavailable):
                    asked.result(10)
            assert not pool.process_ids


def test_a_closed_pool_starts_again_when_it_is_asked() -> None:
    pool = RenderPool()
    pool.run(US, len, "first")
    (first,) = pool.process_ids
    pool.close()
    assert not psutil.pid_exists(first)
    assert pool.run(US, len, "next")
    pool.close()
    assert not pool.process_ids
