"""Golden pages as pictures: drawn anew, read from the folder `pages`, compared.

`.venv/bin/python tools/write_golden_pages.py` writes them anew. Look at each one that changed before keeping it.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops

from billhead import layout
from billhead.layout.standard import StandardTemplate
from layout.golden.documents import a_golden_document

FOLDER = Path(__file__).parent / "pages"
DPI = 72
COLORS = 48
SHADE = 64
"""A dot differs when red, green or blue is further off than this, of 255: edges of letters may vary."""

Pictures = dict[str, Image.Image]


def drawn(standard: StandardTemplate, language: str) -> Pictures:
    """Every page of a template in a language by its file name, in few colours."""
    pages = layout.render_png(a_golden_document(standard, language), dpi=DPI)
    return {
        f"{standard.code}.{language}-{number}.png": _reduced(Image.open(BytesIO(page)).convert("RGB"))
        for number, page in enumerate(pages, 1)
    }


def stored(standard: StandardTemplate, language: str) -> Pictures:
    """The pages as they were reviewed."""
    return {path.name: Image.open(path) for path in sorted(FOLDER.glob(f"{standard.code}.{language}-*.png"))}


def differing(one: Image.Image, other: Image.Image) -> float:
    """The share of dots that differ; 1 for pictures of different sizes."""
    if one.size != other.size:
        return 1.0
    bands = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).split()
    strongest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return sum(strongest.histogram()[SHADE:]) / (one.width * one.height)


def write(pictures: Pictures) -> Iterator[Path]:
    """Stores pages; gives the files written."""
    FOLDER.mkdir(exist_ok=True)
    for name, picture in pictures.items():
        picture.save(FOLDER / name, optimize=True)
        yield FOLDER / name


def _reduced(picture: Image.Image) -> Image.Image:
    return picture.quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
