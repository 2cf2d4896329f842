"""A composed document as plain text, for e-mail bodies and terminals."""

from billhead.layout.document import Box, Document, Image, Node, Row, Table, Text

_WIDEST_CELL = 44
_RULE = "-" * 60


def render_text(document: Document) -> str:
    """Paragraphs, fields and totals one per line, table rows with their cells in columns; ends with a newline."""
    lines: list[str] = [document.watermark] if document.watermark else []
    for part in (document.header, document.root, document.footer):
        if part is not None:
            _write(part, lines)
    return "\n".join(_tidy(lines)) + "\n"


def _write(node: Node, lines: list[str]) -> None:
    if node.style.display == "none":
        return
    match node:
        case Text():
            lines.extend(node.text.splitlines() or [""])
        case Image():
            lines.extend([f"[{node.alt}]"] if node.alt else [])
        case Table():
            lines.append("")
            lines.extend(_table(node))
            lines.append("")
        case Box(role="divider"):
            lines.append(_RULE)
        case Box(role="field" | "totals-row"):
            words = [child.text.strip() for child in node.children if isinstance(child, Text)]
            lines.extend("  ".join(word for word in words if word).splitlines())
        case Box():
            if node.role == "section":
                lines.append("")
            for child in node.children:
                _write(child, lines)


def _table(table: Table) -> list[str]:
    rows = [*table.head, *table.body]
    columns = max((len(row.cells) for row in rows), default=0)
    widths = [0] * columns
    for row in rows:
        if len(row.cells) == columns:
            for index, cell in enumerate(row.cells):
                widths[index] = min(max(widths[index], len(_flat(cell.text))), _WIDEST_CELL)
    return [_row(row, widths) for row in rows]


def _row(row: Row, widths: list[int]) -> str:
    if len(row.cells) != len(widths):
        return " ".join(_flat(cell.text) for cell in row.cells)
    parts: list[str] = []
    for cell, width in zip(row.cells, widths, strict=True):
        text = _flat(cell.text)
        at_end = cell.style.text_align == "right"
        parts.append(text.rjust(width) if at_end else text.ljust(width))
    return "  ".join(parts).rstrip()


def _flat(text: str) -> str:
    return " ".join(text.split())


def _tidy(lines: list[str]) -> list[str]:
    """No trailing spaces, never two empty lines together, none at the ends."""
    out: list[str] = []
    for line in lines:
        stripped = line.rstrip()
        if stripped or (out and out[-1]):
            out.append(stripped)
    while out and not out[-1]:
        out.pop()
    return out
