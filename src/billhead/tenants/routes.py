"""Business details and number series over HTTP."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import CurrencyCode, IfMatch, PostalAddressBody, ShortText, WireModel, etag_of
from billhead.storage.numbering import Reset
from billhead.storage.tables import NumberSeries
from billhead.tenants import actions, queries
from billhead.tenants.rules import Business, TaxRounding

router = Router(tags=["Business"])
_Optional = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None


class BusinessInput(WireModel):
    """What a business says about itself, and the defaults for its documents."""

    name: ShortText
    legal_name: ShortText
    address: PostalAddressBody
    email: Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    tax_number: Annotated[str, StringConstraints(max_length=60)] | None = None
    time_zone: ShortText
    locale: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})*$", max_length=20)]
    currency: CurrencyCode
    default_tax_region: Annotated[str, StringConstraints(max_length=60)] | None = None
    prices_include_tax: bool = False
    tax_rounding: TaxRounding = TaxRounding.PER_GROUP
    approval_required_for_consumers: bool = True
    estimate_binding_required: bool = True
    payment_days: Annotated[int, Field(ge=0, le=365)] = 30


class BusinessBody(BusinessInput):
    tenant_id: UUID
    etag: str


class NumberSeriesInput(WireModel):
    """`{YYYY}`, `{YY}`, `{MM}` and one run of `{NNN}`."""

    pattern: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    reset: Reset


class NumberSeriesBody(NumberSeriesInput):
    number_series_id: UUID
    code: str
    next_value: int
    etag: str


class NumberSeriesListBody(WireModel):
    items: list[NumberSeriesBody]


@router.get("/billing/settings")
def get_settings(scope: Annotated[Scope, needs("billing:settings:view")]) -> BusinessBody:
    """The business details."""
    return _business_body(scope, *queries.get_business(scope))


@router.put("/billing/settings")
def put_settings(
    body: BusinessInput, scope: Annotated[Scope, needs("billing:settings:manage")], if_match: IfMatch = None
) -> BusinessBody:
    """Save the business details."""
    fields = {name: getattr(body, name) for name in BusinessInput.model_fields if name != "address"}
    return _business_body(
        scope, *actions.change_business(scope, Business(address=body.address.value(), **fields), if_match)
    )


@router.get("/billing/number-series")
def get_number_series_list(scope: Annotated[Scope, needs("billing:number-series:view")]) -> NumberSeriesListBody:
    """Every number series and what it gives out next."""
    return NumberSeriesListBody(items=[_series_body(s) for s in queries.list_number_series(scope)])


@router.get("/billing/number-series/{series_id}")
def get_number_series(
    series_id: UUID, scope: Annotated[Scope, needs("billing:number-series:view")]
) -> NumberSeriesBody:
    """One number series."""
    return _series_body(queries.get_number_series(scope, series_id))


@router.put("/billing/number-series/{series_id}")
def put_number_series(
    series_id: UUID,
    body: NumberSeriesInput,
    scope: Annotated[Scope, needs("billing:number-series:manage")],
    if_match: IfMatch = None,
) -> NumberSeriesBody:
    """Change the pattern of the numbers to come."""
    return _series_body(actions.change_number_series(scope, series_id, body.pattern, body.reset, if_match))


def _business_body(scope: Scope, business: Business, version: int) -> BusinessBody:
    fields = {name: getattr(business, name) for name in BusinessInput.model_fields if name != "address"}
    return BusinessBody(
        tenant_id=scope.tenant_id, etag=etag_of(version), address=PostalAddressBody.of(business.address), **fields
    )


def _series_body(series: NumberSeries) -> NumberSeriesBody:
    return NumberSeriesBody(
        number_series_id=series.id, code=series.code, pattern=series.pattern, reset=Reset(series.reset),
        next_value=series.next_value, etag=etag_of(series.version),
    )  # fmt: skip
