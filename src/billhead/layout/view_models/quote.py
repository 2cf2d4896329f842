"""The quote view model (format section 11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from billhead.layout.view_models.locations import Location, grouped_by_location, spans_locations
from billhead.layout.view_models.parties import exact

NO_PHASE = "General"


@dataclass(frozen=True, slots=True)
class QuoteParty:
    """The client, the contact or the business on a quote."""

    name: str
    address: str = ""
    email: str = ""
    phone: str = ""
    logo_url: str | None = None

    def to_dict(self) -> dict[str, object]:
        """Wire form."""
        return {
            "name": self.name,
            "address": self.address,
            "email": self.email,
            "phone": self.phone,
            "logo_url": self.logo_url,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteItem:
    """One line of a quote; amounts in minor units. A discount's `total_price` is the positive amount taken off."""

    id: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    total_price: int
    net_amount: int
    tax_amount: int = 0
    service_id: str | None = None
    service_kind: Literal["service", "product"] | None = None
    service_name: str | None = None
    service_sku: str | None = None
    billing_method: str | None = None
    unit_of_measure: str | None = None
    phase: str | None = None
    is_optional: bool = False
    is_selected: bool = True
    is_recurring: bool = False
    billing_frequency: str | None = None
    is_discount: bool = False
    discount_type: Literal["percentage", "fixed"] | None = None
    discount_percentage: Decimal | None = None
    applies_to_item_id: str | None = None
    applies_to_service_id: str | None = None
    tax_region: str | None = None
    tax_rate: Decimal | None = None
    location: Location | None = None

    @property
    def counts(self) -> bool:
        """Whether the line is part of what would be charged: no option that was not chosen."""
        return not self.is_optional or self.is_selected

    @property
    def signed_total(self) -> int:
        """What the line adds to a sum: nothing when not chosen, negative for a discount."""
        if not self.counts:
            return 0
        return -abs(self.total_price) if self.is_discount else self.total_price

    @property
    def group_total(self) -> int:
        return 0 if self.is_discount else self.signed_total

    @property
    def group_tax(self) -> int:
        return 0 if self.is_discount or not self.counts else self.tax_amount

    def to_dict(self) -> dict[str, object]:
        """Wire form."""
        return {
            "quote_item_id": self.id,
            "service_id": self.service_id,
            "service_item_kind": self.service_kind,
            "service_name": self.service_name,
            "service_sku": self.service_sku,
            "billing_method": self.billing_method,
            "description": self.description,
            "quantity": exact(self.quantity),
            "unit_price": exact(self.unit_price),
            "total_price": self.total_price,
            "tax_amount": self.tax_amount,
            "net_amount": self.net_amount,
            "unit_of_measure": self.unit_of_measure,
            "phase": self.phase,
            "is_optional": self.is_optional,
            "is_selected": self.is_selected,
            "is_recurring": self.is_recurring,
            "billing_frequency": self.billing_frequency,
            "is_discount": self.is_discount,
            "discount_type": self.discount_type,
            "discount_percentage": None if self.discount_percentage is None else exact(self.discount_percentage),
            "applies_to_item_id": self.applies_to_item_id,
            "applies_to_service_id": self.applies_to_service_id,
            "tax_region": self.tax_region,
            "tax_rate": None if self.tax_rate is None else exact(self.tax_rate),
            "location_id": self.location.id if self.location else None,
            "location": self.location.to_dict() if self.location else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """A quote as templates read it. Dates are ISO days, amounts minor units of `currency_code`."""

    quote_id: str
    currency_code: str
    status: str
    version: int
    items: Sequence[QuoteItem]
    subtotal: int
    discount_total: int
    tax: int
    total_amount: int
    quote_number: str | None = None
    title: str | None = None
    description: str | None = None
    quote_date: str | None = None
    valid_until: str | None = None
    po_number: str | None = None
    terms_and_conditions: str | None = None
    client_notes: str | None = None
    client_id: str | None = None
    contact_id: str | None = None
    client: QuoteParty | None = None
    contact: QuoteParty | None = None
    tenant: QuoteParty | None = None
    accepted_by_name: str | None = None
    accepted_at: str | None = None

    @property
    def has_multiple_locations(self) -> bool:
        """Whether the lines span two or more client locations."""
        return spans_locations(self.items)

    def to_dict(self) -> dict[str, object]:
        """Wire form. Partial sums count discounts as negative and leave out options that were not chosen."""
        parts: dict[str, Callable[[QuoteItem], bool]] = {
            "recurring": lambda item: item.is_recurring,
            "onetime": lambda item: not item.is_recurring,
            "service": lambda item: item.service_kind == "service",
            "product": lambda item: item.service_kind == "product",
        }
        out: dict[str, object] = {
            "quote_id": self.quote_id,
            "quote_number": self.quote_number or f"Draft {self.quote_id}",
            "title": self.title,
            "description": self.description,
            "scope_of_work": self.description,
            "quote_date": self.quote_date,
            "valid_until": self.valid_until,
            "status": self.status,
            "version": self.version,
            "po_number": self.po_number,
            "currency_code": self.currency_code,
            "subtotal": self.subtotal,
            "discount_total": self.discount_total,
            "tax": self.tax,
            "total_amount": self.total_amount,
            "terms_and_conditions": self.terms_and_conditions,
            "client_notes": self.client_notes,
            "client_id": self.client_id,
            "contact_id": self.contact_id,
            "client": self.client.to_dict() if self.client else None,
            "contact": self.contact.to_dict() if self.contact else None,
            "tenant": self.tenant.to_dict() if self.tenant else None,
            "line_items": [item.to_dict() for item in self.items],
            "phases": self._phases(),
            "groups_by_location": grouped_by_location(self.items),
            "has_multiple_locations": self.has_multiple_locations,
            "accepted_by_name": self.accepted_by_name,
            "accepted_at": self.accepted_at,
        }
        for name, belongs in parts.items():
            lines = [item for item in self.items if belongs(item)]
            subtotal = sum(item.signed_total for item in lines)
            tax = sum(item.tax_amount for item in lines if item.counts)
            out[f"{name}_items"] = [item.to_dict() for item in lines]
            out[f"{name}_subtotal"], out[f"{name}_tax"], out[f"{name}_total"] = subtotal, tax, subtotal + tax
        return out

    def _phases(self) -> list[dict[str, object]]:
        members: dict[str, list[dict[str, object]]] = {}
        for item in self.items:
            members.setdefault((item.phase or "").strip() or NO_PHASE, []).append(item.to_dict())
        return [{"name": name, "items": items} for name, items in members.items()]
