"""Sample quotes, receipts and order records for the layout tests."""

from decimal import Decimal

from billhead.layout.view_models import (
    BusinessView,
    CustomerView,
    OrderItem,
    OrderModifier,
    OrderRecordView,
    QuoteItem,
    QuoteParty,
    QuoteView,
    ReceiptItem,
    ReceiptView,
)
from layout.builders import DEPOT, HARBOUR, Json

SHOP = BusinessView("Wave Coffee", "5 Rope Walk\nBath", "+44 1225 555 010", "hello@wave.example")


def a_quote_item(number: int, **more: object) -> QuoteItem:
    """A line of 100.00, recurring when its number is even."""
    fields: dict[str, object] = {
        "id": f"q{number}",
        "description": f"Part {number}",
        "quantity": Decimal(1),
        "unit_price": Decimal(10000),
        "total_price": 10000,
        "net_amount": 10000,
        "tax_amount": 2000,
        "is_recurring": number % 2 == 0,
        "service_kind": "service",
        "phase": ("Discovery", " ")[number % 2],
        "location": (HARBOUR, DEPOT)[number % 2],
    }
    return QuoteItem(**{**fields, **more})  # type: ignore[arg-type]


def a_quote_view(*items: QuoteItem) -> QuoteView:
    """A quote with these lines, else with three."""
    return QuoteView(
        quote_id="0197",
        quote_number="Q-0042",
        currency_code="EUR",
        status="SENT",
        version=2,
        items=items or [a_quote_item(number) for number in range(3)],
        subtotal=30000,
        discount_total=0,
        tax=6000,
        total_amount=36000,
        title="Office network",
        description="Replace switching.",
        quote_date="2025-03-05",
        valid_until="2025-04-04",
        terms_and_conditions="Net 30.",
        client_notes="Week 20.",
        client=QuoteParty("Harbour & Sons GmbH", "Hafenstr. 9"),
        contact=QuoteParty("Grete Harbour"),
        tenant=QuoteParty("Lumen IT Services", "12 Dock Road"),
    )


def a_quote() -> Json:
    """A quote as JSON."""
    return a_quote_view().to_dict()


def a_receipt() -> Json:
    """A receipt as JSON."""
    return ReceiptView(
        receipt_number="R-000231",
        invoice_number="INV-000042",
        paid_at="2026-02-27",
        currency_code="USD",
        business=SHOP,
        customer=CustomerView("Sam Driver", "12 Oak St"),
        items=[ReceiptItem("Labour", Decimal("1.5"), Decimal(9500), 14250)],
        subtotal=14250,
        tax=1000,
        total=15250,
        amount_paid=15250,
        payment_method="Visa •••• 4242",
        reference="ch_8812",
    ).to_dict()


def an_order_record() -> Json:
    """An order record as JSON."""
    shot = OrderModifier("Extra shot", Decimal(1), Decimal(100), 100)
    return OrderRecordView(
        invoice_number="INV-2026-0001",
        order_number="1042",
        order_date="2026-02-27",
        currency_code="EUR",
        business=SHOP,
        customer=CustomerView("Ada Example", "1 Example Street", "+44 7700 900123", "ada@example.test"),
        items=[OrderItem("Flat white", Decimal(2), Decimal(500), 1000, [shot])],
        subtotal=1100,
        delivery_fee=200,
        discount=150,
        total=1150,
        payment_method="Card",
        note="Thank you for your order.",
        powered_by="Powered by Billhead",
    ).to_dict()
