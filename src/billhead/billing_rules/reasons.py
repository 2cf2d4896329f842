"""The reasons that people give for what the rules would not allow by themselves. Few and stable; labels are elsewhere.

What a reason code is for is its category; `OTHER` in any category says nothing by itself, so it needs a note.
"""

from enum import StrEnum

from billhead.refusal import Fault, FaultCode, Malformed

OTHER = "OTHER"


class ReasonCategory(StrEnum):
    """What a reason is given for."""

    PO_OVERRIDE = "PO_OVERRIDE"
    ISSUE_OVERRIDE = "ISSUE_OVERRIDE"
    REPRINT = "REPRINT"
    VOID = "VOID"
    REFUND = "REFUND"


REASONS: dict[ReasonCategory, tuple[str, ...]] = {
    ReasonCategory.PO_OVERRIDE: ("PO_PENDING", "EMERGENCY", "CONTACT_UNAVAILABLE", "VERBAL_AUTHORIZATION", OTHER),
    ReasonCategory.ISSUE_OVERRIDE: ("DOCUMENT_FOLLOWS", "VERBAL_AUTHORIZATION", "CUSTOMER_REQUEST", OTHER),
    ReasonCategory.REPRINT: ("LOST", "DAMAGED", "PRINTER_FAULT", "CUSTOMER_REQUEST", OTHER),
    ReasonCategory.VOID: ("WRONG_CLIENT", "WRONG_AMOUNT", "DUPLICATE", "WORK_CANCELLED", OTHER),
    ReasonCategory.REFUND: ("RETURNED", "OVERCHARGED", "DUPLICATE", "UNSATISFIED", "WORK_CANCELLED", OTHER),
}


def check_reason(
    category: ReasonCategory, code: str | None, note: str | None, *, required: bool, field: str = "reasonCode"
) -> Malformed | None:
    """The refusal of a reason, None when it will do.

    A code must be one of its category; none at all is refused only where it is `required`; `OTHER` needs a note.
    `field` is the wire name of the code; the note's fault is reported at `reasonNote`.
    """
    if not code:
        words = "a reason code is needed"
        return _refusal("REASON_CODE_REQUIRED", {field: Fault(FaultCode.REQUIRED, words)}) if required else None
    if code not in REASONS[category]:
        words = f"is no reason code of the category {category}"
        return _refusal("REASON_CODE_UNKNOWN", {field: Fault(FaultCode.UNKNOWN_CHOICE, words)})
    if code == OTHER and not (note or "").strip():
        words = f"a note is needed with {OTHER}"
        return _refusal("REASON_NOTE_REQUIRED", {"reasonNote": Fault(FaultCode.REQUIRED, words)})
    return None


def _refusal(code: str, errors: dict[str, Fault]) -> Malformed:
    return Malformed(code, "The reason will not do.", field_errors=errors)
