"""The file of a backup: a gzipped tar that is written and read in one pass, the same for both databases.

    manifest.json               format, schema revision, time, and each table's columns with their kinds
    tables/<table>/<n>.jsonl    rows as JSON arrays, at most some megabytes in one part
    jobs/<n>.jsonl              jobs not done yet
    keyring.json                the keys of the secrets: whoever holds the file can read them
    blobs/<sha256>
    end.json                    how many of each; a file without it was cut short

Values are written by kind, not by what a database stores: ids and exact numbers as text, moments as ISO 8601 in UTC,
bytes as base64, documents as they are.
"""

import base64
import gzip
import io
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, LargeBinary, MetaData, String, Table, Text, Uuid
from sqlalchemy.types import TypeEngine

from billhead.refusal import Malformed
from billhead.storage.columns import Document, Exact, Minor, Utc

FORMAT = 1
_PART_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Kind:
    """How values of one logical type are written as JSON and read back."""

    name: str
    types: tuple[type[TypeEngine[Any]], ...]
    column_type: Callable[[], TypeEngine[Any]]
    write: Callable[[Any], object]
    read: Callable[[str], object]


def _same(value: object) -> object:
    return value


_KINDS = (
    _Kind("uuid", (Uuid,), Uuid, str, UUID),
    _Kind("moment", (Utc,), Utc, datetime.isoformat, datetime.fromisoformat),
    _Kind("date", (Date,), Date, str, date.fromisoformat),
    _Kind("exact", (Exact,), Exact, "{:f}".format, Decimal),
    _Kind("document", (Document,), Document, _same, _same),
    _Kind("bytes", (LargeBinary,), LargeBinary, lambda v: base64.b64encode(v).decode(), base64.b64decode),
    _Kind("boolean", (Boolean,), Boolean, _same, _same),
    _Kind("integer", (Minor, BigInteger, Integer), BigInteger, _same, _same),
    _Kind("text", (String, Text), Text, _same, _same),
)
_BY_NAME = {kind.name: kind for kind in _KINDS}


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table as the archive knows it: its columns and the kind of each, at the archive's revision."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, table: Table) -> Self:
        """The shape of a mapped table; a column type without a kind is a bug."""
        return cls(table.name, tuple((column.name, _kind_of(column)) for column in table.columns))

    def table(self) -> Table:
        """A Core table to insert into, independent of today's mapped classes."""
        return Table(
            self.name, MetaData(), *(Column(name, _BY_NAME[kind].column_type()) for name, kind in self.columns)
        )

    def to_json(self, row: Sequence[object]) -> list[object]:
        """A row, in the order of `columns`, as JSON values."""
        kinds = (_BY_NAME[kind] for _, kind in self.columns)
        return [None if v is None else kind.write(v) for v, kind in zip(row, kinds, strict=True)]

    def from_json(self, values: Sequence[str | None]) -> dict[str, object]:
        """The row again, by column name."""
        pairs = zip(values, self.columns, strict=True)
        return {name: None if v is None else _BY_NAME[kind].read(v) for v, (name, kind) in pairs}


def _kind_of(column: Column[object]) -> str:
    for kind in _KINDS:
        if isinstance(column.type, kind.types):
            return kind.name
    raise TypeError(f"a backup cannot hold {column.table.name}.{column.name}: {column.type!r}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself before its content."""

    revision: str
    taken_at: datetime
    tables: tuple[TableShape, ...]

    def to_json(self) -> dict[str, object]:
        tables = [{"name": shape.name, "columns": [list(c) for c in shape.columns]} for shape in self.tables]
        return {"format": FORMAT, "revision": self.revision, "takenAt": self.taken_at.isoformat(), "tables": tables}


class ArchiveWriter:
    """Writes an archive; `close` ends it, and without that it is refused when read."""

    def __init__(self, file: IO[bytes], manifest: Manifest) -> None:
        self._counts: dict[str, int] = {}
        self._mtime = int(manifest.taken_at.timestamp())
        self._gzip = gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=self._mtime)
        self._tar = tarfile.open(fileobj=self._gzip, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._add("manifest.json", json.dumps(manifest.to_json()).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._add("end.json", json.dumps(self._counts).encode())
            self._tar.close()
            self._gzip.close()

    def write_lines(self, group: str, lines: Iterable[object]) -> None:
        """JSON values, one a line, in parts of `group`."""
        part, size, number, count = [], 0, 0, 0
        for line in lines:
            encoded = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            part.append(encoded)
            size += len(encoded)
            count += 1
            if size >= _PART_BYTES:
                self._add(f"{group}/{number:06d}.jsonl", b"".join(part))
                part, size, number = [], 0, number + 1
        if part:
            self._add(f"{group}/{number:06d}.jsonl", b"".join(part))
        self._counts[group] = count

    def write_file(self, group: str, name: str, content: bytes) -> None:
        """One file of `group`."""
        self._add(f"{group}/{name}" if group else name, content)
        self._counts[group] = self._counts.get(group, 0) + 1

    def _add(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = len(content), 0o600, self._mtime
        self._tar.addfile(entry, io.BytesIO(content))


class ArchiveReader:
    """Reads an archive from its beginning to its end, once."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self.size = path.stat().st_size
        self._entries = self._read()
        name, content = next(self._entries, ("", b""))
        if name != "manifest.json":
            raise _damaged("it does not begin with a manifest")
        self.manifest = _manifest(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    @property
    def position(self) -> int:
        """How many bytes of the file were read."""
        return self._file.tell()

    def entries(self) -> Iterator[tuple[str, str, bytes]]:
        """(group, name, content) of each part. Refused at the end when anything is missing."""
        counts: dict[str, int] = {}
        for path, content in self._entries:
            if path == "end.json":
                expected: Mapping[str, int] = {k: v for k, v in json.loads(content).items() if v}
                if expected != counts:
                    raise _damaged("parts of it are missing")
                return
            group, _, name = path.rpartition("/")
            counts[group] = counts.get(group, 0) + (content.count(b"\n") if name.endswith(".jsonl") else 1)
            yield group, name, content
        raise _damaged("its end is missing")

    def _read(self) -> Iterator[tuple[str, bytes]]:
        try:
            with tarfile.open(fileobj=self._file, mode="r|gz") as tar:
                for entry in tar:
                    content = tar.extractfile(entry)
                    if content is None:
                        raise _damaged("it holds something that is no file")
                    yield entry.name, content.read()
        except (tarfile.TarError, EOFError, OSError) as error:
            raise _damaged("it cannot be read") from error


def read_lines(content: bytes) -> Iterator[list[str | None]]:
    """The rows of one part."""
    for line in content.splitlines():
        yield json.loads(line)


def _manifest(content: bytes) -> Manifest:
    told = json.loads(content)
    if told["format"] != FORMAT:
        raise Malformed("BACKUP_FORMAT_UNKNOWN", f"This version cannot read backups of format {told['format']}.")
    shapes = (TableShape(t["name"], tuple((name, kind) for name, kind in t["columns"])) for t in told["tables"])
    return Manifest(told["revision"], datetime.fromisoformat(told["takenAt"]), tuple(shapes))


def _damaged(why: str) -> Malformed:
    return Malformed("BACKUP_DAMAGED", f"This is not a whole backup: {why}.")
