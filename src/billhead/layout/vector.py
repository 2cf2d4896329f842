"""SVG pictures: a safe subset read into plain shapes.

In: bytes of unknown origin. Out: a `Drawing` of filled and stroked paths in the picture's own units. Read are `svg`,
`g`, `path`, `rect`, `circle`, `ellipse`, `line`, `polyline` and `polygon` with fill, stroke, opacity and transforms.
Anything else (scripts, styles sheets, text, gradients, references, entities) is refused, never ignored silently.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NoReturn
from xml.etree import ElementTree

from billhead.layout.errors import LayoutError
from billhead.layout.path_data import Matrix, Segment, ellipse, parse_path, transformed
from billhead.layout.style.colors import parse_color
from billhead.layout.style.lengths import parse_length
from billhead.layout.style.values import Color

NAMESPACE = "{http://www.w3.org/2000/svg}"
MOST_ELEMENTS = 20_000
MOST_SEGMENTS = 200_000
DEEPEST = 40
SILENT = frozenset({"title", "desc", "metadata"})
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FORBIDDEN = re.compile(rb"<!doctype|<!entity|<\?xml-stylesheet", re.IGNORECASE)
_TRANSFORM = re.compile(r"\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)\s*,?")
_NUMBERS = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Paint:
    """How a shape is painted; None paints nothing."""

    fill: Color | None = Color(0, 0, 0)  # noqa: RUF009
    stroke: Color | None = None
    stroke_width: float = 1.0
    even_odd: bool = False
    opacity: float = 1.0
    color: Color = Color(0, 0, 0)  # noqa: RUF009


@dataclass(frozen=True, slots=True)
class Shape:
    """A path in the drawing's view box, y downwards."""

    segments: tuple[Segment, ...]
    paint: Paint


@dataclass(slots=True)
class Drawing:
    """Natural size in px, view box (x, y, width, height), shapes in painting order."""

    width: float
    height: float
    view: tuple[float, float, float, float]
    shapes: list[Shape] = field(default_factory=list)


@lru_cache(maxsize=128)
def read_svg(data: bytes) -> Drawing:
    """Reads an SVG picture. Refuses with LayoutError INVALID_IMAGE what lies outside the subset."""
    if _FORBIDDEN.search(data):
        _refuse("document types, entities and style sheets are not allowed")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - entities and document types are refused above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise LayoutError("INVALID_IMAGE", "The picture cannot be used: it is not well-formed SVG") from error
    if root.tag != f"{NAMESPACE}svg":
        _refuse("its root is not svg")
    reader = _Reader()
    drawing = _empty_drawing(root)
    reader.children(root, reader.paint(root, Paint()), IDENTITY, drawing, 0)
    return drawing


def _empty_drawing(root: ElementTree.Element) -> Drawing:
    numbers = [float(part) for part in _NUMBERS.findall(root.get("viewBox", ""))]
    width, height = _size(root.get("width")), _size(root.get("height"))
    if len(numbers) == 4:
        view = (numbers[0], numbers[1], numbers[2], numbers[3])
    else:
        view = (0.0, 0.0, width or 300.0, height or 150.0)
    if not (0 < view[2] < 1e6 and 0 < view[3] < 1e6):
        _refuse("its view box is empty or too large")
    if width is None:
        width = height * view[2] / view[3] if height else view[2]
    return Drawing(width, height or width * view[3] / view[2], view)


def _size(text: str | None) -> float | None:
    if text is None:
        return None
    length = parse_length(text.strip() if not _NUMBERS.fullmatch(text.strip()) else f"{text.strip()}px")
    return float(length) if isinstance(length, int | float) and 0 < length < 1e5 else None


def _refuse(reason: str) -> NoReturn:
    raise LayoutError("INVALID_IMAGE", f"The picture cannot be used: {reason}")


class _Reader:
    """Walks the elements; counts what it reads."""

    def __init__(self) -> None:
        self.elements = 0
        self.segments = 0

    def children(
        self, element: ElementTree.Element, paint: Paint, matrix: Matrix, drawing: Drawing, depth: int
    ) -> None:
        if depth > DEEPEST:
            _refuse("it is nested too deep")
        for child in element:
            self.elements += 1
            if self.elements > MOST_ELEMENTS:
                _refuse("it has too many elements")
            name = child.tag.removeprefix(NAMESPACE) if isinstance(child.tag, str) else "title"
            if name in SILENT:
                continue
            own = self.paint(child, paint)
            placed = _multiply(matrix, _transform(child.get("transform", "")))
            if name == "g":
                self.children(child, own, placed, drawing, depth + 1)
            elif name == "defs" and len(child) == 0:
                continue
            else:
                self.shape(name, child, own, placed, drawing)

    def shape(self, name: str, element: ElementTree.Element, paint: Paint, matrix: Matrix, drawing: Drawing) -> None:
        segments = _outline(name, element)
        self.segments += len(segments)
        if self.segments > MOST_SEGMENTS:
            _refuse("its paths are too long")
        if segments and paint.opacity > 0 and (paint.fill is not None or paint.stroke is not None):
            scale = math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))
            scaled = replace(paint, stroke_width=paint.stroke_width * scale)
            drawing.shapes.append(Shape(tuple(transformed(segments, matrix)), scaled))

    def paint(self, element: ElementTree.Element, inherited: Paint) -> Paint:
        """The element's paint, by its attributes and its style attribute."""
        values = {key: value for key, value in element.attrib.items() if not key.startswith("{")}
        if any(key.lower().startswith("on") or key == "class" for key in values):
            _refuse("event handlers and classes are not allowed")
        for part in values.pop("style", "").split(";"):
            key, colon, value = part.partition(":")
            if colon:
                values[key.strip()] = value.strip()
        if "clip-path" in values or "mask" in values or "filter" in values:
            _refuse("clips, masks and filters are not read")
        if values.get("display") == "none":
            return replace(inherited, opacity=0.0)
        color = inherited.color
        if isinstance(found := parse_color(values.get("color", "")), Color):
            color = found
        width = _NUMBERS.match(values.get("stroke-width", ""))
        return Paint(
            _ink(values.get("fill"), inherited.fill, color, values.get("fill-opacity")),
            _ink(values.get("stroke"), inherited.stroke, color, values.get("stroke-opacity")),
            float(width[0]) if width else inherited.stroke_width,
            values["fill-rule"] == "evenodd" if "fill-rule" in values else inherited.even_odd,
            inherited.opacity * _share(values.get("opacity")),
            color,
        )


