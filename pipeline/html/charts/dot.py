"""Two values a row: a hollow dot and a filled one, joined to show how far apart."""

from collections.abc import Sequence
from decimal import Decimal

from pipeline.html.charts.canvas import HAIRLINE, Canvas
from pipeline.html.charts.data_table import Numbers
from pipeline.html.charts.row_labels import Rows, label_row, lay_rows
from pipeline.html.charts.scale import Scale, break_lines, choose_ticks, linear_scale

# In parts of the size of the labels.
_HOLLOW, _FILLED, _JOINT, _GAP, _LEAST = 0.44, 0.52, 0.53, 0.95, 6.0
# The name of a column takes at most so much of the width.
_HEAD = 0.42


def draw_dots(canvas: Canvas, numbers: Numbers) -> None:
    """Draw two dots for each row, and name them over the first."""
    look = canvas.look
    ticks = choose_ticks(numbers.known)
    heads = _break_heads(canvas, numbers.names)
    top = max(map(len, heads)) * look.leading + 0.7 * look.size
    values = [look.number(value, numbers.decimals) for value in numbers.known]
    beside = 2 * (_GAP * look.size + look.widest(values, "value") + 1)
    rows = lay_rows(canvas, numbers.labels, beside + _LEAST * look.size, top)
    x = _scale(canvas, numbers, ticks, rows.start)
    _draw_grid(canvas, rows, ticks, x)
    for row, pair in enumerate(numbers.rows):
        label_row(canvas, rows, row)
        _draw_pair(canvas, numbers, row, pair, rows.middles[row], x)
    _draw_heads(canvas, numbers, heads, rows, x)


def _scale(
    canvas: Canvas, numbers: Numbers, ticks: Sequence[Decimal], start: float
) -> Scale:
    """Leave as much room at both sides as the numbers beside the dots need."""
    look = canvas.look
    left, right = 0.5 * look.size, 0.5 * look.size
    for _ in range(8):
        x = linear_scale(ticks[0], ticks[-1], start + left, canvas.width - right)
        for pair in numbers.rows:
            for number, value in enumerate(pair):
                if value is None:
                    continue
                text = look.number(value, numbers.decimals)
                room = _GAP * look.size + look.width(text, "value") + 1
                if _is_lower(pair, number):
                    left += max(0.0, start + room - x(value))
                else:
                    right += max(0.0, x(value) + room - canvas.width)
    return linear_scale(ticks[0], ticks[-1], start + left, canvas.width - right)


def _is_lower(pair: Sequence[Decimal | None], number: int) -> bool:
    """Whether a number stands at the side of the lower values of its row."""
    value, other = pair[number], pair[1 - number]
    if value is None or other is None:
        return False
    return value < other or (value == other and not number)


def _draw_grid(canvas: Canvas, rows: Rows, ticks: Sequence[Decimal], x: Scale) -> None:
    look, axis = canvas.look, canvas.look.styles["axis"].size
    y, free = rows.bottom + 1.1 * axis, 0.0
    for tick, word in zip(ticks, look.numbers(ticks), strict=True):
        canvas.rule(
            (x(tick), rows.top), (x(tick), rows.bottom), look.colours.hair, HAIRLINE
        )
        half = look.width(word, "axis") / 2
        at = min(x(tick), canvas.width - half)
        if at - half >= free:  # else it would touch the number before
            canvas.text(at, y, word, "axis", "center")
            free = at + half + 0.5 * axis
    canvas.height = rows.bottom + 1.9 * axis


def _draw_pair(
    canvas: Canvas,
    numbers: Numbers,
    row: int,
    pair: Sequence[Decimal | None],
    y: float,
    x: Scale,
) -> None:
    look, colours, size = canvas.look, canvas.look.colours, canvas.look.size
    known = [value for value in pair if value is not None]
    is_strong = numbers.highlight in (None, row)
    fill = colours.strong if is_strong else colours.context
    if len(known) == 2:
        canvas.rule((x(known[0]), y), (x(known[1]), y), colours.tint, _JOINT * size)
    first, second = pair
    if first is not None:
        canvas.dot((x(first), y), _HOLLOW * size, colours.paper, colours.quiet)
    if second is not None:
        canvas.dot((x(second), y), _FILLED * size, fill)
    if len(known) == 2:
        # The ring shows even under a near neighbour.
        canvas.dot((x(known[0]), y), _HOLLOW * size, "none", colours.quiet)
    for number, value in enumerate(pair):
        if value is None:
            continue
        side, align = (-1, "end") if _is_lower(pair, number) else (1, "start")
        ink = "accent" if number and is_strong else "" if number else "quiet"
        text = look.number(value, numbers.decimals)
        at = x(value) + side * _GAP * size
        canvas.text(at, y, text, "value", align, ink=ink, ground=colours.paper)


def _break_heads(canvas: Canvas, names: Sequence[str]) -> list[list[str]]:
    room = canvas.width * _HEAD
    return [
        break_lines(name, room, lambda t: canvas.look.width(t, "head")) for name in names
    ]


def _draw_heads(
    canvas: Canvas, numbers: Numbers, heads: list[list[str]], rows: Rows, x: Scale
) -> None:
    """Name the two columns over the first row that has both, each with its dot."""
    look, colours, size = canvas.look, canvas.look.colours, canvas.look.size
    pairs = (pair for pair in numbers.rows if None not in pair)
    first, second = next(pairs, (None, None))
    order = (
        (1, 0) if first is not None and second is not None and second < first else (0, 1)
    )
    middle = (x(first or 0) + x(second or 0)) / 2 if first is not None else canvas.width / 2
    gap = 1.6 * size
    most = canvas.width * _HEAD
    widths = [min(look.widest(lines, "head"), most) + gap + 1 for lines in heads]
    middle = min(max(middle, widths[order[0]]), canvas.width - widths[order[1]])
    lowest = max(map(len, heads)) - 1
    for place, column in enumerate(order):
        side, align = (1, "start") if place else (-1, "end")
        y = size * 0.6 + lowest * look.leading
        dot = (middle + side * 0.85 * size, y)
        if column:
            strong = colours.strong if numbers.highlight is None else colours.context
            canvas.dot(dot, _FILLED * size * 0.85, strong)
        else:
            canvas.dot(dot, _HOLLOW * size * 0.85, colours.paper, colours.quiet)
        lines = heads[column]
        ink = "quiet" if not column else "accent" if numbers.highlight is None else ""
        at = y - (len(lines) - 1) / 2 * look.leading
        room = canvas.width * _HEAD + 1
        canvas.lines(middle + side * gap, at, lines, "head", align, ink=ink, room=room)
