"""The catalog over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field, StringConstraints

from billhead.access.http import Router, needs
from billhead.access.scope import Scope
from billhead.access.wire import (
    After,
    Answer,
    CurrencyCode,
    IfMatch,
    LongText,
    PageOf,
    PageSize,
    ShortText,
    UnitPriceField,
    WireModel,
    etag_of,
)
from billhead.catalog import actions, queries
from billhead.catalog.queries import ServiceRecord
from billhead.catalog.rules import MAX_PRICES, STANDARD_CATEGORY, ServiceFields, ServiceKind, UnitPrice

router = Router(tags=["Catalog"])

_Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Unit = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
_Category = Annotated[str, StringConstraints(min_length=1, max_length=40)]
_SearchText = Annotated[str | None, Query(max_length=200, description="words to find")]


class ServicePriceBody(WireModel):
    """Price of one unit in one currency."""

    currency: CurrencyCode
    unit_price: UnitPriceField


class ServiceInput(WireModel):
    """A service as people edit it; `taxCategory` chooses among the rates of a tax region."""

    code: _Code
    name: ShortText
    description: LongText | None = None
    kind: ServiceKind
    unit: _Unit = "each"
    prices: list[ServicePriceBody] = Field(default_factory=list, max_length=MAX_PRICES)
    taxable: bool = True
    tax_category: _Category = STANDARD_CATEGORY
    active: bool = True


class ServiceBody(ServiceInput):
    service_id: UUID
    created_at: datetime
    updated_at: datetime
    etag: str


@router.get("/billing/services")
def get_services(
    scope: Annotated[Scope, needs("billing:catalog:view")],
    text: _SearchText = None,
    kind: ServiceKind | None = None,
    active: Annotated[bool | None, Query(description="both when left out")] = None,
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[ServiceBody]:
    """Services by name."""
    page = queries.list_services(scope, text=text, kind=kind, active=active, limit=limit, after=after)
    return PageOf[ServiceBody](items=[service_body(row) for row in page.items], next=page.next)


@router.post("/billing/services", status_code=201)
def post_service(body: ServiceInput, scope: Annotated[Scope, needs("billing:catalog:manage")]) -> ServiceBody:
    """Add a service."""
    return service_body(actions.create_service(scope, service_fields(body)))


@router.get("/billing/services/{service_id}")
def get_service(service_id: UUID, scope: Annotated[Scope, needs("billing:catalog:view")]) -> ServiceBody:
    """One service."""
    return service_body(queries.get_service(scope, service_id))


@router.put("/billing/services/{service_id}")
def put_service(
    service_id: UUID,
    body: ServiceInput,
    scope: Annotated[Scope, needs("billing:catalog:manage")],
    if_match: IfMatch = None,
) -> ServiceBody:
    """Save a service."""
    return service_body(actions.change_service(scope, service_id, service_fields(body), if_match))


@router.delete(
    "/billing/services/{service_id}",
    response_model=ServiceBody,
    responses={204: {"description": "It was not in use and is gone."}},
)
def delete_service(
    service_id: UUID, scope: Annotated[Scope, needs("billing:catalog:manage")], if_match: IfMatch = None
) -> Answer:
    """Delete a service that nothing refers to (204); one in use is made inactive instead (200)."""
    kept = actions.delete_service(scope, service_id, if_match)
    return Answer(service_body(kept)) if kept else Answer(None, 204)


def service_fields(body: ServiceInput) -> ServiceFields:
    """The value behind a body."""
    return ServiceFields(
        code=body.code,
        name=body.name,
        kind=body.kind,
        description=body.description,
        unit=body.unit,
        prices=tuple(UnitPrice(p.currency, p.unit_price) for p in body.prices),
        taxable=body.taxable,
        tax_category=body.tax_category,
        active=body.active,
    )


def service_body(service: ServiceRecord) -> ServiceBody:
    """A service on the wire."""
    fields = service.fields
    return ServiceBody(
        service_id=service.id,
        created_at=service.created_at,
        updated_at=service.updated_at,
        etag=etag_of(service.version),
        code=fields.code,
        name=fields.name,
        description=fields.description,
        kind=fields.kind,
        unit=fields.unit,
        prices=[ServicePriceBody(currency=p.currency, unit_price=p.amount) for p in fields.prices],
        taxable=fields.taxable,
        tax_category=fields.tax_category,
        active=fields.active,
    )
