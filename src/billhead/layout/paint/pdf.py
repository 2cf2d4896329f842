"""PDF: frames in, a tagged PDF/A-3a file out. Equal frames and times give equal bytes."""

from __future__ import annotations

from datetime import datetime

from billhead.layout.frames import PT_PER_PX, LinkArea, Page, Pages, Tag
from billhead.layout.paint.pdf_content import ContentPainter, Resources
from billhead.layout.paint.pdf_images import write_image
from billhead.layout.paint.pdf_metadata import (
    Attachment,
    write_attachments,
    write_information,
    write_output_intent,
    write_xmp,
)
from billhead.layout.paint.pdf_objects import PdfFile, number, text_string
from billhead.layout.paint.pdf_tags import StructureTree

PAGES_WORTH_A_THREAD = 12


def paint_pdf(pages: Pages, created_at: datetime, standard: str, attachments: tuple[Attachment, ...]) -> bytes:
    """The PDF file of laid-out pages; `standard` is one of `pdf_metadata.STANDARDS`."""
    pdf = PdfFile(beside=len(pages.pages) >= PAGES_WORTH_A_THREAD)
    try:
        return _write(pdf, pages, created_at, standard, attachments)
    finally:
        pdf.close()


def _write(
    pdf: PdfFile, pages: Pages, created_at: datetime, standard: str, attachments: tuple[Attachment, ...]
) -> bytes:
    resources = Resources()
    tags = StructureTree(pdf, len(pages.pages))
    contents = [
        pdf.stream(ContentPainter(page, index, resources, tags).paint()) for index, page in enumerate(pages.pages)
    ]
    refs = [pdf.reserve() for _ in pages.pages]
    parent = pdf.reserve()
    shared = pdf.add(_resource_dictionary(pdf, resources))
    group = "/Group<</S/Transparency/CS/DeviceRGB>>" if resources.alphas or resources.pictures else ""
    for index, page in enumerate(pages.pages):
        size = f"{number(page.width * PT_PER_PX)} {number(page.height * PT_PER_PX)}"
        annotations = _annotations(pdf, page, index, refs[index], tags)
        pdf.add(
            f"<</Type/Page/Parent {parent} 0 R/MediaBox[0 0 {size}]/Resources {shared} 0 R"
            f"/Contents {contents[index]} 0 R/StructParents {index}/Tabs/S{group}{annotations}>>",
            refs[index],
        )
    kids = " ".join([f"{ref} 0 R" for ref in refs])
    pdf.add(f"<</Type/Pages/Count {len(refs)}/Kids[{kids}]>>", parent)
    structure = tags.write(pages.structure, refs)
    catalog = pdf.add(
        f"<</Type/Catalog/Pages {parent} 0 R/Metadata {write_xmp(pdf, pages, created_at, standard)} 0 R"
        f"{write_output_intent(pdf)}/StructTreeRoot {structure} 0 R/MarkInfo<</Marked true>>"
        f"/Lang{text_string(pages.lang)}/ViewerPreferences<</DisplayDocTitle true{_direction(pages)}>>"
        f"{_outline(pdf, pages, refs)}{write_attachments(pdf, attachments, created_at)}>>"
    )
    return pdf.finish(catalog, write_information(pdf, pages, created_at))


def _direction(pages: Pages) -> str:
    return "/Direction/R2L" if pages.direction == "rtl" else ""


def _resource_dictionary(pdf: PdfFile, resources: Resources) -> str:
    fonts = resources.fonts.write(pdf)
    pictures = "".join([f"/{name} {write_image(pdf, source)} 0 R" for name, source in resources.pictures.values()])
    states = "".join([f"/{name}<</ca {alpha:g}/CA {alpha:g}>>" for alpha, name in resources.alphas.items()])
    return f"<</Font<<{fonts}>>/XObject<<{pictures}>>/ExtGState<<{states}>>>>"


def _annotations(pdf: PdfFile, page: Page, index: int, ref: int, tags: StructureTree) -> str:
    """Links, each with its place in the structure tree."""
    annotations = []
    for item in page.items:
        if not isinstance(item, LinkArea):
            continue
        key = pdf.reserve()
        x0, x1 = item.x * PT_PER_PX, (item.x + item.width) * PT_PER_PX
        y0, y1 = (page.height - item.y - item.height) * PT_PER_PX, (page.height - item.y) * PT_PER_PX
        parent = tags.link(item.tag, index, key) if isinstance(item.tag, Tag) else None
        pdf.add(
            f"<</Type/Annot/Subtype/Link/Rect[{number(x0)} {number(y0)} {number(x1)} {number(y1)}]/Border[0 0 0]/F 4"
            f"/P {ref} 0 R/Contents{text_string(item.text or item.href)}/A<</S/URI/URI{text_string(item.href)}>>"
            f"{'' if parent is None else f'/StructParent {parent}'}>>",
            key,
        )
        annotations.append(f"{key} 0 R")
    return f"/Annots[{' '.join(annotations)}]" if annotations else ""


def _outline(pdf: PdfFile, pages: Pages, refs: list[int]) -> str:
    """Bookmarks, one level: headings in order, deeper ones below the last higher one."""
    if not pages.outline:
        return ""
    root = pdf.reserve()
    keys = [pdf.reserve() for _ in pages.outline]
    parents: list[int | None] = []
    stack: list[int] = []
    for index, entry in enumerate(pages.outline):
        while stack and pages.outline[stack[-1]].level >= entry.level:
            stack.pop()
        parents.append(stack[-1] if stack else None)
        stack.append(index)
    children: dict[int | None, list[int]] = {}
    for index, above in enumerate(parents):
        children.setdefault(above, []).append(index)
    for index, entry in enumerate(pages.outline):
        siblings = children[parents[index]]
        place = siblings.index(index)
        above = parents[index]
        page = pages.pages[entry.page]
        body = f"<</Title{text_string(entry.title)}/Parent {root if above is None else keys[above]} 0 R"
        if place:
            body += f"/Prev {keys[siblings[place - 1]]} 0 R"
        if place + 1 < len(siblings):
            body += f"/Next {keys[siblings[place + 1]]} 0 R"
        if index in children:
            below = children[index]
            body += f"/First {keys[below[0]]} 0 R/Last {keys[below[-1]]} 0 R/Count {len(below)}"
        pdf.add(
            f"{body}/Dest[{refs[entry.page]} 0 R/XYZ 0 {number((page.height - entry.y) * PT_PER_PX)} 0]>>", keys[index]
        )
    top = children[None]
    pdf.add(f"<</Type/Outlines/First {keys[top[0]]} 0 R/Last {keys[top[-1]]} 0 R/Count {len(top)}>>", root)
    return f"/Outlines {root} 0 R"
