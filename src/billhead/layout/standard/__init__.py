"""The standard templates: read-only, one JSON file each beside this module, in the same format as anybody's."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from billhead.layout.catalog import DocumentKind
from billhead.layout.template import Template
from billhead.layout.validation import parse_template


@dataclass(frozen=True, slots=True)
class StandardTemplate:
    """A template that Billhead ships. `code` is stable; `name` is what people see."""

    code: str
    kind: DocumentKind
    name: str
    description: str


STANDARD_TEMPLATES: tuple[StandardTemplate, ...] = (
    StandardTemplate("standard-default", "invoice", "Standard Template", "One table and its totals"),
    StandardTemplate("standard-detailed", "invoice", "Detailed Template", "Logo, both parties, table and totals card"),
    StandardTemplate("standard-grouped", "invoice", "Grouped Template", "Recurring and one-time items apart"),
    StandardTemplate(
        "standard-invoice-by-location",
        "invoice",
        "Standard Invoice By Location",
        "A band with items and subtotal for each location",
    ),
    StandardTemplate("standard-quote-default", "quote", "Standard Quote", "Scope, table, totals and signatures"),
    StandardTemplate("standard-quote-detailed", "quote", "Detailed Quote", "With version, phases and options"),
    StandardTemplate("standard-quote-grouped", "quote", "Grouped Quote", "Recurring and one-time items apart"),
    StandardTemplate(
        "standard-quote-by-location", "quote", "Standard Quote By Location", "A band with items for each location"
    ),
    StandardTemplate("standard-receipt", "receipt", "Standard Receipt", "The proof of one payment"),
    StandardTemplate("order-record", "order-record", "Order Record", "An order for the business's own records"),
)
_BY_CODE = {template.code: template for template in STANDARD_TEMPLATES}
_DEFAULTS: dict[DocumentKind, tuple[str, str]] = {
    "invoice": ("standard-default", "standard-invoice-by-location"),
    "quote": ("standard-quote-default", "standard-quote-by-location"),
    "receipt": ("standard-receipt", "standard-receipt"),
    "order-record": ("order-record", "order-record"),
}


def find_standard(code: str) -> StandardTemplate | None:
    """The standard template of a code, None when there is none."""
    return _BY_CODE.get(code)


def standard_source(code: str) -> dict[str, object]:
    """The template's JSON, a new copy each time. An unknown code is a KeyError."""
    source: dict[str, object] = json.loads(_text(_BY_CODE[code].code))
    return source


@lru_cache(maxsize=len(STANDARD_TEMPLATES))
def standard_template(code: str) -> Template:
    """The typed template of a code. An unknown code is a KeyError."""
    return parse_template(standard_source(code))


def automatic_code(kind: DocumentKind, has_multiple_locations: bool) -> str:
    """The standard template for a document without a custom one: by location when it spans two or more of them."""
    return _DEFAULTS[kind][1 if has_multiple_locations else 0]


@lru_cache(maxsize=len(STANDARD_TEMPLATES))
def _text(code: str) -> str:
    return files(__name__).joinpath(f"{code}.json").read_text("utf-8")
