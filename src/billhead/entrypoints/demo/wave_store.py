"""Wave Store: a surf shop in Lisbon whose prices hold their IVA; boards repaired, boards rented, a book at 6 %."""

from datetime import date
from decimal import Decimal

from billhead.access.permissions import Role
from billhead.catalog.rules import ServiceKind
from billhead.clients.rules import ClientFields, ClientKind, Contact, TaxId
from billhead.entrypoints.demo.story import (
    DemoBusiness,
    Ending,
    Estimate,
    Person,
    Work,
    address,
    flat,
    labor,
    part,
    product,
)
from billhead.postal import PostalAddress
from billhead.tax.rules import Component, RateFields, RegionFields
from billhead.tenants.rules import Business, TaxRounding
from billhead.work_orders.rules import WorkOrderStatus

_BUSINESS = Business(
    name="Wave Store",
    legal_name="Wave Store, Lda.",
    address=PostalAddress(("Rua da Bica de Duarte Belo 27",), "Lisboa", None, "1200-054", "PT"),
    email="faturas@wave-store.example",
    phone=None,
    tax_number="PT510984720",
    time_zone="Europe/Lisbon",
    locale="pt-PT",
    currency="EUR",
    default_tax_region="PT",
    prices_include_tax=True,
    tax_rounding=TaxRounding.PER_GROUP,
    approval_required_for_consumers=False,
    estimate_binding_required=False,
    payment_days=15,
)

_PEOPLE = (
    Person("admin@wave-store.example", "Inês Carvalho", Role.ADMIN),
    Person("balcao@wave-store.example", "Rui Figueira", Role.CASHIER),
)


def _iva(percent: str, category: str, begin: date, end: date | None = None) -> RateFields:
    return RateFields(None, category, begin, end, (Component("IVA", Decimal(percent)),))


_REGIONS = (
    RegionFields(
        "PT", "Portugal continental", "PT",
        (
            _iva("21", "standard", date(2010, 7, 1), date(2011, 1, 1)),
            _iva("23", "standard", date(2011, 1, 1)),
            _iva("6", "reduced", date(2010, 7, 1)),
        ),
    ),
    RegionFields(
        "PT-20", "Região Autónoma dos Açores", "PT",
        (_iva("16", "standard", date(2021, 7, 1)), _iva("4", "reduced", date(2015, 7, 1))),
    ),
)  # fmt: skip

_PRODUCT, _SERVICE = ServiceKind.PRODUCT, ServiceKind.SERVICE
_SERVICES = (
    product("PR-62", "Prancha soft-top 6'2\"", _PRODUCT, "EUR", "289.00"),
    product("PR-90", "Longboard epóxi 9'0\"", _PRODUCT, "EUR", "749.00"),
    product("FT-43", "Fato de surf 4/3 mm", _PRODUCT, "EUR", "199.90"),
    product("FT-32", "Fato de surf 3/2 mm", _PRODUCT, "EUR", "149.90"),
    product("LY-TRP", "Licra de manga comprida", _PRODUCT, "EUR", "34.50"),
    product("LS-7", "Leash 7'", _PRODUCT, "EUR", "27.90"),
    product("QL-TRI", "Conjunto de quilhas, três", _PRODUCT, "EUR", "64.00"),
    product("PF-TRP", "Parafina para água fria", _PRODUCT, "EUR", "3.90"),
    product("CP-240", "Capa de viagem 240 cm", _PRODUCT, "EUR", "89.00"),
    product("LV-GUIA", "Livro: As ondas da costa atlântica", _PRODUCT, "EUR", "24.90", category="reduced"),
    product("AL-DIA", "Aluguer de prancha, um dia", _SERVICE, "EUR", "25.00", "dia"),
    product("AU-GRP", "Aula de surf em grupo", _SERVICE, "EUR", "35.00", "pessoa"),
    product("RP-DING", "Reparação de mossa", _SERVICE, "EUR", "40.00"),
    product("RP-HORA", "Oficina de pranchas", ServiceKind.LABOR, "EUR", "38.00", "hora"),
)

