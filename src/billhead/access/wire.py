"""How things look on the wire: camelCase models that refuse unknown fields, one error shape, pages, ETags."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeVar

from fastapi import Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema

from billhead.access.strictness import take_json_types_exactly
from billhead.postal import PostalAddress
from billhead.refusal import Conflict, FaultCode, Kind, PreconditionRequired, Refusal

T = TypeVar("T")

STATUS: dict[Kind, int] = {
    Kind.MALFORMED: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.INCOMPLETE: 422,
    Kind.PRECONDITION_REQUIRED: 428,
    Kind.TOO_MANY: 429,
    Kind.UNAVAILABLE: 503,
}


ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
MAX_STREET_LINES = 6


class WireModel(BaseModel):
    """A JSON object of the API: camelCase names, unknown fields refused, types taken as they are."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        return take_json_types_exactly(handler(source))


class BlockerBody(WireModel):
    """One reason why an invoice cannot be issued yet (BILL-DEC-003)."""

    code: str
    message: str
    field: str | None = None
    overridable: bool = False


class ErrorBody(WireModel):
    """The one shape of every error.

    `fieldErrors` says what is wrong in each place of the request, for people; `fieldErrorCodes` says it for programs.
    """

    error_code: str
    message: str
    correlation_id: str
    reason_code: str | None = None
    missing_fields: list[str] | None = None
    blockers: list[BlockerBody] | None = None
    field_errors: dict[str, str] | None = None
    field_error_codes: dict[str, FaultCode] | None = None
    existing_id: str | None = None


class LinkBody(WireModel):
    """Where something lives, without a route: the reader's own router resolves it (BILL-DEC-016)."""

    target_domain: str
    target_type: str
    target_id: str


class PageOf(WireModel, Generic[T]):
    """One page of a list; `next` asks for the following one and is null on the last."""

    items: list[T]
    next: str | None


class PostalAddressBody(WireModel):
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    lines: list[ShortText] = Field(default_factory=list, max_length=MAX_STREET_LINES)
    city: ShortText
    region: ShortText | None = None
    postal_code: ShortText | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]

    def value(self) -> PostalAddress:
        """The address itself."""
        return PostalAddress(tuple(self.lines), self.city, self.region, self.postal_code, self.country)

    @classmethod
    def of(cls, address: PostalAddress) -> "PostalAddressBody":
        """An address on the wire."""
        return cls(
            lines=list(address.street_lines), city=address.city, region=address.region,
            postal_code=address.postal_code, country=address.country,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint says when its body alone is not enough."""

    body: WireModel | None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    holds_secret: bool = False
    """Never kept under an Idempotency-Key."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """An answer of a route that only reads, which takes long and needs no database: made after the transaction."""

    make: Callable[[], Response | WireModel]


def error_body(refusal: Refusal, correlation_id: str) -> ErrorBody:
    """A refusal in the one error shape."""
    return ErrorBody(
        error_code=refusal.code,
        message=refusal.message,
        correlation_id=correlation_id,
        reason_code=refusal.reason_code,
        missing_fields=list(refusal.missing_fields) or None,
        blockers=[BlockerBody(code=b.code, message=b.message, field=b.field, overridable=b.overridable)
                  for b in refusal.blockers] or None,
        field_errors={path: str(fault) for path, fault in refusal.field_errors.items()} or None,
        field_error_codes={path: fault.code for path, fault in refusal.field_errors.items()} or None,
        existing_id=refusal.existing_id,
    )  # fmt: skip


def field_path(location: Sequence[int | str]) -> str:
    """A place in a body in wire names: `("lines", 0, "quantity")` is `lines[0].quantity`."""
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def etag_of(version: int) -> str:
    """The strong entity tag of a version (RFC 9110, section 8.8.3), without its quotes."""
    return f"v{version}"


def require_match(if_match: str | None, version: int) -> None:
    """Refuse a change made on an older version: 428 without If-Match, 409 when it is stale."""
    if if_match is None:
        raise PreconditionRequired("IF_MATCH_REQUIRED", "Send If-Match with the ETag that you have read.")
    if if_match.strip() != "*" and f'"{etag_of(version)}"' not in [tag.strip() for tag in if_match.split(",")]:
        raise Conflict("STALE_ETAG", "This was changed by somebody else. Read it again and repeat your change.")


IfMatch = Annotated[str | None, Header(alias="If-Match", description='the ETag last read, e.g. `"v3"`')]
PageSize = Annotated[int, Query(alias="limit", ge=1, le=200, description="rows of one page")]
After = Annotated[str | None, Query(alias="after", max_length=500, description="`next` of the page before")]

MAX_MINOR = 10**15
MinorField = Annotated[int, Field(strict=True, ge=-MAX_MINOR, le=MAX_MINOR, description="integer minor units")]
QuantityField = Annotated[Decimal, Field(max_digits=18, decimal_places=6, description="up to six decimal places")]
UnitPriceField = Annotated[
    Decimal, Field(max_digits=27, decimal_places=12, description="minor units, up to twelve decimal places")
]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
SortDirection = Literal["asc", "desc"]
