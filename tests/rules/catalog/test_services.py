from dataclasses import replace
from decimal import Decimal

import pytest

from billhead.catalog.rules import ServiceFields, ServiceKind, UnitPrice, check_service
from billhead.refusal import Malformed

BRAKES = ServiceFields("BRK-1", "Brake inspection", ServiceKind.LABOR, prices=(UnitPrice("USD", Decimal("9600")),))


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, set()),
        ({"tax_category": "super-reduced"}, set()),
        ({"prices": (UnitPrice("USD", Decimal("0.000000000001")), UnitPrice("JPY", Decimal(0)))}, set()),
        ({"prices": (UnitPrice("JPY", Decimal("-5")),)}, {"prices[0].unitPrice"}),
        ({"tax_category": "Reduced"}, {"taxCategory"}),
        ({"tax_category": "reduced\n"}, {"taxCategory"}),
        ({"prices": (UnitPrice("US", Decimal(1)),)}, {"prices[0].currency"}),
        ({"prices": (UnitPrice("USD", Decimal(1)), UnitPrice("USD", Decimal(2)))}, {"prices[1].currency"}),
        ({"prices": (UnitPrice("USD", Decimal("1e-13")),)}, {"prices[0].unitPrice"}),
        ({"prices": (UnitPrice("USD", Decimal("NaN")),)}, {"prices[0].unitPrice"}),
        (
            {"tax_category": "", "prices": (UnitPrice("?", Decimal("1e19")),)},
            {"taxCategory", "prices[0].currency", "prices[0].unitPrice"},
        ),
    ],
)
def test_what_may_be_said(fields: dict[str, object], errors: set[str]) -> None:
    service = replace(BRAKES, **fields)  # type: ignore[arg-type]
    if not errors:
        check_service(service)
        return
    with pytest.raises(Malformed) as refused:
        check_service(service)
    assert set(refused.value.field_errors) == errors
