"""Words to glyphs, once per word: runs are independent of font size and shared by every document.

Numbers and plain ASCII words whose characters do not influence each other take a path without HarfBuzz.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Sequence
from itertools import pairwise

import uharfbuzz as hb  # type: ignore[import-untyped]

from billhead.layout.fonts.face import Face

WORD_LIMIT = 200_000
"""Words kept per fallback chain; past it the cache starts anew."""

LONGEST_KEPT_WORD = 80
NUMERIC = "0123456789.,-$%€£/:+ ()"
NOTDEF = 0
"""The glyph of every face that stands for what it has no glyph for: a box."""

SOFT_HYPHEN = "\u00ad"
_HYPHENS = ("\u2010", "-")
MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
"""Right-to-left text shows brackets mirrored: a glyph means the bracket that it looks like."""


class GlyphRun:
    """Glyphs of one face from left to right. Advances and offsets are thousandths of the em.

    `texts` has the characters that each glyph stands for ("" for a glyph more than its cluster has characters).
    Those of a right-to-left run come in reverse of reading order; `text` is in reading order. `placements` gives
    (x offset, y offset, advance) per glyph, or None when all sit at their own advances. `operand` is where the PDF
    painter keeps what it writes for the run.
    """

    __slots__ = ("advance", "face", "glyphs", "operand", "placements", "rtl", "text", "texts")

    def __init__(
        self,
        face: Face,
        glyphs: tuple[int, ...],
        advance: float,
        texts: Sequence[str],
        placements: tuple[tuple[float, float, float], ...] | None = None,
        rtl: bool = False,
        text: str | None = None,
    ) -> None:
        self.rtl = rtl
        self.text = "".join(texts) if text is None else text
        self.face = face
        self.glyphs = glyphs
        self.advance = advance
        self.texts = texts
        self.placements = placements
        self.operand: str | None = None


class ShapedWord:
    """A word, or a single space, as glyph runs from left to right; `missing` are characters that no face has."""

    __slots__ = ("advance", "missing", "runs", "text")

    def __init__(self, text: str, runs: tuple[GlyphRun, ...], missing: str = "") -> None:
        self.text = text
        self.runs = runs
        self.advance = sum([run.advance for run in runs])
        self.missing = missing

    def advances(self) -> list[float]:
        """What each character of the text adds to the advance; of a cluster's, its first one counts all."""
        rtl = bool(self.runs) and self.runs[0].rtl
        found: list[float] = []
        for run in reversed(self.runs) if rtl else self.runs:
            places = reversed(range(len(run.glyphs))) if rtl else range(len(run.glyphs))
            for place in places:
                advance = run.face.advance(run.glyphs[place]) if run.placements is None else run.placements[place][2]
                covered = len(run.texts[place])
                if covered:
                    found += [advance, *[0.0] * (covered - 1)]
                elif found:
                    found[-1] += advance
        return (found + [0.0] * len(self.text))[: len(self.text)]


class Shaper:
    """Shapes words with one fallback chain of faces."""

    def __init__(self, faces: tuple[Face, ...]) -> None:
        self.faces = faces
        self.primary = faces[0]
        self._face_of_char: dict[str, Face | None] = {}
        self._ltr: dict[str, ShapedWord] = {}
        self._rtl: dict[str, ShapedWord] = {}
        self._numeric = _independent_characters(self.primary)
        self.space = self.word(" ")
        self.hyphen = self._shape_hyphen()
        self.lines: dict[str, tuple[tuple[ShapedWord, ...], float]] = {}
        self.visual_lines: dict[tuple[str, bool], tuple[tuple[ShapedWord, ...], tuple[float, ...]]] = {}

    def word(self, text: str, rtl: bool = False) -> ShapedWord:
        """The shaped word; `rtl` is its direction by the bidirectional algorithm."""
        kept = self._rtl if rtl else self._ltr
        word = kept.get(text)
        if word is None:
            word = (None if rtl else self._shape_numeric(text)) or self._shape(text, rtl)
            if len(text) <= LONGEST_KEPT_WORD:
                if len(kept) >= WORD_LIMIT:
                    kept.clear()
                kept[text] = word
        return word

    def left_to_right(self, text: str) -> tuple[tuple[ShapedWord, ...], float]:
        """The words and spaces of a line without right-to-left parts, and its advance."""
        line = self.lines.get(text)
        if line is None:
            words: list[ShapedWord] = []
            space = self.space
            for word in text.split(" "):
                if word:
                    words.append(self._ltr.get(word) or self.word(word))
                words.append(space)
            words.pop()
            line = tuple(words), sum([word.advance for word in words])
            if len(text) <= LONGEST_KEPT_WORD:
                if len(self.lines) >= WORD_LIMIT:
                    self.lines.clear()
                self.lines[text] = line
        return line

    def keep_visual_line(
        self, text: str, rtl: bool, words: tuple[ShapedWord, ...], advances: tuple[float, ...]
    ) -> None:
        """Remembers the words of a whole bidirectional paragraph from left to right, and the advances of its runs;
        `rtl` is its direction."""
        if len(text) <= LONGEST_KEPT_WORD:
            if len(self.visual_lines) >= WORD_LIMIT:
                self.visual_lines.clear()
            self.visual_lines[text, rtl] = words, advances

    def _shape_numeric(self, text: str) -> ShapedWord | None:
        table = self._numeric
        try:
            entries = [table[char] for char in text]
        except KeyError:
            return None
        glyphs = tuple([glyph for glyph, _ in entries])
        advance = sum([advance for _, advance in entries], 0.0)
        return ShapedWord(text, (GlyphRun(self.primary, glyphs, advance, text, text=text),))

    def _shape(self, text: str, rtl: bool) -> ShapedWord:
        parts: list[tuple[Face, str]] = []
        missing = ""
        for cluster in _clusters(text):
            face = self._face_for(cluster)
            if face is None:
                missing += cluster
                face = self.primary
            if parts and parts[-1][0] is face:
                parts[-1] = face, parts[-1][1] + cluster
            else:
                parts.append((face, cluster))
        if rtl:
            parts.reverse()
        runs = tuple([shape_run(face, part, rtl) for face, part in parts])
        # A face can lack what shaping makes of its characters, such as the halves of a Thai vowel.
        missing = missing or "".join([run.text for run in runs if NOTDEF in run.glyphs])
        return ShapedWord(text, runs, missing)

    def _shape_hyphen(self) -> ShapedWord:
        """What is shown where a line ends at a soft hyphen; it means just that, so that the word reads whole."""
        shown = next((char for char in _HYPHENS if self.primary.has(char)), _HYPHENS[-1])
        run = shape_run(self.primary, shown, False)
        return ShapedWord(SOFT_HYPHEN, (GlyphRun(run.face, run.glyphs, run.advance, SOFT_HYPHEN, run.placements),))

    def _face_for(self, cluster: str) -> Face | None:
        """The first face with every character of the cluster, else with its base; None when no face has that."""
        if cluster in self._face_of_char:
            return self._face_of_char[cluster]
        drawn = [char for char in cluster if not _is_invisible(char)]
        found = next((face for face in self.faces if all(map(face.has, drawn))), None)
        if found is None and len(drawn) > 1:
            found = next((face for face in self.faces if face.has(drawn[0])), None)
        if len(self._face_of_char) > WORD_LIMIT:
            self._face_of_char.clear()
        self._face_of_char[cluster] = found
        return found


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f"


