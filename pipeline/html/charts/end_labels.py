"""Label the ends of lines with value and name, without overlaps.

Labels that would overlap move apart as little as possible. A thin line connects a label to
its point if it was moved, or if its line ends before the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.html.charts.canvas import HAIRLINE, Canvas, Point
from pipeline.html.charts.scale import spread_positions
from pipeline.html.charts.theme import ChartTheme

# Multiples of the label size: the gap between the end of a line and its value, and that
# between the value and the name.
_VALUE_GAP, _NAME_GAP = 1.5, 0.7
# The start and end of a connecting line, and the minimum move of a label that has one.
_CONNECTOR_START, _CONNECTOR_END, _MIN_MOVE = 0.5, 1.2, 0.35


@dataclass(frozen=True)
class LineEnd:
    """The last point of a line, its printed value, its name in lines, their colour."""

    point: Point
    value: str
    name: Sequence[str]
    ink: str = ""


def name_offset(theme: ChartTheme, values: Iterable[str]) -> float:
    """The distance from the end of the lines to their names."""
    return (_VALUE_GAP + _NAME_GAP) * theme.size + theme.widest(list(values), "value")


def label_height(theme: ChartTheme, name: Sequence[str]) -> float:
    """The height of a label, with the space to the next one."""
    return len(name) * theme.leading + 0.25 * theme.size


def label_ends(
    canvas: Canvas,
    ends: Sequence[LineEnd],
    x: float,
    name_distance: float,
    name_width: float,
    limits: tuple[float, float],
    side: int = 1,
) -> None:
    """Set labels at the right of `x`, or with `side` -1 at its left, between two heights.

    Names begin at `name_distance` from `x` and have the width `name_width`. The first line
    of a name is on the line of its value.
    """
    theme = canvas.theme
    ends = sorted(ends, key=lambda end: end.point[1])
    sizes = [label_height(theme, end.name) for end in ends]
    wanted_places = [end.point[1] + _below_first_line(theme, end) for end in ends]
    places = spread_positions(wanted_places, sizes, *limits)
    align = "start" if side > 0 else "end"
    for end, place, size in zip(ends, places, sizes, strict=True):
        value_y = place - _below_first_line(theme, end)
        _draw_connector(canvas, end.point, (x, value_y), side)
        value_x, name_x = x + side * _VALUE_GAP * theme.size, x + side * name_distance
        canvas.text(value_x, value_y, end.value, "value", align, ink=end.ink)
        canvas.text(name_x, place, end.name, "name", align, ink=end.ink, width=name_width)
        canvas.height = max(canvas.height, place + size / 2)


def _below_first_line(theme: ChartTheme, end: LineEnd) -> float:
    return (len(end.name) - 1) / 2 * theme.leading


def _draw_connector(canvas: Canvas, point: Point, target: Point, side: int) -> None:
    size, colour = canvas.theme.size, canvas.theme.colours.muted
    is_moved = abs(target[1] - point[1]) > _MIN_MOVE * size
    if is_moved or abs(point[0] - target[0]) > 1:
        start = (point[0] + side * _CONNECTOR_START * size, point[1])
        end = (target[0] + side * _CONNECTOR_END * size, target[1])
        canvas.rule(start, end, colour, HAIRLINE)
