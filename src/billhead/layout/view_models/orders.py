"""View models of receipts and of internal order records."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from billhead.layout.view_models.parties import exact, present

MODIFIER_INDENT = "\u2003+ "


@dataclass(frozen=True, slots=True)
class BusinessView:
    """The business on a receipt or order record."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    logo_url: str | None = None

    def to_dict(self) -> dict[str, object]:
        """Wire form."""
        return {
            "name": self.name,
            "address": self.address,
            "phone": self.phone,
            "email": self.email,
            "logoUrl": self.logo_url,
        }


@dataclass(frozen=True, slots=True)
class CustomerView:
    """The customer on a receipt or order record."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""

    def to_dict(self) -> dict[str, object]:
        """Wire form."""
        return {"name": self.name, "address": self.address, "phone": self.phone, "email": self.email}


@dataclass(frozen=True, slots=True)
class ReceiptItem:
    """A line of a receipt; amounts in minor units."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    total: int

    def to_dict(self) -> dict[str, object]:
        """Wire form."""
        return {
            "description": self.description,
            "quantity": exact(self.quantity),
            "unitPrice": exact(self.unit_price),
            "total": self.total,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """The proof of one captured payment. `paid_at` is an ISO day, amounts minor units of `currency_code`."""

    receipt_number: str
    paid_at: str
    currency_code: str
    business: BusinessView
    items: Sequence[ReceiptItem]
    subtotal: int
    tax: int
    total: int
    amount_paid: int
    amount_due: int = 0
    payment_method: str = ""
    reference: str = ""
    invoice_number: str | None = None
    customer: CustomerView | None = None
    cashier: str | None = None
    tendered: int | None = None
    change: int | None = None
    powered_by: str = ""

    def to_dict(self) -> dict[str, object]:
        """Wire form."""
        optional: dict[str, object] = {"cashier": self.cashier, "tendered": self.tendered, "change": self.change}
        return {
            "receiptNumber": self.receipt_number,
            "invoiceNumber": self.invoice_number,
            "paidAt": self.paid_at,
            "currencyCode": self.currency_code,
            "business": self.business.to_dict(),
            "customer": self.customer.to_dict() if self.customer else None,
            "items": [item.to_dict() for item in self.items],
            "subtotal": self.subtotal,
            "tax": self.tax,
            "total": self.total,
            "amountPaid": self.amount_paid,
            "amountDue": self.amount_due,
            "paymentMethod": self.payment_method,
            "reference": self.reference,
            "poweredBy": self.powered_by,
            **present(optional),
        }


@dataclass(frozen=True, slots=True)
class OrderModifier:
    """A choice that changes an item, such as an extra; amounts in minor units."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    total: int


@dataclass(frozen=True, slots=True)
class OrderItem:
    """A product of an order with its modifiers. `total` is without them."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    total: int
    modifiers: Sequence[OrderModifier] = ()

    def rows(self) -> list[dict[str, object]]:
        """The item's own row, then one per modifier, indented."""
        out = [ReceiptItem(self.description, self.quantity, self.unit_price, self.total).to_dict()]
        for modifier in self.modifiers:
            words = f"{MODIFIER_INDENT}{modifier.description}"
            out.append(ReceiptItem(words, modifier.quantity, modifier.unit_price, modifier.total).to_dict())
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecordView:
    """An order for the business's own records: no tax lines. `discount` is the positive amount taken off."""

    invoice_number: str
    order_number: str
    order_date: str
    currency_code: str
    business: BusinessView
    customer: CustomerView
    items: Sequence[OrderItem]
    subtotal: int
    total: int
    delivery_fee: int = 0
    discount: int = 0
    payment_method: str = ""
    payment_status: str = "Paid"
    note: str = ""
    powered_by: str = ""

    def to_dict(self) -> dict[str, object]:
        """Wire form; the discount goes out negative, as it is printed."""
        return {
            "invoiceNumber": self.invoice_number,
            "orderNumber": self.order_number,
            "orderDate": self.order_date,
            "currencyCode": self.currency_code,
            "business": self.business.to_dict(),
            "customer": self.customer.to_dict(),
            "rows": [row for item in self.items for row in item.rows()],
            "subtotal": self.subtotal,
            "deliveryFee": self.delivery_fee,
            "discount": -self.discount,
            "total": self.total,
            "paymentMethod": self.payment_method,
            "paymentStatus": self.payment_status,
            "note": self.note,
            "poweredBy": self.powered_by,
        }
