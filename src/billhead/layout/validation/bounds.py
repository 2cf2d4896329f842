"""The first look at a template: nothing in it may be larger, deeper or stranger than the limits allow."""

import math
import re

from billhead.layout.limits import LIMITS
from billhead.layout.validation.findings import Findings, join

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
JSON_DEPTH = 2 * LIMITS.template_depth + 40
MOST_VALUES = 40 * LIMITS.template_nodes


def check_bounds(raw: object, found: Findings) -> bool:
    """Walks the value without recursion. False when it is so large or deep that reading on would be unwise."""
    stack: list[tuple[object, str, int, int]] = [(raw, "", 0, 0)]
    values = nodes = 0
    while stack:
        value, at, depth, node_depth = stack.pop()
        values += 1
        if isinstance(value, dict) and "children" in value:
            node_depth += 1
        nodes += isinstance(value, dict) and "type" in value and "id" in value
        if depth > JSON_DEPTH or node_depth > LIMITS.template_depth:
            found.add("too_big", at, f"Nested deeper than {LIMITS.template_depth} levels", "flatten the layout")
            return False
        if values > MOST_VALUES or nodes > LIMITS.template_nodes:
            found.add("too_big", "", f"More than {LIMITS.template_nodes} nodes", "split the template")
            return False
        if isinstance(value, str):
            _check_text(value, at, found)
        elif isinstance(value, float) and not math.isfinite(value):
            found.add("not_finite", at, "Number must be finite")
        elif isinstance(value, dict):
            for key in value:
                _check_text(key, at, found)
            stack.extend((part, join(at, key), depth + 1, node_depth) for key, part in reversed(value.items()))
        elif isinstance(value, list):
            parts = list(enumerate(value))
            stack.extend((part, join(at, index), depth + 1, node_depth) for index, part in reversed(parts))
    return True


def _check_text(text: str, at: str, found: Findings) -> None:
    if len(text) > LIMITS.string_length:
        found.add("too_big", at, f"String is longer than {LIMITS.string_length} characters")
    elif not text.isascii() and _LONE_SURROGATE.search(text):
        found.add("invalid_string", at, "String is not valid Unicode (a lone surrogate)")
