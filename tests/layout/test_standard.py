"""The standard templates: what they print, in order, in every language."""

from decimal import Decimal

import pytest

from billhead import layout
from billhead.layout.catalog import CATALOGS
from billhead.layout.labels import LANGUAGES, labels_of
from billhead.layout.standard import (
    STANDARD_TEMPLATES,
    StandardTemplate,
    automatic_code,
    find_standard,
    standard_source,
    standard_template,
)
from billhead.layout.view_models import Party, TaxLine
from layout.builders import Json, an_invoice, shown
from layout.documents import a_quote, a_receipt, an_order_record

SAMPLES = {
    "invoice": lambda: an_invoice(4, located=True, recurring=True),
    "quote": a_quote,
    "receipt": a_receipt,
    "order-record": an_order_record,
}
EVERY = pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: standard.code)


def without_values(texts: list[str], *values: str) -> list[str]:
    return [text for text in texts if text not in values]


def test_standard_default_prints_its_fields_table_and_totals_in_order() -> None:
    assert shown(standard_source("standard-default"), an_invoice(1)) == [
        "Invoice",
        *("Invoice #: ", "INV-000042", "Issue Date: ", "3/5/2025", "Due Date: ", "4/4/2025", "PO #: ", "PO-7"),
        *("From", "Lumen IT Services", "12 Dock Road\nBristol"),
        *("Bill To", "Harbour & Sons GmbH", "Hafenstr. 9\n20457 Hamburg"),
        *("Description", "Qty", "Rate", "Amount"),
        *("Service 0", "2", "$10.00", "$20.00"),
        *("Subtotal", "$20.00", "Tax", "$4.00", "Total", "$24.00"),
        *("Notes", "Thank you."),
    ]


def test_standard_detailed_prints_both_parties() -> None:
    texts = shown(standard_source("standard-detailed"), an_invoice(0))
    assert texts == [
        *("Lumen IT Services", "12 Dock Road\nBristol", "INVOICE"),
        *("Invoice #: ", "INV-000042", "Issue Date: ", "3/5/2025", "Due Date: ", "4/4/2025", "PO #: ", "PO-7"),
        *("From", "Lumen IT Services", "12 Dock Road\nBristol"),
        *("Bill To", "Harbour & Sons GmbH", "Hafenstr. 9\n20457 Hamburg"),
        *("Description", "Qty", "Rate", "Amount", "No billable line items"),
        *("Subtotal", "$0.00", "Tax", "$0.00", "Total", "$0.00", "Notes", "Thank you."),
    ]


def test_tax_by_rate_stands_in_place_of_the_tax_row() -> None:
    lines = [TaxLine("MwSt.", Decimal("0.19"), 1000, 190), TaxLine("MwSt.", Decimal("0.07"), 500, 35)]
    data = {**an_invoice(1), "taxLines": [line.to_dict("de") for line in lines], "taxNotes": "Reverse charge"}
    data["customer"] = Party("Ada", "1 Road", tax_id="ATU123").to_dict()
    texts = shown(
        standard_source("standard-detailed"), {**data, "discountTotal": -100, "currencyCode": "EUR"}, locale="de"
    )
    assert texts[texts.index("Zwischensumme") :] == [
        *("Zwischensumme", "20,00\u00a0€", "Rabatte", "-1,00\u00a0€"),
        *("MwSt. 19\u00a0%", "1,90\u00a0€", "MwSt. 7\u00a0%", "0,35\u00a0€"),
        *("Gesamt", "24,00\u00a0€", "Reverse charge", "Anmerkungen", "Thank you."),
    ]
    assert texts[texts.index("USt-IdNr.: ") + 1] == "ATU123"


def test_numbers_and_unit_prices_are_written_as_the_locale_does() -> None:
    item = {"description": "Calls", "quantity": "2380.5", "unitPrice": "4.5", "total": 10712}
    texts = shown(standard_source("standard-detailed"), {"items": [item], "currencyCode": "EUR"}, locale="de")
    assert texts[texts.index("Calls") :][:4] == ["Calls", "2.380,5", "0,045\u00a0€", "107,12\u00a0€"]


def test_a_blank_po_number_is_a_dash() -> None:
    data = {**an_invoice(0), "poNumber": None}
    texts = shown(standard_source("standard-detailed"), data)
    assert texts[texts.index("PO #: ") + 1] == "-"


def test_standard_grouped_splits_recurring_and_one_time_items() -> None:
    texts = shown(standard_source("standard-grouped"), an_invoice(3, recurring=True), locale="de")
    monthly, once = texts.index("Monatliche Positionen"), texts.index("Einmalige Positionen")
    assert [text for text in texts[monthly:once] if text.startswith("Service")] == ["Service 0", "Service 2"]
    assert [text for text in texts[once:] if text.startswith("Service")] == ["Service 1"]
    assert texts.index("Monatliche Summe") < texts.index("Einmalige Summe") < texts.index("Gesamt")


