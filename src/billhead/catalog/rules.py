"""What may be said about a service. In: the fields to save. Out: nothing, or one refusal with all errors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from billhead.money import CURRENCIES, find_unit_price_fault
from billhead.refusal import Fault, FaultCode, Malformed

MAX_PRICES = 50
STANDARD_CATEGORY = "standard"

_CATEGORY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class ServiceKind(StrEnum):
    """What sort of thing a line of this service is."""

    LABOR = "LABOR"
    PART = "PART"
    SERVICE = "SERVICE"
    PRODUCT = "PRODUCT"
    FEE = "FEE"


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """Price of one unit in minor units of its currency, with up to twelve places."""

    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ServiceFields:
    """Everything about a service that people edit.

    `unit` is what a quantity counts, for people (`hour`, `each`). `tax_category` chooses among the rates of a tax
    region (`standard`, `reduced`, …) and means nothing when the service is not taxable.
    """

    code: str
    name: str
    kind: ServiceKind
    description: str | None = None
    unit: str = "each"
    prices: tuple[UnitPrice, ...] = ()
    taxable: bool = True
    tax_category: str = STANDARD_CATEGORY
    active: bool = True


def check_service(fields: ServiceFields) -> None:
    """Malformed with every field error at once."""
    errors = dict(_faults(fields))
    if errors:
        raise Malformed("INVALID_SERVICE", "The service cannot be saved.", field_errors=errors)


def _faults(fields: ServiceFields) -> Iterator[tuple[str, str]]:
    if not _CATEGORY.fullmatch(fields.tax_category):
        yield (
            "taxCategory",
            Fault(
                FaultCode.WRONG_FORM, "must be lower-case words joined by hyphens, such as standard or super-reduced"
            ),
        )
    seen: set[str] = set()
    for place, price in enumerate(fields.prices):
        if price.currency not in CURRENCIES:
            yield f"prices[{place}].currency", Fault(FaultCode.UNKNOWN_CURRENCY, "must be an ISO 4217 currency code")
        elif price.currency in seen:
            yield f"prices[{place}].currency", Fault(FaultCode.REPEATED, "stands here twice")
        seen.add(price.currency)
        if fault := find_unit_price_fault(price.amount):
            yield f"prices[{place}].unitPrice", fault
        elif price.amount < 0:
            yield f"prices[{place}].unitPrice", Fault(FaultCode.NEGATIVE, "must not be negative")
