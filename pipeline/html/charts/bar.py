"""Draw bars from zero with a number at the end of each; there is no axis.

Where words replace the number, the bar has an open end.
"""

from collections.abc import Iterator
from decimal import Decimal

from pipeline.html.charts.canvas import ZERO, Canvas
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.row_labels import BAR, PITCH, label_row, lay_rows
from pipeline.html.charts.scale import linear_scale

# Multiples of the label size: from a bar to its number, and the least length of the
# longest bar.
_GAP, _LEAST = 0.5, 6.0
# The least length of a bar whose value is not zero, in points.
_LEAST_PT = 0.75
# An open end: its length as a multiple of the label size, and at most this share of the
# bar. Twelfths of it are the gap before each slice, and a slice.
_END, _END_SHARE = 2.0, 0.6
_GAPS, _SLICE = (1, 2, 3), 2
# The largest share of the width for a line of words.
_WORDS = 0.3


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw one bar for each row; bars of negative values have the opposite direction."""
    theme, (values,) = canvas.theme, data.columns
    printed = [
        theme.break_lines(words, _WORDS * canvas.width, "value")
        if words
        else [theme.number(value, data.decimals)]
        for value, words in zip(values, data.words, strict=True)
    ]
    signed = [(v, line) for v, lines in zip(values, printed, strict=True) for line in lines]
    below = [text for value, text in signed if value and value < 0]
    above = [text for value, text in signed if not (value and value < 0)]
    least = max(map(len, printed)) * theme.leading + 0.9 * theme.size
    low, high = min([*data.known, Decimal(0)]), max([*data.known, Decimal(0)])
    gap = _GAP * theme.size
    at_start = theme.widest(below, "value") + 2 * gap if below else 0.0
    at_end = theme.widest(above, "value") + gap + 1 if above else ZERO
    needed = at_start + at_end + _LEAST * theme.size
    rows = lay_rows(canvas, data.labels, needed, least=max(least, PITCH * theme.size))
    x = linear_scale(low, high, rows.start + at_start, canvas.width - at_end)
    for row, (y, value, text) in enumerate(zip(rows.middles, values, printed, strict=True)):
        label_row(canvas, rows, row)
        length = abs(x(value or 0) - x(0))
        if value:
            length = max(length, _LEAST_PT)
            height = BAR * theme.size
            fill = theme.colours.mark(is_strong=data.is_strong(row))
            end = min(_END * theme.size, _END_SHARE * length) if data.words[row] else 0.0
            for start, width in _parts(length, end):
                left = x(0) - start - width if value < 0 else x(0) + start
                canvas.bar((left, y - height / 2, width, height), fill)
        side, align = (-1, "end") if value and value < 0 else (1, "start")
        ink = "accent" if data.highlight == row else ""
        canvas.text(x(0) + side * (length + gap), y, text, "value", align, ink=ink)
    canvas.rule((x(0), rows.top), (x(0), rows.bottom), theme.colours.strong_rule, ZERO)


def _parts(length: float, end: float) -> Iterator[tuple[float, float]]:
    """Divide a bar into its solid part and the slices of its end: start and length."""
    yield 0.0, length - end
    start = length - end
    for gap in _GAPS if end else ():
        yield start + gap * end / 12, _SLICE * end / 12
        start += (gap + _SLICE) * end / 12
