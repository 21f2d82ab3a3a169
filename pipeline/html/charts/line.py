"""Draw series over time, each labelled at its end with its last value."""

from pipeline.html.charts import time_axis
from pipeline.html.charts.annotations import annotation_height, draw_annotations
from pipeline.html.charts.canvas import Canvas
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.end_labels import LineEnd, label_ends, label_height, name_offset
from pipeline.html.charts.scale import choose_ticks, linear_scale
from pipeline.html.charts.theme import ChartTheme

# Multiples of the label size: the minimum height of the plot, and the gap between it and
# the labels of its axis.
_PLOT_HEIGHT, _AXIS_GAP = 15.0, 0.7
# Shares of the width: the maximum for names and for one long word, the minimum for the
# plot.
_MAX_NAMES_SHARE, _MAX_WORD_SHARE, _MIN_PLOT_SHARE = 0.28, 0.4, 0.25
# Widths of a highlighted line, of lines without a highlighted one, and of the others.
_STRONG_WIDTH, _EVEN_WIDTH, _WEAK_WIDTH = 2.2, 1.6, 1.3
# The lines that are not highlighted differ in dash; some have the same colour.
_DASHES = ("", "4 2.2", "1.3 1.8", "7 2 1.3 2", "9 3.5")


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw one line for each column, the highlighted one over the others."""
    theme, size = canvas.theme, canvas.theme.size
    columns = range(len(data.names))
    times, ticks = time_axis.parse_times(data.keys), choose_ticks(data.values)
    start = theme.widest(theme.numbers(ticks), "axis") + _AXIS_GAP * size
    last_values = [_format_last_value(theme, data, column) for column in columns]
    name_distance = name_offset(theme, last_values)
    max_name_width = canvas.width * (1 - _MIN_PLOT_SHARE) - start - name_distance
    max_width = min(canvas.width * _MAX_NAMES_SHARE, max_name_width)
    names, widest = theme.break_names(data.names, max_width)
    name_width = max(min(widest + 1, canvas.width * _MAX_WORD_SHARE, max_name_width), size)
    end = canvas.width - name_distance - name_width
    x = linear_scale(times[0], times[-1], start, end)
    top = 0.6 * size + annotation_height(canvas, data.annotations, x)
    foot = top + max(_PLOT_HEIGHT * size, sum(label_height(theme, name) for name in names))
    y = linear_scale(ticks[0], ticks[-1], foot, top)
    draw_annotations(canvas, data.annotations, x, (top, foot))
    time_axis.draw_grid_lines(canvas, ticks, y, start, end)
    time_axis.label_y_axis(canvas, ticks, y, start - _AXIS_GAP * size)
    time_ticks = time_axis.choose_time_ticks(data.keys, theme, end - start, size)
    time_axis.draw_x_axis(canvas, time_ticks, start, foot)
    labels = []
    for column in sorted(columns, key=lambda c: c == data.highlight):
        style = _line_style(theme, data, column)
        point = time_axis.draw_series(canvas, times, data.columns[column], x, y, *style)
        ink = "accent" if column == data.highlight else ""
        if point is not None:
            labels.append(LineEnd(point, last_values[column], names[column], ink))
    limits = (0.0, foot + 0.3 * size)
    label_ends(canvas, labels, end, name_distance, name_width, limits)


def _format_last_value(theme: ChartTheme, data: ChartData, column: int) -> str:
    """The last value; with its time in brackets if the series ends before the others."""
    if (last := data.last_value(column)) is None:
        return ""
    row, value = last
    printed = theme.number(value, data.decimals)
    if row == len(data.keys) - 1:
        return printed
    return f"{printed} ({time_axis.format_time(data.keys[row], theme)})"


def _line_style(theme: ChartTheme, data: ChartData, column: int) -> tuple[str, float, str]:
    """The colour, width and dash of a line; no two of the same width have the same dash."""
    colours = theme.colours
    if column == data.highlight:
        return colours.strong, _STRONG_WIDTH, ""
    others = [c for c in range(len(data.names)) if c != data.highlight]
    position = others.index(column)
    if data.highlight is None:
        even_colours = (colours.strong, colours.context, colours.strong_rule)
        return even_colours[position % 3], _EVEN_WIDTH, _DASHES[position]
    return colours.context, _WEAK_WIDTH, _DASHES[position]
