"""Font files of others: what is taken, what is refused, and that no bytes whatever break the check."""

import random
import struct
from pathlib import Path

import pytest

from billhead.layout.document import FontFile
from billhead.layout.emit.html import render_html
from billhead.layout.errors import LayoutError
from billhead.layout.fonts import FontCatalog, shipped_fonts, supplied_css
from billhead.layout.fonts.check import check_font
from layout.trees import a_document, a_text

FONTS = Path(__file__).parent / "fonts"
THAI = (FONTS / "NotoSansThai-subset.ttf").read_bytes()
JAPANESE = (FONTS / "NotoSansCJKjp-subset.otf").read_bytes()


def table_at(data: bytes, tag: bytes) -> int:
    """Where the directory entry of a table begins."""
    (count,) = struct.unpack_from(">H", data, 4)
    return next(at for at in range(12, 12 + 16 * count, 16) if data[at : at + 4] == tag)


def with_tag(data: bytes, tag: bytes, other: bytes) -> bytes:
    """The font with a table called otherwise."""
    at = table_at(data, tag)
    return data[:at] + other + data[at + 4 :]


def with_word(data: bytes, tag: bytes, offset: int, value: int) -> bytes:
    """The font with 16 bits of a table changed."""
    (start,) = struct.unpack_from(">I", data, table_at(data, tag) + 8)
    return data[: start + offset] + struct.pack(">H", value) + data[start + offset + 2 :]


def renamed(data: bytes, name: str) -> bytes:
    """The font with another name of its family, of the same length."""
    old, new = "Noto Sans Thai".encode("utf-16-be"), name.encode("utf-16-be")
    assert len(old) == len(new)
    assert old in data
    return data.replace(old, new)


def test_a_font_says_itself_what_it_is() -> None:
    found = check_font(THAI)
    assert (found.file.family, found.file.weight, found.file.italic) == ("Noto Sans Thai", 400, False)
    assert found.characters == 27
    assert "SIL Open Font License" in found.licence
    assert check_font(JAPANESE).file.family == "Noto Sans CJK JP"
    assert check_font(with_word(THAI, b"OS/2", 4, 700)).file.weight == 700
    assert check_font(with_word(THAI, b"OS/2", 62, 1)).file.italic


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no TrueType"),
        (b"\x00\x01\x00\x00", "cut short"),
        (b"wOF2" + THAI, "WOFF2"),
        (b"ttcf" + THAI, "collection"),
        (b"%PDF-1.7", "no TrueType"),
        (THAI[:300], "cut short"),
        (THAI[:-200], "cut short"),
        (b"\x00\x01\x00\x00\xff\xff" + bytes(100), "too many tables"),
        (with_tag(THAI, b"glyf", b"gleif"[:4]), "lacks tables"),
        (with_tag(THAI, b"cmap", b"cmop"), "lacks tables"),
        (with_tag(THAI, b"gasp", b"fvar"), "variable"),
        (with_word(THAI, b"OS/2", 8, 0x0002), "forbids to embed it"),
        (with_word(THAI, b"OS/2", 8, 0x0100), "forbids to embed parts"),
        (with_word(THAI, b"OS/2", 8, 0x0200), "forbids to embed parts"),
        (with_word(THAI, b"cmap", 2, 0), "no characters"),
        (renamed(THAI, "'\"<>{}();:&!?/"), "name of its family"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(LayoutError, match=words) as caught:
        check_font(data)
    assert caught.value.code == "INVALID_FONT"


@pytest.mark.parametrize("family", ["inherit", "Initial", "sans-serif", "-", ". .", "Noto Sans", "NOTO SANS"])
def test_a_family_that_means_something_else_is_refused(family: str) -> None:
    with pytest.raises(LayoutError, match="family is named") as caught:
        check_font(renamed(THAI, family.ljust(14)))
    assert caught.value.code == "INVALID_FONT"


def test_a_licence_that_lets_documents_be_printed_is_enough() -> None:
    assert check_font(with_word(THAI, b"OS/2", 8, 0x0004)).file.family == "Noto Sans Thai"


@pytest.mark.parametrize("font", [THAI, JAPANESE])
def test_damaged_fonts_do_no_harm(font: bytes) -> None:
    """Some pass, as their damage is where nothing looks; none raises anything but a refusal."""
    chance = random.Random(7)
    refused = 0
    for _ in range(150):
        damaged = bytearray(font)
        for _ in range(chance.randint(1, 40)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            check_font(bytes(damaged))
        except LayoutError:
            refused += 1
    assert 0 < refused < 150


def test_the_order_in_which_fonts_are_asked_for_a_character() -> None:
    thai = FontFile("Noto Sans Thai", THAI)
    japanese = FontFile("Noto Sans CJK JP", JAPANESE)
    chain = FontCatalog([thai, japanese]).chain(("Unknown", "noto sans cjk jp"), 400, False)
    assert [face.name for face in chain] == [
        "NotoSansCJKJP-400",
        "NotoSans-Regular",
        "NotoSansArabic-Regular",
        "NotoSansHebrew-Regular",
        "NotoSansThai-400",
    ]
    assert ("Noto Sans Hebrew", 700, False) in shipped_fonts()


def test_html_carries_supplied_fonts_up_to_a_size() -> None:
    document = a_document(
        a_text("ใบ"), fonts=(FontFile("Noto Sans Thai", THAI), FontFile("Noto Sans CJK JP", JAPANESE))
    )
    page = render_html(document, font_css=supplied_css(document, len(THAI)))
    assert page.count("@font-face") == 1
    assert "font-family:'Noto Sans Thai';font-weight:400" in page
