"""The invoice that every side of `./dev bench pdf` makes into a PDF: as many lines as wanted, equal for equal numbers.

`view` is what Billhead takes. `written` holds the same texts as they stand on the page, for makers that have neither
templates nor number formats of their own: they only have to place them.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Literal

from billhead.layout.document import Document, Node, Table
from billhead.layout.view_models import InvoiceItem, InvoiceView, Party, TaxLine

Script = Literal["latin", "arabic"]
LOCALES: dict[Script, str] = {"latin": "en", "arabic": "ar"}
WORDS: dict[Script, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "latin": (
        ("Brake pad", "Oil filter", "Network cabinet", "Window seal", "Cooling pump", "Timing belt", "Door closer"),
        ("replacement", "inspection", "delivery", "repair on site", "installation", "maintenance, quarterly"),
        ("unit", "bay", "floor", "vehicle", "room"),
    ),
    "arabic": (
        ("مضخة التبريد", "مرشح الزيت", "خزانة الشبكة", "حزام التوقيت", "لوحة المفاتيح"),
        ("استبدال", "فحص دوري", "توصيل", "إصلاح في الموقع", "تركيب"),
        ("وحدة", "غرفة", "مركبة", "طابق"),
    ),
}
PARTIES: dict[Script, tuple[Party, Party]] = {
    "latin": (
        Party("Northside Works Ltd", "12 Dock Road\nBristol BS1 6QF\nUnited Kingdom"),
        Party("Harbour & Sons GmbH", "Hafenstraße 9\n20457 Hamburg\nDeutschland"),
    ),
    "arabic": (
        Party("شركة الشمال للأعمال", "١٢ شارع الميناء\nدبي"),
        Party("مؤسسة المرفأ وأبناؤه", "٩ شارع البحر\nمسقط"),
    ),
}


def view(lines: int, seed: int, script: Script = "latin") -> dict[str, object]:
    """The view model as JSON. Another seed gives other texts and amounts, so that no side can keep a page."""
    chance = random.Random(f"{lines} {seed} {script}")
    whats, deeds, places = WORDS[script]
    items = []
    for number in range(lines):
        quantity, price = Decimal(chance.randint(1, 80)) / 4, Decimal(chance.randint(100, 250_000))
        what = f"{chance.choice(whats)}, {chance.choice(deeds)}, {chance.choice(places)} {chance.randint(1, 9999)}"
        items.append(
            InvoiceItem(
                id=str(number), description=what, quantity=quantity, unit_price=price, total=int(quantity * price)
            )
        )
    subtotal = sum(item.total for item in items)
    tax = subtotal // 5
    seller, buyer = PARTIES[script]
    return InvoiceView(
        invoice_number=f"INV-{chance.randint(1, 999_999):06d}",
        issue_date="2025-03-05",
        due_date="2025-04-04",
        currency_code="EUR",
        customer=buyer,
        tenant=seller,
        items=items,
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax,
        tax_lines=[TaxLine("VAT", Decimal("0.2"), subtotal, tax)],
        po_number=f"PO-{chance.randint(1, 9999)}",
        notes="Thank you. Payable within thirty days without deduction.",
    ).to_dict(LOCALES[script])


def written(document: Document) -> dict[str, object]:
    """The texts of a composed document: those `before` the table, its `head` and `rows`, those `after` it."""
    found: list[Table] = []
    before: list[str] = []
    after: list[str] = []

    def walk(node: Node) -> None:
        if isinstance(node, Table):
            found.append(node)
        elif text := getattr(node, "text", ""):
            (after if found else before).append(text)
        for child in getattr(node, "children", ()):
            walk(child)

    walk(document.root)
    (table,) = found
    head, *rows = [[cell.text for cell in row.cells] for row in (*table.head, *table.body)]
    return {"before": before, "head": head, "rows": rows, "after": after}
