"""Text in PDF: glyph runs as TJ operands, embedded subset fonts with ToUnicode (ISO 32000-1 §9)."""

from __future__ import annotations

import unicodedata
from struct import pack

from billhead.layout.fonts import Face
from billhead.layout.paint.pdf_objects import PdfFile
from billhead.layout.text import GlyphRun, ShapedWord
from billhead.layout.text.shaping import MIRRORED, NOTDEF

MIXED = "", ""
_ADVANCE_TOLERANCE = 0.01
_CMAP_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def /CMapName /Adobe-Identity-UCS def "
    "/CMapType 2 def 1 begincodespacerange <0000><FFFF> endcodespacerange\n"
)
_CODES_HEAD = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>def /CMapName /Billhead-Codes def "
    "/CMapType 1 def /WMode 0 def 1 begincodespacerange <0000><FFFF> endcodespacerange\n"
)
_CMAP_TAIL = "endcmap CMapName currentdict /CMap defineresource pop end end"


def operand(run: GlyphRun) -> str:
    """What `_operand` says of the run, kept with it: words come again in document after document."""
    if run.operand is None:
        run.operand = _operand(run)
    return run.operand


def _operand(run: GlyphRun) -> str:
    """The inside of a TJ array for the run, without its first `<` and last `>`.

    A character without a glyph is a blank: PDF/A forbids to show `.notdef` (ISO 19005-3, 6.2.11.8).
    """
    if run.placements is None and NOTDEF not in run.glyphs:
        return pack(f">{len(run.glyphs)}H", *run.glyphs).hex().upper()
    parts: list[str] = []
    own = run.face.advance
    placements = run.placements or [(0.0, 0.0, own(glyph)) for glyph in run.glyphs]
    for glyph, (dx, dy, advance) in zip(run.glyphs, placements, strict=True):
        if glyph == NOTDEF:
            blank = run.face.glyph(" ")
            parts.append(f"{blank:04X}>{_short(own(blank) - advance)}<" if blank else f">{_short(-advance)}<")
            continue
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
        self._agreed: dict[Face, set[tuple[int, str]]] = {}
        self._seen: dict[GlyphRun, tuple[str, str | None]] = {}
        self.plain: dict[ShapedWord, tuple[str, str]] = {}
        """What `word` has found so far."""

    def code(self, run: GlyphRun) -> tuple[str, str | None]:
        """The run's operand, and the text it must be said to mean when its glyphs alone would mislead."""
        known = self._seen.get(run)
        if known is None:
            face = run.face
            if face not in self.names:
                self.names[face] = f"F{len(self.names) + 1}"
                self._glyphs[face] = set()
                self._meanings[face] = {}
                self._agreed[face] = set()
            self._glyphs[face].update(run.glyphs)
            if NOTDEF in run.glyphs:
                self._glyphs[face].add(face.glyph(" "))
                self._meanings[face].setdefault(face.glyph(" "), " ")
            actual = None if self._learn(run) else run.text
            known = self._seen[run] = operand(run), actual
        return known

    def _learn(self, run: GlyphRun) -> bool:
        """Notes what the run's glyphs mean; whether the text can be read from these meanings alone."""
        if self._is_agreed(run):
            return True
        meanings = self._meanings[run.face]
        # Readers take right-to-left glyphs in reverse, and marks then fall off their letters.
        clear = not run.rtl or not any(map(unicodedata.combining, run.text))
        for glyph, text in zip(run.glyphs, run.texts, strict=True):
            if not text or glyph == NOTDEF:
                clear = False
            elif meanings.get(glyph) != text:
                own = text
                if len(text) > 1:
                    own = next((char for char in text if run.face.glyph(char) == glyph), text)
                clear = meanings.setdefault(glyph, own) == text and clear
        if not clear:
            for glyph, text in zip(run.glyphs, run.texts, strict=True):
                if not text:
                    meanings.setdefault(glyph, max(run.texts))
            return False
        if run.rtl:
            return "".join(reversed(run.texts)) == run.text.translate(MIRRORED)
        if run.texts == run.text:
            self._agreed[run.face].update(zip(run.glyphs, run.texts, strict=True))
            return True
        return "".join(run.texts) == run.text

    def word(self, word: ShapedWord) -> tuple[str, str]:
        """The word's font resource and operand when it is one run that says all by itself, else `MIXED`."""
        run = word.runs[0] if len(word.runs) == 1 and not word.missing else None
        if run is not None and run.face in self._agreed and self._is_agreed(run):
            found = self.names[run.face], operand(run)
        else:
            codes = [self.code(each) for each in word.runs]
            found = MIXED if run is None or codes[0][1] is not None else (self.names[run.face], codes[0][0])
        self.plain[word] = found
        return found

    def _is_agreed(self, run: GlyphRun) -> bool:
        """Whether each glyph stands for one character, the one that it has stood for in this document before."""
        if run.rtl or run.texts != run.text:
            return False
        return self._agreed[run.face].issuperset(zip(run.glyphs, run.texts, strict=True))

    def name(self, face: Face) -> str:
        """The face's resource name."""
        return self.names[face]

    def write(self, pdf: PdfFile) -> str:
        """Embeds every face used; gives the entries of the font resource dictionary."""
        entries = []
        for face, resource in self.names.items():
            entries.append(f"/{resource} {_embed(pdf, face, self._glyphs[face], self._meanings[face])} 0 R")
        return "".join(entries)


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
    cid_of = {glyph: face.cids[glyph] if face.cids is not None else glyph for glyph in order}
    widths = "".join([f"{cid_of[glyph]}[{face.advance(glyph):g}]" for glyph in sorted(order, key=cid_of.__getitem__)])
    same = all(glyph == cid for glyph, cid in cid_of.items())
    encoding = "/Identity-H" if same else f" {_write_encoding(pdf, cid_of)} 0 R"
    mapping = "" if face.compact else "/CIDToGIDMap/Identity"
    cid_font = pdf.add(
        f"<</Type/Font/Subtype/CIDFontType{0 if face.compact else 2}/BaseFont/{tagged}"
        f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R"
        f"/DW 1000/W[{widths}]{mapping}>>"
    )
    unicode_map = pdf.stream((_CMAP_HEAD + _mappings(order, meanings) + _CMAP_TAIL).encode())
    return pdf.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{tagged}/Encoding{encoding}/DescendantFonts[{cid_font} 0 R]"
        f"/ToUnicode {unicode_map} 0 R>>"
    )


def _write_encoding(pdf: PdfFile, cid_of: dict[int, int]) -> int:
    """The CMap from codes, which are glyph ids, to the CIDs of a face whose CIDs are others."""
    lines = [f"<{glyph:04X}> {cid}" for glyph, cid in cid_of.items()]
    parts = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    listed = "".join(f"{len(part)} begincidchar\n" + "\n".join(part) + "\nendcidchar\n" for part in parts)
    return pdf.stream(
        (_CODES_HEAD + listed + _CMAP_TAIL).encode(),
        "/Type/CMap/CMapName/Billhead-Codes/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/WMode 0",
    )


def _mappings(order: list[int], meanings: dict[int, str]) -> str:
    lines = [
        f"<{glyph:04X}><{meanings[glyph].encode('utf-16-be', 'replace').hex()}>"
        for glyph in order
        if meanings.get(glyph)
    ]
    parts = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    return "".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n" for part in parts)
