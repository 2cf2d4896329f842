"""One font face: metrics in thousandths of an em, glyph advances and outlines, subsetting."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import uharfbuzz as hb  # type: ignore[import-untyped]

from billhead.layout.fonts.cff import cids_of

DROPPED_TABLES = (
    "GSUB",
    "GPOS",
    "GDEF",
    "name",
    "OS/2",
    "post",
    "cmap",
    "DSIG",
    "meta",
    "STAT",
    "kern",
    "gasp",
    "VDMX",
    "hdmx",
    "LTSH",
    "BASE",
    "VORG",
    "vhea",
    "vmtx",
)


class Face:
    """A font file ready for shaping. Character codes in PDF are its own glyph ids, so shaped words are reusable.

    `ascent` and `descent` are positive, in thousandths of the em; `line_gap` likewise. `compact` faces have CFF
    outlines; where these are CID-keyed, `cids` has the name of each glyph, which its subsets keep.
    """

    def __init__(self, name: str, data: bytes, *, weight: int = 400, italic: bool = False) -> None:
        """Raises ValueError for bytes that hold no usable font."""
        self.name = name
        self.weight = weight
        self.italic = italic
        self.data = data
        self.face = hb.Face(hb.Blob(data), 0)
        if not self.face.glyph_count or self.face.upem < 16:
            raise ValueError("not a font")
        self.font = hb.Font(self.face)
        self.units = self.face.upem
        self.per_mille = 1000 / self.units
        extents = self.font.get_font_extents("ltr")
        self.ascent = extents.ascender * self.per_mille
        self.descent = -extents.descender * self.per_mille
        self.line_gap = max(extents.line_gap * self.per_mille, 0.0)
        self.compact = "CFF " in self.face.table_tags
        self.cids = self._read_cids() if self.compact else None
        self.digest = hashlib.sha256(data).hexdigest()
        self._advances: dict[int, float] = {}
        self._outlines: dict[int, str] = {}
        self._subset_source: hb.Face | None = None

    def _read_cids(self) -> tuple[int, ...] | None:
        return cids_of(bytes(self.face.reference_table("CFF ").data), self.face.glyph_count)

    def has(self, char: str) -> bool:
        """Whether the face draws this character itself."""
        return bool(self.font.get_nominal_glyph(ord(char)))

    def glyph(self, char: str) -> int:
        """The glyph of a character alone; 0, the box of `.notdef`, when the face has none."""
        return self.font.get_nominal_glyph(ord(char)) or 0

    def advance(self, glyph: int) -> float:
        """The glyph's own advance in thousandths of the em, as a PDF's width table says it."""
        width = self._advances.get(glyph)
        if width is None:
            width = self._advances[glyph] = round(self.font.get_glyph_h_advance(glyph) * self.per_mille, 3)
        return width

    def outline(self, glyph: int) -> str:
        """The glyph's contour as SVG path data, y downwards, in thousandths of the em; "" for blanks."""
        path = self._outlines.get(glyph)
        if path is None:
            path = self._outlines[glyph] = self._draw(glyph)
        return path

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """A font program with these glyphs at their own ids, or under their own CIDs: TrueType, or bare CFF."""
        wanted = hb.SubsetInput()
        if self.cids is not None:
            wanted.flags = hb.SubsetFlags.NO_HINTING
        else:
            wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.RETAIN_GIDS
        wanted.glyph_set.update(glyphs)
        wanted.drop_table_tag_set.update(int.from_bytes(tag.encode().ljust(4), "big") for tag in DROPPED_TABLES)
        if self._subset_source is None:
            # Preparing a CFF face costs more time and memory than it saves.
            self._subset_source = self.face if self.compact else hb.subset_preprocess(self.face)
        cut = hb.subset(self._subset_source, wanted)
        return bytes(cut.reference_table("CFF ").data if self.compact else cut.blob.data)

    def subset_name(self, glyphs: Iterable[int]) -> str:
        """The PostScript name with the six-letter tag of this subset, the same for the same glyphs."""
        seed = hashlib.sha256(f"{self.digest}{sorted(glyphs)}".encode()).digest()
        return "".join(chr(65 + byte % 26) for byte in seed[:6]) + "+" + self.name

    def _draw(self, glyph: int) -> str:
        parts: list[str] = []
        k = self.per_mille

        def text(*numbers: float) -> str:
            return " ".join(f"{(n if i % 2 == 0 else -n) * k:.4g}" for i, n in enumerate(numbers))

        funcs = hb.DrawFuncs()
        funcs.set_move_to_func(lambda x, y, _: parts.append(f"M{text(x, y)}"))
        funcs.set_line_to_func(lambda x, y, _: parts.append(f"L{text(x, y)}"))
        funcs.set_quadratic_to_func(lambda a, b, x, y, _: parts.append(f"Q{text(a, b, x, y)}"))
        funcs.set_cubic_to_func(lambda a, b, c, d, x, y, _: parts.append(f"C{text(a, b, c, d, x, y)}"))
        funcs.set_close_path_func(lambda _: parts.append("Z"))
        self.font.draw_glyph(glyph, funcs)
        return "".join(parts)
