"""What the golden pages show: one business and its customer in three languages, in four kinds of document."""

from base64 import b64encode
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from billhead import layout
from billhead.layout.document import Document
from billhead.layout.standard import STANDARD_TEMPLATES, StandardTemplate, standard_template
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

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class World:
    """Names and words of one language. `unit` is the minor units of one whole unit of the currency."""

    locale: str
    currency: str
    unit: int
    paper: Literal["Letter", "A4"]
    business: str
    business_address: str
    business_tax_id: str
    phone: str
    email: str
    customer: str
    customer_address: str
    customer_tax_id: str
    contact: str
    services: tuple[str, ...]
    phases: tuple[str, str]
    sites: tuple[Location, Location]
    tax: tuple[TaxLine, ...]
    notes: str
    scope: str
    terms: str
    method: str
    note: str
    modifier: str


def a_logo(width: int = 150, height: int = 40, color: str = "#0f766e") -> str:
    """A lamp beside three bars, as a data URI."""
    radius = min(width, height) / 2
    shapes = (
        f'<circle cx="{radius}" cy="{radius}" r="{radius}" fill="{color}"/>'
        f'<circle cx="{radius}" cy="{radius}" r="{radius * 0.4}" fill="#fff"/>'
        + "".join(
            f'<rect x="{height + 12}" y="{height * at}" width="{(width - height - 12) * share}" '
            f'height="{height * 0.16}" fill="{color}"/>'
            for at, share in ((0.1, 1.0), (0.42, 0.7), (0.74, 0.85))
            if width > height + 12
        )
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{shapes}</svg>'
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


LOGO = a_logo()
ENGLISH = World(
    locale="en-US",
    currency="USD",
    unit=100,
    paper="Letter",
    business="Lumen IT Services, Inc.",
    business_address="12 Dock Road, Suite 400\nSeattle, WA 98101\nUnited States",
    business_tax_id="91-2837465",
    phone="+1 206 555 0142",
    email="billing@lumen.example",
    customer="Harbour & Sons Shipping LLC",
    customer_address="Attn. Accounts Payable\n2200 Alaskan Way\nSeattle, WA 98121\nUnited States",
    customer_tax_id="84-1120934",
    contact="Grete Harbour",
    services=(
        "Managed workstations\nMarch 2025, 42 devices with monitoring, patches and backup",
        "Firewall replacement, on site",
        "Microsoft 365 Business Premium",
        "Emergency call-out, Sunday 9 March, including travel to the container terminal and back",
        "Network cable Cat 6A, per metre",
    ),
    phases=("Preparation", "Rollout"),
    sites=(
        Location("a", "Harbour Office", "2200 Alaskan Way", city="Seattle", state_province="WA", postal_code="98121"),
        Location("b", "North Depot", "4 Mill Lane", city="Everett", state_province="WA", postal_code="98201"),
    ),
    tax=(TaxLine("WA sales tax", Decimal("0.065"), 0, 0), TaxLine("Seattle", Decimal("0.0385"), 0, 0)),
    notes="Please pay by bank transfer to First Harbor Bank, routing 125000024, account 4410 2291.\n"
    "Thank you for your business.",
    scope="Replace the switching in both buildings, with cabling, configuration and a month of care after handover.",
    terms="Net 30 days. Prices are valid for thirty days and exclude sales tax.\n"
    "Hardware stays our property until it is paid in full.",
    method="Visa •••• 4242",
    note="Please ring twice.",
    modifier="Express delivery",
)
GERMAN = World(
    locale="de-DE",
    currency="EUR",
    unit=100,
    paper="A4",
    business="Lumen IT-Dienste GmbH",
    business_address="Hafenstraße 12\n20457 Hamburg\nDeutschland",
    business_tax_id="DE123456789",
    phone="+49 40 555 0142",
    email="rechnung@lumen.example",
    customer="Süddeutsche Großküchengerätevertriebsgesellschaft mbH & Co. KG",
    customer_address="z. Hd. Kreditorenbuchhaltung\nÄußere Nürnberger Straße 214 b\n91052 Erlangen\nDeutschland",
    customer_tax_id="DE987654321",
    contact="Grete Süß",
    services=(
        "Betreute Arbeitsplätze\nMärz 2025, 42 Geräte mit Überwachung, Aktualisierung und Sicherung",
        "Austausch der Firewall vor Ort",
        "Microsoft 365 Business Premium",
        "Noteinsatz am Sonntag, 9. März, einschließlich An- und Abfahrt zum Containerterminal",
        "Netzwerkkabel Cat 6A, je Meter",
    ),
    phases=("Vorbereitung", "Umsetzung"),
    sites=(
        Location("a", "Hauptverwaltung", "Äußere Nürnberger Straße 214 b", city="Erlangen", postal_code="91052"),
        Location("b", "Auslieferungslager Nord", "Mühlenweg 4", city="Lübeck", postal_code="23552"),
    ),
    tax=(TaxLine("MwSt.", Decimal("0.19"), 0, 0), TaxLine("MwSt.", Decimal("0.07"), 0, 0)),
    notes="Zahlbar ohne Abzug auf IBAN DE02 1203 0000 0000 2020 51, BIC BYLADEM1001.\nVielen Dank für Ihren Auftrag.",
    scope="Austausch der Switches in beiden Gebäuden mit Verkabelung, Einrichtung und einem Monat Begleitung.",
    terms="Zahlungsziel 30 Tage netto. Das Angebot gilt dreißig Tage; alle Preise zuzüglich Umsatzsteuer.\n"
    "Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum.",
    method="SEPA-Überweisung",
    note="Bitte zweimal klingeln.",
    modifier="Expresslieferung",
)
ARABIC = World(
    locale="ar-KW",
    currency="KWD",
    unit=1000,
    paper="A4",
    business="شركة Lumen لخدمات تقنية المعلومات",
    business_address="شارع الخليج العربي، برج 12، الطابق 4\nمدينة الكويت 13001\nالكويت",
    business_tax_id="KW-300124578",
    phone="+965 2222 0142",
    email="billing@lumen.example",
    customer="مؤسسة الميناء للشحن (Harbour & Sons)",
    customer_address="عناية: قسم الحسابات الدائنة\nشارع أحمد الجابر 22\nالشرق 15461\nالكويت",
    customer_tax_id="KW-100987654",
    contact="نورة الصباح",
    services=(
        "إدارة محطات العمل\nمارس 2025، 42 جهازًا مع المراقبة والتحديثات والنسخ الاحتياطي",
        "استبدال جدار الحماية في الموقع",
        "Microsoft 365 Business Premium",
        "استدعاء طارئ يوم الأحد 9 مارس، شاملًا التنقل إلى محطة الحاويات والعودة (2 × 35 كم)",
        "كابل شبكة Cat 6A، للمتر الواحد",
    ),
    phases=("الإعداد", "التنفيذ"),
    sites=(
        Location("a", "مكتب الميناء", "شارع أحمد الجابر 22", city="الشرق", postal_code="15461"),
        Location("b", "المستودع الشمالي", "طريق المطلاع 4", city="الجهراء", postal_code="01753"),
    ),
    tax=(TaxLine("ضريبة القيمة المضافة", Decimal("0.05"), 0, 0),),
    notes="يُرجى التحويل إلى الحساب KW81CBKU0000000000001234560101 لدى البنك التجاري.\nشكرًا لتعاملكم معنا.",
    scope="استبدال مبدّلات الشبكة في المبنيين مع التمديدات والإعداد ومتابعة لمدة شهر بعد التسليم.",
    terms="السداد خلال 30 يومًا. تسري الأسعار لمدة ثلاثين يومًا ولا تشمل الضريبة.\n"
    "تبقى الأجهزة ملكًا لنا حتى سداد كامل قيمتها.",
    method="بطاقة KNET",
    note="يُرجى قرع الجرس مرتين.",
    modifier="توصيل سريع",
)
WORLDS = {"en": ENGLISH, "de": GERMAN, "ar": ARABIC}
_LINES = (
    (Decimal(42), Decimal(38), True),
    (Decimal("6.5"), Decimal(120), False),
    (Decimal(42), Decimal(22), True),
    (Decimal(1), Decimal(480), False),
    (Decimal("185.5"), Decimal("0.945"), False),
)


def _cycled(world: World, lines: int) -> list[tuple[int, str, Decimal, Decimal, bool]]:
    """(number, words, quantity, price in whole units, recurring) of so many lines."""
    return [(number, world.services[number % 5], *_LINES[number % 5]) for number in range(lines)]


def _amount(quantity: Decimal, price: Decimal, unit: int) -> int:
    return int(quantity * price * unit)


def an_invoice(world: World, lines: int = 5, logo: str | None = LOGO) -> Json:
    """A part-paid invoice over two sites."""
    items = [
        InvoiceItem(
            id=str(number),
            description=words,
            quantity=quantity,
            unit_price=price * world.unit,
            total=_amount(quantity, price, world.unit),
            billing_timing="arrears" if recurring else None,
            location=world.sites[number % 2],
        )
        for number, words, quantity, price, recurring in _cycled(world, lines)
    ]
    subtotal = sum(item.total for item in items)
    taxes = [TaxLine(line.name, line.rate, subtotal, int(subtotal * (line.rate or 0))) for line in world.tax]
    tax = sum(line.amount for line in taxes)
    paid = 1000 * world.unit
    return InvoiceView(
        invoice_number="INV-2025-00042",
        issue_date="2025-03-31",
        due_date="2025-04-30",
        currency_code=world.currency,
        customer=Party(world.customer, world.customer_address, tax_id=world.customer_tax_id),
        tenant=Party(world.business, world.business_address, logo, world.business_tax_id),
        items=items,
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax,
        tax_lines=taxes,
        po_number="PO-7731",
        notes=world.notes,
        amount_paid=paid,
        amount_due=subtotal + tax - paid,
    ).to_dict(world.locale)


def a_quote(world: World, lines: int = 5, logo: str | None = LOGO) -> Json:
    """A quote in two phases over two sites, with an option and a discount."""
    items = [
        QuoteItem(
            id=str(number),
            description=words,
            quantity=quantity,
            unit_price=price * world.unit,
            total_price=_amount(quantity, price, world.unit),
            net_amount=_amount(quantity, price, world.unit),
            tax_amount=int(_amount(quantity, price, world.unit) * (world.tax[0].rate or 0)),
            is_recurring=recurring,
            is_optional=number == 3,
            phase=world.phases[number % 2],
            location=world.sites[number % 2],
        )
        for number, words, quantity, price, recurring in _cycled(world, lines)
    ]
    subtotal = sum(item.total_price for item in items)
    discount = 150 * world.unit
    tax = int((subtotal - discount) * sum((line.rate or Decimal(0)) for line in world.tax[:1]))
    return QuoteView(
        quote_id="0197",
        quote_number="Q-2025-0042",
        currency_code=world.currency,
        status="SENT",
        version=2,
        items=items,
        subtotal=subtotal,
        discount_total=-discount,
        tax=tax,
        total_amount=subtotal - discount + tax,
        title=world.services[1],
        description=world.scope,
        quote_date="2025-03-05",
        valid_until="2025-04-04",
        po_number=None,
        terms_and_conditions=world.terms,
        client_notes=world.notes.partition("\n")[2],
        client=QuoteParty(world.customer, world.customer_address),
        contact=QuoteParty(world.contact),
        tenant=QuoteParty(world.business, world.business_address, logo_url=logo),
        accepted_by_name=world.contact,
        accepted_at="2025-03-14",
    ).to_dict()


def a_receipt(world: World, lines: int = 3, logo: str | None = LOGO) -> Json:
    """A receipt paid in full by card."""
    items = [
        ReceiptItem(words.partition("\n")[0], quantity, price * world.unit, _amount(quantity, price, world.unit))
        for _, words, quantity, price, _ in _cycled(world, lines)
    ]
    subtotal = sum(item.total for item in items)
    tax = int(subtotal * (world.tax[0].rate or 0))
    return ReceiptView(
        receipt_number="R-000231",
        invoice_number="INV-2025-00042",
        paid_at="2025-04-02",
        currency_code=world.currency,
        business=BusinessView(world.business, world.business_address, world.phone, world.email, logo),
        customer=CustomerView(world.customer, world.customer_address),
        items=items,
        subtotal=subtotal,
        tax=tax,
        total=subtotal + tax,
        amount_paid=subtotal + tax,
        payment_method=world.method,
        reference="ch_3Px8812Q",
        powered_by="Powered by Billhead",
    ).to_dict()


def an_order_record(world: World, lines: int = 3, logo: str | None = LOGO) -> Json:
    """An order with a modifier, a delivery fee and a discount."""
    express = OrderModifier(world.modifier, Decimal(1), Decimal(15 * world.unit), 15 * world.unit)
    items = [
        OrderItem(
            words.partition("\n")[0],
            quantity,
            price * world.unit,
            _amount(quantity, price, world.unit),
            [express] if number == 0 else [],
        )
        for number, words, quantity, price, _ in _cycled(world, lines)
    ]
    subtotal = sum(item.total for item in items) + express.total
    return OrderRecordView(
        invoice_number="INV-2025-0007",
        order_number="1042",
        order_date="2025-03-27",
        currency_code=world.currency,
        business=BusinessView(world.business, world.business_address, world.phone, world.email, logo),
        customer=CustomerView(world.contact, world.customer_address, world.phone, "grete@harbour.example"),
        items=items,
        subtotal=subtotal,
        delivery_fee=12 * world.unit,
        discount=50 * world.unit,
        total=subtotal - 38 * world.unit,
        payment_method=world.method,
        note=world.note,
        powered_by="Powered by Billhead",
    ).to_dict()


DATA = {"invoice": an_invoice, "quote": a_quote, "receipt": a_receipt, "order-record": an_order_record}
CASES = tuple((standard, language) for standard in STANDARD_TEMPLATES for language in WORLDS)


def a_golden_document(standard: StandardTemplate, language: str) -> Document:
    """The document of a standard template in one of the languages, on that country's paper."""
    world = WORLDS[language]
    data = DATA[standard.kind](world)
    return layout.compose(standard_template(standard.code), data, locale=world.locale, paper=world.paper)
