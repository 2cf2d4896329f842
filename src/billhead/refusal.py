"""The one error tree: every way in which Billhead says no to a caller.

    Refusal
    ├─ Malformed      the request itself is wrong; `field_errors` names each place    400
    ├─ Unauthenticated  nobody known is asking                                        401
    ├─ Forbidden      the actor lacks a permission                                    403
    ├─ NotFound       there is no such thing in this tenant (or it is another's)      404
    ├─ Conflict       the thing is in a state that excludes this                      409
    ├─ TooLarge       a named limit is exceeded                                       413
    ├─ Incomplete     well-formed, but a business fact is missing                     422
    ├─ PreconditionRequired  an update without If-Match                               428
    ├─ TooMany        a rate limit or throttle                                        429
    └─ Unavailable    a system we depend on is away                                   503

Rules know no HTTP: `access.wire` turns the kind into a status. A bug is not a Refusal.
`code` is stable and documented; `message` is for people and holds nothing secret or personal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of refusal it is; one HTTP status each."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    INCOMPLETE = "incomplete"
    PRECONDITION_REQUIRED = "precondition_required"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why an invoice cannot be issued yet (BILL-DEC-003).

    `code` is stable (`MISSING_APPROVAL`, …); `field` names the place that would cure it, when there is one.
    """

    code: str
    message: str
    field: str | None = None
    overridable: bool = False


class FaultCode(StrEnum):
    """What is wrong in one place of a request; stable, so that programs and translations can rely on it."""

    REQUIRED = "REQUIRED"
    TOO_LONG = "TOO_LONG"
    TOO_SHORT = "TOO_SHORT"
    TOO_MANY = "TOO_MANY"
    TOO_FEW = "TOO_FEW"
    TOO_LARGE = "TOO_LARGE"
    TOO_SMALL = "TOO_SMALL"
    NEGATIVE = "NEGATIVE"
    TOO_PRECISE = "TOO_PRECISE"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    NOT_A_DATE = "NOT_A_DATE"
    NOT_AN_ID = "NOT_AN_ID"
    NOT_AN_EMAIL = "NOT_AN_EMAIL"
    WRONG_TYPE = "WRONG_TYPE"
    WRONG_FORM = "WRONG_FORM"
    WRONG_CHECK_DIGIT = "WRONG_CHECK_DIGIT"
    UNREADABLE = "UNREADABLE"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    UNKNOWN_CHOICE = "UNKNOWN_CHOICE"
    UNKNOWN_COUNTRY = "UNKNOWN_COUNTRY"
    UNKNOWN_CURRENCY = "UNKNOWN_CURRENCY"
    UNKNOWN_TIME_ZONE = "UNKNOWN_TIME_ZONE"
    UNKNOWN_REFERENCE = "UNKNOWN_REFERENCE"
    REPEATED = "REPEATED"
    OVERLAPPING = "OVERLAPPING"
    NOT_LATER = "NOT_LATER"
    PAST = "PAST"
    IN_FORCE = "IN_FORCE"
    UNCHANGEABLE = "UNCHANGEABLE"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    BUSINESS_ONLY = "BUSINESS_ONLY"
    TAKEN = "TAKEN"
    INVALID = "INVALID"


class Fault(str):
    """What is wrong in one place, in words for people, with the code that says it to programs."""

    code: FaultCode
    __slots__ = ("code",)

    def __new__(cls, code: FaultCode, words: str) -> "Fault":
        made = super().__new__(cls, words)
        made.code = code
        return made

    @classmethod
    def of(cls, words: str) -> "Fault":
        """Words that may be a Fault already; plain ones have the code INVALID."""
        return words if isinstance(words, cls) else cls(FaultCode.INVALID, words)


class Refusal(Exception):
    """A request was understood and is refused; nothing was changed."""

    kind: Kind = Kind.CONFLICT

    def __init__(
        self,
        code: str,
        message: str,
        *,
        reason_code: str | None = None,
        missing_fields: Sequence[str] = (),
        field_errors: Mapping[str, str] | None = None,
        blockers: Sequence[Blocker] = (),
        existing_id: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason_code = reason_code
        self.missing_fields = tuple(missing_fields)
        self.field_errors = {path: Fault.of(words) for path, words in (field_errors or {}).items()}
        self.blockers = tuple(blockers)
        self.existing_id = existing_id
        self.retry_after = retry_after


class Malformed(Refusal):
    kind = Kind.MALFORMED


class Unauthenticated(Refusal):
    kind = Kind.UNAUTHENTICATED


class Forbidden(Refusal):
    kind = Kind.FORBIDDEN


class NotFound(Refusal):
    kind = Kind.NOT_FOUND


class Conflict(Refusal):
    kind = Kind.CONFLICT


class TooLarge(Refusal):
    kind = Kind.TOO_LARGE


class Incomplete(Refusal):
    kind = Kind.INCOMPLETE


class PreconditionRequired(Refusal):
    kind = Kind.PRECONDITION_REQUIRED


class TooMany(Refusal):
    kind = Kind.TOO_MANY


class Unavailable(Refusal):
    kind = Kind.UNAVAILABLE
