"""Declarations of the template format (JSON objects of CSS text) into typed longhands, with every problem named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from billhead.layout.style.properties import GENERALITY, PROPERTIES, Longhands

Declaration = Mapping[str, object]
"""Longhand property (a field name of `Style`) → typed value; em, rem and `currentcolor` are not yet resolved."""

NUMBERS_ALLOWED = frozenset({"flexGrow", "flexShrink", "fontWeight", "lineHeight", "zIndex"})

PROPERTIES_VERSION_1 = frozenset(
    [
        "display",
        "flexDirection",
        "width",
        "height",
        "minWidth",
        "minHeight",
        "maxWidth",
        "maxHeight",
        "flexGrow",
        "flexShrink",
        "flexBasis",
        "padding",
        "margin",
        "border",
        "borderRadius",
        "gap",
        "justifyContent",
        "alignItems",
        "gridTemplateColumns",
        "gridTemplateRows",
        "gridAutoFlow",
        "flex",
        "aspectRatio",
        "objectFit",
        "objectPosition",
        "color",
        "backgroundColor",
        "borderColor",
        "fontSize",
        "fontWeight",
        "fontFamily",
        "fontStyle",
        "lineHeight",
        "textAlign",
    ]
)
PROPERTIES_VERSION_1_EXTENDED = PROPERTIES_VERSION_1 | frozenset(
    [
        "overflow",
        "position",
        "top",
        "right",
        "bottom",
        "left",
        "zIndex",
        "paddingTop",
        "paddingRight",
        "paddingBottom",
        "paddingLeft",
        "marginTop",
        "marginRight",
        "marginBottom",
        "marginLeft",
        "borderTop",
        "borderRight",
        "borderBottom",
        "borderLeft",
    ]
)
PROPERTIES_VERSION_2 = frozenset(PROPERTIES)

_VARIABLE = re.compile(r"var\(\s*--([A-Za-z0-9_-]+)\s*(?:,([^()]*(?:\([^()]*\))?[^()]*))?\)")
_LONGEST_VALUE = 1000


@dataclass(frozen=True, slots=True)
class StyleProblem:
    """One entry of a declaration that cannot be used; `property` is the key as written."""

    kind: Literal["unknown-property", "invalid-value", "unknown-token"]
    property: str
    message: str
    hint: str = ""


def parse_declaration(
    source: Mapping[str, object],
    tokens: Mapping[str, str | int | float] | None = None,
    properties: frozenset[str] = PROPERTIES_VERSION_2,
) -> tuple[Declaration, tuple[StyleProblem, ...]]:
    """Parses a declaration whose keys are camelCase CSS properties.

    `tokens` are the values behind `var(--id)`. Entries with a problem are left out of the result. General properties
    count before particular ones (`border`, `borderTop`, `borderColor`), whatever the order of the keys.
    """
    longhands: Longhands = {}
    problems: list[StyleProblem] = []
    for name in sorted(source, key=lambda key: (GENERALITY.get(key, 9), key)):
        if name not in properties:
            problems.append(StyleProblem("unknown-property", name, f"{name} is not a style property", _nearest(name)))
            continue
        text, problem = _text_of(name, source[name], tokens or {})
        if problem is not None:
            problems.append(problem)
            continue
        parsed = PROPERTIES[name](text)
        if parsed is None:
            message = f"{name}: cannot read {text[:60]!r}"
            problems.append(StyleProblem("invalid-value", name, message))
        else:
            longhands.update(parsed)
    return longhands, tuple(problems)


def _text_of(name: str, value: object, tokens: Mapping[str, str | int | float]) -> tuple[str, StyleProblem | None]:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return "", StyleProblem("invalid-value", name, f"{name} must be a string")
    if not isinstance(value, str):
        if name not in NUMBERS_ALLOWED:
            return "", StyleProblem("invalid-value", name, f"{name} must be a string", f'write "{value}px"')
        return f"{value}", None
    missing: list[str] = []

    def replace(found: re.Match[str]) -> str:
        if found[1] in tokens:
            return str(tokens[found[1]])
        if found[2] is not None:
            return found[2].strip()
        missing.append(found[1])
        return ""

    text = value
    for _ in range(4):
        if len(text) > _LONGEST_VALUE or "var(" not in text:
            break
        text = _VARIABLE.sub(replace, text)
    if missing:
        return "", StyleProblem("unknown-token", name, f"{name}: no style token is called {missing[0]}")
    if len(text) > _LONGEST_VALUE:
        return "", StyleProblem("invalid-value", name, f"{name}: longer than {_LONGEST_VALUE} characters")
    return text.strip(), None


def _nearest(name: str) -> str:
    camel = re.sub(r"-([a-z])", lambda found: found[1].upper(), name)
    return f"did you mean {camel}?" if camel != name and camel in PROPERTIES else ""
