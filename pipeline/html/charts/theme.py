"""How charts look on a page: sizes, colours and fonts, from the tokens of its style sheets.

All lengths are points. Every length in a chart is a part of the size of its labels, so that
a chart in large print is drawn larger, and not only its words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.design.font_metrics import BOLD, REGULAR, FontFaces
from pipeline.design.tokens import Tokens
from pipeline.html.charts.scale import decimals_of, with_decimals
from pipeline.html.text.typography import print_number, spacing
from pipeline.model.colour import (
    TEXT,
    WHITE,
    Colour,
    contrast,
    lightness,
    mix,
    print_colour,
    read_colour,
)
from pipeline.model.languages import direction
from pipeline.problems import PipelineError, Place, Problem, Rule

# Parts of a whole, from dark to light: an eye and a photocopier tell two neighbours apart
# by 12 steps of L*: here 8, a hatch of 75, 62 and 86.
_THIRD_LIGHTNESS, _FOURTH_LIGHTNESS = 62.0, 86.0
# What is printed for a cell that is left empty.
GAP = "–"


@dataclass(frozen=True)
class ChartColours:
    """The colours of marks, as style sheets write them."""

    paper: str
    ink: str
    rule: str
    hair: str
    quiet: str
    strong: str
    context: str
    tint: str
    third: str
    fourth: str


@dataclass(frozen=True)
class ChartTextStyle:
    """How one kind of label is set: its class in styles/components/figure.css."""

    families: tuple[str, ...]
    size: float
    weight: int = REGULAR
    is_number: bool = False


@dataclass(frozen=True, eq=False)
class ChartTheme:
    """What charts are drawn with; `language` may name its digits (numerals.py)."""

    language: str
    size: float
    leading: float
    main: float
    wide: float
    colours: ChartColours
    styles: Mapping[str, ChartTextStyle]
    faces: FontFaces

    @property
    def is_mirrored(self) -> bool:
        """Whether the page is read from right to left."""
        return direction(self.language) == "rtl"

    def text(self, said: str) -> str:
        """A label as the language prints it."""
        return print_text(said, self.language)

    def number(self, value: Decimal | None, decimals: int) -> str:
        """A number as the language prints it, with so many decimals."""
        return print_value(value, decimals, self.language)

    def numbers(self, values: Sequence[Decimal]) -> list[str]:
        """The numbers of a scale, all with as many decimals as the most exact needs."""
        decimals = decimals_of([value.normalize() for value in values])
        return [self.number(value, decimals) for value in values]

    def width(self, text: str, kind: str) -> float:
        """The width of a label of a kind ("name", "value", "head", "axis")."""
        return _width(self.faces, text, self.styles[kind])

    def widest(self, texts: Sequence[str], kind: str) -> float:
        """The width of the widest of some labels; 0 when there is none."""
        return max((self.width(text, kind) for text in texts), default=0.0)


@lru_cache(maxsize=4096)
def print_value(value: Decimal | None, decimals: int, language: str) -> str:
    """Print a number of a chart with so many decimals, and a dash for a gap."""
    return GAP if value is None else print_number(with_decimals(value, decimals), language)


@lru_cache(maxsize=4096)
def print_text(said: str, language: str) -> str:
    """Print a label as its language does."""
    return spacing(language)(said)


@lru_cache(maxsize=4096)
def _width(faces: FontFaces, text: str, style: ChartTextStyle) -> float:
    width = faces.width(text, style.families, style.weight, figures=style.is_number)
    return width * style.size


def read_chart_theme(tokens: Tokens, faces: FontFaces, language: str) -> ChartTheme:
    """Read the tokens. PipelineError when one is missing, or is no length or colour."""
    size, small = _points(tokens, "table"), _points(tokens, "small")
    text, display = tokens.families("text"), tokens.families("display")
    return ChartTheme(
        language=language,
        size=size,
        leading=_points(tokens, "bar-leading"),
        main=_points(tokens, "measure"),
        wide=_points(tokens, "full"),
        colours=_read_colours(tokens),
        styles={
            "name": ChartTextStyle(text, size),
            "value": ChartTextStyle(display, size, BOLD, is_number=True),
            "head": ChartTextStyle(display, size, BOLD),
            "axis": ChartTextStyle(text, small, is_number=True),
        },
        faces=faces,
    )


def _read_colours(tokens: Tokens) -> ChartColours:
    context, tint = _colour(tokens, "mark-context"), _colour(tokens, "rule-note")
    ground, dark = _colour(tokens, "paper"), _colour(tokens, "rule-strong")
    named = {
        "paper": ground,
        "ink": _colour(tokens, "ink"),
        "rule": dark,
        "hair": _colour(tokens, "rule-quiet"),
        "quiet": _colour(tokens, "ink-quiet"),
        "strong": _colour(tokens, "mark-highlighted"),
        "context": context,
        "tint": tint,
        "third": _mix_to_lightness(_THIRD_LIGHTNESS, context, ground, dark),
        "fourth": _mix_to_lightness(_FOURTH_LIGHTNESS, tint, ground, dark),
    }
    return ChartColours(**{name: print_colour(colour) for name, colour in named.items()})


def _mix_to_lightness(
    wanted: float, colour: Colour, ground: Colour, dark: Colour
) -> Colour:
    """Mix a colour with the paper, or with the dark, until it is as light as wanted."""
    other = ground if lightness(colour) < wanted else dark
    shares = (mix(colour, other, step / 64) for step in range(65))
    return min(shares, key=lambda mixed: abs(lightness(mixed) - wanted))


def ink_on(fill: str, colours: ChartColours) -> str:
    """Which ink is read on a mark: that of headings, of text (""), or of the paper."""
    ground = read_colour(fill) or WHITE
    inks = {"heading": colours.rule, "": colours.ink, "inverse": colours.paper}
    ratios = {n: contrast(read_colour(ink) or WHITE, ground) for n, ink in inks.items()}
    if ratios["heading"] >= TEXT:
        return "heading"
    return max(ratios, key=lambda name: ratios[name])


def _points(tokens: Tokens, name: str) -> float:
    if not (length := tokens.points(name)):
        raise PipelineError(_lacking(name, "a length"))
    return length


def _colour(tokens: Tokens, name: str) -> Colour:
    if not (colour := read_colour(tokens.resolved(name))):
        raise PipelineError(_lacking(name, "a colour"))
    return colour


def _lacking(name: str, kind: str) -> Problem:
    return Problem(
        Rule.TEMPLATE,
        Place("styles/tokens.css"),
        f'a chart needs {kind} in the token "--{name}"',
        "see the tokens that come with the program",
    )
