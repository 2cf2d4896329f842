"""The table of properties: how the CSS text of each one becomes typed longhands."""

from __future__ import annotations

import re
from collections.abc import Callable

from billhead.layout.style.colors import TRANSPARENT, parse_color
from billhead.layout.style.lengths import parse_length, parse_number, parse_size, split_words
from billhead.layout.style.tracks import parse_grid_line, parse_track_list
from billhead.layout.style.values import AUTO, CURRENT, Percent, Relative

Longhands = dict[str, object]
Parser = Callable[[str], Longhands | None]

SIDES = ("top", "right", "bottom", "left")
CORNERS = ("top_left", "top_right", "bottom_right", "bottom_left")
LINE_WIDTHS = {"thin": 1.0, "medium": 3.0, "thick": 5.0}
BORDER_STYLES = {
    "none": "none",
    "hidden": "none",
    "solid": "solid",
    "dashed": "dashed",
    "dotted": "dotted",
    "double": "double",
    "inset": "solid",
    "outset": "solid",
    "groove": "solid",
    "ridge": "solid",
}
FONT_SIZES = {
    "xx-small": 9.0,
    "x-small": 10.0,
    "small": 13.0,
    "medium": 16.0,
    "large": 18.0,
    "x-large": 24.0,
    "xx-large": 32.0,
}
_FAMILY = re.compile(r"[\w .-]{1,100}")


def _keyword(field: str, *words: str, **mapped: str) -> Parser:
    table: dict[str, str] = {word: word for word in words}
    table.update({name.replace("_", "-"): target for name, target in mapped.items()})

    def parse(text: str) -> Longhands | None:
        word = " ".join(text.lower().split())
        return {field: table[word]} if word in table else None

    return parse


def _size(field: str, *, negative: bool = False, keyword: str = "auto") -> Parser:
    def parse(text: str) -> Longhands | None:
        value = parse_size(text, negative=negative, keyword=keyword)
        return None if value is None else {field: value}

    return parse


def _length(field: str) -> Parser:
    def parse(text: str) -> Longhands | None:
        value = parse_length(text)
        return None if value is None else {field: value}

    return parse


def _number(field: str) -> Parser:
    def parse(text: str) -> Longhands | None:
        value = parse_number(text)
        return None if value is None or value < 0 else {field: value}

    return parse


def _color(field: str) -> Parser:
    def parse(text: str) -> Longhands | None:
        value = parse_color(text)
        return None if value is None else {field: value}

    return parse


def _four(words: list[str]) -> list[str] | None:
    """Top, right, bottom, left from one to four words."""
    if not 1 <= len(words) <= 4:
        return None
    top, right, bottom, left = (words * 4)[:4] if len(words) in (1, 2, 4) else (*words, words[1])
    return [top, right, bottom, left]


def _sides(pattern: str, read: Callable[[str], object | None]) -> Parser:
    def parse(text: str) -> Longhands | None:
        words = _four(split_words(text))
        if words is None:
            return None
        values = [read(word) for word in words]
        if any(value is None for value in values):
            return None
        return {pattern.format(side): value for side, value in zip(SIDES, values, strict=True)}

    return parse


def _border(*sides: str) -> Parser:
    def parse(text: str) -> Longhands | None:
        width: object = 3.0
        style = "none"
        color: object = CURRENT
        words = split_words(text)
        if not 1 <= len(words) <= 3:
            return None
        for word in words:
            low = word.lower()
            line = LINE_WIDTHS.get(low, parse_length(low))
            if low in BORDER_STYLES:
                style = BORDER_STYLES[low]
            elif line is not None and not isinstance(line, Percent):
                width = line
            else:
                ink = parse_color(word)
                if ink is None:
                    return None
                color = ink
        result: Longhands = {}
        for side in sides:
            result[f"border_{side}_width"] = 0.0 if style == "none" else width
            result[f"border_{side}_style"] = style
            result[f"border_{side}_color"] = color
        return result

    return parse


def _radius(text: str) -> Longhands | None:
    words = _four(split_words(text))
    if words is None:
        return None
    values = [parse_length(word) for word in words]
    if any(value is None for value in values):
        return None
    return {f"border_{corner}_radius": value for corner, value in zip(CORNERS, values, strict=True)}


