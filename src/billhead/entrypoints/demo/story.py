"""What a demo business is made of: values, and short ways to write them down.

A work order is told by days before the seeding, so that months of invoices, some of them overdue, end today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid5

from billhead.access.permissions import Role
from billhead.catalog.rules import STANDARD_CATEGORY, ServiceFields, ServiceKind, UnitPrice
from billhead.clients.rules import ClientFields
from billhead.postal import PostalAddress
from billhead.tax.fee_rules import FeeRuleFields
from billhead.tax.rules import RegionFields
from billhead.tenants.rules import Business
from billhead.work_orders.rules import LineKind, WorkOrderStatus

_NAMES = UUID("b1112ead-0000-4000-8000-000000000001")


class Ending(StrEnum):
    """What became of a work order."""

    REPORTED = "reported"
    DRAFTED = "drafted"
    SUPERSEDED = "drafted, then reported with another scope"
    ISSUED = "issued"
    VOIDED = "issued, then void"
    REBILLED = "issued, void, and issued anew"


class Estimate(StrEnum):
    """Whether the work was done under an estimate, and whether it says which version."""

    NONE = "none"
    UNBOUND = "without version"
    BOUND = "with version"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in."""

    email: str
    name: str
    role: Role


BOOKKEEPER = Person("books@ledgerbrook.example", "Inga Thorsen", Role.ACCOUNTANT)
"""Keeps the books of two of the businesses, and switches between them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of work. `price` is of one unit, in the currency's main unit; `service` is a code of the catalog."""

    kind: LineKind
    description: str
    quantity: Decimal
    price: Decimal
    service: str | None = None
    taxable: bool = True
    percent_off: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work order. `client` and `location` are names of the same business; `days_ago` is when it was reported.

    `added` are lines that the second report of a superseded draft has more.
    """

    reference: str
    days_ago: int
    client: str | None
    lines: Sequence[Line] = ()
    added: Sequence[Line] = ()
    vehicle: str | None = None
    location: str | None = None
    status: WorkOrderStatus = WorkOrderStatus.COMPLETED
    ready: bool = True
    approved: str | None = "IN_PERSON"
    estimate: Estimate = Estimate.BOUND
    papers: Sequence[tuple[str, str]] = ()
    ending: Ending = Ending.REPORTED
    void_reason: str = ""

    def name(self, tenant: str, what: str) -> UUID:
        """The same id at every seeding for a thing of this work order."""
        return uuid5(_NAMES, f"{tenant}/{self.reference}/{what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBusiness:
    """One demo business, whole."""

    slug: str
    business: Business
    people: Sequence[Person]
    regions: Sequence[RegionFields]
    fee_rules: Sequence[FeeRuleFields] = ()
    services: Sequence[ServiceFields]
    clients: Sequence[ClientFields]
    work: Sequence[Work]


def labor(words: str, hours: str, rate: str, service: str | None = None, percent_off: str | None = None) -> Line:
    """Work by the hour."""
    return Line(LineKind.LABOR, words, Decimal(hours), Decimal(rate), service, percent_off=_percent(percent_off))


def part(words: str, quantity: str, price: str, service: str | None = None, percent_off: str | None = None) -> Line:
    """Something built in or sold."""
    return Line(LineKind.PART, words, Decimal(quantity), Decimal(price), service, percent_off=_percent(percent_off))


def flat(words: str, price: str, service: str | None = None, *, quantity: str = "1", taxable: bool = True) -> Line:
    """A flat price, such as a disposal charge or a monthly service."""
    return Line(LineKind.OTHER, words, Decimal(quantity), Decimal(price), service, taxable)


def _percent(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)


def product(
    code: str, name: str, kind: ServiceKind, currency: str, price: str, unit: str = "each",
    *, category: str = STANDARD_CATEGORY, description: str | None = None,
) -> ServiceFields:  # fmt: skip
    """A row of the catalog; `price` in a main unit of two places, as USD and EUR have."""
    amount = Decimal(price).scaleb(2)
    return ServiceFields(code, name, kind, description, unit, (UnitPrice(currency, amount),), tax_category=category)


def address(street: str, city: str, postal_code: str, country: str, region: str | None = None) -> PostalAddress:
    """A client's address."""
    return PostalAddress(tuple(street.split("\n")), city, region, postal_code, country)