def _ink(text: str | None, inherited: Color | None, color: Color, opacity: str | None) -> Color | None:
    if text is None or text == "inherit":
        ink = inherited
    elif text == "none":
        return None
    else:
        parsed = parse_color(text)
        if parsed is None:
            _refuse(f"the paint {text[:30]!r} is not read")
        ink = parsed if isinstance(parsed, Color) else color
    return ink if ink is None or opacity is None else ink._replace(alpha=ink.alpha * _share(opacity))


def _share(text: str | None) -> float:
    found = _NUMBERS.match(text or "")
    if not found:
        return 1.0
    return min(max(float(found[0]) / (100 if (text or "").strip().endswith("%") else 1), 0.0), 1.0)


def _outline(name: str, element: ElementTree.Element) -> list[Segment]:
    def number(key: str, default: float = 0.0) -> float:
        found = _NUMBERS.match(element.get(key, "").strip())
        value = float(found[0]) if found else default
        if not math.isfinite(value) or abs(value) > 1e6:
            _refuse("a number is too large")
        return value

    match name:
        case "path":
            try:
                return parse_path(element.get("d", ""), MOST_SEGMENTS)
            except ValueError as error:
                raise LayoutError("INVALID_IMAGE", "The picture cannot be used: a path cannot be read") from error
        case "rect":
            x, y, width, height = number("x"), number("y"), number("width"), number("height")
            rx, ry = number("rx", number("ry")), number("ry", number("rx"))
            return _rectangle(x, y, width, height, min(rx, width / 2), min(ry, height / 2))
        case "circle":
            return ellipse(number("cx"), number("cy"), number("r"), number("r"))
        case "ellipse":
            return ellipse(number("cx"), number("cy"), number("rx"), number("ry"))
        case "line":
            return [("M", (number("x1"), number("y1"))), ("L", (number("x2"), number("y2")))]
        case "polyline" | "polygon":
            values = [float(part) for part in _NUMBERS.findall(element.get("points", ""))]
            points = list(zip(values[::2], values[1::2], strict=False))
            segments: list[Segment] = [("L" if at else "M", point) for at, point in enumerate(points)]
            return [*segments, ("Z", ())] if name == "polygon" and segments else segments
    _refuse(f"<{name[:30]}> is not read")


def _rectangle(x: float, y: float, width: float, height: float, rx: float, ry: float) -> list[Segment]:
    if width <= 0 or height <= 0:
        return []
    right, bottom = x + width, y + height
    if rx <= 0 or ry <= 0:
        return [("M", (x, y)), ("L", (right, y)), ("L", (right, bottom)), ("L", (x, bottom)), ("Z", ())]
    a, b = rx * 0.4477, ry * 0.4477
    return [
        ("M", (x + rx, y)),
        ("L", (right - rx, y)),
        ("C", (right - a, y, right, y + b, right, y + ry)),
        ("L", (right, bottom - ry)),
        ("C", (right, bottom - b, right - a, bottom, right - rx, bottom)),
        ("L", (x + rx, bottom)),
        ("C", (x + a, bottom, x, bottom - b, x, bottom - ry)),
        ("L", (x, y + ry)),
        ("C", (x, y + b, x + a, y, x + rx, y)),
        ("Z", ()),
    ]


def _transform(text: str) -> Matrix:
    matrix, at = IDENTITY, 0
    while at < len(text.rstrip()):
        found = _TRANSFORM.match(text, at)
        if found is None:
            _refuse("a transform cannot be read")
        at = found.end()
        matrix = _multiply(matrix, _step(found[1], [float(part) for part in _NUMBERS.findall(found[2])]))
    return matrix


def _step(name: str, v: list[float]) -> Matrix:
    match name, len(v):
        case "matrix", 6:
            return (v[0], v[1], v[2], v[3], v[4], v[5])
        case "translate", 1 | 2:
            return (1.0, 0.0, 0.0, 1.0, v[0], v[1] if len(v) == 2 else 0.0)
        case "scale", 1 | 2:
            return (v[0], 0.0, 0.0, v[-1], 0.0, 0.0)
        case "rotate", 1 | 3:
            cos, sin = math.cos(math.radians(v[0])), math.sin(math.radians(v[0]))
            x, y = (v[1], v[2]) if len(v) == 3 else (0.0, 0.0)
            return (cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)
        case "skewX", 1:
            return (1.0, 0.0, math.tan(math.radians(v[0])), 1.0, 0.0, 0.0)
        case "skewY", 1:
            return (1.0, math.tan(math.radians(v[0])), 0.0, 1.0, 0.0, 0.0)
    _refuse("a transform cannot be read")


def _multiply(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[2] * n[1],
        m[1] * n[0] + m[3] * n[1],
        m[0] * n[2] + m[2] * n[3],
        m[1] * n[2] + m[3] * n[3],
        m[0] * n[4] + m[2] * n[5] + m[4],
        m[1] * n[4] + m[3] * n[5] + m[5],
    )
