"""Reading the catalog."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_

from billhead.access.scope import Scope
from billhead.catalog.rules import ServiceFields, ServiceKind, UnitPrice
from billhead.catalog.tables import Service, ServicePrice
from billhead.refusal import NotFound
from billhead.storage.listing import Page, page_of, read_name_cursor, searchable
from billhead.storage.tables import table_of

__all__ = [
    "CatalogService", "ServiceKind", "ServiceRecord", "find_services", "get_service", "list_services",
]  # fmt: skip

_AT_ONCE = 500
_SERVICE, _PRICE = table_of(Service), table_of(ServicePrice)


@dataclass(frozen=True, slots=True)
class CatalogService:
    """What other slices see of a service. `prices` are by currency, in minor units with up to twelve places.

    `tax_category` is the `rate_class` of `billhead.money.TaxRate` that applies where it is taxable.
    """

    id: UUID
    code: str
    name: str
    description: str | None
    kind: ServiceKind
    unit: str
    prices: Mapping[str, Decimal]
    taxable: bool
    tax_category: str
    active: bool


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A service as it is edited, with its version."""

    id: UUID
    fields: ServiceFields
    version: int
    created_at: datetime
    updated_at: datetime


def find_services(scope: Scope, service_ids: Iterable[UUID]) -> dict[UUID, CatalogService]:
    """These services by id, inactive ones too; ids that this tenant does not have are left out."""
    wanted = sorted(set(service_ids))
    found: dict[UUID, CatalogService] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        found |= _find_some(scope, wanted[start : start + _AT_ONCE])
    return found


def _find_some(scope: Scope, service_ids: Sequence[UUID]) -> dict[UUID, CatalogService]:
    priced = _SERVICE.outerjoin(
        _PRICE, (_PRICE.c.tenant_id == _SERVICE.c.tenant_id) & (_PRICE.c.service_id == _SERVICE.c.id)
    )
    rows = scope.session.connection().execute(
        select(_SERVICE, _PRICE.c.currency, _PRICE.c.amount)
        .select_from(priced)
        .where(_SERVICE.c.tenant_id == scope.tenant_id, _SERVICE.c.id.in_(service_ids))
        .order_by(_SERVICE.c.id, _PRICE.c.currency)
    )
    return {
        service_id: _catalog_service_of(list(of_service))
        for service_id, of_service in groupby(rows, key=attrgetter("id"))
    }


def get_service(scope: Scope, service_id: UUID) -> ServiceRecord:
    """A service as it is edited."""
    row = scope.session.get(Service, (scope.tenant_id, service_id))
    if row is None:
        raise service_not_found()
    return record_of(row)


def list_services(
    scope: Scope, *, text: str | None, kind: ServiceKind | None, active: bool | None, limit: int, after: str | None
) -> Page[ServiceRecord]:
    """Services by name; `text` is searched in code, name and description; `active` None shows both."""
    found = select(Service).order_by(Service.name_order, Service.id).limit(limit + 1)
    for word in searchable(text).split():
        found = found.where(Service.search_text.contains(word, autoescape=True))
    if kind is not None:
        found = found.where(Service.kind == kind)
    if active is not None:
        found = found.where(Service.active == active)
    if after is not None:
        found = found.where(tuple_(Service.name_order, Service.id) > tuple_(*read_name_cursor(after)))
    rows = scope.session.scalars(found).all()
    return page_of(rows, limit, show=record_of, place=lambda row: (row.name_order, str(row.id)))


def service_not_found() -> NotFound:
    """The refusal for an id that names no service of this tenant."""
    return NotFound("SERVICE_NOT_FOUND", "There is no such service in the catalog.")


def record_of(row: Service) -> ServiceRecord:
    """The value behind a row."""
    fields = ServiceFields(
        code=row.code,
        name=row.name,
        kind=ServiceKind(row.kind),
        description=row.description,
        unit=row.unit,
        prices=tuple(UnitPrice(p.currency, p.amount) for p in row.prices),
        taxable=row.taxable,
        tax_category=row.tax_category,
        active=row.active,
    )
    return ServiceRecord(row.id, fields, row.version, row.created_at, row.updated_at)


def _catalog_service_of(rows: Sequence[Row[Any]]) -> CatalogService:
    """One service out of its rows, one for each price (or one without)."""
    row = rows[0]
    return CatalogService(
        row.id, row.code, row.name, row.description, ServiceKind(row.kind), row.unit,
        {r.currency: r.amount for r in rows if r.currency is not None}, row.taxable, row.tax_category, row.active,
    )  # fmt: skip
