"""The template format, versions 1 and 2, as shapes: nodes, columns, styles, bindings, metadata, the whole.

Every key of the format stands in one table here; what each means is told in `docs/templates.md`.
"""

from collections.abc import Mapping
from typing import Literal, cast

from billhead.layout import template as t
from billhead.layout.style import PROPERTIES_VERSION_1_EXTENDED, PROPERTIES_VERSION_2
from billhead.layout.validation.expressions import EXPRESSION, MESSAGE, TEXT, reference
from billhead.layout.validation.findings import Findings, json_type
from billhead.layout.validation.shapes import (
    AnyOf,
    Anything,
    Closed,
    Exactly,
    JsonSchema,
    Key,
    Mapped,
    Named,
    Numeral,
    OneOf,
    Several,
    Shape,
    Tagged,
    Truth,
    Words,
    needed,
)
from billhead.layout.validation.transforms import PIPELINE, PREDICATE
from billhead.layout.values import MISSING

PRESETS_MM: Mapping[str, tuple[float, float]] = {
    "Letter": (215.9, 279.4),
    "A4": (210.0, 297.0),
    "Legal": (215.9, 355.6),
}
MOST_MARGIN_MM = 50.0
TEXT_ALIGN = ("left", "center", "right", "justify")
TEXT_OR_NUMBER = frozenset({"flexGrow", "flexShrink", "fontWeight", "lineHeight", "zIndex"})

ID = TEXT
IDENTIFIER = Words(least=1, safe=True)
WORDS = Words()
DISPLAY_TEXT = AnyOf((WORDS, MESSAGE), "text or {i18nKey, defaultValue}")
ROW_LABEL = AnyOf((TEXT, MESSAGE), "non-empty text or {i18nKey, defaultValue}")
FORMAT = OneOf(("text", "number", "currency", "date"), later=("decimal", "percent", "unit-price", "yes-no"))
FIELD_FORMAT = OneOf(FORMAT.words, FORMAT.later, forgiving=True)


class DeclarationShape:
    """A style declaration: known properties, each of its JSON type. Their values are parsed by `styles.py`."""

    def read(self, raw: object, at: str, found: Findings) -> object:
        if not isinstance(raw, dict):
            return found.wrong_type(at, "object", raw)
        known = self.properties(found.version)
        for name, value in raw.items():
            if name not in known:
                found.unknown_key(at, name, sorted(known), name in PROPERTIES_VERSION_2)
            elif name == "textAlign":
                OneOf(TEXT_ALIGN).read(value, f"{at}.{name}", found)
            elif name in TEXT_OR_NUMBER:
                if isinstance(value, bool) or not isinstance(value, str | int | float):
                    found.add(
                        "invalid_union", f"{at}.{name}", f"Expected string or number, received {json_type(value)}"
                    )
            elif not isinstance(value, str):
                found.wrong_type(f"{at}.{name}", "string", value)
        return raw

    def properties(self, version: int) -> frozenset[str]:
        """The properties that the version knows."""
        return PROPERTIES_VERSION_1_EXTENDED if version == 1 else PROPERTIES_VERSION_2

    def schema(self, version: int) -> JsonSchema:
        properties: dict[str, object] = {
            name: {"type": ["string", "number"]} if name in TEXT_OR_NUMBER else {"type": "string"}
            for name in sorted(self.properties(version))
        }
        properties["textAlign"] = {"enum": list(TEXT_ALIGN)}
        return {"type": "object", "additionalProperties": False, "properties": properties}


DECLARATIONS = DeclarationShape()


def _declaration() -> Shape:
    return DECLARATIONS


def _style() -> Shape:
    return STYLES_OF_NODE


DECLARATION = Named("declaration", _declaration)
STYLE_REF = Named("style", _style)
STYLES_OF_NODE = Closed(
    {"tokenIds": Key(Several(IDENTIFIER), "class_ids"), "inline": Key(DECLARATION, "inline")}, t.StyleRef
)
BINDING_REF = reference("bindingId")
REPEAT = Closed(
    {
        "sourceBinding": needed(BINDING_REF, "source"),
        "itemBinding": needed(ID, "item_name"),
        "keyPath": Key(ID, "key_path"),
    },
    t.Repeat,
)
COLUMN = Closed(
    {
        "id": needed(ID, "id"),
        "header": Key(DISPLAY_TEXT, "header"),
        "value": needed(EXPRESSION, "value"),
        "format": Key(FORMAT, "format"),
        "style": Key(STYLE_REF, "style"),
    },
    t.Column,
    placed=True,
)
TOTALS_ROW = Closed(
    {
        "id": needed(ID, "id"),
        "label": needed(ROW_LABEL, "label"),
        "value": needed(EXPRESSION, "value"),
        "format": Key(FORMAT, "format"),
        "emphasize": Key(Truth(), "emphasize"),
        "style": Key(STYLE_REF, "style"),
        "labelStyle": Key(STYLE_REF, "label_style"),
        "visibleWhen": Key(PREDICATE, "visible_when", since=2),
    },
    t.TotalsRow,
    placed=True,
)

