"""Turn the rows of a figure into marks with places, and labels as the language prints them.

Shape in: a Figure and its rows, whose cells are text. Shape out: what a template needs to
draw, in per cent of the track's width. Bars grow from zero, to either side; a cell left
open stays a gap.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.content.model import DataRow, Figure
from pipeline.typeset.faces import BOLD, Faces
from pipeline.typeset.tokens import Tokens
from pipeline.typeset.typography import print_number

# The value stands behind its bar: a sixth of the track, or more for a long number.
_REACH, _LEAST_REACH = 84.0, 30.0

# Given a number as printed, the room that it needs in per cent of the track's width.
Room = Callable[[str], float]
# Between a bar and its number, with the rule at zero (components/figure.css).
_GAP_PT = 6.0
# Figures of one width are a little wider than the letters that HarfBuzz measures.
_ONE_WIDTH = 1.06


@dataclass(frozen=True)
class Bar:
    """One bar: where it starts and how long it is, in per cent of the track's width."""

    label: str
    value: str
    start: float
    length: float
    highlighted: bool


def draw_bars(
    figure: Figure,
    rows: Sequence[DataRow],
    language: str,
    room: Room = lambda _: 100 - _REACH,
) -> tuple[Bar, ...]:
    """Place one bar for each row, in the order of the rows."""
    values = [_number(row.get(figure.value[0])) for row in rows]
    known = [v for v in values if v is not None]
    low, high = min([*known, Decimal(0)]), max([*known, Decimal(0)])
    whole = (high - low) or Decimal(1)
    printed = ["–" if v is None else print_number(v, language) for v in values]
    widest = max((room(number) for number in printed), default=0.0)
    reach = max(_LEAST_REACH, min(_REACH, 100 - widest))
    return tuple(
        Bar(
            label=row.get(figure.label) or "",
            value=number,
            start=_per_cent(min(value or Decimal(0), Decimal(0)) - low, whole, reach),
            length=_per_cent(abs(value or Decimal(0)), whole, reach),
            highlighted=figure.highlight in (None, row.get(figure.label)),
        )
        for row, value, number in zip(rows, values, printed, strict=True)
    )


def room_behind_bars(tokens: Tokens, faces: Faces) -> Room:
    """Measure numbers in the fonts and sizes of the style sheets.

    Where a project's own tokens do not tell them, a number gets a sixth of the track.
    """
    measure, label = tokens.points("measure"), tokens.points("bar-label")
    size = tokens.points("table")
    if not measure or not label or not size or measure <= label:
        return lambda _: 100 - _REACH
    families = tokens.families("display")

    def room(number: str) -> float:
        width = faces.width(number, families, BOLD) * size * _ONE_WIDTH
        return 100 * (width + _GAP_PT) / (measure - label)

    return room


def _per_cent(part: Decimal, whole: Decimal, reach: float) -> float:
    return round(float(part / whole) * reach, 2)


def _number(typed: str | None) -> Decimal | None:
    return Decimal(typed) if typed else None
