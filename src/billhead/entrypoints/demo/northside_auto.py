"""Northside Auto: a repair shop in Seattle with drivers, fleets and a charity that is exempt from sales tax."""

from datetime import date
from decimal import Decimal

from billhead.access.permissions import Role
from billhead.catalog.rules import ServiceKind
from billhead.clients.rules import ClientFields, ClientKind, Contact, Location
from billhead.entrypoints.demo.northside_work import WORK
from billhead.entrypoints.demo.story import BOOKKEEPER, DemoBusiness, Person, address, product
from billhead.money import MinorUnits, Treatment
from billhead.postal import PostalAddress
from billhead.tax.fee_rules import CurrencyAmount, FeeBasis, FeeRuleFields, LineKind
from billhead.tax.rules import Component, RateFields, RegionFields
from billhead.tenants.rules import Business, TaxRounding

_BUSINESS = Business(
    name="Northside Auto",
    legal_name="Northside Auto Care LLC",
    address=PostalAddress(("4180 Aurora Avenue N",), "Seattle", "WA", "98103", "US"),
    email="billing@northside-auto.example",
    phone="+1 206 555 0142",
    tax_number="91-1204567",
    time_zone="America/Los_Angeles",
    locale="en-US",
    currency="USD",
    default_tax_region="US-WA-SEATTLE",
    prices_include_tax=False,
    tax_rounding=TaxRounding.PER_GROUP,
    approval_required_for_consumers=True,
    estimate_binding_required=True,
    payment_days=30,
)

_PEOPLE = (
    Person("admin@northside-auto.example", "Rosa Delgado", Role.ADMIN),
    Person("advisor@northside-auto.example", "Ben Achterberg", Role.ADVISOR),
    Person("cashier@northside-auto.example", "Keiko Tanabe", Role.CASHIER),
    Person("accountant@northside-auto.example", "Martin Oyelaran", Role.ACCOUNTANT),
    BOOKKEEPER,
)


def _rate(begin: tuple[int, int, int], end: tuple[int, int, int] | None, city: str, percent: str) -> RateFields:
    state = Component("Washington State", Decimal("6.5"))
    local = Component(city, Decimal(percent))
    return RateFields(None, "standard", date(*begin), date(*end) if end else None, (state, local))


_REGIONS = (
    RegionFields(
        "US-WA-SEATTLE", "Seattle, Washington", "US",
        (
            _rate((2021, 4, 1), (2024, 4, 1), "Seattle", "3.75"),
            _rate((2024, 4, 1), (2026, 1, 1), "Seattle", "3.85"),
            _rate((2026, 1, 1), None, "Seattle", "4.05"),
        ),
    ),
    RegionFields("US-WA-BELLEVUE", "Bellevue, Washington", "US", (_rate((2021, 4, 1), None, "Bellevue", "3.7"),)),
    RegionFields("US-WA-TACOMA", "Tacoma, Washington", "US", ()),
)  # fmt: skip

_FEE_RULES = (
    FeeRuleFields(
        "SHOP-SUPPLIES", "Shop supplies", FeeBasis.PERCENT, percent=Decimal(6),
        caps=(CurrencyAmount("USD", MinorUnits(3995)),), applies_to=(LineKind.LABOR,), valid_from=date(2021, 1, 1),
    ),
)  # fmt: skip

_LABOR, _PART = ServiceKind.LABOR, ServiceKind.PART
_SERVICES = (
    product("LAB-GEN", "General repair labor", _LABOR, "USD", "165.00", "hour"),
    product("LAB-DIAG", "Diagnostic labor", _LABOR, "USD", "185.00", "hour"),
    product("LAB-EV", "High-voltage and hybrid labor", _LABOR, "USD", "210.00", "hour"),
    product("OIL-SYN", "Full synthetic oil, 0W-20", _PART, "USD", "11.45", "quart"),
    product("FLT-OIL", "Oil filter", _PART, "USD", "12.90"),
    product("FLT-AIR", "Engine air filter", _PART, "USD", "28.40"),
    product("FLT-CAB", "Cabin air filter, activated carbon", _PART, "USD", "36.75"),
    product("BRK-PAD-F", "Brake pads, front, ceramic", _PART, "USD", "89.99", "set"),
    product("BRK-PAD-R", "Brake pads, rear, ceramic", _PART, "USD", "79.99", "set"),
    product("BRK-ROT", "Brake rotor, coated", _PART, "USD", "94.50"),
    product("BRK-FLD", "Brake fluid, DOT 4", _PART, "USD", "14.20", "bottle"),
    product("BAT-AGM", "Battery, AGM H6, 760 CCA", _PART, "USD", "239.00"),
    product("TIR-AS", "All-season tire, 225/60R18", _PART, "USD", "168.00"),
    product("TIR-BAL", "Mount and balance", ServiceKind.SERVICE, "USD", "24.00", "tire"),
    product("ALN-4W", "Four-wheel alignment", ServiceKind.SERVICE, "USD", "149.00"),
    product("SPK-IRI", "Spark plug, iridium", _PART, "USD", "17.80"),
    product("CLT-OE", "Coolant, OE specification", _PART, "USD", "24.60", "gallon"),
    product("WPR-BLD", "Wiper blade", _PART, "USD", "22.50"),
    product("INS-MULTI", "Multi-point inspection", ServiceKind.SERVICE, "USD", "59.00"),
    product("DSP-TIRE", "Tire disposal", ServiceKind.FEE, "USD", "4.50", "tire"),
    product("TOW-LOC", "Local tow, up to 10 miles", ServiceKind.SERVICE, "USD", "125.00"),
)

