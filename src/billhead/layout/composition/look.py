"""The default look of documents, as CSS declarations below every class and inline style of a template.

Sizes are px at 96 to the inch. The values follow the format's default style sheet (`docs/templates.md`).
"""

from billhead.layout.style import Declaration, parse_declaration

INK = "#111827"
RULE = "#e5e7eb"
FAINT_RULE = "#f3f4f6"
FIELD_RULE = "#cbd5e1"


def look(**properties: str | int) -> Declaration:
    """A declaration of our own; a mistake in it is a bug."""
    declaration, problems = parse_declaration(properties)
    if problems:
        raise ValueError(problems[0].message)
    return declaration


NOTHING: Declaration = {}
ROOT: Declaration = {
    **look(fontSize="14px", lineHeight="1.35", color=INK, fontFamily="Noto Sans"),
    "overflow_wrap": "break-word",
}
ROOT_OF: dict[bool, Declaration] = {False: ROOT, True: {**ROOT, **look(textAlign="right")}}
"""By whether the document runs from right to left: then texts in other scripts stand at its side too."""
SECTION = look(marginBottom="16px")
SECTION_TITLE: Declaration = {
    **look(fontSize="18px", fontWeight=700, marginBottom="8px"),
    "break_after": "avoid",
    "break_inside": "avoid",
}
STACK_ROW = look(display="flex", flexDirection="row", gap="8px")
STACK_COLUMN = look(display="flex", flexDirection="column", gap="8px")
PARAGRAPH: Declaration = {"white_space": "pre-line"}
IMAGE = look(maxWidth="100%")
DIVIDER = look(borderTop="1px solid #d1d5db", marginTop="8px", marginBottom="8px")

FIELD: Declaration = {
    **look(display="flex", justifyContent="space-between", alignItems="center", gap="6px"),
    "break_inside": "avoid",
}
FIELD_PLAIN = look(alignItems="flex-start")
FIELD_UNDERLINE = look(
    paddingTop="2px", paddingBottom="2px", paddingLeft="4px", paddingRight="4px", borderBottom=f"1px solid {FIELD_RULE}"
)
FIELD_BOX = look(
    paddingTop="6px",
    paddingBottom="6px",
    paddingLeft="8px",
    paddingRight="8px",
    border=f"1px solid {FIELD_RULE}",
    borderRadius="4px",
)
FIELD_MULTILINE = look(alignItems="flex-start")
FIELD_MULTILINE_UNBOXED = look(padding="0px")
FIELD_TEXT = NOTHING
MULTILINE: Declaration = {"white_space": "pre-line"}

TABLE: Declaration = {**look(width="100%", marginTop="8px", marginBottom="16px"), "box_sizing": "border-box"}
HEAD_CELL = look(
    paddingTop="6px",
    paddingBottom="6px",
    paddingLeft="8px",
    paddingRight="8px",
    borderBottom=f"1px solid {RULE}",
    fontWeight=700,
)
BODY_CELL: Declaration = {
    **look(
        paddingTop="6px",
        paddingBottom="6px",
        paddingLeft="8px",
        paddingRight="8px",
        borderBottom=f"1px solid {FAINT_RULE}",
    ),
    "white_space": "pre-line",
}
ROW: Declaration = {"break_inside": "avoid"}
ALIGN_END = {False: look(textAlign="right"), True: look(textAlign="left")}

TOTALS: Declaration = {"break_inside": "avoid"}
TOTALS_ROW: Declaration = {
    **look(display="flex", justifyContent="space-between", gap="16px", paddingTop="2px", paddingBottom="2px"),
    "break_inside": "avoid",
}
TOTALS_VALUE = {rtl: {**ALIGN_END[rtl], "white_space": "nowrap"} for rtl in (False, True)}
EMPHASIS = look(fontWeight=700)
ANYWHERE: Declaration = {"overflow_wrap": "anywhere"}
