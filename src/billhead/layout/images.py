"""Pictures from outside: checked whole before anything draws them.

In: bytes of unknown origin. Out: an `ImageSource` with its kind, natural size and digest. PNG and JPEG are decoded
once as a check. Nothing is fetched, no file is opened.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from functools import lru_cache

from PIL import Image as Pixels
from PIL import UnidentifiedImageError

from billhead.layout.document import ImageSource
from billhead.layout.errors import LayoutError

LARGEST_FILE = 5_000_000
"""Bytes of one picture file."""

MOST_PIXELS = 25_000_000
SAFE_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "I;16"})


def read_image(data: bytes) -> ImageSource:
    """Checks a picture. Refuses with LayoutError INVALID_IMAGE what is not a sound PNG, JPEG or SVG within limits."""
    if len(data) > LARGEST_FILE:
        raise _refused(f"larger than {LARGEST_FILE} bytes")
    return _read(data)


@lru_cache(maxsize=128)
def _read(data: bytes) -> ImageSource:
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = _check_pixels(data, "PNG")
        return ImageSource(data, "image/png", width, height, digest)
    if data.startswith(b"\xff\xd8"):
        width, height = _check_pixels(data, "JPEG")
        return ImageSource(data, "image/jpeg", width, height, digest)
    if b"<svg" in data[:4096].lower():
        from billhead.layout.vector import read_svg

        drawing = read_svg(data)
        return ImageSource(data, "image/svg+xml", drawing.width, drawing.height, digest)
    raise _refused("neither PNG, JPEG nor SVG")


def _check_pixels(data: bytes, kind: str) -> tuple[float, float]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Pixels.open(io.BytesIO(data), formats=(kind,)) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise _refused(f"more than {MOST_PIXELS} pixels")
                if image.mode not in SAFE_MODES:
                    raise _refused(f"colour mode {image.mode}")
                image.load()
                return float(image.width), float(image.height)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Pixels.DecompressionBombError, Warning) as error:
        raise _refused("the file is damaged") from error


def rasterise(source: ImageSource) -> Pixels.Image:
    """The pixels of a PNG or JPEG picture."""
    image = Pixels.open(io.BytesIO(source.data), formats=("PNG", "JPEG"))
    image.load()
    return image


def _refused(reason: str) -> LayoutError:
    return LayoutError("INVALID_IMAGE", f"The picture cannot be used: {reason}")
