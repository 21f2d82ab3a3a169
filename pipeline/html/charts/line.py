"""Series over time, each named with its last value where it ends: no legend."""

from collections.abc import Sequence
from decimal import Decimal

from pipeline.html.charts.canvas import Canvas, Point
from pipeline.html.charts.data_table import Numbers
from pipeline.html.charts.end_labels import LineEnd, height_of, label_line_ends, label_width
from pipeline.html.charts.scale import Scale, break_lines, choose_ticks, linear_scale
from pipeline.html.charts.theme import ChartTheme
from pipeline.html.charts.time_axis import (
    choose_time_ticks,
    draw_levels,
    draw_time,
    label_y_axis,
    print_time,
    read_times,
    runs,
)

# In parts of the size of the labels; names take at most so much of the width,
# one word a little more, and the plot has so much at least.
_HEIGHT, _DOT, _BESIDE = 15.0, 0.34, 0.7
_NAMES, _LONGEST_WORD, _PLOT = 0.28, 0.4, 0.25
_STRONG, _EVEN, _WEAK = 2.2, 1.6, 1.3
# Beside colour each line has a dash of its own.
_DASHES = ("", "4 2.2", "1.3 1.8", "7 2 1.3 2", "9 3.5")


def draw_lines(canvas: Canvas, numbers: Numbers) -> None:
    """Draw one line for each column, the highlighted one over the others."""
    look, size = canvas.look, canvas.look.size
    columns = range(len(numbers.names))
    times, ticks = read_times(numbers.said), choose_ticks(numbers.known)
    start = look.widest(look.numbers(ticks), "axis") + _BESIDE * size
    lasts = [_last_value(look, numbers, column) for column in columns]
    beside = label_width(look, lasts)
    most = canvas.width * (1 - _PLOT) - start - beside
    names = [
        break_lines(name, min(canvas.width * _NAMES, most), lambda t: look.width(t, "name"))
        for name in numbers.names
    ]
    widest = look.widest([line for name in names for line in name], "name") + 1
    room = max(min(widest, canvas.width * _LONGEST_WORD, most), size)
    end = canvas.width - beside - room
    top = 0.6 * size
    foot = top + max(_HEIGHT * size, sum(height_of(look, name) for name in names))
    x = linear_scale(times[0], times[-1], start, end)
    y = linear_scale(ticks[0], ticks[-1], foot, top)
    draw_levels(canvas, ticks, y, start, end)
    label_y_axis(canvas, ticks, y, start - _BESIDE * size)
    draw_time(canvas, choose_time_ticks(numbers.said, look, end - start, size), start, foot)
    named = []
    for column in sorted(columns, key=lambda c: c == numbers.highlight):
        point = _draw_series(canvas, numbers, column, times, x, y)
        ink = "accent" if column == numbers.highlight else ""
        if point is not None:
            named.append(LineEnd(point, lasts[column], names[column], ink))
    label_line_ends(canvas, named, end, beside, room, (0.0, foot + 0.3 * size))


def _last_value(look: ChartTheme, numbers: Numbers, column: int) -> str:
    """The last value; with its time in brackets when the series ends before the others."""
    known = [(n, v) for n, v in enumerate(numbers.columns[column]) if v is not None]
    if not known:
        return ""
    row, value = known[-1]
    printed = look.number(value, numbers.decimals)
    if row == len(numbers.said) - 1:
        return printed
    return f"{printed} ({print_time(numbers.said[row], look)})"


def _draw_series(
    canvas: Canvas,
    numbers: Numbers,
    column: int,
    times: Sequence[Decimal],
    x: Scale,
    y: Scale,
) -> Point | None:
    """Draw one line; gives its last point, none for a column without a number."""
    colour, width, dash = _pen(canvas.look, numbers, column)
    point: Point | None = None
    for run in runs(times, numbers.columns[column], x, y):
        point = run[-1]
        if len(run) > 1:
            canvas.line(run, colour, width, dash)
        else:
            canvas.dot(point, _DOT * 0.7 * canvas.look.size, colour)
    if point is not None:
        canvas.dot(point, _DOT * canvas.look.size, colour)
    return point


def _pen(look: ChartTheme, numbers: Numbers, column: int) -> tuple[str, float, str]:
    """The colour, width and dash of a line: no two lines have the same dash."""
    colours = look.colours
    if column == numbers.highlight:
        return colours.strong, _STRONG, ""
    others = [c for c in range(len(numbers.names)) if c != numbers.highlight]
    order = others.index(column)
    if numbers.highlight is None:
        even = (colours.strong, colours.context, colours.rule)
        return even[order % 3], _EVEN, _DASHES[order]
    return colours.context, _WEAK, _DASHES[order]
