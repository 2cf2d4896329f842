"""What may be agreed with a client, and what holds when nothing was (BILL-DEC-006, 009, 011, 012).

`RuleSettings` is what people save for one account; `BillingRules` is what holds for it: what was saved, and where
nothing was, the business's own settings and `DEFAULTS`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from billhead.billing_rules.po_format import MAX_PO_LENGTH, find_format_fault, matches_format
from billhead.billing_rules.reasons import OTHER, REASONS, ReasonCategory, check_reason
from billhead.clients.rules import BillingClient, ClientKind
from billhead.money import CURRENCIES
from billhead.refusal import Fault, FaultCode, Malformed
from billhead.tenants.rules import Business

__all__ = [
    "DEFAULTS", "DUE_DAYS", "MAX_PO_LENGTH", "MAX_TERMS_DAYS", "OTHER", "REASONS", "BillingRules", "CreditLimit",
    "DeliveryMethod", "GroupingStrategy", "PaymentTerms", "PoPolicy", "PoUniqueness", "ReasonCategory",
    "ReprintPolicy", "RuleSettings", "Terms", "check_po", "check_reason", "check_settings", "due_date", "settle",
    "terms_of",
]  # fmt: skip

MAX_TERMS_DAYS = 365


class PaymentTerms(StrEnum):
    """How long a client may take to pay, from the invoice date; `CUSTOM` says its days."""

    DUE_ON_RECEIPT = "DUE_ON_RECEIPT"
    NET15 = "NET15"
    NET30 = "NET30"
    NET60 = "NET60"
    CUSTOM = "CUSTOM"


class DeliveryMethod(StrEnum):
    """How issued invoices reach the client."""

    EMAIL = "EMAIL"
    PORTAL = "PORTAL"
    MAIL = "MAIL"


class GroupingStrategy(StrEnum):
    """Which ready work orders of a client come on one invoice."""

    PER_WORKORDER = "PER_WORKORDER"
    PER_VEHICLE = "PER_VEHICLE"
    SINGLE_INVOICE = "SINGLE_INVOICE"


class PoUniqueness(StrEnum):
    """Within what a purchase order number may be used only once."""

    ACCOUNT = "ACCOUNT"
    LOCATION = "LOCATION"
    TENANT = "TENANT"


DUE_DAYS = {PaymentTerms.DUE_ON_RECEIPT: 0, PaymentTerms.NET15: 15, PaymentTerms.NET30: 30, PaymentTerms.NET60: 60}


@dataclass(frozen=True, slots=True)
class Terms:
    """Payment terms; `custom_days` goes with `CUSTOM` and with nothing else."""

    id: PaymentTerms
    custom_days: int | None = None

    @property
    def days(self) -> int:
        """Days from the invoice date to the day on which payment is due."""
        return DUE_DAYS[self.id] if self.custom_days is None else self.custom_days


@dataclass(frozen=True, slots=True)
class PoPolicy:
    """What is asked of a purchase order at checkout, and who may go on without one (BILL-DEC-009)."""

    required: bool = False
    format_regex: str | None = None
    uniqueness_scope: PoUniqueness = PoUniqueness.ACCOUNT
    override_allowed: bool = True
    override_requires_second_approver: bool = False
    override_reason_code_required: bool = True


@dataclass(frozen=True, slots=True)
class ReprintPolicy:
    """How often and how long a receipt may be printed again (BILL-DEC-011).

    None for `max_reprints`: any number; for `window_days`: at any time; for `elevation_required_after`: nobody need
    confirm. Otherwise the reprints after that many need an elevation, all of them with 0.
    """

    max_reprints: int | None = 5
    window_days: int | None = 90
    reason_code_required: bool = True
    elevation_required_after: int | None = 2


@dataclass(frozen=True, slots=True)
class CreditLimit:
    """How much a client may owe altogether, in minor units of its currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What people save for an account.

    None for `approval_required`: what the client's own setting or the business says for this kind of client; for
    `estimate_binding_required`: what the business says; for `credit_limit`: no limit.
    """

    terms: Terms
    delivery_method: DeliveryMethod = DeliveryMethod.EMAIL
    grouping_strategy: GroupingStrategy = GroupingStrategy.PER_WORKORDER
    po: PoPolicy = PoPolicy()
    reprint: ReprintPolicy = ReprintPolicy()
    partial_payments_allowed: bool = True
    approval_required: bool | None = None
    estimate_binding_required: bool | None = None
    credit_limit: CreditLimit | None = None


DEFAULTS = RuleSettings(Terms(PaymentTerms.NET30))
"""What holds for an account without rules, but for the terms: those follow the business's days to pay."""


