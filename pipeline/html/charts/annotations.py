"""Place annotations above points of a time axis, in rows, so that no two overlap."""

from collections.abc import Sequence

from pipeline.html.charts.canvas import HAIRLINE, Canvas
from pipeline.html.charts.data_table import TimeNote
from pipeline.html.charts.scale import Scale

# Multiples of the label size: the gap between two texts of a row, and that between the last
# row and the plot.
_TEXT_GAP, _PLOT_GAP = 0.8, 0.4
# The maximum length of a line, as a share of the width of the chart.
_MAX_TEXT_WIDTH = 0.34


def annotation_height(canvas: Canvas, annotations: Sequence[TimeNote], x: Scale) -> float:
    """The height of the texts above the plot, with the gap below them."""
    texts = _arrange_rows(canvas, annotations, x)
    foot = max((row + len(lines) for row, _, lines in texts), default=0)
    return foot * canvas.theme.leading + (_PLOT_GAP * canvas.theme.size if texts else 0)


def draw_annotations(
    canvas: Canvas, annotations: Sequence[TimeNote], x: Scale, plot: tuple[float, float]
) -> None:
    """Draw bands and lines over the height of the plot, and the texts above it."""
    theme, (top, foot) = canvas.theme, plot
    for annotation, (row, middle, lines) in zip(
        annotations, _arrange_rows(canvas, annotations, x), strict=True
    ):
        start, end = x(annotation.time), x(annotation.end or annotation.time)
        line_top = (row + len(lines)) * theme.leading
        if annotation.end:
            canvas.band((start, top, end - start, foot - top), theme.colours.fourth)
        line_x = min(max(middle, start), end)
        line_end = top if annotation.end else foot
        canvas.rule((line_x, line_top), (line_x, line_end), theme.colours.muted, HAIRLINE)
        y = row * theme.leading + len(lines) * theme.leading / 2
        canvas.text(middle, y, lines, "name", "center", ink="quiet")


def _arrange_rows(
    canvas: Canvas, annotations: Sequence[TimeNote], x: Scale
) -> list[tuple[int, float, list[str]]]:
    """Return the first row, the middle and the lines of each text.

    A text is placed in the first rows in which it overlaps no earlier text.
    """
    theme, placed = canvas.theme, list[tuple[int, float, list[str]]]()
    occupied: dict[int, float] = {}
    for annotation in annotations:
        lines = theme.break_lines(annotation.text, canvas.width * _MAX_TEXT_WIDTH, "name")
        half = theme.widest(lines, "name") / 2 + 1
        centre = (x(annotation.time) + x(annotation.end or annotation.time)) / 2
        middle = min(max(centre, half), canvas.width - half)
        row = 0
        while any(occupied.get(row + n, 0.0) > middle - half for n in range(len(lines))):
            row += 1
        for n in range(len(lines)):
            occupied[row + n] = middle + half + _TEXT_GAP * theme.size
        placed.append((row, middle, lines))
    return placed
