"""What composing one document needs everywhere: bindings, formats, labels, limits, and the diagnostics it collects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from billhead.layout.composition.stylebook import StyleBook
from billhead.layout.document import Diagnostic, ImageSource, Severity
from billhead.layout.errors import LimitExceeded
from billhead.layout.evaluation import Evaluation
from billhead.layout.formatting import Formats
from billhead.layout.labels import find_label
from billhead.layout.limits import LIMITS
from billhead.layout.template import DisplayText, Message, Template
from billhead.layout.values import MISSING, Path, as_record, lookup

MOST_DIAGNOSTICS = 200
Record = Mapping[str, object]


@dataclass(slots=True)
class Scope:
    """Where an expression is read: the innermost row, every enclosing row by its name, and the row numbers so far.

    Never changed once made; not frozen because one is made for every row.
    """

    row: Record | None = None
    items: Mapping[str, Record] = field(default_factory=dict)
    trail: str = ""

    def inside(self, name: str, row: Record, index: int) -> "Scope":
        """The scope of one row of a table or repeat."""
        return Scope(row, {**self.items, name: row}, f"{self.trail}.{index}" if self.trail else str(index))


OUTERMOST = Scope()


@dataclass(slots=True)
class Context:
    """One composition under way.

    `language` is the shipped language of labels, None for the template's own texts. `padded_at` is the place of the
    node whose padding is already the margin of the pages.
    """

    template: Template
    data: Record
    evaluation: Evaluation
    formats: Formats
    language: str | None
    book: StyleBook
    images: Mapping[str, bytes]
    padded_at: str = ""
    diagnostics: dict[tuple[str, str, str], Diagnostic] = field(default_factory=dict)
    pictures: dict[str, ImageSource | None] = field(default_factory=dict)
    nodes: int = 0
    characters: int = 0
    modules: int = 0
    pixels: int = 0

    def note(self, severity: Severity, code: str, message: str, node_id: str, at: str, hint: str = "") -> None:
        """Adds a diagnostic once per place and message."""
        key = (code, at, message)
        if key not in self.diagnostics and len(self.diagnostics) < MOST_DIAGNOSTICS:
            self.diagnostics[key] = Diagnostic(severity, code, message, node_id, pointer(at), hint)

    def count(self, nodes: int) -> None:
        """Counts composed nodes. Refuses with `LimitExceeded` past the limit."""
        self.nodes += nodes
        if self.nodes > LIMITS.composed_nodes:
            raise LimitExceeded(f"The document would have more than {LIMITS.composed_nodes} nodes")

    def count_modules(self, modules: int) -> None:
        """Counts the dots of QR codes. Refuses with `LimitExceeded` past the limit."""
        self.modules += modules
        if self.modules > LIMITS.qr_modules:
            raise LimitExceeded(f"The QR codes of the document would have more than {LIMITS.qr_modules} dots")

    def count_pixels(self, pixels: int) -> None:
        """Counts the pixels of pictures. Refuses with `LimitExceeded` past the limit."""
        self.pixels += pixels
        if self.pixels > LIMITS.picture_pixels:
            raise LimitExceeded(f"The pictures of the document have more than {LIMITS.picture_pixels} pixels")

    def words(self, text: DisplayText) -> str:
        """A display text in the document's language."""
        return self.label(text) if isinstance(text, Message) else text

    def label(self, message: Message) -> str:
        """A label in the document's language, else the template's own words."""
        found = find_label(self.language, message.key)
        return message.default if found is None else found

    def resolve(self, path: Path, scope: Scope, node_id: str, at: str) -> object:
        """The value of a path: in the row, in an enclosing row that its first step names, then in the data."""
        if scope.row is None:
            return lookup(self.data, path)
        value = lookup(scope.row, path)
        if value is not MISSING:
            return value
        if len(path) > 1 and path[0] in scope.items:
            value = lookup(scope.items[path[0]], path[1:])
            if value is not MISSING:
                return value
        value = lookup(self.data, path)
        if value is not MISSING:
            name = ".".join(path)
            message = f"{name!r} is not in the row; the value of the whole document is shown"
            self.note("warning", "SCOPE_FALLBACK", message, node_id, at, "use a value binding to say so")
        return value

    def bound(self, binding_id: str, scope: Scope, node_id: str, at: str) -> object:
        """The value of a binding; a dotted id whose first part names an enclosing row is a path into that row."""
        bindings = self.evaluation.bindings
        if binding_id in bindings:
            return bindings[binding_id]
        first, _, rest = binding_id.partition(".")
        if rest and first in scope.items:
            return lookup(scope.items[first], tuple(rest.split(".")))
        if binding_id not in self.template.bindings.values:
            message = f"There is no binding {binding_id!r}"
            self.note("warning", "MISSING_BINDING", message, node_id, at, "declare it under bindings.values")
        return MISSING

    def has_collection(self, source: str, scope: Scope) -> bool:
        """Whether anything by that name could be repeated over: a binding, or a path into an enclosing row."""
        return source in self.evaluation.bindings or source.partition(".")[0] in scope.items

    def rows(self, source: str, scope: Scope, node_id: str, at: str) -> list[Record]:
        """The rows of a table or repeat; anything that is no array of objects gives none."""
        first, _, rest = source.partition(".")
        if rest and first in scope.items:
            found = lookup(scope.items[first], tuple(rest.split(".")))
        else:
            found = self.evaluation.bindings.get(source, MISSING)
            if found is MISSING:
                message = f"There is no collection {source!r}"
                self.note("warning", "MISSING_BINDING", message, node_id, at, "declare it under bindings.collections")
        rows = [as_record(row) for row in found if isinstance(row, dict)] if isinstance(found, list | tuple) else []
        if len(rows) > LIMITS.rows:
            raise LimitExceeded(f"More than {LIMITS.rows} rows in {source!r}")
        if not rows:
            self.note("info", "EMPTY_COLLECTION", f"The collection {source!r} has no rows", node_id, at)
        return rows


def pointer(at: str) -> str:
    """The JSON Pointer (RFC 6901) of a dotted place; places of nodes never hold `/` or `~`."""
    return "/" + at.replace(".", "/") if at else ""
