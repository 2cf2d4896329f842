"""Font files of others: bytes in, a `FontFile` with what the file says of itself out, or a refusal.

Nothing that a file holds is believed: HarfBuzz, which browsers trust with fonts of any origin, reads its tables, and
names are cut to what may stand in CSS.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

import uharfbuzz as hb  # type: ignore[import-untyped]

from billhead.layout.document import FontFile
from billhead.layout.errors import LayoutError
from billhead.layout.fonts.catalog import shipped_fonts
from billhead.layout.fonts.face import Face
from billhead.layout.text.shaping import shape_run

MOST_TABLES = 64
MOST_NAME = 80
SAMPLE = 64
"""Characters that are drawn and embedded to see whether the font bears it."""

_FORMATS = {
    b"wOFF": "WOFF",
    b"wOF2": "WOFF2",
    b"ttcf": "a collection of fonts",
    b"%!PS": "PostScript",
    b"\x80\x01": "PostScript",
}
_SFNT = (b"\x00\x01\x00\x00", b"OTTO", b"true")
_OUTLINES = ({"glyf", "loca"}, {"CFF "})
_NEEDED = {"cmap", "head", "hhea", "hmtx", "maxp"}
_VARIABLE = {"fvar", "CFF2", "gvar"}
_NOT_IN_A_NAME = re.compile(r"[^\w .+-]")
_RESTRICTED, _NO_SUBSETS, _BITMAPS_ONLY, _ANY_LICENCE = 0x0002, 0x0100, 0x0200, 0x000C
_ITALIC = 1
_CSS_WORDS = frozenset({
    "inherit", "initial", "unset", "revert", "revert-layer", "default", "none", "serif", "sans-serif", "monospace",
    "cursive", "fantasy", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded", "math", "emoji",
    "fangsong",
})  # fmt: skip


class CheckedFont(NamedTuple):
    """A font that may be used, how many characters it has, and its licence in its own words ("" for none)."""

    file: FontFile
    characters: int
    licence: str


def check_font(data: bytes) -> CheckedFont:
    """The font in a TrueType or OpenType file. Refuses, with `INVALID_FONT`, what is none, cannot be drawn, varies,
    or may not be embedded as a subset by its own OS/2 table (`fsType`)."""
    tables = _tables_of(data)
    face = hb.Face(hb.Blob(data), 0)
    if not tables >= _NEEDED or not any(tables >= outlines for outlines in _OUTLINES):
        raise _refused("It lacks tables that a font needs.")
    if tables & _VARIABLE:
        raise _refused("It is a variable font. Use its static files, one for each weight and style.")
    characters = sorted(face.unicodes)
    if not face.glyph_count or not characters:
        raise _refused("It has no characters.")
    metrics = bytes(face.reference_table("OS/2").data) if "OS/2" in tables else b""
    _check_licence(metrics)
    weight, italic = _weight_and_style(metrics)
    family = _name(face, 16) or _name(face, 1)
    if not family:
        raise _refused("It does not say the name of its family.")
    _check_family(family)
    _try_out(data, "".join(map(chr, characters[:: max(len(characters) // SAMPLE, 1)][:SAMPLE])))
    return CheckedFont(FontFile(family, data, weight, italic), len(characters), (face.get_name(13) or "").strip()[:500])


def _tables_of(data: bytes) -> set[str]:
    """The names of the tables; refuses other containers, and those that are not all there."""
    for magic, name in _FORMATS.items():
        if data.startswith(magic):
            raise _refused(f"It is {name}. Use a TrueType (.ttf) or OpenType (.otf) file.")
    if data[:4] not in _SFNT:
        raise _refused("It is no TrueType (.ttf) or OpenType (.otf) file.")
    (count,) = struct.unpack(">H", data[4:6].ljust(2, b"\0"))
    if not 0 < count <= MOST_TABLES or len(data) < 12 + 16 * count:
        raise _refused("It is cut short, or has too many tables.")
    found = set()
    for at in range(12, 12 + 16 * count, 16):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, at)
        if offset + length > len(data):
            raise _refused("It is cut short.")
        if not tag.isascii():
            raise _refused("It is damaged.")
        found.add(tag.decode("ascii"))
    return found


def _check_licence(metrics: bytes) -> None:
    kind = struct.unpack_from(">H", metrics, 8)[0] if len(metrics) >= 10 else 0
    if kind & _RESTRICTED and not kind & _ANY_LICENCE:
        raise _refused("Its licence forbids to embed it in documents.")
    if kind & (_NO_SUBSETS | _BITMAPS_ONLY):
        raise _refused("Its licence forbids to embed parts of it in documents.")


def _weight_and_style(metrics: bytes) -> tuple[int, bool]:
    if len(metrics) < 64:
        return 400, False
    weight: int = struct.unpack_from(">H", metrics, 4)[0]
    style: int = struct.unpack_from(">H", metrics, 62)[0]
    return (weight if 1 <= weight <= 1000 else 400), bool(style & _ITALIC)


def _name(face: hb.Face, number: int) -> str:
    return " ".join(_NOT_IN_A_NAME.sub("", face.get_name(number) or "").split())[:MOST_NAME].strip()


def _check_family(family: str) -> None:
    """A name that means something else already would change templates that never asked for this font."""
    name = family.casefold()
    if not any(char.isalnum() for char in name) or name in _CSS_WORDS:
        raise _refused(f"Its family is named {family}, which no template can name.")
    if name in {shipped.casefold() for shipped, _, _ in shipped_fonts()}:
        raise _refused(f"Its family is named {family}, as one that comes with Billhead.")


def _try_out(data: bytes, sample: str) -> None:
    try:
        face = Face("Trial", data)
        glyphs = {glyph for char in sample for glyph in shape_run(face, char, False).glyphs}
        for glyph in glyphs:
            face.outline(glyph)
        cut = face.subset(glyphs | {0})
    except (ValueError, RuntimeError, hb.HarfBuzzError) as error:
        raise _refused("It cannot be read.") from error
    if not cut or not 0 < face.ascent + face.descent < 10_000:
        raise _refused("It cannot be drawn.")


def _refused(why: str) -> LayoutError:
    return LayoutError("INVALID_FONT", f"The font cannot be used. {why}")
