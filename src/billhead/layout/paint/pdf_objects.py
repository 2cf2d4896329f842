"""The PDF file as such (ISO 32000-1 §7): objects, compressed streams, object streams, cross-reference stream."""

from __future__ import annotations

import hashlib
import struct
from concurrent.futures import Future, ThreadPoolExecutor

from zlib_ng import zlib_ng

LEVEL = 6
OBJECTS_PER_STREAM = 200
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

    def close(self) -> None:
        """Ends the thread that compresses; always to be called."""
        if self._pool is not None:
            self._pool.shutdown()

    def finish(self, root: int, info: int) -> bytes:
        """The whole file. Its identifier follows from its content."""
        inside: dict[int, tuple[int, int]] = {}
        self._pack_objects(inside)
        chunks, offsets, at = [HEADER], {}, len(HEADER)
        digest = hashlib.sha256()
        for key, entries, data in self._streams:
            packed = data if isinstance(data, bytes) else data.result()
            head = b"%d 0 obj\n<<%s/Length %d>>\nstream\n" % (key, entries.encode("latin-1"), len(packed))
            offsets[key] = at
            chunks += (head, packed, b"\nendstream\nendobj\n")
            digest.update(packed)
            at += len(head) + len(packed) + 18
        table = self.reserve()
        pack = struct.Struct(">BIB").pack
        rows = [pack(0, 0, 255)]
        for key in range(1, table):
            if key in inside:
                rows.append(pack(2, *inside[key]))
            elif key in offsets:
                rows.append(pack(1, offsets[key], 0))
            else:
                rows.append(pack(0, 0, 255))
        rows.append(pack(1, at, 0))
        identifier = digest.hexdigest()[:32]
        packed = compress(b"".join(rows))
        chunks.append(
            b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]/Filter/FlateDecode"
            b"/Length %d>>\nstream\n"
            % (table, table + 1, root, info, identifier.encode(), identifier.encode(), len(packed))
        )
        chunks += (packed, b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % at)
        return b"".join(chunks)

    def _pack_objects(self, inside: dict[int, tuple[int, int]]) -> None:
        for first in range(0, len(self.small), OBJECTS_PER_STREAM):
            part = self.small[first : first + OBJECTS_PER_STREAM]
            holder = self.reserve()
            heads, at = [], 0
            for index, (key, body) in enumerate(part):
                heads.append(f"{key} {at}")
                at += len(body) + 1
                inside[key] = (holder, index)
            head = " ".join(heads) + "\n"
            data = (head + "\n".join([body for _, body in part])).encode("latin-1")
            self.stream(data, f"/Type/ObjStm/N {len(part)}/First {len(head)}", holder)
