"""Lumen IT Services: managed services in Berlin for companies, one of them in Austria under reverse charge."""

from datetime import date
from decimal import Decimal

from billhead.access.permissions import Role
from billhead.catalog.rules import ServiceKind
from billhead.clients.rules import ClientFields, ClientKind, Contact, Location, TaxId
from billhead.entrypoints.demo.story import (
    BOOKKEEPER,
    DemoBusiness,
    Ending,
    Estimate,
    Line,
    Person,
    Work,
    address,
    flat,
    labor,
    part,
    product,
)
from billhead.money import Treatment
from billhead.postal import PostalAddress
from billhead.tax.rules import Component, RateFields, RegionFields
from billhead.tenants.rules import Business, TaxRounding
from billhead.work_orders.rules import WorkOrderStatus

_BUSINESS = Business(
    name="Lumen IT Services",
    legal_name="Lumen IT Services GmbH",
    address=PostalAddress(("Skalitzer Straße 141",), "Berlin", None, "10999", "DE"),
    email="rechnung@lumen-msp.example",
    phone="+49 30 23125 118",
    tax_number="DE314526780",
    time_zone="Europe/Berlin",
    locale="de-DE",
    currency="EUR",
    default_tax_region="DE",
    prices_include_tax=False,
    tax_rounding=TaxRounding.PER_GROUP,
    approval_required_for_consumers=True,
    estimate_binding_required=True,
    payment_days=14,
)

_PEOPLE = (
    Person("admin@lumen-msp.example", "Annika Voss", Role.ADMIN),
    Person("buchhaltung@lumen-msp.example", "Jörg Petersen", Role.ACCOUNTANT),
    BOOKKEEPER,
)


def _vat(percent: str, category: str, begin: date, end: date | None = None) -> RateFields:
    return RateFields(None, category, begin, end, (Component("MwSt.", Decimal(percent)),))


_REGIONS = (
    RegionFields(
        "DE", "Deutschland", "DE",
        (
            _vat("19", "standard", date(2007, 1, 1), date(2020, 7, 1)),
            _vat("16", "standard", date(2020, 7, 1), date(2021, 1, 1)),
            _vat("19", "standard", date(2021, 1, 1)),
            _vat("7", "reduced", date(2021, 1, 1)),
        ),
    ),
)  # fmt: skip

_LABOR, _SERVICE, _PRODUCT = ServiceKind.LABOR, ServiceKind.SERVICE, ServiceKind.PRODUCT
_SERVICES = (
    product("MS-CLIENT", "Arbeitsplatz, gemanagt", _SERVICE, "EUR", "49.00", "Gerät/Monat"),
    product("MS-SERVER", "Server, gemanagt", _SERVICE, "EUR", "189.00", "Server/Monat"),
    product("MS-FW", "Firewall, gemanagt", _SERVICE, "EUR", "79.00", "Gerät/Monat"),
    product("BK-GB", "Datensicherung, Speicher", _SERVICE, "EUR", "0.045", "GB/Monat"),
    product("ML-FILTER", "E-Mail-Filter", _SERVICE, "EUR", "2.90", "Postfach/Monat"),
    product("ST-VORORT", "Techniker vor Ort", _LABOR, "EUR", "118.00", "Stunde"),
    product("ST-FERN", "Fernwartung", _LABOR, "EUR", "96.00", "Stunde"),
    product("ST-PLAN", "Planung und Beratung", _LABOR, "EUR", "135.00", "Stunde"),
    product("AN-FAHRT", "Anfahrt Berlin", ServiceKind.FEE, "EUR", "35.00", "Fahrt"),
    product("HW-SWITCH", "Switch, 24 Ports, PoE+", _PRODUCT, "EUR", "412.50"),
    product("HW-AP", "WLAN-Zugangspunkt, Wi-Fi 6E", _PRODUCT, "EUR", "168.90"),
    product("HW-NB", "Notebook 14 Zoll, 32 GB", _PRODUCT, "EUR", "1249.00"),
    product("SC-AWARE", "Handbuch Sicherheit im Büro, gedruckt", _PRODUCT, "EUR", "18.50", category="reduced"),
)

_CLIENTS = (
    ClientFields(
        ClientKind.BUSINESS, "Kanzlei Brandt & Partner mbB", "K-3001", billing_email="buero@brandt-partner.example",
        contacts=(Contact("Helga Brandt", "Partnerin", "brandt@brandt-partner.example", "+49 30 23125 204"),),
        billing_address=address("Kantstraße 152", "Berlin", "10623", "DE"),
        tax_ids=(TaxId("eu.vat", "DE271845030"),),
    ),
    ClientFields(
        ClientKind.BUSINESS, "Spreewerk Architekten GmbH", "K-3002", billing_email="rechnungen@spreewerk.example",
        contacts=(Contact("Cem Aydın", "Geschäftsführer", "aydin@spreewerk.example", "+49 30 23125 317"),),
        billing_address=address("Köpenicker Straße 48\nAufgang C", "Berlin", "10179", "DE"),
        tax_ids=(TaxId("eu.vat", "DE309164270"),),
    ),
    ClientFields(
        ClientKind.BUSINESS, "Havelland Logistik GmbH & Co. KG", "K-3003", billing_email="kreditoren@havelland.example",
        billing_address=address("Industriestraße 9", "Nauen", "14641", "DE"),
        locations=(
            Location(None, "Lager Nauen", address("Industriestraße 9", "Nauen", "14641", "DE"), "DE"),
            Location(None, "Lager Großbeeren", address("Märkische Allee 31", "Großbeeren", "14979", "DE"), "DE"),
        ),
        tax_ids=(TaxId("eu.vat", "DE288573100"),),
    ),
    ClientFields(
        ClientKind.BUSINESS, "Nordlicht Medien GmbH", "K-3004", billing_email="office@nordlicht-medien.example",
        billing_address=address("Torstraße 201", "Berlin", "10115", "DE"),
        tax_ids=(TaxId("eu.vat", "DE296401853"),), approval_required=True,
    ),
    ClientFields(
        ClientKind.BUSINESS, "Praxis Dr. med. Sommer", "K-3005", billing_email="praxis@dr-sommer.example",
        billing_address=address("Schloßstraße 77", "Berlin", "12163", "DE"),
    ),
    ClientFields(
        ClientKind.BUSINESS, "Alpenblick Hotels GmbH", "K-3006", billing_email="buchhaltung@alpenblick.example",
        locale="de-AT", billing_address=address("Getreidegasse 101", "Salzburg", "5020", "AT"),
        tax_treatment=Treatment.REVERSE_CHARGE, tax_ids=(TaxId("eu.vat", "ATU61840725"),),
        tax_reason="Steuerschuldnerschaft des Leistungsempfängers (Art. 196 MwStSystRL)",
    ),
)  # fmt: skip


