"""The PDF file as such (ISO 32000-1 §7): objects, compressed streams, object streams, cross-reference stream."""

from __future__ import annotations

import hashlib
import struct
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate

from zlib_ng import zlib_ng

LEVEL = 6
OBJECTS_PER_STREAM = 200
_ENTRY = struct.Struct(">BIB").pack
_FREE = _ENTRY(0, 0, 255)
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def compress(data: bytes) -> bytes:
    """Deflate, as FlateDecode wants it; equal bytes for equal data."""
    return bytes(zlib_ng.compress(data, LEVEL))


def text_string(text: str) -> str:
    """A PDF text string (§7.9.2.2)."""
    if text.isascii() and text.isprintable():
        return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"
    return "<FEFF" + text.encode("utf-16-be", "replace").hex() + ">"


def name(text: str) -> str:
    """A PDF name with everything irregular escaped."""
    return "/" + "".join(char if char.isalnum() and char.isascii() else f"#{ord(char):02X}" for char in text)


def number(value: float) -> str:
    """A number as PDF writes it: at most three decimals, no exponent."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


class PdfFile:
    """Collects objects and writes the file. Pages of long documents are compressed beside the painting."""

    def __init__(self, *, beside: bool) -> None:
        self.count = 0
        self.small: list[tuple[int, str]] = []
        self._streams: list[tuple[int, str, bytes | Future[bytes]]] = []
        self._pool = ThreadPoolExecutor(1) if beside else None

    def reserve(self) -> int:
        """A new object number."""
        self.count += 1
        return self.count

    def add(self, body: str, at: int | None = None) -> int:
        """An object without a stream; `at` is a number reserved before."""
        key = at or self.reserve()
        self.small.append((key, body))
        return key

    def stream(self, data: bytes, entries: str = "", at: int | None = None) -> int:
        """A stream, compressed here; `entries` are further dictionary entries."""
        key = at or self.reserve()
        packed = self._pool.submit(compress, data) if self._pool is not None else compress(data)
        self._streams.append((key, entries + "/Filter/FlateDecode", packed))
        return key

    def raw_stream(self, data: bytes, entries: str = "", at: int | None = None) -> int:
        """A stream whose data is as it shall be; `entries` name its filter."""
        key = at or self.reserve()
        self._streams.append((key, entries, data))
        return key

    def packed_stream(self, packed: bytes, entries: str) -> int:
        """A stream that `compress` has already been over."""
        return self.raw_stream(packed, entries + "/Filter/FlateDecode")

    def close(self) -> None:
        """Ends the thread that compresses; always to be called."""
        if self._pool is not None:
            self._pool.shutdown()

    def finish(self, root: int, info: int) -> bytes:
        """The whole file. Its identifier follows from its content."""
        places: dict[int, bytes] = {}
        self._pack_objects(places)
        chunks, at = [HEADER], len(HEADER)
        digest = hashlib.sha256()
        for key, entries, data in self._streams:
            packed = data if isinstance(data, bytes) else data.result()
            head = b"%d 0 obj\n<<%s/Length %d>>\nstream\n" % (key, entries.encode("latin-1"), len(packed))
            places[key] = _ENTRY(1, at, 0)
            chunks += (head, packed, b"\nendstream\nendobj\n")
            digest.update(packed)
            at += len(head) + len(packed) + 18
        table = self.reserve()
        places[table] = _ENTRY(1, at, 0)
        rows = [places.get(key, _FREE) for key in range(table + 1)]
        identifier = digest.hexdigest()[:32]
        packed = compress(b"".join(rows))
        chunks.append(
            b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/Filter/FlateDecode"
            b"/Length %d>>\nstream\n"
            % (table, table + 1, root, info, identifier.encode(), identifier.encode(), len(packed))
        )
        chunks += (packed, b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % at)
        return b"".join(chunks)

    def _pack_objects(self, places: dict[int, bytes]) -> None:
        for first in range(0, len(self.small), OBJECTS_PER_STREAM):
            part = self.small[first : first + OBJECTS_PER_STREAM]
            holder = self.reserve()
            bodies = [body for _, body in part]
            starts = accumulate([len(body) + 1 for body in bodies], initial=0)
            head = " ".join([f"{key} {at}" for (key, _), at in zip(part, starts, strict=False)]) + "\n"
            for index, (key, _) in enumerate(part):
                places[key] = _ENTRY(2, holder, index)
            data = (head + "\n".join(bodies)).encode("latin-1")
            self.stream(data, f"/Type/ObjStm/N {len(part)}/First {len(head)}", holder)
