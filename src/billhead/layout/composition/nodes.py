"""Template nodes into document nodes: every expression read, every style computed, repeats and rows unrolled."""

from collections.abc import Iterator
from dataclasses import replace

from billhead.layout.composition import look
from billhead.layout.composition.cells import cell_text
from billhead.layout.composition.context import Context, Scope, pointer
from billhead.layout.composition.expressions import clean, has_page_slot, image_text, spoken, value_of
from billhead.layout.composition.fields import field_text
from billhead.layout.composition.pictures import find_picture, qr_picture
from billhead.layout.composition.predicates import is_visible
from billhead.layout.composition.settings import UNPADDED
from billhead.layout.composition.stylebook import break_rules
from billhead.layout.composition.tables import compose_table
from billhead.layout.document import Box, BoxRole, Image, Node, Origin, Text, TextRole
from billhead.layout.style import Declaration, Style
from billhead.layout.template import (
    NO_STYLE,
    DividerNode,
    DocumentNode,
    FieldNode,
    ImageNode,
    LayoutNode,
    Message,
    MessageValue,
    QrCodeNode,
    SectionNode,
    StackNode,
    TableNode,
    TextNode,
    TotalsNode,
    TotalsRow,
)
from billhead.layout.values import MISSING, printed

LONG_WORD = 40
DEEPEST_HEADING = 6
TITLE_LABELS = frozenset(
    f"labels.{name}"
    for name in (
        "invoice", "invoiceTitle", "orderConfirmationTitle", "orderRecordTitle", "packingSlipTitle", "pickListTitle",
        "quoteTitle", "estimateTitle", "receiptTitle",
    )
)  # fmt: skip
"""Labels that say what the document is: a text or section title of one is the heading above all others."""


def compose_node(node: LayoutNode, scope: Scope, parent: Style, context: Context, level: int = 2) -> Iterator[Node]:
    """The document nodes of a template node: none when it is not visible or has nothing to show, else one.

    `level` is the outline level that a section's title would get here.
    """
    if node.visible_when is not None and not is_visible(node.visible_when, scope, context):
        return
    context.count(1)
    match node:
        case DocumentNode():
            style = _style(node, parent, context, look.NOTHING)
            yield Box(_origin(node, scope), style, _children(node.children, scope, style, context, level), "document")
        case SectionNode():
            yield _section(node, scope, parent, context, level)
        case StackNode():
            yield _stack(node, scope, parent, context, level)
        case TextNode():
            value = spoken(node.content, scope, context, node.id, node.at)
            style = _style(node, parent, context, look.PARAGRAPH)
            is_title = isinstance(node.content, MessageValue) and node.content.message.key in TITLE_LABELS
            text = _text(_origin(node, scope), style, value, context, "heading" if is_title else "paragraph")
            text = replace(text, level=1) if is_title else text
            yield Text(text.origin, text.style, text.text, paged=True) if has_page_slot(node.content) else text
        case FieldNode():
            yield _field(node, scope, parent, context)
        case ImageNode() | QrCodeNode():
            yield from _picture(node, scope, parent, context)
        case DividerNode():
            yield Box(_origin(node, scope), _style(node, parent, context, look.DIVIDER), (), "divider")
        case TableNode():
            yield compose_table(node, scope, _style(node, parent, context, look.TABLE), context)
        case TotalsNode():
            yield _totals(node, scope, parent, context)


def _origin(node: LayoutNode, scope: Scope) -> Origin:
    return Origin(node.id, pointer(node.at), scope.trail)


def _style(
    node: LayoutNode,
    parent: Style,
    context: Context,
    below: Declaration,
    between: Declaration = look.NOTHING,
) -> Style:
    above = {**break_rules(node), **UNPADDED} if node.at == context.padded_at else break_rules(node)
    return context.book.style(node.at, parent, node.style, below, between, above)


def _text(origin: Origin, style: Style, raw: str, context: Context, role: TextRole) -> Text:
    text = clean(raw, context, origin.node_id)
    if len(text) > LONG_WORD and any(len(word) > LONG_WORD for word in text.split()):
        style = context.book.anywhere(style)
    return Text(origin, style, text, role)


def _children(
    nodes: tuple[LayoutNode, ...], scope: Scope, parent: Style, context: Context, level: int
) -> tuple[Node, ...]:
    return tuple(child for node in nodes for child in compose_node(node, scope, parent, context, level))


def _section(node: SectionNode, scope: Scope, parent: Style, context: Context, level: int) -> Box:
    style = _style(node, parent, context, look.SECTION)
    origin = _origin(node, scope)
    title = context.words(node.title) if node.title is not None else ""
    level = 1 if isinstance(node.title, Message) and node.title.key in TITLE_LABELS else level
    heading: tuple[Node, ...] = ()
    if title:
        title_style = context.book.style(f"{node.at}.title", style, NO_STYLE, look.SECTION_TITLE)
        words = clean(title, context, node.id)
        heading = (Text(origin, title_style, words, "heading", min(level, DEEPEST_HEADING)),)
    children = _children(node.children, scope, style, context, level + 1 if title else level)
    return Box(origin, style, heading + children, "section")


