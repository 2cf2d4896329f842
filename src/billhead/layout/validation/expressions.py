"""Value expressions of the format as shapes: literals, bindings, paths, text templates, labels, page numbers."""

import re
from collections.abc import Mapping

from billhead.layout import template as t
from billhead.layout.validation.findings import Findings
from billhead.layout.validation.shapes import (
    AnyOf,
    Closed,
    Exactly,
    Key,
    Mapped,
    Named,
    Numeral,
    Shape,
    Tagged,
    Truth,
    Words,
    needed,
)
from billhead.layout.values import split_path

TEXT = Words(least=1)
_SLOT = re.compile(r"\{\{([A-Za-z0-9_.-]+)\}\}")
_CURRENCY_SUFFIX = re.compile(r"([^|]*)\|\s*currency\s*", re.IGNORECASE)


class NullShape:
    """The value null."""

    def read(self, raw: object, at: str, found: Findings) -> object:
        return None if raw is None else found.wrong_type(at, "null", raw)

    def schema(self, version: int) -> dict[str, object]:
        return {"type": "null"}


SCALAR = AnyOf((Words(), Numeral(), Truth(), NullShape()), "string, number, boolean or null")


def path_value(source: str) -> t.PathValue:
    """Splits a path from its `|currency` suffix; any other suffix makes the whole text the path."""
    filtered = _CURRENCY_SUFFIX.fullmatch(source)
    path = filtered[1].strip() if filtered else source
    return t.PathValue(source, split_path(path), filtered is not None)


def template_parts(text: str) -> tuple[str | t.Slot, ...]:
    """Cuts a text at its `{{name}}` slots; everything else stays verbatim."""
    parts: list[str | t.Slot] = []
    for index, piece in enumerate(_SLOT.split(text)):
        if index % 2:
            parts.append(t.Slot(piece, split_path(piece)))
        elif piece:
            parts.append(piece)
    return tuple(parts)


def _template_value(parts: tuple[str | t.Slot, ...], args: Mapping[str, t.Expression] | None = None) -> t.TemplateValue:
    return t.TemplateValue(parts, args or {})


def _message_value(key: str, default: str) -> t.MessageValue:
    return t.MessageValue(t.Message(key, default))


def _only(value: object) -> object:
    return value


def reference(key: str) -> Closed:
    """A closed object with one non-empty string, standing for that string."""
    return Closed({key: needed(TEXT, "value")}, _only)


MESSAGE_KEYS: Mapping[str, Key] = {"i18nKey": needed(TEXT, "key"), "defaultValue": needed(Words(), "default")}
MESSAGE = Closed(MESSAGE_KEYS, t.Message)


def _expression() -> Shape:
    return EXPRESSIONS


EXPRESSION = Named("expression", _expression)

EXPRESSIONS = Tagged(
    {
        "literal": Closed({"value": needed(SCALAR, "value")}, t.Literally, tag=("type", "literal")),
        "binding": Closed({"bindingId": needed(TEXT, "binding_id")}, t.BindingValue, tag=("type", "binding")),
        "path": Closed({"path": needed(Words(least=1, convert=path_value), "value")}, _only, tag=("type", "path")),
        "template": Closed(
            {
                "template": needed(Words(least=1, convert=template_parts), "parts"),
                "args": Key(Mapped(EXPRESSION), "args"),
            },
            _template_value,
            tag=("type", "template"),
        ),
        "i18n": Closed(MESSAGE_KEYS, _message_value, tag=("type", "i18n")),
        "page": Closed(
            {
                "which": needed(
                    AnyOf((Exactly("page-number"), Exactly("page-count")), "page-number or page-count"), "which"
                )
            },
            t.PageValue,
            tag=("type", "page"),
        ),
    },
    since={"page": 2},
)