def _month(devices: str, servers: str, gigabytes: str, mailboxes: str) -> list[Line]:
    return [
        flat("Arbeitsplatz, gemanagt", "49.00", "MS-CLIENT", quantity=devices),
        flat("Server, gemanagt", "189.00", "MS-SERVER", quantity=servers),
        flat("Datensicherung, Speicher in GB", "0.045", "BK-GB", quantity=gigabytes),
        flat("E-Mail-Filter", "2.90", "ML-FILTER", quantity=mailboxes),
    ]


_WORK = (
    Work(
        reference="AU-2026", days_ago=0, client="Spreewerk Architekten GmbH",
        lines=[
            labor("Fehlersuche im Netzwerk, Switch getauscht", "3.25", "118.00", "ST-VORORT"),
            flat("Anfahrt Berlin", "35.00", "AN-FAHRT"),
            part("Switch, 24 Ports, PoE+", "1", "412.50", "HW-SWITCH"),
        ],
        papers=[("SERVICE_REPORT", "Arbeitsbericht")],
    ),
    Work(
        reference="AU-2025", days_ago=1, client="Nordlicht Medien GmbH", approved=None,
        lines=[labor("Umzug der Postfächer, Planung", "6", "135.00", "ST-PLAN")], ending=Ending.DRAFTED,
    ),
    Work(
        reference="AU-2024", days_ago=2, client="Havelland Logistik GmbH & Co. KG", location="Lager Großbeeren",
        status=WorkOrderStatus.IN_PROGRESS, ready=False,
        lines=[part("WLAN-Zugangspunkt, Wi-Fi 6E", "8", "168.90", "HW-AP")],
    ),
    Work(
        reference="AU-2023", days_ago=4, client="Kanzlei Brandt & Partner mbB", ending=Ending.DRAFTED,
        estimate=Estimate.UNBOUND, lines=[labor("Fernwartung: Zertifikate erneuert", "0.75", "96.00", "ST-FERN")],
    ),
    Work(
        reference="AU-2022", days_ago=7, client="Alpenblick Hotels GmbH", ending=Ending.ISSUED,
        lines=[
            labor("Netzwerkkonzept für zwei Häuser", "12.5", "135.00", "ST-PLAN"),
            labor("Fernwartung: Einrichtung der Firewall", "4", "96.00", "ST-FERN"),
            flat("Firewall, gemanagt", "79.00", "MS-FW", quantity="2"),
        ],
    ),
    Work(
        reference="AU-2021", days_ago=18, client="Havelland Logistik GmbH & Co. KG", location="Lager Nauen",
        ending=Ending.ISSUED, lines=_month("42", "3", "18450", "57"),
    ),
    Work(
        reference="AU-2020", days_ago=19, client="Kanzlei Brandt & Partner mbB", ending=Ending.ISSUED,
        lines=[*_month("14", "1", "2380.5", "19"),
               part("Handbuch Sicherheit im Büro, gedruckt", "14", "18.50", "SC-AWARE")],
    ),
    Work(
        reference="AU-2019", days_ago=34, client="Praxis Dr. med. Sommer", ending=Ending.ISSUED,
        lines=[part("Notebook 14 Zoll, 32 GB", "2", "1249.00", "HW-NB", percent_off="4"),
               labor("Einrichtung und Datenübernahme", "3.5", "118.00", "ST-VORORT"),
               flat("Anfahrt Berlin", "35.00", "AN-FAHRT", quantity="2")],
    ),
    Work(
        reference="AU-2018", days_ago=49, client="Havelland Logistik GmbH & Co. KG", location="Lager Nauen",
        ending=Ending.REBILLED, void_reason="Anzahl der Postfächer falsch gemeldet",
        lines=_month("42", "3", "17920", "57"),
    ),
    Work(
        reference="AU-2017", days_ago=81, client="Spreewerk Architekten GmbH", ending=Ending.ISSUED,
        lines=[labor("WLAN ausgemessen und geplant", "5", "135.00", "ST-PLAN"),
               part("WLAN-Zugangspunkt, Wi-Fi 6E", "4", "168.90", "HW-AP")],
    ),
)  # fmt: skip

LUMEN_MSP = DemoBusiness(
    slug="lumen-msp", business=_BUSINESS, people=_PEOPLE, regions=_REGIONS, services=_SERVICES, clients=_CLIENTS,
    work=_WORK,
)  # fmt: skip
