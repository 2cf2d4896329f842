"""The computed style of one node: what lay-out, painting and HTML emission read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from billhead.layout.style.values import AUTO, Color, GridLine, LengthValue, Percent, Size, TrackList

Display = Literal["block", "flex", "grid", "none"]
Position = Literal["static", "relative", "absolute"]
FlexDirection = Literal["row", "row-reverse", "column", "column-reverse"]
FlexWrap = Literal["nowrap", "wrap", "wrap-reverse"]
Justify = Literal[
    "normal",
    "start",
    "end",
    "center",
    "stretch",
    "space-between",
    "space-around",
    "space-evenly",
    "flex-start",
    "flex-end",
    "left",
    "right",
]
Align = Literal["normal", "auto", "stretch", "start", "end", "center", "flex-start", "flex-end", "baseline"]
BorderStyle = Literal["none", "solid", "dashed", "dotted", "double"]
TextAlign = Literal["start", "left", "center", "right", "justify"]
ObjectFit = Literal["fill", "contain", "cover", "none", "scale-down"]
WhiteSpace = Literal["normal", "nowrap", "pre-line", "pre-wrap"]
Break = Literal["auto", "avoid", "page"]


class Edges(NamedTuple):
    """Four px values, clockwise from the top."""

    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    left: float = 0.0


BLACK = Color(0, 0, 0)

DEFAULT_FAMILY = ("Noto Sans",)
AUTO_LINE = GridLine()
HALF = Percent(0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """Computed values, CSS initial values as defaults. Lengths are px or `Percent`; compared by identity.

    `line_height`: None is `normal`, a float is a multiple of the font size, `Percent(0, px)` an absolute height.
    `font_family` names families in order of preference; families that are not at hand are passed over.
    """

    display: Display = "block"
    position: Position = "static"
    top: Size = AUTO
    right: Size = AUTO
    bottom: Size = AUTO
    left: Size = AUTO
    z_index: int | None = None
    overflow: Literal["visible", "hidden"] = "visible"
    box_sizing: Literal["content-box", "border-box"] = "content-box"
    width: Size = AUTO
    height: Size = AUTO
    min_width: Size = AUTO
    min_height: Size = AUTO
    max_width: Size = AUTO
    max_height: Size = AUTO
    aspect_ratio: float | None = None
    margin_top: Size = 0.0
    margin_right: Size = 0.0
    margin_bottom: Size = 0.0
    margin_left: Size = 0.0
    padding_top: LengthValue = 0.0
    padding_right: LengthValue = 0.0
    padding_bottom: LengthValue = 0.0
    padding_left: LengthValue = 0.0
    border_top_width: float = 0.0
    border_right_width: float = 0.0
    border_bottom_width: float = 0.0
    border_left_width: float = 0.0
    border_top_style: BorderStyle = "none"
    border_right_style: BorderStyle = "none"
    border_bottom_style: BorderStyle = "none"
    border_left_style: BorderStyle = "none"
    border_top_color: Color = BLACK
    border_right_color: Color = BLACK
    border_bottom_color: Color = BLACK
    border_left_color: Color = BLACK
    border_top_left_radius: LengthValue = 0.0
    border_top_right_radius: LengthValue = 0.0
    border_bottom_right_radius: LengthValue = 0.0
    border_bottom_left_radius: LengthValue = 0.0
    background_color: Color | None = None
    flex_direction: FlexDirection = "row"
    flex_wrap: FlexWrap = "nowrap"
    flex_grow: float = 0.0
    flex_shrink: float = 1.0
    flex_basis: Size = AUTO
    justify_content: Justify = "normal"
    align_items: Align = "normal"
    align_self: Align = "auto"
    row_gap: LengthValue = 0.0
    column_gap: LengthValue = 0.0
    grid_template_columns: TrackList = ()
    grid_template_rows: TrackList = ()
    grid_auto_flow: Literal["row", "column", "row dense", "column dense"] = "row"
    grid_column: GridLine = AUTO_LINE
    grid_row: GridLine = AUTO_LINE
    object_fit: ObjectFit = "fill"
    object_position_x: LengthValue = HALF
    object_position_y: LengthValue = HALF
    break_before: Break = "auto"
    break_after: Break = "auto"
    break_inside: Break = "auto"
    color: Color = BLACK
    font_size: float = 16.0
    font_weight: int = 400
    font_style: Literal["normal", "italic"] = "normal"
    font_family: tuple[str, ...] = DEFAULT_FAMILY
    line_height: float | Percent | None = None
    text_align: TextAlign = "start"
    white_space: WhiteSpace = "normal"
    overflow_wrap: Literal["normal", "break-word", "anywhere"] = "normal"


INHERITED = frozenset(
    {
        "color",
        "font_size",
        "font_weight",
        "font_style",
        "font_family",
        "line_height",
        "text_align",
        "white_space",
        "overflow_wrap",
    }
)
