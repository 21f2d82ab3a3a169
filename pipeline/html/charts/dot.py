"""Draw two values of each row as a ring and a dot, joined to show the difference."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt

from pipeline.html.charts.canvas import Canvas, Point
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.row_labels import draw_value_grid, label_row, place_rows
from pipeline.html.charts.scale import Scale, choose_ticks, linear_scale

# Multiples of the label size: the radii of ring and dot, the minimum distance of their
# middles, the width of the line that joins them, the distance of a number from the middle
# of its ring or dot, the minimum length of the scale.
_RING_RADIUS, _DOT_RADIUS, _MIN_DISTANCE = 0.44, 0.52, 1.05
_JOINT_WIDTH, _NUMBER_DISTANCE, _MIN_SCALE = 0.53, 0.95, 6.0
# The maximum width of the name of a column, as a share of the width of the chart.
_MAX_HEAD = 0.42

Pair = Sequence[Decimal | None]


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw a ring and a dot for each row, with the names of the columns over the first."""
    theme = canvas.theme
    ticks = choose_ticks(data.values)
    heads = [theme.break_lines(n, canvas.width * _MAX_HEAD, "head") for n in data.names]
    top = max(map(len, heads)) * theme.leading + 0.7 * theme.size
    values = [theme.number(value, data.decimals) for value in data.values]
    numbers_width = 2 * (_NUMBER_DISTANCE * theme.size + theme.widest(values, "value") + 1)
    rows = place_rows(canvas, data.labels, numbers_width + _MIN_SCALE * theme.size, top)
    x = _make_scale(canvas, data, ticks, rows.start)
    draw_value_grid(canvas, rows, ticks, x)
    for row, (pair, y) in enumerate(zip(data.rows, rows.middles, strict=True)):
        label_row(canvas, rows, row)
        _draw_pair(canvas, data, row, pair, y, x)
    _draw_heads(canvas, data, heads, x)


def _make_scale(
    canvas: Canvas, data: ChartData, ticks: Sequence[Decimal], start: float
) -> Scale:
    """Make a scale with space at both sides for the numbers beside the dots."""
    theme = canvas.theme
    left, right = 0.5 * theme.size, 0.5 * theme.size
    for _ in range(8):
        x = linear_scale(ticks[0], ticks[-1], start + left, canvas.width - right)
        for pair in data.rows:
            for column, value in enumerate(pair):
                if value is None:
                    continue
                text = theme.number(value, data.decimals)
                number_width = (
                    _NUMBER_DISTANCE * theme.size + theme.width(text, "value") + 1
                )
                if _is_lower(pair, column):
                    left += max(0.0, start + number_width - x(value))
                else:
                    right += max(0.0, x(value) + number_width - canvas.width)
    return linear_scale(ticks[0], ticks[-1], start + left, canvas.width - right)


def _is_lower(pair: Pair, column: int) -> bool:
    """Whether a number is set at the side of the lower value of its row."""
    value, other = pair[column], pair[1 - column]
    if value is None or other is None:
        return False
    return value < other or (value == other and not column)


def _draw_pair(
    canvas: Canvas, data: ChartData, row: int, pair: Pair, y: float, x: Scale
) -> None:
    theme, colours, size = canvas.theme, canvas.theme.colours, canvas.theme.size
    is_strong = data.is_strong(row)
    first, second = pair
    shift = 0.0
    if first is not None and second is not None:
        # Where they would merge, the ring is above the dot.
        min_distance = _MIN_DISTANCE * size
        shift = sqrt(max(0.0, min_distance**2 - (x(first) - x(second)) ** 2)) / 2
        ends = (x(first), y - shift), (x(second), y + shift)
        canvas.rule(*ends, colours.tint, _JOINT_WIDTH * size)
    for column, value in enumerate(pair):
        if value is None:
            continue
        place = (x(value), y + shift if column else y - shift)
        _draw_mark(canvas, place, column, is_strong=is_strong)
        side, align = (-1, "end") if _is_lower(pair, column) else (1, "start")
        ink = "accent" if column and is_strong else "" if column else "quiet"
        text = theme.number(value, data.decimals)
        text_x = x(value) + side * _NUMBER_DISTANCE * size
        canvas.text(text_x, y, text, "value", align, ink=ink, background=colours.paper)


def _draw_mark(
    canvas: Canvas, place: Point, column: int, *, is_strong: bool, scale: float = 1.0
) -> None:
    colours, size = canvas.theme.colours, canvas.theme.size
    if column:
        fill = colours.mark(is_strong=is_strong)
        canvas.dot(place, _DOT_RADIUS * size * scale, fill)
    else:
        canvas.dot(place, _RING_RADIUS * size * scale, colours.paper, colours.ring)


def _draw_heads(canvas: Canvas, data: ChartData, heads: list[list[str]], x: Scale) -> None:
    """Set the names of the columns over the first complete row, each with its mark."""
    theme, size = canvas.theme, canvas.theme.size
    middle, columns = canvas.width / 2, (0, 1)
    for first, second in data.rows:
        if first is not None and second is not None:
            middle = (x(first) + x(second)) / 2
            columns = (1, 0) if second < first else (0, 1)
            break
    gap, max_width = 1.6 * size, canvas.width * _MAX_HEAD
    widths = [min(theme.widest(lines, "head"), max_width) + gap + 1 for lines in heads]
    middle = min(max(middle, widths[columns[0]]), canvas.width - widths[columns[1]])
    y = size * 0.6 + (max(map(len, heads)) - 1) * theme.leading
    for column, side, align in zip(columns, (-1, 1), ("end", "start"), strict=True):
        place, is_strong = (middle + side * 0.85 * size, y), data.highlight is None
        _draw_mark(canvas, place, column, is_strong=is_strong, scale=0.85)
        lines = heads[column]
        ink = "quiet" if not column else "accent" if is_strong else ""
        text_y = y - (len(lines) - 1) / 2 * theme.leading
        text_x = middle + side * gap
        canvas.text(text_x, text_y, lines, "head", align, ink=ink, width=max_width + 1)
