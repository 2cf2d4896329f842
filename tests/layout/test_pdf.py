"""The PDF file: structure, standards, text read back, equal bytes."""

import hashlib
import io
import re
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest

from billhead.layout.document import Document, FontFile, Image, Origin, Text
from billhead.layout.errors import LayoutError
from billhead.layout.fonts import Face
from billhead.layout.fonts.cff import cids_of
from billhead.layout.frames import PT_PER_PX
from billhead.layout.images import read_image
from billhead.layout.pages import lay_out
from billhead.layout.paint import Attachment, render_pdf
from billhead.templates.pdf_text import read_pdf_texts
from layout.test_scripts import FONTS as INSTALLED_FROM
from layout.test_scripts import INSTALLED
from layout.trees import a_box, a_document, a_heading, a_style, a_table, a_text

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    b'<g transform="scale(2)" opacity=".5"><path d="M0 0h5v5a1 1 0 0 1-2 0q-1-1-2 0z"/></g></svg>'
)


def sample() -> Document:
    logo = Image(Origin("logo", "/layout/logo"), a_style(width="40px"), read_image(LOGO), "Our logo")
    link = Text(Origin("link", "/layout/link"), a_style(), "Pay here", href="https://pay.example/(1)")
    return a_document(
        logo, a_heading("Invoice"), a_text("(brackets) \\ and BT ET"), link, a_table(60), watermark="DRAFT", lang="de"
    )


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def elements(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    found, waiting = [], [pdf.Root.StructTreeRoot.K]
    while waiting:
        element = waiting.pop()
        if isinstance(element, pikepdf.Array):
            waiting.extend(element)
        elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
            found.append(element)
            if "/K" in element:
                waiting.append(element.K)
    return found


def test_it_says_that_it_is_pdf_a_and_pdf_ua() -> None:
    pdf = opened(render_pdf(sample(), created_at=MOMENT))
    meta = pdf.Root.Metadata.read_bytes().decode()
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in meta
    assert "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert str(pdf.Root.OutputIntents[0].S) == "/GTS_PDFA1"
    assert pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()[36:40] == b"acsp"
    assert str(pdf.Root.Lang) == "de"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert str(pdf.docinfo.Title) == "A test"


def test_it_is_tagged() -> None:
    pdf = opened(render_pdf(sample(), created_at=MOMENT))
    found = elements(pdf)
    kinds = [str(element.S) for element in found]
    assert kinds.count("/Table") == 1
    assert kinds.count("/TR") == 61
    assert kinds.count("/TH") == 3
    assert kinds.count("/TD") == 180
    assert kinds.count("/H1") == 1
    assert str(next(element for element in found if element.S == "/Figure").Alt) == "Our logo"
    heads = [element for element in found if element.S == "/TH"]
    assert [str(head.A.Scope) for head in heads] == ["/Column"] * 3
    assert {str(head.P.S) for head in heads} == {"/TR"}


def test_every_font_is_an_embedded_subset_with_unicode() -> None:
    pdf = opened(render_pdf(sample(), created_at=MOMENT))
    for font in pdf.pages[0].Resources.Font.values():
        descendant = font.DescendantFonts[0]
        assert str(font.BaseFont)[7] == "+"
        assert "/FontFile2" in descendant.FontDescriptor
        assert b"beginbfchar" in font.ToUnicode.read_bytes()


def used_codes(pdf: pikepdf.Pdf) -> dict[str, set[int]]:
    """The character codes that text operators show, by the font's resource name."""
    codes: dict[str, set[int]] = {}
    for page in pdf.pages:
        font = ""
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                font = str(operands[0])
            elif str(operator) == "TJ":
                for part in operands[0]:
                    if isinstance(part, pikepdf.String):
                        shown = bytes(part)
                        pairs = zip(shown[::2], shown[1::2], strict=True)
                        codes.setdefault(font, set()).update(high << 8 | low for high, low in pairs)
    return codes


@pytest.mark.parametrize(
    "text",
    [
        "Office ﬁ ffi",
        "مُحَمَّد لا إله (12)",
        "שָׁלוֹם",
        "e\u0301 a\u0323\u0301",
        "हिन्दी राशि",
        "น้ำ",
        "請求書 株",
        "外 😀",
        "soft\u00adhyphen " * 9,
        "\u202eturned\u202c \u200bwide",
    ],
)
def test_every_code_in_use_has_a_meaning(text: str) -> None:
    """ISO 19005-3, 6.2.11.7.2 and 6.2.11.8: no code without Unicode, none that shows `.notdef`."""
    pdf = opened(render_pdf(a_document(a_text(text), a_text("plain"), fonts=INSTALLED), created_at=MOMENT))
    used = used_codes(pdf)
    assert used
    for name, codes in used.items():
        mapped = {
            int(code, 16): bytes.fromhex(meaning.decode()).decode("utf-16-be")
            for code, meaning in re.findall(
                rb"<([0-9A-F]{4})><([0-9a-f]+)>", pdf.pages[0].Resources.Font[name].ToUnicode.read_bytes()
            )
        }
        assert 0 not in codes
        assert codes <= set(mapped)
        assert not {"", "\0", "\ufeff", "\ufffe"} & {mapped[code] for code in codes}


def test_words_of_broken_lines_stay_apart() -> None:
    text = "Harbour Office Park Leeds and well-known places"
    data = render_pdf(a_document(a_text(text), width=150), created_at=MOMENT)
    assert read_pdf_texts(data) == [text]
    lines = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_range().split("\r\n")
    assert len(lines) > 4
    assert all(line.endswith((" ", "-")) for line in lines[:-1])
    forced = a_text("Dock Road\nBristol", whiteSpace="pre-line")
    assert read_pdf_texts(render_pdf(a_document(forced), created_at=MOMENT)) == ["Dock Road Bristol"]


def test_a_word_broken_at_a_soft_hyphen_is_one_word() -> None:
    document = a_document(a_text("Rechnungs\u00adanschrift"), width=160)
    [first, second] = lay_out(document).pages[0].items
    assert (first.text, second.text) == ("Rechnungs\u00ad", "anschrift")
    assert first.words[-1].advance > 0
    assert read_pdf_texts(render_pdf(document, created_at=MOMENT)) == ["Rechnungs\u00adanschrift"]
    whole = lay_out(a_document(a_text("Rechnungs\u00adanschrift"))).words()
    plain = lay_out(a_document(a_text("Rechnungsanschrift"))).words()
    assert whole[0].x1 == pytest.approx(plain[0].x1, abs=0.5)


def test_a_missing_character_is_a_box_that_reads_back() -> None:
    data = render_pdf(a_document(a_text("a 株 b")), created_at=MOMENT)
    pdf = opened(data)
    assert b" f Q" in pdf.pages[0].Contents.read_bytes()
    assert read_pdf_texts(data) == ["a 株 b"]


def test_codes_of_cff_fonts_lead_to_their_glyphs() -> None:
    """Each block letter is 100 units higher than the one before it; the font's CFF is not CID-keyed."""
    blocks = FontFile("Billhead Blocks", (INSTALLED_FROM / "BillheadBlocks.otf").read_bytes())
    text = a_text("HCF", fontFamily="Billhead Blocks", fontSize="100px", lineHeight="100px")
    data = render_pdf(a_document(text, fonts=(blocks,)), created_at=MOMENT)
    picture = pypdfium2.PdfDocument(data)[0].render(scale=1 / PT_PER_PX).to_pil().convert("L")
    dark = [sum(picture.getpixel((x, y)) < 128 for y in range(picture.height)) for x in (70, 130, 190)]
    assert dark == pytest.approx([75, 25, 55], abs=2)
    assert read_pdf_texts(data) == ["HCF"]


def test_cid_keyed_fonts_are_called_by_cid() -> None:
    face = Face("Japanese", (INSTALLED_FROM / "NotoSansCJKjp-subset.otf").read_bytes())
    assert face.cids is not None
    assert face.cids[0] == 0
    assert len(set(face.cids)) == face.face.glyph_count < max(face.cids)
    pdf = opened(render_pdf(a_document(a_text("請求書"), fonts=INSTALLED), created_at=MOMENT))
    [font] = [one for one in pdf.pages[0].Resources.Font.values() if "CJK" in str(one.BaseFont)]
    listed = dict(re.findall(rb"<([0-9A-F]{4})> (\d+)", font.Encoding.read_bytes()))
    assert {int(code, 16): int(cid) for code, cid in listed.items()} == {
        glyph: face.cids[glyph] for glyph in (0, *map(face.glyph, "請求書"))
    }
    with pytest.raises(ValueError, match="damaged"):
        cids_of(b"\x01\x00\x04\x01\x00\x01\x01\x01\xff", 5)


def test_text_reads_back_literally() -> None:
    page = pypdfium2.PdfDocument(render_pdf(sample(), created_at=MOMENT))[0]
    text = page.get_textpage().get_text_range()
    assert "(brackets) \\ and BT ET" in text
    assert "r0c0" in text


def test_links_and_bookmarks() -> None:
    pdf = opened(render_pdf(sample(), created_at=MOMENT))
    [link] = pdf.pages[0].Annots
    assert str(link.A.URI) == "https://pay.example/(1)"
    with pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Invoice"]


def test_equal_input_gives_equal_bytes() -> None:
    first, again = render_pdf(sample(), created_at=MOMENT), render_pdf(sample(), created_at=MOMENT)
    render_pdf(a_document(a_text("other words in between ﬁ")), created_at=MOMENT)
    assert hashlib.sha256(first).digest() == hashlib.sha256(again).digest()
    assert render_pdf(sample(), created_at=MOMENT) == first
    assert render_pdf(sample(), created_at=MOMENT.replace(hour=1)) != first


def test_attachments() -> None:
    data = render_pdf(sample(), created_at=MOMENT, attachments=[Attachment("a.xml", b"<a/>", "text/xml")])
    pdf = opened(data)
    assert pdf.attachments["a.xml"].get_file().read_bytes() == b"<a/>"
    assert str(pdf.Root.AF[0].AFRelationship) == "/Data"


def test_refusals() -> None:
    with pytest.raises(LayoutError, match="time zone"):
        render_pdf(a_document(a_text("x")), created_at=MOMENT.replace(tzinfo=None))
    with pytest.raises(LayoutError, match="PDF/X"):
        render_pdf(a_document(a_text("x")), created_at=MOMENT, standard="PDF/X")


def test_an_empty_document_is_one_page() -> None:
    assert len(opened(render_pdf(a_document(a_box()), created_at=MOMENT)).pages) == 1
