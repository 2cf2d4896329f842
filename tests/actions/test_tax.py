from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import select

from billhead.access.scope import Scope
from billhead.money import MinorUnits, Taxation, TaxComponent, TaxRate, resolve_taxation
from billhead.refusal import Conflict, NotFound, Refusal
from billhead.storage.tables import AuditEntry, OutboxEvent
from billhead.tax.actions import (
    change_fee_rule,
    change_region,
    create_fee_rule,
    create_region,
    delete_fee_rule,
    delete_region,
)
from billhead.tax.fee_rules import CurrencyAmount, FeeBasis, FeeRuleFields, LineKind
from billhead.tax.queries import fee_rules_on, get_fee_rule, get_region, list_fee_rules, list_regions, rates_on
from billhead.tax.rules import Component, RateFields, RegionFields
from scopes import OpenShop, Shop

TODAY = date(2026, 3, 2)
OLD = RateFields(None, "standard", date(2025, 1, 1), date(2026, 1, 1), (Component("Sales tax", Decimal("10.1")),))
NOW = RateFields(None, "standard", date(2026, 1, 1), None, (Component("Sales tax", Decimal("10.35")),))
COMING = RateFields(None, "reduced", date(2026, 7, 1), None, (Component("Sales tax", Decimal("5")),))
SEATTLE = RegionFields("US-WA-SEATTLE", "Seattle", "US", (COMING, NOW, OLD))
QUEBEC = RegionFields(
    "CA-QC", "Québec", "CA",
    (RateFields(None, "standard", date(2013, 1, 1), None,
                (Component("GST", Decimal(5)), Component("QST", Decimal("9.975"), compound=True))),),
)  # fmt: skip
SUPPLIES = FeeRuleFields(
    "SHOP-SUPPLIES", "Shop supplies", FeeBasis.PERCENT, percent=Decimal("5.5"),
    caps=(CurrencyAmount("EUR", MinorUnits(3000)), CurrencyAmount("USD", MinorUnits(3500))),
    applies_to=(LineKind.LABOR, LineKind.PART), valid_from=date(2026, 1, 1),
)  # fmt: skip
DISPOSAL = FeeRuleFields(
    "DISPOSAL", "Waste disposal", FeeBasis.FIXED, amounts=(CurrencyAmount("USD", MinorUnits(450)),), taxable=False,
    valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1),
)  # fmt: skip


def events(scope: Scope) -> list[tuple[str, int]]:
    """Type and version of every event so far."""
    rows = scope.session.execute(select(OutboxEvent.type, OutboxEvent.subject_version).order_by(OutboxEvent.id))
    return [(row.type.removeprefix("billhead."), row.subject_version) for row in rows]


def audited(scope: Scope) -> list[tuple[str, str | None]]:
    """Act and reason of every audit entry so far."""
    rows = scope.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.act, row.reason) for row in rows]


