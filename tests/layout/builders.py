"""Plain builders of templates and data for the layout tests."""

from decimal import Decimal

from billhead import layout
from billhead.layout.document import Box, Document, Node, Table, Text
from billhead.layout.view_models import InvoiceItem, InvoiceView, Location, Party

Json = dict[str, object]

HARBOUR = Location(
    "harbour", "Harbour Office", "12 Dock Road", city="Bristol", postal_code="BS1 6QF", country_name="United Kingdom"
)
DEPOT = Location("depot", "North Depot", "4 Mill Lane", city="Leeds", country_code="GB")


def a_template(
    *children: Json,
    values: dict[str, str] | None = None,
    collections: dict[str, str] | None = None,
    version: int = 1,
    **root: object,
) -> Json:
    """A template with these nodes in its document; bindings are given as id → path."""
    return {
        "kind": "invoice-template-ast",
        "version": version,
        "bindings": {
            "values": {key: {"id": key, "kind": "value", "path": path} for key, path in (values or {}).items()},
            "collections": {
                key: {"id": key, "kind": "collection", "path": path} for key, path in (collections or {}).items()
            },
        },
        "layout": {"id": "root", "type": "document", "children": list(children)},
        **root,
    }


def path(of: str) -> Json:
    """A path expression."""
    return {"type": "path", "path": of}


def literal(value: object) -> Json:
    """A literal expression."""
    return {"type": "literal", "value": value}


def a_text(content: Json, id: str = "text", **more: object) -> Json:
    """A text node."""
    return {"id": id, "type": "text", "content": content, **more}


def a_field(binding: str, id: str = "field", **more: object) -> Json:
    """A field node."""
    return {"id": id, "type": "field", "binding": {"bindingId": binding}, **more}


def a_column(of: str, id: str = "column", **more: object) -> Json:
    """A column over a path."""
    return {"id": id, "header": "", "value": path(of), **more}


def a_table(source: str, *columns: Json, item: str = "item", **more: object) -> Json:
    """A dynamic table."""
    repeat = {"sourceBinding": {"bindingId": source}, "itemBinding": item}
    return {"id": "table", "type": "dynamic-table", "repeat": repeat, "columns": list(columns), **more}


def a_repeat(source: str, item: str, *children: Json, id: str = "repeat") -> Json:
    """A repeated stack."""
    repeat = {"sourceBinding": {"bindingId": source}, "itemBinding": item}
    return {"id": id, "type": "stack", "repeat": repeat, "children": list(children)}


def a_pipeline(*operations: Json, source: str = "rows") -> Json:
    """Transforms from `rows` to `out`."""
    return {"sourceBindingId": source, "outputBindingId": "out", "operations": list(operations)}


def an_invoice(lines: int = 3, *, currency: str = "USD", located: bool = False, recurring: bool = False) -> Json:
    """The view model of an invoice with so many lines, as JSON."""
    items = [
        InvoiceItem(
            id=str(number),
            description=f"Service {number}",
            quantity=Decimal("1.5") if number % 2 else Decimal(2),
            unit_price=Decimal(1000 + number),
            total=2 * (1000 + number),
            location=(HARBOUR, DEPOT)[number % 2] if located else None,
            billing_timing="arrears" if recurring and number % 2 == 0 else None,
        )
        for number in range(lines)
    ]
    subtotal = sum(item.total for item in items)
    return InvoiceView(
        invoice_number="INV-000042",
        issue_date="2025-03-05",
        due_date="2025-04-04",
        currency_code=currency,
        customer=Party("Harbour & Sons GmbH", "Hafenstr. 9\n20457 Hamburg"),
        tenant=Party("Lumen IT Services", "12 Dock Road\nBristol"),
        items=items,
        subtotal=subtotal,
        tax=subtotal // 5,
        total=subtotal + subtotal // 5,
        po_number="PO-7",
        notes="Thank you.",
    ).to_dict()


def shown(template: Json, data: object, **options: object) -> list[str]:
    """The texts of the composed document that are not blank."""
    runs = layout.compose(template, data, **options).text_runs()  # type: ignore[arg-type]
    return [run for run in runs if run.strip()]


def every_node(document: Document) -> list[Node]:
    """All nodes of a document's body in tree order."""
    out: list[Node] = []
    stack: list[Node] = [document.root]
    while stack:
        node = stack.pop()
        out.append(node)
        if isinstance(node, Box):
            stack.extend(reversed(node.children))
    return out


def node_of(document: Document, id: str) -> Node:
    """The first node that a template node of this id became."""
    return next(node for node in every_node(document) if node.origin.node_id == id)


def text_of(document: Document, id: str) -> str:
    """The text of a text node, or of every text below it joined by spaces."""
    node = node_of(document, id)
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Box):
        return " ".join(child.text for child in node.children if isinstance(child, Text))
    return ""


def table_rows(document: Document, id: str = "table") -> list[list[str]]:
    """The body of a table as texts."""
    node = node_of(document, id)
    return [[cell.text for cell in row.cells] for row in node.body] if isinstance(node, Table) else []


def a_rich_template() -> Json:
    """A version-1 template with every kind of node, expression and operation."""
    aggregate: Json = {"id": "sums", "type": "aggregate", "aggregations": [{"id": "net", "op": "sum", "path": "total"}]}
    ratio = {"type": "binary", "op": "divide", "left": path("total"), "right": {"type": "literal", "value": 100}}
    condition = {"type": "comparison", "path": "total", "op": "gt", "value": 0}
    row = {"id": "sum", "label": {"i18nKey": "labels.total", "defaultValue": "Total"}, "value": path("total")}
    words = {"type": "template", "template": "{{a}} {{b}}", "args": {"a": path("total|currency"), "b": literal(None)}}
    section: Json = {
        "id": "section",
        "type": "section",
        "title": {"i18nKey": "labels.notes", "defaultValue": "Notes"},
        "children": [a_text(words), {"id": "rule", "type": "divider"}, a_field("number", label="No", format="text")],
    }
    return a_template(
        section,
        {"id": "logo", "type": "image", "src": literal(""), "alt": {"type": "binding", "bindingId": "number"}},
        a_table("out", a_column("total", format="currency", style={"inline": {"width": "40%"}}), emptyStateText="None"),
        a_repeat("lines", "line", a_text(path("line.description"), style={"tokenIds": ["big"]})),
        {"id": "totals", "type": "totals", "sourceBinding": {"bindingId": "out"}, "rows": [row]},
        values={"number": "invoiceNumber"},
        collections={"lines": "items"},
        metadata={"locale": "en", "printSettings": {"paperPreset": "A4", "marginMm": 12.5}},
        styles={"tokens": {"t": {"id": "ink", "value": "#123"}}, "classes": {"big": {"color": "var(--ink)"}}},
        transforms=a_pipeline(
            {"id": "some", "type": "filter", "predicate": {"type": "not", "condition": condition}},
            {"id": "order", "type": "sort", "keys": [{"path": "total", "direction": "desc", "nulls": "first"}]},
            {"id": "more", "type": "computed-field", "fields": [{"id": "whole", "expression": ratio}]},
            aggregate,
            source="lines",
        ),
    )
