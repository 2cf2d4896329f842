"""Random templates over random data, through every phase. Whatever they hold, the engine draws or refuses, in time.

A case is made from one number: a template drawn from the published JSON Schema, a standard template with places
changed, or any JSON; with words, sizes and styles that are hostile now and then. `run_case` raises what is a fault.

    .venv/bin/python tests/layout/fuzz.py 300           five minutes; prints the numbers of cases that are faults
    .venv/bin/python tests/layout/fuzz.py --case 1234   one case again
"""

import copy
import json
import random
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from billhead import layout
from billhead.layout.paint import render_pdf, render_svg
from billhead.layout.schema import json_schema
from billhead.layout.standard import STANDARD_TEMPLATES, standard_source
from billhead.layout.style import parse_declaration
from billhead.templates.samples import SAMPLES

CASE_SECONDS = 10.0
"""Longer is a fault. Cases are small: what takes so long grows faster than it should."""

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORDS = (
    "", " ", "item", "items", "rows", "a", "b", "total", "invoiceNumber", "item.total", "item.description", "r.item",
    "issueDate", "groupsByLocation", "group", "group.items", "2025-02-31", "0197", "en", "de", "ar", "EUR", "JPY",
    "<script>alert(1)</script>", "</style><img src=x onerror=alert(1)>", ") Tj ET endstream (", "\\)((\\", "%PDF-",
    "\u202eabc\u2066x\u2069", "\u200f\u200b\ufeff", "Z\u0351\u036b\u0343a\u0337" * 20, "\ud800", "\x00\x1b",
    "__proto__", "{{a}}", "{{rows.0.total}}", "9" * 400, "1e400", "-1", "NaN",
    "\u0641\u0627\u062a\u0648\u0631\u0629 12", "\U0001f600\u200d\U0001f525",
    "\u0e01\u0e33\u0e25\u0e31\u0e07", "\u4f60\u597d", "w" * 3_000, "a " * 2_000, "\n\n\n", "\u2028\u2029\x85",
    "\u00ad" * 50,
)  # fmt: skip
SIZES = (
    "0", "auto", "10px", "-10px", "1e9px", "1e-9mm", "50%", "-200%", "1000%", "3em", "0.5rem", "calc(100% - 3px)",
    "calc(1px + 1e308px)", "min-content", "1fr", "repeat(3, 1fr)", "repeat(auto-fill, minmax(1px, 1fr))", "999999px",
    "repeat(9999, 1px)", "1px 2px 3px 4px", "none", "var(--a)", "var(--b, 4px)", "NaNpx", "1 / span 3", "span 9999",
)  # fmt: skip
STYLE_WORDS = (
    "flex", "grid", "block", "none", "absolute", "relative", "row", "column", "row-reverse", "wrap", "wrap-reverse",
    "center", "stretch", "space-between", "baseline", "bold", "italic", "hidden", "visible", "red", "#12345678",
    "rgba(1,2,3,.5)", "1px solid red", "3px dashed", "url(javascript:alert(1))", "pre-wrap", "nowrap", "break-all",
    "uppercase", "underline", "right", "rtl", "Noto Sans", "Nothing Sans", "cover", "contain", "50% 50%",
)  # fmt: skip
IMAGES = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "data:image/png;base64,!!!!", "data:image/svg+xml,<svg onload='alert(1)'/>", "file:///etc/passwd", "../../x.png",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0L9 9Z'/></svg>",
    "http://169.254.169.254/", "javascript:alert(1)", "data:,", "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """What one run of the engine is given."""

    template: object
    data: object
    options: dict[str, object] = field(default_factory=dict)


class CaseMaker:
    """Makes a case; equal numbers make equal cases. A `random.Random` may be given in place of the number."""

    def __init__(self, source: int | random.Random) -> None:
        self.random = source if isinstance(source, random.Random) else random.Random(source)

    def chance(self, share: float) -> bool:
        """True in this share of the calls."""
        return self.random.random() < share

    def case(self) -> Case:
        """A template, data and options."""
        kind = self.random.random()
        if kind < 0.45:
            template: object = self.drawn_template()
        elif kind < 0.95:
            template = self.changed(standard_source(self.random.choice(STANDARD_TEMPLATES).code))
        else:
            template = self.any_json(5)
        options = {
            "locale": self.random.choice([None, "en", "de", "ar", "ja", "xx-nonsense"]),
            "currency": self.random.choice([None, "EUR", "JPY", "KWD", "XXX"]),
            "binding_aliases": self.random.choice([None, {"a": "invoiceNumber", "rows": "items"}]),
            "marks": self.random.choice([(), (), ("DRAFT",), (self.word(),)]),
            "paper": self.random.choice([None, "A4"]),
        }
        return Case(template, self.data(), options)

    def data(self) -> object:
        """Sample data, mostly with places changed; else any JSON."""
        if self.chance(0.1):
            return self.any_json(4)
        made: dict[str, object] = self.random.choice(SAMPLES).make()
        made = {**made, "a": self.any_json(2), "b": self.scalar(), "rows": [self.any_json(2), {"a": 1, "total": 2}]}
        return self.changed(made) if self.chance(0.7) else made

    def drawn_template(self) -> object:
        """A template in the format, but for some of its words and sizes."""
        version = self.random.choice([1, 2])
        schema = json_schema(version)
        drawn = self.from_schema(schema, schema.get("$defs", {}), 7)  # type: ignore[arg-type]
        assert isinstance(drawn, dict)
        names = ("items", "rows", "a", "groupsByLocation")
        drawn["bindings"] = {
            "values": {key: {"id": key, "kind": "value", "path": key} for key in (*names, "invoiceNumber")},
            "collections": {key: {"id": key, "kind": "collection", "path": key} for key in names},
        }
        return drawn

    def from_schema(self, schema: dict[str, object], defs: dict[str, dict[str, object]], depth: int) -> object:
        """A value of a JSON Schema; deeper than `depth` with as little as it allows."""
        if "$ref" in schema:
            return self.from_schema(defs[str(schema["$ref"]).rpartition("/")[2]], defs, depth - 1)
        for key in ("oneOf", "anyOf"):
            if key in schema:
                options = schema[key]
                assert isinstance(options, list)
                # The plainest comes first where the tree has to end.
                return self.from_schema(self.random.choice(options) if depth > 0 else _plainest(options), defs, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.random.choice(schema["enum"])  # type: ignore[arg-type]
        match schema.get("type"):
            case "object":
                return self._object(schema, defs, depth)
            case "array":
                least = int(schema.get("minItems", 0))  # type: ignore[call-overload]
                count = max(least, self.random.choice([0, 1, 1, 2, 3]) if depth > 0 else 0)
                return [self.from_schema(schema["items"], defs, depth - 1) for _ in range(count)]  # type: ignore[arg-type]
            case "string":
                fits = [w for w in WORDS if len(w) >= int(schema.get("minLength", 0))]  # type: ignore[call-overload]
                return self.random.choice(("a", "b", "rows") if "pattern" in schema else fits)
            case "boolean":
                return self.chance(0.5)
            case "number" | "integer":
                bounds = [schema.get("minimum", 3), schema.get("maximum", 7)]
                return self.random.choice([0, 1, 2, -1, 0.5, 12, 800, *bounds])
        return self.scalar()

    def _object(self, schema: dict[str, object], defs: dict[str, dict[str, object]], depth: int) -> dict[str, object]:
        properties: dict[str, dict[str, object]] = schema.get("properties", {})  # type: ignore[assignment]
        if "fontSize" in properties:
            return self.style(list(properties))
        required = schema.get("required", [])
        assert isinstance(required, list)
        wanted = [
            name for name in properties
            if name in required or (depth > 0 and self.chance(0.7 if name in ("children", "style", "inline") else 0.25))
        ]  # fmt: skip
        made = {name: self.from_schema(properties[name], defs, depth - 1) for name in wanted}
        free = schema.get("additionalProperties")
        if isinstance(free, dict) and depth > 0:
            made |= {key: self.from_schema(free, defs, depth - 1) for key in ("a", "b") if self.chance(0.6)}
        if "bindingId" in made:
            made["bindingId"] = self.random.choice(["items", "rows", "a", "groupsByLocation", "invoiceNumber"])
        if "src" in made and self.chance(0.8):
            made["src"] = {"type": "literal", "value": self.random.choice(IMAGES)}
        return made

    def style(self, names: list[str]) -> dict[str, object]:
        """A declaration of some properties, with values that fit and values that do not."""
        chosen = self.random.sample(names, min(len(names), self.random.choice([0, 1, 2, 4, 8])))
        return {name: self.random.choice(fitting(name)) if self.chance(0.97) else self.scalar() for name in chosen}

    def changed(self, source: dict[str, object]) -> dict[str, object]:
        """A copy with a few places replaced by something else, moved or repeated."""
        made = copy.deepcopy(source)
        places: list[tuple[dict[str, object] | list[object], str | int]] = []
        waiting: list[object] = [made]
        while waiting:
            value = waiting.pop()
            entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            for key, part in entries:
                places.append((value, key))  # type: ignore[arg-type]
                waiting.append(part)
        for _ in range(self.random.choice([1, 1, 2, 4, 8])):
            holder, key = self.random.choice(places)
            other, other_key = self.random.choice(places)
            old = holder[key] if key in holder or isinstance(holder, list) else None  # type: ignore[index]
            moved = other[other_key] if isinstance(other, list) or other_key in other else None  # type: ignore[index]
            holder[key] = self.random.choice(  # type: ignore[index]
                [self.scalar(), self.any_json(2), copy.deepcopy(moved), self.like(old), self.like(old)]
            )
        return made

    def like(self, old: object) -> object:
        """Something of the same type."""
        if isinstance(old, bool):
            return not old
        if isinstance(old, int | float):
            return self.random.choice([0, -old, old * 1000, 10**18, 0.1, -1])
        if isinstance(old, str):
            return self.random.choice([*SIZES, *STYLE_WORDS, *IMAGES]) if self.chance(0.5) else self.word()
        if isinstance(old, list):
            return old * self.random.choice([0, 2, 30])
        return old

    def word(self) -> str:
        """A text, a name or a path."""
        return self.random.choice(WORDS)

    def scalar(self) -> object:
        """A value without parts."""
        numbers = [0, 1, -1, 2**63, 10**400, 1.5, 1e308, float("nan"), float("inf")]
        return self.random.choice([None, True, False, *numbers, self.word(), self.word()])

    def any_json(self, depth: int) -> object:
        """Any JSON value."""
        kind = self.random.random()
        if depth <= 0 or kind < 0.5:
            return self.scalar()
        if kind < 0.7:
            return [self.any_json(depth - 1) for _ in range(self.random.randint(0, 3))]
        return {self.word(): self.any_json(depth - 1) for _ in range(self.random.randint(0, 3))}


def _plainest(options: list[dict[str, object]]) -> dict[str, object]:
    return min(options, key=lambda option: (json.dumps(option).count("$ref"), len(json.dumps(option))))


@cache
def fitting(name: str) -> tuple[str, ...]:
    """The values that a property takes."""
    return tuple(value for value in (*SIZES, *STYLE_WORDS) if not parse_declaration({name: value})[1]) or SIZES


class CaseTooSlow(AssertionError):
    """A small case took longer than `CASE_SECONDS`."""


def run_case(case: Case, *, painted: bool = True) -> str:
    """How far the case came: `refused`, or the last phase. Raises on a fault; `painted`: also PDF and SVG."""
    started = time.process_time()
    try:
        state = _phases(case, painted)
    except layout.LayoutError as error:
        state = f"refused {error.code}"
    if time.process_time() - started > CASE_SECONDS:
        raise CaseTooSlow(f"{time.process_time() - started:.1f} s")
    return state


def _phases(case: Case, painted: bool) -> str:
    for issue in layout.validate(case.template):
        assert issue.message
        assert issue.severity in ("error", "warning")
    document = layout.compose(case.template, case.data, **case.options)  # type: ignore[arg-type]
    layout.evaluate(case.template, case.data, case.options.get("binding_aliases")).to_dict()  # type: ignore[arg-type]
    html = layout.render_html(document)
    html.encode()
    assert "<script" not in html.lower()
    layout.render_text(document).encode()
    if not painted:
        return "composed"
    pages = layout.lay_out(document)
    assert render_pdf(pages, created_at=NOON).startswith(b"%PDF-")
    for page in render_svg(pages):
        page.encode()
        assert "<script" not in page.lower()
    return "painted"


def search(seconds: float, first: int) -> int:
    """Run cases for so long; prints every kind of fault once, with the number of its case. Returns how many kinds."""
    found: dict[str, int] = {}
    states: Counter[str] = Counter()
    started, number, slowest = time.monotonic(), first, (0.0, first)
    while time.monotonic() - started < seconds:
        begun = time.monotonic()
        try:
            states[run_case(CaseMaker(number).case())] += 1
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
            states["fault"] += 1
            if kind not in found:
                found[kind] = number
                print(f"case {number}: {kind}: {str(error)[:120]}", flush=True)
        slowest = max(slowest, (time.monotonic() - begun, number))
        number += 1
    print(f"{number - first} cases in {seconds:.0f} s, {dict(states.most_common())}, slowest {slowest}, kinds: {found}")
    return len(found)


if __name__ == "__main__":
    if sys.argv[1] == "--case":
        print(run_case(CaseMaker(int(sys.argv[2])).case()))
    else:
        sys.exit(search(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0) > 0)
