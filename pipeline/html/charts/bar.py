"""Bars from zero, a number at the end of each; no axis, since every number is printed."""

from decimal import Decimal

from pipeline.html.charts.canvas import ZERO, Canvas
from pipeline.html.charts.data_table import Numbers
from pipeline.html.charts.row_labels import BAR, label_row, lay_rows
from pipeline.html.charts.scale import linear_scale

# Between a bar and its number, in parts of the size of the labels.
_GAP = 0.5
# The longest bar is at least so long.
_LEAST = 6.0
# A value that is not zero is seen, however small.
_LEAST_PT = 0.75


def draw_bars(canvas: Canvas, numbers: Numbers) -> None:
    """Draw one bar for each row; negative ones grow to the other side."""
    look, (values,) = canvas.look, numbers.columns
    printed = [look.number(value, numbers.decimals) for value in values]
    below: list[str] = []
    above: list[str] = []
    for value, text in zip(values, printed, strict=True):
        (below if value and value < 0 else above).append(text)
    low, high = min([*numbers.known, Decimal(0)]), max([*numbers.known, Decimal(0)])
    gap = _GAP * look.size
    at_start = look.widest(below, "value") + 2 * gap if below else 0.0
    at_end = look.widest(above, "value") + gap + 1 if above else ZERO
    rows = lay_rows(canvas, numbers.labels, at_start + at_end + _LEAST * look.size)
    start, end = rows.start + at_start, canvas.width - at_end
    x = linear_scale(low, high, start, end)
    for row, (y, value, text) in enumerate(zip(rows.middles, values, printed, strict=True)):
        label_row(canvas, rows, row)
        is_strong = numbers.highlight in (None, row)
        fill = look.colours.strong if is_strong else look.colours.context
        length = abs(x(value or 0) - x(0))
        if value:
            length = max(length, _LEAST_PT)
            left = x(0) - length if value < 0 else x(0)
            height = BAR * look.size
            canvas.bar(left, y - height / 2, length, height, fill)
        side, align = (-1, "end") if value and value < 0 else (1, "start")
        ink = "accent" if numbers.highlight == row else ""
        canvas.text(x(0) + side * (length + gap), y, text, "value", align, ink=ink)
    canvas.rule((x(0), rows.top), (x(0), rows.bottom), look.colours.rule, ZERO)
