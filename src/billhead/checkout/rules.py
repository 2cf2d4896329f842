"""What a checkout must settle before it may go on. Pure decisions (BILL-DEC-009)."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from billhead.billing_rules.rules import (
    BillingRules,
    PoUniqueness,
    ReasonCategory,
    check_po,
    check_reason,
)
from billhead.refusal import Conflict, Fault, FaultCode, Forbidden, Malformed

MINUS = "\N{MINUS SIGN}"
_NOTHING = {"Zs", "Zl", "Zp", "Cc", "Cf", "Mn"}
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_BLANK_MARKS = {"\N{COMBINING GRAPHEME JOINER}", *map(chr, range(0xFE00, 0xFE10))}


class Severity(StrEnum):
    """How much a message matters: an ERROR must be settled first."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say at the counter."""

    code: str
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be charged; `amount` in minor units of `currency`."""

    account_id: UUID
    work_order_id: UUID | None
    location_id: UUID | None
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the question of the purchase order was settled: by `po_number`, or waived with a reason."""

    po_number: str | None
    waiver_reason: str | None
    waiver_note: str | None
    policy_version: str
    at: datetime
    by: str

    @property
    def is_waived(self) -> bool:
        return self.po_number is None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the rules say about a checkout now. `may_proceed` when nothing is left to settle."""

    rules: BillingRules
    charge_account_eligible: bool
    credit_limit_exceeded: bool | None
    """None when no limit was agreed, or in another currency than the checkout's."""
    may_proceed: bool
    messages: tuple[Message, ...]


def evaluate(rules: BillingRules, intent: Intent, owed: int, settlement: Settlement | None) -> Evaluation:
    """What holds for `intent`; `owed` is what the account owes already, in minor units of the same currency.

    A limit in another currency cannot be kept, so nothing is charged to the account then.
    """
    limit = rules.credit_limit
    comparable = limit is None or limit.currency == intent.currency
    exceeded = owed + intent.amount > limit.amount if limit and comparable else None
    needs_po = rules.po.required and settlement is None
    messages = []
    if needs_po:
        messages.append(Message("PO_REQUIRED", Severity.ERROR, "A purchase order is needed for this account."))
    if settlement and settlement.is_waived:
        messages.append(Message("PO_WAIVED", Severity.WARNING, "The purchase order was waived."))
    if exceeded:
        words = "This would exceed the credit limit of the account. It can be paid now."
        messages.append(Message("CREDIT_LIMIT_EXCEEDED", Severity.WARNING, words))
    if limit and not comparable:
        words = f"The credit limit of the account is in {limit.currency}. This can be paid now."
        messages.append(Message("CREDIT_CURRENCY_MISMATCH", Severity.WARNING, words))
    if not rules.extends_credit:
        messages.append(Message("DUE_ON_RECEIPT", Severity.INFO, "This account pays on receipt."))
    eligible = rules.extends_credit and comparable and not exceeded
    return Evaluation(rules, eligible, exceeded, not needs_po, tuple(messages))


def plan_capture(rules: BillingRules, settlement: Settlement | None, po_number: str) -> bool:
    """Whether `po_number` is to be written: not when it stands there already. Refused when it will not do.

    Malformed for its format; Conflict `PO_ALREADY_CAPTURED`, `PO_ALREADY_WAIVED` when another decision stands.
    """
    if settlement is not None:
        if settlement.po_number == po_number:
            return False
        raise _settled(settlement)
    check_characters(po_number)
    if fault := check_po(rules.po, po_number):
        raise fault
    return True


def plan_waiver(
    rules: BillingRules, settlement: Settlement | None, reason_code: str | None, reason_note: str | None
) -> bool:
    """Whether the purchase order is to be waived: not when it was, for the same reason. Refused when it may not be.

    Conflict `PO_NOT_REQUIRED`, `PO_OVERRIDE_NOT_ALLOWED`, `PO_ALREADY_CAPTURED`, `PO_ALREADY_WAIVED`; Malformed for the
    reason.
    """
    if settlement is not None:
        if settlement.is_waived and (settlement.waiver_reason, settlement.waiver_note) == (reason_code, reason_note):
            return False
        raise _settled(settlement)
    if not rules.po.required:
        raise Conflict("PO_NOT_REQUIRED", "No purchase order is needed for this account.")
    if not rules.po.override_allowed:
        raise Conflict("PO_OVERRIDE_NOT_ALLOWED", "This account's purchase orders cannot be waived.")
    required = rules.po.override_reason_code_required
    if fault := check_reason(ReasonCategory.PO_OVERRIDE, reason_code, reason_note, required=required):
        raise fault
    return True


def check_approvers(rules: BillingRules, first: UUID, second: UUID | None) -> None:
    """Refuse one person where the rules ask for two."""
    if not rules.po.override_requires_second_approver:
        return
    if second is None:
        raise Forbidden("SECOND_APPROVER_REQUIRED", "The rules of this account ask for a second approver.")
    if second == first:
        raise Forbidden("SECOND_APPROVER_IS_FIRST", "The second approver must be somebody else.")


def key_of(po_number: str) -> str:
    """What makes two purchase order numbers the same, as a SHA-256.

    Neither case nor width, nor blanks or accents, nor which kind of dash makes another number.
    """
    folded = unicodedata.normalize("NFKD", po_number).casefold()
    kept = ["-" if kind == "Pd" or char == MINUS else char for char in folded
            if (kind := unicodedata.category(char)) not in _NOTHING]  # fmt: skip
    return hashlib.sha256("".join(kept).encode()).hexdigest()


def check_characters(po_number: str) -> None:
    """Refuse what cannot be seen, and what turns the text around it: controls, formats, private characters."""
    if any(unicodedata.category(char) in _UNSEEN or char in _BLANK_MARKS for char in po_number):
        fault = Fault(FaultCode.WRONG_FORM, "holds characters that cannot be seen")
        raise Malformed("PO_FORMAT_INVALID", "The purchase order will not do.", field_errors={"poNumber": fault})


def place_of(scope: PoUniqueness, tenant_id: UUID, intent: Intent) -> UUID:
    """Where a number must be the only one; an account without locations is its own."""
    if scope is PoUniqueness.TENANT:
        return tenant_id
    if scope is PoUniqueness.LOCATION and intent.location_id is not None:
        return intent.location_id
    return intent.account_id


def _settled(settlement: Settlement) -> Conflict:
    if settlement.is_waived:
        return Conflict("PO_ALREADY_WAIVED", "The purchase order of this checkout was waived already.")
    return Conflict("PO_ALREADY_CAPTURED", "This checkout has another purchase order already.")
