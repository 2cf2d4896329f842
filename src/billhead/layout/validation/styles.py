"""The values of style declarations: parsed once here, so that a template's author hears of every one that is not CSS.

In version 1 an entry that cannot be read is dropped with a warning, so that old files load; version 2 refuses it.
"""

from collections.abc import Iterator, Mapping

from billhead.layout.errors import Severity
from billhead.layout.style import PROPERTIES_VERSION_2, parse_declaration
from billhead.layout.template import (
    DocumentNode,
    FieldNode,
    LayoutNode,
    SectionNode,
    StackNode,
    StyleRef,
    TableNode,
    Template,
    TotalsNode,
)
from billhead.layout.validation.findings import Findings


def token_values(template: Template) -> dict[str, str | int | float]:
    """What `var(--id)` stands for: by the id inside each token, not its key."""
    return {token.id: token.value for token in template.styles.tokens.values()}


def check_styles(template: Template, found: Findings) -> None:
    """Adds a finding for every declaration entry whose value cannot be used, and every class that does not exist."""
    severity: Severity = "warning" if template.version == 1 else "error"
    tokens = token_values(template)
    places: list[tuple[str, Mapping[str, str | int | float]]] = [
        (f"styles.classes.{name}", declaration) for name, declaration in template.styles.classes.items()
    ]
    refs = [ref for root in _roots(template) for ref in _style_refs(root)]
    places.extend((f"{at}.inline", ref.inline) for at, ref, _ in refs if ref.inline)
    for at, declaration in places:
        for problem in parse_declaration(declaration, tokens, PROPERTIES_VERSION_2)[1]:
            found.add(problem.kind, f"{at}.{problem.property}", problem.message, problem.hint, severity)
    for at, ref, direction in refs:
        if _wraps_column(template, ref, direction):
            message, hint = "Columns do not wrap: flexWrap counts in rows", "wrap a row, or use a grid"
            found.add("unsupported-combination", f"{at}.inline.flexWrap", message, hint, severity)
        for index, name in enumerate(ref.class_ids):
            if name not in template.styles.classes:
                message = f"No style class is called {name!r}"
                found.add("unknown-class", f"{at}.tokenIds.{index}", message, "add it to styles.classes", "warning")


def _wraps_column(template: Template, ref: StyleRef, direction: str) -> bool:
    """Whether classes and inline entries together make a column that wraps; `direction` is the node's own."""
    merged: dict[str, str | int | float] = {}
    for name in ref.class_ids:
        merged.update(template.styles.classes.get(name, {}))
    merged.update(ref.inline or {})
    names = ("display", "flexDirection", "flexWrap")
    display, styled, wrap = (str(merged.get(name, "")).strip().lower() for name in names)
    column = styled.startswith("column") or (direction == "column" and not styled and display in ("", "flex"))
    return column and wrap.startswith("wrap")


def _roots(template: Template) -> Iterator[LayoutNode]:
    yield template.layout
    for part in (template.page_header, template.page_footer):
        if part is not None:
            yield part


def _style_refs(root: LayoutNode) -> Iterator[tuple[str, StyleRef, str]]:
    """Place and style reference of every node, and the direction that the node itself gives its children."""
    stack: list[LayoutNode] = [root]
    while stack:
        node = stack.pop()
        yield f"{node.at}.style", node.style, node.direction if isinstance(node, StackNode) else ""
        match node:
            case DocumentNode() | SectionNode() | StackNode():
                stack.extend(reversed(node.children))
            case FieldNode():
                yield f"{node.at}.labelStyle", node.label_style, ""
            case TableNode():
                yield f"{node.at}.headerStyle", node.header_style, ""
                for column in node.columns:
                    yield f"{column.at}.style", column.style, ""
            case TotalsNode():
                for row in node.rows:
                    yield f"{row.at}.style", row.style, ""
                    yield f"{row.at}.labelStyle", row.label_style, ""
            case _:
                continue
