"""Every suite of the project, its budget, and the run through them: what `./dev test` and `./dev check` start.

Needs the standard library only, and the programs of `.venv/bin` and `npm` on PATH. All suites run, whatever fails;
a summary with figures closes the run. Exit status 0 only when every suite passed and no test was skipped.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
CONSOLE = ROOT / "console"
REPORTS = ROOT / ".cache" / "reports"
CONFORMANCE = ROOT.parent / "shared" / "conformance" / "run.py"
BUDGETS = {  # minutes on two cores; a folder inside another one is a suite of its own
    "rules": 1.5,
    "storage": 1.5,
    "layout": 2.0,
    "layout/parity": 1.5,
    "architecture": 1.0,
    "actions": 2.5,
    "http": 4.0,
    "scenarios": 3.5,
    "browser": 2.5,
}
UNLISTED_BUDGET = 2.0
FAST = ("rules", "layout")
PATIENCE = 5  # a suite that takes so many times its budget hangs


@dataclass(frozen=True, slots=True)
class Suite:
    """A command, the minutes it may take, and where it leaves its figures as JUnit XML, if it does."""

    name: str
    budget: float
    command: Sequence[str]
    folder: Path = ROOT
    report: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a suite went, by its exit status and its figures together."""

    suite: Suite
    state: str
    minutes: float
    passed: int = 0
    failed: int = 0


def list_suites(fast: bool) -> Iterator[Suite]:
    """All suites, those that fail soonest first; `fast` leaves only what takes two minutes together."""
    yield Suite("ruff", 0.3, ["ruff", "check", ".", "dev"])
    yield Suite("ruff format", 0.2, ["ruff", "format", "--check", ".", "dev"])
    yield Suite("mypy", 1.0, ["mypy"])
    yield Suite("import rule", 0.3, ["lint-imports"])
    yield Suite("dependencies", 0.2, ["deptry", "src"])
    if (CONSOLE / "package.json").exists():
        yield Suite("console types", 0.7, ["npm", "run", "--silent", "typecheck"], CONSOLE)
        yield Suite("console lint", 0.7, ["npm", "run", "--silent", "lint"], CONSOLE)
        report = REPORTS / "console.xml"
        reporters = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
        yield Suite("console", 1.0, ["npm", "run", "--silent", "test", "--", *reporters], CONSOLE, report)
    for name, budget in pytest_folders():
        if not fast or name in FAST:
            yield pytest_suite(name, budget)
    if CONFORMANCE.exists() and not fast:
        yield Suite("conformance", 0.3, ["python", str(CONFORMANCE)])


def pytest_folders() -> Iterator[tuple[str, float]]:
    """The folders that hold tests, with their budgets; one that BUDGETS does not name is run all the same."""
    holding = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py") if "node_modules" not in path.parts}
    unlisted = {folder.parts[0] for folder in holding if folder.parts} - BUDGETS.keys()
    for name, budget in {**BUDGETS, **dict.fromkeys(sorted(unlisted), UNLISTED_BUDGET)}.items():
        if any(folder.is_relative_to(name) for folder in holding):
            yield name, budget


def pytest_suite(name: str, budget: float) -> Suite:
    """A folder's tests on two workers, without the folders in it that are suites of their own."""
    report = REPORTS / f"{name.replace('/', '-')}.xml"
    apart = [f"--ignore=tests/{other}" for other in BUDGETS if other.startswith(f"{name}/")]
    spread = ["--numprocesses=2", "--dist=worksteal"]
    return Suite(name, budget, ["pytest", f"tests/{name}", *apart, *spread, f"--junitxml={report}"], ROOT, report)


def attempt(suite: Suite, environment: Mapping[str, str], patience: float | None) -> Outcome:
    """Run one suite in a process group of its own; `patience` in minutes, None for no end."""
    print(f"\n--- {suite.name} ---", flush=True)
    began = time.monotonic()
    if suite.report:
        suite.report.unlink(missing_ok=True)
    process = subprocess.Popen(
        suite.command, cwd=suite.folder, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        state = "FAILED" if process.wait(patience and patience * 60) else "ok"
    except subprocess.TimeoutExpired:
        state = "HUNG"
    finally:
        end_group(process)
    minutes = (time.monotonic() - began) / 60
    if suite.report is None:
        return Outcome(suite, state, minutes)
    if not suite.report.exists():
        return Outcome(suite, state if state == "HUNG" else "FAILED", minutes)
    tests, failed, skipped = figures(suite.report)
    if state == "ok" and (failed or skipped or not tests):
        state = "SKIPPED" if skipped else "FAILED"
    return Outcome(suite, state, minutes, tests - failed - skipped, failed)


def figures(report: Path) -> tuple[int, int, int]:
    """(tests, failed or in error, skipped) of a JUnit XML file."""
    parts = list(ElementTree.parse(report).getroot().iter("testsuite"))
    tests, failures, errors, skipped = (
        sum(int(part.get(name, 0)) for part in parts) for name in ("tests", "failures", "errors", "skipped")
    )
    return tests, failures + errors, skipped


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask a suite that still runs to stop, as Ctrl-C would, and end it when it does not."""
    for number, seconds in ((signal.SIGINT, 20), (signal.SIGKILL, 5)):
        if process.poll() is None:
            os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)


def print_summary(outcomes: Sequence[Outcome], minutes: float) -> None:
    print(f"\n{'suite':16}{'result':10}{'tests':>8}{'minutes':>9}{'budget':>8}")
    for outcome in outcomes:
        suite, tests = outcome.suite, outcome.passed + outcome.failed
        late = "  over budget" if outcome.minutes > suite.budget else ""
        print(f"{suite.name:16}{outcome.state:10}{tests or '':>8}{outcome.minutes:9.1f}{suite.budget:8.1f}{late}")
    budget = sum(outcome.suite.budget for outcome in outcomes)
    bad = [outcome.suite.name for outcome in outcomes if outcome.state != "ok"]
    print(f"{len(outcomes)} suites in {minutes:.1f} of {budget:.1f} minutes; not passed: {', '.join(bad) or 'none'}")
    print(f"{sum(o.passed for o in outcomes)} passed, {sum(o.failed for o in outcomes)} failed", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="the slow campaigns too (BILLHEAD_TEST_ALL=1)")
    parser.add_argument("--fast", action="store_true", help="lint, types and unit tests only")
    chosen = parser.parse_args()
    environment = {**os.environ, "BILLHEAD_TEST_ALL": "1"} if chosen.all else dict(os.environ)
    REPORTS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    outcomes = [
        attempt(suite, environment, None if chosen.all else suite.budget * PATIENCE)
        for suite in list_suites(chosen.fast)
    ]
    print_summary(outcomes, (time.monotonic() - began) / 60)
    return int(any(outcome.state != "ok" for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
