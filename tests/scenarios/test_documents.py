"""The commands of the guides, run as they stand, one guide after the other in one shell session of a new user."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from processes import billhead_environment, free_port, running, wait_until_ready

ROOT = Path(__file__).resolve().parents[2]
SHIM = Path(__file__).parent / "curl.py"


def commands(document: str) -> list[str]:
    """The shell blocks of a guide, in order."""
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / document).read_text(), re.M | re.S)


def shell(script: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_guide_from_nothing_to_the_first_invoice(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    if shutil.which("curl") is None:
        (programs / "curl").write_text(f'#!/bin/sh\nexec {sys.executable} {SHIM} "$@"\n')
        (programs / "curl").chmod(0o755)
    environment = billhead_environment("", tmp_path / "data")
    del environment["BILLHEAD_DATABASE_URL"]
    environment["PATH"] = f"{programs}:{Path(sys.executable).parent}:{environment['PATH']}"
    before, person, token, *calls = commands("docs/start.md")
    shell(before + person, tmp_path, environment)
    port = free_port()
    environment["BASE"] = f"http://127.0.0.1:{port}"
    with running(environment, "serve", "--port", str(port)):
        wait_until_ready(environment["BASE"])
        told = shell("\n".join([token, *calls]), tmp_path, environment)
    assert re.search(r"^INV-\d{6}$", told, re.M)
    assert told.splitlines()[-1] == "VOID"
    assert (tmp_path / "invoice.pdf").read_bytes().startswith(b"%PDF-")
    told = shell("\n".join(commands("docs/operate.md")), tmp_path, environment)
    assert "intact" in told
    assert (tmp_path / "billhead.tar.gz").stat().st_size > 10_000
