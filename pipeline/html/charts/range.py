"""Draw two or three values of each row in lanes of their own, so that dots never merge."""

from collections.abc import Sequence

from pipeline.html.charts.canvas import HAIRLINE, Canvas, Point
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.row_labels import draw_value_grid, label_row, place_rows
from pipeline.html.charts.scale import choose_ticks, linear_scale

# Multiples of the label size: the distance of two lanes, the radius of a dot, the gap
# between a dot and its number, the minimum length of the scale, the gap between two names.
_LANE_PITCH, _DOT_RADIUS, _VALUE_GAP, _MIN_SCALE, _NAME_GAP = (1.35, 0.42, 0.85, 10.0, 1.6)


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw a lane for each group of a row, with the names of the groups above."""
    theme, size, count = canvas.theme, canvas.theme.size, len(data.names)
    ticks = choose_ticks(data.values)
    numbers = [theme.number(value, data.decimals) for value in data.values]
    margin = _VALUE_GAP * size + theme.widest(numbers, "value") + 1
    top = _draw_names(canvas, data.names) + 0.9 * size
    height = count * _LANE_PITCH * size + 0.9 * size
    rows = place_rows(canvas, data.labels, margin + _MIN_SCALE * size, top, height)
    x = linear_scale(ticks[0], ticks[-1], rows.start + size / 2, canvas.width - margin)
    draw_value_grid(canvas, rows, ticks, x)
    for row, (values, y) in enumerate(zip(data.rows, rows.middles, strict=True)):
        label_row(canvas, rows, row)
        for column, value in enumerate(values):
            lane = y + (column - (count - 1) / 2) * _LANE_PITCH * size
            if value is None:
                continue
            canvas.rule(
                (x(ticks[0]), lane), (x(value), lane), theme.colours.muted, HAIRLINE
            )
            _draw_mark(canvas, (x(value), lane), column)
            text, text_x = theme.number(value, data.decimals), x(value) + _VALUE_GAP * size
            ink = "accent" if data.highlight == row else ""
            paper = theme.colours.paper
            canvas.text(text_x, lane, text, "value", ink=ink, background=paper)


def _draw_mark(canvas: Canvas, place: Point, column: int) -> None:
    """Draw the mark of a group, the same in each row: ring, dot, dark dot."""
    colours, radius = canvas.theme.colours, _DOT_RADIUS * canvas.theme.size
    if column == 0:
        canvas.dot(place, radius * 0.85, colours.paper, colours.muted)
    else:
        canvas.dot(place, radius, (colours.strong, colours.strong_rule)[column - 1])


def _draw_names(canvas: Canvas, names: Sequence[str]) -> float:
    """Set the names of the groups in rows; return the y coordinate below them."""
    theme, size = canvas.theme, canvas.theme.size
    x, y = _DOT_RADIUS * size, theme.leading / 2
    for column, name in enumerate(names):
        lines = theme.break_lines(name, canvas.width - 2 * size, "head")
        width = theme.widest(lines, "head")
        if x > size and x + size + width > canvas.width:
            x, y = _DOT_RADIUS * size, y + theme.leading
        _draw_mark(canvas, (x, y), column)
        below = (len(lines) - 1) / 2 * theme.leading
        canvas.text(x + 0.85 * size, y + below, lines, "head", ink="heading")
        x, y = x + size + width + _NAME_GAP * size, y + 2 * below
    return y + theme.leading / 2
