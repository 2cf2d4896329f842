"""Images of documents: data URIs, stored images, QR codes, and what is refused."""

import base64
import io
from dataclasses import replace

import pytest
from PIL import Image as Pillow

from billhead import layout
from billhead.layout.composition import context
from billhead.layout.document import Image
from billhead.layout.errors import LIMIT_EXCEEDED, LayoutError
from billhead.layout.limits import LIMITS
from layout.builders import Json, a_template, literal, node_of, path


def a_png(width: int = 4, height: int = 2) -> bytes:
    drawn = io.BytesIO()
    Pillow.new("RGB", (width, height), "#336699").save(drawn, "PNG")
    return drawn.getvalue()


def data_uri(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def an_image(src: Json, **more: object) -> Json:
    return {"id": "image", "type": "image", "src": src, **more}


def placed(source: object, **options: object) -> Image | None:
    document = layout.compose(a_template(an_image(path("logo"), alt=literal("Logo"))), {"logo": source}, **options)  # type: ignore[arg-type]
    images = [child for child in document.root.children[0].children if isinstance(child, Image)]  # type: ignore[union-attr]
    assert bool(images) or document.diagnostics or not isinstance(source, str) or source.strip().lower() in BLANK
    return images[0] if images else None


BLANK = ("", "null", "undefined")


def test_data_uris_are_placed() -> None:
    image = placed(f"  {data_uri(a_png())} ")
    assert image is not None
    assert (image.source.width, image.source.height, image.alt) == (4, 2, "Logo")


def test_stored_images_are_placed_by_their_source() -> None:
    assert placed("blob:logo", images={"blob:logo": a_png()}) is not None
    assert placed("blob:other", images={"blob:logo": a_png()}) is None


@pytest.mark.parametrize("source", [None, 5, "", "  ", "NULL", "undefined", [], {}])
def test_an_image_without_a_source_is_left_out(source: object) -> None:
    assert placed(source) is None


@pytest.mark.parametrize(
    "source",
    [
        "data:image/png;base64,%%%",
        "data:image/png;base64,AAAA",
        "data:text/html;base64,PGI+",
        "data:image/png",
        "data:image/png;base64," + base64.b64encode(a_png()[:30]).decode(),
        data_uri(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64),
        data_uri(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script>", "image/svg+xml"),
        data_uri(b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><svg>&a;</svg>", "image/svg+xml"),
        data_uri(b"\x00" * (LIMITS.image_bytes + 1)),
    ],
    ids=range(9),
)
def test_broken_and_dangerous_images_are_refused_with_a_diagnostic(source: str) -> None:
    assert placed(source) is None


def test_the_same_image_in_every_row_is_read_once() -> None:
    repeat = {"sourceBinding": {"bindingId": "rows"}, "itemBinding": "r"}
    stack: Json = {"id": "s", "type": "stack", "repeat": repeat, "children": [an_image(path("logo"))]}
    template = a_template(stack, collections={"rows": "rows"})
    document = layout.compose(template, {"rows": [{}, {}], "logo": data_uri(a_png())})
    first, second = node_of(document, "s").children  # type: ignore[union-attr]
    assert first.source is second.source  # type: ignore[union-attr]


def test_html_carries_the_image() -> None:
    document = layout.compose(a_template(an_image(literal(data_uri(a_png())), alt=literal('"quoted"'))), {})
    html = layout.render_html(document)
    assert 'src="data:image/png;base64,' in html
    assert 'alt="&quot;quoted&quot;"' in html


def test_qr_codes() -> None:
    node: Json = {"id": "qr", "type": "qr-code", "content": path("v"), "alt": literal("Pay")}
    template = a_template(node, version=2)
    image = node_of(layout.compose(template, {"v": "https://pay.example.test/1"}), "qr")
    assert isinstance(image, Image)
    assert image.source.width == image.source.height
    for refused in ("", "x" * 5000, None):
        document = layout.compose(template, {"v": refused})
        assert [found.code for found in document.diagnostics] == ["QR_CODE_REFUSED"]


def test_the_qr_codes_of_a_document_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes of one text count once; a code of three characters has 21 × 21 dots."""
    monkeypatch.setattr(context, "LIMITS", replace(LIMITS, qr_modules=2 * 21**2))
    content = {"type": "path", "path": "row.v"}
    node: Json = {"id": "qr", "type": "qr-code", "content": content, "alt": literal("Pay")}
    each: Json = {
        "id": "each", "type": "stack", "repeat": {"sourceBinding": {"bindingId": "rows"}, "itemBinding": "row"},
        "children": [node],
    }  # fmt: skip
    template = a_template(each, collections={"rows": "rows"}, version=2)
    layout.compose(template, {"rows": [{"v": "one"}, {"v": "two"}, {"v": "one"}]})
    with pytest.raises(LayoutError, match="QR codes") as caught:
        layout.compose(template, {"rows": [{"v": "one"}, {"v": "two"}, {"v": "six"}]})
    assert caught.value.code == LIMIT_EXCEEDED


def test_the_pictures_of_a_document_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "LIMITS", replace(LIMITS, picture_pixels=24))
    images = [an_image(path(f"p{number}"), alt=literal("")) | {"id": f"i{number}"} for number in range(3)]
    sources = [data_uri(a_png(4, 3)), data_uri(a_png(3, 4)), data_uri(a_png(1, 1))]
    layout.compose(a_template(*images), {"p0": sources[0], "p1": sources[1], "p2": sources[0]})
    with pytest.raises(LayoutError, match="pixels") as caught:
        layout.compose(a_template(*images), {f"p{number}": source for number, source in enumerate(sources)})
    assert caught.value.code == LIMIT_EXCEEDED
