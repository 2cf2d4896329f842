from dataclasses import replace
from uuid import UUID

import pytest

from billhead.clients.rules import ClientFields, ClientKind, Contact, Location, check_client
from billhead.clients.tax_ids import SCHEMES, TaxId, find_tax_id_fault, normalize_tax_id
from billhead.money import Treatment
from billhead.postal import PostalAddress
from billhead.refusal import Malformed

LOCATION = UUID("0198c0de-0000-7000-8000-000000000011")
OTHER = UUID("0198c0de-0000-7000-8000-000000000012")
HAMBURG = PostalAddress(("Große Elbstraße 9",), "Hamburg", None, "22767", "DE")
VAT = TaxId("eu.vat", "DE136695976")


def a_client(**fields: object) -> ClientFields:
    return replace(ClientFields(ClientKind.BUSINESS, "Hanse Logistik GmbH"), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, set()),
        ({"currency": "EUR", "locale": "de", "billing_address": HAMBURG, "tax_ids": (VAT,)}, set()),
        ({"locale": "zh-Hant-TW"}, set()),
        ({"locale": "es-419"}, set()),
        ({"locale": "deutsch"}, {"locale"}),
        ({"locale": "de_DE"}, {"locale"}),
        ({"currency": "EURO"}, {"currency"}),
        ({"currency": "XXX"}, {"currency"}),
        ({"billing_email": "nobody"}, {"billingEmail"}),
        ({"billing_email": "a@b c"}, {"billingEmail"}),
        ({"billing_email": "books@corp.local"}, set()),
        ({"contacts": (Contact("A"), Contact("B", email="@"))}, {"contacts[1].email"}),
        ({"billing_address": replace(HAMBURG, country="XY")}, {"billingAddress.country"}),
        ({"locations": (Location(None, "A", replace(HAMBURG, country="ZZ")),)}, {"locations[0].address.country"}),
        ({"locations": (Location(LOCATION, "A"),)}, set()),
        ({"locations": (Location(OTHER, "A"),)}, {"locations[0].locationId"}),
        ({"locations": (Location(LOCATION, "A"), Location(LOCATION, "B"))}, {"locations[1].locationId"}),
        ({"tax_ids": (TaxId("eu.vat", "DE136695977"),)}, {"taxIds[0].value"}),
        ({"tax_ids": (TaxId("mars.vat", "1"),)}, {"taxIds[0].scheme"}),
        ({"tax_ids": (VAT, TaxId("eu.vat", "DE 136 695 976"))}, {"taxIds[1].value"}),
        ({"tax_treatment": Treatment.EXEMPT}, {"taxReason"}),
        ({"tax_treatment": Treatment.EXEMPT, "tax_reason": "Charity"}, set()),
        ({"tax_treatment": Treatment.ZERO, "tax_reason": ""}, {"taxReason"}),
        ({"tax_reason": "no reason to have one"}, {"taxReason"}),
        ({"tax_treatment": Treatment.REVERSE_CHARGE, "tax_reason": "Art. 196"}, {"taxIds"}),
        ({"tax_treatment": Treatment.REVERSE_CHARGE, "tax_reason": "Art. 196", "tax_ids": (VAT,)}, set()),
        (
            {"kind": ClientKind.CONSUMER, "tax_treatment": Treatment.REVERSE_CHARGE, "currency": "E"},
            {"currency", "taxReason", "taxTreatment", "taxIds"},
        ),
    ],
)
def test_what_may_be_said(fields: dict[str, object], errors: set[str]) -> None:
    if not errors:
        check_client(a_client(**fields), frozenset({LOCATION}))
        return
    with pytest.raises(Malformed) as refused:
        check_client(a_client(**fields), frozenset({LOCATION}))
    assert set(refused.value.field_errors) == errors


def test_tax_ids_are_kept_in_normal_form() -> None:
    assert check_client(a_client(tax_ids=(TaxId("eu.vat", "DE 136 695 976"),))).tax_ids == (VAT,)


@pytest.mark.parametrize(
    ("scheme", "value", "normal"),
    [
        ("eu.vat", "de 136695976", "DE136695976"),
        ("gb.vat", "GB 980 7806 84", "980780684"),
        ("ch.vat", "CHE-107.787.577 MWST", "CHE107787577MWST"),
        ("us.ein", "91-1144442", "911144442"),
        ("ca.bn", "12302 6635 RC 0001", "123026635RC0001"),
        ("au.abn", "83 914 571 673", "83914571673"),
        ("is.vsk", "IS 00621", "00621"),
        ("in.gstin", "27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
    ],
)
def test_numbers_of_many_countries(scheme: str, value: str, normal: str) -> None:
    tax_id = TaxId(scheme, value)
    assert find_tax_id_fault(tax_id) is None
    assert normalize_tax_id(tax_id) == TaxId(scheme, normal)


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
@pytest.mark.parametrize("value", ["", "0", "???", "1" * 60, "ÄÖÜ٣", "\u0660\u0661"])
def test_every_scheme_refuses_nonsense(scheme: str, value: str) -> None:
    fault = find_tax_id_fault(TaxId(scheme, value))
    assert fault is not None
    assert fault[0] == "value"


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (HAMBURG, ("Große Elbstraße 9", "22767 Hamburg", "Germany")),
        (
            PostalAddress(("500 Pine St", "Suite 4"), "Seattle", "WA", "98101", "US"),
            ("500 Pine St", "Suite 4", "Seattle, WA 98101", "United States"),
        ),
        (PostalAddress((), "London", None, "SW1A 1AA", "GB"), ("London", "SW1A 1AA", "United Kingdom")),
        (PostalAddress(("Via Roma 1",), "Bari", "BA", "70121", "IT"), ("Via Roma 1", "70121 Bari", "BA", "Italy")),
        (PostalAddress(("1 A",), "Hong Kong", None, None, "HK"), ("1 A", "Hong Kong", "Hong Kong SAR China")),
    ],
)
def test_lines_of_an_address(address: PostalAddress, lines: tuple[str, ...]) -> None:
    assert address.lines() == lines
    assert address.lines(home_country=address.country) == lines[:-1]


def test_the_country_is_named_in_the_language_of_the_document() -> None:
    assert HAMBURG.lines(locale="fr-CA")[-1] == "Allemagne"
