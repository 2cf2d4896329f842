"""Fonts beside the shipped ones: files in a folder of the operator's, and copies of what tenants keep in the blobs.

An order to draw names font files by place and SHA-256, so that megabytes of fonts do not travel with it; the process
that draws reads each once. `installed_fonts(data_dir / "fonts")` are the operator's, for every business.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from billhead.refusal import Malformed, NotFound

if TYPE_CHECKING:
    from billhead.layout.document import FontFile
    from billhead.layout.fonts.check import CheckedFont

FOLDER = "fonts"
SUFFIXES = (".ttf", ".otf")
MOST_BYTES = 64 * 1024 * 1024
"""Of one file that an operator installs: the largest fonts for Chinese and Japanese have some 20 MB."""
MOST_FILES = 500

_RARE = re.compile("[^\u0000-\u052f\u0590-\u06ff\u0750-\u077f\u1e00-\u20cf\u2100-\u214f\ufb1d-\ufdff\ufe70-\ufeff]")
"""Characters outside the scripts that the shipped fonts are made for."""
_FONT_FAMILY = re.compile(r'"fontFamily"\s*:\s*("(?:[^"\\]|\\.)*")')


@dataclass(frozen=True, slots=True)
class FontPlace:
    """A font file that was checked, and where it lies."""

    family: str
    weight: int
    italic: bool
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class InstalledFont:
    """A font of the operator's, and the characters that it draws."""

    place: FontPlace
    characters: frozenset[int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A font file to be looked at: the name to call it by, and its bytes."""

    name: str
    data: bytes


def installed_fonts(folder: Path) -> tuple[InstalledFont, ...]:
    """The fonts in a folder by the names of their files; none when it does not exist. What is no font is passed over.

    Kept until the folder changes.
    """
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        return ()
    return _read_folder(folder, changed)


@lru_cache(maxsize=16)
def _read_folder(folder: Path, _changed: int) -> tuple[InstalledFont, ...]:
    from billhead.layout import LayoutError
    from billhead.layout.fonts import Face

    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES:
            continue
        data = path.read_bytes()
        try:
            font = check(Candidate(path.name, data)).file
        except LayoutError:
            continue
        place = FontPlace(font.family, font.weight, font.italic, str(path), hashlib.sha256(data).hexdigest())
        found.append(InstalledFont(place, frozenset(Face("Installed", data).face.unicodes)))
    return tuple(found)


def fonts_for(installed: Iterable[InstalledFont], template: str, *texts: str) -> tuple[FontPlace, ...]:
    """The installed fonts that a document can need: named by its template, or with characters that others lack."""
    whole = "\n".join((template, *texts))
    rare = {ord(char) for char in _RARE.findall(whole)} if has_rare(whole) else set()
    named = families_in(template)
    return tuple(
        font.place
        for font in installed
        if font.place.family.casefold() in named or not rare.isdisjoint(font.characters)
    )


def families_in(template: str) -> frozenset[str]:
    """The families that a template, as JSON text, names in any `fontFamily`; casefolded."""
    values: list[str] = [json.loads(quoted, strict=False) for quoted in _FONT_FAMILY.findall(template)]
    return frozenset(name.strip().strip("'\"").strip().casefold() for value in values for name in value.split(","))


def has_rare(text: str) -> bool:
    """Whether a text has characters outside the scripts that the shipped fonts are made for."""
    return not text.isascii() and _RARE.search(text) is not None


def load_fonts(places: Iterable[FontPlace]) -> tuple["FontFile", ...]:
    """The files, each read once by a process and checked against its SHA-256."""
    return tuple([_load(place) for place in places])


@lru_cache(maxsize=64)
def _load(place: FontPlace) -> "FontFile":
    from billhead.layout.document import FontFile

    data = Path(place.path).read_bytes()
    if hashlib.sha256(data).hexdigest() != place.sha256:
        raise NotFound("FONT_CHANGED", f"The font file {Path(place.path).name} is not what it was.")
    return FontFile(place.family, data, place.weight, place.italic)


def keep_copy(folder: Path, sha256: str, data: bytes) -> Path:
    """A file of these bytes, written whole or not at all. What was there is replaced."""
    path = folder / f"{sha256}.font"
    _write(path, data)
    return path


def find_copy(folder: Path, sha256: str, size: int) -> Path | None:
    """The file that `keep_copy` made; None when it is not there, or not what it was."""
    path = folder / f"{sha256}.font"
    try:
        found = path.stat()
        is_whole = found.st_size == size and _digest(path, found.st_mtime_ns, found.st_ino) == sha256
    except OSError:
        return None
    return path if is_whole else None


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: int, _inode: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def candidates(source: Path) -> Iterator[Candidate]:
    """The font files in a folder, in a zip archive or in one file. Refuses what is none of these, and too many."""
    if source.is_dir():
        files = sorted(path for path in source.rglob("*") if path.suffix.lower() in SUFFIXES)
        _check_count(source, len(files))
        yield from (_candidate(path) for path in files)
    elif source.suffix.lower() == ".zip":
        yield from _in_archive(source)
    elif source.is_file():
        yield _candidate(source)
    else:
        raise NotFound("FILE_NOT_FOUND", f"{source}: there is no such file or folder.")


def check(candidate: Candidate) -> "CheckedFont":
    """What `layout.fonts.check.check_font` finds; a file beyond the limit is refused unread."""
    from billhead.layout import LayoutError
    from billhead.layout.fonts.check import check_font

    if len(candidate.data) > MOST_BYTES:
        raise LayoutError("INVALID_FONT", f"The font cannot be used. It has more than {MOST_BYTES} bytes.")
    return check_font(candidate.data)


def install(folder: Path, found: "CheckedFont") -> Path:
    """Copy a checked font into the folder, named by what it is; the same family, weight and style is replaced."""
    font = found.file
    suffix = ".otf" if font.data[:4] == b"OTTO" else ".ttf"
    name = f"{font.family.replace(' ', '')}-{font.weight}{'-italic' if font.italic else ''}"
    for other in SUFFIXES:
        (folder / (name + other)).unlink(missing_ok=True)
    path = folder / (name + suffix)
    _write(path, font.data)
    return path


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as fresh:
        try:
            fresh.write(data)
            fresh.flush()
            os.fsync(fresh.fileno())  # else a power cut can leave the new name with nothing in it
            os.replace(fresh.name, path)
        except BaseException:
            Path(fresh.name).unlink(missing_ok=True)
            raise


def _candidate(path: Path) -> Candidate:
    try:
        with path.open("rb") as file:
            return Candidate(path.name, file.read(MOST_BYTES + 1))
    except OSError as error:
        raise NotFound("FILE_NOT_FOUND", f"{path}: {error.strerror or 'cannot be read'}") from error


def _in_archive(source: Path) -> Iterator[Candidate]:
    try:
        with ZipFile(source) as archive:
            names = sorted(name for name in archive.namelist() if name.lower().endswith(SUFFIXES))
            _check_count(source, len(names))
            for name in names:
                with archive.open(name) as file:
                    yield Candidate(name.rpartition("/")[2], file.read(MOST_BYTES + 1))
    except (OSError, BadZipFile, RuntimeError) as error:
        raise Malformed("INVALID_FILE", f"{source}: is no zip archive that can be read ({error})") from error


def _check_count(source: Path, count: int) -> None:
    if count > MOST_FILES:
        raise Malformed("INVALID_FILE", f"{source}: holds {count} fonts; at most {MOST_FILES} are taken at once.")
