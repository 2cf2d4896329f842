"""Validate: a JSON value in, a typed `Template` or every finding out. Never raises on bad input but `TemplateInvalid`.

The findings of one template text are remembered, so that rendering many documents with it validates once.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, cast

from billhead.layout.errors import SCHEMA_VALIDATION_FAILED, Issue, TemplateInvalid
from billhead.layout.limits import LIMITS
from billhead.layout.template import Template
from billhead.layout.validation.bounds import check_bounds
from billhead.layout.validation.findings import Findings
from billhead.layout.validation.grammar import template_shape
from billhead.layout.validation.styles import check_styles

TemplateSource = Template | Mapping[str, object]
_SHAPES = {1: template_shape(1), 2: template_shape(2)}


def validate(template: object) -> list[Issue]:
    """Every finding about a template given as JSON, errors and warnings, in file order; empty when all is well."""
    return list(_read(template)[1])


def parse_template(source: object) -> Template:
    """The typed template. Refuses with `TemplateInvalid` naming every error at once."""
    if isinstance(source, Template):
        return source
    template, issues = _read(source)
    if template is None:
        raise TemplateInvalid([issue for issue in issues if issue.severity == "error"])
    return template


def _read(source: object) -> tuple[Template | None, tuple[Issue, ...]]:
    if isinstance(source, Mapping) and not isinstance(source, dict):
        source = dict(source)
    try:
        text = json.dumps(source)
    except (TypeError, ValueError, RecursionError, OverflowError):
        return None, (
            Issue(SCHEMA_VALIDATION_FAILED, "Not a JSON value, or nested too deeply", "", "", "invalid_type"),
        )
    if len(text) > LIMITS.template_bytes:
        message = f"Template is larger than {LIMITS.template_bytes} bytes"
        return None, (Issue(SCHEMA_VALIDATION_FAILED, message, "", "make it smaller", "too_big"),)
    return _read_text(text)


@lru_cache(maxsize=128)
def _read_text(text: str) -> tuple[Template | None, tuple[Issue, ...]]:
    raw = json.loads(text)
    found = Findings()
    if not check_bounds(raw, found):
        return None, tuple(found.issues)
    found.version = declared_version(raw)
    template = _SHAPES[found.version].read(raw, "", found)
    if found.errors:
        return None, tuple(found.issues)
    typed = cast(Template, template)
    check_styles(typed, found)
    return (None if found.errors else typed), tuple(found.issues)


def declared_version(raw: object) -> Literal[1, 2]:
    """The version that a file claims; anything unknown is read as version 1 and found out there."""
    version = raw.get("version") if isinstance(raw, dict) else None
    return 2 if version == 2 and not isinstance(version, bool) else 1
