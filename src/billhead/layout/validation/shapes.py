"""The vocabulary in which the format is written down (`grammar.py`): shapes that read JSON and describe themselves.

A shape reads a raw JSON value at a path, adds what is wrong to the findings and returns the typed value; when
anything was wrong the returned value means nothing and nobody may use it. `schema` gives the JSON Schema of the same
shape, so that the published schema cannot drift from what is enforced.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from billhead.layout.limits import LIMITS
from billhead.layout.validation.findings import Findings, join

JsonSchema = dict[str, object]

CSS_SAFE = re.compile(r"[A-Za-z0-9_-]+")


class Shape(Protocol):
    """What every shape can do."""

    def read(self, raw: object, at: str, found: Findings) -> object:
        """The typed value of `raw`, with findings for whatever is wrong below `at`."""

    def schema(self, version: int) -> JsonSchema:
        """JSON Schema (2020-12) of the shape in that version of the format."""


@dataclass(frozen=True, slots=True)
class Words:
    """A string, at least `least` characters long; `convert` turns it into something typed."""

    least: int = 0
    safe: bool = False
    convert: Callable[[str], object] | None = None

    def read(self, raw: object, at: str, found: Findings) -> object:
        if not isinstance(raw, str):
            return found.wrong_type(at, "string", raw)
        if len(raw) < self.least:
            return found.add("too_small", at, "String must contain at least 1 character(s)")
        if self.safe and not CSS_SAFE.fullmatch(raw):
            return found.add("invalid_string", at, "Invalid identifier", "use letters, digits, - and _ only")
        return self.convert(raw) if self.convert else raw

    def schema(self, version: int) -> JsonSchema:
        out: JsonSchema = {"type": "string", "maxLength": LIMITS.string_length}
        if self.least:
            out["minLength"] = self.least
        if self.safe:
            out["pattern"] = f"^{CSS_SAFE.pattern}$"
        return out


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number, within bounds when given."""

    least: float | None = None
    most: float | None = None

    def read(self, raw: object, at: str, found: Findings) -> object:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return found.wrong_type(at, "number", raw)
        if self.least is not None and raw < self.least:
            return found.add("too_small", at, f"Number must be greater than or equal to {self.least:g}")
        if self.most is not None and raw > self.most:
            return found.add("too_big", at, f"Number must be less than or equal to {self.most:g}")
        return raw

    def schema(self, version: int) -> JsonSchema:
        out: JsonSchema = {"type": "number"}
        if self.least is not None:
            out["minimum"] = self.least
        if self.most is not None:
            out["maximum"] = self.most
        return out


@dataclass(frozen=True, slots=True)
class Truth:
    """A boolean."""

    def read(self, raw: object, at: str, found: Findings) -> object:
        return raw if isinstance(raw, bool) else found.wrong_type(at, "boolean", raw)

    def schema(self, version: int) -> JsonSchema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words; `later` are those that only version 2 knows.

    `forgiving` takes them in any case and with spaces around; a blank then stands for the key's absence.
    """

    words: tuple[str, ...]
    later: tuple[str, ...] = ()
    forgiving: bool = False

    def read(self, raw: object, at: str, found: Findings) -> object:
        known = self.words + (self.later if found.version >= 2 else ())
        if not isinstance(raw, str):
            return found.wrong_type(at, " | ".join(known), raw)
        word = raw.strip().lower() if self.forgiving else raw
        if self.forgiving and not word:
            return None
        if word not in known:
            hint = 'needs "version": 2' if word in self.later else f"one of {', '.join(known)}"
            return found.add("invalid_enum_value", at, f"Invalid enum value {raw[:60]!r}", hint)
        return word

    def schema(self, version: int) -> JsonSchema:
        return {"enum": [*self.words, *(self.later if version >= 2 else ())]}


@dataclass(frozen=True, slots=True)
class Exactly:
    """One value and no other (`1` is not `"1"` nor `true`)."""

    value: str | int

    def read(self, raw: object, at: str, found: Findings) -> object:
        if isinstance(raw, bool) or raw != self.value:
            return found.add("invalid_literal", at, f"Invalid literal value, expected {self.value!r}")
        return self.value

    def schema(self, version: int) -> JsonSchema:
        return {"const": self.value}


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value."""

    def read(self, raw: object, at: str, found: Findings) -> object:
        return raw

    def schema(self, version: int) -> JsonSchema:
        return {}


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The first of several shapes that takes the value. A finding names the union's own place."""

    options: tuple[Shape, ...]
    expected: str

    def read(self, raw: object, at: str, found: Findings) -> object:
        for option in self.options:
            trial = Findings(found.version)
            value = option.read(raw, at, trial)
            if not trial.errors:
                return value
        return found.add("invalid_union", at, f"Invalid input: expected {self.expected}")

    def schema(self, version: int) -> JsonSchema:
        return {"anyOf": [option.schema(version) for option in self.options]}


