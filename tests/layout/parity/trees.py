"""Random document trees over every supported style property, for comparison with a browser."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from PIL import Image as Pixels

from billhead.layout.document import (
    Box,
    Cell,
    Direction,
    Document,
    Image,
    ImageSource,
    Node,
    Origin,
    PageSetup,
    Row,
    Table,
    Text,
)
from billhead.layout.images import read_image
from billhead.layout.style import Style, compute_style, parse_declaration, root_style

ROOT = root_style(
    parse_declaration({"fontSize": "14px", "lineHeight": "1.35", "color": "#111827", "overflowWrap": "break-word"})[0]
)
CONTAINER_WIDTH = 640
SCRIPTS = {
    "latin": ["invoice", "Été", "größe", "well-known", "a", "to", "Łódź", "naïve", "über-lang", "T.V.A."],
    "cyrillic": ["Счёт", "итого", "№"],
    "greek": ["Τιμή", "σύνολο"],
    "arabic": ["فاتورة", "المبلغ", "شركة", "٢٠٢٤", "مُحَمَّد"],
    "hebrew": ["חשבונית", "סכום", "חברה"],
    "numbers": ["1,234.56", "€99.00", "-12%", "2026-11-21", "(7)", "$0.50", "10/20"],
}


@lru_cache(maxsize=8)
def picture(width: int, height: int) -> ImageSource:
    """A PNG of this size."""
    buffer = io.BytesIO()
    Pixels.new("RGB", (width, height), (15, 118, 110)).save(buffer, "PNG")
    return read_image(buffer.getvalue())


def styled(parent: Style, declaration: Mapping[str, object]) -> Style:
    """A computed style; the declaration must be without problems."""
    parsed, problems = parse_declaration(declaration)
    assert not problems, problems
    return compute_style((parsed,), parent, ROOT.font_size)


@dataclass(slots=True)
class Sketch:
    """A node before its style is computed: kind, declaration, text, children (rows of cells for tables)."""

    kind: str
    style: dict[str, object]
    text: str = ""
    children: list[Sketch] = field(default_factory=list)
    span: int = 1

    def node(self, parent: Style, counter: list[int]) -> Node:
        """The document node below a parent's style."""
        counter[0] += 1
        origin = Origin(f"n{counter[0]}", f"/layout/{counter[0]}")
        style = styled(parent, self.style)
        match self.kind:
            case "text":
                return Text(origin, style, self.text)
            case "image":
                width, height = (int(part) for part in self.text.split("x"))
                return Image(origin, style, picture(width, height), "")
            case "table":
                rows = [
                    Row(
                        origin,
                        styled(style, {}),
                        tuple(Cell(cell.look(style), cell.text, cell.span) for cell in row.children),
                    )
                    for row in self.children
                ]
                return Table(origin, style, tuple(rows[:1]), tuple(rows[1:]))
        return Box(origin, style, tuple(child.node(style, counter) for child in self.children))

    def look(self, parent: Style) -> Style:
        """A cell's style."""
        return styled(parent, self.style)