_CONSUMER, _COMPANY = ClientKind.CONSUMER, ClientKind.BUSINESS
_CLIENTS = (
    ClientFields(
        _CONSUMER, "Maya Okafor", "C-1001", billing_email="maya.okafor@mail.example",
        contacts=(Contact("Maya Okafor", phone="+1 206 555 0111", email="maya.okafor@mail.example"),),
        billing_address=address("1127 N 46th Street", "Seattle", "98103", "US", "WA"),
    ),
    ClientFields(
        _CONSUMER, "Daniel Reyes", "C-1002", billing_email="d.reyes@mail.example",
        contacts=(Contact("Daniel Reyes", phone="+1 206 555 0117"),),
        billing_address=address("815 NW 61st Street", "Seattle", "98107", "US", "WA"),
    ),
    ClientFields(
        _CONSUMER, "Priya Raman", "C-1003", billing_email="priya@raman.example",
        billing_address=address("2304 E Union Street\nApt 3B", "Seattle", "98122", "US", "WA"),
    ),
    ClientFields(
        _CONSUMER, "Tom Halvorsen", "C-1004", billing_email="tom@halvorsen.example",
        billing_address=address("6510 Seaview Avenue NW", "Seattle", "98117", "US", "WA"),
    ),
    ClientFields(
        _CONSUMER, "Linh Tran", "C-1005", billing_email="linh.tran@mail.example",
        billing_address=address("3921 S Othello Street", "Seattle", "98118", "US", "WA"),
    ),
    ClientFields(
        _CONSUMER, "Grace Whitaker", "C-1006",
        contacts=(Contact("Grace Whitaker", phone="+1 206 555 0123"),),
        billing_address=address("4402 Greenwood Avenue N", "Seattle", "98103", "US", "WA"),
    ),
    ClientFields(
        _CONSUMER, "Owen Castellano", "C-1007", billing_email="owen.c@mail.example",
        billing_address=address("1719 12th Avenue S", "Seattle", "98144", "US", "WA"),
    ),
    ClientFields(
        _CONSUMER, "Lucía Morales", "C-1008", billing_email="lucia.morales@mail.example", locale="es-US",
        billing_address=address("9045 16th Avenue SW", "Seattle", "98106", "US", "WA"),
    ),
    ClientFields(
        _COMPANY, "Rainier Couriers LLC", "F-2001", billing_email="ap@rainier-couriers.example",
        contacts=(
            Contact("Joanne Beck", "Fleet manager", "joanne.beck@rainier-couriers.example", "+1 206 555 0161"),
            Contact("Accounts payable", "Accounting", "ap@rainier-couriers.example"),
        ),
        billing_address=address("1401 NW Leary Way\nSuite 210", "Seattle", "98107", "US", "WA"),
        locations=(
            Location(None, "Ballard depot", address("1401 NW Leary Way", "Seattle", "98107", "US", "WA"),
                     "US-WA-SEATTLE"),
            Location(None, "Bellevue depot", address("12020 Northup Way", "Bellevue", "98005", "US", "WA"),
                     "US-WA-BELLEVUE"),
        ),
    ),
    ClientFields(
        _COMPANY, "Puget Produce Company", "F-2002", billing_email="accounts@puget-produce.example",
        contacts=(Contact("Sal Moretti", "Dispatcher", phone="+1 206 555 0168"),),
        billing_address=address("2555 Utah Avenue S", "Seattle", "98134", "US", "WA"),
    ),
    ClientFields(
        _COMPANY, "Emerald City Plumbing", "F-2003", billing_email="office@emerald-plumbing.example",
        billing_address=address("750 N 143rd Street", "Seattle", "98133", "US", "WA"),
    ),
    ClientFields(
        _COMPANY, "Tahoma Food Bank", "F-2004", billing_email="bookkeeping@tahoma-foodbank.example",
        contacts=(Contact("Ingrid Solheim", "Operations", "ingrid@tahoma-foodbank.example", "+1 206 555 0173"),),
        billing_address=address("4007 Rainier Avenue S", "Seattle", "98118", "US", "WA"),
        tax_treatment=Treatment.EXEMPT, tax_reason="Non-profit organization, exemption certificate on file",
    ),
    ClientFields(
        _COMPANY, "Commencement Film Rentals", "F-2005", billing_email="ap@commencement-film.example",
        billing_address=address("1901 Jefferson Avenue", "Tacoma", "98402", "US", "WA"), tax_region="US-WA-TACOMA",
    ),
    ClientFields(
        _COMPANY, "Kestrel Robotics Inc.", "F-2006", billing_email="invoices@kestrel-robotics.example",
        billing_address=address("615 Westlake Avenue N", "Seattle", "98109", "US", "WA"), approval_required=True,
    ),
    ClientFields(
        _COMPANY, "Old Mill Bakery", "F-2007", billing_email="hello@oldmill-bakery.example", archived=True,
        billing_address=address("5410 Ballard Avenue NW", "Seattle", "98107", "US", "WA"),
    ),
)  # fmt: skip

NORTHSIDE_AUTO = DemoBusiness(
    slug="northside-auto", business=_BUSINESS, people=_PEOPLE, regions=_REGIONS, fee_rules=_FEE_RULES,
    services=_SERVICES, clients=_CLIENTS, work=WORK,
)  # fmt: skip