def _stack(node: StackNode, scope: Scope, parent: Style, context: Context, level: int) -> Box:
    flow = look.STACK_ROW if node.direction == "row" else look.STACK_COLUMN
    style = _style(node, parent, context, look.NOTHING, flow)
    origin = _origin(node, scope)
    if node.repeat is None:
        return Box(origin, style, _children(node.children, scope, style, context, level))
    repeat = node.repeat
    rows = context.rows(repeat.source, scope, node.id, node.at)
    if not rows and not context.has_collection(repeat.source, scope):
        for child in node.children:
            message = f"Never shown: there is no collection {repeat.source!r} to repeat over"
            context.note("warning", "UNREACHABLE_NODE", message, child.id, child.at)
    context.count(len(rows))
    children: list[Node] = []
    for index, row in enumerate(rows):
        children.extend(_children(node.children, scope.inside(repeat.item_name, row, index), style, context, level))
    return Box(origin, style, tuple(children))


def _field(node: FieldNode, scope: Scope, parent: Style, context: Context) -> Box:
    value = context.bound(node.binding_id, scope, node.id, node.at)
    if value is None or value is MISSING:
        value = node.empty_value
    text, multiline = field_text(value, node.format, node.display_format, context.formats)
    between = _field_look(node, multiline)
    place = f"{node.at}{'.multiline' if multiline else ''}"
    style = context.book.style(place, parent, node.style, look.FIELD, between, break_rules(node))
    origin = _origin(node, scope)
    children: list[Node] = []
    label = context.words(node.label) if node.label is not None else ""
    if label:
        label_style = context.book.style(f"{node.at}.label", style, node.label_style, look.FIELD_TEXT)
        children.append(_text(origin, label_style, f"{label}: ", context, "label"))
    value_look = look.MULTILINE if multiline else look.FIELD_TEXT
    value_style = context.book.style(f"{place}.value", style, NO_STYLE, value_look)
    children.append(_text(origin, value_style, text, context, "value"))
    context.count(len(children))
    return Box(origin, style, tuple(children), "field")


def _field_look(node: FieldNode, multiline: bool) -> Declaration:
    borders = {"none": look.FIELD_PLAIN, "underline": look.FIELD_UNDERLINE, "box": look.FIELD_BOX}
    declaration = borders[node.border_style]
    if not multiline:
        return declaration
    unboxed = look.FIELD_MULTILINE_UNBOXED if node.border_style != "box" else look.NOTHING
    return {**declaration, **unboxed, **look.FIELD_MULTILINE}


def _picture(node: ImageNode | QrCodeNode, scope: Scope, parent: Style, context: Context) -> Iterator[Node]:
    alt = spoken(node.alt, scope, context, node.id, node.at) if node.alt is not None else ""
    if isinstance(node, QrCodeNode):
        text = printed(value_of(node.content, scope, context, node.id, node.at))
        source = qr_picture(text, node, context)
    else:
        address = image_text(value_of(node.src, scope, context, node.id, node.at))
        source = find_picture(address, context, node.id, node.at) if address is not None else None
    if source is not None:
        yield Image(
            _origin(node, scope), _style(node, parent, context, look.IMAGE), source, clean(alt, context, node.id)
        )


def _totals(node: TotalsNode, scope: Scope, parent: Style, context: Context) -> Box:
    style = _style(node, parent, context, look.TOTALS)
    origin = _origin(node, scope)
    rows = tuple(
        _totals_row(node, row, scope, style, context)
        for row in node.rows
        if row.visible_when is None or is_visible(row.visible_when, scope, context)
    )
    context.count(3 * len(rows))
    role: BoxRole = "totals"
    return Box(origin, style, rows, role)


def _totals_row(node: TotalsNode, row: TotalsRow, scope: Scope, parent: Style, context: Context) -> Box:
    emphasis = look.EMPHASIS if row.emphasize else look.NOTHING
    style = context.book.style(row.at, parent, row.style, look.TOTALS_ROW, emphasis)
    label_style = context.book.style(f"{row.at}.label", style, row.label_style, look.NOTHING)
    value_style = context.book.style(f"{row.at}.value", style, NO_STYLE, look.TOTALS_VALUE[context.book.rtl])
    origin = Origin(row.id, pointer(row.at), scope.trail)
    text = cell_text(_total_value(node, row, scope, context), row.format, context.formats)
    label = _text(origin, label_style, context.words(row.label), context, "label")
    return Box(origin, style, (label, _text(origin, value_style, text, context, "value")), "totals-row")


def _total_value(node: TotalsNode, row: TotalsRow, scope: Scope, context: Context) -> object:
    totals = context.evaluation.bindings.get(f"{node.source}.totals", MISSING)
    if totals is MISSING:
        totals = context.evaluation.totals
    if isinstance(totals, dict) and row.id in totals:
        return totals[row.id]
    return value_of(row.value, scope, context, row.id, row.at)
