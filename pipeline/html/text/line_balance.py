"""Break a title into lines of similar length; WeasyPrint 70 fills all lines but the last.

The number of lines is the lowest that fits the line width; among the ways to break, the one
with the shortest longest line is chosen. Text without spaces, such as Chinese, is not
changed: it may break between any two words (chinese.py).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import accumulate, combinations, pairwise

from pipeline.design.font_metrics import BOLD, FontFaces
from pipeline.design.tokens import Tokens

# A longer title is reported as too long. It is not balanced: it has too many combinations
# of breaks.
_MAX_LINES, _MAX_WORDS = 4, 40
# Subtracted from the width of a line, so that rounding does not move a word to the next.
_TOLERANCE_EM = 0.02
# The maximum extents of digits and signs below and above their baseline, in em.
_BELOW, _ABOVE = 0.18, 0.8
_TAG = re.compile(r"(<[^>]*>)")
_TYPED_BREAK = re.compile(r"(?: |<br ?/?>)*\n *")


@dataclass(frozen=True)
class TextMeasurer:
    """Measures text with the tokens and the fonts of a page."""

    tokens: Tokens
    faces: FontFaces

    def line_width_of(self, role: str) -> tuple[float, Callable[[str], float]]:
        """The line width of a role such as "title", and the function that measures HTML.

        Widths are in em. Raises ValueError if a token is missing or not a length.
        """
        size, measure = self.tokens.points(role), self.tokens.points(f"{role}-measure")
        if not size or measure is None:
            raise ValueError(f'the tokens "{role}" and "{role}-measure" must be lengths')
        tracking = self.tokens.em(f"{role}-tracking")
        weight = int(self.tokens.resolved(f"{role}-weight") or BOLD)
        families = self.tokens.families("display")

        def width(html: str) -> float:
            text = unescape(html)
            return self.faces.width(text, families, weight) + tracking * len(text)

        return measure / size, width

    def fits(self, column: str, text: str, reserved: float = 0.0) -> bool:
        """Whether small text fits a width: the token `column` less `reserved` points."""
        size, width = self.tokens.points("small"), self.tokens.points(column)
        if not size or not width:
            return True
        text_width = self.faces.width(text, self.tokens.families("text")) * size
        return text_width + reserved < width

    def is_tall(self, figure: str) -> bool:
        """Whether letters of a figure extend farther up or down than digits and signs."""
        families = self.tokens.families("display")
        below, above = self.faces.vertical_extents(figure, families, BOLD)
        return below > _BELOW or above > _ABOVE


def balance_html(html: str, role: str, measurer: TextMeasurer) -> str:
    """Insert `<br>` at the ends of the lines of a title.

    The space after it is not drawn, but separates words in the bookmark. If the author
    typed line ends, only these are used.
    """
    measure, width = measurer.line_width_of(role)
    if "\n" in html:
        return _TYPED_BREAK.sub(_break_html, html)
    parts = _TAG.split(html)
    words = "".join(part for part in parts if not part.startswith("<")).split(" ")
    breaks = set(choose_breaks([*map(width, words)], width(" "), measure))
    return "".join(_insert_breaks(parts, breaks))


def join_lines(html: str) -> str:
    """Replace typed line ends by spaces, or by nothing in Chinese."""
    return _TYPED_BREAK.sub(lambda typed: _break_html(typed).removeprefix("<br>"), html)


def _break_html(typed: re.Match[str]) -> str:
    """Replace a typed line end; Chinese has no space there."""
    before = typed.string[: typed.start()][-1:]
    return "<br>" if unicodedata.east_asian_width(before or " ") in "WF" else "<br> "


def choose_breaks(widths: Sequence[float], space: float, measure: float) -> tuple[int, ...]:
    """Choose the number of words before the end of each line but the last."""
    ends = list(accumulate(widths))
    max_width = measure - _TOLERANCE_EM

    def longest(breaks: tuple[int, ...]) -> float:
        edges = (0, *breaks, len(widths))
        return max(
            ends[last - 1] - (ends[first - 1] if first else 0) + space * (last - first - 1)
            for first, last in pairwise(edges)
        )

    if len(widths) > _MAX_WORDS:
        return ()
    for lines in range(1, min(_MAX_LINES, len(widths)) + 1):
        ways = combinations(range(1, len(widths)), lines - 1)
        # Among equal ways the one with the longest first line.
        best = min(ways, key=lambda way: (round(longest(way), 3), [-end for end in way]))
        if longest(best) <= max_width:
            return best
    return ()


def _insert_breaks(parts: Sequence[str], breaks: set[int]) -> Iterator[str]:
    word = 0
    for part in parts:
        if part.startswith("<"):
            yield part
            continue
        first, *rest = part.split(" ")
        yield first
        for text in rest:
            word += 1
            yield ("<br> " if word in breaks else " ") + text
