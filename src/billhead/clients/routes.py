"""Clients over HTTP."""

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
    PageOf,
    PageSize,
    PostalAddressBody,
    ShortText,
    WireModel,
    etag_of,
)
from billhead.clients import actions, queries
from billhead.clients.queries import ClientRecord, ClientSummary
from billhead.clients.rules import (
    MAX_CONTACTS,
    MAX_LOCATIONS,
    MAX_TAX_IDS,
    ClientFields,
    ClientKind,
    Contact,
    Location,
)
from billhead.clients.tax_ids import SCHEMES, TaxId
from billhead.money import Treatment

router = Router(tags=["Clients"])

_Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)]
_Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
_Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Locale = Annotated[str, StringConstraints(max_length=20)]
_TaxRegion = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_SearchText = Annotated[str | None, Query(max_length=200, description="words to find")]


class ContactBody(WireModel):
    name: ShortText
    role: ShortText | None = None
    email: _Email | None = None
    phone: _Phone | None = None


class LocationBody(WireModel):
    """A site where work is done. Leave out `locationId` to add one; `taxRegion` is the code of a tax region."""

    location_id: UUID | None = None
    name: ShortText
    address: PostalAddressBody | None = None
    tax_region: _TaxRegion | None = None


class TaxIdBody(WireModel):
    """A tax identification number; the schemes are listed at `GET /billing/tax-id-schemes`."""

    scheme: Annotated[str, StringConstraints(max_length=20)]
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class ClientInput(WireModel):
    """A client as people edit it.

    Null for `currency`, `locale`, `pricesIncludeTax`, `taxRegion`: the business's own; for `approvalRequired`: what
    the business asks of this kind of client.
    """

    kind: ClientKind
    name: ShortText
    reference: _Reference | None = None
    contacts: list[ContactBody] = Field(default_factory=list, max_length=MAX_CONTACTS)
    billing_email: _Email | None = None
    billing_address: PostalAddressBody | None = None
    locations: list[LocationBody] = Field(default_factory=list, max_length=MAX_LOCATIONS)
    currency: CurrencyCode | None = None
    locale: _Locale | None = None
    tax_treatment: Treatment = Treatment.STANDARD
    tax_reason: ShortText | None = None
    tax_ids: list[TaxIdBody] = Field(default_factory=list, max_length=MAX_TAX_IDS)
    prices_include_tax: bool | None = None
    tax_region: _TaxRegion | None = None
    approval_required: bool | None = None
    archived: bool = False


class ClientBody(ClientInput):
    client_id: UUID
    created_at: datetime
    updated_at: datetime
    etag: str


class ClientRowBody(WireModel):
    """One row of the list."""

    client_id: UUID
    kind: ClientKind
    name: str
    reference: str | None
    billing_email: str | None
    currency: str | None
    tax_treatment: Treatment
    archived: bool


class TaxIdSchemeBody(WireModel):
    scheme: str
    name: str


class TaxIdSchemesBody(WireModel):
    items: list[TaxIdSchemeBody]


@router.get("/billing/clients")
def get_clients(
    scope: Annotated[Scope, needs("billing:client:view")],
    text: _SearchText = None,
    kind: ClientKind | None = None,
    archived: Annotated[bool | None, Query(description="both when left out")] = None,
    limit: PageSize = 50,
    after: After = None,
) -> PageOf[ClientRowBody]:
    """Clients by name."""
    page = queries.list_clients(scope, text=text, kind=kind, archived=archived, limit=limit, after=after)
    return PageOf[ClientRowBody](items=[_row_body(row) for row in page.items], next=page.next)


@router.post("/billing/clients", status_code=201)
def post_client(body: ClientInput, scope: Annotated[Scope, needs("billing:client:manage")]) -> ClientBody:
    """Add a client."""
    return client_body(actions.create_client(scope, client_fields(body)))


