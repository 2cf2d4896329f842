"""Files kept by what they contain: in, bytes; out, their SHA-256, under which they are read and checked again.

A folder in `data_dir` by default, an object store by URL, memory for tests. The same bytes are kept once and never
change. A blob is written before the row that names it commits; who may read it is decided by that row, never here.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from billhead.storage.settings import Settings

_REMEMBERED = 64
_NAME = re.compile(r"[0-9a-f]{64}")


class BlobDamaged(RuntimeError):
    """What was read is not what was written: the store lost or changed it."""


@dataclass(frozen=True, slots=True)
class Blob:
    """What names stored bytes: their SHA-256 in hexadecimal, and their number."""

    sha256: str
    size: int


class BlobStore:
    """A content-addressed store."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        """`folder` is where a local store writes: there, a blob is on the disk before its row is."""
        self._store = store
        self._folder = folder
        self._lately: frozenset[str] = frozenset()

    def put(self, data: bytes, content_type: str) -> Blob:
        """Keep these bytes; keeping them twice is keeping them once. An object store also learns the content type.

        What this process kept lately is not written again: each issue keeps its template, mostly the same one.
        """
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._lately:
            self._write(digest, data, content_type)
            self._lately = frozenset([digest, *list(self._lately)[: _REMEMBERED - 1]])
        return Blob(digest, len(data))

    def _write(self, digest: str, data: bytes, content_type: str) -> None:
        if isinstance(self._store, LocalStore):
            obstore.put(self._store, _path(digest), data)
            self._flush(_path(digest))
        else:
            obstore.put(self._store, _path(digest), data, attributes={"Content-Type": content_type})

    def get(self, sha256: str) -> bytes:
        """The bytes of this hash. FileNotFoundError if they were never kept, BlobDamaged if they changed."""
        try:
            data = bytes(obstore.get(self._store, _path(sha256)).bytes())
            if hashlib.sha256(data).hexdigest() != sha256:
                raise BlobDamaged(sha256)
        except (FileNotFoundError, BlobDamaged):
            self._lately -= {sha256}
            raise
        return data

    def list_blobs(self) -> Iterator[Blob]:
        """Every blob kept, in no order."""
        for chunk in obstore.list(self._store):
            for entry in chunk:
                name = entry["path"].rpartition("/")[2]
                if _NAME.fullmatch(name):
                    yield Blob(name, entry["size"])

    def _flush(self, path: str) -> None:
        if self._folder is None:
            return
        for place in (self._folder / path, (self._folder / path).parent):
            handle = os.open(place, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def open_blob_store(settings: Settings) -> BlobStore:
    """The store that the settings name: `blob_url`, or the folder `blobs` in `data_dir`."""
    if settings.blob_url:
        return BlobStore(from_url(settings.blob_url))
    folder = settings.data_dir.resolve() / "blobs"
    return BlobStore(LocalStore(folder, mkdir=True), folder)


def blobs_in_memory() -> BlobStore:
    """A store that lasts as long as this object."""
    return BlobStore(MemoryStore())


def _path(sha256: str) -> str:
    if not _NAME.fullmatch(sha256):
        raise ValueError("a blob is named by a SHA-256 in hexadecimal")
    return f"{sha256[:2]}/{sha256}"
