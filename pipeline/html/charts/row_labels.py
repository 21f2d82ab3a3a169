"""Lay out the rows of a chart, with their labels at the side where lines start.

A long label takes several lines, and only its own row becomes taller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.html.charts.canvas import HAIRLINE, Canvas
from pipeline.html.charts.scale import Scale

# Multiples of the label size (design: bars of 5.2 mm, one every 8 mm, at 8.5 pt).
BAR_HEIGHT, ROW_PITCH, LABEL_GAP = 1.74, 2.67, 1.0
# The maximum share of the width for labels, and for one long word; a longer word overflows.
_MAX_LABELS_SHARE, _MAX_WORD = 0.4, 0.55


@dataclass(frozen=True)
class Rows:
    """Labels in lines and their width, the middle of each row, where the bars start."""

    labels: Sequence[Sequence[str]]
    label_width: float
    middles: tuple[float, ...]
    start: float
    top: float
    bottom: float


def place_rows(
    canvas: Canvas,
    labels: Sequence[str],
    marks_width: float,
    top: float = 0.0,
    min_height: float = 0.0,
) -> Rows:
    """Arrange rows below `top`, with at least the width `marks_width` for the marks.

    Each row has at least the height `min_height`, by default the distance of two bars.
    """
    theme = canvas.theme
    label_gap = LABEL_GAP * theme.size
    max_label_width = canvas.width - label_gap - marks_width
    max_width = min(
        theme.widest(labels, "name"), canvas.width * _MAX_LABELS_SHARE, max_label_width
    )
    broken, widest = theme.break_names(labels, max_width)
    label_width = max(min(widest, canvas.width * _MAX_WORD, max_label_width), theme.size)
    middles, y = [], top
    for lines in broken:
        height = max(
            min_height or ROW_PITCH * theme.size,
            len(lines) * theme.leading + 0.9 * theme.size,
        )
        middles.append(y + height / 2)
        y += height
    canvas.height = y
    return Rows(broken, label_width + 1, tuple(middles), label_width + label_gap, top, y)


def label_row(canvas: Canvas, rows: Rows, row: int) -> None:
    """Draw a label before its numbers, so that copied text has the same order."""
    canvas.text(0, rows.middles[row], rows.labels[row], width=rows.label_width)


def draw_value_grid(canvas: Canvas, rows: Rows, ticks: Sequence[Decimal], x: Scale) -> None:
    """Draw a line through the rows for each tick, and below it the numbers that fit."""
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
