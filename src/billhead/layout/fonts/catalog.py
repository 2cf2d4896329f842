"""Which faces draw a style's text: families, weights and styles to a chain of faces with fallback by script."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from billhead.layout.document import Document, FontFile
from billhead.layout.errors import LayoutError
from billhead.layout.fonts.face import Face
from billhead.layout.style import Style

BOLD_FROM = 600
"""Weights from here on use the bold face, as CSS font matching does when only 400 and 700 exist."""

SHIPPED_FAMILY = "Noto Sans"
_SHIPPED: dict[str, dict[tuple[int, bool], str]] = {
    "Noto Sans": {
        (400, False): "NotoSans-Regular",
        (700, False): "NotoSans-Bold",
        (400, True): "NotoSans-Italic",
        (700, True): "NotoSans-BoldItalic",
    },
    "Noto Sans Arabic": {(400, False): "NotoSansArabic-Regular", (700, False): "NotoSansArabic-Bold"},
    "Noto Sans Hebrew": {(400, False): "NotoSansHebrew-Regular", (700, False): "NotoSansHebrew-Bold"},
}


def shipped_fonts() -> list[tuple[str, int, bool]]:
    """(family, weight, italic) of every face that comes with the package, in the order of fallback."""
    return [(family, weight, italic) for family, files in _SHIPPED.items() for weight, italic in files]


def _file_bytes(name: str) -> bytes:
    return (resources.files("billhead.layout.fonts") / "files" / f"{name}.ttf").read_bytes()


@lru_cache(maxsize=64)
def _shipped_face(name: str, weight: int, italic: bool) -> Face:
    return Face(name, _file_bytes(name), weight=weight, italic=italic)


@lru_cache(maxsize=64)
def _supplied_face(font: FontFile, number: int) -> Face:
    letters = "".join(char for char in font.family if char.isascii() and char.isalnum())
    try:
        return Face(
            f"{letters or f'Font{number}'}-{font.weight}{'Italic' if font.italic else ''}",
            font.data,
            weight=font.weight,
            italic=font.italic,
        )
    except ValueError as error:
        raise LayoutError("INVALID_FONT", f"The font file for {font.family!r} cannot be read") from error


class FontCatalog:
    """The faces at hand for one document: supplied families first, then the shipped ones."""

    def __init__(self, supplied: Sequence[FontFile] = ()) -> None:
        self._supplied: dict[str, list[Face]] = {}
        for number, font in enumerate(supplied):
            self._supplied.setdefault(font.family.lower(), []).append(_supplied_face(font, number))
        self._chains: dict[tuple[tuple[str, ...], bool, bool], tuple[Face, ...]] = {}

    def chain(self, families: tuple[str, ...], weight: int, italic: bool) -> tuple[Face, ...]:
        """Faces in the order in which they are asked for a character; the first gives line metrics."""
        key = (families, weight >= BOLD_FROM, italic)
        found = self._chains.get(key)
        if found is None:
            faces: list[Face] = []
            for family in families:
                if family.lower() in self._supplied:
                    faces.append(_nearest(self._supplied[family.lower()], weight, italic))
            for files in _SHIPPED.values():
                bold = 700 if weight >= BOLD_FROM else 400
                key_of_file = (bold, italic) if (bold, italic) in files else (bold, False)
                faces.append(_shipped_face(files[key_of_file], *key_of_file))
            # Fonts supplied under other names (a font pack for a script) come last.
            for family, supplied in self._supplied.items():
                if family not in {name.lower() for name in families}:
                    faces.append(_nearest(supplied, weight, italic))
            found = self._chains[key] = tuple(faces)
        return found


def _nearest(faces: Sequence[Face], weight: int, italic: bool) -> Face:
    return min(faces, key=lambda face: (face.italic != italic, abs(face.weight - weight)))


@lru_cache(maxsize=32)
def _cached_catalog(fonts: tuple[FontFile, ...]) -> FontCatalog:
    return FontCatalog(fonts)


def catalog_of(document: Document) -> FontCatalog:
    """The catalog for a document; kept, so that shaped words are shared between documents with the same fonts."""
    return _cached_catalog(document.fonts)


def font_stack(style: Style, document: Document) -> str:
    """The CSS font-family list that picks the very faces the pages are drawn with."""
    supplied = {font.family.lower() for font in document.fonts}
    named = [family for family in style.font_family if family.lower() in supplied]
    others = [font.family for font in document.fonts if font.family.lower() not in {name.lower() for name in named}]
    families = dict.fromkeys([*named, *_SHIPPED, *others])
    return ",".join(f"'{family}'" for family in families)


@lru_cache(maxsize=32)
def _font_face_rule(family: str, weight: int, italic: bool, name: str) -> str:
    return _rule(family, weight, italic, _file_bytes(name))


def _rule(family: str, weight: int, italic: bool, data: bytes) -> str:
    source = base64.b64encode(data).decode()
    style = "italic" if italic else "normal"
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};"
        f"src:url(data:font/ttf;base64,{source})}}"
    )


def face_css(document: Document) -> str:
    """`@font-face` rules with every face as a data URI: some 3 MB of CSS that make HTML look like the pages."""
    rules = [
        _font_face_rule(family, weight, italic, name)
        for family, files in _SHIPPED.items()
        for (weight, italic), name in files.items()
    ]
    rules += [_rule(font.family, font.weight, font.italic, font.data) for font in document.fonts]
    return "".join(rules)


def supplied_css(document: Document, most_bytes: int) -> str:
    """`@font-face` rules of the supplied fonts alone, as far as their files stay within `most_bytes` together."""
    rules, left = [], most_bytes
    for font in document.fonts:
        if len(font.data) <= left:
            left -= len(font.data)
            rules.append(_rule(font.family, font.weight, font.italic, font.data))
    return "".join(rules)
