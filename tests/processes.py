"""Real `billhead` processes for tests: started on loopback, killed by their own process id."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import IO

import httpx

_STARTS_WITHIN = 60.0


def billhead_environment(url: str, folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a process over this database."""
    return {
        **os.environ, "BILLHEAD_DATABASE_URL": url, "BILLHEAD_DATA_DIR": str(folder), "BILLHEAD_LOG_LEVEL": "WARNING",
        **{f"BILLHEAD_{name.upper()}": value for name, value in settings.items()},
    }  # fmt: skip


@contextlib.contextmanager
def running(
    environment: dict[str, str], *arguments: str, log: IO[bytes] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """`billhead …` for the length of a `with` block, its log in a file if one is given; what is left then is killed."""
    command = [sys.executable, "-m", "billhead.entrypoints.cli", *arguments]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=log)
    try:
        yield process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """kill -9, if it still runs."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(base: str) -> None:
    """Wait until `/readyz` answers 200."""
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{base}/readyz").status_code == 200:
                return
        Event().wait(0.05)
    raise AssertionError("the server did not start")
