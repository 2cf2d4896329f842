"""The PDF file: structure, standards, text read back, equal bytes."""

import hashlib
import io
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest

from billhead.layout.document import Document, Image, Origin, Text
from billhead.layout.errors import LayoutError
from billhead.layout.images import read_image
from billhead.layout.paint import Attachment, render_pdf
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
    assert str(next(element for element in found if element.S == "/TH").A.Scope) == "/Column"


def test_every_font_is_an_embedded_subset_with_unicode() -> None:
    pdf = opened(render_pdf(sample(), created_at=MOMENT))
    for font in pdf.pages[0].Resources.Font.values():
        descendant = font.DescendantFonts[0]
        assert str(font.BaseFont)[7] == "+"
        assert "/FontFile2" in descendant.FontDescriptor
        assert b"beginbfchar" in font.ToUnicode.read_bytes()


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
