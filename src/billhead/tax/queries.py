"""Reading tax regions, the rates and fees in force on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Row, Table, bindparam, select

from billhead.access.scope import Scope
from billhead.money import MinorUnits, TaxComponent, TaxRate
from billhead.refusal import NotFound
from billhead.storage.listing import Page, page_of, read_cursor, searchable
from billhead.storage.tables import table_of
from billhead.tax.fee_rules import CurrencyAmount, FeeBasis, FeePolicy, FeeRuleFields, LineKind
from billhead.tax.rules import Component, RateFields, RegionFields
from billhead.tax.tables import FeeAmount, FeeRuleRow, RateComponent, RegionRate, TaxRegion

__all__ = [
    "FeePolicy", "FeeRuleRecord", "LineKind", "RegionRecord", "fee_rules_on", "get_fee_rule", "get_region",
    "list_fee_rules", "list_regions", "rates_on",
]  # fmt: skip


def _in_force(table: Table) -> ColumnElement[bool]:
    begin, end, day = table.c.valid_from, table.c.valid_to, bindparam("day", type_=Date())
    return (begin <= day) & (end.is_(None) | (end > day))


# Every draft and every issue asks for rates and fees: in Core, with statements built once, a third of the ORM's cost.
_REGION, _RATE, _COMPONENT = table_of(TaxRegion), table_of(RegionRate), table_of(RateComponent)
_FEE, _AMOUNT = table_of(FeeRuleRow), table_of(FeeAmount)
_RATES_ON = (
    select(_RATE, _REGION.c.code, _COMPONENT.c.name, _COMPONENT.c.percent, _COMPONENT.c.compound)
    .select_from(_RATE)
    .join(_REGION, (_RATE.c.tenant_id == _REGION.c.tenant_id) & (_RATE.c.region_id == _REGION.c.id))
    .join(_COMPONENT, (_COMPONENT.c.tenant_id == _REGION.c.tenant_id) & (_COMPONENT.c.rate_id == _RATE.c.id))
    .where(_REGION.c.tenant_id == bindparam("tenant"), _REGION.c.code.in_(bindparam("regions", expanding=True)))
    .where(_in_force(_RATE))
    .order_by(_REGION.c.code, _RATE.c.tax_category, _RATE.c.id, _COMPONENT.c.place)
)
_FEES_ON = (
    select(_FEE, _AMOUNT.c.currency, _AMOUNT.c.amount)
    .select_from(_FEE)
    .outerjoin(_AMOUNT, (_AMOUNT.c.tenant_id == _FEE.c.tenant_id) & (_AMOUNT.c.fee_rule_id == _FEE.c.id))
    .where(_FEE.c.tenant_id == bindparam("tenant"), _FEE.c.active, _in_force(_FEE))
    .order_by(_FEE.c.code, _AMOUNT.c.currency)
)


@dataclass(frozen=True, slots=True)
class RegionRecord:
    """A tax region as it is edited, with its version."""

    id: UUID
    fields: RegionFields
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FeeRuleRecord:
    """A fee rule as it is edited, with its version."""

    id: UUID
    fields: FeeRuleFields
    version: int
    created_at: datetime
    updated_at: datetime


def rates_on(scope: Scope, day: date, region_codes: Iterable[str]) -> tuple[TaxRate, ...]:
    """The rates that these regions have on a day, at most one for each region and category.

    Made for `money.resolve_taxation(rates, region, day, rate_class)`; the rate class is the tax category. A region
    without rate, or that does not exist, is left out: `resolve_taxation` makes `TAX_RATE_MISSING` of it.
    """
    rows = scope.run(_RATES_ON, {"tenant": scope.tenant_id, "day": day, "regions": sorted(set(region_codes))})
    return tuple(_tax_rate_of(list(of_rate)) for _, of_rate in groupby(rows, key=attrgetter("id")))


def fee_rules_on(scope: Scope, day: date) -> tuple[FeePolicy, ...]:
    """The active fee rules of a day, by code; `FeePolicy.on` makes a `money.FeeRule` for one document of each."""
    rows = scope.run(_FEES_ON, {"tenant": scope.tenant_id, "day": day})
    return tuple(_fee_policy_of(list(of_rule)) for _, of_rule in groupby(rows, key=attrgetter("id")))


def get_region(scope: Scope, region_id: UUID) -> RegionRecord:
    """A tax region with all its rates."""
    row = scope.session.get(TaxRegion, (scope.tenant_id, region_id))
    if row is None:
        raise region_not_found()
    return region_record_of(row)


def list_regions(scope: Scope, *, text: str | None, limit: int, after: str | None) -> Page[RegionRecord]:
    """Tax regions by code; `text` is searched in code and name."""
    found = select(TaxRegion).order_by(TaxRegion.code).limit(limit + 1)
    for word in searchable(text).split():
        found = found.where(TaxRegion.search_text.contains(word, autoescape=True))
    if after is not None:
        found = found.where(TaxRegion.code > read_cursor(after, 1)[0])
    rows = scope.session.scalars(found).all()
    return page_of(rows, limit, show=region_record_of, place=lambda row: (row.code,))


def get_fee_rule(scope: Scope, fee_rule_id: UUID) -> FeeRuleRecord:
    """A fee rule as it is edited."""
    row = scope.session.get(FeeRuleRow, (scope.tenant_id, fee_rule_id))
    if row is None:
        raise fee_rule_not_found()
    return fee_record_of(row)


def list_fee_rules(
    scope: Scope, *, text: str | None, active: bool | None, limit: int, after: str | None
) -> Page[FeeRuleRecord]:
    """Fee rules by code; `text` is searched in code and name; `active` None shows both."""
    found = select(FeeRuleRow).order_by(FeeRuleRow.code).limit(limit + 1)
    for word in searchable(text).split():
        found = found.where(FeeRuleRow.search_text.contains(word, autoescape=True))
    if active is not None:
        found = found.where(FeeRuleRow.active == active)
    if after is not None:
        found = found.where(FeeRuleRow.code > read_cursor(after, 1)[0])
    rows = scope.session.scalars(found).all()
    return page_of(rows, limit, show=fee_record_of, place=lambda row: (row.code,))


def region_not_found() -> NotFound:
    """The refusal for an id that names no tax region of this tenant."""
    return NotFound("TAX_REGION_NOT_FOUND", "There is no such tax region in this business.")


def fee_rule_not_found() -> NotFound:
    """The refusal for an id that names no fee rule of this tenant."""
    return NotFound("FEE_RULE_NOT_FOUND", "There is no such fee rule in this business.")


def region_record_of(row: TaxRegion) -> RegionRecord:
    """The value behind a row."""
    rates = sorted(row.rates, key=lambda rate: (rate.tax_category, rate.valid_from))
    fields = RegionFields(row.code, row.name, row.country, tuple(_rate_fields_of(rate) for rate in rates))
    return RegionRecord(row.id, fields, row.version, row.created_at, row.updated_at)


def fee_record_of(row: FeeRuleRow) -> FeeRuleRecord:
    """The value behind a row."""
    by_currency = sorted(row.amounts, key=lambda amount: amount.currency)
    fields = _fee_fields(row, tuple(CurrencyAmount(a.currency, MinorUnits(a.amount)) for a in by_currency))
    return FeeRuleRecord(row.id, fields, row.version, row.created_at, row.updated_at)


def _fee_policy_of(rows: Sequence[Row[Any]]) -> FeePolicy:
    """One fee rule out of its rows, one for each amount (or one without)."""
    amounts = tuple(CurrencyAmount(r.currency, MinorUnits(r.amount)) for r in rows if r.currency is not None)
    return FeePolicy(rows[0].id, _fee_fields(rows[0], amounts))


def _fee_fields(row: FeeRuleRow | Row[Any], amounts: tuple[CurrencyAmount, ...]) -> FeeRuleFields:
    assert isinstance(row.applies_to, list)
    is_percent = row.basis == FeeBasis.PERCENT
    return FeeRuleFields(
        code=row.code,
        name=row.name,
        basis=FeeBasis(row.basis),
        percent=row.percent,
        caps=amounts if is_percent else (),
        amounts=() if is_percent else amounts,
        taxable=row.taxable,
        tax_category=row.tax_category,
        applies_to=tuple(LineKind(kind) for kind in row.applies_to),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        active=row.active,
    )


def _tax_rate_of(rows: Sequence[Row[Any]]) -> TaxRate:
    """One rate out of its rows, one for each component."""
    components = tuple(TaxComponent(r.name, r.percent, r.compound) for r in rows)
    return TaxRate(rows[0].code, components, rows[0].valid_from, rows[0].valid_to, rows[0].tax_category)


def _rate_fields_of(row: RegionRate) -> RateFields:
    components = tuple(Component(c.name, c.percent, c.compound) for c in row.components)
    return RateFields(row.id, row.tax_category, row.valid_from, row.valid_to, components)