def test_a_region_is_kept_as_it_was_given(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_region(scope, SEATTLE)
    with shop.scope(write=False) as scope:
        found = get_region(scope, made.id)
        assert found == made
        assert [replace(rate, rate_id=None) for rate in found.fields.rates] == [COMING, OLD, NOW]
        assert events(scope) == [("tax-region.created", 1)]
        assert audited(scope) == [("tax-rate.add", None)] * 3


@pytest.mark.parametrize(
    ("day", "percents"),
    [
        (date(2024, 12, 31), {}),
        (date(2025, 1, 1), {"standard": "10.1"}),
        (date(2025, 12, 31), {"standard": "10.1"}),
        (date(2026, 1, 1), {"standard": "10.35"}),
        (date(2026, 7, 1), {"standard": "10.35", "reduced": "5"}),
    ],
)
def test_rates_of_a_day(shop: Shop, day: date, percents: dict[str, str]) -> None:
    with shop.scope() as scope:
        create_region(scope, SEATTLE)
        create_region(scope, QUEBEC)
        rates = rates_on(scope, day, ["US-WA-SEATTLE", "NOWHERE", "US-WA-SEATTLE"])
    assert {rate.rate_class: str(rate.components[0].rate) for rate in rates} == percents
    assert {rate.region for rate in rates} <= {"US-WA-SEATTLE"}


def test_rates_are_what_money_reckons_with(shop: Shop) -> None:
    with shop.scope() as scope:
        create_region(scope, QUEBEC)
    with shop.scope(write=False) as scope:
        rates = rates_on(scope, TODAY, {"CA-QC", "US-WA"})
    components = (TaxComponent("GST", Decimal(5)), TaxComponent("QST", Decimal("9.975"), compound=True))
    assert rates == (TaxRate("CA-QC", components, date(2013, 1, 1)),)
    assert resolve_taxation(rates, "CA-QC", TODAY) == Taxation.at(rates[0])
    assert resolve_taxation(rates, "US-WA", TODAY) == Taxation.without_rate("US-WA")


def test_ending_a_rate_and_adding_the_next(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_region(scope, SEATTLE)
        before = len(audited(scope))
    coming, old, now = made.fields.rates
    rates = (old, replace(now, valid_to=date(2026, 7, 1)), coming, replace(NOW, valid_from=date(2026, 7, 1)))
    with shop.scope() as scope:
        changed = change_region(scope, made.id, replace(SEATTLE, rates=rates), '"v1"')
        assert audited(scope)[before:] == [("tax-rate.end", None), ("tax-rate.add", None)]
    with shop.scope(write=False) as scope:
        assert get_region(scope, made.id) == changed
        assert changed.version == 2
        assert [rate.rate_id for rate in changed.fields.rates[:3]] == [coming.rate_id, old.rate_id, now.rate_id]


def test_a_rate_that_has_begun_is_corrected_only_with_a_reason(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_region(scope, SEATTLE)
        before = len(audited(scope))
    wrong = replace(made.fields.rates[2], components=(Component("Sales tax", Decimal("10.4")),))
    wanted = replace(SEATTLE, rates=(*made.fields.rates[:2], wrong))
    with pytest.raises(Conflict) as refused, shop.scope() as scope:
        change_region(scope, made.id, wanted, '"v1"')
    assert (refused.value.code, refused.value.field_errors) == ("TAX_RATE_IN_FORCE", {"rates[2]": "has begun"})
    with shop.scope() as scope:
        assert get_region(scope, made.id) == made
        change_region(scope, made.id, wanted, '"v1"', "The city published 10.40")
    with shop.scope(write=False) as scope:
        assert audited(scope)[before:] == [("tax-rate.correct", "The city published 10.40")]
        assert rates_on(scope, TODAY, ["US-WA-SEATTLE"])[0].components[0].rate == Decimal("10.4")


def test_today_is_the_day_where_the_business_is(shop: Shop) -> None:
    """At 07:00 UTC of 1 July it is still June in Seattle, so the rate from 1 July can still be taken back."""
    with shop.scope() as scope:
        made = create_region(scope, SEATTLE)
    shop.clock.at = datetime(2026, 7, 1, 7, 1, tzinfo=UTC)
    with pytest.raises(Conflict), shop.scope() as scope:
        change_region(scope, made.id, replace(SEATTLE, rates=made.fields.rates[1:]), '"v1"')
    shop.clock.at = datetime(2026, 7, 1, 6, 59, tzinfo=UTC)
    with shop.scope() as scope:
        change_region(scope, made.id, replace(SEATTLE, rates=made.fields.rates[1:]), '"v1"')


def test_a_region_is_deleted_only_before_its_rates_begin(shop: Shop) -> None:
    with shop.scope() as scope:
        used, unused = create_region(scope, SEATTLE), create_region(scope, replace(QUEBEC, rates=(COMING,)))
        with pytest.raises(Conflict) as refused:
            delete_region(scope, used.id)
        assert refused.value.code == "TAX_REGION_IN_USE"
        delete_region(scope, unused.id, '"v1"')
    with shop.scope(write=False) as scope:
        assert [region.id for region in list_regions(scope, text=None, limit=9, after=None).items] == [used.id]
        assert audited(scope)[-1] == ("tax-rate.remove", None)


def test_two_who_change_a_region_at_once(shop: Shop) -> None:
    with shop.scope() as scope:
        made = create_region(scope, replace(SEATTLE, rates=()))
    start = Barrier(2)

    def add_rate(rate: RateFields) -> str:
        start.wait()
        try:
            with shop.scope() as scope:
                change_region(scope, made.id, replace(SEATTLE, rates=(rate,)), '"v1"')
        except Refusal as refusal:
            return refusal.code
        return "saved"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(add_rate, (NOW, replace(NOW, valid_from=TODAY)))) == ["STALE_ETAG", "saved"]
    with shop.scope(write=False) as scope:
        assert len(get_region(scope, made.id).fields.rates) == 1


def test_a_fee_rule_is_kept_as_it_was_given(shop: Shop) -> None:
    with shop.scope() as scope:
        supplies, disposal = create_fee_rule(scope, SUPPLIES), create_fee_rule(scope, DISPOSAL)
    with shop.scope(write=False) as scope:
        assert get_fee_rule(scope, supplies.id) == supplies
        assert (supplies.fields, disposal.fields) == (SUPPLIES, DISPOSAL)
        assert [policy.fields for policy in fee_rules_on(scope, TODAY)] == [DISPOSAL, SUPPLIES]
        assert [policy.id for policy in fee_rules_on(scope, date(2027, 1, 1))] == [supplies.id]
        assert fee_rules_on(scope, date(2025, 12, 31)) == ()


def test_changing_and_deleting_a_fee_rule(shop: Shop) -> None:
    with shop.scope() as scope:
        made, other = create_fee_rule(scope, SUPPLIES), create_fee_rule(scope, DISPOSAL)
    with shop.scope() as scope:
        wanted = replace(DISPOSAL, code="SHOP-SUPPLIES", active=False)
        changed = change_fee_rule(scope, made.id, wanted, '"v1"')
        delete_fee_rule(scope, other.id, '"v1"')
    with shop.scope(write=False) as scope:
        assert get_fee_rule(scope, made.id) == changed
        assert changed.fields == wanted
        assert fee_rules_on(scope, TODAY) == ()
        assert [rule.id for rule in list_fee_rules(scope, text="waste", active=False, limit=9, after=None).items] == [
            made.id
        ]
        assert sorted(events(scope)) == [
            ("fee-rule.changed", 2), ("fee-rule.created", 1), ("fee-rule.created", 1), ("fee-rule.deleted", 2),
        ]  # fmt: skip


def test_codes_are_unique_in_a_business(open_shop: OpenShop) -> None:
    here, there = open_shop("here"), open_shop("there")
    with here.scope() as scope:
        region, rule = create_region(scope, SEATTLE), create_fee_rule(scope, SUPPLIES)
        other = create_fee_rule(scope, DISPOSAL)
    with there.scope() as scope:
        create_region(scope, SEATTLE)
        create_fee_rule(scope, SUPPLIES)
    acts: list[tuple[Callable[[Scope], object], str, str]] = [
        (lambda s: create_region(s, SEATTLE), "TAX_REGION_CODE_TAKEN", str(region.id)),
        (lambda s: create_fee_rule(s, SUPPLIES), "FEE_RULE_CODE_TAKEN", str(rule.id)),
        (lambda s: change_fee_rule(s, other.id, SUPPLIES, '"v1"'), "FEE_RULE_CODE_TAKEN", str(rule.id)),
    ]
    with here.scope() as scope:
        for act, code, existing_id in acts:
            with pytest.raises(Conflict) as refused:
                act(scope)
            assert (refused.value.code, refused.value.existing_id) == (code, existing_id)
        assert get_fee_rule(scope, other.id) == other


def test_another_business_sees_nothing(open_shop: OpenShop) -> None:
    here, there = open_shop("here"), open_shop("there")
    with here.scope() as scope:
        region, rule = create_region(scope, SEATTLE), create_fee_rule(scope, SUPPLIES)
    acts: list[Callable[[Scope], object]] = [
        lambda s: get_region(s, region.id),
        lambda s: change_region(s, region.id, SEATTLE, '"v1"'),
        lambda s: delete_region(s, region.id),
        lambda s: get_fee_rule(s, rule.id),
        lambda s: change_fee_rule(s, rule.id, SUPPLIES, '"v1"'),
        lambda s: delete_fee_rule(s, rule.id),
    ]
    with there.scope() as scope:
        assert rates_on(scope, TODAY, ["US-WA-SEATTLE"]) == ()
        assert fee_rules_on(scope, TODAY) == ()
        for act in acts:
            with pytest.raises(NotFound):
                act(scope)


def test_lists_go_by_code_page_by_page(shop: Shop) -> None:
    with shop.scope() as scope:
        for code in ("US-WA", "DE", "CA-QC", "US-OR"):
            create_region(scope, replace(QUEBEC, code=code))
        first = list_regions(scope, text=None, limit=3, after=None)
        second = list_regions(scope, text=None, limit=3, after=first.next)
        assert [r.fields.code for r in (*first.items, *second.items)] == ["CA-QC", "DE", "US-OR", "US-WA"]
        assert second.next is None
        assert len(list_regions(scope, text="quebec us", limit=9, after=None).items) == 2