def _clusters(text: str) -> list[str]:
    """Characters with the marks and joiners that belong to them."""
    if text.isascii():
        return [text]
    starts = [
        at for at, char in enumerate(text)
        if not at or not (unicodedata.category(char)[0] == "M" or _is_invisible(char))
    ]  # fmt: skip
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


def shape_run(face: Face, text: str, rtl: bool) -> GlyphRun:
    """Text of one direction in one face; characters that it lacks become its `NOTDEF`."""
    buffer = hb.Buffer()
    buffer.flags = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if rtl else "ltr"
    hb.shape(face.font, buffer)
    infos, positions, k = buffer.glyph_infos, buffer.glyph_positions, face.per_mille
    glyphs = tuple([info.codepoint for info in infos])
    own = face.advance
    plain = True
    placements = []
    for glyph, position in zip(glyphs, positions, strict=True):
        advance = position.x_advance * k
        if position.x_offset or position.y_offset or abs(advance - own(glyph)) > 0.01:
            plain = False
        placements.append((position.x_offset * k, position.y_offset * k, advance))
    advance = sum([placement[2] for placement in placements])
    if len(infos) == len(text) and not rtl and all(info.cluster == at for at, info in enumerate(infos)):
        texts: Sequence[str] = text
    else:
        shown = text.translate(MIRRORED) if rtl else text
        texts = _texts_of_glyphs(face, glyphs, [info.cluster for info in infos], shown, rtl)
    return GlyphRun(face, glyphs, advance, texts, None if plain else tuple(placements), rtl, text)


def _texts_of_glyphs(
    face: Face, glyphs: Sequence[int], clusters: Sequence[int], text: str, rtl: bool
) -> tuple[str, ...]:
    """The characters of each glyph: of several in one cluster each gets its own, such as a mark over a letter."""
    texts = [""] * len(glyphs)
    end_of = dict(pairwise([*sorted(set(clusters)), len(text)]))
    places: dict[int, list[int]] = {}
    for place, cluster in enumerate(clusters):
        places.setdefault(cluster, []).append(place)
    for cluster, members in places.items():
        chars = list(text[cluster : end_of[cluster]])
        if len(members) == 1:
            texts[members[0]] = "".join(chars)
            continue
        if rtl:
            members.reverse()
        drawn_by: dict[int, deque[int]] = {}
        for at, char in enumerate(chars):
            drawn_by.setdefault(face.glyph(char), deque()).append(at)
        left, rest = dict.fromkeys(range(len(chars))), []
        for place in members:
            if own := drawn_by.get(glyphs[place]):
                at = own.popleft()
                texts[place] = chars[at]
                del left[at]
            else:
                rest.append(place)
        chars = [chars[at] for at in left]
        for at, place in enumerate(rest):
            texts[place] = "".join(chars[at:] if at == len(rest) - 1 else chars[at : at + 1])
        if not rest and chars:
            texts[members[-1]] += "".join(chars)
    return tuple(texts)


def _independent_characters(face: Face) -> dict[str, tuple[int, float]]:
    """Glyph and advance of the numeric characters of which no pair changes another's glyph or place."""
    single = {char: shape_run(face, char, False) for char in NUMERIC if face.has(char)}
    table = {char: (run.glyphs[0], run.advance) for char, run in single.items() if len(run.glyphs) == 1}
    for first in tuple(table):
        for second in tuple(table):
            if first not in table or second not in table:
                continue
            pair = shape_run(face, first + second, False)
            separate = (table[first][0], table[second][0])
            if pair.glyphs != separate or abs(pair.advance - table[first][1] - table[second][1]) > 0.01:
                del table[first if second.isdigit() else second]
    return table
