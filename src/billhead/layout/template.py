"""The typed template: what validation hands to evaluation and composition. Frozen values, no behaviour.

Field names follow the format in snake_case; `at` is the node's place in the file (`layout.children.0`).
Fields marked "version 2" are absent from version-1 files and then hold their default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from billhead.layout.pipeline import Pipeline, Predicate, Scalar
from billhead.layout.values import Path

CellFormat = Literal["text", "number", "currency", "date", "decimal", "percent", "unit-price", "yes-no"]
DisplayFormat = Literal["single-line", "multiline", "raw"]
BorderStyle = Literal["underline", "box", "none"]
PageBreak = Literal["auto", "page"]


@dataclass(frozen=True, slots=True)
class Message:
    """A text looked up in the labels of the document's language; `default` stands when there is none."""

    key: str
    default: str


DisplayText = str | Message


# Value expressions


@dataclass(frozen=True, slots=True)
class Literally:
    value: Scalar


@dataclass(frozen=True, slots=True)
class BindingValue:
    binding_id: str


@dataclass(frozen=True, slots=True)
class PathValue:
    """`path` is already split; `currency` is the `|currency` suffix."""

    source: str
    path: Path
    currency: bool


@dataclass(frozen=True, slots=True)
class TemplateValue:
    """`parts` alternates verbatim text (str) and slots."""

    parts: tuple["str | Slot", ...]
    args: Mapping[str, "Expression"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One `{{name}}` of a template expression, with the name also split as a path."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class MessageValue:
    message: Message


@dataclass(frozen=True, slots=True)
class PageValue:
    """Version 2, in page header and footer: the number of the page or the count of pages."""

    which: Literal["page-number", "page-count"]


Expression = Literally | BindingValue | PathValue | TemplateValue | MessageValue | PageValue


# Styles


@dataclass(frozen=True, slots=True)
class StyleRef:
    """`class_ids` are the file's `tokenIds`, which select classes; `inline` is a raw, type-checked declaration."""

    class_ids: tuple[str, ...] = ()
    inline: Mapping[str, str | int | float] = field(default_factory=dict)


NO_STYLE = StyleRef()


@dataclass(frozen=True, slots=True)
class Token:
    id: str
    value: str | int | float


@dataclass(frozen=True, slots=True)
class StyleSheet:
    tokens: Mapping[str, Token] = field(default_factory=dict)
    classes: Mapping[str, Mapping[str, str | int | float]] = field(default_factory=dict)


# Bindings


@dataclass(frozen=True, slots=True)
class ValueBinding:
    """`fallback` is `MISSING` when the file has none (an explicit null is a fallback)."""

    id: str
    path: str
    fallback: object


@dataclass(frozen=True, slots=True)
class CollectionBinding:
    id: str
    path: str


@dataclass(frozen=True, slots=True)
class Bindings:
    values: Mapping[str, ValueBinding] = field(default_factory=dict)
    collections: Mapping[str, CollectionBinding] = field(default_factory=dict)


# Layout nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What every node has. The last five fields are version 2.

    `visible_when` is a predicate over the innermost row, then the data; a node that is not visible takes no space.
    `grid_span` is not here: spans are style properties (`gridColumn`, `gridRow`).
    """

    id: str
    at: str
    style: StyleRef = NO_STYLE
    visible_when: Predicate | None = None
    keep_together: bool = False
    keep_with_next: bool = False
    break_before: PageBreak = "auto"
    break_after: PageBreak = "auto"


@dataclass(frozen=True, slots=True)
class Repeat:
    source: str
    item_name: str
    key_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNode(Node):
    children: tuple["LayoutNode", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionNode(Node):
    children: tuple["LayoutNode", ...]
    title: DisplayText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StackNode(Node):
    children: tuple["LayoutNode", ...]
    direction: Literal["row", "column"] = "column"
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextNode(Node):
    content: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNode(Node):
    binding_id: str
    label: DisplayText | None = None
    label_style: StyleRef = NO_STYLE
    empty_value: str | None = None
    placeholder: str | None = None
    format: CellFormat | None = None
    display_format: DisplayFormat | None = None
    border_style: BorderStyle = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageNode(Node):
    src: Expression
    alt: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QrCodeNode(Node):
    """Version 2: a QR code of the content's text; error correction per ISO/IEC 18004."""

    content: Expression
    alt: Expression | None = None
    error_correction: Literal["L", "M", "Q", "H"] = "M"


@dataclass(frozen=True, slots=True, kw_only=True)
class DividerNode(Node):
    pass


@dataclass(frozen=True, slots=True)
class Column:
    id: str
    at: str
    value: Expression
    header: DisplayText | None = None
    format: CellFormat | None = None
    style: StyleRef = NO_STYLE


@dataclass(frozen=True, slots=True, kw_only=True)
class TableNode(Node):
    """`table` and `dynamic-table`: `source` is the bound collection, `item_name` the row's name in paths."""

    type: Literal["table", "dynamic-table"]
    source: str
    item_name: str
    columns: tuple[Column, ...]
    header_style: StyleRef = NO_STYLE
    empty_text: DisplayText | None = None


@dataclass(frozen=True, slots=True)
class TotalsRow:
    """One amount. `visible_when` is version 2."""

    id: str
    at: str
    label: DisplayText
    value: Expression
    format: CellFormat | None = None
    emphasize: bool = False
    style: StyleRef = NO_STYLE
    label_style: StyleRef = NO_STYLE
    visible_when: Predicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalsNode(Node):
    source: str
    rows: tuple[TotalsRow, ...]


ContainerNode = DocumentNode | SectionNode | StackNode
LayoutNode = (
    DocumentNode
    | SectionNode
    | StackNode
    | TextNode
    | FieldNode
    | ImageNode
    | QrCodeNode
    | DividerNode
    | TableNode
    | TotalsNode
)


# The whole


@dataclass(frozen=True, slots=True)
class PrintSettings:
    """Paper and margins in mm. `preset` is None for custom paper (version 2)."""

    preset: Literal["Letter", "A4", "Legal"] | None
    width_mm: float
    height_mm: float
    margins_mm: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Metadata:
    template_name: str | None = None
    description: str | None = None
    locale: str | None = None
    currency_code: str | None = None
    print_settings: PrintSettings | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A valid template. Compared by identity: what is computed from one (styles) is kept by it."""

    version: Literal[1, 2]
    layout: LayoutNode
    metadata: Metadata = Metadata()
    styles: StyleSheet = StyleSheet()
    bindings: Bindings = Bindings()
    transforms: Pipeline | None = None
    page_header: LayoutNode | None = None
    page_footer: LayoutNode | None = None
