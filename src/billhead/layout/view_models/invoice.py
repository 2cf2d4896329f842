"""The invoice view model (format section 10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from billhead.layout.formatting import percent_text
from billhead.layout.view_models.locations import Location, grouped_by_location, spans_locations
from billhead.layout.view_models.parties import Party, exact, present
from billhead.layout.view_models.periods import service_period_label

BillingTiming = Literal["arrears", "advance"]


@dataclass(frozen=True, slots=True)
class RecurringPeriod:
    """One period that a recurring line bills. Dates are ISO."""

    start: str | None
    end: str | None
    billing_timing: BillingTiming | None = None

    def to_dict(self) -> dict[str, object]:
        """Wire form."""
        return {
            "servicePeriodStart": self.start,
            "servicePeriodEnd": self.end,
            "billingTiming": self.billing_timing,
        }


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """Time behind a line; `hours` is exact."""

    id: str
    date: str
    user: str
    hours: Decimal
    description: str = ""

    def to_dict(self) -> dict[str, object]:
        """Wire form."""
        return {
            "id": self.id,
            "date": self.date,
            "user": self.user,
            "hours": exact(self.hours),
            "description": self.description,
        }


@dataclass(frozen=True, slots=True)
class TaxLine:
    """The tax of one rate: `rate` is a ratio (0.19), None where there is none; amounts are minor units."""

    name: str
    rate: Decimal | None
    base: int
    amount: int

    def to_dict(self, locale: str) -> dict[str, object]:
        """Wire form; the label is the name with the rate as the locale writes it."""
        words = self.name if self.rate is None else f"{self.name} {percent_text(self.rate, locale)}"
        rate = None if self.rate is None else exact(self.rate)
        return {"label": words, "name": self.name, "rate": rate, "base": self.base, "amount": self.amount}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceItem:
    """One line. `unit_price` and `total` are minor units; `total` is net, before tax."""

    id: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    total: int
    tax_amount: int | None = None
    discount_amount: int | None = None
    service_period_start: str | None = None
    service_period_end: str | None = None
    billing_timing: BillingTiming | None = None
    recurring_periods: Sequence[RecurringPeriod] = ()
    category: str | None = None
    item_type: Literal["service", "project", "product"] | None = None
    project_phase_name: str | None = None
    location: Location | None = None

    @property
    def is_recurring(self) -> bool:
        """Whether the line bills a period: it has detail periods or a billing timing."""
        return bool(self.recurring_periods) or self.billing_timing is not None

    @property
    def group_total(self) -> int:
        return self.total

    @property
    def group_tax(self) -> int:
        return self.tax_amount or 0

    def to_dict(self) -> dict[str, object]:
        """Wire form. The period is the line's own, else from the first period's start to the last one's end."""
        periods = sorted(self.recurring_periods, key=lambda period: (period.start or "", period.end or ""))
        timings = {period.billing_timing for period in periods}
        common = next(iter(timings)) if len(timings) == 1 else None
        out: dict[str, object] = {
            "id": self.id,
            "description": self.description,
            "quantity": exact(self.quantity),
            "unitPrice": exact(self.unit_price),
            "total": self.total,
            "servicePeriodStart": self.service_period_start or (periods[0].start if periods else None),
            "servicePeriodEnd": self.service_period_end or (periods[-1].end if periods else None),
            "billingTiming": self.billing_timing or common,
        }
        extra: dict[str, object] = {
            "taxAmount": self.tax_amount,
            "discountAmount": self.discount_amount,
            "recurringDetailPeriods": [period.to_dict() for period in periods] or None,
            "category": self.category,
            "itemType": self.item_type,
            "projectPhaseName": self.project_phase_name,
            "location_id": self.location.id if self.location else None,
            "location": self.location.to_dict() if self.location else None,
        }
        return {**out, **present(extra)}


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceView:
    """An invoice as templates read it. Dates are ISO days, amounts minor units of `currency_code`.

    `tax_lines` break the tax down by rate; `tax_notes` say why none is charged (reverse charge, exemption). A draft
    without a number has None. `discount_total` is a positive amount taken off after `subtotal`; where the lines'
    amounts already contain it, leave it out. The recurring period is the invoice's own; it is never taken from lines.
    """

    invoice_number: str | None
    issue_date: str | None
    due_date: str | None
    currency_code: str
    customer: Party
    items: Sequence[InvoiceItem]
    subtotal: int
    tax: int
    total: int
    tenant: Party | None = None
    client_logo_url: str | None = None
    po_number: str | None = None
    project_name: str | None = None
    project_number: str | None = None
    recurring_period_start: str | None = None
    recurring_period_end: str | None = None
    tax_source: Literal["internal", "external", "pending_external"] | None = None
    notes: str | None = None
    time_entries: Sequence[TimeEntry] = ()
    tax_lines: Sequence[TaxLine] = ()
    tax_notes: Sequence[str] = ()
    discount_total: int | None = None
    amount_paid: int | None = None
    amount_due: int | None = None

    @property
    def has_multiple_locations(self) -> bool:
        """Whether the lines span two or more client locations."""
        return spans_locations(self.items)

    def to_dict(self, locale: str = "en") -> dict[str, object]:
        """Wire form; the labels of the service period and of tax lines follow `locale`."""
        recurring = [item for item in self.items if item.is_recurring]
        onetime = [item for item in self.items if not item.is_recurring]
        recurring_subtotal = sum(item.total for item in recurring)
        onetime_subtotal = sum(item.total for item in onetime)
        recurring_tax, onetime_tax = split_tax(self.tax, recurring, onetime)
        start, end = self.recurring_period_start or None, self.recurring_period_end or None
        optional: dict[str, object] = {
            "projectName": self.project_name,
            "projectNumber": self.project_number,
            "clientLogoUrl": self.client_logo_url,
            "taxSource": self.tax_source,
            "notes": self.notes,
            "timeEntries": [entry.to_dict() for entry in self.time_entries] or None,
            "taxNotes": "\n".join(self.tax_notes) or None,
            "discountTotal": -self.discount_total if self.discount_total else None,
            "amountPaid": self.amount_paid,
            "amountDue": self.amount_due,
        }
        return {
            "invoiceNumber": self.invoice_number,
            "issueDate": self.issue_date,
            "dueDate": self.due_date,
            "currencyCode": self.currency_code,
            "poNumber": self.po_number,
            "recurringServicePeriodStart": start,
            "recurringServicePeriodEnd": end,
            "recurringServicePeriodLabel": service_period_label(start, end, locale),
            "customer": self.customer.to_dict(),
            "tenantClient": self.tenant.to_dict(with_logo=True) if self.tenant else None,
            "items": [item.to_dict() for item in self.items],
            "subtotal": self.subtotal,
            "tax": self.tax,
            "taxLines": [line.to_dict(locale) for line in self.tax_lines],
            "total": self.total,
            "recurringItems": [item.to_dict() for item in recurring],
            "onetimeItems": [item.to_dict() for item in onetime],
            "recurringSubtotal": recurring_subtotal,
            "recurringTax": recurring_tax,
            "recurringTotal": recurring_subtotal + recurring_tax,
            "onetimeSubtotal": onetime_subtotal,
            "onetimeTax": onetime_tax,
            "onetimeTotal": onetime_subtotal + onetime_tax,
            "groupsByLocation": grouped_by_location(self.items),
            "hasMultipleLocations": self.has_multiple_locations,
            **present(optional),
        }


def split_tax(tax: int, recurring: Sequence[InvoiceItem], onetime: Sequence[InvoiceItem]) -> tuple[int, int]:
    """The invoice's tax as (recurring, one-time): by the lines' own taxes when any is known, else by net amounts.

    What rounding leaves goes to the one-time part, and all of it when the net amounts do not sum to more than 0.
    """
    if any(item.tax_amount for item in (*recurring, *onetime)):
        share = sum(item.tax_amount or 0 for item in recurring)
        return share, tax - share
    net = sum(item.total for item in recurring)
    whole = net + sum(item.total for item in onetime)
    if whole <= 0:
        return 0, tax
    share = int((Decimal(tax) * net / whole).to_integral_value(ROUND_HALF_UP))
    return share, tax - share
