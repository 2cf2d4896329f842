"""What the layout engine says when it refuses, and how it names the place.

    LayoutError                      every refusal of the engine; `.code` is stable
    ├─ TemplateInvalid               the template is not in the format; `.issues` lists every finding
    ├─ EvaluationRefused             bindings or transforms cannot be evaluated; `.operation_id` names the step
    └─ LimitExceeded                 a named limit of `limits.py` was passed

Nothing else leaves the package for bad templates or bad data; any other exception is a bug.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

SCHEMA_VALIDATION_FAILED = "SCHEMA_VALIDATION_FAILED"
INVALID_SOURCE_COLLECTION = "INVALID_SOURCE_COLLECTION"
MISSING_BINDING = "MISSING_BINDING"
INVALID_TRANSFORM_INPUT = "INVALID_TRANSFORM_INPUT"
UNKNOWN_STRATEGY = "UNKNOWN_STRATEGY"
STRATEGY_EXECUTION_FAILED = "STRATEGY_EXECUTION_FAILED"
INVALID_OPERAND = "INVALID_OPERAND"
LIMIT_EXCEEDED = "LIMIT_EXCEEDED"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. `path` is dot-joined from the template's root (`layout.children.0.style`; the root is "").

    `kind` tells what sort of finding it is (`invalid_type`, `unrecognized_keys`, `too_small`, …) and is only
    informative. `hint` says how to cure it. A warning does not make a template invalid.
    """

    code: str
    message: str
    path: str = ""
    hint: str = ""
    kind: str = ""
    severity: Severity = "error"
    operation_id: str | None = None

    @property
    def place(self) -> str:
        """The path as people read it: `layout.children[0].style`; `template` for the root."""
        return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", self.path) or "template"


class LayoutError(Exception):
    """The engine refuses a template, its data or a document.

    `operation_id` is the id of the transform operation at fault, where there is one.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        operation_id: str | None = None,
        issues: Sequence[Issue] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.operation_id = operation_id
        self.issues: tuple[Issue, ...] = tuple(issues) or (Issue(code, message, operation_id=operation_id),)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled whole: documents are drawn in other processes."""
        return _restored, (type(self), self.code, self.message, self.operation_id, self.issues)


class TemplateInvalid(LayoutError):
    """The template breaks the format. The message joins every finding as `place: message`."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        text = "; ".join(f"{issue.place}: {issue.message}" for issue in issues)
        super().__init__(SCHEMA_VALIDATION_FAILED, text, issues=issues)


class EvaluationRefused(LayoutError):
    """Bindings or transforms cannot be evaluated over this data."""


class LimitExceeded(LayoutError):
    """A limit of `limits.py` was passed; the message names it."""

    def __init__(self, message: str, *, issues: Sequence[Issue] = ()) -> None:
        super().__init__(LIMIT_EXCEEDED, message, issues=issues)


def _restored(
    kind: type[LayoutError], code: str, message: str, operation_id: str | None, issues: tuple[Issue, ...]
) -> LayoutError:
    error = kind.__new__(kind)
    LayoutError.__init__(error, code, message, operation_id=operation_id, issues=issues)
    return error
