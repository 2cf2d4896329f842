"""Billing rules over HTTP (BILL-DEC-006)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import MAX_MINOR, After, Answer, CurrencyCode, IfMatch, PageOf, PageSize, WireModel, etag_of
from billhead.billing_rules import actions, queries, rules
from billhead.billing_rules.po_format import MAX_FORMAT_LENGTH
from billhead.billing_rules.queries import RulesChange, SavedRules
from billhead.billing_rules.rules import (
    MAX_TERMS_DAYS,
    BillingRules,
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

router = Router(tags=["Billing rules"])

_Days = Annotated[int, Field(ge=1, le=MAX_TERMS_DAYS)]
_Format = Annotated[str, StringConstraints(min_length=1, max_length=MAX_FORMAT_LENGTH)]
_Reprints = Annotated[int, Field(ge=0, le=1000)]
_ReprintsAlone = Annotated[int, Field(ge=0, le=1000, description="reprints after this many need an elevation")]
_WindowDays = Annotated[int, Field(ge=1, le=3650)]
_Credit = Annotated[int, Field(ge=0, le=MAX_MINOR, description="integer minor units")]


class ReprintPolicyBody(WireModel):
    """Null: any number of reprints, at any time, without anybody's confirmation."""

    max_reprints: _Reprints | None = rules.DEFAULTS.reprint.max_reprints
    window_days: _WindowDays | None = rules.DEFAULTS.reprint.window_days
    reason_code_required: bool = rules.DEFAULTS.reprint.reason_code_required
    elevation_required_after: _ReprintsAlone | None = rules.DEFAULTS.reprint.elevation_required_after


class CreditLimitBody(WireModel):
    amount: _Credit
    currency: CurrencyCode


class BillingRulesInput(WireModel):
    """What was agreed with an account.

    Null for `approvalRequired`, `estimateBindingRequired`: what the client's own settings or the business ask for; for
    `creditLimit`: none. `poFormatRegex` is an RE2 expression for the whole number. `customTermsDays` goes with
    `CUSTOM` only.
    """

    is_po_required: bool
    payment_terms_id: PaymentTerms
    custom_terms_days: _Days | None = None
    invoice_delivery_method: DeliveryMethod
    invoice_grouping_strategy: GroupingStrategy
    po_format_regex: _Format | None = None
    po_uniqueness_scope: PoUniqueness = rules.DEFAULTS.po.uniqueness_scope
    override_allowed: bool = rules.DEFAULTS.po.override_allowed
    override_requires_second_approver: bool = rules.DEFAULTS.po.override_requires_second_approver
    override_reason_code_required: bool = rules.DEFAULTS.po.override_reason_code_required
    partial_payments_allowed: bool = rules.DEFAULTS.partial_payments_allowed
    approval_required: bool | None = None
    estimate_binding_required: bool | None = None
    reprint_policy: ReprintPolicyBody = ReprintPolicyBody()
    credit_limit: CreditLimitBody | None = None


class BillingRulesBody(BillingRulesInput):
    """The rules in force. `updatedByUserId` is null when a token or Billhead itself saved them; `updatedBy` says it."""

    account_id: UUID
    updated_at: datetime
    updated_by_user_id: UUID | None
    updated_by: str
    etag: str


class EffectiveRulesBody(BillingRulesInput):
    """What holds for an account, nothing left open; `policyVersion` names the rules and settings that say so."""

    account_id: UUID
    is_configured: bool
    policy_version: str
    approval_required: bool
    estimate_binding_required: bool


class RulesChangeBody(WireModel):
    """One version; `changed` names the fields that differ from the one before, all of them in the first."""

    version: int
    etag: str
    changed_at: datetime
    changed_by_user_id: UUID | None
    changed_by: str
    changed: list[str]
    rules: BillingRulesInput


@router.get("/billing/rules/{account_id}")
def get_billing_rules(account_id: UUID, scope: Annotated[Scope, needs("billing:rules:view")]) -> BillingRulesBody:
    """What was agreed with an account; 404 when nothing was."""
    return _rules_body(queries.get_saved_rules(scope, account_id))


@router.put(
    "/billing/rules/{account_id}",
    response_model=BillingRulesBody,
    responses={201: {"model": BillingRulesBody, "description": "The account had no rules before."}},
)
def put_billing_rules(
    account_id: UUID,
    body: BillingRulesInput,
    scope: Annotated[Scope, needs("billing:rules:manage")],
    if_match: IfMatch = None,
) -> Answer:
    """Save what was agreed with an account.

    Without `If-Match` this makes its first rules (201), and is 428 when there are some. With it: 409 when they were
    changed since, and also when there are none yet. What stands there already is no change: 200 and the same ETag.
    """
    saved = actions.save_rules(scope, account_id, _settings(body), if_match)
    return Answer(_rules_body(saved), 201 if if_match is None else 200)


