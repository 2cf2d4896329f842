"""The computed styles of one template, made once and shared by every document and every repetition.

A style depends on the template, the node's place, the parent's style and the writing direction; never on data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from billhead.layout.composition import look
from billhead.layout.style import Declaration, Style, compute_style, parse_declaration, root_style
from billhead.layout.template import Node, StyleRef, Template
from billhead.layout.validation.styles import token_values


@dataclass(slots=True)
class StyleBook:
    """Styles by place. `root` is the style of the wrapper around the template's layout."""

    classes: Mapping[str, Declaration]
    order: Mapping[str, int]
    tokens: Mapping[str, str | int | float]
    rtl: bool
    root: Style
    _kept: dict[tuple[str, int], Style] = field(default_factory=dict)
    _anywhere: dict[int, Style] = field(default_factory=dict)

    def style(
        self,
        place: str,
        parent: Style,
        ref: StyleRef,
        below: Declaration = look.NOTHING,
        between: Declaration = look.NOTHING,
        above: Declaration = look.NOTHING,
    ) -> Style:
        """The style at `place`: `below` < classes < `between` < inline < `above`, over what `parent` hands down."""
        key = (place, id(parent))
        kept = self._kept.get(key)
        if kept is None:
            layers = (below, *self._classes(ref), between, self.inline(ref), above)
            kept = compute_style(layers, parent, self.root.font_size)
            self._kept[key] = kept
        return kept

    def anywhere(self, style: Style) -> Style:
        """The same style for a text with very long words, which may then break anywhere."""
        kept = self._anywhere.get(id(style))
        if kept is None:
            kept = replace(style, overflow_wrap="anywhere")
            self._anywhere[id(style)] = kept
        return kept

    def inline(self, ref: StyleRef) -> Declaration:
        """The typed inline declaration; entries that cannot be read are dropped (validation has reported them)."""
        return parse_declaration(ref.inline, self.tokens)[0] if ref.inline else look.NOTHING

    def _classes(self, ref: StyleRef) -> list[Declaration]:
        """In the order of the style sheet, which decides in CSS, not in that of the reference."""
        known = sorted((name for name in set(ref.class_ids) if name in self.order), key=self.order.__getitem__)
        return [self.classes[name] for name in known]


def break_rules(node: Node) -> Declaration:
    """The page-breaking wishes of a node (version 2) as a declaration."""
    rules: dict[str, object] = {}
    if node.keep_together:
        rules["break_inside"] = "avoid"
    if node.keep_with_next:
        rules["break_after"] = "avoid"
    if node.break_before == "page":
        rules["break_before"] = "page"
    if node.break_after == "page":
        rules["break_after"] = "page"
    return rules


@lru_cache(maxsize=256)
def style_book(template: Template, rtl: bool, overrides: tuple[tuple[str, str | int | float], ...] = ()) -> StyleBook:
    """The book of a template (by identity) for one writing direction, with some tokens given other values."""
    tokens = {**token_values(template), **dict(overrides)}
    sheet = template.styles.classes
    return StyleBook(
        classes={name: parse_declaration(source, tokens)[0] for name, source in sheet.items()},
        order={name: index for index, name in enumerate(sheet)},
        tokens=tokens,
        rtl=rtl,
        root=root_style(look.ROOT_OF[rtl]),
    )
