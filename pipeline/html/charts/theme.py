"""Read the sizes, colours and fonts of charts from the tokens of the style sheets.

All lengths are points. Nearly all are multiples of the label size, so that in large print
the whole chart is larger, not only its texts; grid lines, for example, stay thin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from pipeline.design.font_metrics import BOLD, REGULAR, FontFaces
from pipeline.design.tokens import Tokens
from pipeline.html.charts.scale import break_lines, decimals_of
from pipeline.html.text.typography import format_number, typesetter
from pipeline.model.colour import (
    TEXT_MIN,
    WHITE,
    Colour,
    SoftProof,
    format_colour,
    lightness,
    lowest_contrast,
    mix,
    parse_colour,
)
from pipeline.model.scripts import direction
from pipeline.problems import PipelineError, Place, Problem, Rule

# Lightness (CIELAB L*) of the last two parts of a stacked bar. The four of the samples have
# 8, 75 (hatched), 62, 86: neighbours differ by 12 or more, also on a photocopy.
_THIRD_LIGHTNESS, _FOURTH_LIGHTNESS = 62.0, 86.0
# The token of each colour of a chart; `mark-third` and `mark-fourth` are computed.
CHART_TOKENS = {
    "paper": "paper",
    "ink": "ink",
    "strong_rule": "rule-strong",
    "hairline": "rule-quiet",
    "ring": "mark-ring",
    "muted": "ink-quiet",
    "strong": "mark-highlighted",
    "context": "mark-context",
    "tint": "rule-note",
    "third": "mark-third",
    "fourth": "mark-fourth",
}
# Printed for an empty cell.
EMPTY_CELL = "–"


@dataclass(frozen=True)
class ChartColours:
    """The colours of marks in CSS notation.

    A mark is `strong` if it is highlighted, else `context`; `ring` is the first of the two
    dots of a row, and `tint` joins them. `third` and `fourth` are parts of a stacked bar.
    """

    paper: str
    ink: str
    strong_rule: str
    hairline: str
    ring: str
    muted: str
    strong: str
    context: str
    tint: str
    third: str
    fourth: str

    def mark(self, *, is_strong: bool) -> str:
        """The colour of a highlighted mark, or of one that gives context."""
        return self.strong if is_strong else self.context


@dataclass(frozen=True)
class ChartTextStyle:
    """The text style of one kind of label, as in styles/components/figure.css."""

    families: tuple[str, ...]
    size: float
    weight: int = REGULAR
    is_number: bool = False


@dataclass(frozen=True, eq=False)
class ChartTheme:
    """The sizes, colours and fonts of charts; `language` may include its digits.

    With a `soft_proof` texts on marks can be read as a press prints them, too.
    """

    language: str
    size: float
    leading: float
    main_width: float
    full_width: float
    side_width: float
    big_figure: float
    colours: ChartColours
    styles: Mapping[str, ChartTextStyle]
    faces: FontFaces
    soft_proof: SoftProof | None = None

    @property
    def is_mirrored(self) -> bool:
        """Whether the language is written from right to left."""
        return direction(self.language) == "rtl"

    def text(self, text: str) -> str:
        """A label as the language prints it."""
        return format_text(text, self.language)

    def number(self, value: Decimal | None, decimals: int) -> str:
        """A number as the language prints it."""
        return format_value(value, decimals, self.language)

    def numbers(self, values: Sequence[Decimal]) -> list[str]:
        """The numbers of a scale, all with the same number of decimals."""
        decimals = decimals_of([value.normalize() for value in values])
        return [self.number(value, decimals) for value in values]

    def width(self, text: str, kind: str) -> float:
        """The width of a label of a kind ("name", "value", "head", "axis", "tile")."""
        return _measure_width(self.faces, text, self.styles[kind])

    def widest(self, texts: Sequence[str], kind: str) -> float:
        """The width of the widest label; 0 if there is none."""
        return max((self.width(text, kind) for text in texts), default=0.0)

    def break_lines(self, text: str, max_width: float, kind: str) -> list[str]:
        """Break a label into lines that fit into the width `max_width`."""
        return break_lines(text, max_width, lambda line: self.width(line, kind))

    def break_names(
        self, names: Sequence[str], max_width: float
    ) -> tuple[list[list[str]], float]:
        """Break names into lines; returns them and the width of the widest line."""
        broken = [self.break_lines(name, max_width, "name") for name in names]
        return broken, self.widest([line for lines in broken for line in lines], "name")


@lru_cache(maxsize=4096)
def format_value(value: Decimal | None, decimals: int, language: str) -> str:
    """Format a number of a chart, 78 beside 77.7 as 78.0; an empty cell is a dash."""
    if value is None:
        return EMPTY_CELL
    return format_number(value.quantize(Decimal(1).scaleb(-decimals)), language)


@lru_cache(maxsize=4096)
def format_text(text: str, language: str) -> str:
    """Apply the typography of a language to a label."""
    return typesetter(language)(text)


@lru_cache(maxsize=4096)
def _measure_width(faces: FontFaces, text: str, style: ChartTextStyle) -> float:
    width = faces.width(text, style.families, style.weight, tabular_digits=style.is_number)
    return width * style.size


def read_chart_theme(
    tokens: Tokens, faces: FontFaces, language: str, soft_proof: SoftProof | None = None
) -> ChartTheme:
    """Read the tokens; PipelineError if one is missing or not a length or colour."""
    size, small = _read_points(tokens, "table"), _read_points(tokens, "small")
    text, display = tokens.families("text"), tokens.families("display")
    return ChartTheme(
        language=language,
        size=size,
        leading=_read_points(tokens, "bar-leading"),
        main_width=_read_points(tokens, "measure"),
        full_width=_read_points(tokens, "full"),
        side_width=_read_points(tokens, "side-column"),
        big_figure=_read_points(tokens, "big-figure"),
        colours=_read_colours(tokens),
        styles={
            "name": ChartTextStyle(text, size),
            "value": ChartTextStyle(display, size, BOLD, is_number=True),
            "head": ChartTextStyle(display, size, BOLD),
            "axis": ChartTextStyle(text, small, is_number=True),
            "tile": ChartTextStyle(display, 1.6 * size, BOLD, is_number=True),
        },
        faces=faces,
        soft_proof=soft_proof,
    )


def _read_colours(tokens: Tokens) -> ChartColours:
    colours = {
        name: _read_colour(tokens, token)
        for name, token in CHART_TOKENS.items()
        if name not in ("third", "fourth")
    }
    ends = colours["paper"], colours["strong_rule"]
    colours["third"] = _mix_to_lightness(_THIRD_LIGHTNESS, colours["context"], *ends)
    colours["fourth"] = _mix_to_lightness(_FOURTH_LIGHTNESS, colours["tint"], *ends)
    return ChartColours(**{name: format_colour(colour) for name, colour in colours.items()})


def _mix_to_lightness(
    target: float, colour: Colour, background: Colour, dark: Colour
) -> Colour:
    """Mix a colour with the lighter or the darker one to a given lightness."""
    other = background if lightness(colour) < target else dark
    shares = (mix(colour, other, step / 64) for step in range(65))
    return min(shares, key=lambda mixed: abs(lightness(mixed) - target))


def ink_on(fill: str, theme: ChartTheme) -> str:
    """Choose the ink of a text on a mark: "heading", "" (text) or "inverse".

    "heading" if its contrast suffices, else the one with the highest contrast.
    """
    colours, background = theme.colours, parse_colour(fill) or WHITE
    inks = {"heading": colours.strong_rule, "": colours.ink, "inverse": colours.paper}
    ratios = {
        name: lowest_contrast(parse_colour(ink) or WHITE, background, theme.soft_proof)
        for name, ink in inks.items()
    }
    if ratios["heading"] >= TEXT_MIN:
        return "heading"
    return max(ratios, key=lambda name: ratios[name])


def _read_points(tokens: Tokens, name: str) -> float:
    return tokens.points(name) or _raise_missing_token(name, "a length")


def _read_colour(tokens: Tokens, name: str) -> Colour:
    return parse_colour(tokens.resolved(name)) or _raise_missing_token(name, "a colour")


def _raise_missing_token(name: str, kind: str) -> NoReturn:
    message = f'charts need {kind} in the token "--{name}"'
    hint = "copy the token from the bundled styles/tokens.css"
    raise PipelineError(Problem(Rule.TEMPLATE, Place("styles/tokens.css"), message, hint))
