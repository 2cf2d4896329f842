"""Pages as pictures: the PDF of the same frames drawn by PDFium, so that a picture shows what is printed.

In: `Pages`. Out: one PNG file per page. The same pages at the same scale give the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from threading import Lock

import pypdfium2  # type: ignore[import-untyped]

from billhead.layout.errors import LimitExceeded
from billhead.layout.frames import PT_PER_PX, Pages
from billhead.layout.paint.pdf import paint_pdf
from billhead.layout.paint.pdf_metadata import DEFAULT_STANDARD

POINTS_PER_INCH = 72
MOST_PIXELS = 100_000_000
LEAST_DPI, MOST_DPI = 10.0, 1200.0
_UNSEEN_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_one_at_a_time = Lock()
"""PDFium keeps state of its own and is not made for threads."""


def paint_png(pages: Pages, dpi: float) -> list[bytes]:
    """The pages in order, at `dpi` dots per inch. Refuses, with LimitExceeded, sizes out of all proportion."""
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise LimitExceeded(f"A picture has {LEAST_DPI:g} to {MOST_DPI:g} dots per inch, not {dpi:g}")
    scale = dpi / POINTS_PER_INCH
    for page in pages.pages:
        if page.width * page.height * (scale * PT_PER_PX) ** 2 > MOST_PIXELS:
            raise LimitExceeded(f"A picture may have {MOST_PIXELS} dots")
    file = paint_pdf(pages, _UNSEEN_MOMENT, DEFAULT_STANDARD, ())
    with _one_at_a_time, pypdfium2.PdfDocument(file) as pdf:
        return [_drawn(page, scale, dpi) for page in pdf]


def _drawn(page: pypdfium2.PdfPage, scale: float, dpi: float) -> bytes:
    bitmap = page.render(scale=scale)
    out = BytesIO()
    bitmap.to_pil().save(out, "PNG", dpi=(dpi, dpi))
    bitmap.close()
    page.close()
    return out.getvalue()
