"""PNG pages."""

from io import BytesIO

import pytest
from PIL import Image

from billhead import layout
from layout.trees import a_box, a_document, a_table


def opened(file: bytes) -> Image.Image:
    return Image.open(BytesIO(file))


@pytest.mark.parametrize("dpi", [48, 96, 192])
def test_one_picture_per_page_of_the_right_size(dpi: float) -> None:
    document = a_document(a_table(60), width=480, height=600)
    pictures = layout.render_png(document, dpi=dpi)
    assert len(pictures) == len(layout.lay_out(document)) > 1
    for picture in map(opened, pictures):
        assert picture.format == "PNG"
        assert picture.size == (480 * dpi / 96, 600 * dpi / 96)
        assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)


def test_what_is_drawn_is_seen_at_its_place() -> None:
    red = a_box(width="100px", height="50px", backgroundColor="#ff0000")
    [picture] = layout.render_png(a_document(red))
    image = opened(picture).convert("RGB")
    assert image.getpixel((45, 45)) == image.getpixel((135, 85)) == (255, 0, 0)
    assert image.getpixel((30, 45)) == image.getpixel((145, 45)) == image.getpixel((45, 95)) == (255, 255, 255)


def test_marks_are_drawn() -> None:
    plain, marked = a_document(a_box()), a_document(a_box(), watermark="VOID")
    assert opened(layout.render_png(plain)[0]).convert("L").getextrema() == (255, 255)
    assert opened(layout.render_png(marked)[0]).convert("L").getextrema()[0] < 255


def test_the_same_document_gives_the_same_bytes() -> None:
    document = a_document(a_table(5))
    assert layout.render_png(document) == layout.render_png(layout.lay_out(document))


@pytest.mark.parametrize("dpi", [0, -96, 9, 1201, float("nan"), float("inf")])
def test_sizes_out_of_proportion_are_refused(dpi: float) -> None:
    with pytest.raises(layout.LimitExceeded):
        layout.render_png(a_document(), dpi=dpi)


def test_pages_too_large_to_draw_are_refused() -> None:
    with pytest.raises(layout.LimitExceeded):
        layout.render_png(a_document(width=15_000, height=15_000), dpi=300)