@dataclass(frozen=True, slots=True)
class Several:
    """An array of at least `least` elements, as a tuple."""

    of: Shape
    least: int = 0

    def read(self, raw: object, at: str, found: Findings) -> object:
        if not isinstance(raw, list):
            return found.wrong_type(at, "array", raw)
        if len(raw) < self.least:
            return found.add("too_small", at, f"Array must contain at least {self.least} element(s)")
        return tuple(self.of.read(part, join(at, index), found) for index, part in enumerate(raw))

    def schema(self, version: int) -> JsonSchema:
        out: JsonSchema = {"type": "array", "items": self.of.schema(version)}
        if self.least:
            out["minItems"] = self.least
        return out


@dataclass(frozen=True, slots=True)
class Mapped:
    """An object with free keys (CSS-safe ones when `safe`) and values of one shape."""

    of: Shape
    safe: bool = False

    def read(self, raw: object, at: str, found: Findings) -> object:
        if not isinstance(raw, dict):
            return found.wrong_type(at, "object", raw)
        out: dict[str, object] = {}
        for key, part in raw.items():
            if self.safe and not CSS_SAFE.fullmatch(key):
                found.add("invalid_string", join(at, key), "Invalid identifier", "use letters, digits, - and _ only")
            out[key] = self.of.read(part, join(at, key), found)
        return out

    def schema(self, version: int) -> JsonSchema:
        out: JsonSchema = {"type": "object", "additionalProperties": self.of.schema(version)}
        if self.safe:
            out["propertyNames"] = {"pattern": f"^{CSS_SAFE.pattern}$"}
        return out


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a closed object: its shape, the field it fills, and the version that introduced it."""

    shape: Shape
    to: str
    required: bool = False
    since: int = 1


def needed(shape: Shape, to: str, since: int = 1) -> Key:
    """A key that must be present."""
    return Key(shape, to, required=True, since=since)


@dataclass(frozen=True, slots=True)
class Closed:
    """An object that has exactly these keys. `build` gets the present ones by field name; `at` too when `placed`."""

    keys: Mapping[str, Key]
    build: Callable[..., object]
    placed: bool = False
    tag: tuple[str, str] | None = None

    def read(self, raw: object, at: str, found: Findings) -> object:
        if not isinstance(raw, dict):
            return found.wrong_type(at, "object", raw)
        before = found.errors
        fields: dict[str, object] = {"at": at} if self.placed else {}
        tag_key = self.tag[0] if self.tag else None
        for name, key in self.keys.items():
            if key.since > found.version:
                continue
            if name in raw:
                fields[key.to] = key.shape.read(raw[name], join(at, name), found)
            elif key.required:
                found.required(join(at, name))
        for name in raw:
            if name != tag_key and (name not in self.keys or self.keys[name].since > found.version):
                known = [other for other, key in self.keys.items() if key.since <= found.version]
                found.unknown_key(at, name, known, name in self.keys)
        return self.build(**fields) if found.errors == before else None

    def schema(self, version: int) -> JsonSchema:
        present = {name: key for name, key in self.keys.items() if key.since <= version}
        properties: dict[str, object] = {self.tag[0]: {"const": self.tag[1]}} if self.tag else {}
        properties.update({name: key.shape.schema(version) for name, key in present.items()})
        required = [*([self.tag[0]] if self.tag else []), *(name for name, key in present.items() if key.required)]
        return {"type": "object", "additionalProperties": False, "properties": properties, "required": required}


@dataclass(frozen=True, slots=True)
class Tagged:
    """An object whose key `type` chooses among closed shapes; `since` holds the tags that came with version 2."""

    options: Mapping[str, Closed]
    since: Mapping[str, int] = field(default_factory=dict)

    def tags(self, version: int) -> Sequence[str]:
        """The tags that the version knows."""
        return [tag for tag in self.options if self.since.get(tag, 1) <= version]

    def read(self, raw: object, at: str, found: Findings) -> object:
        if not isinstance(raw, dict):
            return found.wrong_type(at, "object", raw)
        tag = raw.get("type")
        known = self.tags(found.version)
        if not isinstance(tag, str) or tag not in known:
            later = isinstance(tag, str) and tag in self.options
            hint = 'needs "version": 2' if later else f"one of {', '.join(known)}"
            return found.add("invalid_union_discriminator", join(at, "type"), "Invalid discriminator value", hint)
        return self.options[tag].read(raw, at, found)

    def schema(self, version: int) -> JsonSchema:
        return {"oneOf": [self.options[tag].schema(version) for tag in self.tags(version)]}


@dataclass(frozen=True, slots=True)
class Named:
    """A shape that may contain itself: read on demand, published under `$defs`."""

    name: str
    get: Callable[[], Shape]

    def read(self, raw: object, at: str, found: Findings) -> object:
        return self.get().read(raw, at, found)

    def schema(self, version: int) -> JsonSchema:
        return {"$ref": f"#/$defs/{self.name}"}
