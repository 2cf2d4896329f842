"""Sample data to try templates with: a few documents of each kind, made by the same view models as real ones."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from billhead.layout.catalog import DocumentKind
from billhead.layout.view_models import (
    BusinessView,
    CustomerView,
    InvoiceItem,
    InvoiceView,
    Location,
    OrderItem,
    OrderModifier,
    OrderRecordView,
    Party,
    QuoteItem,
    QuoteParty,
    QuoteView,
    ReceiptItem,
    ReceiptView,
    TaxLine,
)

Data = dict[str, object]


@dataclass(frozen=True, slots=True)
class Sample:
    """Data under a name that is unique within its kind; the first of a kind is the one to begin with."""

    kind: DocumentKind
    name: str
    label: str
    make: Callable[[], Data]


_TAX_RATE = Decimal("0.19")
_CURRENCY = "EUR"
_SELLER_ADDRESS = "14 Harbour Street\nBristol BS1 5TY\nUnited Kingdom"
_QUAY = Location("loc-quay", "Quayside Office", "3 Quay Road", city="Bristol", postal_code="BS1 4AA")
_MILL = Location("loc-mill", "Mill Lane Depot", "80 Mill Lane", city="Leeds", postal_code="LS9 8DX")
_WORK = (
    ("Network assessment on site", "6.5", "11000"),
    ("Access point, ceiling mount", "4", "18950"),
    ("Cabling per metre", "120", "145"),
    ("Help desk, per device", "35", "1200"),
)
_LONG = (
    "Replacement of the distribution switch including configuration of all networks, move of 48 ports in two night "
    "shifts, labelling, measurement report and a day of presence after the move"
)


def _line(number: int, **more: object) -> InvoiceItem:
    words, quantity, price = _WORK[number % len(_WORK)]
    total = int(Decimal(quantity) * Decimal(price))
    fields: dict[str, object] = {
        "id": f"line-{number + 1}", "description": words, "quantity": Decimal(quantity),
        "unit_price": Decimal(price), "total": total, "tax_amount": int(total * _TAX_RATE), "category": "Services",
        "item_type": "service",
    }  # fmt: skip
    return InvoiceItem(**{**fields, **more})  # type: ignore[arg-type]


def _invoice(*items: InvoiceItem, **more: object) -> Data:
    subtotal = sum(item.total for item in items)
    tax = sum(item.tax_amount or 0 for item in items)
    fields: dict[str, object] = {
        "invoice_number": "INV-000123", "issue_date": "2026-03-02", "due_date": "2026-04-01",
        "currency_code": _CURRENCY, "po_number": "PO-4711",
        "customer": Party("Hartwell & Sons Ltd", "27 Castle Park\nLeeds LS1 2AB\nUnited Kingdom", tax_id="GB123456789"),
        "tenant": Party("Pinecrest Systems", _SELLER_ADDRESS, tax_id="GB987654321"),
        "items": items, "subtotal": subtotal, "tax": tax, "total": subtotal + tax, "tax_source": "internal",
        "tax_lines": [TaxLine("VAT", _TAX_RATE, subtotal, tax)] if tax else [],
        "notes": "Thank you for your business.",
    }  # fmt: skip
    return InvoiceView(**{**fields, **more}).to_dict()  # type: ignore[arg-type]


def _recurring() -> Data:
    period = {"service_period_start": "2026-03-01", "service_period_end": "2026-04-01", "billing_timing": "advance"}
    return _invoice(
        _line(3, **period), _line(0), recurring_period_start="2026-03-01", recurring_period_end="2026-04-01"
    )


def _by_location() -> Data:
    return _invoice(*(_line(number, location=(_QUAY, _MILL)[number % 2]) for number in range(5)))


def _long_texts() -> Data:
    return _invoice(
        _line(0, description=_LONG), _line(1, description="Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 2),
        _line(2, description="كابل شبكة × 120 متر"), _line(3, total=98765432100, unit_price=Decimal("2821869488.57")),
        notes="\n".join([_LONG] * 3),
    )  # fmt: skip


def _exempt() -> Data:
    return _invoice(_line(0, tax_amount=0), tax_notes=["Reverse charge: the recipient owes the tax."])


def _quote_item(number: int, **more: object) -> QuoteItem:
    words, quantity, price = _WORK[number % len(_WORK)]
    total = int(Decimal(quantity) * Decimal(price))
    fields: dict[str, object] = {
        "id": f"item-{number + 1}", "description": words, "quantity": Decimal(quantity), "unit_price": Decimal(price),
        "total_price": total, "net_amount": total, "tax_amount": int(total * _TAX_RATE),
        "is_recurring": number % 4 == 3, "phase": ("Survey", "Installation", "Installation", None)[number % 4],
    }  # fmt: skip
    return QuoteItem(**{**fields, **more})  # type: ignore[arg-type]


def _quote(*items: QuoteItem) -> Data:
    subtotal = sum(item.total_price for item in items)
    tax = sum(item.tax_amount for item in items)
    return QuoteView(
        quote_id="quote-1", quote_number="Q-000057", currency_code=_CURRENCY, status="SENT", version=1,
        items=list(items), subtotal=subtotal, discount_total=0, tax=tax, total_amount=subtotal + tax,
        title="Wireless network for two sites", description="Survey, installation and one year of support.",
        quote_date="2026-03-02", valid_until="2026-04-01", po_number="PO-4711",
        terms_and_conditions="Prices hold for 30 days. Work starts within two weeks of acceptance.",
        client_notes="We are glad to walk you through this.",
        client=QuoteParty("Hartwell & Sons Ltd", "27 Castle Park\nLeeds LS1 2AB"),
        contact=QuoteParty("Morgan Hartwell", email="morgan@hartwell.example"),
        tenant=QuoteParty("Pinecrest Systems", _SELLER_ADDRESS),
    ).to_dict()  # fmt: skip


_SHOP = BusinessView("Pinecrest Coffee", _SELLER_ADDRESS, "+44 117 496 0100", "hello@pinecrest.example")
_GUEST = CustomerView("Robin Vale", "5 Orchard Close\nBristol", "+44 117 496 0199", "robin@vale.example")


def _receipt() -> Data:
    return ReceiptView(
        receipt_number="R-000789", invoice_number="INV-000123", paid_at="2026-03-02", currency_code=_CURRENCY,
        business=_SHOP, customer=_GUEST,
        items=[ReceiptItem("Network assessment", Decimal("6.5"), Decimal(11000), 71500)],
        subtotal=71500, tax=13585, total=85085, amount_paid=85085, payment_method="Card ending in 4242",
        reference="txn-20260302-17",
    ).to_dict()  # fmt: skip


def _order() -> Data:
    milk = OrderModifier("Oat milk", Decimal(1), Decimal(40), 40)
    items = [
        OrderItem("Cappuccino", Decimal(2), Decimal(420), 840, [milk]),
        OrderItem("Almond croissant", Decimal(1), Decimal(380), 380, []),
    ]
    return OrderRecordView(
        invoice_number="INV-2026-0012", order_number="1042", order_date="2026-03-02", currency_code=_CURRENCY,
        business=_SHOP, customer=_GUEST, items=items, subtotal=1260, delivery_fee=250, discount=100, total=1410,
        payment_method="Card", note="Ring the bell twice.", powered_by="Powered by Billhead",
    ).to_dict()  # fmt: skip


SAMPLES: tuple[Sample, ...] = (
    Sample("invoice", "standard", "Four lines", lambda: _invoice(*map(_line, range(4)))),
    Sample("invoice", "recurring", "Recurring and one-time items", _recurring),
    Sample("invoice", "by-location", "Two locations", _by_location),
    Sample("invoice", "many-lines", "60 lines on several pages", lambda: _invoice(*map(_line, range(60)))),
    Sample("invoice", "long-texts", "Long texts and large amounts", _long_texts),
    Sample("invoice", "no-tax", "Reverse charge", _exempt),
    Sample("invoice", "empty", "No lines", _invoice),
    Sample("quote", "standard", "Four lines in phases", lambda: _quote(*map(_quote_item, range(4)))),
    Sample("quote", "by-location", "Two locations",
           lambda: _quote(*(_quote_item(n, location=(_QUAY, _MILL)[n % 2]) for n in range(4)))),
    Sample("quote", "many-lines", "60 lines on several pages", lambda: _quote(*map(_quote_item, range(60)))),
    Sample("receipt", "standard", "One item paid by card", _receipt),
    Sample("order-record", "standard", "A delivery with modifiers", _order),
)  # fmt: skip

_BY_NAME: Mapping[tuple[DocumentKind, str], Sample] = {(sample.kind, sample.name): sample for sample in SAMPLES}


def find_sample(kind: DocumentKind, name: str | None) -> Sample | None:
    """The sample of this name, the first of its kind without one."""
    if name is None:
        return next(sample for sample in SAMPLES if sample.kind == kind)
    return _BY_NAME.get((kind, name))
