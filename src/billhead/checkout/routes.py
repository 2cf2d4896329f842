"""The checkout desk over HTTP (BILL-DEC-009)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, SecretStr, StringConstraints

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import MAX_MINOR, CurrencyCode, LongText, WireModel
from billhead.billing_rules.rules import MAX_PO_LENGTH, PoUniqueness
from billhead.checkout import actions, queries
from billhead.checkout.queries import CheckoutView
from billhead.checkout.rules import Intent, Severity

router = Router(tags=["Checkout"])
_CAPTURE, _OVERRIDE = "billing:checkout:po:capture", "billing:checkout:po:override"


class CheckoutIntentBody(WireModel):
    """What is about to be charged; `amount` in minor units of `currency`."""

    account_id: UUID
    work_order_id: UUID | None = None
    location_id: UUID | None = None
    amount: Annotated[int, Field(strict=True, ge=0, le=MAX_MINOR, description="integer minor units")]
    currency: CurrencyCode

    def value(self) -> Intent:
        """The intent itself."""
        return Intent(self.account_id, self.work_order_id, self.location_id, self.amount, self.currency)


class PurchaseOrderBody(WireModel):
    po_number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_PO_LENGTH)]


class WaiverBody(WireModel):
    """The tokens come from `POST /billing/auth/elevate` with the action `PO_OVERRIDE` and this checkout's id."""

    elevation_token: SecretStr
    second_elevation_token: SecretStr | None = None
    reason_code: Annotated[str, StringConstraints(max_length=40)] | None = None
    reason_note: LongText | None = None

    def value(self) -> actions.Waiver:
        """The waiver itself."""
        second = self.second_elevation_token
        return actions.Waiver(
            self.reason_code or None, self.reason_note or None, self.elevation_token.get_secret_value(),
            second.get_secret_value() if second else None,
        )  # fmt: skip


class MessageBody(WireModel):
    code: str
    severity: Severity
    text: str


class EvaluationBody(WireModel):
    """BillingRuleEvaluation: what the rules say about this checkout now, and how it was settled."""

    checkout_id: UUID
    account_id: UUID
    work_order_id: UUID | None
    location_id: UUID | None
    amount: int
    currency: str
    policy_version: str
    po_required: bool
    po_format_regex: str | None
    po_uniqueness_scope: PoUniqueness
    override_allowed: bool
    override_requires_second_approver: bool
    override_reason_code_required: bool
    charge_account_eligible: bool
    credit_limit_exceeded: bool | None
    po_number: str | None
    po_waived: bool
    settled_at: datetime | None
    settled_policy_version: str | None
    may_proceed: bool
    allowed_actions: list[str]
    messages: list[MessageBody]


@router.post("/billing/checkout/{checkout_id}/evaluate")
def post_checkout_evaluate(
    checkout_id: UUID, scope: Annotated[Scope, needs(_CAPTURE)], body: CheckoutIntentBody | None = None
) -> EvaluationBody:
    """What the rules say about a checkout; the first evaluation begins it."""
    return _body(scope, actions.evaluate_checkout(scope, checkout_id, body.value() if body else None))


@router.get("/billing/checkout/{checkout_id}")
def get_checkout(checkout_id: UUID, scope: Annotated[Scope, needs(_CAPTURE)]) -> EvaluationBody:
    """A checkout as it stands now."""
    return _body(scope, queries.get_checkout(scope, checkout_id))


@router.post("/billing/checkout/{checkout_id}/po")
def post_checkout_po(
    checkout_id: UUID, body: PurchaseOrderBody, scope: Annotated[Scope, needs(_CAPTURE)]
) -> EvaluationBody:
    """Give the checkout its purchase order, once; the same number again changes nothing."""
    return _body(scope, actions.capture_purchase_order(scope, checkout_id, body.po_number))


@router.post("/billing/checkout/{checkout_id}/po-override")
def post_checkout_po_override(
    checkout_id: UUID, body: WaiverBody, scope: Annotated[Scope, needs(_OVERRIDE)]
) -> EvaluationBody:
    """Let the checkout go on without a purchase order, confirmed by an approver's own credentials."""
    return _body(scope, actions.waive_purchase_order(scope, checkout_id, body.value()))


def _body(scope: Scope, view: CheckoutView) -> EvaluationBody:
    held, settlement, intent = view.evaluation.rules, view.settlement, view.intent
    offers = {
        "CAPTURE_PO": settlement is None and scope.may(_CAPTURE),
        "OVERRIDE_PO": settlement is None and held.po.required and held.po.override_allowed and scope.may(_OVERRIDE),
    }
    return EvaluationBody(
        checkout_id=view.id, account_id=intent.account_id, work_order_id=intent.work_order_id,
        location_id=intent.location_id, amount=intent.amount, currency=intent.currency,
        policy_version=held.policy_version, po_required=held.po.required, po_format_regex=held.po.format_regex,
        po_uniqueness_scope=held.po.uniqueness_scope, override_allowed=held.po.override_allowed,
        override_requires_second_approver=held.po.override_requires_second_approver,
        override_reason_code_required=held.po.override_reason_code_required,
        charge_account_eligible=view.evaluation.charge_account_eligible,
        credit_limit_exceeded=view.evaluation.credit_limit_exceeded,
        po_number=settlement.po_number if settlement else None,
        po_waived=settlement is not None and settlement.is_waived,
        settled_at=settlement.at if settlement else None,
        settled_policy_version=settlement.policy_version if settlement else None,
        may_proceed=view.evaluation.may_proceed,
        allowed_actions=[name for name, offered in offers.items() if offered],
        messages=[MessageBody(code=m.code, severity=m.severity, text=m.text) for m in view.evaluation.messages],
    )  # fmt: skip
