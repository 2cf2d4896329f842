"""The sides of `./dev bench pdf`: whoever makes a PDF of an invoice file, and how long it took by its own clock.

Each side but Chromium is a process of its own that is told a path and answers with one line of JSON; it has read the
file before its clock starts and writes the PDF beside it after its clock has stopped. Chromium is one headless browser
driven by Playwright, at most one at a time; its clock runs from handing over the HTML to having the PDF's bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import psutil
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError

import chromium

FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class Stopped(Exception):
    """A side failed or took too long; the message says which."""


@dataclass(frozen=True, slots=True)
class Made:
    """One PDF: its seconds, CPU seconds (all threads and processes) and bytes; of Billhead, each phase's seconds."""

    seconds: float
    cpu: float
    size: int
    phases: Mapping[str, float] = field(default_factory=dict)


class Side(Protocol):
    """Makes PDFs of invoice files (JSON), each beside its file."""

    name: str

    def make(self, path: Path, limit: float) -> Made:
        """Raises Stopped when the side fails or takes more than `limit` seconds."""

    def peak(self) -> int:
        """The most memory resident so far, in bytes; of Chromium, that of its largest process."""

    def end(self) -> None:
        """Ends what belongs to this side."""


class ProcessSide:
    """A process that answers paths with lines of JSON."""

    def __init__(
        self, name: str, command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._log = folder / f"{name.replace('/', '-')}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                cwd=Path(__file__).parent,
                env={**os.environ, **(environment or {})},
            )

    def make(self, path: Path, limit: float) -> Made:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{path}\n".encode())
        except BrokenPipeError:
            raise Stopped(self._last_words()) from None
        answer = json.loads(self._answer(limit))
        return Made(answer["seconds"], answer["cpu"], answer["bytes"], answer.get("phases", {}))

    def _answer(self, limit: float) -> bytes:
        pipe = self._process.stdout
        assert pipe is not None
        answer, deadline = b"", time.monotonic() + limit
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([pipe], [], [], max(deadline - time.monotonic(), 0))
            if not ready:
                raise Stopped(f"stopped after {limit:.0f} s")
            part = os.read(pipe.fileno(), 1 << 16)
            if not part:
                raise Stopped(self._last_words())
            answer += part
        return answer

    def _last_words(self) -> str:
        code = self._process.wait()
        said = [line.strip() for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        telling = next((line for line in said if "rror" in line or "FATAL" in line), said[-1] if said else "")
        return f"ended with {code}: {telling[:160]}"

    def peak(self) -> int:
        with contextlib.suppress(FileNotFoundError):
            return _peak_of(self._process.pid)
        return 0

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


class ChromiumSide:
    """A page of the browser: the same one for every document, or a new one for each; files tagged or plain."""

    def __init__(self, name: str, browser: Browser, *, reuse: bool, tagged: bool) -> None:
        self.name = name
        self._tagged = tagged
        self._browser = browser
        self._page = browser.new_page() if reuse else None

    def make(self, path: Path, limit: float) -> Made:
        html = json.loads(path.read_bytes())["html"]
        before, began = sum(_of_browser(_cpu_of)), time.perf_counter()
        try:
            page = self._page or self._browser.new_page()
            page.set_content(html, timeout=limit * 1000)
            pdf = page.pdf(prefer_css_page_size=True, print_background=True, tagged=self._tagged, outline=self._tagged)
            if page is not self._page:
                page.close()
        except PlaywrightError as error:
            raise Stopped(str(error).splitlines()[0][:160]) from None
        seconds = time.perf_counter() - began
        path.with_suffix(".pdf").write_bytes(pdf)
        return Made(seconds, sum(_of_browser(_cpu_of)) - before, len(pdf))

    def peak(self) -> int:
        return int(max(_of_browser(lambda process: _peak_of(process.pid))))

    def end(self) -> None:
        if self._page is not None:
            self._page.close()


@contextlib.contextmanager
def running_browser(fonts: Path, folder: Path) -> Iterator[Browser]:
    """A browser that finds the fonts that Billhead ships as if the system had them."""
    config = font_configuration(fonts, folder)
    found = chromium.find()
    found = replace(found, environment={**found.environment, **config})
    with sync_playwright() as playwright:
        browser = found.launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def font_configuration(fonts: Path, folder: Path) -> dict[str, str]:
    """The environment in which Fontconfig finds these fonts and no others."""
    file = folder / "fonts.conf"
    file.write_text(FONTCONFIG.format(fonts=fonts, cache=folder / "fontconfig"))
    return {"FONTCONFIG_FILE": str(file)}


def _of_browser(read: Callable[[psutil.Process], float]) -> list[float]:
    """A figure of each of the browser's processes; those that are just ending are passed over."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error, FileNotFoundError):
            if "chrom" in process.name():
                found.append(read(process))
    return found


def _cpu_of(process: psutil.Process) -> float:
    """CPU seconds of a process and of its children that have ended."""
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def _peak_of(pid: int) -> int:
    """VmHWM: the most memory that the process has had resident, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