def _flex(text: str) -> Longhands | None:
    words = split_words(text.lower())
    named = {"none": (0.0, 0.0, AUTO), "auto": (1.0, 1.0, AUTO), "initial": (0.0, 1.0, AUTO)}
    if len(words) == 1 and words[0] in named:
        grow, shrink, basis = named[words[0]]
        return {"flex_grow": grow, "flex_shrink": shrink, "flex_basis": basis}
    numbers: list[float] = []
    sizes: list[object] = []
    for word in words:
        number = parse_number(word)
        if number is not None and number >= 0 and len(numbers) < 2:
            numbers.append(number)
            continue
        size = parse_size(word)
        if size is None:
            return None
        sizes.append(size)
    if not 1 <= len(words) <= 3 or len(sizes) > 1:
        return None
    return {
        "flex_grow": numbers[0] if numbers else 1.0,
        "flex_shrink": numbers[1] if len(numbers) > 1 else 1.0,
        "flex_basis": sizes[0] if sizes else 0.0,
    }


def _gap(text: str) -> Longhands | None:
    words = split_words(text)
    values = [0.0 if word.lower() == "normal" else parse_length(word) for word in words]
    if not 1 <= len(values) <= 2 or any(value is None for value in values):
        return None
    return {"row_gap": values[0], "column_gap": values[-1]}


def _aspect_ratio(text: str) -> Longhands | None:
    if text.lower() == "auto":
        return {"aspect_ratio": None}
    numbers = [parse_number(part.strip()) for part in text.lower().removeprefix("auto").split("/")]
    if not 1 <= len(numbers) <= 2 or any(number is None or number <= 0 for number in numbers):
        return None
    first, second = numbers[0], numbers[-1] if len(numbers) == 2 else 1.0
    return {"aspect_ratio": (first or 1.0) / (second or 1.0)}


def _object_position(text: str) -> Longhands | None:
    words = split_words(text.lower())
    across = {"left": Percent(0.0), "right": Percent(1.0), "center": Percent(0.5)}
    down = {"top": Percent(0.0), "bottom": Percent(1.0), "center": Percent(0.5)}
    if len(words) == 1:
        words = ["center", words[0]] if words[0] in ("top", "bottom") else [words[0], "center"]
    if len(words) != 2:
        return None
    if words[0] in ("top", "bottom") or words[1] in ("left", "right"):
        words.reverse()
    x = across.get(words[0]) or parse_length(words[0], negative=True)
    y = down.get(words[1]) or parse_length(words[1], negative=True)
    return None if x is None or y is None else {"object_position_x": x, "object_position_y": y}


def _font_size(text: str) -> Longhands | None:
    named = {**FONT_SIZES, "smaller": Relative(em=1 / 1.2), "larger": Relative(em=1.2)}
    value = named.get(text.lower()) or parse_length(text)
    return None if value is None else {"font_size": value}


def _font_weight(text: str) -> Longhands | None:
    word = text.lower()
    named = {"normal": 400, "bold": 700, "bolder": 700, "lighter": 300}
    if word in named:
        return {"font_weight": named[word]}
    number = parse_number(word)
    return {"font_weight": int(number)} if number is not None and 1 <= number <= 1000 else None


def _font_family(text: str) -> Longhands | None:
    names = [name.strip().strip("'\"").strip() for name in text.split(",")]
    if len(names) > 20 or not all(_FAMILY.fullmatch(name) for name in names):
        return None
    return {"font_family": tuple(names)}


def _line_height(text: str) -> Longhands | None:
    if text.lower() == "normal":
        return {"line_height": None}
    number = parse_number(text)
    if number is not None:
        return {"line_height": number} if number >= 0 else None
    value = parse_length(text)
    if value is None:
        return None
    return {"line_height": Relative(px=value) if isinstance(value, int | float) else value}


def _z_index(text: str) -> Longhands | None:
    if text.lower() == "auto":
        return {"z_index": None}
    number = parse_number(text)
    return {"z_index": int(number)} if number is not None and number == int(number) else None


def _background(text: str) -> Longhands | None:
    color = parse_color(text)
    return None if color is None else {"background_color": None if color == TRANSPARENT else color}


def _grid_line(field: str) -> Parser:
    def parse(text: str) -> Longhands | None:
        line = parse_grid_line(text)
        return None if line is None else {field: line}

    return parse


def _tracks(field: str) -> Parser:
    def parse(text: str) -> Longhands | None:
        tracks = parse_track_list(text)
        return None if tracks is None else {field: tracks}

    return parse


