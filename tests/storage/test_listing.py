from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.refusal import Malformed
from billhead.storage.listing import (
    NAME_ORDER_LENGTH,
    cursor_of,
    name_order,
    page_of,
    read_cursor,
    read_name_cursor,
    searchable,
)

printable = st.text(min_size=1).filter(str.isprintable)


@given(st.lists(printable, min_size=1, max_size=4))
def test_a_cursor_holds_its_place(place: list[str]) -> None:
    assert read_cursor(cursor_of(*place), len(place)) == tuple(place)


@pytest.mark.parametrize(
    "name", ["Caf\u00e9\u00a0Rouge", "\U0001f469\u200d\U0001f527 Garage", "a\u00adb", "\u202eabc", "two\nlines"]
)
def test_a_cursor_holds_what_names_may_hold(name: str) -> None:
    assert read_cursor(cursor_of(name, "1"), 2) == (name, "1")


@pytest.mark.parametrize("value", ["\x00", "\ud800"])
def test_a_cursor_never_holds_what_no_database_stores(value: str) -> None:
    with pytest.raises(Malformed):
        read_cursor(cursor_of(value), 1)


@given(st.text())
def test_anything_else_is_refused(cursor: str) -> None:
    with suppress(Malformed):
        order, row_id = read_name_cursor(cursor)
        assert isinstance(row_id, UUID)
        assert read_cursor(cursor_of(order, str(row_id)), 2)


@pytest.mark.parametrize("place", [("a",), ("a", "b"), ("a", ""), ("a\nb", str(uuid4())), ("a", "b", "c")])
def test_a_cursor_of_another_list_is_refused(place: tuple[str, ...]) -> None:
    with pytest.raises(Malformed):
        read_name_cursor(cursor_of(*place))


@given(st.lists(st.text(max_size=200), max_size=8))
def test_names_of_any_length_keep_their_order(names: list[str]) -> None:
    assert all(len(name_order(name)) <= NAME_ORDER_LENGTH for name in names)
    assert all(name_order(name).isascii() for name in names)


def test_the_order_of_names() -> None:
    names = ["zoo", "Äpfel", "apfel", "100", "Öl", "Zebra", "Ol"]
    assert sorted(names, key=name_order) == ["100", "apfel", "Äpfel", "Ol", "Öl", "Zebra", "zoo"]


@pytest.mark.parametrize(
    ("texts", "folded"),
    [(("Müller & Söhne", None, "A-1"), "muller & sohne\na-1"), (("STRASSE", "Straße"), "strasse\nstrasse"), ((), "")],
)
def test_what_a_search_compares(texts: tuple[str | None, ...], folded: str) -> None:
    assert searchable(*texts) == folded


@pytest.mark.parametrize(
    ("rows", "shown", "more"), [([], (), False), ([1, 2], (1, 2), False), ([1, 2, 3], (1, 2), True)]
)
def test_a_page_knows_whether_there_is_another(rows: list[int], shown: tuple[int, ...], more: bool) -> None:
    page = page_of(rows, 2, show=int, place=lambda row: (str(row),))
    assert page.items == shown
    assert page.next == (cursor_of("2") if more else None)
