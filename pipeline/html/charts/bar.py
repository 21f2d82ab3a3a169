"""Draw bars from zero with a number at the end of each; there is no axis.

If words replace the number, the bar has an open end: it is cut into slices.
"""

from collections.abc import Iterator
from decimal import Decimal

from pipeline.html.charts.canvas import ZERO_LINE, Canvas
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.row_labels import BAR_HEIGHT, ROW_PITCH, label_row, place_rows
from pipeline.html.charts.scale import linear_scale

# Multiples of the label size: the gap between a bar and its number, and the minimum length
# of the longest bar.
_VALUE_GAP, _MIN_BAR_LENGTH = 0.5, 6.0
# The minimum length of a bar whose value is not zero, in points.
_MIN_BAR_LENGTH_PT = 0.75
# An open end: its length as a multiple of the label size, and its maximum share of the bar.
# In twelfths of it: the gap before each slice, and the length of a slice.
_OPEN_END, _END_SHARE = 2.0, 0.6
_SLICE_GAPS, _SLICE_LENGTH = (1, 2, 3), 2
# The maximum length of a line of words, as a share of the width of the chart.
_MAX_WORDS_WIDTH = 0.3


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw a bar for each value but zero, for a negative one in the other direction."""
    theme, (values,) = canvas.theme, data.columns
    printed = [
        theme.break_lines(words, _MAX_WORDS_WIDTH * canvas.width, "value")
        if words
        else [theme.number(value, data.decimals)]
        for value, words in zip(values, data.words, strict=True)
    ]
    signed = [(v, line) for v, lines in zip(values, printed, strict=True) for line in lines]
    negative = [text for value, text in signed if value and value < 0]
    positive = [text for value, text in signed if not (value and value < 0)]
    row_height = max(map(len, printed)) * theme.leading + 0.9 * theme.size
    low, high = min([*data.values, Decimal(0)]), max([*data.values, Decimal(0)])
    gap = _VALUE_GAP * theme.size
    negative_width = theme.widest(negative, "value") + 2 * gap if negative else 0.0
    positive_width = theme.widest(positive, "value") + gap + 1 if positive else ZERO_LINE
    min_width = negative_width + positive_width + _MIN_BAR_LENGTH * theme.size
    rows = place_rows(
        canvas, data.labels, min_width, min_height=max(row_height, ROW_PITCH * theme.size)
    )
    x = linear_scale(low, high, rows.start + negative_width, canvas.width - positive_width)
    for row, (y, value, text) in enumerate(zip(rows.middles, values, printed, strict=True)):
        label_row(canvas, rows, row)
        length = abs(x(value or 0) - x(0))
        if value:
            length = max(length, _MIN_BAR_LENGTH_PT)
            height = BAR_HEIGHT * theme.size
            fill = theme.colours.mark(is_strong=data.is_strong(row))
            end = (
                min(_OPEN_END * theme.size, _END_SHARE * length) if data.words[row] else 0.0
            )
            for start, width in _bar_parts(length, end):
                left = x(0) - start - width if value < 0 else x(0) + start
                canvas.bar((left, y - height / 2, width, height), fill)
        side, align = (-1, "end") if value and value < 0 else (1, "start")
        ink = "accent" if data.highlight == row else ""
        canvas.text(x(0) + side * (length + gap), y, text, "value", align, ink=ink)
    canvas.rule((x(0), rows.top), (x(0), rows.bottom), theme.colours.strong_rule, ZERO_LINE)


def _bar_parts(length: float, end: float) -> Iterator[tuple[float, float]]:
    """Divide a bar into its solid part and the slices of its end: start and length."""
    yield 0.0, length - end
    start = length - end
    for gap in _SLICE_GAPS if end else ():
        yield start + gap * end / 12, _SLICE_LENGTH * end / 12
        start += (gap + _SLICE_LENGTH) * end / 12
