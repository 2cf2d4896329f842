"""Parties of a document, and how exact numbers leave for JSON."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Party:
    """Who bills or is billed. `address` is a block of lines; `logo_url` a data URI or a stored image's source."""

    name: str
    address: str = ""
    logo_url: str | None = None
    tax_id: str | None = None

    def to_dict(self, *, with_logo: bool = False) -> dict[str, object]:
        """Wire form; the logo only where the format has one."""
        out: dict[str, object] = {"name": self.name, "address": self.address, **present({"taxId": self.tax_id})}
        return {**out, "logoUrl": self.logo_url} if with_logo else out


def exact(number: Decimal | int) -> int | str:
    """A whole number as an int, any other as plain decimal text without trailing zeros."""
    if isinstance(number, int):
        return number
    if number == number.to_integral_value():
        return int(number)
    return format(number.normalize(), "f")


def present(fields: dict[str, object]) -> dict[str, object]:
    """The fields without those that are None: absent, so that fallbacks of bindings apply."""
    return {name: value for name, value in fields.items() if value is not None}
