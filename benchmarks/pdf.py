"""An invoice as a PDF: Billhead beside Chromium, pdfmake, @react-pdf/renderer and WeasyPrint, in the same run.

The same invoice with 10, 100, 1,000 and 10,000 lines, and with 10 lines of Arabic. Billhead takes its template and the
invoice's data; Chromium and WeasyPrint are given the HTML that Billhead makes of them, pdfmake and @react-pdf/renderer
the finished texts, so that only laying out and painting is left to them. All draw with the same fonts. No document is
made twice in a row, and the sides take turns in slices, so that whatever else the machine does hits all alike: ratios
are medians over the slices of a peer's mean time by Billhead's. What takes longer than a stated limit is stopped.

Billhead's files are tagged and have bookmarks, so Chromium is asked for such files too; the targets count these. A row
shows it without tags. Every PDF checked is read back: the invoice's last line must be in it.

Out: times and CPU times, both beside Billhead's (CPU times are steadier on a busy machine), memory of a process of its
own (of Chromium: its largest process), bytes; Billhead's time by phase, PDFs per second and core, two processes beside
one; each target and whether it is met. `--tiny` makes a few PDFs of 10 lines, `--lines` runs the races of one size,
`--alone` leaves the peers out.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from peers import installing
from peers.billhead_side import TEMPLATE
from peers.invoice import LOCALES, Script, view, written
from peers.sides import ChromiumSide, Made, ProcessSide, Side, Stopped, font_configuration, running_browser

from billhead import layout
from billhead.layout import fonts
from billhead.layout.standard import standard_source

PEERS = Path(__file__).resolve().parent / "peers"
FONTS = Path(fonts.__file__).parent / "files"
OURS = "Billhead"
REUSED, UNTAGGED, NEW = "Chromium, reused page", "the same without tags", "Chromium, new page"
PDFMAKE, REACT, WEASYPRINT = "pdfmake", "@react-pdf/renderer", "WeasyPrint"
PHASES = ("validate", "evaluate", "compose", "lay out", "paint")
MEGABYTE = 1 << 20
LARGEST_FOR_NEW_PAGE = 100
LONGEST_WARM_UP = 5
"""Slices; a slow side warms up with fewer documents."""


@dataclass(frozen=True, slots=True)
class Race:
    """One size. `documents` differ from each other; a slice takes `seconds` of each side, or one document. A document
    that takes longer than `limit` seconds is stopped; a side that has taken longer sits out the slices that are left.
    """

    lines: int
    documents: int
    slices: int
    warm_up: int
    seconds: float
    script: Script = "latin"
    limit: float = 60.0

    @property
    def name(self) -> str:
        return f"{self.lines:,} lines" + (", Arabic" if self.script == "arabic" else "")


RACES = (
    Race(10, 48, 7, 25, 0.6),
    Race(10, 48, 7, 25, 0.6, "arabic"),
    Race(100, 16, 5, 6, 0.8),
    Race(1_000, 6, 4, 1, 1.5),
    Race(10_000, 3, 2, 1, 3.0),
)
TINY = (Race(10, 4, 2, 2, 0.05), Race(10, 4, 2, 2, 0.05, "arabic"))


@dataclass(slots=True)
class Result:
    """What one side did in one race; `fault` says why it did no more."""

    slices: list[list[Made]] = field(default_factory=list)
    peak: int = 0
    fault: str = ""

    @property
    def spent(self) -> float:
        """Seconds in all slices."""
        return sum(made.seconds for part in self.slices for made in part)

    def means(self) -> list[float]:
        """Seconds a PDF, slice by slice."""
        return [statistics.fmean(made.seconds for made in part) for part in self.slices]

    def cpu(self) -> float:
        """CPU seconds a PDF: the median of the slices' means, as the clock of CPU time may be coarse."""
        return statistics.median(statistics.fmean(made.cpu for made in part) for part in self.slices)

    def median(self, of: str = "seconds") -> float:
        """The median of a figure of every PDF made."""
        return statistics.median(getattr(made, of) for part in self.slices for made in part)

    def phase(self, name: str) -> float:
        """The median seconds of a phase."""
        return statistics.median(made.phases[name] for part in self.slices for made in part)


Results = dict[str, Result]


# The race -------------------------------------------------------------------------------------------------------------


def write_invoices(race: Race, folder: Path) -> list[Path]:
    """The race's documents as files, with all that any side is given."""
    template = layout.parse_template(standard_source(TEMPLATE))
    paths = []
    for seed in range(race.documents):
        data, locale = view(race.lines, seed, race.script), LOCALES[race.script]
        document = layout.compose(template, data, locale=locale)
        given = {"data": data, "locale": locale, "html": layout.render_html(document), "written": written(document)}
        path = folder / f"{race.lines}-{race.script}-{seed}.json"
        path.write_text(json.dumps(given))
        paths.append(path)
    return paths