_CONTENT_ALIGNMENT = (
    "start",
    "end",
    "center",
    "stretch",
    "space-between",
    "space-around",
    "space-evenly",
    "flex-start",
    "flex-end",
    "normal",
)
_ITEM_ALIGNMENT = ("normal", "stretch", "start", "end", "center", "flex-start", "flex-end", "baseline")
_BREAKS = {"always": "page", "left": "page", "right": "page", "avoid-page": "avoid", "column": "auto"}


def _breaks(field: str) -> Parser:
    return _keyword(field, "auto", "avoid", "page", **{name.replace("-", "_"): to for name, to in _BREAKS.items()})


PROPERTIES: dict[str, Parser] = (
    {
        "display": _keyword(
            "display",
            "block",
            "flex",
            "grid",
            "none",
            inline="block",
            inline_block="block",
            flow_root="block",
            inline_flex="flex",
            inline_grid="grid",
        ),
        "position": _keyword("position", "static", "relative", "absolute", sticky="relative", fixed="absolute"),
        "overflow": _keyword("overflow", "visible", "hidden", auto="hidden", scroll="hidden", clip="hidden"),
        "boxSizing": _keyword("box_sizing", "content-box", "border-box"),
        "top": _size("top", negative=True),
        "right": _size("right", negative=True),
        "bottom": _size("bottom", negative=True),
        "left": _size("left", negative=True),
        "zIndex": _z_index,
        "width": _size("width"),
        "height": _size("height"),
        "minWidth": _size("min_width"),
        "minHeight": _size("min_height"),
        "maxWidth": _size("max_width", keyword="none"),
        "maxHeight": _size("max_height", keyword="none"),
        "aspectRatio": _aspect_ratio,
        "margin": _sides("margin_{}", lambda word: parse_size(word, negative=True)),
        "padding": _sides("padding_{}", parse_length),
        "border": _border(*SIDES),
        "borderTop": _border("top"),
        "borderRight": _border("right"),
        "borderBottom": _border("bottom"),
        "borderLeft": _border("left"),
        "borderColor": _sides("border_{}_color", parse_color),
        "borderRadius": _radius,
        "flex": _flex,
        "flexDirection": _keyword("flex_direction", "row", "row-reverse", "column", "column-reverse"),
        "flexWrap": _keyword("flex_wrap", "nowrap", "wrap", "wrap-reverse"),
        "flexGrow": _number("flex_grow"),
        "flexShrink": _number("flex_shrink"),
        "flexBasis": _size("flex_basis"),
        "justifyContent": _keyword("justify_content", *_CONTENT_ALIGNMENT, "left", "right"),
        "alignItems": _keyword("align_items", *_ITEM_ALIGNMENT, self_start="start", self_end="end"),
        "alignSelf": _keyword("align_self", *_ITEM_ALIGNMENT, "auto", self_start="start", self_end="end"),
        "gap": _gap,
        "rowGap": _length("row_gap"),
        "columnGap": _length("column_gap"),
        "gridTemplateColumns": _tracks("grid_template_columns"),
        "gridTemplateRows": _tracks("grid_template_rows"),
        "gridAutoFlow": _keyword("grid_auto_flow", "row", "column", "row dense", "column dense", dense="row dense"),
        "gridColumn": _grid_line("grid_column"),
        "gridRow": _grid_line("grid_row"),
        "objectFit": _keyword("object_fit", "fill", "contain", "cover", "none", "scale-down"),
        "objectPosition": _object_position,
        "breakBefore": _breaks("break_before"),
        "breakAfter": _breaks("break_after"),
        "breakInside": _breaks("break_inside"),
        "color": _color("color"),
        "backgroundColor": _background,
        "fontSize": _font_size,
        "fontWeight": _font_weight,
        "fontFamily": _font_family,
        "fontStyle": _keyword("font_style", "normal", "italic", oblique="italic"),
        "lineHeight": _line_height,
        "textAlign": _keyword("text_align", "left", "center", "right", "justify", "start"),
        "whiteSpace": _keyword("white_space", "normal", "nowrap", "pre-line", "pre-wrap"),
        "overflowWrap": _keyword("overflow_wrap", "normal", "break-word", "anywhere"),
    }
    | {f"margin{side.title()}": _size(f"margin_{side}", negative=True) for side in SIDES}
    | {f"padding{side.title()}": _length(f"padding_{side}") for side in SIDES}
)

GENERALITY = {
    name: 0 if name in ("border", "margin", "padding", "flex", "gap") else 2 if name == "borderColor" else 1
    for name in PROPERTIES
}
"""Shorthands come first, so that a particular property wins over the general one."""
