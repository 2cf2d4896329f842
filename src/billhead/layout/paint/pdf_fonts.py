"""Text in PDF: glyph runs as TJ operands, embedded subset fonts with ToUnicode (ISO 32000-1 §9)."""

from __future__ import annotations

from billhead.layout.fonts import Face
from billhead.layout.paint.pdf_objects import PdfFile
from billhead.layout.text import GlyphRun

_ADVANCE_TOLERANCE = 0.01
_CMAP_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def /CMapName /Adobe-Identity-UCS def "
    "/CMapType 2 def 1 begincodespacerange <0000><FFFF> endcodespacerange\n"
)
_CMAP_TAIL = "endcmap CMapName currentdict /CMap defineresource pop end end"


def operand(run: GlyphRun) -> str:
    """The inside of a TJ array for the run, without its first `<` and last `>`."""
    if run.placements is None:
        return "".join([f"{glyph:04X}" for glyph in run.glyphs])
    parts: list[str] = []
    own = run.face.advance
    for glyph, (dx, dy, advance) in zip(run.glyphs, run.placements, strict=True):
        if dx:
            parts.append(f">{_short(-dx)}<")
        parts.append(f">]TJ {_short(dy / 1000)} Ts[<{glyph:04X}>]TJ 0 Ts[<" if dy else f"{glyph:04X}")
        extra = own(glyph) + dx - advance
        if abs(extra) > _ADVANCE_TOLERANCE:
            parts.append(f">{_short(extra)}<")
    return "".join(parts)


def _short(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:.2f}".rstrip("0").rstrip(".")


class FontUse:
    """Which glyphs of which faces a document uses, and what each glyph means in it."""

    def __init__(self) -> None:
        self.names: dict[Face, str] = {}
        self._glyphs: dict[Face, set[int]] = {}
        self._meanings: dict[Face, dict[int, str]] = {}
        self._seen: dict[GlyphRun, tuple[str, str | None]] = {}

    def code(self, run: GlyphRun) -> tuple[str, str | None]:
        """The run's operand, and the text it must be said to mean when its glyphs alone would mislead."""
        known = self._seen.get(run)
        if known is None:
            face = run.face
            if face not in self.names:
                self.names[face] = f"F{len(self.names) + 1}"
                self._glyphs[face] = set()
                self._meanings[face] = {}
            self._glyphs[face].update(run.glyphs)
            meanings = self._meanings[face]
            clear = True
            for glyph, text in zip(run.glyphs, run.texts, strict=True):
                if meanings.setdefault(glyph, text) != text:
                    clear = False
            actual = None if clear else _logical(run)
            known = self._seen[run] = operand(run), actual
        return known

    def name(self, face: Face) -> str:
        """The face's resource name."""
        return self.names[face]

    def write(self, pdf: PdfFile) -> str:
        """Embeds every face used; gives the entries of the font resource dictionary."""
        entries = []
        for face, resource in self.names.items():
            entries.append(f"/{resource} {_embed(pdf, face, self._glyphs[face], self._meanings[face])} 0 R")
        return "".join(entries)


def _logical(run: GlyphRun) -> str:
    """The run's text in logical order: clusters of a right-to-left run come reversed from the shaper."""
    return "".join(run.texts) if not run.rtl else "".join(reversed(run.texts))


def _embed(pdf: PdfFile, face: Face, glyphs: set[int], meanings: dict[int, str]) -> int:
    order = sorted(glyphs | {0})
    program, tagged = face.subset(order), face.subset_name(order)
    file = pdf.stream(program, "/Subtype/CIDFontType0C" if face.compact else f"/Length1 {len(program)}")
    ascent, descent = round(face.ascent), round(face.descent)
    italic = -12 if face.italic else 0
    weight = 140 if face.weight >= 600 else 80
    descriptor = pdf.add(
        f"<</Type/FontDescriptor/FontName/{tagged}/Flags {4 + 64 * face.italic}"
        f"/FontBBox[-1000 {-descent} 3000 {ascent}]"
        f"/ItalicAngle {italic}/Ascent {ascent}/Descent {-descent}/CapHeight 714/StemV {weight}"
        f"/FontFile{3 if face.compact else 2} {file} 0 R>>"
    )
    widths = "".join([f"{glyph}[{face.advance(glyph):g}]" for glyph in order])
    mapping = "" if face.compact else "/CIDToGIDMap/Identity"
    cid_font = pdf.add(
        f"<</Type/Font/Subtype/CIDFontType{0 if face.compact else 2}/BaseFont/{tagged}"
        f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R"
        f"/DW 1000/W[{widths}]{mapping}>>"
    )
    unicode_map = pdf.stream((_CMAP_HEAD + _mappings(order, meanings) + _CMAP_TAIL).encode())
    return pdf.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{tagged}/Encoding/Identity-H/DescendantFonts[{cid_font} 0 R]"
        f"/ToUnicode {unicode_map} 0 R>>"
    )


def _mappings(order: list[int], meanings: dict[int, str]) -> str:
    lines = [
        f"<{glyph:04X}><{meanings[glyph].encode('utf-16-be', 'replace').hex()}>"
        for glyph in order
        if meanings.get(glyph)
    ]
    parts = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    return "".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n" for part in parts)
