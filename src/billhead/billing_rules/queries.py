"""Reading billing rules: what holds for an account, what was saved for it, and how that came about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select

from billhead.access.scope import Scope
from billhead.billing_rules import rules
from billhead.billing_rules.rules import BillingRules, RuleSettings
from billhead.billing_rules.tables import BillingRulesVersion
from billhead.clients.queries import get_billing_client
from billhead.clients.rules import BillingClient
from billhead.refusal import Fault, FaultCode, Malformed, NotFound
from billhead.storage.listing import Page, page_of, read_cursor
from billhead.storage.tables import table_of
from billhead.tenants.queries import get_business
from billhead.tenants.rules import Business

# Every draft and every checkout asks for the rules in force: in Core, with a statement built once.
_VERSIONS = table_of(BillingRulesVersion)
_IN_FORCE = (
    select(_VERSIONS)
    .where(_VERSIONS.c.tenant_id == bindparam("tenant"), _VERSIONS.c.client_id == bindparam("client"))
    .order_by(_VERSIONS.c.version.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class SavedRules:
    """One version of an account's rules; `saved_by_user_id` is None when no person saved it."""

    account_id: UUID
    settings: RuleSettings
    version: int
    saved_at: datetime
    saved_by: str
    saved_by_user_id: UUID | None


@dataclass(frozen=True, slots=True)
class RulesChange:
    """A version and what stood there before it, None for the first."""

    saved: SavedRules
    before: RuleSettings | None


def get_rules_for(scope: Scope, client_id: UUID) -> BillingRules:
    """What holds for an account now, configured or not; NotFound when this tenant has no such client."""
    business, version = get_business(scope)
    return settle_rules(scope, get_billing_client(scope, client_id), business, version)


def settle_rules(scope: Scope, client: BillingClient, business: Business, settings_version: int) -> BillingRules:
    """What holds for a client that was read already, with the business and the version of its settings."""
    saved = find_saved_rules(scope, client.id)
    return rules.settle((saved.settings, saved.version) if saved else None, client, business, settings_version)


def find_saved_rules(scope: Scope, client_id: UUID) -> SavedRules | None:
    """The newest version of an account's rules, None when it was never configured."""
    row = scope.run(_IN_FORCE, {"tenant": scope.tenant_id, "client": client_id}).one_or_none()
    return None if row is None else _saved(row)


def get_saved_rules(scope: Scope, client_id: UUID) -> SavedRules:
    """The newest version of an account's rules; NotFound for an unknown and for an unconfigured account."""
    found = find_saved_rules(scope, client_id)
    if found is None:
        get_billing_client(scope, client_id)
        raise NotFound("BILLING_RULES_NOT_CONFIGURED", "Nothing was agreed with this account yet.")
    return found


def list_history(scope: Scope, client_id: UUID, *, limit: int, after: str | None) -> Page[RulesChange]:
    """Every version of an account's rules, newest first; empty for an unconfigured account."""
    get_billing_client(scope, client_id)
    found = (
        select(_VERSIONS)
        .where(_VERSIONS.c.tenant_id == scope.tenant_id, _VERSIONS.c.client_id == client_id)
        .order_by(_VERSIONS.c.version.desc())
        .limit(limit + 1)
    )
    if after is not None:
        found = found.where(_VERSIONS.c.version < _read_version(after))
    versions = [_saved(row) for row in scope.session.execute(found)]
    # The row that only tells that there is a next page is also the one that stood before the last of this page.
    olders = [*(older.settings for older in versions[1:]), None]
    changes = [RulesChange(saved, before) for saved, before in zip(versions, olders, strict=True)] if versions else []
    return page_of(changes, limit, show=lambda change: change, place=lambda change: (str(change.saved.version),))


def _read_version(after: str) -> int:
    (version,) = read_cursor(after, 1)
    if not (version.isascii() and version.isdigit() and len(version) <= 18):
        errors = {"after": Fault(FaultCode.UNKNOWN_REFERENCE, "is no `next` of a page of this list")}
        raise Malformed("INVALID_CURSOR", "The list cannot go on from there.", field_errors=errors)
    return int(version)


def column_values(settings: RuleSettings) -> dict[str, object]:
    """The columns behind a value."""
    limit = settings.credit_limit
    return {
        "payment_terms": settings.terms.id,
        "custom_terms_days": settings.terms.custom_days,
        "delivery_method": settings.delivery_method,
        "grouping_strategy": settings.grouping_strategy,
        "po_required": settings.po.required,
        "po_format_regex": settings.po.format_regex,
        "po_uniqueness_scope": settings.po.uniqueness_scope,
        "override_allowed": settings.po.override_allowed,
        "override_requires_second_approver": settings.po.override_requires_second_approver,
        "override_reason_code_required": settings.po.override_reason_code_required,
        "partial_payments_allowed": settings.partial_payments_allowed,
        "approval_required": settings.approval_required,
        "estimate_binding_required": settings.estimate_binding_required,
        "max_reprints": settings.reprint.max_reprints,
        "reprint_window_days": settings.reprint.window_days,
        "reprint_reason_code_required": settings.reprint.reason_code_required,
        "reprint_elevation_after": settings.reprint.elevation_required_after,
        "credit_limit": limit.amount if limit else None,
        "credit_limit_currency": limit.currency if limit else None,
    }


def _saved(row: Row[*tuple[Any, ...]]) -> SavedRules:
    limit = None if row.credit_limit is None else rules.CreditLimit(row.credit_limit, row.credit_limit_currency)
    settings = RuleSettings(
        terms=rules.Terms(rules.PaymentTerms(row.payment_terms), row.custom_terms_days),
        delivery_method=rules.DeliveryMethod(row.delivery_method),
        grouping_strategy=rules.GroupingStrategy(row.grouping_strategy),
        po=rules.PoPolicy(
            required=row.po_required,
            format_regex=row.po_format_regex,
            uniqueness_scope=rules.PoUniqueness(row.po_uniqueness_scope),
            override_allowed=row.override_allowed,
            override_requires_second_approver=row.override_requires_second_approver,
            override_reason_code_required=row.override_reason_code_required,
        ),
        reprint=rules.ReprintPolicy(
            max_reprints=row.max_reprints,
            window_days=row.reprint_window_days,
            reason_code_required=row.reprint_reason_code_required,
            elevation_required_after=row.reprint_elevation_after,
        ),
        partial_payments_allowed=row.partial_payments_allowed,
        approval_required=row.approval_required,
        estimate_binding_required=row.estimate_binding_required,
        credit_limit=limit,
    )
    return SavedRules(row.client_id, settings, row.version, row.saved_at, row.saved_by, row.saved_by_user_id)
