"""Style declarations: every kind of value, shorthands, tokens, problems, the cascade and CSS text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billhead.layout.style import (
    PROPERTIES_VERSION_1,
    PROPERTIES_VERSION_1_EXTENDED,
    PROPERTIES_VERSION_2,
    Color,
    Percent,
    Style,
    Track,
    compute_style,
    css_text,
    parse_declaration,
)
from layout.trees import a_style


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("10px", 10.0),
        ("3pt", 4.0),
        ("1in", 96.0),
        ("25.4mm", 96.0),
        ("2em", 28.0),
        ("2rem", 28.0),
        ("50%", Percent(0.5)),
        ("calc(100% - 2em)", Percent(1.0, -28.0)),
        ("0", 0.0),
    ],
)
def test_lengths_are_computed(text: str, width: object) -> None:
    assert a_style(width=text).width == pytest.approx(width)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width", "wide"),
        ("width", "-3px"),
        ("width", "1e9px"),
        ("width", 10),
        ("width", "NaN"),
        ("color", "url(javascript:alert(1))"),
        ("color", "red;}</style><script>"),
        ("border", "1px solid red 3px"),
        ("flex", "1 2 3 4"),
        ("gridTemplateColumns", "repeat(99999, 1fr)"),
        ("fontFamily", "x</style>"),
        ("zIndex", "1.5"),
        ("display", "table"),
        ("lineHeight", True),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_left_out(name: str, value: object) -> None:
    parsed, problems = parse_declaration({name: value})
    assert [problem.kind for problem in problems] == ["invalid-value"]
    assert parsed == {}


def test_unknown_properties_get_a_hint() -> None:
    _, problems = parse_declaration({"line-height": "1"})
    assert (problems[0].kind, problems[0].hint) == ("unknown-property", "did you mean lineHeight?")


def test_the_particular_wins_over_the_general_in_any_order() -> None:
    style = a_style(borderColor="red", border="2px solid blue", paddingTop="1px", padding="5px")
    assert (style.border_top_color, style.border_top_width) == (Color(255, 0, 0), 2.0)
    assert (style.padding_top, style.padding_left) == (1.0, 5.0)


def test_tokens() -> None:
    parsed, problems = parse_declaration({"color": "var(--brand)", "gap": "var(--none, 3px)"}, {"brand": "#123456"})
    assert not problems
    assert parsed["color"] == Color(0x12, 0x34, 0x56)
    assert parsed["row_gap"] == 3.0
    assert parse_declaration({"color": "var(--lost)"})[1][0].kind == "unknown-token"


def test_colours() -> None:
    assert a_style(color="rgba(255, 0, 0, .5)").color == Color(255, 0, 0, 0.5)
    assert a_style(color="hsl(120, 100%, 50%)").color == Color(0, 255, 0)
    assert a_style(color="#abc").color == Color(0xAA, 0xBB, 0xCC)
    assert a_style(color="#00f", border="1px solid").border_left_color == Color(0, 0, 255)


def test_grid_tracks() -> None:
    tracks = a_style(gridTemplateColumns="repeat(2, 1fr) minmax(10px, auto) 2em").grid_template_columns
    assert tracks[0] == Track(fraction=1.0)
    assert len(tracks) == 4
    assert tracks[3] == Track(28.0, 28.0)


def test_inheritance() -> None:
    parent = a_style(color="red", fontSize="20px", padding="3px")
    child = compute_style((), parent, 14)
    assert (child.color, child.font_size, child.padding_top) == (Color(255, 0, 0), 20.0, 0.0)
    assert compute_style((parse_declaration({"lineHeight": "150%"})[0],), parent, 14).line_height == Percent(0, 30)


def test_the_seed_is_covered() -> None:
    seed = (
        "display flexDirection justifyContent alignItems flex gap width height minWidth maxWidth minHeight maxHeight "
        "overflow position top right bottom left zIndex padding paddingTop paddingRight paddingBottom paddingLeft "
        "margin marginTop marginRight marginBottom marginLeft border borderTop borderRight borderBottom borderLeft "
        "borderRadius borderColor gridTemplateColumns gridTemplateRows gridAutoFlow color backgroundColor aspectRatio "
        "objectFit fontSize fontWeight fontFamily fontStyle lineHeight textAlign"
    )
    assert set(seed.split()) <= PROPERTIES_VERSION_1_EXTENDED
    assert len(PROPERTIES_VERSION_1) == 34
    assert PROPERTIES_VERSION_1_EXTENDED < PROPERTIES_VERSION_2


def test_css_text_says_only_what_differs() -> None:
    assert css_text(Style(), Style()) == ""
    text = css_text(a_style(flex="1", margin="0 auto", border="1px solid red"), a_style())
    assert "flex-grow:1" in text
    assert "margin-left:auto" in text
    assert "border-top-color:#ff0000" in text
    assert "font-size" not in text


@given(st.sampled_from(sorted(PROPERTIES_VERSION_2)), st.text(max_size=40))
def test_no_text_breaks_the_parser_or_leaves_it_as_raw_css(name: str, text: str) -> None:
    parsed, problems = parse_declaration({name: text})
    assert bool(parsed) != bool(problems)
    style = compute_style((parsed,), Style(), 16)
    assert not set("<>{}@\\") & set(css_text(style))