_CONSUMER, _COMPANY = ClientKind.CONSUMER, ClientKind.BUSINESS
_CLIENTS = (
    ClientFields(
        _CONSUMER, "Beatriz Nogueira", "C-101", billing_email="beatriz.nogueira@correio.example",
        billing_address=address("Rua do Poço dos Negros 88, 2.º D", "Lisboa", "1200-342", "PT"),
    ),
    ClientFields(
        _CONSUMER, "Tiago Sequeira", "C-102", billing_email="tiago@sequeira.example",
        billing_address=address("Avenida Marginal 5110", "Cascais", "2750-374", "PT"),
    ),
    ClientFields(
        _CONSUMER, "Ana Lúcia Medeiros", "C-103", billing_email="ana.medeiros@correio.example",
        billing_address=address("Rua da Misericórdia 12", "Ponta Delgada", "9500-093", "PT"), tax_region="PT-20",
    ),
    ClientFields(
        _CONSUMER, "Emily Hartnoll", "C-104", billing_email="emily@hartnoll.example", locale="en-GB",
        billing_address=address("14 Godrevy Terrace", "St Ives", "TR26 1JA", "GB"),
    ),
    ClientFields(
        _COMPANY, "Escola de Surf Maré Alta, Lda.", "E-201", billing_email="contas@mare-alta.example",
        contacts=(Contact("Nuno Bettencourt", "Gerente", "nuno@mare-alta.example"),),
        billing_address=address("Largo da Praia 3", "Ericeira", "2655-301", "PT"),
        tax_ids=(TaxId("eu.vat", "PT508736153"),),
    ),
    ClientFields(
        _COMPANY, "Hotel Farol do Guincho, S.A.", "E-202", billing_email="fornecedores@farol-guincho.example",
        billing_address=address("Estrada do Guincho 2413", "Cascais", "2750-642", "PT"),
        tax_ids=(TaxId("eu.vat", "PT512740933"),),
    ),
)  # fmt: skip

_WORK = (
    Work(
        reference="OF-0217", days_ago=0, client="Beatriz Nogueira", estimate=Estimate.NONE, approved=None,
        lines=[labor("Reparação do bordo e laminagem", "2.5", "38.00", "RP-HORA"),
               part("Leash 7'", "1", "27.90", "LS-7")],
    ),
    Work(
        reference="OF-0216", days_ago=1, client="Tiago Sequeira", estimate=Estimate.NONE, approved=None, ready=False,
        status=WorkOrderStatus.IN_PROGRESS, lines=[flat("Reparação de mossa", "40.00", "RP-DING", quantity="2")],
    ),
    Work(
        reference="OF-0215", days_ago=3, client="Hotel Farol do Guincho, S.A.", estimate=Estimate.NONE, approved=None,
        ending=Ending.DRAFTED,
        lines=[flat("Aluguer de prancha, um dia", "25.00", "AL-DIA", quantity="18"),
               flat("Aula de surf em grupo", "35.00", "AU-GRP", quantity="12")],
    ),
    Work(
        reference="OF-0214", days_ago=5, client="Escola de Surf Maré Alta, Lda.", estimate=Estimate.NONE, approved=None,
        ending=Ending.ISSUED,
        lines=[part("Prancha soft-top 6'2\"", "6", "289.00", "PR-62", percent_off="12.5"),
               part("Fato de surf 3/2 mm", "10", "149.90", "FT-32", percent_off="10"),
               part("Parafina para água fria", "40", "3.90", "PF-TRP"),
               part("Livro: As ondas da costa atlântica", "5", "24.90", "LV-GUIA")],
    ),
    Work(
        reference="OF-0213", days_ago=12, client="Ana Lúcia Medeiros", estimate=Estimate.NONE, approved=None,
        ending=Ending.ISSUED,
        lines=[part("Fato de surf 4/3 mm", "1", "199.90", "FT-43"),
               part("Capa de viagem 240 cm", "1", "89.00", "CP-240"),
               part("Livro: As ondas da costa atlântica", "1", "24.90", "LV-GUIA")],
    ),
    Work(
        reference="OF-0212", days_ago=24, client="Emily Hartnoll", estimate=Estimate.NONE, approved=None,
        ending=Ending.ISSUED,
        lines=[part("Longboard epóxi 9'0\"", "1", "749.00", "PR-90"),
               part("Conjunto de quilhas, três", "1", "64.00", "QL-TRI")],
    ),
    Work(
        reference="OF-0211", days_ago=37, client="Hotel Farol do Guincho, S.A.", estimate=Estimate.NONE, approved=None,
        ending=Ending.ISSUED, lines=[flat("Aula de surf em grupo", "35.00", "AU-GRP", quantity="22")],
    ),
    Work(
        reference="OF-0210", days_ago=52, client="Tiago Sequeira", estimate=Estimate.NONE, approved=None,
        ending=Ending.VOIDED, void_reason="Artigo devolvido no mesmo dia",
        lines=[part("Licra de manga comprida", "2", "34.50", "LY-TRP")],
    ),
)  # fmt: skip

WAVE_STORE = DemoBusiness(
    slug="wave-store", business=_BUSINESS, people=_PEOPLE, regions=_REGIONS, services=_SERVICES, clients=_CLIENTS,
    work=_WORK,
)  # fmt: skip
