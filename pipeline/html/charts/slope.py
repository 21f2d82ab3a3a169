"""Draw a line for each row between two points in time, with labels at both ends."""

from collections.abc import Sequence

from pipeline.html.charts.canvas import HAIRLINE, Canvas
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.end_labels import LineEnd, label_ends, label_height, name_offset
from pipeline.html.charts.scale import Scale, choose_ticks, linear_scale

# Multiples of the label size: the minimum height of the plot, and the radius of a dot.
_PLOT_HEIGHT, _DOT_RADIUS = 17.0, 0.32
# Shares of the width: the maximum for names at each side and for one long word, the minimum
# for the lines.
_MAX_NAMES_SHARE, _MAX_WORD, _MIN_PLOT_SHARE = 0.24, 0.28, 0.2
# Widths of a highlighted line, and of the others.
_STRONG_WIDTH, _WEAK_WIDTH = 2.2, 1.1


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw a line for each row, the highlighted one over the others."""
    theme = canvas.theme
    values = [theme.number(value, data.decimals) for value in data.values]
    name_distance = name_offset(theme, values)
    max_name_width = canvas.width * (1 - _MIN_PLOT_SHARE) / 2 - name_distance
    names, widest = theme.break_names(
        data.labels, min(canvas.width * _MAX_NAMES_SHARE, max_name_width)
    )
    name_width = max(min(widest + 1, canvas.width * _MAX_WORD, max_name_width), theme.size)
    margin = name_distance + name_width
    ends = (margin, canvas.width - margin)
    top = _draw_heads(canvas, data.names, ends)
    foot = top + max(_PLOT_HEIGHT * theme.size, sum(label_height(theme, n) for n in names))
    for x in ends:
        canvas.rule((x, top), (x, foot), theme.colours.hairline, HAIRLINE)
    canvas.height = foot
    high, low = max(data.values), min(choose_ticks(data.values)[0], *data.values)
    half = theme.leading / 2
    y = linear_scale(high, low if high != low else high - 1, top + half, foot - half)
    for row in sorted(range(len(names)), key=lambda row: row == data.highlight):
        _draw_line(canvas, data, row, ends, y)
    for column, x, side in zip(data.columns, ends, (-1, 1), strict=True):
        labels = [
            LineEnd(
                (x, y(value)),
                theme.number(value, data.decimals),
                names[row],
                "accent" if data.highlight == row else "",
            )
            for row, value in enumerate(column)
            if value is not None
        ]
        limits = (top - half, 2 * foot)
        label_ends(canvas, labels, x, name_distance, name_width, limits, side)


def _draw_heads(canvas: Canvas, names: Sequence[str], ends: tuple[float, float]) -> float:
    """Set the names of the two columns over their ends; returns the top of the lines."""
    theme = canvas.theme
    half = (ends[1] - ends[0]) / 2 - 0.5 * theme.size
    max_width = 2 * min(ends[0], half)
    broken = [theme.break_lines(name, max_width, "head") for name in names]
    foot = max(map(len, broken)) * theme.leading
    for x, lines in zip(ends, broken, strict=True):
        y = foot - len(lines) * theme.leading / 2
        canvas.text(x, y, lines, "head", "center", ink="heading", width=max_width)
    return foot + 0.8 * theme.size


def _draw_line(
    canvas: Canvas, data: ChartData, row: int, ends: tuple[float, float], y: Scale
) -> None:
    colour = canvas.theme.colours.mark(is_strong=data.is_strong(row))
    values = zip(ends, data.rows[row], strict=True)
    points = [(x, y(value)) for x, value in values if value is not None]
    if len(points) == 2:
        canvas.line(points, colour, _STRONG_WIDTH if data.highlight == row else _WEAK_WIDTH)
    for point in points:
        canvas.dot(point, _DOT_RADIUS * canvas.theme.size, colour)
