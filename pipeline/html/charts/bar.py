"""Draw bars from zero with a number at the end of each; there is no axis."""

from decimal import Decimal

from pipeline.html.charts.canvas import ZERO, Canvas
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.row_labels import BAR, label_row, lay_rows
from pipeline.html.charts.scale import linear_scale

# Multiples of the label size: from a bar to its number, and the least length of the
# longest bar.
_GAP, _LEAST = 0.5, 6.0
# The least length of a bar whose value is not zero, in points.
_LEAST_PT = 0.75


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw one bar for each row; bars of negative values have the opposite direction."""
    theme, (values,) = canvas.theme, data.columns
    printed = [theme.number(value, data.decimals) for value in values]
    signed = list(zip(values, printed, strict=True))
    below = [text for value, text in signed if value and value < 0]
    above = [text for value, text in signed if not (value and value < 0)]
    low, high = min([*data.known, Decimal(0)]), max([*data.known, Decimal(0)])
    gap = _GAP * theme.size
    at_start = theme.widest(below, "value") + 2 * gap if below else 0.0
    at_end = theme.widest(above, "value") + gap + 1 if above else ZERO
    rows = lay_rows(canvas, data.labels, at_start + at_end + _LEAST * theme.size)
    x = linear_scale(low, high, rows.start + at_start, canvas.width - at_end)
    for row, (y, value, text) in enumerate(zip(rows.middles, values, printed, strict=True)):
        label_row(canvas, rows, row)
        length = abs(x(value or 0) - x(0))
        if value:
            length = max(length, _LEAST_PT)
            left = x(0) - length if value < 0 else x(0)
            height = BAR * theme.size
            fill = theme.colours.mark(is_strong=data.is_strong(row))
            canvas.bar((left, y - height / 2, length, height), fill)
        side, align = (-1, "end") if value and value < 0 else (1, "start")
        ink = "accent" if data.highlight == row else ""
        canvas.text(x(0) + side * (length + gap), y, text, "value", align, ink=ink)
    canvas.rule((x(0), rows.top), (x(0), rows.bottom), theme.colours.strong_rule, ZERO)
