"""What there is to choose from in billing rules and as a reason, with labels for people (BILL-DEC-007)."""

from typing import Annotated

from fastapi import Response

from billhead.access.caching import UNCHANGED, IfNoneMatch, answer_unless_known
from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import WireModel
from billhead.billing_rules import rules
from billhead.billing_rules.labels import label_of, shown_language
from billhead.billing_rules.po_format import MAX_FORMAT_LENGTH
from billhead.billing_rules.rules import (
    DEFAULTS,
    DUE_DAYS,
    MAX_PO_LENGTH,
    REASONS,
    DeliveryMethod,
    GroupingStrategy,
    PaymentTerms,
    PoUniqueness,
    ReasonCategory,
)
from billhead.tenants.queries import get_business

router = Router(tags=["Billing rules"])


class OptionBody(WireModel):
    """One choice; `isDefault` marks what holds for an account that has no rules."""

    code: str
    label: str
    is_default: bool


class OptionsBody(WireModel):
    """`language` is that of the labels: the business's own, or English where it has none here."""

    language: str
    items: list[OptionBody]


class PaymentTermsOptionBody(OptionBody):
    """`days` is null where each account has its own (`customTermsDays`)."""

    days: int | None


class PaymentTermsOptionsBody(WireModel):
    """`defaultDays` is what an account without rules has to pay in."""

    language: str
    items: list[PaymentTermsOptionBody]
    default_days: int


class PoPoliciesBody(WireModel):
    """`items` are the scopes in which a purchase order number is used once; the rest is how an account begins."""

    language: str
    items: list[OptionBody]
    is_po_required: bool
    override_allowed: bool
    override_requires_second_approver: bool
    override_reason_code_required: bool
    max_po_length: int
    max_format_length: int


class ReasonCodeBody(WireModel):
    """A reason; with `requiresNote` it says nothing without one."""

    category: ReasonCategory
    code: str
    label: str
    requires_note: bool


class ReasonCodesBody(WireModel):
    language: str
    items: list[ReasonCodeBody]


@router.get("/billing/meta/payment-terms", response_model=PaymentTermsOptionsBody, responses=UNCHANGED)
def get_payment_terms(
    scope: Annotated[Scope, needs("billing:rules:view")], if_none_match: IfNoneMatch = None
) -> Response:
    """How long a client may take to pay."""
    business, _ = get_business(scope)
    language, default = shown_language(business.locale), rules.terms_of(business.payment_days)
    items = [
        PaymentTermsOptionBody(
            code=terms, label=label_of(language, terms), is_default=terms is default.id, days=DUE_DAYS.get(terms)
        )
        for terms in PaymentTerms
    ]
    body = PaymentTermsOptionsBody(language=language, items=items, default_days=default.days)
    return answer_unless_known(body, if_none_match)


@router.get("/billing/meta/invoice-delivery-methods", response_model=OptionsBody, responses=UNCHANGED)
def get_invoice_delivery_methods(
    scope: Annotated[Scope, needs("billing:rules:view")], if_none_match: IfNoneMatch = None
) -> Response:
    """How issued invoices may reach a client."""
    language = _language(scope)
    body = OptionsBody(language=language, items=_options(language, DeliveryMethod, DEFAULTS.delivery_method))
    return answer_unless_known(body, if_none_match)


@router.get("/billing/meta/invoice-grouping-strategies", response_model=OptionsBody, responses=UNCHANGED)
def get_invoice_grouping_strategies(
    scope: Annotated[Scope, needs("billing:rules:view")], if_none_match: IfNoneMatch = None
) -> Response:
    """Which work orders of a client may come on one invoice."""
    language = _language(scope)
    body = OptionsBody(language=language, items=_options(language, GroupingStrategy, DEFAULTS.grouping_strategy))
    return answer_unless_known(body, if_none_match)


@router.get("/billing/meta/po-policies", response_model=PoPoliciesBody, responses=UNCHANGED)
def get_po_policies(
    scope: Annotated[Scope, needs("billing:rules:view")], if_none_match: IfNoneMatch = None
) -> Response:
    """What may be asked of purchase orders, and what is asked of an account without rules."""
    language, po = _language(scope), DEFAULTS.po
    body = PoPoliciesBody(
        language=language,
        items=_options(language, PoUniqueness, po.uniqueness_scope),
        is_po_required=po.required,
        override_allowed=po.override_allowed,
        override_requires_second_approver=po.override_requires_second_approver,
        override_reason_code_required=po.override_reason_code_required,
        max_po_length=MAX_PO_LENGTH,
        max_format_length=MAX_FORMAT_LENGTH,
    )
    return answer_unless_known(body, if_none_match)


@router.get("/billing/meta/reason-codes", response_model=ReasonCodesBody, responses=UNCHANGED)
def get_reason_codes(
    scope: Annotated[Scope, needs("billing:settings:view")],
    category: ReasonCategory | None = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The reasons for what the rules would not allow by themselves: those of one category, or all."""
    language = _language(scope)
    items = [
        ReasonCodeBody(category=kind, code=code, label=label_of(language, code), requires_note=code == rules.OTHER)
        for kind in ([category] if category else ReasonCategory)
        for code in REASONS[kind]
    ]
    return answer_unless_known(ReasonCodesBody(language=language, items=items), if_none_match)


def _language(scope: Scope) -> str:
    business, _ = get_business(scope)
    return shown_language(business.locale)


def _options(
    language: str,
    choices: type[DeliveryMethod] | type[GroupingStrategy] | type[PoUniqueness],
    default: DeliveryMethod | GroupingStrategy | PoUniqueness,
) -> list[OptionBody]:
    return [
        OptionBody(code=choice, label=label_of(language, choice), is_default=choice is default) for choice in choices
    ]