@router.get("/billing/clients/{client_id}")
def get_client(client_id: UUID, scope: Annotated[Scope, needs("billing:client:view")]) -> ClientBody:
    """One client."""
    return client_body(queries.get_client(scope, client_id))


@router.put("/billing/clients/{client_id}")
def put_client(
    client_id: UUID,
    body: ClientInput,
    scope: Annotated[Scope, needs("billing:client:manage")],
    if_match: IfMatch = None,
) -> ClientBody:
    """Save a client. A location left out is removed."""
    return client_body(actions.change_client(scope, client_id, client_fields(body), if_match))


@router.delete(
    "/billing/clients/{client_id}",
    response_model=ClientBody,
    responses={204: {"description": "It was not in use and is gone."}},
)
def delete_client(
    client_id: UUID, scope: Annotated[Scope, needs("billing:client:manage")], if_match: IfMatch = None
) -> Answer:
    """Delete a client that nothing refers to (204); one in use is archived instead (200)."""
    kept = actions.delete_client(scope, client_id, if_match)
    return Answer(client_body(kept)) if kept else Answer(None, 204)


@router.get("/billing/tax-id-schemes")
def get_tax_id_schemes(scope: Annotated[Scope, needs("billing:client:view")]) -> TaxIdSchemesBody:
    """The kinds of tax identification numbers that are known and checked."""
    return TaxIdSchemesBody(items=[TaxIdSchemeBody(scheme=code, name=name) for code, name in SCHEMES.items()])


def client_fields(body: ClientInput) -> ClientFields:
    """The value behind a body."""
    return ClientFields(
        kind=body.kind,
        name=body.name,
        reference=body.reference,
        contacts=tuple(Contact(c.name, c.role, c.email, c.phone) for c in body.contacts),
        billing_email=body.billing_email,
        billing_address=(body.billing_address.value() if body.billing_address else None),
        locations=tuple(
            Location(p.location_id, p.name, (p.address.value() if p.address else None), p.tax_region)
            for p in body.locations
        ),
        currency=body.currency,
        locale=body.locale,
        tax_treatment=body.tax_treatment,
        tax_reason=body.tax_reason,
        tax_ids=tuple(TaxId(t.scheme, t.value) for t in body.tax_ids),
        prices_include_tax=body.prices_include_tax,
        tax_region=body.tax_region,
        approval_required=body.approval_required,
        archived=body.archived,
    )


def client_body(client: ClientRecord) -> ClientBody:
    """A client on the wire."""
    fields = client.fields
    return ClientBody(
        client_id=client.id,
        created_at=client.created_at,
        updated_at=client.updated_at,
        etag=etag_of(client.version),
        kind=fields.kind,
        name=fields.name,
        reference=fields.reference,
        contacts=[ContactBody(name=c.name, role=c.role, email=c.email, phone=c.phone) for c in fields.contacts],
        billing_email=fields.billing_email,
        billing_address=(PostalAddressBody.of(fields.billing_address) if fields.billing_address else None),
        locations=[
            LocationBody(
                location_id=p.location_id, name=p.name, tax_region=p.tax_region,
                address=PostalAddressBody.of(p.address) if p.address else None,
            )
            for p in fields.locations
        ],
        currency=fields.currency,
        locale=fields.locale,
        tax_treatment=fields.tax_treatment,
        tax_reason=fields.tax_reason,
        tax_ids=[TaxIdBody(scheme=t.scheme, value=t.value) for t in fields.tax_ids],
        prices_include_tax=fields.prices_include_tax,
        tax_region=fields.tax_region,
        approval_required=fields.approval_required,
        archived=fields.archived,
    )  # fmt: skip


def _row_body(row: ClientSummary) -> ClientRowBody:
    return ClientRowBody(
        client_id=row.id, kind=row.kind, name=row.name, reference=row.reference, billing_email=row.billing_email,
        currency=row.currency, tax_treatment=row.tax_treatment, archived=row.archived,
    )  # fmt: skip