@router.get("/billing/rules/{account_id}/effective")
def get_effective_rules(account_id: UUID, scope: Annotated[Scope, needs("billing:rules:view")]) -> EffectiveRulesBody:
    """What holds for an account now: what was agreed, else what the business does without an agreement."""
    found = queries.get_rules_for(scope, account_id)
    return EffectiveRulesBody.model_validate(
        {
            **_fields(found), "account_id": found.account_id, "is_configured": found.is_configured,
            "policy_version": found.policy_version,
        }
    )  # fmt: skip


@router.get("/billing/rules/{account_id}/history")
def get_billing_rules_history(
    account_id: UUID,
    scope: Annotated[Scope, needs("billing:rules:view")],
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[RulesChangeBody]:
    """Who agreed what with an account and when, newest first."""
    page = queries.list_history(scope, account_id, limit=limit, after=after)
    return PageOf[RulesChangeBody](items=[_change_body(change) for change in page.items], next=page.next)


def _settings(body: BillingRulesInput) -> RuleSettings:
    reprint, limit = body.reprint_policy, body.credit_limit
    return RuleSettings(
        terms=Terms(body.payment_terms_id, body.custom_terms_days),
        delivery_method=body.invoice_delivery_method,
        grouping_strategy=body.invoice_grouping_strategy,
        po=PoPolicy(
            required=body.is_po_required,
            format_regex=body.po_format_regex,
            uniqueness_scope=body.po_uniqueness_scope,
            override_allowed=body.override_allowed,
            override_requires_second_approver=body.override_requires_second_approver,
            override_reason_code_required=body.override_reason_code_required,
        ),
        reprint=ReprintPolicy(
            reprint.max_reprints, reprint.window_days, reprint.reason_code_required, reprint.elevation_required_after
        ),
        partial_payments_allowed=body.partial_payments_allowed,
        approval_required=body.approval_required,
        estimate_binding_required=body.estimate_binding_required,
        credit_limit=CreditLimit(limit.amount, limit.currency) if limit else None,
    )


def _fields(found: RuleSettings | BillingRules) -> dict[str, object]:
    """The fields of the wire that both what was saved and what holds have."""
    reprint, limit = found.reprint, found.credit_limit
    return {
        "is_po_required": found.po.required,
        "payment_terms_id": found.terms.id,
        "custom_terms_days": found.terms.custom_days,
        "invoice_delivery_method": found.delivery_method,
        "invoice_grouping_strategy": found.grouping_strategy,
        "po_format_regex": found.po.format_regex,
        "po_uniqueness_scope": found.po.uniqueness_scope,
        "override_allowed": found.po.override_allowed,
        "override_requires_second_approver": found.po.override_requires_second_approver,
        "override_reason_code_required": found.po.override_reason_code_required,
        "partial_payments_allowed": found.partial_payments_allowed,
        "approval_required": found.approval_required,
        "estimate_binding_required": found.estimate_binding_required,
        "reprint_policy": ReprintPolicyBody(
            max_reprints=reprint.max_reprints, window_days=reprint.window_days,
            reason_code_required=reprint.reason_code_required,
            elevation_required_after=reprint.elevation_required_after,
        ),
        "credit_limit": CreditLimitBody(amount=limit.amount, currency=limit.currency) if limit else None,
    }  # fmt: skip


def _rules_body(saved: SavedRules) -> BillingRulesBody:
    return BillingRulesBody.model_validate(
        {
            **_fields(saved.settings), "account_id": saved.account_id, "updated_at": saved.saved_at,
            "updated_by_user_id": saved.saved_by_user_id, "updated_by": saved.saved_by,
            "etag": etag_of(saved.version),
        }
    )  # fmt: skip


def _change_body(change: RulesChange) -> RulesChangeBody:
    saved = change.saved
    now, before = _fields(saved.settings), _fields(change.before) if change.before else {}
    return RulesChangeBody(
        version=saved.version, etag=etag_of(saved.version), changed_at=saved.saved_at,
        changed_by_user_id=saved.saved_by_user_id, changed_by=saved.saved_by,
        changed=[
            str(BillingRulesInput.model_fields[name].alias)
            for name, value in now.items() if name not in before or before[name] != value
        ],
        rules=BillingRulesInput.model_validate(now),
    )  # fmt: skip
