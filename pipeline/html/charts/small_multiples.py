"""Draw one panel for each series over time, with the other series pale behind it."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from pipeline.html.charts.canvas import Canvas
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.scale import Scale, choose_ticks, linear_scale
from pipeline.html.charts.time_axis import (
    TimeTick,
    choose_time_ticks,
    draw_grid_lines,
    draw_series,
    draw_x_axis,
    label_y_axis,
    parse_times,
    unbroken_runs,
)

# In multiples of the label size: the height of a plot, its height in more than two rows,
# the gap between panels, and the gap before the last value.
_PLOT_HEIGHT, _LOW_PLOT_HEIGHT, _PANEL_GAP, _VALUE_GAP = 8.0, 6.0, 1.6, 0.7
# The widths of the lines, for labels of 8.5 points.
_STRONG_WIDTH, _PALE_WIDTH = 2.2, 0.8
# In label sizes: the minimum width of a chart with four panels in a row; a narrower one has
# two, or one. The minimum width of the plot of a panel; with fewer in a row it is wider.
_MIN_WIDTH_OF_FOUR, _MIN_PLOT_WIDTH = 50.0, 5.0


@dataclass(frozen=True)
class _Grid:
    """The number of panels in a row, widths of a panel and its plot, height, and scales."""

    across: int
    left: float
    panel: float
    plot: float
    height: float
    time_ticks: list[TimeTick]
    times: list[Decimal]
    ticks: tuple[Decimal, ...]


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw a panel for each column in the direction of reading, on the same scales."""
    theme, size = canvas.theme, canvas.theme.size
    grid = _arrange_panels(canvas, data)
    names = [theme.break_lines(name, grid.panel, "head") for name in data.names]
    top = 0.0
    for first in range(0, len(names), grid.across):
        row = range(first, min(first + grid.across, len(names)))
        head = max(len(names[column]) for column in row) * theme.leading
        foot = top + head + 0.8 * size + grid.height
        y = linear_scale(grid.ticks[0], grid.ticks[-1], foot, foot - grid.height)
        label_y_axis(canvas, grid.ticks, y, grid.left - 0.6 * size)
        for position, column in enumerate(row):
            left = _panel_left(canvas, grid, position)
            _draw_panel(canvas, data, grid, column, left, y)
            x, align = (left + grid.panel, "end") if theme.is_mirrored else (left, "start")
            middle, lines = top + len(names[column]) * theme.leading / 2, names[column]
            canvas.text(x, middle, lines, "head", align, ink="heading", width=grid.panel)
        top = canvas.height + 0.9 * size


def _arrange_panels(canvas: Canvas, data: ChartData) -> _Grid:
    theme, size = canvas.theme, canvas.theme.size
    ticks = choose_ticks(data.values)
    left = theme.widest(theme.numbers(ticks), "axis") + 0.6 * size
    count = len(data.names)
    last_values = [last[1] for column in range(count) if (last := data.last_value(column))]
    values = [theme.number(value, data.decimals) for value in last_values]
    value_width = _VALUE_GAP * size + theme.widest(values, "value") + 1
    for max_across in (4, 2, 1) if canvas.width / size >= _MIN_WIDTH_OF_FOUR else (2, 1):
        across = ceil(count / ceil(count / max_across))
        panel = (canvas.width - left - _PANEL_GAP * size * (across - 1)) / across
        if panel - value_width >= _MIN_PLOT_WIDTH * size:
            break
    plot = panel - value_width
    time_ticks = choose_time_ticks(data.keys, theme, plot, 0.0, ends_only=True)
    # Plots in more than two rows are lower: in large print they would fill a page.
    height = size * (_PLOT_HEIGHT if count <= 2 * across else _LOW_PLOT_HEIGHT)
    times = parse_times(data.keys)
    return _Grid(across, left, panel, plot, height, time_ticks, times, ticks)


def _panel_left(canvas: Canvas, grid: _Grid, position: int) -> float:
    """The left edge of a panel; in Arabic the first panel of a row is the rightmost."""
    number = grid.across - 1 - position if canvas.theme.is_mirrored else position
    return grid.left + number * (grid.panel + _PANEL_GAP * canvas.theme.size)


def _draw_panel(
    canvas: Canvas, data: ChartData, grid: _Grid, column: int, left: float, y: Scale
) -> None:
    theme, colours = canvas.theme, canvas.theme.colours
    x = linear_scale(grid.times[0], grid.times[-1], left, left + grid.plot)
    draw_grid_lines(canvas, grid.ticks, y, left, left + grid.plot)
    draw_x_axis(canvas, grid.time_ticks, left, y(grid.ticks[0]))
    for other in range(len(data.names)):
        if other != column:
            for run in unbroken_runs(grid.times, data.columns[other], x, y):
                canvas.line(run, colours.context, _PALE_WIDTH)
    values = data.columns[column]
    point = draw_series(canvas, grid.times, values, x, y, colours.strong, _STRONG_WIDTH)
    if point and (last_value := data.last_value(column)):
        text = theme.number(last_value[1], data.decimals)
        place = (point[0] + _VALUE_GAP * theme.size, point[1], text, "value")
        canvas.text(*place, ink="accent", background=colours.paper)
