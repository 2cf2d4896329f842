"""Reading clients: as other slices see them, as people edit them, and in lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, select, tuple_

from billhead.access.scope import Scope
from billhead.clients.rules import BillingClient, ClientFields, ClientKind, Contact, Location
from billhead.clients.tables import Client, ClientLocation, ClientTaxId
from billhead.clients.tax_ids import TaxId
from billhead.money import Treatment
from billhead.postal import PostalAddress, read_address
from billhead.refusal import NotFound
from billhead.storage.listing import Page, page_of, read_name_cursor, searchable
from billhead.storage.tables import table_of

__all__ = [
    "BillingClient", "ClientKind", "ClientRecord", "ClientSummary", "Location", "PostalAddress", "TaxId",
    "find_billing_client", "get_billing_client", "get_client", "list_client_names", "list_clients",
]  # fmt: skip


def _of_client(table: Table) -> Select[*tuple[Any, ...]]:
    own = (table.c.tenant_id == bindparam("tenant"), table.c.client_id == bindparam("client"))
    return select(table).where(*own).order_by(table.c.place)


# Every draft and every issue reads its client: in Core, with statements built once, which cost a third of the ORM here.
_CLIENT = table_of(Client)
_BY_ID = select(_CLIENT).where(_CLIENT.c.tenant_id == bindparam("tenant"), _CLIENT.c.id == bindparam("client"))
_LOCATIONS, _TAX_IDS = _of_client(table_of(ClientLocation)), _of_client(table_of(ClientTaxId))


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A client as it is edited, with its version."""

    id: UUID
    fields: ClientFields
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ClientSummary:
    """One row of a list."""

    id: UUID
    kind: ClientKind
    name: str
    reference: str | None
    billing_email: str | None
    currency: str | None
    tax_treatment: Treatment
    archived: bool


def find_billing_client(scope: Scope, client_id: UUID) -> BillingClient | None:
    """The client as an invoice needs it, archived ones too; None when this tenant has no such client."""
    key = {"tenant": scope.tenant_id, "client": client_id}
    row = scope.run(_BY_ID, key).one_or_none()
    if row is None:
        return None
    locations, tax_ids = scope.run(_LOCATIONS, key), scope.run(_TAX_IDS, key)
    return BillingClient(
        id=row.id,
        kind=ClientKind(row.kind),
        name=row.name,
        reference=row.reference,
        billing_email=row.billing_email,
        billing_address=_address_of(row.billing_address),
        currency=row.currency,
        locale=row.locale,
        tax_treatment=Treatment(row.tax_treatment),
        tax_reason=row.tax_reason,
        tax_ids=tuple(TaxId(t.scheme, t.value) for t in tax_ids),
        prices_include_tax=row.prices_include_tax,
        tax_region=row.tax_region,
        approval_required=row.approval_required,
        locations=tuple(Location(p.id, p.name, _address_of(p.address), p.tax_region) for p in locations),
        archived=row.archived,
        version=row.version,
    )


def get_billing_client(scope: Scope, client_id: UUID) -> BillingClient:
    """The client as an invoice needs it; NotFound when this tenant has no such client."""
    found = find_billing_client(scope, client_id)
    if found is None:
        raise client_not_found()
    return found


def list_client_names(scope: Scope, client_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these clients by id; unknown ids are left out."""
    wanted = sorted(set(client_ids))
    rows = scope.session.execute(select(Client.id, Client.name).where(Client.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def get_client(scope: Scope, client_id: UUID) -> ClientRecord:
    """A client as it is edited."""
    row = scope.session.get(Client, (scope.tenant_id, client_id))
    if row is None:
        raise client_not_found()
    return record_of(row)


def list_clients(
    scope: Scope, *, text: str | None, kind: ClientKind | None, archived: bool | None, limit: int, after: str | None
) -> Page[ClientSummary]:
    """Clients by name; `text` is searched in name, reference, e-mail and contacts; `archived` None shows both."""
    columns = (
        Client.id, Client.kind, Client.name, Client.reference, Client.billing_email, Client.currency,
        Client.tax_treatment, Client.archived, Client.name_order,
    )  # fmt: skip
    found = select(*columns).order_by(Client.name_order, Client.id).limit(limit + 1)
    for word in searchable(text).split():
        found = found.where(Client.search_text.contains(word, autoescape=True))
    if kind is not None:
        found = found.where(Client.kind == kind)
    if archived is not None:
        found = found.where(Client.archived == archived)
    if after is not None:
        found = found.where(tuple_(Client.name_order, Client.id) > tuple_(*read_name_cursor(after)))
    return page_of(
        scope.session.execute(found).all(),
        limit,
        show=lambda row: ClientSummary(
            row.id, ClientKind(row.kind), row.name, row.reference, row.billing_email, row.currency,
            Treatment(row.tax_treatment), row.archived,
        ),
        place=lambda row: (row.name_order, str(row.id)),
    )  # fmt: skip


def client_not_found() -> NotFound:
    """The refusal for an id that names no client of this tenant."""
    return NotFound("CLIENT_NOT_FOUND", "There is no such client in this business.")


def record_of(row: Client) -> ClientRecord:
    """The value behind a row."""
    fields = ClientFields(
        kind=ClientKind(row.kind),
        name=row.name,
        reference=row.reference,
        contacts=tuple(Contact(c.name, c.role, c.email, c.phone) for c in row.contacts),
        billing_email=row.billing_email,
        billing_address=_address_of(row.billing_address),
        locations=tuple(Location(p.id, p.name, _address_of(p.address), p.tax_region) for p in row.locations),
        currency=row.currency,
        locale=row.locale,
        tax_treatment=Treatment(row.tax_treatment),
        tax_reason=row.tax_reason,
        tax_ids=tuple(TaxId(t.scheme, t.value) for t in row.tax_ids),
        prices_include_tax=row.prices_include_tax,
        tax_region=row.tax_region,
        approval_required=row.approval_required,
        archived=row.archived,
    )
    return ClientRecord(row.id, fields, row.version, row.created_at, row.updated_at)


def _address_of(document: object) -> PostalAddress | None:
    return None if document is None else read_address(document)