BREAK = OneOf(("auto", "page"))
COMMON: Mapping[str, Key] = {
    "id": needed(ID, "id"),
    "style": Key(STYLE_REF, "style"),
    "visibleWhen": Key(PREDICATE, "visible_when", since=2),
    "keepTogether": Key(Truth(), "keep_together", since=2),
    "keepWithNext": Key(Truth(), "keep_with_next", since=2),
    "breakBefore": Key(BREAK, "break_before", since=2),
    "breakAfter": Key(BREAK, "break_after", since=2),
}


def _node() -> Shape:
    return NODE


NODE_REF = Named("node", _node)
CHILDREN: Mapping[str, Key] = {"children": needed(Several(NODE_REF), "children")}


def _of_type(kind: str, keys: Mapping[str, Key], build: type[t.Node]) -> Closed:
    return Closed({**COMMON, **keys}, build, placed=True, tag=("type", kind))


def _table(**fields: object) -> t.TableNode:
    return t.TableNode(type="table", **fields)  # type: ignore[arg-type]


def _dynamic_table(repeat: t.Repeat, **fields: object) -> t.TableNode:
    return t.TableNode(
        type="dynamic-table",
        source=repeat.source,
        item_name=repeat.item_name,
        **fields,  # type: ignore[arg-type]
    )


TABLE_KEYS: Mapping[str, Key] = {
    "columns": needed(Several(COLUMN, least=1), "columns"),
    "headerStyle": Key(STYLE_REF, "header_style"),
    "emptyStateText": Key(DISPLAY_TEXT, "empty_text"),
}
NODE = Tagged(
    {
        "document": _of_type("document", CHILDREN, t.DocumentNode),
        "section": _of_type("section", {"title": Key(DISPLAY_TEXT, "title"), **CHILDREN}, t.SectionNode),
        "stack": _of_type(
            "stack",
            {"direction": Key(OneOf(("row", "column")), "direction"), "repeat": Key(REPEAT, "repeat"), **CHILDREN},
            t.StackNode,
        ),
        "text": _of_type("text", {"content": needed(EXPRESSION, "content")}, t.TextNode),
        "field": _of_type(
            "field",
            {
                "binding": needed(BINDING_REF, "binding_id"),
                "label": Key(DISPLAY_TEXT, "label"),
                "labelStyle": Key(STYLE_REF, "label_style"),
                "emptyValue": Key(WORDS, "empty_value"),
                "placeholder": Key(WORDS, "placeholder"),
                "format": Key(FIELD_FORMAT, "format"),
                "displayFormat": Key(OneOf(("single-line", "multiline", "raw")), "display_format"),
                "borderStyle": Key(OneOf(("underline", "box", "none")), "border_style"),
            },
            t.FieldNode,
        ),
        "image": _of_type("image", {"src": needed(EXPRESSION, "src"), "alt": Key(EXPRESSION, "alt")}, t.ImageNode),
        "qr-code": _of_type(
            "qr-code",
            {
                "content": needed(EXPRESSION, "content"),
                "alt": Key(EXPRESSION, "alt"),
                "errorCorrection": Key(OneOf(("L", "M", "Q", "H")), "error_correction"),
            },
            t.QrCodeNode,
        ),
        "divider": _of_type("divider", {}, t.DividerNode),
        "table": Closed(
            {
                **COMMON,
                "sourceBinding": needed(BINDING_REF, "source"),
                "rowBinding": needed(ID, "item_name"),
                **TABLE_KEYS,
            },
            _table,
            placed=True,
            tag=("type", "table"),
        ),
        "dynamic-table": Closed(
            {**COMMON, "repeat": needed(REPEAT, "repeat"), **TABLE_KEYS},
            _dynamic_table,
            placed=True,
            tag=("type", "dynamic-table"),
        ),
        "totals": _of_type(
            "totals",
            {"sourceBinding": needed(BINDING_REF, "source"), "rows": needed(Several(TOTALS_ROW, least=1), "rows")},
            t.TotalsNode,
        ),
    },
    since={"qr-code": 2},
)

TOKEN = Closed(
    {"id": needed(IDENTIFIER, "id"), "value": needed(AnyOf((WORDS, Numeral()), "string or number"), "value")}, t.Token
)
STYLES = Closed(
    {
        "tokens": Key(Mapped(TOKEN, safe=True), "tokens"),
        "classes": Key(Mapped(DECLARATION, safe=True), "classes"),
    },
    t.StyleSheet,
)