def sides_of(race: Race, folder: Path, browser: Browser | None) -> Iterator[Side]:
    """Every side that takes part, started: Billhead alone when there is no browser. Those without bidirectional text
    do not draw Arabic.
    """
    yield ProcessSide(OURS, [sys.executable, PEERS / "billhead_side.py"], folder)
    if browser is None:
        return
    yield ChromiumSide(REUSED, browser, reuse=True, tagged=True)
    yield ChromiumSide(UNTAGGED, browser, reuse=True, tagged=False)
    if race.lines <= LARGEST_FOR_NEW_PAGE:
        yield ChromiumSide(NEW, browser, reuse=False, tagged=True)
    if race.script == "latin":
        yield ProcessSide(PDFMAKE, ["node", "pdfmake_side.mjs", FONTS], folder)
        yield ProcessSide(REACT, ["node", "react_side.mjs", FONTS], folder)
    config = font_configuration(FONTS, folder)
    yield ProcessSide(WEASYPRINT, [installing.PYTHON, PEERS / "weasyprint_side.py"], folder, config)


def run(race: Race, folder: Path, *, alone: bool) -> Results:
    """Warms every side up, checks what it makes, lets the sides take turns, and ends them."""
    paths = write_invoices(race, folder)
    results: Results = {}
    with contextlib.ExitStack() as ending:
        browser = None if alone else ending.enter_context(running_browser(FONTS, folder))
        sides = list(sides_of(race, folder, browser))
        for side in sides:
            ending.callback(side.end)
            results[side.name] = Result()
        racing = [side for side in sides if _warmed_up(side, race, paths, results[side.name])]
        for number in range(race.slices):
            for side in list(racing):
                if number and results[side.name].spent > race.limit:
                    continue
                try:
                    results[side.name].slices.append(_slice(side, race, paths, number))
                except Stopped as stopped:
                    results[side.name].fault = str(stopped)
                    racing.remove(side)
        for side in sides:
            results[side.name].peak = side.peak()
    return results


def _warmed_up(side: Side, race: Race, paths: list[Path], result: Result) -> bool:
    spent, number = 0.0, -1
    try:
        while number + 1 < race.warm_up and spent < race.seconds * LONGEST_WARM_UP:
            number += 1
            spent += side.make(paths[number % len(paths)], race.limit).seconds
        check(race, paths[number % len(paths)])
    except Stopped as stopped:
        result.fault = str(stopped)
    return not result.fault


def _slice(side: Side, race: Race, paths: list[Path], number: int) -> list[Made]:
    """PDFs until the slice's time is over; at least one, and no document twice in a row."""
    done: list[Made] = []
    while not done or sum(made.seconds for made in done) < race.seconds:
        done.append(side.make(paths[(number + len(done)) % len(paths)], race.limit))
    return done


def check(race: Race, path: Path) -> None:
    """The PDF beside the file holds the invoice's last line; raises Stopped when not. Arabic is only opened."""
    last = json.loads(path.read_bytes())["written"]["rows"][-1]
    with contextlib.closing(pypdfium2.PdfDocument(path.with_suffix(".pdf"))) as pdf:
        count = len(pdf)
        texts = [pdf[number].get_textpage().get_text_bounded() for number in range(max(count - 2, 0), count)]
    text = "".join("".join(texts).split())
    if race.script == "latin" and not all("".join(cell.split()) in text for cell in last):
        raise Stopped("its PDF lacks the last line")


# What is printed ------------------------------------------------------------------------------------------------------


def ratio(results: Results, peer: str) -> list[float]:
    """How many times as long as Billhead a peer takes, slice by slice, sorted; empty when it did not finish."""
    theirs = results.get(peer, Result())
    if theirs.fault or results[OURS].fault or not theirs.slices:
        return []
    return sorted(b / a for a, b in zip(results[OURS].means(), theirs.means(), strict=False))


def report(race: Race, results: Results) -> None:
    """One table: every side's time, CPU, memory and size."""
    print(f"\n{race.name}\n  {'':23}   ms a PDF  x Billhead (slices)        CPU ms  x Billhead   peak MB    KB")
    ours = results[OURS]
    for name, result in results.items():
        if result.fault:
            print(f"  {name:23} {result.fault}")
            continue
        turns, cpu = ratio(results, name), result.cpu() * 1e3
        beside = by_cpu = ""
        if turns and name != OURS:
            beside = f"{statistics.median(turns):9.1f} ({turns[0]:.1f} to {turns[-1]:.1f})"
            by_cpu = f"{result.cpu() / ours.cpu():.1f}"
        print(
            f"  {name:23} {result.median() * 1e3:10.1f} {beside:26} {cpu:8.1f} {by_cpu:>11}"
            f" {result.peak / MEGABYTE:9.0f} {result.median('size') / 1024:5.0f}"
        )
    if not ours.fault:
        phases = [f"{name} {ours.phase(name) * 1e3:.2f}" for name in PHASES]
        print(f"  Billhead's ms by phase: {', '.join(phases)} (compose evaluates too)", flush=True)


