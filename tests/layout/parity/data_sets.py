"""Thirty data sets for every kind of document: scripts, long names, many lines, places, currencies, large amounts."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

from layout.builders import Json, an_invoice
from layout.documents import a_quote_item, a_quote_view, a_receipt, an_order_record

COUNT = 30
CURRENCIES = ("USD", "EUR", "JPY", "KWD", "AED", "PLN", "ILS")
LOCALES = ("en", "ar", "de", "fr", "es", "it", "pl", "nl", "pt")
WORDED = frozenset({"name", "description", "address", "notes", "title", "note", "clientNotes", "poweredBy"})
WORDS = {
    "latin": [
        "Harbour",
        "&",
        "Sons",
        "Größenwahn",
        "Łódź",
        "naïve",
        "well-known",
        "T.V.A.",
        "over/under",
        "12.5%",
        "(net)",
    ],
    "greek": ["Τιμολόγιο", "σύνολο", "εταιρεία", "Αθήνα", "υπηρεσίες", "24/7"],
    "cyrillic": ["Счёт", "итого", "компания", "№42", "услуги", "Ёлка"],
    "arabic": ["فاتورة", "المبلغ", "شركة", "مُحَمَّد", "٢٠٢٤", "Billhead", "2026-11-21", "خدمات"],
    "hebrew": ["חשבונית", "סכום", "חברה", "(בע״מ)", "Tel-Aviv", "1,234.56", "שירות"],
    "long": ["Donaudampfschifffahrtsgesellschaftskapitän", "services", "2026-01-01/2026-12-31", "x" * 40],
}
SCRIPTS = (*WORDS, "mixed")


@dataclass(frozen=True, slots=True)
class DataSet:
    """Data for a template, and the locale to compose it in."""

    name: str
    locale: str
    data: Json


def data_sets(kind: str) -> list[DataSet]:
    """The data sets for documents of this kind. Every third is right-to-left."""
    found = []
    for number in range(COUNT):
        chance = random.Random(f"{kind} {number}")
        script = SCRIPTS[number % len(SCRIPTS)]
        locale = "ar" if number % 3 == 2 else LOCALES[number % len(LOCALES)]
        currency = CURRENCIES[number % len(CURRENCIES)]
        factor = (1, 1000, 97)[number // 3 % 3]
        data = _varied(_plain(kind, number, currency), chance, script, factor)
        found.append(DataSet(f"{number}-{script}-{locale}-{currency}", locale, {**data, "currencyCode": currency}))
    return found


def _plain(kind: str, number: int, currency: str) -> Json:
    lines = (3, 1, 8, 40, 2)[number % 5]
    if kind == "invoice":
        invoice = an_invoice(lines, currency=currency, located=number % 2 == 0, recurring=number % 4 < 2)
        return {**invoice, "discount": 500} if number % 3 else invoice
    if kind == "quote":
        discount = {"is_discount": True, "net_amount": -500, "unit_price": Decimal(-500), "total_price": -500}
        items = [a_quote_item(line, **(discount if number % 3 and line == 1 else {})) for line in range(lines)]
        return a_quote_view(*items).to_dict()
    source, rows = (a_receipt(), "items") if kind == "receipt" else (an_order_record(), "rows")
    shown = source[rows]
    return {**source, rows: shown * lines} if isinstance(shown, list) else source


def _varied(value: Json, chance: random.Random, script: str, factor: int) -> Json:
    """The same data with other words, and whole amounts that many times as large."""

    def of(key: str, inner: object) -> object:
        if isinstance(inner, dict):
            return {name: of(name, part) for name, part in inner.items()}
        if isinstance(inner, list):
            return [of(key, part) for part in inner]
        if isinstance(inner, str) and inner and key in WORDED:
            return _sentence(chance, script)
        if isinstance(inner, int) and not isinstance(inner, bool) and key not in ("version", "quantity"):
            return inner * factor
        return inner

    return {key: of(key, inner) for key, inner in value.items()}


def _sentence(chance: random.Random, script: str) -> str:
    count = chance.choice([1, 2, 3, 3, 5, 14])
    scripts = [chance.choice(tuple(WORDS)) if script == "mixed" else script for _ in range(count)]
    return " ".join(chance.choice(WORDS[each]) for each in scripts)