@dataclass(frozen=True, slots=True)
class BillingRules:
    """What holds for one account now. `policy_version` names the state of rules and settings that made it so."""

    account_id: UUID
    is_configured: bool
    policy_version: str
    terms: Terms
    delivery_method: DeliveryMethod
    grouping_strategy: GroupingStrategy
    po: PoPolicy
    reprint: ReprintPolicy
    partial_payments_allowed: bool
    approval_required: bool
    estimate_binding_required: bool
    credit_limit: CreditLimit | None

    @property
    def extends_credit(self) -> bool:
        """Whether the terms let this account pay later at all."""
        return self.terms.days > 0


def settle(
    saved: tuple[RuleSettings, int] | None, client: BillingClient, business: Business, settings_version: int
) -> BillingRules:
    """What holds for a client: its saved rules with their version, or what the business does without any."""
    policy_version = business.policy_version(settings_version)
    if saved is None:
        settings = replace(DEFAULTS, terms=terms_of(business.payment_days))
    else:
        settings, version = saved
        policy_version = f"rules-v{version}/{policy_version}"
    return BillingRules(
        account_id=client.id,
        is_configured=saved is not None,
        policy_version=policy_version,
        terms=settings.terms,
        delivery_method=settings.delivery_method,
        grouping_strategy=settings.grouping_strategy,
        po=settings.po,
        reprint=settings.reprint,
        partial_payments_allowed=settings.partial_payments_allowed,
        approval_required=_approval_required(settings, client, business),
        estimate_binding_required=_first(settings.estimate_binding_required, business.estimate_binding_required),
        credit_limit=settings.credit_limit,
    )


def _approval_required(settings: RuleSettings, client: BillingClient, business: Business) -> bool:
    by_kind = client.kind is ClientKind.CONSUMER and business.approval_required_for_consumers
    return _first(settings.approval_required, _first(client.approval_required, by_kind))


def _first(chosen: bool | None, otherwise: bool) -> bool:
    return otherwise if chosen is None else chosen


def terms_of(days: int) -> Terms:
    """The terms that give this many days to pay, by name where they have one."""
    named = next((terms for terms, its_days in DUE_DAYS.items() if its_days == days), None)
    return Terms(named) if named else Terms(PaymentTerms.CUSTOM, days)


def due_date(terms: Terms, invoice_date: date) -> date:
    """The day on which payment is due."""
    return invoice_date + timedelta(days=terms.days)


def check_po(policy: PoPolicy, value: str | None, *, field: str = "poNumber") -> Malformed | None:
    """The refusal of a purchase order number, None when it will do; whether it is used already is not asked here.

    `value` is compared as it is given: whoever takes it from a person strips the blanks around it first. `field` is
    its wire name.
    """
    if not value:
        words = "a purchase order is needed for this account"
        return _po_refusal("PO_REQUIRED", field, FaultCode.REQUIRED, words) if policy.required else None
    if len(value) > MAX_PO_LENGTH:
        words = f"has more than {MAX_PO_LENGTH} characters"
        return _po_refusal("PO_FORMAT_INVALID", field, FaultCode.TOO_LONG, words)
    if policy.format_regex is not None and not matches_format(policy.format_regex, value):
        words = "has not the format that was agreed for this account"
        return _po_refusal("PO_FORMAT_INVALID", field, FaultCode.WRONG_FORM, words)
    return None


def _po_refusal(code: str, field: str, fault: FaultCode, words: str) -> Malformed:
    return Malformed(code, "The purchase order will not do.", field_errors={field: Fault(fault, words)})


def check_settings(settings: RuleSettings) -> None:
    """Refuse what no invoice or checkout could follow; Malformed with every field error at once."""
    errors = dict(_faults(settings))
    if errors:
        raise Malformed("INVALID_BILLING_RULES", "The billing rules cannot be saved.", field_errors=errors)


def _faults(settings: RuleSettings) -> Iterator[tuple[str, Fault]]:
    is_custom = settings.terms.id is PaymentTerms.CUSTOM
    if is_custom and settings.terms.custom_days is None:
        yield "customTermsDays", Fault(FaultCode.REQUIRED, "is needed with CUSTOM")
    if not is_custom and settings.terms.custom_days is not None:
        yield "customTermsDays", Fault(FaultCode.NOT_APPLICABLE, "goes only with CUSTOM")
    if settings.po.format_regex is not None and (words := find_format_fault(settings.po.format_regex)):
        yield "poFormatRegex", Fault(FaultCode.WRONG_FORM, words)
    if settings.credit_limit is not None and settings.credit_limit.currency not in CURRENCIES:
        yield "creditLimit.currency", Fault(FaultCode.UNKNOWN_CURRENCY, "must be an ISO 4217 currency code")