def test_by_location_prints_a_band_and_a_subtotal_for_each() -> None:
    texts = shown(standard_source("standard-invoice-by-location"), an_invoice(3, located=True))
    harbour, depot = texts.index("Harbour Office"), texts.index("North Depot")
    assert texts[harbour + 1] == "12 Dock Road\nBristol, BS1 6QF\nUnited Kingdom"
    assert [text for text in texts[harbour:depot] if text.startswith("Service")] == ["Service 0", "Service 2"]
    assert texts[depot - 2 : depot] == ["Location subtotal", "$40.04"]


def test_the_order_record_shows_modifiers_payment_and_the_disclaimer() -> None:
    texts = shown(standard_source("order-record"), an_order_record())
    assert texts[texts.index("Flat white") + 4] == "\u2003+ Extra shot"
    assert "Payment: Card • Paid" in texts
    assert texts[-2:] == ["This is an internal document. Not a tax invoice. Not taxable.", "Powered by Billhead"]
    assert not any(text == "Tax" for text in texts)


def test_quotes_print_signatures_last() -> None:
    for code in ("standard-quote-default", "standard-quote-detailed", "standard-quote-by-location"):
        texts = shown(standard_source(code), a_quote())
        assert texts[-3:] == ["Authorized By", "Signature", "Date"]
    assert "Ja" in shown(standard_source("standard-quote-detailed"), a_quote(), locale="de")


@EVERY
def test_every_standard_template_composes_without_a_warning(standard: StandardTemplate) -> None:
    data = SAMPLES[standard.kind]()
    for locale in (None, *LANGUAGES):
        document = layout.compose(standard_template(standard.code), data, locale=locale)
        assert [found for found in document.diagnostics if found.severity != "info"] == []
        assert layout.render_html(document).startswith("<!doctype html>")
        assert layout.render_text(document).strip()


@EVERY
def test_every_standard_template_survives_empty_data(standard: StandardTemplate) -> None:
    document = layout.compose(standard_source(standard.code), {}, marks=("DRAFT",))
    assert document.text_runs()
    assert document.watermark == "DRAFT"


@EVERY
def test_every_standard_template_binds_the_catalog_of_its_kind(standard: StandardTemplate) -> None:
    assert standard_source(standard.code)["bindings"] == CATALOGS[standard.kind].bindings()


@EVERY
def test_sources_are_copies(standard: StandardTemplate) -> None:
    standard_source(standard.code).clear()
    assert standard_source(standard.code)["kind"] == "invoice-template-ast"


def test_the_catalog_finds_its_values_in_the_view_models() -> None:
    for kind, sample in SAMPLES.items():
        data = sample()
        for collection in CATALOGS[kind].collections:  # type: ignore[index]
            assert isinstance(data[collection.path], list), collection.path
        for value in CATALOGS[kind].values:  # type: ignore[index]
            assert value.path.split(".")[0] in data or value.fallback is not None or value.kind == "currency", value.id


def test_every_language_has_every_label() -> None:
    english = labels_of("en").keys()
    for language in LANGUAGES:
        assert labels_of(language).keys() == english
        assert all(labels_of(language).values())


def label_keys(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {str(value["i18nKey"])} if "i18nKey" in value else set()
        return own.union(*(label_keys(part) for part in value.values()))
    return set().union(*(label_keys(part) for part in value)) if isinstance(value, list) else set()


@EVERY
def test_every_label_that_a_standard_template_names_exists(standard: StandardTemplate) -> None:
    assert label_keys(standard_source(standard.code)) <= labels_of("en").keys()


def test_the_default_texts_of_standard_templates_are_the_english_labels() -> None:
    def check(value: object) -> None:
        if isinstance(value, dict):
            if "i18nKey" in value:
                assert labels_of("en")[str(value["i18nKey"])] == value["defaultValue"]
            for part in value.values():
                check(part)
        elif isinstance(value, list):
            for part in value:
                check(part)

    for standard in STANDARD_TEMPLATES:
        check(standard_source(standard.code))


def test_documents_are_titled_by_kind_and_number() -> None:
    titles = {
        "standard-detailed": ("Rechnung INV-000042", "Lumen IT Services"),
        "standard-quote-default": ("Angebot Q-0042", "Lumen IT Services"),
        "standard-receipt": ("Beleg R-000231", "Wave Coffee"),
        "order-record": ("Rechnung INV-2026-0001", "Wave Coffee"),
    }
    for code, expected in titles.items():
        document = layout.compose(standard_source(code), SAMPLES[find_standard(code).kind](), locale="de")  # type: ignore[union-attr]
        assert (document.title, document.author) == expected


def test_selection_by_location() -> None:
    assert automatic_code("invoice", False) == "standard-default"
    assert automatic_code("invoice", True) == "standard-invoice-by-location"
    assert automatic_code("quote", True) == "standard-quote-by-location"
    assert find_standard("nothing") is None


def test_without_a_view_the_issuer_is_named_by_fallbacks() -> None:
    data: Json = {}
    assert "Your Company" in shown(standard_source("standard-detailed"), data)
