"""Lists of rows: keyset pages with an opaque cursor, the order of names, and what a text search compares.

A page asks for one row more than it shows; that row only tells that there is a next page. The cursor holds the sort
values of the last row shown, so a page neither skips nor repeats rows when others are added or removed meanwhile.
"""

import base64
import binascii
import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from billhead.layout.collation import sort_key
from billhead.refusal import Fault, FaultCode, Malformed

T = TypeVar("T")
R = TypeVar("R")

NAME_ORDER_LENGTH = 160
"""Longest `name_order`: enough for the first fifty letters or so; ids break ties."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list in its order; `next` is the cursor of the following page, None on the last."""

    items: tuple[T, ...]
    next: str | None


def page_of(rows: Sequence[R], limit: int, show: Callable[[R], T], place: Callable[[R], tuple[str, ...]]) -> Page[T]:
    """A page of `limit` out of up to `limit + 1` rows; `place` gives the sort values that its cursor holds."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(tuple(show(row) for row in shown), cursor_of(*place(shown[-1])) if more else None)


def cursor_of(*place: str) -> str:
    """The opaque cursor of a place in a list."""
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).rstrip(b"=").decode()


def read_cursor(cursor: str, size: int) -> tuple[str, ...]:
    """The `size` sort values in a cursor that `cursor_of` made; Malformed for anything else."""
    try:
        place = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise _bad_cursor() from error
    if not isinstance(place, list) or len(place) != size or not all(isinstance(v, str) and v for v in place):
        raise _bad_cursor()
    # Names may hold no-break spaces, joiners and marks of direction; only what no database stores is refused.
    if any("\x00" in value or _holds_surrogate(value) for value in place):
        raise _bad_cursor()
    return tuple(place)


def read_name_cursor(cursor: str) -> tuple[str, UUID]:
    """The place in a list that is ordered by `name_order`, then id."""
    order, row_id = read_cursor(cursor, 2)
    if not order.isprintable():
        raise _bad_cursor()
    try:
        return order, UUID(row_id)
    except ValueError as error:
        raise _bad_cursor() from error


def name_order(name: str) -> str:
    """A text whose plain order is the alphabetical order of names, the same in every database and language."""
    return sort_key(name).hex()[:NAME_ORDER_LENGTH]


def searchable(*texts: str | None) -> str:
    """What a text search compares: without case and accents, one line each; also fold the search words with it."""
    joined = "\n".join(text for text in texts if text)
    decomposed = unicodedata.normalize("NFKD", joined.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _holds_surrogate(value: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in value)


def _bad_cursor() -> Malformed:
    errors = {"after": Fault(FaultCode.UNKNOWN_REFERENCE, "is no `next` of a page of this list")}
    return Malformed("INVALID_CURSOR", "The list cannot go on from there.", field_errors=errors)
