"""What a PDF says about itself: XMP, document information, output intent, attachments (PDF/A-3, ISO 19005-3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from typing import Literal
from xml.sax.saxutils import escape

from billhead.layout.errors import LayoutError
from billhead.layout.frames import Pages
from billhead.layout.paint.pdf_objects import PdfFile, compress, name, text_string

STANDARDS = ("PDF/A-3a+UA-1", "PDF/A-3a", "PDF-1.7")
DEFAULT_STANDARD = STANDARDS[0]
PRODUCER = "Billhead"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF (PDF/A-3 associated file), such as the invoice as XML."""

    name: str
    data: bytes
    media_type: str = "application/octet-stream"
    relationship: Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"] = "Data"
    description: str = ""


@lru_cache(maxsize=1)
def _srgb_profile() -> bytes:
    return compress((resources.files("billhead.layout.paint") / "srgb.icc").read_bytes())


def in_utc(created_at: datetime) -> datetime:
    """The moment in UTC. Refuses a time without a zone."""
    if created_at.tzinfo is None:
        raise LayoutError("INVALID_TIME", "created_at needs a time zone")
    return created_at.astimezone(UTC)


def write_information(pdf: PdfFile, pages: Pages, created_at: datetime) -> int:
    """The document information dictionary; it says the same as the XMP."""
    stamp = in_utc(created_at).strftime("D:%Y%m%d%H%M%SZ")
    author = f"/Author{text_string(pages.author)}" if pages.author else ""
    return pdf.add(
        f"<</Title{text_string(pages.title)}{author}/Producer{text_string(PRODUCER)}/Creator{text_string(PRODUCER)}"
        f"/CreationDate({stamp})/ModDate({stamp})>>"
    )


def write_xmp(pdf: PdfFile, pages: Pages, created_at: datetime, standard: str) -> int:
    """The metadata stream."""
    stamp = in_utc(created_at).strftime("%Y-%m-%dT%H:%M:%SZ")
    title, author = _xml(pages.title), _xml(pages.author)
    creator = f"<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>" if author else ""
    claims = ""
    if standard != "PDF-1.7":
        claims += "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"
    if standard == "PDF/A-3a+UA-1":
        claims += "<pdfuaid:part>1</pdfuaid:part>"
    text = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" '
        'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>{creator}'
        f"<dc:language><rdf:Bag><rdf:li>{_xml(pages.lang)}</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreateDate>{stamp}</xmp:CreateDate><xmp:ModifyDate>{stamp}</xmp:ModifyDate>"
        f"<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool><pdf:Producer>{PRODUCER}</pdf:Producer>{claims}"
        f"</rdf:Description>{_extension_schema(standard)}</rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    )
    return pdf.raw_stream(text.encode("utf-8", "replace"), "/Type/Metadata/Subtype/XML")


def _extension_schema(standard: str) -> str:
    """PDF/A asks for a description of properties it does not know; pdfuaid is one."""
    if standard != "PDF/A-3a+UA-1":
        return ""
    return (
        '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
        'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
        'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>'
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>'
        "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
        "<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal"
        "</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li>"
        "</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    )


def _xml(text: str) -> str:
    return escape("".join(char for char in text if char >= " " or char == "\t"))


def write_output_intent(pdf: PdfFile) -> str:
    """The catalog entry that says colours are sRGB."""
    profile = pdf.packed_stream(_srgb_profile(), "/N 3")
    return (
        "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB IEC61966-2.1)"
        f"/DestOutputProfile {profile} 0 R>>]"
    )


def write_attachments(pdf: PdfFile, attachments: tuple[Attachment, ...], created_at: datetime) -> str:
    """Embedded files; gives the catalog entries, "" without attachments."""
    if not attachments:
        return ""
    stamp = in_utc(created_at).strftime("D:%Y%m%d%H%M%SZ")
    names, associated = [], []
    for attachment in sorted(attachments, key=lambda one: one.name):
        check = hashlib.md5(attachment.data, usedforsecurity=False).hexdigest()
        file = pdf.stream(
            attachment.data,
            f"/Type/EmbeddedFile/Subtype{name(attachment.media_type)}"
            f"/Params<</Size {len(attachment.data)}/ModDate({stamp})/CheckSum<{check}>>>",
        )
        label = text_string(attachment.name)
        spec = pdf.add(
            f"<</Type/Filespec/F{label}/UF{label}/Desc{text_string(attachment.description)}"
            f"/AFRelationship/{attachment.relationship}/EF<</F {file} 0 R/UF {file} 0 R>>>>"
        )
        names.append(f"{label} {spec} 0 R")
        associated.append(f"{spec} 0 R")
    return f"/Names<</EmbeddedFiles<</Names[{' '.join(names)}]>>>>/AF[{' '.join(associated)}]"
