"""Page content: frame items as PDF operators (ISO 32000-1 §8, §9, §14.6).

The page's coordinate system is turned so that operators take CSS px with y downwards, as frames do.
"""

from __future__ import annotations

import math
from functools import lru_cache

from billhead.layout.document import ImageSource
from billhead.layout.frames import PT_PER_PX, Clip, Item, Page, Picture, Radii, Rectangle, Tag, TextLine, Watermark
from billhead.layout.paint.borders import border_shapes, straight_rule
from billhead.layout.paint.pdf_boxes import missing_boxes
from billhead.layout.paint.pdf_fonts import MIXED, FontUse
from billhead.layout.paint.pdf_objects import number
from billhead.layout.paint.pdf_tags import StructureTree
from billhead.layout.style import Color

CIRCLE = 0.5523
ARTIFACT = "/Artifact"


class Resources:
    """What pages share: fonts, pictures, transparency states."""

    def __init__(self) -> None:
        self.fonts = FontUse()
        self.pictures: dict[str, tuple[str, ImageSource]] = {}
        self.alphas: dict[float, str] = {}

    def picture(self, source: ImageSource) -> str:
        """The resource name of a picture."""
        if source.digest not in self.pictures:
            self.pictures[source.digest] = f"I{len(self.pictures) + 1}", source
        return self.pictures[source.digest][0]

    def alpha(self, value: float) -> str:
        """The resource name of a transparency state."""
        return self.alphas.setdefault(round(value, 4), f"A{len(self.alphas) + 1}")


