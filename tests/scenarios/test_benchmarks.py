"""The benchmarks run, in their smallest amount, and check what they did."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_issuing_over_http_beside_raw_sql(database: str) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("BILLHEAD_")}
    command = [sys.executable, "-W", "ignore", BENCHMARKS / "issue.py", "--tiny", "--database", database]
    done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"raw SQL +[\d.]+ invoices/s .* [\d.]+ statements an invoice", done.stdout)
    assert re.search(r"over HTTP +[\d.]+ invoices/s .* ms of the server's CPU an invoice", done.stdout)
    assert re.search(r"ratio +[\d.]+% \(slices .*\), target 20%", done.stdout)
    assert "every draft issued once" in done.stdout


def test_pdfs_without_the_peers() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", BENCHMARKS / "pdf.py", "--tiny", "--alone"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"Billhead +[\d.]+ +[\d.]+ +\d+ +\d+\n", done.stdout)) == 2, done.stdout
    assert len(re.findall(r"validate [\d.]+, evaluate [\d.]+, compose [\d.]+, lay out [\d.]+, paint", done.stdout)) == 2
    assert re.search(r"validate \+ evaluate \+ compose, ms +[\d.]+ +target 1 ", done.stdout)
    assert re.search(r"two processes, times as many PDFs as one +[\d.]+ +target 1.8 ", done.stdout)
