"""Client locations on documents: their address blocks, and items grouped by them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol, TypeVar

_PLACEHOLDERS = frozenset({"n/a", "unknown", "xx"})


@dataclass(frozen=True, slots=True)
class Location:
    """Where a client's work was done. Placeholders (`N/A`, `Unknown`, `XX`) count as absent in the address block.

    `written` is the address block as its country writes it, where that is known; else it is made of the parts.
    """

    id: str
    location_name: str = ""
    address_line1: str = ""
    address_line2: str = ""
    address_line3: str = ""
    city: str = ""
    state_province: str = ""
    postal_code: str = ""
    country_code: str = ""
    country_name: str = ""
    region_code: str = ""
    written: str = ""

    def to_dict(self) -> dict[str, object]:
        """Wire form, with the address block as `full_address`."""
        parts = asdict(self)
        del parts["written"]
        return {**parts, "full_address": address_block(self)}


class Placed(Protocol):
    """A line that may belong to a location. `group_total` and `group_tax` count towards its group, minor units."""

    @property
    def location(self) -> Location | None: ...

    @property
    def group_total(self) -> int: ...

    @property
    def group_tax(self) -> int: ...

    def to_dict(self) -> dict[str, object]: ...


Line = TypeVar("Line", bound=Placed)


def address_block(location: Location) -> str:
    """The address on lines: the street's, then city, state and postal code, then the country."""
    if location.written:
        return location.written
    place = ", ".join(_real(location.city, location.state_province, location.postal_code))
    country = _real(location.country_name) or _real(location.country_code)
    streets = _real(location.address_line1, location.address_line2, location.address_line3)
    return "\n".join([*streets, *([place] if place else []), *country])


def _real(*parts: str) -> list[str]:
    return [part.strip() for part in parts if part.strip() and part.strip().lower() not in _PLACEHOLDERS]


def grouped_by_location(lines: Iterable[Line]) -> list[dict[str, object]]:
    """Groups in the order in which their locations first appear; lines without one share a group of nulls."""
    members: dict[str | None, list[Line]] = {}
    for line in lines:
        members.setdefault(line.location.id if line.location else None, []).append(line)
    return [_group(group) for group in members.values()]


def _group(lines: Sequence[Line]) -> dict[str, object]:
    location = lines[0].location
    subtotal = sum(line.group_total for line in lines)
    tax = sum(line.group_tax for line in lines)
    return {
        "location_id": location.id if location else None,
        "location": location.to_dict() if location else None,
        "name": (location.location_name or None) if location else None,
        "address": (address_block(location) or None) if location else None,
        "items": [line.to_dict() for line in lines],
        "subtotal": subtotal,
        "tax": tax,
        "total": subtotal + tax,
    }


def spans_locations(lines: Iterable[Line]) -> bool:
    """Whether the lines belong to two or more known locations; lines without one do not count."""
    return len({line.location.id for line in lines if line.location}) > 1
