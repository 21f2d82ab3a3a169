"""Bars from zero, a number at the end of each; no axis, since every number is printed."""

from decimal import Decimal

from pipeline.typeset.chart_canvas import ZERO, Canvas
from pipeline.typeset.chart_numbers import Numbers
from pipeline.typeset.chart_rows import BAR, lay_rows
from pipeline.typeset.chart_scale import between

# Between a bar and its number, in parts of the size of the labels.
_GAP = 0.5
# A value that is not zero is seen, however small.
_LEAST_PT = 0.75


def draw_bars(canvas: Canvas, numbers: Numbers) -> None:
    """Draw one bar for each row; negative ones grow to the other side."""
    look, (values,) = canvas.look, numbers.columns
    printed = [look.number(value, numbers.decimals) for value in values]
    rows = lay_rows(canvas, numbers.labels)
    low, high = min([*numbers.known, Decimal(0)]), max([*numbers.known, Decimal(0)])
    gap = _GAP * look.size
    below = [
        text for text, value in zip(printed, values, strict=True) if value and value < 0
    ]
    others = [
        text for text, value in zip(printed, values, strict=True) if not value or value > 0
    ]
    start = rows.start + (look.widest(below, "value") + 2 * gap if below else 0)
    end = canvas.width - (look.widest(others, "value") + gap + 1 if others else ZERO)
    x = between(low, high, start, end)
    for row, (y, value, text) in enumerate(zip(rows.middles, values, printed, strict=True)):
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
