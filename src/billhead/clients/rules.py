"""What may be said about a client. In: the fields to save. Out: their normal form, or one refusal with all errors.

Whether a field has the right type and length is checked where it comes in; here stands what the words must mean.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from billhead.clients.tax_ids import TaxId, find_tax_id_fault, normalize_tax_id
from billhead.money import CURRENCIES, Treatment
from billhead.postal import PostalAddress, countries
from billhead.refusal import Fault, FaultCode, Malformed

__all__ = [
    "BillingClient", "ClientFields", "ClientKind", "Contact", "Location", "PostalAddress", "TaxId", "check_client",
]  # fmt: skip

MAX_CONTACTS = 100
MAX_LOCATIONS = 1000
MAX_TAX_IDS = 20

_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*")


class ClientKind(StrEnum):
    """A business or a consumer; consumer law asks more of an invoice's papers."""

    BUSINESS = "BUSINESS"
    CONSUMER = "CONSUMER"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to talk to at a client."""

    name: str
    role: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A site of a client where work is done; `tax_region` is the code of the region that taxes work there.

    `location_id` is None only before the location was saved for the first time.
    """

    location_id: UUID | None
    name: str
    address: PostalAddress | None = None
    tax_region: str | None = None


@dataclass(frozen=True, slots=True)
class ClientFields:
    """Everything about a client that people edit. None for currency, locale, prices: the tenant's choice holds."""

    kind: ClientKind
    name: str
    reference: str | None = None
    contacts: tuple[Contact, ...] = ()
    billing_email: str | None = None
    billing_address: PostalAddress | None = None
    locations: tuple[Location, ...] = ()
    currency: str | None = None
    locale: str | None = None
    tax_treatment: Treatment = Treatment.STANDARD
    tax_reason: str | None = None
    tax_ids: tuple[TaxId, ...] = ()
    prices_include_tax: bool | None = None
    tax_region: str | None = None
    approval_required: bool | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class BillingClient:
    """What an invoice needs to know of its client.

    None for currency, locale, prices_include_tax: the tenant's choice holds; for approval_required: the tenant's rule
    for this kind of client. `tax_region` is the code of a tax region, None: the tenant's.
    """

    id: UUID
    kind: ClientKind
    name: str
    reference: str | None
    billing_email: str | None
    billing_address: PostalAddress | None
    currency: str | None
    locale: str | None
    tax_treatment: Treatment
    tax_reason: str | None
    tax_ids: tuple[TaxId, ...]
    prices_include_tax: bool | None
    tax_region: str | None
    approval_required: bool | None
    locations: tuple[Location, ...]
    archived: bool
    version: int

    def find_location(self, location_id: UUID) -> Location | None:
        """One of its locations."""
        return next((place for place in self.locations if place.location_id == location_id), None)


def check_client(fields: ClientFields, known_locations: frozenset[UUID] = frozenset()) -> ClientFields:
    """The fields with tax ids in normal form; Malformed with every field error at once.

    `known_locations` are the ids that the client's locations have had: others may not be named.
    """
    errors = dict(_faults(fields, known_locations))
    if errors:
        raise Malformed("INVALID_CLIENT", "The client cannot be saved.", field_errors=errors)
    return replace(fields, tax_ids=tuple(normalize_tax_id(t) for t in fields.tax_ids))


def _faults(fields: ClientFields, known_locations: frozenset[UUID]) -> Iterator[tuple[str, str]]:
    if fields.currency is not None and fields.currency not in CURRENCIES:
        yield "currency", Fault(FaultCode.UNKNOWN_CURRENCY, "must be an ISO 4217 currency code")
    if fields.locale is not None and not _LOCALE.fullmatch(fields.locale):
        yield "locale", Fault(FaultCode.WRONG_FORM, "must be a language tag such as en-US or de")
    if fields.billing_email is not None and not _EMAIL.fullmatch(fields.billing_email):
        yield "billingEmail", Fault(FaultCode.NOT_AN_EMAIL, "must be an e-mail address")
    for place, contact in enumerate(fields.contacts):
        if contact.email is not None and not _EMAIL.fullmatch(contact.email):
            yield f"contacts[{place}].email", Fault(FaultCode.NOT_AN_EMAIL, "must be an e-mail address")
    if fields.billing_address:
        yield from _address_faults("billingAddress", fields.billing_address)
    yield from _location_faults(fields.locations, known_locations)
    yield from _tax_faults(fields)


def _address_faults(path: str, address: PostalAddress) -> Iterator[tuple[str, str]]:
    if address.country not in countries():
        yield f"{path}.country", Fault(FaultCode.UNKNOWN_COUNTRY, "must be an ISO 3166-1 country code of two letters")


def _location_faults(locations: tuple[Location, ...], known: frozenset[UUID]) -> Iterator[tuple[str, str]]:
    seen: set[UUID] = set()
    for place, location in enumerate(locations):
        if location.address:
            yield from _address_faults(f"locations[{place}].address", location.address)
        if location.location_id is None:
            continue
        if location.location_id not in known:
            yield (
                f"locations[{place}].locationId",
                Fault(FaultCode.UNKNOWN_REFERENCE, "is no location of this client; leave it out to add one"),
            )
        elif location.location_id in seen:
            yield f"locations[{place}].locationId", Fault(FaultCode.REPEATED, "stands here twice")
        seen.add(location.location_id)


def _tax_faults(fields: ClientFields) -> Iterator[tuple[str, str]]:
    """Whoever is not taxed must read why; reverse charge needs a buyer with a tax id (EN 16931 BR-AE-02)."""
    seen: set[TaxId] = set()
    for place, tax_id in enumerate(fields.tax_ids):
        if fault := find_tax_id_fault(tax_id):
            yield f"taxIds[{place}].{fault[0]}", fault[1]
            continue
        if normalize_tax_id(tax_id) in seen:
            yield f"taxIds[{place}].value", Fault(FaultCode.REPEATED, "stands here twice")
        seen.add(normalize_tax_id(tax_id))
    if fields.tax_treatment is Treatment.STANDARD:
        if fields.tax_reason is not None:
            yield "taxReason", Fault(FaultCode.NOT_APPLICABLE, "goes only with a tax treatment other than STANDARD")
        return
    if not fields.tax_reason:
        yield "taxReason", Fault(FaultCode.REQUIRED, f"is needed for the tax treatment {fields.tax_treatment}")
    if fields.tax_treatment is Treatment.REVERSE_CHARGE:
        if fields.kind is not ClientKind.BUSINESS:
            yield "taxTreatment", Fault(FaultCode.BUSINESS_ONLY, "REVERSE_CHARGE is for businesses only")
        if not fields.tax_ids:
            yield "taxIds", Fault(FaultCode.REQUIRED, "a tax id is needed for REVERSE_CHARGE")
