"""Parts of a whole in bars, named over the first; neighbours differ in grey too."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from pipeline.html.charts.canvas import HAIRLINE, Canvas
from pipeline.html.charts.data_table import Numbers
from pipeline.html.charts.row_labels import BAR, label_row, lay_rows
from pipeline.html.charts.scale import Scale, break_lines, linear_scale, spread
from pipeline.html.charts.theme import ink_on

# Tones by their number, from dark to light with a hatch between: see `_paint`.
_TONES: Mapping[int, Sequence[str]] = {
    2: ("strong", "fourth"),
    3: ("first", "hatch", "third"),
    4: ("first", "hatch", "third", "fourth"),
}
# Beside a highlighted part the others are all pale.
_PALE = ("fourth", "third", "hatch")
# Paper between two parts, and beside a number inside its part.
_PARTED_PT, _BESIDE = 0.8, 0.35
# The longest bar is at least so long, in parts of the size of the labels.
_LEAST = 12.0


def draw_stacks(canvas: Canvas, numbers: Numbers) -> None:
    """Draw one bar for each row, its parts in the order of the columns."""
    look = canvas.look
    count = len(numbers.names)
    room = canvas.width / count - look.size
    heads = [
        break_lines(name, room, lambda text: look.width(text, "head"))
        for name in numbers.names
    ]
    top = max(map(len, heads)) * look.leading + 0.9 * look.size
    rows = lay_rows(canvas, numbers.labels, _LEAST * look.size, top)
    whole = max(sum(value or 0 for value in row) for row in numbers.rows)
    x = linear_scale(Decimal(0), Decimal(whole) or Decimal(1), rows.start, canvas.width)
    tones = _tones(numbers)
    for number, (y, row) in enumerate(zip(rows.middles, numbers.rows, strict=True)):
        label_row(canvas, rows, number)
        before = Decimal(0)
        for tone, value in zip(tones, row, strict=True):
            if value:
                _draw_part(canvas, numbers, (x(before), x(before + value)), y, value, tone)
                before += value
    first = _middles(numbers.rows[0], x)
    _draw_heads(canvas, heads, first, top, rows.middles[0] - BAR * look.size / 2)


def _tones(numbers: Numbers) -> Sequence[str]:
    if numbers.highlight is None:
        return _TONES[len(numbers.names)]
    pale = iter(_PALE)
    return [
        "strong" if number == numbers.highlight else next(pale)
        for number in range(len(numbers.names))
    ]


def _draw_part(
    canvas: Canvas,
    numbers: Numbers,
    ends: tuple[float, float],
    y: float,
    value: Decimal,
    tone: str,
) -> None:
    look = canvas.look
    left, right = ends
    width, height = max(right - left - _PARTED_PT, 0.5), BAR * look.size
    fill = _paint(canvas, tone)(left, y - height / 2, width, height)
    text = look.number(value, numbers.decimals)
    if width > look.width(text, "value") + 2 * _BESIDE * look.size:
        ink = ink_on(fill, look.colours)
        # Words in the ink of the paper say their ground, so that contrast can be measured.
        ground = fill if ink == "inverse" or tone == "hatch" else ""
        room = look.width(text, "value") + _BESIDE * look.size
        middle = left + width / 2
        canvas.text(middle, y, text, "value", "center", ink=ink, ground=ground, room=room)


def _paint(canvas: Canvas, tone: str) -> Callable[[float, float, float, float], str]:
    """Give the function that fills a rectangle in a tone, and says what words lie on."""
    colours = canvas.look.colours

    def solid(x: float, y: float, width: float, height: float) -> str:
        fill = colours.rule if tone == "first" else colours.strong
        canvas.bar(x, y, width, height, fill)
        return fill

    def hatched(x: float, y: float, width: float, height: float) -> str:
        canvas.hatched(x, y, width, height, colours.strong)
        return colours.paper

    def outlined(x: float, y: float, width: float, height: float) -> str:
        fill = colours.third if tone == "third" else colours.fourth
        canvas.outlined(x, y, width, height, fill, colours.strong)
        return fill

    paints = {"hatch": hatched, "third": outlined, "fourth": outlined}
    return paints.get(tone, solid)


def _middles(row: Sequence[Decimal | None], x: Scale) -> list[float]:
    middles, before = [], Decimal(0)
    for value in row:
        middles.append((x(before) + x(before + (value or 0))) / 2)
        before += value or 0
    return middles


def _draw_heads(
    canvas: Canvas,
    heads: Sequence[Sequence[str]],
    middles: Sequence[float],
    top: float,
    bar: float,
) -> None:
    """Name each part over the first bar, with a line to its middle."""
    look = canvas.look
    apart = 0.9 * look.size
    most = canvas.width / len(heads) - apart
    widths = [min(look.widest(lines, "head") + 1, most) + apart for lines in heads]
    foot = top - apart
    places = spread(middles, widths, -apart / 2, canvas.width + apart / 2)
    for lines, middle, place, width in zip(heads, middles, places, widths, strict=True):
        at = foot - len(lines) * look.leading / 2
        room = width - apart
        canvas.lines(place, at, lines, "head", "center", ink="heading", room=room)
        reach = max(width / 2 - apart, 0.0)
        above = min(max(middle, place - reach), place + reach)
        start = (above, foot + 0.3 * look.size)
        canvas.rule(start, (middle, bar - 1), look.colours.quiet, HAIRLINE)
