"""Pages: where they end, what repeats, what stays together."""

from billhead.layout.document import Box, Origin, Text
from billhead.layout.frames import Pages, Rectangle, TextLine
from billhead.layout.pages import lay_out
from layout.trees import a_box, a_document, a_heading, a_style, a_table, a_text


def lines(pages: Pages, number: int) -> list[str]:
    """The texts of a page's own lines."""
    return [item.text for item in pages.pages[number].items if isinstance(item, TextLine)]


def test_every_row_is_on_one_page_and_the_head_repeats() -> None:
    pages = lay_out(a_document(a_table(100)))
    assert len(pages) > 3
    seen = [text for number in range(len(pages)) for text in lines(pages, number) if text.startswith("r")]
    assert seen == [f"r{row}c{column}" for row in range(100) for column in range(3)]
    for page in pages.pages[1:]:
        heads = [item.text for item in page.furniture if isinstance(item, TextLine) and item.text.startswith("Head")]
        assert heads == ["Head0", "Head1", "Head2"]
        assert min(item.y for item in page.items if isinstance(item, TextLine)) > 60
    for page in pages.pages:
        assert all(item.y + item.descent <= 560.01 for item in page.items if isinstance(item, TextLine))


def test_a_heading_stays_with_what_follows() -> None:
    filler = [a_text("x", height="20px") for _ in range(25)]
    pages = lay_out(a_document(*filler, a_heading("Notes"), a_text("text")))
    assert lines(pages, 1) == ["Notes", "text"]


def test_a_totals_block_is_never_torn() -> None:
    filler = [a_text("x", height="20px") for _ in range(24)]
    rows = tuple(a_text(f"total{number}") for number in range(4))
    totals = Box(Origin("totals", "/layout/totals"), a_style(), rows, "totals")
    assert lines(lay_out(a_document(*filler, totals)), 1) == ["total0", "total1", "total2", "total3"]


def test_widows_and_orphans() -> None:
    filler = [a_text("x", height="20px") for _ in range(23)]
    words = a_text("\n".join(f"l{number}" for number in range(6)), whiteSpace="pre-line")
    pages = lay_out(a_document(*filler, words))
    assert lines(pages, 0)[23:] == ["l0", "l1", "l2"]
    filler.append(a_text("x", height="40px"))
    assert lines(lay_out(a_document(*filler, words)), 1)[0] in ("l0", "l2")


def test_forced_breaks_and_no_empty_last_page() -> None:
    pages = lay_out(a_document(a_text("a"), a_text("b", breakBefore="page"), a_box(height="300px")))
    assert [lines(pages, number) for number in range(len(pages))] == [["a"], ["b"]]


def test_a_box_that_goes_on_is_sliced() -> None:
    card = a_box(*[a_text(f"w{n}") for n in range(60)], border="1px solid red", padding="10px")
    pages = lay_out(a_document(card))
    assert len(pages) == 3
    for page in pages.pages:
        [box] = [item for item in page.items if isinstance(item, Rectangle)]
        assert box.clip is not None


def test_page_numbers_headers_and_footers() -> None:
    footer = Box(
        Origin("f", "/footer"), a_style(), (Text(Origin("n", "/n"), a_style(), "{page} of {pages}", paged=True),)
    )
    pages = lay_out(a_document(a_table(40), footer=footer))
    found = [item.text for item in pages.pages[1].furniture if isinstance(item, TextLine)]
    assert f"2 of {len(pages)}" in found
    assert f"2 / {len(pages)}" in found


def test_items_name_their_template_nodes() -> None:
    pages = lay_out(a_document(a_text("hello", "greeting")))
    [item] = [item for item in pages.pages[0].items if isinstance(item, TextLine)]
    assert (item.origin.node_id, item.origin.pointer) == ("greeting", "/layout/greeting")


def test_a_word_of_a_hundred_kilobytes_is_broken() -> None:
    pages = lay_out(a_document(a_text("x" * 100_000)))
    assert len(pages) > 10
    assert all(
        item.x + item.width <= 460.1 for page in pages.pages for item in page.items if isinstance(item, TextLine)
    )
