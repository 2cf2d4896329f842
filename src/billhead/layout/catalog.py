"""The binding catalogs: every field of each document kind that a template can show, for the designer and the docs.

A binding's id is how templates name it, its path where the view model (`view_models.py`) holds the value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DocumentKind = Literal["invoice", "quote", "receipt", "order-record"]
ValueKind = Literal["text", "number", "currency", "date", "image", "boolean"]


@dataclass(frozen=True, slots=True)
class CatalogField:
    """One value of the document. `fallback` stands when the data lacks it; None means that there is none."""

    id: str
    path: str
    label: str
    category: str
    kind: ValueKind = "text"
    description: str = ""
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogColumn:
    """One value of the rows of a collection; templates name it `item.<path>` or by the bare path."""

    path: str
    label: str
    kind: ValueKind = "text"
    description: str = ""


@dataclass(frozen=True, slots=True)
class CatalogCollection:
    """A collection of the document with the columns that its rows have."""

    id: str
    path: str
    label: str
    columns: tuple[CatalogColumn, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class BindingCatalog:
    """Everything that a template of one document kind can bind."""

    kind: DocumentKind
    values: tuple[CatalogField, ...]
    collections: tuple[CatalogCollection, ...]

    def bindings(self) -> dict[str, dict[str, dict[str, object]]]:
        """The catalog as the `bindings` object of a template."""
        values: dict[str, dict[str, object]] = {}
        for value in self.values:
            entry: dict[str, object] = {"id": value.id, "kind": "value", "path": value.path}
            if value.fallback is not None:
                entry["fallback"] = value.fallback
            values[value.id] = entry
        collections: dict[str, dict[str, object]] = {
            entry.id: {"id": entry.id, "kind": "collection", "path": entry.path} for entry in self.collections
        }
        return {"values": values, "collections": collections}


def _value(
    id: str,
    path: str,
    label: str,
    category: str,
    kind: ValueKind = "text",
    description: str = "",
    fallback: str | None = None,
) -> CatalogField:
    return CatalogField(id, path, label, category, kind, description, fallback)


_INVOICE_COLUMNS = (
    CatalogColumn("description", "Description"),
    CatalogColumn("quantity", "Quantity", "number"),
    CatalogColumn("unitPrice", "Unit Price", "currency"),
    CatalogColumn("total", "Amount", "currency", "Net amount of the line, before tax"),
    CatalogColumn("taxAmount", "Tax", "currency"),
    CatalogColumn("discountAmount", "Discount", "currency", "Positive amount taken off the line"),
    CatalogColumn("category", "Category"),
    CatalogColumn("itemType", "Item Type", description="service, project or product"),
    CatalogColumn("projectPhaseName", "Project Phase"),
    CatalogColumn("servicePeriodStart", "Service Period Start", "date"),
    CatalogColumn("servicePeriodEnd", "Service Period End", "date"),
    CatalogColumn("billingTiming", "Billing Timing", description="arrears or advance, as recorded"),
    CatalogColumn("location.location_name", "Location"),
)
_TAX_COLUMNS = (
    CatalogColumn("label", "Tax", description="Name and rate, as the document's language writes them"),
    CatalogColumn("name", "Tax Name"),
    CatalogColumn("rate", "Rate", "number", "A ratio: 0.19"),
    CatalogColumn("base", "Taxable Amount", "currency"),
    CatalogColumn("amount", "Tax Amount", "currency"),
)
_GROUP_COLUMNS = (
    CatalogColumn("name", "Location Name"),
    CatalogColumn("address", "Location Address"),
    CatalogColumn("subtotal", "Location Subtotal", "currency"),
    CatalogColumn("items", "Items of the Location", description="bind a table inside the repeat to group.items"),
)
_PERIOD = "Only from the invoice's own recurring period; blank when the invoice has none"

INVOICE = BindingCatalog(
    "invoice",
    (
        _value("invoiceNumber", "invoiceNumber", "Invoice Number", "Invoice"),
        _value("issueDate", "issueDate", "Issue Date", "Invoice", "date"),
        _value("dueDate", "dueDate", "Due Date", "Invoice", "date"),
        _value(
            "recurringServicePeriodStart",
            "recurringServicePeriodStart",
            "Recurring Service Period Start",
            "Invoice",
            "date",
            _PERIOD,
        ),
        _value(
            "recurringServicePeriodEnd",
            "recurringServicePeriodEnd",
            "Recurring Service Period End",
            "Invoice",
            "date",
            _PERIOD,
        ),
        _value(
            "recurringServicePeriodLabel",
            "recurringServicePeriodLabel",
            "Recurring Service Period",
            "Invoice",
            description="Such as Jan 1, 2025 - Feb 1, 2025; blank unless both dates are known",
        ),
        _value("poNumber", "poNumber", "PO Number", "Invoice"),
        _value("subtotal", "subtotal", "Subtotal", "Totals", "currency"),
        _value("tax", "tax", "Tax", "Totals", "currency"),
        _value("total", "total", "Total", "Totals", "currency"),
        _value("notes", "notes", "Notes", "Invoice", fallback=""),
        _value("discountTotal", "discountTotal", "Discounts", "Totals", "currency", "Negative, as it is printed"),
        _value("amountPaid", "amountPaid", "Amount Paid", "Totals", "currency"),
        _value("amountDue", "amountDue", "Amount Due", "Totals", "currency"),
        _value("taxNotes", "taxNotes", "Tax Notes", "Invoice", description="Why no tax is charged", fallback=""),
        _value("tenantClientTaxId", "tenantClient.taxId", "Business Tax Id", "Business", fallback=""),
        _value("customerTaxId", "customer.taxId", "Customer Tax Id", "Customer", fallback=""),
        _value("recurringSubtotal", "recurringSubtotal", "Recurring Subtotal", "Totals", "currency"),
        _value("recurringTax", "recurringTax", "Recurring Tax", "Totals", "currency"),
        _value("recurringTotal", "recurringTotal", "Recurring Total", "Totals", "currency"),
        _value("onetimeSubtotal", "onetimeSubtotal", "One-time Subtotal", "Totals", "currency"),
        _value("onetimeTax", "onetimeTax", "One-time Tax", "Totals", "currency"),
        _value("onetimeTotal", "onetimeTotal", "One-time Total", "Totals", "currency"),
        _value("tenantClientName", "tenantClient.name", "Business Name", "Business", fallback="Your Company"),
        _value(
            "tenantClientAddress", "tenantClient.address", "Business Address", "Business", fallback="Company address"
        ),
        _value("tenantClientLogo", "tenantClient.logoUrl", "Business Logo", "Business", "image"),
        _value("customerName", "customer.name", "Customer Name", "Customer", fallback="Customer"),
        _value("customerAddress", "customer.address", "Customer Address", "Customer", fallback="Customer address"),
    ),
    (
        CatalogCollection("lineItems", "items", "Line Items", _INVOICE_COLUMNS),
        CatalogCollection("taxLines", "taxLines", "Tax by Rate", _TAX_COLUMNS),
        CatalogCollection("recurringItems", "recurringItems", "Recurring Items", _INVOICE_COLUMNS),
        CatalogCollection("onetimeItems", "onetimeItems", "One-time Items", _INVOICE_COLUMNS),
        CatalogCollection("groupsByLocation", "groupsByLocation", "Items by Location", _GROUP_COLUMNS),
    ),
)

_QUOTE_COLUMNS = (
    CatalogColumn("description", "Description"),
    CatalogColumn("quantity", "Quantity", "number"),
    CatalogColumn("unit_price", "Unit Price", "currency"),
    CatalogColumn("total_price", "Amount", "currency"),
    CatalogColumn("tax_amount", "Tax", "currency"),
    CatalogColumn("net_amount", "Net Amount", "currency"),
    CatalogColumn("service_name", "Service"),
    CatalogColumn("service_sku", "SKU"),
    CatalogColumn("unit_of_measure", "Unit of Measure"),
    CatalogColumn("billing_frequency", "Billing Frequency"),
    CatalogColumn("phase", "Phase"),
    CatalogColumn("is_optional", "Optional", "boolean"),
    CatalogColumn("is_recurring", "Recurring", "boolean"),
)
_PHASE_COLUMNS = (CatalogColumn("name", "Phase"), CatalogColumn("items", "Items of the Phase"))


def _split_totals() -> tuple[CatalogField, ...]:
    out: list[CatalogField] = []
    for name, words in (
        ("recurring", "Recurring"),
        ("onetime", "One-time"),
        ("service", "Service"),
        ("product", "Product"),
    ):
        out.extend(
            _value(f"{name}{part}", f"{name}_{part.lower()}", f"{words} {part}", "Totals", "currency")
            for part in ("Subtotal", "Tax", "Total")
        )
    return tuple(out)


QUOTE = BindingCatalog(
    "quote",
    (
        _value("quoteNumber", "quote_number", "Quote Number", "Quote"),
        _value("quoteDate", "quote_date", "Quote Date", "Quote", "date"),
        _value("validUntil", "valid_until", "Valid Until", "Quote", "date"),
        _value("status", "status", "Status", "Quote"),
        _value("title", "title", "Title", "Quote"),
        _value("scope", "scope_of_work", "Scope of Work", "Quote", fallback=""),
        _value("poNumber", "po_number", "PO Number", "Quote"),
        _value("subtotal", "subtotal", "Subtotal", "Totals", "currency"),
        _value("discountTotal", "discount_total", "Discounts", "Totals", "currency"),
        _value("tax", "tax", "Tax", "Totals", "currency"),
        _value("total", "total_amount", "Total", "Totals", "currency"),
        _value("termsAndConditions", "terms_and_conditions", "Terms & Conditions", "Quote", fallback=""),
        _value("clientNotes", "client_notes", "Notes for the Client", "Quote", fallback=""),
        _value("version", "version", "Version", "Quote", "number"),
        _value("clientName", "client.name", "Client Name", "Client", fallback="Client"),
        _value("clientAddress", "client.address", "Client Address", "Client", fallback=""),
        _value("contactName", "contact.name", "Contact Name", "Client", fallback=""),
        _value("tenantName", "tenant.name", "Business Name", "Business", fallback="Your Company"),
        _value("tenantAddress", "tenant.address", "Business Address", "Business", fallback=""),
        _value("tenantLogo", "tenant.logo_url", "Business Logo", "Business", "image"),
        _value("acceptedByName", "accepted_by_name", "Accepted By", "Quote", fallback=""),
        _value("acceptedAt", "accepted_at", "Accepted On", "Quote", "date", fallback=""),
        *_split_totals(),
    ),
    (
        CatalogCollection("lineItems", "line_items", "Line Items", _QUOTE_COLUMNS),
        CatalogCollection("phases", "phases", "Phases", _PHASE_COLUMNS),
        CatalogCollection("groupsByLocation", "groups_by_location", "Items by Location", _GROUP_COLUMNS),
        CatalogCollection("recurringItems", "recurring_items", "Recurring Items", _QUOTE_COLUMNS),
        CatalogCollection("onetimeItems", "onetime_items", "One-time Items", _QUOTE_COLUMNS),
        CatalogCollection("serviceItems", "service_items", "Service Items", _QUOTE_COLUMNS),
        CatalogCollection("productItems", "product_items", "Product Items", _QUOTE_COLUMNS),
    ),
)

_BUSINESS = (
    _value("businessName", "business.name", "Business Name", "Business", fallback="Your Company"),
    _value("businessAddress", "business.address", "Business Address", "Business", fallback=""),
    _value("businessPhone", "business.phone", "Business Phone", "Business", fallback=""),
    _value("businessEmail", "business.email", "Business E-mail", "Business", fallback=""),
    _value("businessLogo", "business.logoUrl", "Business Logo", "Business", "image"),
    _value("customerName", "customer.name", "Customer Name", "Customer", fallback=""),
    _value("customerAddress", "customer.address", "Customer Address", "Customer", fallback=""),
)
_PAYMENT = (
    _value("paymentMethod", "paymentMethod", "Payment Method", "Payment", fallback=""),
    _value("poweredBy", "poweredBy", "Powered By", "Business", fallback=""),
)
_ITEM_COLUMNS = (
    CatalogColumn("description", "Item"),
    CatalogColumn("quantity", "Quantity", "number"),
    CatalogColumn("unitPrice", "Price", "currency"),
    CatalogColumn("total", "Amount", "currency"),
)

RECEIPT = BindingCatalog(
    "receipt",
    (
        _value("receiptNumber", "receiptNumber", "Receipt Number", "Receipt"),
        _value("invoiceNumber", "invoiceNumber", "Invoice Number", "Receipt"),
        _value("paidAt", "paidAt", "Paid On", "Receipt", "date"),
        *_BUSINESS,
        *_PAYMENT,
        _value("reference", "reference", "Payment Reference", "Payment", fallback=""),
        _value("cashier", "cashier", "Cashier", "Payment", fallback=""),
        _value("subtotal", "subtotal", "Subtotal", "Totals", "currency"),
        _value("tax", "tax", "Tax", "Totals", "currency"),
        _value("total", "total", "Total", "Totals", "currency"),
        _value("amountPaid", "amountPaid", "Amount Paid", "Totals", "currency"),
        _value("amountDue", "amountDue", "Amount Due", "Totals", "currency"),
        _value("tendered", "tendered", "Tendered", "Totals", "currency"),
        _value("change", "change", "Change", "Totals", "currency"),
    ),
    (CatalogCollection("items", "items", "Items", _ITEM_COLUMNS),),
)

ORDER_RECORD = BindingCatalog(
    "order-record",
    (
        _value("invoiceNumber", "invoiceNumber", "Invoice Number", "Invoice"),
        _value("orderNumber", "orderNumber", "Order Number", "Order"),
        _value("orderDate", "orderDate", "Order Date", "Order", "date"),
        *_BUSINESS,
        _value("customerPhone", "customer.phone", "Customer Phone", "Customer", fallback=""),
        _value("customerEmail", "customer.email", "Customer E-mail", "Customer", fallback=""),
        *_PAYMENT,
        _value("paymentStatus", "paymentStatus", "Payment Status", "Payment", fallback=""),
        _value("note", "note", "Note", "Invoice", fallback=""),
        _value("subtotal", "subtotal", "Subtotal", "Totals", "currency"),
        _value("deliveryFee", "deliveryFee", "Delivery Fee", "Totals", "currency"),
        _value("discount", "discount", "Discount", "Totals", "currency"),
        _value("total", "total", "Total", "Totals", "currency"),
    ),
    (
        CatalogCollection(
            "rows",
            "rows",
            "Items and Modifiers",
            _ITEM_COLUMNS,
            "Each item, then its modifiers as rows of their own, their description indented",
        ),
    ),
)

INVOICE_ALIASES: Mapping[str, str] = {
    "client.name": "customer.name",
    "client.address": "customer.address",
    "tenant.name": "tenantClient.name",
    "tenant.address": "tenantClient.address",
}
"""Older names of binding paths, which invoices (not quotes) still understand: `compose(..., binding_aliases=…)`."""

CATALOGS: Mapping[DocumentKind, BindingCatalog] = {
    "invoice": INVOICE,
    "quote": QUOTE,
    "receipt": RECEIPT,
    "order-record": ORDER_RECORD,
}
