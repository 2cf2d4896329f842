"""Tables: one row per item of a collection, cells formatted by column."""

from collections.abc import Mapping

from billhead.layout.composition import look
from billhead.layout.composition.cells import cell_text
from billhead.layout.composition.context import Context, Scope, pointer
from billhead.layout.composition.expressions import clean, value_of
from billhead.layout.document import Cell, Origin, Row, Table
from billhead.layout.style import Declaration, Style
from billhead.layout.template import NO_STYLE, Column, TableNode
from billhead.layout.values import MISSING

LONG_WORD = 40
_NUMERIC = frozenset({"number", "currency", "decimal", "percent"})
_ROW_BORDERS = ("border_", "background_color")


def compose_table(node: TableNode, scope: Scope, style: Style, context: Context) -> Table:
    """A head row, then a body row per item, or one row with the empty text.

    A row in which no column has any value stays blank instead of showing zeros.
    """
    at = pointer(node.at)
    rows = context.rows(node.source, scope, node.id, node.at)
    context.count(len(node.columns) * (len(rows) + 1))
    row_style = context.book.style(f"{node.at}.row", style, NO_STYLE, look.ROW)
    styles = [_cell_style(node, column, row_style, context) for column in node.columns]
    body = [
        _body_row(node, row, scope.inside(node.item_name, row, index), styles, row_style, at, context)
        for index, row in enumerate(rows)
    ]
    if not body:
        text = clean(context.words(node.empty_text) if node.empty_text is not None else "", context, node.id)
        cell_style = context.book.style(f"{node.at}.empty", row_style, NO_STYLE, look.BODY_CELL)
        body = [Row(Origin(node.id, at, scope.trail), row_style, (Cell(cell_style, text, len(node.columns)),))]
    return Table(Origin(node.id, at, scope.trail), style, (_head_row(node, scope, style, context),), tuple(body))


def _body_row(
    node: TableNode,
    row: Mapping[str, object],
    scope: Scope,
    styles: list[Style],
    row_style: Style,
    at: str,
    context: Context,
) -> Row:
    values = [value_of(column.value, scope, context, node.id, column.at) for column in node.columns]
    blank = all(value is None or value is MISSING for value in values)
    cells: list[Cell] = []
    for column, value, style in zip(node.columns, values, styles, strict=True):
        text = "" if blank else clean(cell_text(value, column.format, context.formats), context, node.id)
        cells.append(Cell(_fitting(style, text, context), text))
    return Row(Origin(node.id, at, scope.trail), row_style, tuple(cells))


def _fitting(style: Style, text: str, context: Context) -> Style:
    if len(text) > LONG_WORD and any(len(word) > LONG_WORD for word in text.split()):
        return context.book.anywhere(style)
    return style


def _head_row(node: TableNode, scope: Scope, table_style: Style, context: Context) -> Row:
    book = context.book
    inline = book.inline(node.header_style)
    row_look: Declaration = {name: value for name, value in inline.items() if not name.startswith("border_")}
    style = book.style(f"{node.at}.head", table_style, NO_STYLE, {**look.ROW, **row_look})
    of_row = {name: value for name, value in inline.items() if name.startswith("border_")}
    cells: list[Cell] = []
    for column in node.columns:
        text = column.id if column.header is None else context.words(column.header)
        cell_style = book.style(
            f"{column.at}.head", style, column.style, {**look.HEAD_CELL, **of_row}, above=_alignment(column, context)
        )
        words = clean(text, context, node.id)
        cells.append(Cell(_fitting(cell_style, words, context), words))
    return Row(Origin(node.id, pointer(node.at), scope.trail), style, tuple(cells))


def _cell_style(node: TableNode, column: Column, row_style: Style, context: Context) -> Style:
    above = _alignment(column, context)
    return context.book.style(f"{column.at}.body", row_style, column.style, look.BODY_CELL, above=above)


def _alignment(column: Column, context: Context) -> Declaration:
    """Numbers stand at the line's end, whatever the column's own style says."""
    return look.ALIGN_END[context.book.rtl] if column.format in _NUMERIC else look.NOTHING
