"""Adding, changing, archiving and deleting clients."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from billhead.access.scope import Scope
from billhead.access.wire import require_match
from billhead.clients.events import ClientArchived, ClientChanged, ClientCreated, ClientDeleted
from billhead.clients.queries import ClientRecord, client_not_found, record_of
from billhead.clients.rules import ClientFields, Location, check_client
from billhead.clients.tables import Client, ClientContact, ClientLocation, ClientTaxId
from billhead.postal import PostalAddress, address_document
from billhead.refusal import Conflict
from billhead.storage.ids import new_id
from billhead.storage.listing import name_order, searchable


def create_client(scope: Scope, fields: ClientFields) -> ClientRecord:
    """Add a client; its reference, when it has one, is unique in the tenant."""
    fields = check_client(fields)
    client = Client(id=new_id(), version=1, created_at=scope.now)
    with _unique_reference(scope, client.id, fields.reference):
        _apply(scope, client, fields)
        scope.session.add(client)
    scope.record(ClientCreated(subject_id=client.id, subject_version=1, kind=fields.kind))
    return record_of(client)


def change_client(scope: Scope, client_id: UUID, fields: ClientFields, if_match: str | None) -> ClientRecord:
    """Replace everything people edit; refused on a stale ETag. A changed tax treatment goes into the audit trail."""
    client = _lock_client(scope, client_id)
    require_match(if_match, client.version)
    fields = check_client(fields, frozenset(place.id for place in client.locations))
    treatment, was_archived = client.tax_treatment, client.archived
    with _unique_reference(scope, client_id, fields.reference):
        client.version += 1
        _apply(scope, client, fields)
    if client.tax_treatment != treatment:
        scope.audit(
            "client.change-tax-treatment", "client", client_id, reason=fields.tax_reason,
            detail={"from": treatment, "to": client.tax_treatment},
        )  # fmt: skip
    if fields.archived and not was_archived:
        scope.record(ClientArchived(subject_id=client_id, subject_version=client.version))
    else:
        scope.record(ClientChanged(subject_id=client_id, subject_version=client.version, archived=fields.archived))
    return record_of(client)


def delete_client(scope: Scope, client_id: UUID, if_match: str | None = None) -> ClientRecord | None:
    """Remove a client that nothing refers to (None); one in use is archived instead and returned.

    Whether it is in use is what the foreign keys of higher slices say.
    """
    client = _lock_client(scope, client_id)
    if if_match is not None:
        require_match(if_match, client.version)
    version = client.version + 1
    try:
        with scope.session.begin_nested():
            scope.session.delete(client)
    except IntegrityError:
        client = _lock_client(scope, client_id)
        if not client.archived:
            client.archived, client.version, client.updated_at = True, version, scope.now
            scope.session.flush()
            scope.record(ClientArchived(subject_id=client_id, subject_version=version))
        return record_of(client)
    scope.record(ClientDeleted(subject_id=client_id, subject_version=version))
    return None


def _lock_client(scope: Scope, client_id: UUID) -> Client:
    client = scope.session.scalars(select(Client).where(Client.id == client_id).with_for_update()).one_or_none()
    if client is None:
        raise client_not_found()
    return client


def _apply(scope: Scope, client: Client, fields: ClientFields) -> None:
    client.kind, client.name, client.reference = fields.kind, fields.name, fields.reference
    client.billing_email, client.billing_address = fields.billing_email, _document(fields.billing_address)
    client.currency, client.locale = fields.currency, fields.locale
    client.tax_treatment, client.tax_reason = fields.tax_treatment, fields.tax_reason
    client.prices_include_tax, client.tax_region = fields.prices_include_tax, fields.tax_region
    client.approval_required, client.archived = fields.approval_required, fields.archived
    client.name_order = name_order(fields.name)
    contacts = [text for c in fields.contacts for text in (c.name, c.email)]
    client.search_text = searchable(fields.name, fields.reference, fields.billing_email, *contacts)
    client.updated_at = scope.now
    client.contacts = [
        ClientContact(place=place, name=c.name, role=c.role, email=c.email, phone=c.phone)
        for place, c in enumerate(fields.contacts)
    ]
    client.tax_ids = [ClientTaxId(place=p, scheme=t.scheme, value=t.value) for p, t in enumerate(fields.tax_ids)]
    _apply_locations(client, fields.locations)


def _apply_locations(client: Client, locations: tuple[Location, ...]) -> None:
    known = {row.id: row for row in client.locations}
    rows = []
    for place, location in enumerate(locations):
        row = known.get(location.location_id) if location.location_id else None
        row = row or ClientLocation(id=location.location_id or new_id())
        row.place, row.name, row.tax_region = place, location.name, location.tax_region
        row.address = _document(location.address)
        rows.append(row)
    client.locations = rows


@contextmanager
def _unique_reference(scope: Scope, client_id: UUID, reference: str | None) -> Iterator[None]:
    """Turn the unique constraint's word into a Conflict that names the client which has the reference."""
    try:
        with scope.session.begin_nested():
            yield
    except IntegrityError as error:
        owner = scope.session.scalars(
            select(Client.id).where(Client.reference == reference, Client.id != client_id)
        ).first()
        if owner is None:
            raise
        raise Conflict(
            "CLIENT_REFERENCE_TAKEN", "Another client has this reference.", existing_id=str(owner)
        ) from error


def _document(address: PostalAddress | None) -> dict[str, object] | None:
    return None if address is None else address_document(address)
