"""Whether the process is alive is told even when it has no thread left for anything else."""

import threading

import pytest

from app import Office
from billhead.access import http


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health_is_told_while_every_thread_waits(office: Office, path: str) -> None:
    client, gate = office.client(), threading.Event()
    blocked = [http._THREADS.submit(gate.wait, 30) for _ in range(http._THREADS._max_workers + 1)]
    try:
        assert client.get(path).status_code == 200
        assert not any(one.done() for one in blocked)
    finally:
        gate.set()
    assert client.get("/billing/clients").status_code == 200
