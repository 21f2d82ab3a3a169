"""Place annotations above points of a time axis, in rows, so that no two overlap."""

from collections.abc import Sequence

from pipeline.html.charts.canvas import HAIRLINE, Canvas
from pipeline.html.charts.data_table import Moment
from pipeline.html.charts.scale import Scale

# Multiples of the label size: between two texts of a row, and from the last row to the
# plot.
_APART, _BELOW = 0.8, 0.4
# The largest share of the width for one line.
_WIDEST = 0.34


def annotation_height(canvas: Canvas, moments: Sequence[Moment], x: Scale) -> float:
    """The height of the texts above the plot."""
    rows = _lay_rows(canvas, moments, x)
    foot = max((row + len(lines) for row, _, lines in rows), default=0)
    return foot * canvas.theme.leading + (_BELOW * canvas.theme.size if rows else 0)


def draw_annotations(
    canvas: Canvas, moments: Sequence[Moment], x: Scale, plot: tuple[float, float]
) -> None:
    """Draw bands and lines over the height of the plot, and the texts above it."""
    theme, (top, foot) = canvas.theme, plot
    for moment, (row, middle, lines) in zip(
        moments, _lay_rows(canvas, moments, x), strict=True
    ):
        start, end = x(moment.time), x(moment.end or moment.time)
        line = (row + len(lines)) * theme.leading
        if moment.end:
            canvas.band((start, top, end - start, foot - top), theme.colours.fourth)
        place = min(max(middle, start), end)
        last = top if moment.end else foot
        canvas.rule((place, line), (place, last), theme.colours.muted, HAIRLINE)
        y = row * theme.leading + len(lines) * theme.leading / 2
        canvas.text(middle, y, lines, "name", "center", ink="quiet")


def _lay_rows(
    canvas: Canvas, moments: Sequence[Moment], x: Scale
) -> list[tuple[int, float, list[str]]]:
    """The first row, the middle and the lines of each text.

    A text is placed in the first row in which it overlaps no earlier text.
    """
    theme, placed = canvas.theme, list[tuple[int, float, list[str]]]()
    taken: dict[int, float] = {}
    for moment in moments:
        lines = theme.break_lines(moment.text, canvas.width * _WIDEST, "name")
        half = theme.widest(lines, "name") / 2 + 1
        centre = (x(moment.time) + x(moment.end or moment.time)) / 2
        middle = min(max(centre, half), canvas.width - half)
        row = 0
        while any(taken.get(row + n, 0.0) > middle - half for n in range(len(lines))):
            row += 1
        for n in range(len(lines)):
            taken[row + n] = middle + half + _APART * theme.size
        placed.append((row, middle, lines))
    return placed
