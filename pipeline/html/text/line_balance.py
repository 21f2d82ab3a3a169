"""Break a title into lines of like length; WeasyPrint 70 fills the first and leaves a rest.

Fewest lines that the measure allows; among the ways to break into so many, the one whose
longest line is shortest (design: "the split with the least spread"). What has no spaces is
left alone: Chinese is broken anywhere.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import accumulate, combinations, pairwise

from pipeline.design.font_metrics import BOLD, FontFaces
from pipeline.design.tokens import Tokens

# Beyond that a title is too long anyhow, and the ways to break it are too many to try.
_MOST_LINES, _MOST_WORDS = 4, 40
# Letters drawn at the edge of the measure: rounding must not push a word out.
_TOLERANCE_EM = 0.02
_TAG = re.compile(r"(<[^>]*>)")
_TYPED_BREAK = re.compile(r"(?: |<br ?/?>)*\n *")


@dataclass(frozen=True)
class LineStyle:
    """How a line is set: its measure in em, its fonts and tracking."""

    measure: float
    families: tuple[str, ...]
    tracking: float
    weight: int = BOLD


@dataclass(frozen=True)
class TextMeasurer:
    """What the lines of a page are measured with: tokens of its style sheets, its fonts."""

    tokens: Tokens
    faces: FontFaces

    def setting(self, role: str) -> LineStyle:
        """How lines of a role ("title") are set; ValueError when a token is missing."""
        size, measure = self.tokens.points(role), self.tokens.points(f"{role}-measure")
        if not size or measure is None:
            raise ValueError(f'the tokens "{role}" and "{role}-measure" must be lengths')
        tracking = self.tokens.em(f"{role}-tracking")
        weight = int(self.tokens.resolved(f"{role}-weight") or BOLD)
        return LineStyle(measure / size, self.tokens.families("display"), tracking, weight)

    def width(self, html: str, setting: LineStyle) -> float:
        """The width of words in em."""
        text = unescape(html)
        width = self.faces.width(text, setting.families, setting.weight)
        return width + setting.tracking * len(text)


def balance_html(html: str, role: str, ruler: TextMeasurer) -> str:
    """Put `<br>` where the lines of a title end.

    The space behind it is not drawn: it is for the bookmark, which is one line. A line end
    that its author typed stands, and then nothing else is broken.
    """
    setting = ruler.setting(role)
    if "\n" in html:
        return _TYPED_BREAK.sub(_break, html)
    parts = _TAG.split(html)
    words = "".join(part for part in parts if not part.startswith("<")).split(" ")
    widths = [ruler.width(word, setting) for word in words]
    breaks = set(choose_breaks(widths, ruler.width(" ", setting), setting.measure))
    return "".join(_broken(parts, breaks))


def _break(typed: re.Match[str]) -> str:
    """End a line where its author did; Chinese has no space there."""
    before = typed.string[: typed.start()][-1:]
    return "<br>" if unicodedata.east_asian_width(before or " ") in "WF" else "<br> "


def choose_breaks(widths: Sequence[float], space: float, measure: float) -> tuple[int, ...]:
    """Choose after how many words each line but the last ends."""
    ends = list(accumulate(widths))
    room = measure - _TOLERANCE_EM

    def longest(breaks: tuple[int, ...]) -> float:
        edges = (0, *breaks, len(widths))
        return max(
            ends[last - 1] - (ends[first - 1] if first else 0) + space * (last - first - 1)
            for first, last in pairwise(edges)
        )

    if len(widths) > _MOST_WORDS:
        return ()
    for lines in range(1, min(_MOST_LINES, len(widths)) + 1):
        ways = combinations(range(1, len(widths)), lines - 1)
        # Of two ways alike the one with the longer first line.
        best = min(ways, key=lambda way: (round(longest(way), 3), [-end for end in way]))
        if longest(best) <= room:
            return best
    return ()


def _broken(parts: Sequence[str], breaks: set[int]) -> Iterator[str]:
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
