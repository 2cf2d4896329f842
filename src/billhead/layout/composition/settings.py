"""What a document decides before its first node: language, currency, paper, title."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from billhead.layout.composition.stylebook import StyleBook
from billhead.layout.document import PageSetup
from billhead.layout.formatting import (
    DEFAULT_CURRENCY,
    DEFAULT_LOCALE,
    Formats,
    canonical_locale,
    is_right_to_left,
)
from billhead.layout.labels import find_label, shipped_language
from billhead.layout.style import Color, Declaration, Percent
from billhead.layout.style.values import AUTO
from billhead.layout.template import DocumentNode, LayoutNode, PrintSettings, SectionNode, StyleRef, Template
from billhead.layout.validation.grammar import PRESETS_MM
from billhead.layout.values import as_record, printed

PX_PER_MM = 96 / 25.4
DEFAULT_MARGIN_MM = 10.58
_NEAR_PX = 3.0
SIDES = ("top", "right", "bottom", "left")
WHITE = Color(255, 255, 255)


@dataclass(frozen=True, slots=True)
class Language:
    """`labels` is the shipped language of the recipient, None where the template's own texts stand."""

    tag: str
    labels: str | None
    rtl: bool


def document_language(template: Template, locale: str | None) -> Language:
    """The recipient's locale when its language is shipped, else the template's own, else American English."""
    labels = shipped_language(locale)
    own = canonical_locale(template.metadata.locale or "")
    asked = canonical_locale(locale or "") or labels
    tag = asked if labels is not None and asked is not None else own or DEFAULT_LOCALE
    return Language(tag, labels, is_right_to_left(tag))


def document_formats(
    template: Template, data: Mapping[str, object], language: Language, currency: str | None
) -> Formats:
    """Formats of the language and currency: the one asked for, the data's, the template's, or US dollars."""
    candidates = (currency, data.get("currencyCode"), data.get("currency_code"), template.metadata.currency_code)
    code = next((candidate for candidate in candidates if candidate is not None), DEFAULT_CURRENCY)
    return Formats(language.tag, printed(code) or DEFAULT_CURRENCY)


def document_title(data: Mapping[str, object], language: Language) -> str:
    """What the document is called in a viewer's title bar: its kind and number."""
    for key, label, word in (
        ("receiptNumber", "labels.receipt", "Receipt"),
        ("quote_number", "labels.quoteTitle", "Quote"),
        ("invoiceNumber", "labels.invoice", "Invoice"),
    ):
        number = printed(data.get(key))
        if number:
            kind = find_label(language.labels or "en", label) or word
            return f"{kind.capitalize()} {number}"
    return find_label(language.labels, "labels.invoice") or "Invoice"


def document_author(data: Mapping[str, object]) -> str:
    """Who issues the document, under the names that the view models have for it."""
    names = (printed(as_record(data.get(key)).get("name")) for key in ("tenantClient", "tenant", "business"))
    return next((name for name in names if name), "")


@dataclass(frozen=True, slots=True)
class PagePlan:
    """Paper and margins, and the place of the node whose padding became the margins ("" when there is none)."""

    page: PageSetup
    padded_at: str = ""


UNPADDED: Declaration = {
    **dict.fromkeys(("padding_top", "padding_right", "padding_bottom", "padding_left"), 0.0),
    **dict.fromkeys(("width", "height", "min_height", "max_width"), AUTO),
}


def page_plan(template: Template, book: StyleBook, paper: str | None = None) -> PagePlan:
    """Paper and margins, each margin applied once.

    A template whose document or only section has padding brings its own margin: plain px padding becomes the margin
    of every page, any other stays where it is, on paper without margins. Without print settings the paper is guessed
    from the px size of the document or its only section. `paper` (a preset) goes before all of that.
    """
    settings = template.metadata.print_settings or _guessed_paper(template, book)
    if paper is not None:
        width_mm, height_mm = PRESETS_MM[paper]
        settings = replace(settings, preset=None, width_mm=width_mm, height_mm=height_mm)
    width, height = round(settings.width_mm * PX_PER_MM, 3), round(settings.height_mm * PX_PER_MM, 3)
    padded = [node for node in _page_nodes(template) if _has_padding(_declared(node.style, book))]
    if not padded:
        return PagePlan(PageSetup(width, height, *(round(margin * PX_PER_MM, 3) for margin in settings.margins_mm)))
    declared = _declared(padded[0].style, book)
    paddings = [declared.get(f"padding_{side}", 0.0) for side in SIDES]
    plain = [float(padding) for padding in paddings if isinstance(padding, int | float)]
    if len(padded) == 1 and len(plain) == len(SIDES) and _is_bare(declared, settings):
        return PagePlan(PageSetup(width, height, *plain), padded[0].at)
    return PagePlan(PageSetup(width, height, 0.0, 0.0, 0.0, 0.0))


def _has_padding(declared: Mapping[str, object]) -> bool:
    return any(declared.get(f"padding_{side}") not in (None, 0, 0.0) for side in SIDES)


def _is_bare(declared: Mapping[str, object], settings: PrintSettings) -> bool:
    """Whether nothing would be seen of the padding itself, so that it may as well be the page's margin."""
    if any(value for name, value in declared.items() if name.startswith("border_") and name.endswith("_width")):
        return False
    if declared.get("background_color") not in (None, WHITE):
        return False
    sizes = [("width", settings.width_mm), ("max_width", settings.width_mm)]
    sizes += [("height", settings.height_mm), ("min_height", settings.height_mm)]
    return all(
        declared.get(name) in (None, AUTO, Percent(1.0)) or _near(declared.get(name), whole) for name, whole in sizes
    )


def _page_nodes(template: Template) -> list[LayoutNode]:
    """The document node, and its section when that is its only child."""
    root = template.layout
    if not isinstance(root, DocumentNode):
        return [root]
    sections = [child for child in root.children if isinstance(child, SectionNode)]
    return [root, *sections] if len(root.children) == 1 and sections else [root]


def _declared(ref: StyleRef, book: StyleBook) -> Mapping[str, object]:
    merged: dict[str, object] = {}
    for name in book.order:
        if name in ref.class_ids:
            merged.update(book.classes[name])
    merged.update(book.inline(ref))
    return merged


def _guessed_paper(template: Template, book: StyleBook) -> PrintSettings:
    for node in reversed(_page_nodes(template)):
        declared = _declared(node.style, book)
        width, height = declared.get("width"), declared.get("height")
        for width_mm, height_mm in PRESETS_MM.values():
            if _near(width, width_mm) and _near(height, height_mm):
                return PrintSettings(None, width_mm, height_mm, (DEFAULT_MARGIN_MM,) * 4)
    width_mm, height_mm = PRESETS_MM["Letter"]
    return PrintSettings("Letter", width_mm, height_mm, (DEFAULT_MARGIN_MM,) * 4)


def _near(px: object, mm: float) -> bool:
    return isinstance(px, int | float) and abs(px - mm * PX_PER_MM) <= _NEAR_PX
