"""Painting: frames in, files out. PDF, SVG pages and PNG draw the same items at the same places.

Each function takes a document, or pages already laid out: lay out once to paint several ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from billhead.layout.document import Document
from billhead.layout.errors import LayoutError
from billhead.layout.frames import Pages
from billhead.layout.garbage import collector_paused
from billhead.layout.pages import lay_out
from billhead.layout.paint.pdf import paint_pdf
from billhead.layout.paint.pdf_metadata import DEFAULT_STANDARD, STANDARDS, Attachment
from billhead.layout.paint.svg import paint_svg

__all__ = ["STANDARDS", "Attachment", "render_pdf", "render_png", "render_svg"]


def render_pdf(
    source: Document | Pages,
    *,
    created_at: datetime,
    standard: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """A tagged PDF file. `created_at` needs a time zone and is the only time in the file; `standard` is one of
    `STANDARDS` (None: PDF/A-3a that is also PDF/UA-1). Refuses others, and attachments outside PDF/A-3, with
    LayoutError."""
    if standard is not None and standard not in STANDARDS:
        raise LayoutError("UNKNOWN_STANDARD", f"{standard!r} is none of {', '.join(STANDARDS)}")
    with collector_paused():
        pages = source if isinstance(source, Pages) else lay_out(source)
        return paint_pdf(pages, created_at, standard or DEFAULT_STANDARD, tuple(attachments))


def render_svg(source: Document | Pages) -> list[str]:
    """One self-contained SVG document per page, in order."""
    return paint_svg(source if isinstance(source, Pages) else lay_out(source))


def render_png(source: Document | Pages, *, dpi: float = 96) -> list[bytes]:
    """One PNG file per page, in order, at `dpi` dots per inch: at 96, one dot per CSS px."""
    from billhead.layout.paint.png import paint_png

    return paint_png(source if isinstance(source, Pages) else lay_out(source), dpi)
