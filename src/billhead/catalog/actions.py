"""Adding, changing and removing services."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from billhead.access.scope import Scope
from billhead.access.wire import require_match
from billhead.catalog.events import ServiceChanged, ServiceCreated, ServiceDeleted
from billhead.catalog.queries import ServiceRecord, record_of, service_not_found
from billhead.catalog.rules import ServiceFields, check_service
from billhead.catalog.tables import Service, ServicePrice
from billhead.refusal import Conflict
from billhead.storage.ids import new_id
from billhead.storage.listing import name_order, searchable


def create_service(scope: Scope, fields: ServiceFields) -> ServiceRecord:
    """Add a service; its code is unique in the tenant."""
    check_service(fields)
    service = Service(id=new_id(), version=1, created_at=scope.now)
    with _unique_code(scope, service.id, fields.code):
        _apply(scope, service, fields)
        scope.session.add(service)
    scope.record(ServiceCreated(subject_id=service.id, subject_version=1, code=fields.code))
    return record_of(service)


def change_service(scope: Scope, service_id: UUID, fields: ServiceFields, if_match: str | None) -> ServiceRecord:
    """Replace everything people edit; refused on a stale ETag. Invoices keep what they were made with."""
    service = _lock_service(scope, service_id)
    require_match(if_match, service.version)
    check_service(fields)
    with _unique_code(scope, service_id, fields.code):
        service.version += 1
        _apply(scope, service, fields)
    _record_change(scope, service)
    return record_of(service)


def delete_service(scope: Scope, service_id: UUID, if_match: str | None = None) -> ServiceRecord | None:
    """Remove a service that nothing refers to (None); one in use is made inactive instead and returned."""
    service = _lock_service(scope, service_id)
    if if_match is not None:
        require_match(if_match, service.version)
    code, version = service.code, service.version + 1
    try:
        with scope.session.begin_nested():
            scope.session.delete(service)
    except IntegrityError:
        service = _lock_service(scope, service_id)
        if service.active:
            service.active, service.version, service.updated_at = False, version, scope.now
            scope.session.flush()
            _record_change(scope, service)
        return record_of(service)
    scope.record(ServiceDeleted(subject_id=service_id, subject_version=version, code=code))
    return None


def _lock_service(scope: Scope, service_id: UUID) -> Service:
    service = scope.session.scalars(select(Service).where(Service.id == service_id).with_for_update()).one_or_none()
    if service is None:
        raise service_not_found()
    return service


def _apply(scope: Scope, service: Service, fields: ServiceFields) -> None:
    service.code, service.name, service.description = fields.code, fields.name, fields.description
    service.kind, service.unit = fields.kind, fields.unit
    service.taxable, service.tax_category, service.active = fields.taxable, fields.tax_category, fields.active
    service.name_order = name_order(fields.name)
    service.search_text = searchable(fields.code, fields.name, fields.description)
    service.updated_at = scope.now
    service.prices = [ServicePrice(currency=p.currency, amount=p.amount) for p in fields.prices]


def _record_change(scope: Scope, service: Service) -> None:
    scope.record(
        ServiceChanged(subject_id=service.id, subject_version=service.version, code=service.code, active=service.active)
    )


@contextmanager
def _unique_code(scope: Scope, service_id: UUID, code: str) -> Iterator[None]:
    """Turn the unique constraint's word into a Conflict that names the service which has the code."""
    try:
        with scope.session.begin_nested():
            yield
    except IntegrityError as error:
        owner = scope.session.scalars(select(Service.id).where(Service.code == code, Service.id != service_id)).first()
        if owner is None:
            raise
        raise Conflict("SERVICE_CODE_TAKEN", "Another service has this code.", existing_id=str(owner)) from error