def _value_binding(id: str, kind: str, path: str, fallback: object = MISSING) -> t.ValueBinding:
    return t.ValueBinding(id, path, fallback)


def _collection_binding(id: str, kind: str, path: str) -> t.CollectionBinding:
    return t.CollectionBinding(id, path)


VALUE_BINDING = Closed(
    {
        "id": needed(ID, "id"),
        "kind": needed(Exactly("value"), "kind"),
        "path": needed(TEXT, "path"),
        "fallback": Key(Anything(), "fallback"),
    },
    _value_binding,
)
COLLECTION_BINDING = Closed(
    {"id": needed(ID, "id"), "kind": needed(Exactly("collection"), "kind"), "path": needed(TEXT, "path")},
    _collection_binding,
)
BINDINGS = Closed(
    {
        "values": Key(Mapped(VALUE_BINDING), "values"),
        "collections": Key(Mapped(COLLECTION_BINDING), "collections"),
    },
    t.Bindings,
)

MARGIN = Numeral(0, MOST_MARGIN_MM)
PRESET = OneOf(tuple(PRESETS_MM))
PAPER_SIDE = Numeral(30, 2000)


def _preset(paper: str, margin_mm: float) -> t.PrintSettings:
    width, height = PRESETS_MM[paper]
    return t.PrintSettings(cast(Literal["Letter", "A4", "Legal"], paper), width, height, (margin_mm,) * 4)


def _custom_paper(width_mm: float, height_mm: float, margins: tuple[float, float, float, float]) -> t.PrintSettings:
    return t.PrintSettings(None, width_mm, height_mm, margins)


def _preset_with_margins(paper: str, margins: tuple[float, float, float, float]) -> t.PrintSettings:
    width, height = PRESETS_MM[paper]
    return t.PrintSettings(cast(Literal["Letter", "A4", "Legal"], paper), width, height, margins)


def _margins(top: float, right: float, bottom: float, left: float) -> tuple[float, float, float, float]:
    return top, right, bottom, left


MARGINS = Closed({side: needed(MARGIN, side) for side in ("top", "right", "bottom", "left")}, _margins)
PRESET_SETTINGS = Closed({"paperPreset": needed(PRESET, "paper"), "marginMm": needed(MARGIN, "margin_mm")}, _preset)
PRESET_MARGINS_SETTINGS = Closed(
    {"paperPreset": needed(PRESET, "paper"), "marginsMm": needed(MARGINS, "margins")}, _preset_with_margins
)
CUSTOM_SETTINGS = Closed(
    {
        "widthMm": needed(PAPER_SIDE, "width_mm"),
        "heightMm": needed(PAPER_SIDE, "height_mm"),
        "marginsMm": needed(MARGINS, "margins"),
    },
    _custom_paper,
)


class PrintSettingsShape:
    """A preset with one margin; in version 2 also four margins, or paper of any size."""

    def read(self, raw: object, at: str, found: Findings) -> object:
        return self._form(raw, found.version).read(raw, at, found)

    def _form(self, raw: object, version: int) -> Closed:
        if version == 1 or not isinstance(raw, dict) or "marginMm" in raw:
            return PRESET_SETTINGS
        return CUSTOM_SETTINGS if "widthMm" in raw or "heightMm" in raw else PRESET_MARGINS_SETTINGS

    def schema(self, version: int) -> JsonSchema:
        if version == 1:
            return PRESET_SETTINGS.schema(version)
        forms = (PRESET_SETTINGS, PRESET_MARGINS_SETTINGS, CUSTOM_SETTINGS)
        return {"anyOf": [form.schema(version) for form in forms]}


METADATA = Closed(
    {
        "templateName": Key(WORDS, "template_name"),
        "description": Key(WORDS, "description"),
        "locale": Key(WORDS, "locale"),
        "currencyCode": Key(WORDS, "currency_code"),
        "printSettings": Key(PrintSettingsShape(), "print_settings"),
    },
    t.Metadata,
)

KIND = "invoice-template-ast"


def _template(kind: str, **fields: object) -> t.Template:
    return t.Template(**fields)  # type: ignore[arg-type]


def template_shape(version: Literal[1, 2]) -> Closed:
    """The root object of a template file of that version."""
    return Closed(
        {
            "kind": needed(Exactly(KIND), "kind"),
            "version": needed(Exactly(version), "version"),
            "metadata": Key(METADATA, "metadata"),
            "styles": Key(STYLES, "styles"),
            "bindings": Key(BINDINGS, "bindings"),
            "transforms": Key(PIPELINE, "transforms"),
            "layout": needed(NODE_REF, "layout"),
            "pageHeader": Key(NODE_REF, "page_header", since=2),
            "pageFooter": Key(NODE_REF, "page_footer", since=2),
        },
        _template,
    )
