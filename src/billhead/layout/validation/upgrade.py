"""From version 1 to version 2 of the format: the same document, in a file that may use what version 2 adds."""

import copy
from collections.abc import Mapping

from billhead.layout.validation import parse_template, validate

_DROPPED = frozenset({"invalid-value", "unknown-token"})


def upgrade_template(source: Mapping[str, object]) -> dict[str, object]:
    """A version-2 file that composes exactly as `source` does; a version-2 file comes back as a copy.

    Style entries that version 1 ignored because they are not CSS are left out, since version 2 refuses them; field
    formats written loosely are written properly. Refuses with `TemplateInvalid` a file that is not valid.
    """
    parse_template(source)
    out: dict[str, object] = copy.deepcopy(dict(source))
    if out["version"] == 1:
        for issue in validate(source):
            if issue.kind in _DROPPED:
                _remove(out, issue.path.split("."))
        _tidy_formats(out["layout"])
        out["version"] = 2
    return out


def _remove(value: object, steps: list[str]) -> None:
    for step in steps[:-1]:
        value = value[int(step)] if isinstance(value, list) else value[step] if isinstance(value, dict) else None
    if isinstance(value, dict):
        value.pop(steps[-1], None)


def _tidy_formats(root: object) -> None:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            written = node.get("format")
            if node.get("type") == "field" and isinstance(written, str):
                word = written.strip().lower()
                if word:
                    node["format"] = word
                else:
                    del node["format"]
            stack.extend(node.get("children", ()))
