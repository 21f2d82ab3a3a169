"""One panel a series, the others pale behind it, so that each is seen against all."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from pipeline.html.charts.canvas import Canvas, Point
from pipeline.html.charts.data_table import Numbers
from pipeline.html.charts.scale import Scale, break_lines, choose_ticks, linear_scale
from pipeline.html.charts.time_axis import (
    TimeTick,
    choose_time_ticks,
    draw_levels,
    draw_time,
    label_y_axis,
    read_times,
    runs,
)

# In parts of the size of the labels.
_HEIGHT, _LOW, _BETWEEN, _GAP, _DOT = 8.0, 6.0, 1.6, 0.7, 0.34
_STRONG, _WEAK = 2.2, 0.8
# Four panels stand side by side where each is as wide as some words; else two.
_WIDE_ENOUGH = 50.0
# The plot of a panel is at least so wide; else fewer stand side by side.
_PLOT = 5.0


@dataclass(frozen=True)
class _Grid:
    """How panels are laid out: how many side by side, the sizes of a panel and its plot."""

    across: int
    left: float
    panel: float
    plot: float
    height: float
    moments: list[TimeTick]
    times: list[Decimal]
    ticks: tuple[Decimal, ...]


def draw_multiples(canvas: Canvas, numbers: Numbers) -> None:
    """Draw a panel for each column, in the direction of reading; scales are the same."""
    look, size = canvas.look, canvas.look.size
    grid = _lay_grid(canvas, numbers)
    names = [
        break_lines(name, grid.panel, lambda text: look.width(text, "head"))
        for name in numbers.names
    ]
    top = 0.0
    for first in range(0, len(names), grid.across):
        row = range(first, min(first + grid.across, len(names)))
        head = max(len(names[column]) for column in row) * look.leading
        foot = top + head + 0.8 * size + grid.height
        y = linear_scale(grid.ticks[0], grid.ticks[-1], foot, foot - grid.height)
        label_y_axis(canvas, grid.ticks, y, grid.left - 0.6 * size)
        for place, column in enumerate(row):
            left = _left(canvas, grid, place)
            _draw_panel(canvas, numbers, grid, column, left, y)
            at = top + len(names[column]) * look.leading / 2
            start, align = (
                (left + grid.panel, "end") if look.is_mirrored else (left, "start")
            )
            canvas.lines(
                start, at, names[column], "head", align, ink="heading", room=grid.panel
            )
        top = canvas.height + 0.9 * size


def _lay_grid(canvas: Canvas, numbers: Numbers) -> _Grid:
    look, size = canvas.look, canvas.look.size
    ticks = choose_ticks(numbers.known)
    left = look.widest(look.numbers(ticks), "axis") + 0.6 * size
    values = [look.number(value, numbers.decimals) for value in _lasts(numbers)]
    beside = _GAP * size + look.widest(values, "value") + 1
    count = len(numbers.names)
    wide = canvas.width / size >= _WIDE_ENOUGH
    for most in (4, 2, 1) if wide else (2, 1):
        across = ceil(count / ceil(count / most))
        panel = (canvas.width - left - _BETWEEN * size * (across - 1)) / across
        if panel - beside >= _PLOT * size:
            break
    plot = panel - beside
    moments = choose_time_ticks(numbers.said, look, plot, 0.0, ends_only=True)
    # More than two rows would fill a page of large print.
    height = size * (_HEIGHT if count <= 2 * across else _LOW)
    times = read_times(numbers.said)
    return _Grid(across, left, panel, plot, height, moments, times, ticks)


def _left(canvas: Canvas, grid: _Grid, place: int) -> float:
    """Where a panel begins; in Arabic the first stands at the right."""
    number = grid.across - 1 - place if canvas.look.is_mirrored else place
    return grid.left + number * (grid.panel + _BETWEEN * canvas.look.size)


def _lasts(numbers: Numbers) -> list[Decimal]:
    known = ([v for v in column if v is not None] for column in numbers.columns)
    return [values[-1] for values in known if values]


def _draw_panel(
    canvas: Canvas, numbers: Numbers, grid: _Grid, column: int, left: float, y: Scale
) -> None:
    colours, size = canvas.look.colours, canvas.look.size
    x = linear_scale(grid.times[0], grid.times[-1], left, left + grid.plot)
    draw_levels(canvas, grid.ticks, y, left, left + grid.plot)
    draw_time(canvas, grid.moments, left, y(grid.ticks[0]))
    others = [other for other in range(len(numbers.names)) if other != column]
    for other in others:
        for run in runs(grid.times, numbers.columns[other], x, y):
            canvas.line(run, colours.context, _WEAK)
    point: Point | None = None
    for run in runs(grid.times, numbers.columns[column], x, y):
        point = run[-1]
        if len(run) > 1:
            canvas.line(run, colours.strong, _STRONG)
        else:
            canvas.dot(point, _DOT * 0.7 * size, colours.strong)
    if point is not None:
        canvas.dot(point, _DOT * size, colours.strong)
        _name_last(canvas, numbers, column, point)


def _name_last(canvas: Canvas, numbers: Numbers, column: int, point: Point) -> None:
    known = [value for value in numbers.columns[column] if value is not None]
    text = canvas.look.number(known[-1], numbers.decimals)
    x, y = point
    size = canvas.look.size
    ground = canvas.look.colours.paper
    canvas.text(x + _GAP * size, y, text, "value", ink="accent", ground=ground)
