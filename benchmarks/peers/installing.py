"""Installs the peers of `./dev bench pdf` from their locks: Node's beside this file, Python's in a venv in `.cache`."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".cache" / "bench-peers"
PYTHON = CACHE / "venv" / "bin" / "python"


def install() -> None:
    """Does only what the locks say has changed since the last time."""
    CACHE.mkdir(parents=True, exist_ok=True)
    _once("node", [HERE / "package.json", HERE / "package-lock.json"], HERE / "node_modules", _install_node)
    _once("python", [HERE / "requirements.txt"], PYTHON, _install_python)


def _once(name: str, locks: list[Path], output: Path, work: Callable[[], None]) -> None:
    wanted = hashlib.sha256(b"\0".join(lock.read_bytes() for lock in locks)).hexdigest()
    stamp = CACHE / f"{name}.stamp"
    if output.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"installing the peers that run on {name} ...", flush=True)
    work()
    stamp.write_text(wanted)


def _install_node() -> None:
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE, check=True)


def _install_python() -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", CACHE / "venv"], check=True)
    pip = (PYTHON, "-m", "pip", "install", "-qq", "--require-hashes", "-r", HERE / "requirements.txt")
    subprocess.run(pip, check=True)