class TreeMaker:
    """Makes trees from one seed. Every word is unique, so that words can be found again."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def chance(self, share: float) -> bool:
        """True in this share of the calls."""
        return self.random.random() < share

    def pick(self, *choices: str) -> str:
        """One of the choices."""
        return self.random.choice(choices)

    def word(self, script: str) -> str:
        """A word that occurs once; its number is at its end, or before it in right-to-left scripts."""
        self.count += 1
        return f"{self.random.choice(SCRIPTS[script])}{self.count}"

    def sentence(self) -> str:
        """Words of one script, sometimes mixed."""
        script = self.random.choices(
            ["latin", "numbers", "cyrillic", "greek", "arabic", "hebrew"], [12, 4, 1, 1, 2, 2]
        )[0]
        length = self.random.choice([1, 1, 1, 2, 3, 5, 12])
        words = []
        for _ in range(length):
            other = self.pick("latin", "numbers") if self.chance(0.15) else script
            words.append(self.word(other))
        return " ".join(words)

    def size(self) -> str:
        """A length in some unit."""
        return self.pick("40px", "90px", "150px", "220px", "60pt", "30mm", "8em", "25%", "50%", "100%", "5rem")

    def common(self, style: dict[str, object], depth: int, parent_display: str) -> None:
        """Properties that any node can have."""
        if self.chance(0.25):
            style["padding"] = self.pick("4px", "9px 3px", "2px 6px 10px 14px", "1em", "5%")
        if self.chance(0.1):
            style[self.pick("paddingLeft", "paddingTop", "paddingRight", "paddingBottom")] = self.pick("11px", "3pt")
        if self.chance(0.2):
            style["margin"] = self.pick("5px", "8px 2px", "0 auto", "-4px 3px", "1em 0", "6px auto 2px 0")
        if self.chance(0.12):
            style[self.pick("marginLeft", "marginTop", "marginRight", "marginBottom")] = self.pick(
                "7px", "auto", "-5px"
            )
        if self.chance(0.2):
            style["border"] = self.pick("1px solid #000", "3px dashed red", "2px solid #cbd5e1")
        if self.chance(0.1):
            style[self.pick("borderTop", "borderLeft", "borderRight", "borderBottom")] = "4px solid blue"
        if self.chance(0.15):
            style["width"] = self.size()
        if self.chance(0.06):
            style["height"] = self.pick("30px", "80px", "120px", "50%")
        if self.chance(0.06):
            style["minWidth"] = self.pick("50px", "120px", "30%")
        if self.chance(0.06):
            style["maxWidth"] = self.pick("70px", "160px", "60%")
        if self.chance(0.05):
            style["minHeight"] = self.pick("40px", "100px")
        if self.chance(0.04):
            style["maxHeight"] = self.pick("25px", "60px")
        if self.chance(0.1):
            style["boxSizing"] = "border-box"
        if self.chance(0.06):
            style["overflow"] = "hidden"
        if self.chance(0.05):
            style.update(position="relative", top=self.pick("3px", "-4px", "auto"), left=self.pick("5px", "10%"))
        elif self.chance(0.04) and depth < 3:
            style["position"] = "absolute"
            if self.chance(0.6):
                style[self.pick("top", "bottom")] = self.pick("0", "10px", "-5px", "20%")
            if self.chance(0.6):
                style[self.pick("left", "right")] = self.pick("0", "12px", "25%")
            if self.chance(0.2):
                style.update(left="10px", right="30px")
        if self.chance(0.04):
            style["zIndex"] = self.pick("0", "1", "-1", "5")
        if parent_display == "flex":
            self.flex_item(style)
        if parent_display == "grid":
            if self.chance(0.15):
                style["gridColumn"] = self.pick("span 2", "1 / 3", "2", "1 / -1")
            if self.chance(0.1):
                style["gridRow"] = self.pick("span 2", "1", "2")
            if self.chance(0.1):
                style["alignSelf"] = self.pick("start", "center", "end")

    def flex_item(self, style: dict[str, object]) -> None:
        """Properties of children of flex containers."""
        if self.chance(0.25):
            style["flexGrow"] = self.random.choice([1, 2, "0.5"])
        if self.chance(0.15):
            style["flexShrink"] = self.random.choice([0, 2])
        if self.chance(0.15):
            style["flexBasis"] = self.pick("0", "80px", "30%", "auto")
        if self.chance(0.1):
            style["flex"] = self.pick("1", "none", "auto", "1 1 60px", "2 0 0%")
        if self.chance(0.15):
            style["alignSelf"] = self.pick("center", "flex-end", "stretch", "flex-start", "baseline")

    def text_style(self) -> dict[str, object]:
        """Properties of text."""
        style: dict[str, object] = {}
        if self.chance(0.3):
            style["fontSize"] = self.pick("9px", "18px", "11pt", "1.4em", "22px", "120%")
        if self.chance(0.2):
            style["fontWeight"] = self.random.choice([700, "bold", 600])
        if self.chance(0.15):
            style["fontStyle"] = "italic"
        if self.chance(0.2):
            style["lineHeight"] = self.random.choice([1, 1.6, "normal", "24px", "110%", "2em"])
        if self.chance(0.25):
            style["textAlign"] = self.pick("left", "center", "right", "justify")
        if self.chance(0.08):
            style["whiteSpace"] = self.pick("nowrap", "pre-line")
        return style

    def text(self, display: str, depth: int) -> Sketch:
        """A paragraph."""
        style = self.text_style()
        self.common(style, depth, display)
        words = self.sentence()
        if style.get("whiteSpace") == "pre-line" and " " in words:
            words = words.replace(" ", "\n", 1)
        return Sketch("text", style, words)

    def image(self, display: str, depth: int) -> Sketch:
        """A picture."""
        style: dict[str, object] = {}
        self.common(style, depth, display)
        if self.chance(0.15):
            style["aspectRatio"] = self.pick("1", "16 / 9", "2")
        if self.chance(0.3):
            style["objectFit"] = self.pick("cover", "contain", "none")
        return Sketch("image", style, self.pick("60x30", "40x80"))

    def table(self, display: str) -> Sketch:
        """A table with a head and a few rows."""
        columns = self.random.randint(1, 4)
        style: dict[str, object] = {"width": self.pick("100%", "auto", "300px")}
        if self.chance(0.3):
            style["margin"] = "8px 0 16px"
        if display == "flex":
            self.flex_item(style)
        looks: list[dict[str, object]] = []
        for _ in range(columns):
            look: dict[str, object] = {"padding": self.pick("6px 8px", "2px", "0"), **self.text_style()}
            if self.chance(0.4):
                look["width"] = self.pick("50%", "20%", "90px", "140px")
            if self.chance(0.3):
                look["borderBottom"] = "1px solid #e5e7eb"
            looks.append(look)
        rows = [Sketch("row", {}, "", [self.cell({**look, "fontWeight": 600}) for look in looks])]
        for _ in range(self.random.randint(1, 4)):
            if columns > 2 and self.chance(0.2):
                cells = [self.cell(looks[0], 2), *(self.cell(look) for look in looks[2:])]
            else:
                cells = [self.cell(look) for look in looks]
            rows.append(Sketch("row", {}, "", cells))
        return Sketch("table", style, "", rows)

    def cell(self, look: dict[str, object], span: int = 1) -> Sketch:
        """A table cell."""
        return Sketch("cell", look, self.sentence(), [], span)

    def box(self, display: str, depth: int) -> Sketch:
        """A container with children."""
        style = self.text_style() if self.chance(0.2) else {}
        style["display"] = own = self.random.choices(["flex", "block", "grid"], [6, 3, 2])[0]
        self.common(style, depth, display)
        if own == "flex":
            style["flexDirection"] = self.random.choices(
                ["row", "column", "row-reverse", "column-reverse"], [5, 5, 1, 1]
            )[0]
            if self.chance(0.5):
                style["justifyContent"] = self.pick(
                    "flex-start", "flex-end", "center", "space-between", "space-around", "space-evenly"
                )
            if self.chance(0.5):
                style["alignItems"] = self.pick("flex-start", "flex-end", "center", "stretch", "baseline")
            if self.chance(0.2):
                style["flexWrap"] = self.pick("wrap", "wrap", "wrap-reverse")
        if own == "grid":
            style["gridTemplateColumns"] = self.pick(
                "1fr 1fr",
                "repeat(3, 1fr)",
                "100px auto 1fr",
                "auto auto",
                "30% 1fr",
                "minmax(60px, 1fr) 2fr",
                "repeat(auto-fill, 120px)",
                "max-content 1fr",
                "none",
            )
            if self.chance(0.2):
                style["gridTemplateRows"] = self.pick("40px auto", "auto", "30px 30px")
            if self.chance(0.2):
                style["gridAutoFlow"] = self.pick("column", "dense", "row")
        if own != "block" and self.chance(0.5):
            style["gap"] = self.pick("4px", "10px", "6px 12px", "2%")
        return Sketch("box", style, "", [self.tree(own, depth - 1) for _ in range(self.random.randint(1, 4))])

    def tree(self, display: str, depth: int) -> Sketch:
        """Anything."""
        if depth <= 0 or self.chance(0.3):
            return self.image(display, depth) if self.chance(0.1) else self.text(display, depth)
        return self.table(display) if self.chance(0.08) else self.box(display, depth)


def document_of(sketches: Sequence[Sketch], *, direction: Direction = "ltr") -> Document:
    """All sketches below each other on one long page, each in a frame with the marker word `tree<number>`."""
    frame = styled(ROOT, {"width": f"{CONTAINER_WIDTH}px", "position": "relative", "margin": "0 0 40px"})
    plain, counter = styled(frame, {}), [0]
    children = []
    for number, sketch in enumerate(sketches):
        marker = Text(Origin(f"marker{number}", "/layout"), plain, f"tree{number}")
        holder = Box(Origin(f"holder{number}", "/layout"), plain, (sketch.node(plain, counter),))
        children.append(Box(Origin(f"frame{number}", "/layout"), frame, (marker, holder)))
    page = PageSetup(794, 19_900, 20, 48, 20, 48)
    return Document(Box(Origin("root", "/layout"), ROOT, tuple(children), "document"), page, "en", direction, "Parity")


def random_sketches(seed: int, count: int, depth: int = 4) -> list[Sketch]:
    """Random trees from one seed; all their words differ."""
    maker = TreeMaker(seed)
    return [maker.tree("block", depth) for _ in range(count)]
