"""What may be said about a tax region, and what a change of its rates means.

    plan_region(current, wanted, today, correction_reason) -> RegionPlan     the rates to save, and what to audit

A rate that has begun is history: documents may have been issued under it. It can be given an end after today (or a
later one), and rates can be added where none holds. Anything else about it is a correction, which needs a reason and
is audited with the rate before and after. Issued invoices are not touched either way. Rates to come change freely.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from uuid import UUID

import icu

from billhead.money import find_percent_fault
from billhead.money.tax import MAX_TAX_PERCENT
from billhead.refusal import Conflict, Fault, FaultCode, Malformed

MAX_RATES = 500
MAX_COMPONENTS = 10
STANDARD_CATEGORY = "standard"

_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_CATEGORY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_REPEATED = Fault(FaultCode.REPEATED, "stands here twice")
_NO_RATE = Fault(FaultCode.UNKNOWN_REFERENCE, "is no rate of this region")


@dataclass(frozen=True, slots=True)
class Component:
    """One tax of a rate; a `compound` one is also charged on the components before it."""

    name: str
    percent: Decimal
    compound: bool = False


@dataclass(frozen=True, slots=True)
class RateFields:
    """What a region charges for one category from `valid_from` up to, not including, `valid_to`.

    `rate_id` is None only before the rate was saved for the first time.
    """

    rate_id: UUID | None
    tax_category: str
    valid_from: date
    valid_to: date | None
    components: tuple[Component, ...]

    def has_begun(self, today: date) -> bool:
        """Whether documents may have been issued under it."""
        return self.valid_from <= today


@dataclass(frozen=True, slots=True)
class RegionFields:
    """A tax region as people edit it; `code` is what clients and locations refer to, and stays."""

    code: str
    name: str
    country: str
    rates: tuple[RateFields, ...] = ()


class RateAct(StrEnum):
    """What happened to a rate; the verb in the audit trail."""

    ADD = "tax-rate.add"
    END = "tax-rate.end"
    CHANGE = "tax-rate.change"
    CORRECT = "tax-rate.correct"
    REMOVE = "tax-rate.remove"


@dataclass(frozen=True, slots=True)
class RateChange:
    """One rate before and after; None before it was added, after it was removed."""

    act: RateAct
    before: RateFields | None
    after: RateFields | None


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """The region to save and what becomes of its rates."""

    region: RegionFields
    changes: tuple[RateChange, ...]


def plan_region(
    current: RegionFields | None, wanted: RegionFields, today: date, correction_reason: str | None = None
) -> RegionPlan:
    """What saving `wanted` over `current` (None: a new region) means on the business day `today`.

    Malformed with every field error at once; Conflict `TAX_RATE_IN_FORCE` when a rate that has begun would change
    otherwise than by its end and no `correction_reason` is given.
    """
    errors = dict(_faults(current, wanted))
    if errors:
        raise Malformed("INVALID_TAX_REGION", "The tax region cannot be saved.", field_errors=errors)
    changes = tuple(_changes(current.rates if current else (), wanted.rates, today))
    corrected = {
        _path(wanted, change): Fault(FaultCode.IN_FORCE, "has begun")
        for change in changes
        if change.act is RateAct.CORRECT
    }
    if corrected and not correction_reason:
        raise Conflict(
            "TAX_RATE_IN_FORCE",
            "A rate that has begun can only be ended after today, or corrected with a correctionReason.",
            field_errors=corrected,
        )
    return RegionPlan(wanted, changes)


def refuse_history(region: RegionFields, today: date) -> None:
    """Conflict when the region must be kept because one of its rates has begun."""
    if any(rate.has_begun(today) for rate in region.rates):
        raise Conflict("TAX_REGION_IN_USE", "This region has rates that have begun. End its rates instead.")


@cache
def countries() -> frozenset[str]:
    """Every ISO 3166-1 alpha-2 code."""
    return frozenset(icu.Locale.getISOCountries())


def find_category_fault(category: str) -> str | None:
    """What is wrong with the name of a tax category, for people, or None."""
    return (
        None
        if _CATEGORY.fullmatch(category)
        else Fault(FaultCode.WRONG_FORM, "must be lower-case words joined by hyphens, such as reduced")
    )


def _changes(current: tuple[RateFields, ...], wanted: tuple[RateFields, ...], today: date) -> Iterator[RateChange]:
    kept: dict[UUID | None, RateFields] = {rate.rate_id: rate for rate in wanted if rate.rate_id is not None}
    for before in current:
        after = kept.get(before.rate_id)
        if after is None:
            yield RateChange(RateAct.CORRECT if before.has_begun(today) else RateAct.REMOVE, before, None)
        elif after != before:
            yield RateChange(_act(before, after, today), before, after)
    for after in wanted:
        if after.rate_id is None:
            yield RateChange(RateAct.ADD, None, after)


def _act(before: RateFields, after: RateFields, today: date) -> RateAct:
    if not before.has_begun(today):
        return RateAct.CHANGE
    only_end = replace(before, valid_to=after.valid_to) == after
    was_open = before.valid_to is None or before.valid_to > today
    ends_later = after.valid_to is None or after.valid_to > today
    return RateAct.END if only_end and was_open and ends_later else RateAct.CORRECT


def _path(region: RegionFields, change: RateChange) -> str:
    return f"rates[{region.rates.index(change.after)}]" if change.after else "rates"


def _faults(current: RegionFields | None, wanted: RegionFields) -> Iterator[tuple[str, str]]:
    if not _CODE.fullmatch(wanted.code):
        yield (
            "code",
            Fault(FaultCode.WRONG_FORM, "must be capitals and digits joined by hyphens, such as US-WA-SEATTLE"),
        )
    elif current and wanted.code != current.code:
        yield "code", Fault(FaultCode.UNCHANGEABLE, "cannot be changed, because clients refer to it")
    if wanted.country not in countries():
        yield "country", Fault(FaultCode.UNKNOWN_COUNTRY, "must be an ISO 3166-1 country code of two letters")
    known = {rate.rate_id for rate in current.rates} if current else set()
    seen: set[UUID] = set()
    for place, rate in enumerate(wanted.rates):
        if rate.rate_id is not None and (rate.rate_id not in known or rate.rate_id in seen):
            yield f"rates[{place}].rateId", _REPEATED if rate.rate_id in seen else _NO_RATE
        if rate.rate_id is not None:
            seen.add(rate.rate_id)
        yield from _rate_faults(f"rates[{place}]", rate)
    yield from _overlaps(wanted.rates)


def _rate_faults(path: str, rate: RateFields) -> Iterator[tuple[str, str]]:
    if fault := find_category_fault(rate.tax_category):
        yield f"{path}.taxCategory", fault
    if rate.valid_to is not None and rate.valid_to <= rate.valid_from:
        yield f"{path}.validTo", Fault(FaultCode.NOT_LATER, "must be later than validFrom")
    if not rate.components:
        yield f"{path}.components", Fault(FaultCode.REQUIRED, "needs one at least; a rate of zero has one of 0 %")
    names: set[str] = set()
    for place, component in enumerate(rate.components):
        if fault := find_percent_fault(component.percent, limit=MAX_TAX_PERCENT):
            yield f"{path}.components[{place}].percent", fault
        if component.name in names:
            yield f"{path}.components[{place}].name", _REPEATED
        names.add(component.name)


def _overlaps(rates: tuple[RateFields, ...]) -> Iterator[tuple[str, str]]:
    ordered = sorted(enumerate(rates), key=lambda placed: (placed[1].tax_category, placed[1].valid_from))
    longest: tuple[int, RateFields] | None = None
    for place, rate in ordered:
        if longest is None or longest[1].tax_category != rate.tax_category:
            longest = (place, rate)
        elif longest[1].valid_to is None or rate.valid_from < longest[1].valid_to:
            yield (
                f"rates[{place}].validFrom",
                Fault(FaultCode.OVERLAPPING, f"lies within the time of rates[{longest[0]}]"),
            )
            if longest[1].valid_to and (rate.valid_to is None or rate.valid_to > longest[1].valid_to):
                longest = (place, rate)
        else:
            longest = (place, rate)
