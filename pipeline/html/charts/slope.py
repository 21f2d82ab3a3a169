"""Two moments joined by lines; name and value stand at both ends of each."""

from collections.abc import Sequence

from pipeline.html.charts.canvas import HAIRLINE, Canvas
from pipeline.html.charts.data_table import Numbers
from pipeline.html.charts.end_labels import LineEnd, height_of, label_line_ends, label_width
from pipeline.html.charts.scale import Scale, break_lines, choose_ticks, linear_scale

# In parts of the size of the labels; names take at most so much of the width at each
# side, one word a little more, and the lines have so much at least.
_HEIGHT, _DOT = 17.0, 0.32
_NAMES, _LONGEST_WORD, _PLOT = 0.24, 0.28, 0.2
_STRONG, _WEAK = 2.2, 1.1


def draw_slope(canvas: Canvas, numbers: Numbers) -> None:
    """Draw a line for each row, the highlighted one over the others."""
    look = canvas.look
    values = [look.number(value, numbers.decimals) for value in numbers.known]
    beside = label_width(look, values)
    most = canvas.width * (1 - _PLOT) / 2 - beside
    names = [
        break_lines(
            label, min(canvas.width * _NAMES, most), lambda t: look.width(t, "name")
        )
        for label in numbers.labels
    ]
    widest = look.widest([line for name in names for line in name], "name") + 1
    room = max(min(widest, canvas.width * _LONGEST_WORD, most), look.size)
    margin = beside + room
    ends = (margin, canvas.width - margin)
    top = _draw_heads(canvas, numbers.names, ends)
    foot = top + max(_HEIGHT * look.size, sum(height_of(look, name) for name in names))
    for x in ends:
        canvas.rule((x, top), (x, foot), look.colours.hair, HAIRLINE)
    canvas.height = foot
    high, low = max(numbers.known), min(choose_ticks(numbers.known)[0], *numbers.known)
    half = look.leading / 2
    y = linear_scale(high, low if high != low else high - 1, top + half, foot - half)
    for row in sorted(range(len(names)), key=lambda row: row == numbers.highlight):
        _draw_line(canvas, numbers, row, ends, y)
    for column, x, away in zip(numbers.columns, ends, (-1, 1), strict=True):
        named = [
            LineEnd(
                (x, y(value)),
                look.number(value, numbers.decimals),
                names[row],
                "accent" if numbers.highlight == row else "",
            )
            for row, value in enumerate(column)
            if value is not None
        ]
        label_line_ends(canvas, named, x, beside, room, (top - half, 2 * foot), away)


def _draw_heads(canvas: Canvas, names: Sequence[str], ends: tuple[float, float]) -> float:
    """Name the two moments over their ends; gives where the lines may begin."""
    look = canvas.look
    half = (ends[1] - ends[0]) / 2 - 0.5 * look.size
    room = 2 * min(ends[0], half)
    broken = [break_lines(name, room, lambda t: look.width(t, "head")) for name in names]
    foot = max(map(len, broken)) * look.leading
    for x, lines in zip(ends, broken, strict=True):
        at = foot - len(lines) * look.leading / 2
        canvas.lines(x, at, lines, "head", "center", ink="heading", room=room)
    return foot + 0.8 * look.size


def _draw_line(
    canvas: Canvas, numbers: Numbers, row: int, ends: tuple[float, float], y: Scale
) -> None:
    colours = canvas.look.colours
    is_strong = numbers.highlight in (None, row)
    colour = colours.strong if is_strong else colours.context
    values = zip(ends, numbers.rows[row], strict=True)
    points = [(x, y(value)) for x, value in values if value is not None]
    if len(points) == 2:
        canvas.line(points, colour, _STRONG if numbers.highlight == row else _WEAK)
    for point in points:
        canvas.dot(point, _DOT * canvas.look.size, colour)
