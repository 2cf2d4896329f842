"""Saving and reading billing rules on both databases: versions, history, audit, and two who save at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from billhead.access.scope import Scope
from billhead.billing_rules.actions import save_rules
from billhead.billing_rules.queries import get_rules_for, get_saved_rules, list_history
from billhead.billing_rules.rules import (
    DEFAULTS,
    CreditLimit,
    DeliveryMethod,
    GroupingStrategy,
    PaymentTerms,
    PoPolicy,
    PoUniqueness,
    ReprintPolicy,
    RuleSettings,
    Terms,
)
from billhead.clients.actions import create_client, delete_client
from billhead.clients.queries import get_client
from billhead.clients.rules import ClientFields, ClientKind
from billhead.refusal import Conflict, Malformed, NotFound, PreconditionRequired
from billhead.storage.clock import FixedClock
from billhead.storage.database import Database
from billhead.storage.tables import AuditEntry, OutboxEvent
from billhead.tenants.actions import open_business
from scopes import NOON, OpenShop, Shop, a_business, a_runtime

FULL = RuleSettings(
    terms=Terms(PaymentTerms.CUSTOM, 45),
    delivery_method=DeliveryMethod.MAIL,
    grouping_strategy=GroupingStrategy.SINGLE_INVOICE,
    po=PoPolicy(True, r"PO-\d+", PoUniqueness.TENANT, False, True, False),
    reprint=ReprintPolicy(None, None, False, None),
    partial_payments_allowed=False,
    approval_required=True,
    estimate_binding_required=False,
    credit_limit=CreditLimit(10**15, "KWD"),
)


def a_fleet(shop: Shop) -> UUID:
    with shop.scope() as scope:
        return create_client(scope, ClientFields(ClientKind.BUSINESS, "Fleet")).id


def a_shop(database: Database, folder: Path) -> Shop:
    """A business on one database only."""
    runtime, business = a_runtime(database, folder), a_business()
    with database.platform(write=True) as session:
        tenant_id = open_business(session, slug="northside", business=business, now=NOON, opened_by="test")
    return Shop(runtime, FixedClock(NOON), tenant_id)


def audited(scope: Scope) -> list[tuple[str, UUID, str | None, object]]:
    rows = scope.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(row.act, row.subject_id, row.policy_version, row.detail) for row in rows]


def test_rules_are_kept_as_they_were_given(shop: Shop) -> None:
    fleet = a_fleet(shop)
    with shop.scope() as scope:
        made = save_rules(scope, fleet, FULL, None)
    with shop.scope(write=False) as scope:
        assert get_saved_rules(scope, fleet) == made
        assert (made.settings, made.version, made.saved_by, made.saved_by_user_id) == (FULL, 1, "system:test", None)
        found = get_rules_for(scope, fleet)
        assert (found.is_configured, found.policy_version) == (True, "rules-v1/settings-v1")
        assert (found.terms.days, found.po, found.credit_limit) == (45, FULL.po, FULL.credit_limit)
        events = select(OutboxEvent.subject_id, OutboxEvent.subject_version).where(
            OutboxEvent.type == "billhead.billing-rules.changed"
        )
        assert [tuple(row) for row in scope.session.execute(events)] == [(fleet, 1)]


def test_without_rules_the_business_decides(shop: Shop) -> None:
    fleet = a_fleet(shop)
    with shop.scope(write=False) as scope:
        found = get_rules_for(scope, fleet)
        assert (found.is_configured, found.policy_version) == (False, "settings-v1")
        assert found.terms == Terms(PaymentTerms.NET30)
        with pytest.raises(NotFound) as refused:
            get_saved_rules(scope, fleet)
        assert refused.value.code == "BILLING_RULES_NOT_CONFIGURED"
        assert list_history(scope, fleet, limit=5, after=None).items == ()


def test_saving_the_same_again_changes_nothing(shop: Shop) -> None:
    fleet = a_fleet(shop)
    with shop.scope() as scope:
        made = save_rules(scope, fleet, FULL, None)
        before = audited(scope)
    with shop.scope() as scope:
        assert save_rules(scope, fleet, FULL, '"v1"') == made
        assert audited(scope) == before
        assert len(list_history(scope, fleet, limit=5, after=None).items) == 1


def test_each_change_is_a_version_that_says_what_changed(shop: Shop) -> None:
    fleet = a_fleet(shop)
    steps = [DEFAULTS, replace(DEFAULTS, credit_limit=CreditLimit(100, "USD")), FULL]
    with shop.scope() as scope:
        for version, settings in enumerate(steps, start=1):
            tag = f'"v{version - 1}"' if version > 1 else None
            assert save_rules(scope, fleet, settings, tag).version == version
        first = list_history(scope, fleet, limit=2, after=None)
        second = list_history(scope, fleet, limit=2, after=first.next)
        assert [c.saved.settings for c in (*first.items, *second.items)] == steps[::-1]
        assert [c.before for c in (*first.items, *second.items)] == [steps[1], steps[0], None]
        assert second.next is None
        act, subject, policy_version, detail = audited(scope)[1]
        assert (act, subject, policy_version) == ("billing-rules.change", fleet, "rules-v2")
        assert detail == {"credit_limit": [None, 100], "credit_limit_currency": [None, "USD"]}


@pytest.mark.parametrize("tag", ['"v1"', "*", ""])
def test_an_account_without_rules_matches_no_etag(shop: Shop, tag: str) -> None:
    fleet = a_fleet(shop)
    with pytest.raises(Conflict) as refused, shop.scope() as scope:
        save_rules(scope, fleet, FULL, tag)
    assert refused.value.code == "STALE_ETAG"


def test_a_change_needs_the_etag_last_read(shop: Shop) -> None:
    fleet = a_fleet(shop)
    with shop.scope() as scope:
        save_rules(scope, fleet, DEFAULTS, None)
        for settings in (DEFAULTS, FULL):
            with pytest.raises(PreconditionRequired):
                save_rules(scope, fleet, settings, None)
            with pytest.raises(Conflict):
                save_rules(scope, fleet, settings, '"v2"')
        with pytest.raises(Malformed):
            save_rules(scope, fleet, replace(FULL, po=PoPolicy(format_regex="[")), '"v1"')
        assert save_rules(scope, fleet, FULL, "*").version == 2


def test_another_business_sees_nothing(open_shop: OpenShop) -> None:
    here, there = open_shop("here"), open_shop("there")
    fleet = a_fleet(here)
    with here.scope() as scope:
        save_rules(scope, fleet, FULL, None)
    with there.scope() as scope:
        for act in (
            lambda: get_rules_for(scope, fleet),
            lambda: get_saved_rules(scope, fleet),
            lambda: list_history(scope, fleet, limit=5, after=None),
            lambda: save_rules(scope, fleet, FULL, None),
            lambda: save_rules(scope, uuid4(), FULL, None),
        ):
            with pytest.raises(NotFound) as refused:
                act()
            assert refused.value.code == "CLIENT_NOT_FOUND"


def test_a_client_with_rules_is_archived_not_deleted(shop: Shop) -> None:
    fleet = a_fleet(shop)
    with shop.scope() as scope:
        save_rules(scope, fleet, FULL, None)
    with shop.scope() as scope:
        kept = delete_client(scope, fleet)
        assert kept is not None
        assert get_client(scope, fleet).fields.archived
        assert get_saved_rules(scope, fleet).settings == FULL


@pytest.mark.parametrize(
    "change", ["UPDATE billing_rules_version SET po_required = NOT po_required", "DELETE FROM billing_rules_version"]
)
def test_what_was_agreed_is_kept(shop: Shop, change: str) -> None:
    fleet = a_fleet(shop)
    with shop.scope() as scope:
        save_rules(scope, fleet, FULL, None)
    with pytest.raises(DBAPIError, match="is kept"), shop.scope() as scope:
        scope.session.execute(text(change))


@pytest.mark.parametrize("cursor", ["x", "WyJ4Il0", "WyLCsiJd", "WyItMSJd", "WyIxIiwiMiJd", "WyIiXQ"])
def test_a_made_up_cursor_is_refused(shop: Shop, cursor: str) -> None:
    fleet = a_fleet(shop)
    with pytest.raises(Malformed) as refused, shop.scope(write=False) as scope:
        list_history(scope, fleet, limit=5, after=cursor)
    assert refused.value.code == "INVALID_CURSOR"


def test_many_save_at_once_and_one_wins(shop: Shop) -> None:
    fleet = a_fleet(shop)

    def save(days: int, tag: str | None) -> str:
        wanted = replace(DEFAULTS, terms=Terms(PaymentTerms.CUSTOM, days))
        try:
            with shop.scope() as scope:
                return f"v{save_rules(scope, fleet, wanted, tag).version}"
        except (Conflict, PreconditionRequired) as refused:
            return refused.code

    with ThreadPoolExecutor(8) as crowd:
        rounds = ((1, None, "IF_MATCH_REQUIRED"), (2, '"v1"', "STALE_ETAG"), (3, '"v2"', "STALE_ETAG"))
        for version, tag, lost in rounds:
            told = crowd.map(save, range(10 * version, 10 * version + 8), [tag] * 8)
            assert sorted(told) == sorted([f"v{version}", *[lost] * 7])
    with shop.scope(write=False) as scope:
        assert [c.saved.version for c in list_history(scope, fleet, limit=9, after=None).items] == [3, 2, 1]


@pytest.mark.parametrize(
    ("known", "tag", "code"), [(0, None, "IF_MATCH_REQUIRED"), (1, '"v1"', "STALE_ETAG"), (1, "*", "STALE_ETAG")]
)
@pytest.mark.postgresql
def test_whoever_waits_for_the_winner_is_told_so(
    postgresql_database: Database, tmp_path: Path, known: int, tag: str | None, code: str
) -> None:
    """The second writer has read the same version before the first commits: the key of the row decides."""
    shop = a_shop(postgresql_database, tmp_path)
    fleet = a_fleet(shop)
    if known:
        with shop.scope() as scope:
            save_rules(scope, fleet, DEFAULTS, None)

    def save_later() -> None:
        with shop.scope() as scope:
            save_rules(scope, fleet, FULL, tag)

    with ThreadPoolExecutor(1) as crowd:
        with shop.scope() as scope:
            save_rules(scope, fleet, replace(FULL, partial_payments_allowed=True), tag)
            slower = crowd.submit(save_later)
            waiting = text("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
            while not scope.session.scalar(waiting):
                assert not slower.done()
        with pytest.raises((Conflict, PreconditionRequired)) as refused:
            slower.result()
    assert refused.value.code == code
    with shop.scope(write=False) as scope:
        assert get_saved_rules(scope, fleet).version == known + 1
