"""Adding, changing and removing tax regions with their rates, and fee rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from billhead.access.scope import Scope
from billhead.access.wire import require_match
from billhead.refusal import Conflict
from billhead.storage.ids import new_id
from billhead.storage.listing import searchable
from billhead.tax.events import (
    FeeRuleChanged,
    FeeRuleCreated,
    FeeRuleDeleted,
    TaxRegionChanged,
    TaxRegionCreated,
    TaxRegionDeleted,
)
from billhead.tax.fee_rules import FeeRuleFields, check_fee_rule
from billhead.tax.queries import (
    FeeRuleRecord,
    RegionRecord,
    fee_record_of,
    fee_rule_not_found,
    region_not_found,
    region_record_of,
)
from billhead.tax.rules import RateAct, RateChange, RateFields, RegionFields, plan_region, refuse_history
from billhead.tax.tables import FeeAmount, FeeRuleRow, RateComponent, RegionRate, TaxRegion
from billhead.tenants.queries import get_business


def create_region(scope: Scope, fields: RegionFields) -> RegionRecord:
    """Add a tax region with its rates; its code is unique in the tenant."""
    plan = plan_region(None, fields, _today(scope))
    region = TaxRegion(id=new_id(), version=1, created_at=scope.now)
    with _unique_code(scope, region):
        _apply_region(scope, region, plan.region)
        scope.session.add(region)
    _audit_rates(scope, region.id, plan.changes, None)
    scope.record(TaxRegionCreated(subject_id=region.id, subject_version=1, code=fields.code))
    return region_record_of(region)


def change_region(
    scope: Scope, region_id: UUID, fields: RegionFields, if_match: str | None, correction_reason: str | None = None
) -> RegionRecord:
    """Save a region and its rates, as `rules.plan_region` allows; every change of a rate is audited."""
    region = _lock_region(scope, region_id)
    require_match(if_match, region.version)
    plan = plan_region(region_record_of(region).fields, fields, _today(scope), correction_reason)
    region.version += 1
    _apply_region(scope, region, plan.region)
    scope.session.flush()
    _audit_rates(scope, region_id, plan.changes, correction_reason)
    scope.record(TaxRegionChanged(subject_id=region_id, subject_version=region.version, code=fields.code))
    return region_record_of(region)


def delete_region(scope: Scope, region_id: UUID, if_match: str | None = None) -> None:
    """Remove a region; refused once one of its rates has begun."""
    region = _lock_region(scope, region_id)
    if if_match is not None:
        require_match(if_match, region.version)
    fields = region_record_of(region).fields
    refuse_history(fields, _today(scope))
    changes = tuple(RateChange(RateAct.REMOVE, rate, None) for rate in fields.rates)
    scope.session.delete(region)
    scope.session.flush()
    _audit_rates(scope, region_id, changes, None)
    scope.record(TaxRegionDeleted(subject_id=region_id, subject_version=region.version + 1, code=fields.code))


def create_fee_rule(scope: Scope, fields: FeeRuleFields) -> FeeRuleRecord:
    """Add a fee rule; its code is unique in the tenant."""
    check_fee_rule(fields)
    rule = FeeRuleRow(id=new_id(), version=1, created_at=scope.now)
    with _unique_code(scope, rule):
        _apply_fee_rule(scope, rule, fields)
        scope.session.add(rule)
    scope.record(FeeRuleCreated(subject_id=rule.id, subject_version=1, code=fields.code))
    return fee_record_of(rule)


def change_fee_rule(scope: Scope, fee_rule_id: UUID, fields: FeeRuleFields, if_match: str | None) -> FeeRuleRecord:
    """Replace everything people edit; refused on a stale ETag. Issued invoices keep the fees they have."""
    rule = _lock_fee_rule(scope, fee_rule_id)
    require_match(if_match, rule.version)
    check_fee_rule(fields)
    with _unique_code(scope, rule):
        rule.version += 1
        _apply_fee_rule(scope, rule, fields)
    scope.record(
        FeeRuleChanged(subject_id=rule.id, subject_version=rule.version, code=fields.code, active=fields.active)
    )
    return fee_record_of(rule)


def delete_fee_rule(scope: Scope, fee_rule_id: UUID, if_match: str | None = None) -> None:
    """Remove a fee rule; invoices that charged it keep its code and name."""
    rule = _lock_fee_rule(scope, fee_rule_id)
    if if_match is not None:
        require_match(if_match, rule.version)
    scope.session.delete(rule)
    scope.session.flush()
    scope.record(FeeRuleDeleted(subject_id=fee_rule_id, subject_version=rule.version + 1, code=rule.code))


def _today(scope: Scope) -> date:
    business, _ = get_business(scope)
    return business.today(scope.now)


def _lock_region(scope: Scope, region_id: UUID) -> TaxRegion:
    region = scope.session.scalars(select(TaxRegion).where(TaxRegion.id == region_id).with_for_update()).one_or_none()
    if region is None:
        raise region_not_found()
    return region


def _lock_fee_rule(scope: Scope, fee_rule_id: UUID) -> FeeRuleRow:
    rule = scope.session.scalars(select(FeeRuleRow).where(FeeRuleRow.id == fee_rule_id).with_for_update()).one_or_none()
    if rule is None:
        raise fee_rule_not_found()
    return rule


def _apply_region(scope: Scope, region: TaxRegion, fields: RegionFields) -> None:
    region.code, region.name, region.country = fields.code, fields.name, fields.country
    region.search_text, region.updated_at = searchable(fields.code, fields.name), scope.now
    known = {row.id: row for row in region.rates}
    region.rates = [_apply_rate(known.get(rate.rate_id) if rate.rate_id else None, rate) for rate in fields.rates]


def _apply_rate(row: RegionRate | None, rate: RateFields) -> RegionRate:
    row = row or RegionRate(id=new_id())
    row.tax_category, row.valid_from, row.valid_to = rate.tax_category, rate.valid_from, rate.valid_to
    row.components = [
        RateComponent(place=place, name=c.name, percent=c.percent, compound=c.compound)
        for place, c in enumerate(rate.components)
    ]
    return row


def _apply_fee_rule(scope: Scope, rule: FeeRuleRow, fields: FeeRuleFields) -> None:
    rule.code, rule.name, rule.basis, rule.percent = fields.code, fields.name, fields.basis, fields.percent
    rule.taxable, rule.tax_category = fields.taxable, fields.tax_category
    rule.applies_to = [str(kind) for kind in fields.applies_to]
    rule.valid_from, rule.valid_to, rule.active = fields.valid_from, fields.valid_to, fields.active
    rule.search_text, rule.updated_at = searchable(fields.code, fields.name), scope.now
    rule.amounts = [FeeAmount(currency=a.currency, amount=a.amount) for a in (*fields.caps, *fields.amounts)]


def _audit_rates(scope: Scope, region_id: UUID, changes: tuple[RateChange, ...], reason: str | None) -> None:
    for change in changes:
        scope.audit(
            change.act, "tax-region", region_id, reason=reason if change.act is RateAct.CORRECT else None,
            detail={"before": _plain(change.before), "after": _plain(change.after)},
        )  # fmt: skip


def _plain(rate: RateFields | None) -> dict[str, object] | None:
    if rate is None:
        return None
    return {
        "rateId": str(rate.rate_id) if rate.rate_id else None,
        "taxCategory": rate.tax_category,
        "validFrom": rate.valid_from.isoformat(),
        "validTo": rate.valid_to.isoformat() if rate.valid_to else None,
        "components": [
            {"name": c.name, "percent": str(c.percent), "compound": c.compound} for c in rate.components
        ],
    }  # fmt: skip


@contextmanager
def _unique_code(scope: Scope, row: TaxRegion | FeeRuleRow) -> Iterator[None]:
    """Turn the unique constraint's word into a Conflict that names the row which has the code."""
    table, row_id = type(row), row.id
    try:
        with scope.session.begin_nested():
            yield
            code = row.code
    except IntegrityError as error:
        owner = scope.session.scalars(select(table.id).where(table.code == code, table.id != row_id)).first()
        if owner is None:
            raise
        words = "tax region" if table is TaxRegion else "fee rule"
        raise Conflict(
            f"{words.upper().replace(' ', '_')}_CODE_TAKEN", f"Another {words} has this code.", existing_id=str(owner)
        ) from error
