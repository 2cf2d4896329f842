"""Builders of document trees, for tests of the phases after composing."""

from __future__ import annotations

from billhead.layout.document import Box, Cell, Document, Node, Origin, PageSetup, Row, Table, Text
from billhead.layout.style import Style, compute_style, parse_declaration, root_style

ROOT = root_style(parse_declaration({"fontSize": "14px", "lineHeight": "20px", "overflowWrap": "break-word"})[0])


def a_style(parent: Style = ROOT, **declaration: object) -> Style:
    """A computed style; every entry must parse."""
    parsed, problems = parse_declaration(declaration)
    assert not problems, problems
    return compute_style((parsed,), parent, ROOT.font_size)


def a_text(text: str, node_id: str = "text", **declaration: object) -> Text:
    """A paragraph."""
    return Text(Origin(node_id, f"/layout/{node_id}"), a_style(**declaration), text)


def a_heading(text: str, **declaration: object) -> Text:
    """A second-level heading."""
    return Text(Origin("heading", "/layout/heading"), a_style(**declaration), text, "heading", 2)


def a_box(*children: Node, node_id: str = "box", **declaration: object) -> Box:
    """A container."""
    return Box(Origin(node_id, f"/layout/{node_id}"), a_style(**declaration), children)


def a_table(rows: int, *, columns: int = 3, **declaration: object) -> Table:
    """A table of numbered rows below a head."""
    cell, head = a_style(padding="4px", borderBottom="1px solid #ddd"), a_style(padding="4px", fontWeight="700")
    origin, plain = Origin("table", "/layout/table"), a_style()
    titles = Row(origin, plain, tuple(Cell(head, f"Head{column}") for column in range(columns)))
    body = [
        Row(origin, plain, tuple(Cell(cell, f"r{row}c{column}") for column in range(columns))) for row in range(rows)
    ]
    return Table(origin, a_style(width="100%", **declaration), (titles,), tuple(body))


def a_document(*children: Node, width: float = 500, height: float = 600, **more: object) -> Document:
    """A document with margins of 40 px."""
    root = Box(Origin("root", "/layout"), ROOT, children, "document")
    return Document(root, PageSetup(width, height), title="A test", **more)  # type: ignore[arg-type]
