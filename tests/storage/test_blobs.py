"""Blobs: kept by content, read back whole, and checked; in a folder, in memory, in an object store over HTTP."""

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from billhead.storage.blobs import Blob, BlobDamaged, BlobStore, blobs_in_memory, open_blob_store
from billhead.storage.settings import Settings


class ObjectStoreOverHttp(BaseHTTPRequestHandler):
    """As much of S3's protocol as puts, gets and lists objects."""

    objects: ClassVar[dict[str, tuple[bytes, str]]] = {}

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.objects[self._key()] = (body, self.headers.get("Content-Type", ""))
        self._answer(200, b"", {"ETag": '"1"'})

    def do_GET(self) -> None:
        if "list-type=2" in self.path:
            entries = "".join(
                f"<Contents><Key>{key}</Key><LastModified>2026-03-01T00:00:00.000Z</LastModified>"
                f"<Size>{len(body)}</Size><ETag>1</ETag></Contents>"
                for key, (body, _) in sorted(self.objects.items())
            )
            self._answer(200, f"<ListBucketResult>{entries}</ListBucketResult>".encode(), {})
        elif found := self.objects.get(self._key()):
            self._answer(200, found[0], {"ETag": '"1"', "Last-Modified": "Sun, 01 Mar 2026 00:00:00 GMT"})
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>", {})

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _key(self) -> str:
        return urlsplit(self.path).path.removeprefix("/bucket/")

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def object_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[BlobStore]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), ObjectStoreOverHttp)
    ObjectStoreOverHttp.objects.clear()
    Thread(target=server.serve_forever, daemon=True).start()
    host, port = server.server_address[:2]
    for name, value in {
        "AWS_ENDPOINT": f"http://{host!s}:{port}", "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    yield open_blob_store(Settings(blob_url="s3://bucket"))
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["folder", "memory", "object store"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return open_blob_store(Settings(data_dir=tmp_path))
    if request.param == "memory":
        return blobs_in_memory()
    store = request.getfixturevalue("object_store")
    assert isinstance(store, BlobStore)
    return store


def test_what_is_put_is_got(blobs: BlobStore) -> None:
    blob = blobs.put(b"%PDF-\x00\xff", "application/pdf")
    assert blob == Blob(hashlib.sha256(b"%PDF-\x00\xff").hexdigest(), 7)
    assert blobs.get(blob.sha256) == b"%PDF-\x00\xff"


def test_the_same_bytes_are_kept_once(blobs: BlobStore) -> None:
    assert list(blobs.list_blobs()) == []
    first, again, empty = (blobs.put(data, "text/plain") for data in (b"a", b"a", b""))
    assert first == again
    assert set(blobs.list_blobs()) == {first, empty}


def test_what_was_never_kept_is_not_found(blobs: BlobStore) -> None:
    with pytest.raises(FileNotFoundError):
        blobs.get("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_only_a_hash_names_a_blob(blobs: BlobStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        blobs.get(name)


def test_a_changed_blob_is_noticed(tmp_path: Path) -> None:
    blobs = open_blob_store(Settings(data_dir=tmp_path))
    blob = blobs.put(b"100.00", "text/plain")
    (tmp_path / "blobs" / blob.sha256[:2] / blob.sha256).write_bytes(b"900.00")
    with pytest.raises(BlobDamaged):
        blobs.get(blob.sha256)


def test_an_object_store_learns_the_content_type(object_store: BlobStore) -> None:
    object_store.put(b"x", "application/pdf")
    assert [kind for _, kind in ObjectStoreOverHttp.objects.values()] == ["application/pdf"]