class ContentPainter:
    """Paints the items of one page; consecutive text shares text objects and marked content."""

    def __init__(self, page: Page, number_of_page: int, resources: Resources, tags: StructureTree) -> None:
        self._page = page
        self._number = number_of_page
        self._resources = resources
        self._tags = tags
        self._out: list[str] = [f"{PT_PER_PX} 0 0 -{PT_PER_PX} 0 {number(page.height * PT_PER_PX)} cm"]
        self._marked: Tag | str | None = None
        self._in_text = False
        self._color: Color | None = None
        self._font = ""

    def paint(self) -> bytes:
        """The page's content stream."""
        for item in self._page.items:
            if type(item) is TextLine:
                self._line(item)
            else:
                self._item(item)
        for item in self._page.furniture:
            self._item(item)
        if self._page.watermark is not None:
            self._watermark(self._page.watermark)
        self._close_mark()
        return "\n".join(self._out).encode("latin-1")

    def _item(self, item: Item) -> None:
        if isinstance(item, TextLine):
            self._line(item)
        elif isinstance(item, Rectangle):
            self._mark(ARTIFACT)
            self._end_text()
            self._rectangle(item)
        elif isinstance(item, Picture):
            self._end_text()
            self._mark(item.tag or ARTIFACT)
            self._picture(item)

    def _mark(self, target: Tag | str) -> None:
        """Opens marked content for a tag, unless it is open already."""
        if self._marked is target:
            return
        if self._marked is not None:
            self._close_mark()
        self._marked = target
        if target is ARTIFACT:
            self._out.append("/Artifact BMC")
        elif isinstance(target, Tag):
            self._out.append(f"/{target.kind}<</MCID {self._tags.mark(self._number, target)}>>BDC")

    def _close_mark(self) -> None:
        if self._in_text:
            self._out.append("ET")
            self._in_text = False
        if self._marked is not None:
            self._out.append("EMC")
            self._marked = None

    def _end_text(self) -> None:
        if self._in_text:
            self._out.append("ET")
            self._in_text = False

    def _fill(self, color: Color) -> None:
        if color is not self._color and color != self._color:
            self._out.append(f"{rgb(color)} rg")
            self._color = color

    def _line(self, item: TextLine) -> None:
        target = item.tag or ARTIFACT
        if target is not self._marked:
            self._mark(target)
        clipped = item.clip is not None or item.color.alpha < 1
        if clipped:
            self._open_state(item.clip, item.color.alpha)
        if not self._in_text:
            self._out.append("BT")
            self._in_text = True
        self._fill(item.color)
        self._show(item)
        if clipped:
            self._close_state()

    def _show(self, item: TextLine) -> None:
        """The line's text operators: one for a line in one font whose glyphs say all, as nearly every line is."""
        fonts = self._resources.fonts
        plain = fonts.plain
        words = [plain.get(word) or fonts.word(word) for word in item.words]
        faces = {font for font, _ in words}
        matrix = f"{_scale(item.size)} {item.x:.2f} {item.y:.2f} Tm"
        if len(faces) != 1 or MIXED[0] in faces or item.word_spacing or item.tail is not None:
            self._out.append(self._mixed(item, matrix))
            if any(word.missing for word in item.words):
                self._end_text()
                self._out += missing_boxes(item)
            return
        font = words[0][0]
        codes = "".join([code for _, code in words])
        switch = "" if font == self._font else f"/{font} 1 Tf "
        self._font = font
        self._out.append(f"{matrix} {switch}{_shown(codes)}")

    def _mixed(self, item: TextLine, matrix: str) -> str:
        """The operators of a line with font switches, ActualText, wider spaces or a tail."""
        fonts = self._resources.fonts
        out = [matrix]
        spacing = f">{number(-item.word_spacing / item.size * 1000)}<" if item.word_spacing else ""
        pieces: list[str] = []
        for word in item.words if item.tail is None else (*item.words, item.tail):
            for run in word.runs:
                code, actual = fonts.code(run)
                font = fonts.names[run.face]
                if font != self._font or actual is not None:
                    if pieces:
                        out.append(_shown("".join(pieces)))
                        pieces = []
                    if font != self._font:
                        out.append(f"/{font} 1 Tf")
                        self._font = font
                if actual is not None:
                    out.append(f"/Span<</ActualText{_utf16(actual)}>>BDC{_shown(code)} EMC")
                else:
                    pieces.append(code)
            if spacing and word.text == " ":
                pieces.append(spacing)
        if pieces:
            out.append(_shown("".join(pieces)))
        return " ".join(out)

    def _open_state(self, clip: Clip | None, alpha: float = 1.0) -> None:
        self._end_text()
        self._out.append("q")
        if alpha < 1:
            self._out.append(f"/{self._resources.alpha(alpha)} gs")
        while clip is not None:
            self._out.append(f"{outline(clip.x, clip.y, clip.width, clip.height, clip.radii)} W n")
            clip = clip.outer

    def _close_state(self) -> None:
        self._end_text()
        self._out.append("Q")
        self._color = None
        self._font = ""

    def _rectangle(self, item: Rectangle) -> None:
        if item.clip is not None:
            self._open_state(item.clip)
        if item.fill is not None:
            if item.fill.alpha < 1:
                self._open_state(None, item.fill.alpha)
            self._fill(item.fill)
            self._out.append(outline(item.x, item.y, item.width, item.height, item.radii) + " f")
            if item.fill.alpha < 1:
                self._close_state()
        rule = straight_rule(item)
        if rule is not None:
            x, y, width, height, color = rule
            self._fill(color)
            self._out.append(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")
        for shape in border_shapes(item) if rule is None else ():
            if shape.dash or shape.color.alpha < 1 or shape.width:
                self._open_state(None, shape.color.alpha)
                dash = f"[{' '.join(number(part) for part in shape.dash)}] 0 d " if shape.dash else ""
                cap = "1 J " if shape.round_cap else ""
                self._out.append(f"{rgb(shape.color)} RG {number(shape.width)} w {cap}{dash}{shape.pdf_path()} S")
                self._close_state()
            else:
                self._fill(shape.color)
                self._out.append(f"{shape.pdf_path()} {'f*' if shape.even_odd else 'f'}")
        if item.clip is not None:
            self._close_state()

    def _picture(self, item: Picture) -> None:
        left, top = item.x * PT_PER_PX, (self._page.height - item.y - item.height) * PT_PER_PX
        right, bottom = left + item.width * PT_PER_PX, top + item.height * PT_PER_PX
        if item.tag is not None:
            box = " ".join(number(value) for value in (left, top, right, bottom))
            self._tags.boxes[item.tag] = f"/BBox[{box}]"
        self._open_state(item.clip)
        name = self._resources.picture(item.source)
        matrix = (item.width, 0.0, 0.0, -item.height, item.x, item.y + item.height)
        self._out.append(f"{' '.join(number(value) for value in matrix)} cm /{name} Do")
        self._close_state()

    def _watermark(self, mark: Watermark) -> None:
        self._mark(ARTIFACT)
        self._open_state(None, mark.color.alpha)
        angle = math.radians(mark.angle)
        cos, sin = math.cos(angle), math.sin(angle)
        x, y = self._page.width / 2, self._page.height / 2
        x, y = x - cos * mark.width / 2 + sin * mark.size * 0.35, y + sin * mark.width / 2 + cos * mark.size * 0.35
        size = mark.size
        matrix = (size * cos, -size * sin, -size * sin, -size * cos, x, y)
        self._out.append(f"BT {rgb(mark.color)} rg {' '.join(f'{value:.3f}' for value in matrix)} Tm")
        for word in mark.words:
            for run in word.runs:
                code, _ = self._resources.fonts.code(run)
                self._out.append(f"/{self._resources.fonts.names[run.face]} 1 Tf {_shown(code)}")
        self._out.append("ET")
        self._close_state()


def _shown(codes: str) -> str:
    """The operator that shows codes and their adjustments. Beside an empty string PDFium loses an adjustment."""
    return f"[<{codes}>]TJ".replace("<>", " ")


def _utf16(text: str) -> str:
    return "<FEFF" + text.encode("utf-16-be", "replace").hex() + ">"


@lru_cache(maxsize=512)
def _scale(size: float) -> str:
    """The first operands of a text matrix."""
    return f"{number(size)} 0 0 -{number(size)}"


@lru_cache(maxsize=512)
def rgb(color: Color) -> str:
    """The colour as three operands."""
    return f"{color.red / 255:.4g} {color.green / 255:.4g} {color.blue / 255:.4g}"


def outline(x: float, y: float, width: float, height: float, radii: Radii | None) -> str:
    """The path of a rectangle with round corners."""
    if radii is None or not any(radii):
        return f"{number(x)} {number(y)} {number(width)} {number(height)} re"
    a, b, c, d = radii
    right, bottom = x + width, y + height
    k = 1 - CIRCLE
    return (
        f"{number(x + a)} {number(y)} m {number(right - b)} {number(y)} l "
        f"{_curve(right - b * k, y, right, y + b * k, right, y + b)} {number(right)} {number(bottom - c)} l "
        f"{_curve(right, bottom - c * k, right - c * k, bottom, right - c, bottom)} {number(x + d)} {number(bottom)} l "
        f"{_curve(x + d * k, bottom, x, bottom - d * k, x, bottom - d)} {number(x)} {number(y + a)} l "
        f"{_curve(x, y + a * k, x + a * k, y, x + a, y)} h"
    )


def _curve(*values: float) -> str:
    return " ".join(number(value) for value in values) + " c"
