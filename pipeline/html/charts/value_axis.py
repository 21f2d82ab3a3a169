"""Draw the grid of a scale of values through rows, and below it the numbers that fit."""

from collections.abc import Sequence
from decimal import Decimal

from pipeline.html.charts.canvas import HAIRLINE, Canvas
from pipeline.html.charts.row_labels import Rows
from pipeline.html.charts.scale import Scale


def draw_value_grid(canvas: Canvas, rows: Rows, ticks: Sequence[Decimal], x: Scale) -> None:
    """Draw a line through the rows for each tick, and its number below."""
    theme, font_size = canvas.theme, canvas.theme.styles["axis"].size
    colour, y, free_from = theme.colours.hairline, rows.bottom + 1.1 * font_size, 0.0
    for tick, number in zip(ticks, theme.numbers(ticks), strict=True):
        canvas.rule((x(tick), rows.top), (x(tick), rows.bottom), colour, HAIRLINE)
        half = theme.width(number, "axis") / 2
        middle = min(x(tick), canvas.width - half)
        if middle - half >= free_from:  # a number that would overlap is left out
            canvas.text(middle, y, number, "axis", "center")
            free_from = middle + half + 0.5 * font_size
    canvas.height = rows.bottom + 1.9 * font_size
