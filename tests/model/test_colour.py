"""CSS colours are read, mixed and compared by the rules of WCAG."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.colour import BLACK, WHITE, contrast, format_colour, mix, parse_colour

COLOURS = st.tuples(*3 * [st.integers(0, 255)]).map(
    lambda parts: (parts[0] / 255, parts[1] / 255, parts[2] / 255)
)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("#1e2dbe", "#1e2dbe"),
        ("#FFF", "#ffffff"),
        ("navy", "#000080"),
        ("White", "#ffffff"),
        ("rgb(255, 0, 0)", "#ff0000"),
        ("rgb(300, -1, 0)", "#ff0000"),
    ],
)
def test_a_css_colour_is_read(typed: str, printed: str) -> None:
    colour = parse_colour(typed)
    assert colour
    assert format_colour(colour) == printed


@pytest.mark.parametrize(
    "typed",
    ["", "blueish", "#12345", "1e2dbe", "transparent", "currentColor", "rgba(0, 0, 0, .5)"],
)
def test_other_text_is_not_a_colour(typed: str) -> None:
    assert parse_colour(typed) is None


@given(COLOURS)
def test_a_printed_colour_is_read_back(colour: tuple[float, float, float]) -> None:
    again = parse_colour(format_colour(colour))
    assert again == pytest.approx(colour)


def test_the_contrast_ratio_is_that_of_wcag() -> None:
    """WCAG 2.2: 21:1 for black on white; #767676 is the palest grey that passes."""
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(WHITE, BLACK) == contrast(BLACK, WHITE)
    grey, paler = parse_colour("#767676"), parse_colour("#777777")
    assert grey
    assert paler
    assert contrast(grey, WHITE) == pytest.approx(4.54, abs=0.01)
    assert contrast(paler, WHITE) == pytest.approx(4.48, abs=0.01)


def test_a_mixture_lies_between_its_colours() -> None:
    assert format_colour(mix(BLACK, WHITE, 0.25)) == "#bfbfbf"
    assert mix(BLACK, WHITE, 0) == WHITE
    assert mix(BLACK, WHITE, 1) == BLACK
