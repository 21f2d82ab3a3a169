"""The colours of the design stand out from each other as their roles need.

What is on the page is measured there, in every build (`legibility`); this says at once
which token is wrong.
"""

import re
from pathlib import Path

import pytest

from pipeline.typeset.legibility import GRAPHICS, TEXT, Colour, contrast

TOKENS = Path(__file__).resolve().parents[1] / "styles" / "tokens.css"


def colour(name: str) -> Colour:
    if name == "white":
        return (1.0, 1.0, 1.0)
    css = TOKENS.read_text(encoding="utf-8")
    match = re.search(rf"--{name}: *#([0-9a-f]{{6}});", css)
    assert match, name
    red, green, blue = (int(match[1][i : i + 2], 16) / 255 for i in (0, 2, 4))
    return (red, green, blue)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *(
            (name, "white")
            for name in ("brand-800", "brand-600", "neutral-900", "neutral-700")
        ),
        *((name, "brand-100") for name in ("brand-800", "brand-600", "neutral-900")),
        *((name, "white") for name in ("purple-600", "red-600")),
        *((name, "brand-800") for name in ("white", "brand-200")),
    ],
)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(colour(text), colour(ground)) >= TEXT


@pytest.mark.parametrize("mark", ["brand-600", "brand-400"])
def test_a_mark_of_a_chart_stands_out_from_the_page(mark: str) -> None:
    assert contrast(colour(mark), colour("white")) >= GRAPHICS
