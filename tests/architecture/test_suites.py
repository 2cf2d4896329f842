"""The run itself: a suite that fails, hangs, skips or tests nothing is never called well."""

import sys
from pathlib import Path

import pytest

from suites import TESTS, Suite, attempt, list_suites

SECONDS = 1 / 60


def suite(code: str, report: Path | None = None) -> Suite:
    return Suite("sample", 1.0, [sys.executable, "-c", code], report=report)


def writing(report: Path, **figures: int) -> Suite:
    counts = " ".join(f"{name}='{count}'" for name, count in figures.items())
    xml = f"<testsuites><testsuite {counts}/></testsuites>"
    return suite(f"import pathlib; pathlib.Path({str(report)!r}).write_text({xml!r})", report)


def test_the_exit_status_decides() -> None:
    assert attempt(suite("pass"), {}, None).state == "ok"
    assert attempt(suite("raise SystemExit(3)"), {}, None).state == "FAILED"


def test_a_suite_that_hangs_is_ended() -> None:
    assert attempt(suite("import signal; signal.pause()"), {}, 0.5 * SECONDS).state == "HUNG"


@pytest.mark.parametrize(
    ("figures", "state"),
    [
        ({"tests": 3, "failures": 0, "errors": 0, "skipped": 0}, "ok"),
        ({"tests": 3, "failures": 1, "errors": 0, "skipped": 0}, "FAILED"),
        ({"tests": 3, "failures": 0, "errors": 1, "skipped": 0}, "FAILED"),
        ({"tests": 3, "failures": 0, "errors": 0, "skipped": 1}, "SKIPPED"),
        ({"tests": 0, "failures": 0, "errors": 0, "skipped": 0}, "FAILED"),
    ],
)
def test_figures_overrule_a_good_exit_status(tmp_path: Path, figures: dict[str, int], state: str) -> None:
    assert attempt(writing(tmp_path / "report.xml", **figures), {}, None).state == state


def test_a_report_that_is_missing_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text("of an earlier run")
    assert attempt(suite("pass", tmp_path / "report.xml"), {}, None).state == "FAILED"


def test_every_folder_of_tests_is_a_suite_and_none_is_run_twice() -> None:
    commands = [listed.command for listed in list_suites(fast=False) if listed.command[0] == "pytest"]
    for file in TESTS.rglob("test_*.py"):
        if "node_modules" not in file.parts:
            inside = [str(folder.relative_to(TESTS.parent)) for folder in file.parents if folder.is_relative_to(TESTS)]
            running = [c for c in commands if c[1] in inside and not {f"--ignore={i}" for i in inside} & set(c)]
            assert len(running) == 1, file


def test_the_whole_run_fits_into_twenty_five_minutes() -> None:
    assert sum(listed.budget for listed in list_suites(fast=False)) <= 25
    assert sum(listed.budget for listed in list_suites(fast=True)) <= 10
