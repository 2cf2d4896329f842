"""Pictures in PDF: pixels are prepared once per picture and only copied afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from billhead.layout.document import ImageSource
from billhead.layout.images import rasterise
from billhead.layout.paint.pdf_objects import PdfFile, compress, number
from billhead.layout.path_data import Segment
from billhead.layout.style import Color
from billhead.layout.vector import Drawing, read_svg


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
    """The picture as an XObject that fills the unit square."""
    if source.media_type == "image/svg+xml":
        return _write_drawing(pdf, read_svg(source.data))
    ready = prepare(source)
    mask = ""
    if ready.mask:
        mask = f"/SMask {pdf.raw_stream(ready.mask, '/Type/XObject/Subtype/Image' + ready.mask_entries)} 0 R"
    return pdf.raw_stream(ready.data, f"/Type/XObject/Subtype/Image{ready.entries}{mask}")


def _write_drawing(pdf: PdfFile, drawing: Drawing) -> int:
    """A vector picture as a form: its shapes, cut at the view box, y upwards in the unit square."""
    x, y, width, height = drawing.view
    states: dict[float, str] = {}
    out = []
    for shape in drawing.shapes:
        paint = shape.paint
        path = path_operators(shape.segments)
        if paint.fill is not None:
            state = states.setdefault(round(paint.fill.alpha * paint.opacity, 3), f"G{len(states)}")
            out.append(f"/{state} gs {_rgb(paint.fill)} rg {path} {'f*' if paint.even_odd else 'f'}")
        if paint.stroke is not None and paint.stroke_width > 0:
            state = states.setdefault(round(paint.stroke.alpha * paint.opacity, 3), f"G{len(states)}")
            out.append(f"/{state} gs {_rgb(paint.stroke)} RG {number(paint.stroke_width)} w {path} S")
    resources = "".join(f"/{name}<</ca {alpha:g}/CA {alpha:g}>>" for alpha, name in states.items())
    matrix = (1 / width, 0.0, 0.0, -1 / height, -x / width, 1 + y / height)
    return pdf.stream(
        "\n".join(out).encode("latin-1"),
        f"/Type/XObject/Subtype/Form/BBox[{number(x)} {number(y)} {number(x + width)} {number(y + height)}]"
        f"/Matrix[{' '.join(f'{value:.8f}' for value in matrix)}]/Group<</S/Transparency/CS/DeviceRGB>>"
        f"/Resources<</ExtGState<<{resources}>>>>",
    )


def path_operators(segments: Sequence[Segment]) -> str:
    names = {"M": "m", "L": "l", "C": "c", "Z": "h"}
    return " ".join(" ".join([*[number(value) for value in points], names[kind]]) for kind, points in segments)


def _rgb(color: Color) -> str:
    return f"{color.red / 255:.4g} {color.green / 255:.4g} {color.blue / 255:.4g}"
