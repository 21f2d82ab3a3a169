"""Draw stacked bars, with part names over the first; neighbours differ in grey."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

from pipeline.html.charts.canvas import HAIRLINE, Canvas
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.row_labels import BAR_HEIGHT, label_row, place_rows
from pipeline.html.charts.scale import Scale, linear_scale, spread_positions
from pipeline.html.charts.shades import shade_box
from pipeline.html.charts.theme import ink_on

# Tones by the number of parts, from dark to light with a hatch between: "hatch", or the
# name of a colour of charts.
_TONES: Mapping[int, Sequence[str]] = {
    2: ("strong", "fourth"),
    3: ("strong_rule", "hatch", "third"),
    4: ("strong_rule", "hatch", "third", "fourth"),
}
# The tones of the other parts if one is highlighted.
_TONES_BESIDE_HIGHLIGHT = ("fourth", "third", "hatch")
# The gap between two parts in points.
_GAP_PT = 0.8
# In multiples of the label size: the space at each side of a number in its part, and the
# minimum length of the longest bar.
_SIDE_SPACE, _MIN_BAR_LENGTH = 0.35, 12.0


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw one bar for each row, with its parts in the order of the columns."""
    theme = canvas.theme
    max_width = canvas.width / len(data.names) - theme.size
    heads = [theme.break_lines(name, max_width, "head") for name in data.names]
    top = max(map(len, heads)) * theme.leading + 0.9 * theme.size
    rows = place_rows(canvas, data.labels, _MIN_BAR_LENGTH * theme.size, top)
    whole = max(sum(value or 0 for value in row) for row in data.rows)
    x = linear_scale(Decimal(0), Decimal(whole) or Decimal(1), rows.start, canvas.width)
    tones = _tones(data)
    edges = [_part_edges(row, x) for row in data.rows]
    for number, (y, row) in enumerate(zip(rows.middles, data.rows, strict=True)):
        label_row(canvas, rows, number)
        for tone, value, ends in zip(tones, row, pairwise(edges[number]), strict=True):
            if value:
                _draw_part(canvas, ends, y, theme.number(value, data.decimals), tone)
    middles = [(left + right) / 2 for left, right in pairwise(edges[0])]
    _draw_part_names(
        canvas, heads, middles, top, rows.middles[0] - BAR_HEIGHT * theme.size / 2
    )


def _tones(data: ChartData) -> Sequence[str]:
    columns = range(len(data.names))
    if data.highlight is None:
        return _TONES[len(columns)]
    pale = iter(_TONES_BESIDE_HIGHLIGHT)
    return ["strong" if column == data.highlight else next(pale) for column in columns]


def _part_edges(row: Sequence[Decimal | None], x: Scale) -> list[float]:
    """The start of each part of a bar, and the end of the last one."""
    sums = accumulate((value or Decimal(0) for value in row), initial=Decimal(0))
    return [x(value) for value in sums]


def _draw_part(
    canvas: Canvas, ends: tuple[float, float], y: float, text: str, tone: str
) -> None:
    theme, (left, right) = canvas.theme, ends
    width, height = max(right - left - _GAP_PT, 0.5), BAR_HEIGHT * theme.size
    box = (left, y - height / 2, width, height)
    if tone == "hatch":  # text on it needs a background
        canvas.hatched(box, theme.colours.strong)
        fill = background = theme.colours.paper
        ink = ink_on(fill, theme)
    else:
        fill, ink = shade_box(canvas, box, getattr(theme.colours, tone))
        background = ""
    text_width, side_space = theme.width(text, "value"), _SIDE_SPACE * theme.size
    if width > text_width + 2 * side_space:
        place = (left + width / 2, y, text, "value", "center")
        box_width = text_width + side_space
        canvas.text(*place, ink=ink, background=background, mark=fill, width=box_width)


def _draw_part_names(
    canvas: Canvas,
    heads: Sequence[Sequence[str]],
    middles: Sequence[float],
    top: float,
    bar: float,
) -> None:
    """Set the name of each part over the first bar, with a line to its middle."""
    theme = canvas.theme
    gap = 0.9 * theme.size
    max_width = canvas.width / len(heads) - gap
    widths = [min(theme.widest(lines, "head") + 1, max_width) + gap for lines in heads]
    foot = top - gap
    places = spread_positions(middles, widths, -gap / 2, canvas.width + gap / 2)
    for lines, middle, place, width in zip(heads, middles, places, widths, strict=True):
        y, box_width = foot - len(lines) * theme.leading / 2, width - gap
        canvas.text(place, y, lines, "head", "center", ink="heading", width=box_width)
        # The line starts below the name, at the point nearest to the middle of the part.
        max_shift = max(width / 2 - gap, 0.0)
        above = min(max(middle, place - max_shift), place + max_shift)
        start = (above, foot + 0.3 * theme.size)
        canvas.rule(start, (middle, bar - 1), theme.colours.muted, HAIRLINE)
