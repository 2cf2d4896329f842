"""SVG pages, and the safe reading of SVG pictures."""

from xml.etree import ElementTree

import pytest

from billhead.layout.errors import LayoutError
from billhead.layout.images import read_image
from billhead.layout.paint import render_svg
from layout.trees import a_box, a_document, a_table, a_text

SVG = "{http://www.w3.org/2000/svg}"


def test_pages_are_well_formed_and_name_nodes() -> None:
    words = a_box(a_text("<script>&\"'", 'a"b'), overflow="hidden", borderRadius="4px", border="1px dashed red")
    pages = render_svg(a_document(words, a_table(60), watermark="VOID"))
    assert len(pages) > 1
    root = ElementTree.fromstring(pages[0])
    assert root.get("viewBox") == "0 0 500 600"
    assert 'a"b' in {element.get("data-node") for element in root.iter(f"{SVG}g")}
    names = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(names) == len(set(names))
    used = {str(element.get("href"))[1:] for element in root.iter(f"{SVG}use")}
    assert used <= set(names)
    assert not list(root.iter(f"{SVG}script"))


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<image href='file:///etc/passwd'/>",
        "<rect onload='x()' width='1' height='1'/>",
        "<foreignObject/>",
        "<style>*{}</style>",
        "<use href='#a'/>",
        "<rect fill='url(#a)' width='1' height='1'/>",
        "<path d='M 1e99 0'/>",
        "<path d='hello'/>",
        "<g transform='turn(3)'/>",
        "<g>" * 60 + "</g>" * 60,
        "<a",
    ],
)
def test_pictures_outside_the_subset_are_refused(body: str) -> None:
    with pytest.raises(LayoutError) as refused:
        read_image(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{body}</svg>'.encode())
    assert refused.value.code == "INVALID_IMAGE"


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">&a;</svg>'
    with pytest.raises(LayoutError):
        read_image(bomb)


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\nrubbish", b"\xff\xd8rubbish", b"%PDF-1.7"])
def test_damaged_pictures_are_refused(data: bytes) -> None:
    with pytest.raises(LayoutError):
        read_image(data)


def test_sizes_come_from_the_view_box() -> None:
    found = read_image(b'<svg xmlns="http://www.w3.org/2000/svg" width="60" viewBox="0 0 30 10"><circle r="3"/></svg>')
    assert (found.width, found.height) == (60, 20)
