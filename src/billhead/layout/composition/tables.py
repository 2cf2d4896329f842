"""Tables: one row per item of a collection, cells formatted by column."""

from collections.abc import Mapping

from billhead.layout.composition import look
from billhead.layout.composition.cells import cell_text
from billhead.layout.composition.context import Context, Scope, pointer
from billhead.layout.composition.expressions import clean, value_of
from billhead.layout.document import Cell, Origin, Row, Table
from billhead.layout.style import Declaration, Style
from billhead.layout.template import NO_STYLE, Column, PathValue, TableNode
from billhead.layout.values import MISSING

LONG_WORD = 40
_OF_CELLS = ("border_", "background_color")
_NUMERIC = frozenset({"number", "currency", "decimal", "percent", "unit-price"})


def compose_table(node: TableNode, scope: Scope, style: Style, context: Context) -> Table:
    """A head row, then a body row per item, or one row with the empty text.

    A row in which no column has any value stays blank instead of showing zeros.
    """
    at = pointer(node.at)
    rows = context.rows(node.source, scope, node.id, node.at)
    context.count(len(node.columns) * (len(rows) + 1))
    row_style = context.book.style(f"{node.at}.row", style, NO_STYLE, look.ROW)
    columns = [(column, _own_key(column), _cell_style(column, row_style, context)) for column in node.columns]
    body: list[Row] = []
    for index, row in enumerate(rows):
        inner = scope.inside(node.item_name, row, index)
        body.append(Row(Origin(node.id, at, inner.trail), row_style, _cells(node, columns, row, inner, context)))
    if not body:
        text = clean(context.words(node.empty_text) if node.empty_text is not None else "", context, node.id)
        cell_style = context.book.style(f"{node.at}.empty", row_style, NO_STYLE, look.BODY_CELL)
        body = [Row(Origin(node.id, at, scope.trail), row_style, (Cell(cell_style, text, len(node.columns)),))]
    return Table(Origin(node.id, at, scope.trail), style, (_head_row(node, scope, style, context),), tuple(body))


def _own_key(column: Column) -> str | None:
    """The row's key that the column shows, when it shows nothing more complicated."""
    expression = column.value
    if isinstance(expression, PathValue) and not expression.currency and len(expression.path) == 1:
        return expression.path[0]
    return None


def _cells(
    node: TableNode,
    columns: list[tuple[Column, str | None, Style]],
    row: Mapping[str, object],
    scope: Scope,
    context: Context,
) -> tuple[Cell, ...]:
    values: list[object] = []
    blank = True
    for column, key, _ in columns:
        value = MISSING if key is None else row.get(key, MISSING)
        if value is MISSING:
            value = value_of(column.value, scope, context, node.id, column.at)
        blank = blank and (value is None or value is MISSING)
        values.append(value)
    cells: list[Cell] = []
    for (column, _, style), value in zip(columns, values, strict=True):
        text = "" if blank else clean(cell_text(value, column.format, context.formats), context, node.id)
        cells.append(Cell(style if len(text) <= LONG_WORD else _fitting(style, text, context), text))
    return tuple(cells)


def _fitting(style: Style, text: str, context: Context) -> Style:
    return context.book.anywhere(style) if any(len(word) > LONG_WORD for word in text.split()) else style


def _head_row(node: TableNode, scope: Scope, table_style: Style, context: Context) -> Row:
    book = context.book
    inline = book.inline(node.header_style)
    row_look: Declaration = {name: value for name, value in inline.items() if not name.startswith(_OF_CELLS)}
    style = book.style(f"{node.at}.head", table_style, NO_STYLE, {**look.ROW, **row_look})
    of_row = {name: value for name, value in inline.items() if name.startswith(_OF_CELLS)}
    cells: list[Cell] = []
    for index, column in enumerate(node.columns):
        text = column.id if column.header is None else context.words(column.header)
        at_edge = (index == 0, index == len(node.columns) - 1)
        above = {**_alignment(column, context), **_corners(table_style, *at_edge, rtl=book.rtl)}
        cell_style = book.style(f"{column.at}.head", style, column.style, {**look.HEAD_CELL, **of_row}, above=above)
        words = clean(text, context, node.id)
        cells.append(Cell(_fitting(cell_style, words, context), words))
    return Row(Origin(node.id, pointer(node.at), scope.trail), style, tuple(cells))


def _corners(table: Style, first: bool, last: bool, *, rtl: bool) -> Declaration:
    """Round outer corners for the head's outer cells, so that their background stays inside a rounded table."""
    left, right = (last, first) if rtl else (first, last)
    radii: dict[str, object] = {}
    if left and isinstance(table.border_top_left_radius, float):
        radii["border_top_left_radius"] = max(table.border_top_left_radius - table.border_left_width, 0.0)
    if right and isinstance(table.border_top_right_radius, float):
        radii["border_top_right_radius"] = max(table.border_top_right_radius - table.border_right_width, 0.0)
    return radii


def _cell_style(column: Column, row_style: Style, context: Context) -> Style:
    above = _alignment(column, context)
    return context.book.style(f"{column.at}.body", row_style, column.style, look.BODY_CELL, above=above)


def _alignment(column: Column, context: Context) -> Declaration:
    """Numbers stand at the line's end, whatever the column's own style says."""
    return look.ALIGN_END[context.book.rtl] if column.format in _NUMERIC else look.NOTHING
