"""Names where lines end: value and name beside the last point, never over each other.

Names that would touch move apart as little as they must, and a thin line leads to each that
had to move.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.html.charts.canvas import HAIRLINE, Canvas, Point
from pipeline.html.charts.scale import spread
from pipeline.html.charts.theme import ChartTheme

# In parts of the size of the labels: from the end to the value, and from it to the name.
_GAP, _APART = 1.5, 0.7
# Where a leader begins and ends, and how far a name must be moved to need one.
_FROM, _TO, _MOVED = 0.5, 1.2, 0.35


@dataclass(frozen=True)
class LineEnd:
    """The last point of a line, its value as printed, its name in lines, their ink."""

    point: Point
    value: str
    name: Sequence[str]
    ink: str = ""


def label_width(look: ChartTheme, values: Iterable[str]) -> float:
    """How far from the end of the lines the names begin."""
    return (_GAP + _APART) * look.size + look.widest(list(values), "value")


def height_of(look: ChartTheme, name: Sequence[str]) -> float:
    """The room that a name needs, with the space to the next."""
    return len(name) * look.leading + 0.25 * look.size


def label_line_ends(
    canvas: Canvas,
    ends: Sequence[LineEnd],
    x: float,
    beside: float,
    room: float,
    limits: tuple[float, float],
    away: int = 1,
) -> None:
    """Set names at the right of `x`, or with `away` -1 at its left, between two heights.

    Names begin `beside` it and have so much `room`.

    The first line of a name stands beside its value.
    """
    look = canvas.look
    ends = sorted(ends, key=lambda end: end.point[1])
    sizes = [height_of(look, end.name) for end in ends]
    wanted = [end.point[1] + _below_first(look, end) for end in ends]
    places = spread(wanted, sizes, *limits)
    align = "start" if away > 0 else "end"
    for end, place, size in zip(ends, places, sizes, strict=True):
        first = place - _below_first(look, end)
        _lead(canvas, end.point, (x, first), away)
        at = x + away * _GAP * look.size
        canvas.text(at, first, end.value, "value", align, ink=end.ink)
        canvas.lines(
            x + away * beside, place, end.name, "name", align, ink=end.ink, room=room
        )
        canvas.height = max(canvas.height, place + size / 2)


def _below_first(look: ChartTheme, end: LineEnd) -> float:
    return (len(end.name) - 1) / 2 * look.leading


def _lead(canvas: Canvas, point: Point, target: Point, away: int) -> None:
    size, colour = canvas.look.size, canvas.look.colours.quiet
    is_moved = abs(target[1] - point[1]) > _MOVED * size
    if is_moved or abs(point[0] - target[0]) > 1:
        start = (point[0] + away * _FROM * size, point[1])
        canvas.rule(start, (target[0] + away * _TO * size, target[1]), colour, HAIRLINE)
