"""What may be said about a fee rule, and what it charges on one document."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from billhead.money import (
    CURRENCIES,
    FeeRule,
    FixedFee,
    LineKey,
    MinorUnits,
    PercentFee,
    Taxation,
    find_fee_fault,
)
from billhead.refusal import Fault, FaultCode, Malformed
from billhead.tax.rules import STANDARD_CATEGORY, find_category_fault

MAX_AMOUNTS = 50
NOT_TAXABLE = "not taxable"

_CODE = re.compile(r"[A-Z0-9]+([-_][A-Z0-9]+)*")


class LineKind(StrEnum):
    """What sort of thing a line is."""

    LABOR = "LABOR"
    PART = "PART"
    SERVICE = "SERVICE"
    PRODUCT = "PRODUCT"
    FEE = "FEE"
    OTHER = "OTHER"


class FeeBasis(StrEnum):
    """Whether a fee is a share of what it is charged on, or the same for every document."""

    PERCENT = "PERCENT"
    FIXED = "FIXED"


@dataclass(frozen=True, slots=True)
class CurrencyAmount:
    """Minor units of a currency."""

    currency: str
    amount: MinorUnits


@dataclass(frozen=True, slots=True)
class FeeRuleFields:
    """A fee rule as people edit it, in force from `valid_from` up to, not including, `valid_to`.

    `percent` and `caps` (largest fee by currency; none: no cap) go with PERCENT, `amounts` with FIXED: a document in a
    currency without amount has no such fee. `applies_to` empty means the whole document, otherwise a percentage is of
    the lines of these kinds, and a fixed amount is charged when there is one.
    """

    code: str
    name: str
    basis: FeeBasis
    percent: Decimal | None = None
    caps: tuple[CurrencyAmount, ...] = ()
    amounts: tuple[CurrencyAmount, ...] = ()
    taxable: bool = True
    tax_category: str = STANDARD_CATEGORY
    applies_to: tuple[LineKind, ...] = ()
    valid_from: date = date.min
    valid_to: date | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """A fee rule in force. `taxable` and `tax_category` say which taxation to give to `on`."""

    id: UUID
    fields: FeeRuleFields

    @property
    def taxable(self) -> bool:
        return self.fields.taxable

    @property
    def tax_category(self) -> str:
        return self.fields.tax_category

    def on(self, lines: Mapping[LineKey, str], currency: str, taxation: Taxation) -> FeeRule | None:
        """The fee for a document with `lines` (their kinds by key) in `currency`; None when it has no such fee.

        `taxation` is what holds for a taxable fee of this category; one that is not taxable is exempt whatever it says.
        """
        wanted = frozenset(self.fields.applies_to)
        charged = frozenset(key for key, kind in lines.items() if kind in wanted) if wanted else frozenset(lines)
        charge = _charge(self.fields, currency)
        if charge is None or not charged:
            return None
        return FeeRule(
            key=self.fields.code,
            name=self.fields.name,
            charge=charge,
            taxation=taxation if self.taxable else Taxation.exempt(NOT_TAXABLE, taxation.region),
            lines=charged if wanted else None,
        )


def check_fee_rule(fields: FeeRuleFields) -> None:
    """Malformed with every field error at once."""
    errors = dict(_faults(fields))
    if errors:
        raise Malformed("INVALID_FEE_RULE", "The fee rule cannot be saved.", field_errors=errors)


def _charge(fields: FeeRuleFields, currency: str) -> PercentFee | FixedFee | None:
    if fields.basis is FeeBasis.PERCENT:
        assert fields.percent is not None
        return PercentFee(fields.percent, _amount_in(currency, fields.caps))
    amount = _amount_in(currency, fields.amounts)
    return None if amount is None else FixedFee(amount)


def _amount_in(currency: str, amounts: tuple[CurrencyAmount, ...]) -> MinorUnits | None:
    return next((a.amount for a in amounts if a.currency == currency), None)


def _faults(fields: FeeRuleFields) -> Iterator[tuple[str, str]]:
    if not _CODE.fullmatch(fields.code):
        yield (
            "code",
            Fault(FaultCode.WRONG_FORM, "must be capitals and digits joined by hyphens, such as SHOP-SUPPLIES"),
        )
    if fault := find_category_fault(fields.tax_category):
        yield "taxCategory", fault
    if fields.valid_to is not None and fields.valid_to <= fields.valid_from:
        yield "validTo", Fault(FaultCode.NOT_LATER, "must be later than validFrom")
    if len(set(fields.applies_to)) != len(fields.applies_to):
        yield "appliesTo", Fault(FaultCode.REPEATED, "names a kind twice")
    yield from _percent_faults(fields) if fields.basis is FeeBasis.PERCENT else _fixed_faults(fields)


def _percent_faults(fields: FeeRuleFields) -> Iterator[tuple[str, str]]:
    if fields.percent is None:
        yield "percent", Fault(FaultCode.REQUIRED, "is needed for PERCENT")
    elif fault := find_fee_fault(PercentFee(fields.percent)):
        yield "percent", fault[1]
    if fields.amounts:
        yield "amounts", Fault(FaultCode.NOT_APPLICABLE, "go with FIXED only")
    yield from _amount_faults("caps", fields.caps)
    for place, cap in enumerate(fields.caps):
        if fault := find_fee_fault(PercentFee(Decimal(0), cap.amount)):
            yield f"caps[{place}].amount", fault[1]


def _fixed_faults(fields: FeeRuleFields) -> Iterator[tuple[str, str]]:
    if fields.percent is not None:
        yield "percent", Fault(FaultCode.NOT_APPLICABLE, "goes with PERCENT only")
    if fields.caps:
        yield "caps", Fault(FaultCode.NOT_APPLICABLE, "go with PERCENT only")
    if not fields.amounts:
        yield "amounts", Fault(FaultCode.REQUIRED, "needs one at least")
    yield from _amount_faults("amounts", fields.amounts)
    for place, amount in enumerate(fields.amounts):
        if fault := find_fee_fault(FixedFee(amount.amount)):
            yield f"amounts[{place}].amount", fault[1]


def _amount_faults(path: str, amounts: tuple[CurrencyAmount, ...]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for place, amount in enumerate(amounts):
        if amount.currency not in CURRENCIES:
            yield f"{path}[{place}].currency", Fault(FaultCode.UNKNOWN_CURRENCY, "must be an ISO 4217 currency code")
        elif amount.currency in seen:
            yield f"{path}[{place}].currency", Fault(FaultCode.REPEATED, "stands here twice")
        seen.add(amount.currency)
