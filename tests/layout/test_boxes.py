"""Boxes as numbers: flex, grid, block, absolute, table. Lines are 20 px high; places are px."""

import pytest

from billhead.layout.document import Box, Node
from billhead.layout.errors import LimitExceeded
from billhead.layout.pages import lay_out
from layout.trees import a_box, a_document, a_table, a_text

WIDTH = 420.0


def places(*children: Node, direction: str = "ltr") -> dict[str, tuple[float, float]]:
    """Left and line top of every word, in px from the content's corner."""
    found = {}
    for word in lay_out(a_document(*children, height=5000, direction=direction)).words():
        found[word.text] = (round(word.x0 / 0.75 - 40, 1), round(word.y0 / 0.75 - 40, 1))
    return found


def test_columns_stack_with_gaps() -> None:
    got = places(a_box(a_text("a"), a_text("b"), display="flex", flexDirection="column", gap="8px"))
    assert got == {"a": (0, 0), "b": (0, 28)}


@pytest.mark.parametrize(
    ("justify", "left"),
    [
        ("flex-start", 0),
        ("flex-end", 320),
        ("center", 160),
        ("space-between", 0),
        ("space-around", 80),
        ("space-evenly", 320 / 3),
    ],
)
def test_justify_content(justify: str, left: float) -> None:
    row = a_box(a_text("a", width="50px"), a_text("b", width="50px"), display="flex", justifyContent=justify)
    assert places(row)["a"][0] == pytest.approx(left, abs=0.1)


def test_growing_shares_and_shrinking_by_base() -> None:
    row = a_box(
        a_text("a", flex="1 1 0"), a_text("b", flex="2 1 0"), a_text("c", flex="none", width="60px"), display="flex"
    )
    assert [places(row)[word][0] for word in "abc"] == [0, 120, 360]
    row = a_box(a_text("a", width="300px"), a_text("b", width="400px"), display="flex")
    assert places(row)["b"][0] == pytest.approx(180)


def test_wrapping_lines() -> None:
    row = a_box(*[a_text(word, width="200px") for word in "abc"], display="flex", flexWrap="wrap", gap="5px")
    assert places(row) == {"a": (0, 0), "b": (205, 0), "c": (0, 25)}


def test_alignment_across() -> None:
    row = a_box(
        a_text("a", height="100px"), a_text("b", alignSelf="center"), a_text("c", alignSelf="flex-end"), display="flex"
    )
    assert [places(row)[word][1] for word in "abc"] == [0, 40, 80]


def test_grid_tracks_and_spans() -> None:
    grid = a_box(
        a_text("a"), a_text("b"), a_text("c", gridColumn="span 2"), a_text("d"),
        display="grid", gridTemplateColumns="100px 1fr 2fr", gap="10px",
    )  # fmt: skip
    assert places(grid) == {"a": (0, 0), "b": (110, 0), "c": (0, 30), "d": (220, 30)}


def test_margins_collapse() -> None:
    got = places(a_text("a", margin="10px 0"), a_box(a_text("b", margin="30px 0")), a_text("c", margin="4px"))
    assert [got[word][1] for word in "abc"] == [10, 60, 110]


def test_absolute_boxes_stand_in_their_containing_block() -> None:
    inner = a_text("x", position="absolute", right="5px", bottom="5px", width="50px")
    holder = a_box(a_box(inner), position="relative", height="100px", width="200px", padding="10px")
    assert places(holder)["x"] == (165, 95)


def test_percentages_limits_and_border_box() -> None:
    row = a_box(
        a_text("a", width="50%", maxWidth="100px", padding="10px", boxSizing="border-box"), a_text("b"), display="flex"
    )
    assert places(row)["b"][0] == pytest.approx(100)


def test_right_to_left_rows_begin_at_the_right() -> None:
    row = a_box(
        a_text("a", width="50px", textAlign="left"), a_text("b", width="50px", textAlign="left"), display="flex"
    )
    got = places(row, direction="rtl")
    assert (got["a"][0], got["b"][0]) == (WIDTH - 50, WIDTH - 100)


def test_table_columns_fill_the_table() -> None:
    got = places(a_table(2))
    assert got["r0c0"][0] == 4
    assert got["r1c0"][1] - got["r0c0"][1] == 29


def test_depth_is_limited() -> None:
    node: Box = a_box(a_text("deep"))
    for _ in range(200):
        node = a_box(node)
    with pytest.raises(LimitExceeded):
        lay_out(a_document(node))


def test_nested_flex_boxes_stay_fast() -> None:
    """Each level is measured a bounded number of times: forty levels would otherwise never end."""
    node: Node = a_text("deep")
    for level in range(40):
        direction = "row" if level % 2 else "column"
        node = a_box(node, a_text(f"w{level}"), display="flex", flexDirection=direction, alignItems="stretch")
    assert len(lay_out(a_document(node, height=5000)).words()) == 41
