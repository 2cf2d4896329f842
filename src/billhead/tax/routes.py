"""Tax regions and fee rules over HTTP."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field, StringConstraints

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import (
    After,
    CurrencyCode,
    IfMatch,
    MinorField,
    PageOf,
    PageSize,
    ShortText,
    WireModel,
    etag_of,
)
from billhead.money import MinorUnits
from billhead.tax import actions, queries
from billhead.tax.fee_rules import MAX_AMOUNTS, CurrencyAmount, FeeBasis, FeeRuleFields, LineKind
from billhead.tax.queries import FeeRuleRecord, RegionRecord
from billhead.tax.rules import MAX_COMPONENTS, MAX_RATES, STANDARD_CATEGORY, Component, RateFields, RegionFields

router = Router(tags=["Tax"])

_Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Category = Annotated[str, StringConstraints(min_length=1, max_length=40)]
_ComponentName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_Percent = Annotated[Decimal, Field(max_digits=10, decimal_places=6, description="percent, up to six decimal places")]
_SearchText = Annotated[str | None, Query(max_length=200, description="words to find")]


class TaxComponentBody(WireModel):
    """One tax of a rate; a `compound` one is also charged on the components before it."""

    name: _ComponentName
    percent: _Percent
    compound: bool = False


class TaxRateBody(WireModel):
    """What the region charges for a category from `validFrom` up to, not including, `validTo`.

    Leave out `rateId` to add a rate.
    """

    rate_id: UUID | None = None
    tax_category: _Category = STANDARD_CATEGORY
    valid_from: date
    valid_to: date | None = None
    components: list[TaxComponentBody] = Field(max_length=MAX_COMPONENTS)


class TaxRegionFields(WireModel):
    """A tax region with all its rates over time."""

    code: _Code
    name: ShortText
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    rates: list[TaxRateBody] = Field(default_factory=list, max_length=MAX_RATES)


class TaxRegionInput(TaxRegionFields):
    """A tax region as people edit it.

    A rate that has begun can be given an end after today; changing or leaving it out otherwise needs a
    `correctionReason`, which goes into the audit trail.
    """

    correction_reason: ShortText | None = None


class TaxRegionBody(TaxRegionFields):
    tax_region_id: UUID
    created_at: datetime
    updated_at: datetime
    etag: str


class CurrencyAmountBody(WireModel):
    currency: CurrencyCode
    amount: MinorField


class FeeRuleInput(WireModel):
    """A fee rule, in force from `validFrom` up to, not including, `validTo`.

    PERCENT has `percent` and `caps`, FIXED has `amounts`. `appliesTo` empty: the whole document.
    """

    code: _Code
    name: ShortText
    basis: FeeBasis
    percent: _Percent | None = None
    caps: list[CurrencyAmountBody] = Field(default_factory=list, max_length=MAX_AMOUNTS)
    amounts: list[CurrencyAmountBody] = Field(default_factory=list, max_length=MAX_AMOUNTS)
    taxable: bool = True
    tax_category: _Category = STANDARD_CATEGORY
    applies_to: list[LineKind] = Field(default_factory=list, max_length=len(LineKind))
    valid_from: date
    valid_to: date | None = None
    active: bool = True


class FeeRuleBody(FeeRuleInput):
    fee_rule_id: UUID
    created_at: datetime
    updated_at: datetime
    etag: str


@router.get("/billing/tax-regions")
def get_tax_regions(
    scope: Annotated[Scope, needs("billing:tax:view")],
    text: _SearchText = None,
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[TaxRegionBody]:
    """Tax regions by code, with their rates."""
    page = queries.list_regions(scope, text=text, limit=limit, after=after)
    return PageOf[TaxRegionBody](items=[region_body(row) for row in page.items], next=page.next)


@router.post("/billing/tax-regions", status_code=201)
def post_tax_region(body: TaxRegionFields, scope: Annotated[Scope, needs("billing:tax:manage")]) -> TaxRegionBody:
    """Add a tax region."""
    return region_body(actions.create_region(scope, region_fields(body)))


@router.get("/billing/tax-regions/{tax_region_id}")
def get_tax_region(tax_region_id: UUID, scope: Annotated[Scope, needs("billing:tax:view")]) -> TaxRegionBody:
    """One tax region with all its rates."""
    return region_body(queries.get_region(scope, tax_region_id))


@router.put("/billing/tax-regions/{tax_region_id}")
def put_tax_region(
    tax_region_id: UUID,
    body: TaxRegionInput,
    scope: Annotated[Scope, needs("billing:tax:manage")],
    if_match: IfMatch = None,
) -> TaxRegionBody:
    """Save a tax region and its rates."""
    changed = actions.change_region(scope, tax_region_id, region_fields(body), if_match, body.correction_reason)
    return region_body(changed)


@router.delete("/billing/tax-regions/{tax_region_id}", status_code=204)
def delete_tax_region(
    tax_region_id: UUID, scope: Annotated[Scope, needs("billing:tax:manage")], if_match: IfMatch = None
) -> None:
    """Delete a tax region none of whose rates has begun."""
    actions.delete_region(scope, tax_region_id, if_match)


@router.get("/billing/fee-rules")
def get_fee_rules(
    scope: Annotated[Scope, needs("billing:fee:view")],
    text: _SearchText = None,
    active: Annotated[bool | None, Query(description="both when left out")] = None,
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[FeeRuleBody]:
    """Fee rules by code."""
    page = queries.list_fee_rules(scope, text=text, active=active, limit=limit, after=after)
    return PageOf[FeeRuleBody](items=[fee_rule_body(row) for row in page.items], next=page.next)


@router.post("/billing/fee-rules", status_code=201)
def post_fee_rule(body: FeeRuleInput, scope: Annotated[Scope, needs("billing:fee:manage")]) -> FeeRuleBody:
    """Add a fee rule."""
    return fee_rule_body(actions.create_fee_rule(scope, fee_rule_fields(body)))


@router.get("/billing/fee-rules/{fee_rule_id}")
def get_fee_rule(fee_rule_id: UUID, scope: Annotated[Scope, needs("billing:fee:view")]) -> FeeRuleBody:
    """One fee rule."""
    return fee_rule_body(queries.get_fee_rule(scope, fee_rule_id))


@router.put("/billing/fee-rules/{fee_rule_id}")
def put_fee_rule(
    fee_rule_id: UUID,
    body: FeeRuleInput,
    scope: Annotated[Scope, needs("billing:fee:manage")],
    if_match: IfMatch = None,
) -> FeeRuleBody:
    """Save a fee rule."""
    return fee_rule_body(actions.change_fee_rule(scope, fee_rule_id, fee_rule_fields(body), if_match))


@router.delete("/billing/fee-rules/{fee_rule_id}", status_code=204)
def delete_fee_rule(
    fee_rule_id: UUID, scope: Annotated[Scope, needs("billing:fee:manage")], if_match: IfMatch = None
) -> None:
    """Delete a fee rule."""
    actions.delete_fee_rule(scope, fee_rule_id, if_match)


def region_fields(body: TaxRegionFields) -> RegionFields:
    """The value behind a body."""
    rates = tuple(
        RateFields(
            rate.rate_id, rate.tax_category, rate.valid_from, rate.valid_to,
            tuple(Component(c.name, c.percent, c.compound) for c in rate.components),
        )
        for rate in body.rates
    )  # fmt: skip
    return RegionFields(body.code, body.name, body.country, rates)


def region_body(region: RegionRecord) -> TaxRegionBody:
    """A tax region on the wire."""
    return TaxRegionBody(
        tax_region_id=region.id,
        created_at=region.created_at,
        updated_at=region.updated_at,
        etag=etag_of(region.version),
        code=region.fields.code,
        name=region.fields.name,
        country=region.fields.country,
        rates=[
            TaxRateBody(
                rate_id=rate.rate_id, tax_category=rate.tax_category, valid_from=rate.valid_from,
                valid_to=rate.valid_to,
                components=[TaxComponentBody(name=c.name, percent=c.percent, compound=c.compound)
                            for c in rate.components],
            )
            for rate in region.fields.rates
        ],
    )  # fmt: skip


def fee_rule_fields(body: FeeRuleInput) -> FeeRuleFields:
    """The value behind a body."""
    return FeeRuleFields(
        code=body.code,
        name=body.name,
        basis=body.basis,
        percent=body.percent,
        caps=tuple(CurrencyAmount(c.currency, MinorUnits(c.amount)) for c in body.caps),
        amounts=tuple(CurrencyAmount(a.currency, MinorUnits(a.amount)) for a in body.amounts),
        taxable=body.taxable,
        tax_category=body.tax_category,
        applies_to=tuple(body.applies_to),
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        active=body.active,
    )


def fee_rule_body(rule: FeeRuleRecord) -> FeeRuleBody:
    """A fee rule on the wire."""
    fields = rule.fields
    return FeeRuleBody(
        fee_rule_id=rule.id,
        created_at=rule.created_at,
        updated_at=rule.updated_at,
        etag=etag_of(rule.version),
        code=fields.code,
        name=fields.name,
        basis=fields.basis,
        percent=fields.percent,
        caps=[CurrencyAmountBody(currency=c.currency, amount=c.amount) for c in fields.caps],
        amounts=[CurrencyAmountBody(currency=a.currency, amount=a.amount) for a in fields.amounts],
        taxable=fields.taxable,
        tax_category=fields.tax_category,
        applies_to=list(fields.applies_to),
        valid_from=fields.valid_from,
        valid_to=fields.valid_to,
        active=fields.active,
    )
