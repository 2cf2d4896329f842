"""A composed document as one HTML page: self-contained, semantic, printable, without script.

In: `Document`. Out: text. Every style is the node's computed style, gathered into classes, over a reset that takes
the browser's own style sheet away; so the page looks as the frames do.
"""

from dataclasses import dataclass, field
from html import escape

from billhead.layout.document import Box, Cell, Direction, Document, Image, Node, Row, Table, Text
from billhead.layout.emit.data_uri import data_uri
from billhead.layout.fonts import font_stack
from billhead.layout.style import Style, css_text
from billhead.layout.text import paragraph_direction

_RESET = """\
html{background:#fff;-webkit-text-size-adjust:100%;text-justify:inter-word}
body,main,div,section,header,footer,p,h1,h2,h3,h4,h5,h6,span,hr,img,table,dl,dt,dd{display:block;margin:0;padding:0;\
border:0 solid;box-sizing:content-box;font:inherit;min-width:auto}
table{display:table;border-collapse:separate;border-spacing:0}
thead{display:table-header-group}tbody{display:table-row-group}tr{display:table-row}
td,th{display:table-cell;vertical-align:top;text-align:inherit;padding:0;border:0 solid;box-sizing:content-box;\
font:inherit}
a{color:inherit;text-decoration:none}
main{position:relative}
.name{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
"""
_MARK = """\
.mark{position:fixed;inset:0;display:flex;align-items:center;justify-content:center;pointer-events:none;\
z-index:9;overflow:hidden}
.mark span{transform:rotate(-32deg);font:700 96px/1 sans-serif;letter-spacing:8px;white-space:nowrap;\
color:rgba(107,114,128,.16)}
"""
_POLICY = "default-src 'none';style-src 'unsafe-inline';img-src data:;font-src data:"
_READERS_OWN = "system-ui,sans-serif"


def render_html(document: Document, *, font_css: str = "") -> str:
    """The page. `font_css` holds @font-face rules to embed; without it the reader's own fonts are used."""
    sheet = _Sheet(document)
    root = _Writer(sheet, document.direction)
    body: list[str] = []
    if document.header is not None:
        body.append(f"<header>{root.node(document.header, None)}</header>")
    if document.title and not _has_title(document.root):
        body.append(f'<h1 class="name">{escape(document.title)}</h1>')
    body.append(f"<main>{root.node(document.root, None)}</main>")
    if document.footer is not None:
        body.append(f"<footer>{root.node(document.footer, None)}</footer>")
    if document.watermark:
        mark = escape(document.watermark)
        body.append(f'<div class="mark" role="note" aria-label="{mark}"><span aria-hidden="true">{mark}</span></div>')
    css = f"{font_css}{_RESET}{_page_css(document)}{_MARK if document.watermark else ''}{sheet.css()}"
    css = css.replace("<", "\\3c ")
    return (
        f'<!doctype html>\n<html lang="{escape(document.lang)}" dir="{document.direction}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>\n{css}</style>\n</head>\n"
        f'<body class="page">\n{"".join(body)}\n</body>\n</html>\n'
    )


def _has_title(node: Node) -> bool:
    """Whether a heading of the first level stands in it: else the page names itself, unseen, for screen readers."""
    if isinstance(node, Box):
        return any(map(_has_title, node.children))
    return isinstance(node, Text) and node.role == "heading" and node.level == 1


def _page_css(document: Document) -> str:
    page = document.page
    padding = f"{page.margin_top:g}px {page.margin_right:g}px {page.margin_bottom:g}px {page.margin_left:g}px"
    return (
        f"@page{{size:{page.width:g}px {page.height:g}px;margin:{padding}}}\n"
        f".page{{position:relative;box-sizing:border-box;width:{page.width:g}px;margin:0 auto;"
        f"padding:{padding};-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n"
        "@media print{.page{width:auto;padding:0}}\n"
    )


@dataclass(slots=True)
class _Sheet:
    """Declarations by the class that stands for them, each written once."""

    document: Document
    names: dict[str, str] = field(default_factory=dict)
    kept: dict[tuple[int, int], str] = field(default_factory=dict)

    def name(self, style: Style, parent: Style | None) -> str:
        """The class of a style under a parent; "" when nothing needs saying."""
        key = (id(style), id(parent))
        found = self.kept.get(key)
        if found is None:
            stack = f"{font_stack(style, self.document)},{_READERS_OWN}"
            same = parent is not None and style.font_family == parent.font_family
            text = css_text(style, parent, stack)
            text = text.removesuffix(f"font-family:{stack}").strip(";") if same else text
            found = self.names.setdefault(text, f"s{len(self.names)}") if text else ""
            self.kept[key] = found
        return found

    def css(self) -> str:
        """The style sheet."""
        return "".join(f".{name}{{{text}}}\n" for text, name in self.names.items())


