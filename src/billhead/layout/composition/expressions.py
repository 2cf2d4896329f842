"""Value expressions read in a scope."""

import re

from billhead.layout.composition.cells import money_or_text
from billhead.layout.composition.context import Context, Scope
from billhead.layout.errors import LimitExceeded
from billhead.layout.limits import LIMITS
from billhead.layout.template import (
    BindingValue,
    Expression,
    Literally,
    MessageValue,
    PageValue,
    PathValue,
    TemplateValue,
)
from billhead.layout.values import printed, text_of

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LATIN = re.compile("[A-Za-z]")
_ARABIC_OR_HEBREW = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"
"""Around Latin words that fill slots of a right-to-left text, so that two beside each other do not change places."""
PAGE_SLOTS = {"page-number": "{page}", "page-count": "{pages}"}
_BIDI_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ISOLATES = "\u2066\u2067\u2068"


def value_of(expression: Expression, scope: Scope, context: Context, node_id: str, at: str) -> object:
    """The value of an expression; `MISSING` when it leads nowhere."""
    if isinstance(expression, PathValue):
        value = context.resolve(expression.path, scope, node_id, at)
        return money_or_text(value, context.formats) if expression.currency else value
    if isinstance(expression, Literally):
        return expression.value
    if isinstance(expression, BindingValue):
        return context.bound(expression.binding_id, scope, node_id, at)
    if isinstance(expression, TemplateValue):
        return _filled(expression, scope, context, node_id, at)
    if isinstance(expression, MessageValue):
        # Version 1 translates labels of text nodes and image descriptions only (`spoken`).
        return context.label(expression.message) if context.template.version > 1 else expression.message.default
    return PAGE_SLOTS[expression.which]


def spoken(expression: Expression, scope: Scope, context: Context, node_id: str, at: str) -> str:
    """What a text node or an image's description says: as `value_of`, and a label is always translated."""
    if isinstance(expression, MessageValue):
        return context.label(expression.message)
    return printed(value_of(expression, scope, context, node_id, at))


def _filled(expression: TemplateValue, scope: Scope, context: Context, node_id: str, at: str) -> str:
    parts: list[str] = []
    length = 0
    for part in expression.parts:
        if isinstance(part, str):
            text = part
        elif part.name in expression.args:
            text = printed(value_of(expression.args[part.name], scope, context, node_id, at))
        else:
            in_row = scope.row is not None
            value = context.resolve(part.path, scope, node_id, at)
            text = text_of(value) if in_row and value is None and _is_in_row(scope, part.path) else printed(value)
        length += len(text)
        if length > LIMITS.text_length:
            raise LimitExceeded(f"The text of node {node_id!r} is longer than {LIMITS.text_length} characters")
        parts.append(_contained(text) if not isinstance(part, str) and _BIDI_CONTROL.search(text) else text)
    if context.book.rtl and any(_ARABIC_OR_HEBREW.search(text) for text in parts):
        parts = [_isolated(part, text) for part, text in zip(expression.parts, parts, strict=True)]
    return "".join(parts)


def _isolated(part: object, text: str) -> str:
    return text if isinstance(part, str) or not _LATIN.search(text) else f"{ISOLATE}{text}{END_OF_ISOLATE}"


def _contained(text: str) -> str:
    """A value with marks of direction of its own, so that these turn nothing outside of it around (UAX #9, 6.3)."""
    open_isolates, kept = 0, []
    for char in text:
        if char == END_OF_ISOLATE:
            if not open_isolates:
                continue
            open_isolates -= 1
        elif char in _ISOLATES:
            open_isolates += 1
        kept.append(char)
    return f"{ISOLATE}{''.join(kept)}{END_OF_ISOLATE * (open_isolates + 1)}"


def _is_in_row(scope: Scope, path: tuple[str, ...]) -> bool:
    value: object = scope.row
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return value is None


def clean(text: str, context: Context, node_id: str) -> str:
    """The text as a document may hold it: control characters and broken Unicode become U+FFFD.

    Refuses with `LimitExceeded` a text, or a document, that is too long.
    """
    context.characters += len(text)
    if len(text) > LIMITS.text_length:
        raise LimitExceeded(f"The text of node {node_id!r} is longer than {LIMITS.text_length} characters")
    if context.characters > LIMITS.document_text:
        raise LimitExceeded(f"The document has more than {LIMITS.document_text} characters")
    return _UNPRINTABLE.sub("\ufffd", text) if _UNPRINTABLE.search(text) else text


def has_page_slot(expression: Expression) -> bool:
    """Whether the expression prints a page number or count, directly or in a template's arguments."""
    if isinstance(expression, PageValue):
        return True
    return isinstance(expression, TemplateValue) and any(has_page_slot(arg) for arg in expression.args.values())


def image_text(value: object) -> str | None:
    """An image source as text, None where the format leaves the image out."""
    if not isinstance(value, str):
        return None
    trimmed = value.strip()
    return trimmed if trimmed and trimmed.lower() not in ("null", "undefined") else None
