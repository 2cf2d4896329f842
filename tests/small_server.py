"""A real small HTTP server on the loopback that answers, stalls, drips or breaks off as a test tells it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answering = Callable[[BaseHTTPRequestHandler], None]


def answer(status: int, body: bytes = b"", **headers: str) -> Answering:
    """Answer whole."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


@dataclass
class Server:
    """A server that gives its `answers` in turn, the last one for ever.

    `asked` keeps path and headers of each request, `told` its body, `methods` its method.
    """

    answers: list[Answering] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    told: list[bytes] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def stall(self, handler: BaseHTTPRequestHandler) -> None:
        """Say nothing until the test is over."""
        self.released.wait(30)

    def stall_within(self, handler: BaseHTTPRequestHandler) -> None:
        """Begin an answer and say no more until the test is over."""
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"reference":')
        handler.wfile.flush()
        self.released.wait(30)

    def drip(self, handler: BaseHTTPRequestHandler) -> None:
        """Send one byte again and again, each soon enough."""
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not self.released.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()


@contextmanager
def serve_answers() -> Iterator[Server]:
    """A running server; its `answers` are set afterwards."""
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            turn = min(len(told.asked), len(told.answers) - 1)
            told.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            told.methods.append(self.command)
            told.told.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            try:
                told.answers[turn](self)
            except OSError:
                self.close_connection = True

        do_POST = do_PUT = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Tests print nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    told.url = f"http://127.0.0.1:{listening.server_port}/base/"
    yield told
    told.released.set()
    listening.shutdown()
    thread.join()
    listening.server_close()