def two_beside_one(folder: Path, race: Race) -> float:
    """PDFs a second of two processes at once, by those of one alone: the median over slices that take turns."""
    paths = write_invoices(race, folder)
    pair = [ProcessSide(f"{OURS}-{number}", [sys.executable, PEERS / "billhead_side.py"], folder) for number in (0, 1)]
    count = race.warm_up * 6
    rates = []

    def work(side: Side) -> None:
        for number in range(count):
            side.make(paths[number % len(paths)], race.limit)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, pair))
        for _ in range(race.slices):
            began = time.perf_counter()
            work(pair[0])
            alone = time.perf_counter() - began
            began = time.perf_counter()
            list(threads.map(work, pair))
            rates.append(2 * alone / (time.perf_counter() - began))
    for side in pair:
        side.end()
    return statistics.median(rates)


def print_targets(found: dict[tuple[int, Script], Results], beside: float | None) -> None:
    """Each target of the design with what this run measured."""
    print("\ntargets")

    def line(
        what: str, value: float | None, least: float | None, goal: float | None = None, *, most: bool = False
    ) -> None:
        if value is None:
            print(f"  {what:58} not measured")
            return
        sign = -1 if most else 1
        words = []
        for bound, name in ((least, "target"), (goal, "goal")):
            if bound is not None:
                words.append(f"{name} {bound:g} {'met' if sign * value >= sign * bound else 'MISSED'}")
        print(f"  {what:58} {value:8.2f}   {', '.join(words)}")

    def times(lines: int, script: Script, peer: str) -> float | None:
        turns = ratio(found[lines, script], peer) if (lines, script) in found else []
        return statistics.median(turns) if turns else None

    def by_cpu(lines: int, script: Script) -> float | None:
        if not times(lines, script, REUSED):
            return None
        return found[lines, script][REUSED].cpu() / found[lines, script][OURS].cpu()

    def memory(lines: int) -> float | None:
        return found[lines, "latin"][OURS].peak / MEGABYTE if (lines, "latin") in found else None

    def growth(*phases: str) -> float | None:
        if (10_000, "latin") not in found:
            return None
        small, large = (sum(found[lines, "latin"][OURS].phase(phase) for phase in phases) for lines in (1_000, 10_000))
        return large / small

    ten = found.get((10, "latin"), {}).get(OURS)
    line("10 lines, Latin: times faster than a reused page", times(10, "latin", REUSED), 12, 20)
    line("10 lines, Arabic: times faster than a reused page", times(10, "arabic", REUSED), 12, 20)
    line("10 lines, Latin: times less CPU than a reused page", by_cpu(10, "latin"), 12, 20)
    line("10 lines: times faster than a new page", times(10, "latin", NEW), None, 60)
    line("10 lines: times faster than pdfmake", times(10, "latin", PDFMAKE), None, 10)
    line("1,000 lines: times faster than Chromium", times(1_000, "latin", REUSED), 8, 12)
    line("1,000 lines: times less CPU than Chromium", by_cpu(1_000, "latin"), 8, 12)
    line("1,000 lines: peak MB", memory(1_000), 100, most=True)
    line("10,000 lines: times faster than Chromium", times(10_000, "latin", REUSED), 10, 18)
    line("10,000 lines: times less CPU than Chromium", by_cpu(10_000, "latin"), 10, 18)
    line("10,000 lines: peak MB", memory(10_000), 250, most=True)
    line("10,000 lines: times as long as 1,000 (linear: 10)", growth("compose", "lay out", "paint"), 12, most=True)
    line("10 lines: PDFs a second and core (by CPU time)", 1 / ten.cpu() if ten else None, None, 150)
    line("10 lines: two processes, times as many PDFs as one", beside, 1.8)
    prepared = (ten.phase("validate") + ten.phase("compose")) * 1e3 if ten else None
    line("10 lines: validate + evaluate + compose, ms", prepared, 1, most=True)
    line("10,000 lines: compose, times as long as 1,000 (linear: 10)", growth("compose"), 12, most=True)


def main() -> None:
    """Install the peers, run every race, and say what it comes to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true", help="a few PDFs of 10 lines only")
    parser.add_argument("--lines", type=int, choices=sorted({race.lines for race in RACES}), help="only this size")
    parser.add_argument("--alone", action="store_true", help="Billhead without the peers, which are not installed then")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write invoices and PDFs there, and keep them")
    chosen = parser.parse_args()
    if not chosen.alone:
        installing.install()
    races = [race for race in (TINY if chosen.tiny else RACES) if chosen.lines in (None, race.lines)]
    found: dict[tuple[int, Script], Results] = {}
    with tempfile.TemporaryDirectory(prefix="billhead-bench-") as name:
        folder = chosen.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
        for race in races:
            found[race.lines, race.script] = run(race, folder, alone=chosen.alone)
            report(race, found[race.lines, race.script])
        beside = two_beside_one(folder, races[0]) if (10, "latin") in found else None
    print_targets(found, beside)


if __name__ == "__main__":
    main()
