"""Pictures in PDF: pixels are prepared once per picture and only copied afterwards."""

from __future__ import annotations

from typing import NamedTuple

from billhead.layout.document import ImageSource
from billhead.layout.images import rasterise
from billhead.layout.paint.pdf_objects import PdfFile, compress


class Prepared(NamedTuple):
    """Stream data and dictionary entries of a picture, with its alpha channel if it is not opaque."""

    entries: str
    data: bytes
    mask_entries: str = ""
    mask: bytes = b""


_prepared: dict[str, Prepared] = {}
MOST_KEPT = 64


def prepare(source: ImageSource) -> Prepared:
    """JPEG data goes in as it is; everything else as losslessly compressed RGB with a soft mask."""
    found = _prepared.get(source.digest)
    if found is None:
        if len(_prepared) >= MOST_KEPT:
            _prepared.clear()
        found = _prepared[source.digest] = _prepare(source)
    return found


def _prepare(source: ImageSource) -> Prepared:
    image = rasterise(source)
    size = f"/Width {image.width}/Height {image.height}/BitsPerComponent 8"
    if source.media_type == "image/jpeg" and image.mode in ("L", "RGB"):
        space = "/DeviceGray" if image.mode == "L" else "/DeviceRGB"
        return Prepared(f"{size}/ColorSpace{space}/Filter/DCTDecode", source.data)
    rgba = image.convert("RGBA")
    alpha = rgba.getchannel("A")
    colors = compress(rgba.convert("RGB").tobytes())
    entries = f"{size}/ColorSpace/DeviceRGB/Filter/FlateDecode"
    if alpha.getextrema() == (255, 255):
        return Prepared(entries, colors)
    return Prepared(entries, colors, f"{size}/ColorSpace/DeviceGray/Filter/FlateDecode", compress(alpha.tobytes()))


def write_image(pdf: PdfFile, source: ImageSource) -> int:
    """The picture as an XObject."""
    ready = prepare(source)
    mask = ""
    if ready.mask:
        mask = f"/SMask {pdf.raw_stream(ready.mask, '/Type/XObject/Subtype/Image' + ready.mask_entries)} 0 R"
    return pdf.raw_stream(ready.data, f"/Type/XObject/Subtype/Image{ready.entries}{mask}")