@dataclass(slots=True)
class _Writer:
    """Prints nodes. Texts say their direction where it is not the document's."""

    sheet: _Sheet
    direction: Direction

    def node(self, node: Node, parent: Style | None) -> str:
        """One node and all below it. `parent` is the style around it, None at the root."""
        match node:
            case Text():
                return self.text(node, parent)
            case Box():
                return self.box(node, parent)
            case Table():
                return self.table(node, parent)
            case Image():
                alt = escape(node.alt)
                source = data_uri(node.source)
                return f'<img{self.attributes(node, parent)} src="{source}" alt="{alt}">'

    def attributes(self, node: Node, parent: Style | None) -> str:
        name = self.sheet.name(node.style, parent)
        place = f' data-node="{escape(node.origin.node_id)}"' if node.origin.node_id else ""
        return _class(name) + place

    def turned(self, text: str) -> str:
        """The `dir` attribute of a paragraph that runs against the document."""
        if self.direction == "ltr" and text.isascii():
            return ""
        own = paragraph_direction(text, self.direction)
        return "" if own == self.direction else f' dir="{own}"'

    def text(self, node: Text, parent: Style | None, tag: str = "") -> str:
        tag = tag or (f"h{node.level or 2}" if node.role == "heading" else "p" if node.role == "paragraph" else "span")
        words = escape(_unpaged(node))
        if node.href is not None:
            words = f'<a href="{escape(node.href)}" rel="noopener noreferrer">{words}</a>'
        return f"<{tag}{self.turned(node.text)}{self.attributes(node, parent)}>{words}</{tag}>"

    def box(self, node: Box, parent: Style | None) -> str:
        attributes = self.attributes(node, parent)
        if node.role == "divider":
            return f"<hr{attributes}>"
        if node.role == "totals" and all(_is_pair(child) for child in node.children) and node.children:
            return f"<dl{attributes}>{''.join(self.pair(child, node.style) for child in node.children)}</dl>"
        tag = "section" if node.role == "section" else "div"
        return f"<{tag}{attributes}>{''.join(self.node(child, node.style) for child in node.children)}</{tag}>"

    def pair(self, node: Node, parent: Style) -> str:
        """A totals row as a term and its description."""
        parts = node.children if isinstance(node, Box) else ()
        inner = "".join(
            self.text(part, node.style, tag)
            for part, tag in zip(parts, ("dt", "dd"), strict=True)
            if isinstance(part, Text)
        )
        return f"<div{self.attributes(node, parent)}>{inner}</div>"

    def table(self, node: Table, parent: Style | None) -> str:
        head = "".join(self.row(row, node.style, "th") for row in node.head)
        body = "".join(self.row(row, node.style, "td") for row in node.body)
        caption = f' aria-label="{escape(node.caption)}"' if node.caption else ""
        return f"<table{self.attributes(node, parent)}{caption}><thead>{head}</thead><tbody>{body}</tbody></table>"

    def row(self, row: Row, parent: Style, tag: str) -> str:
        name = self.sheet.name(row.style, parent)
        cells = "".join(self.cell(cell, row.style, tag) for cell in row.cells)
        return f"<tr{_class(name)}>{cells}</tr>"

    def cell(self, cell: Cell, parent: Style, tag: str) -> str:
        name = self.sheet.name(cell.style, parent)
        scope = ' scope="col"' if tag == "th" else ""
        span = f' colspan="{cell.span}"' if cell.span > 1 else ""
        words = escape(cell.text)
        if cell.href is not None:
            words = f'<a href="{escape(cell.href)}" rel="noopener noreferrer">{words}</a>'
        turned = self.turned(cell.text)
        if turned:
            # Not on the cell itself: browsers swap the side borders of a cell that runs against its table.
            words = f"<div{turned}>{words}</div>"
        inner = words + "".join(self.node(child, cell.style) for child in cell.children)
        return f"<{tag}{_class(name)}{scope}{span}>{inner}</{tag}>"


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _is_pair(node: Node) -> bool:
    return isinstance(node, Box) and len(node.children) == 2 and all(isinstance(part, Text) for part in node.children)


def _unpaged(node: Text) -> str:
    """On one endless page every page number is 1."""
    return node.text.replace("{pages}", "1").replace("{page}", "1") if node.paged else node.text
