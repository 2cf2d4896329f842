"""The findings of one validation, in the order in which they are met."""

from dataclasses import dataclass, field
from difflib import get_close_matches

from billhead.layout.errors import SCHEMA_VALIDATION_FAILED, Issue, Severity
from billhead.layout.limits import LIMITS


@dataclass(slots=True)
class Findings:
    """Collects issues for a template of `version`; `errors` counts those that make it invalid."""

    version: int = 1
    issues: list[Issue] = field(default_factory=list)
    errors: int = 0

    def add(self, kind: str, at: str, message: str, hint: str = "", severity: Severity = "error") -> object:
        """Notes one finding; past the limit they are only counted. Gives a value that stands for "unread"."""
        if severity == "error":
            self.errors += 1
        if len(self.issues) < LIMITS.findings:
            self.issues.append(Issue(SCHEMA_VALIDATION_FAILED, message, at, hint, kind, severity))
        return None

    def wrong_type(self, at: str, expected: str, raw: object) -> object:
        """Notes a value of another JSON type than expected."""
        return self.add("invalid_type", at, f"Expected {expected}, received {json_type(raw)}")

    def required(self, at: str) -> None:
        """Notes a key that must be there and is not."""
        self.add("invalid_type", at, "Required", f'add the key "{at.rpartition(".")[2]}"')

    def unknown_key(self, at: str, key: str, known: list[str], later: bool) -> None:
        """Notes a key that the object may not have; `later` when version 2 of the format knows it."""
        near = get_close_matches(key[:60], known, 1)
        hint = 'needs "version": 2' if later else f'did you mean "{near[0]}"?' if near else "remove it"
        self.add("unrecognized_keys", at, f"Unrecognized key in object: {key[:60]!r}", hint)


def json_type(raw: object) -> str:
    """The JSON type of a value, for messages."""
    if raw is None:
        return "null"
    if isinstance(raw, bool):
        return "boolean"
    if isinstance(raw, int | float):
        return "number"
    if isinstance(raw, str):
        return "string"
    return "array" if isinstance(raw, list) else "object"


def join(at: str, step: str | int) -> str:
    """The path one step further down."""
    return f"{at}.{step}" if at else str(step)
