"""Draw a tile for each region or country, darker the higher its number."""

from collections.abc import Sequence
from math import ceil

from pipeline.html.charts.canvas import ZERO, Canvas
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.scale import choose_ticks
from pipeline.html.charts.shades import Shades, shade_box

# Multiples of the label size: between tiles, and from the edge of a tile to its texts; the
# height of the number.
_GAP, _INSET, _NUMBER = 0.4, 0.7, 2.1
_MOST_ACROSS, _MOST_LINES = 6, 3


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw the tiles in the direction of reading, in rows of similar length."""
    theme, size, (values,) = canvas.theme, canvas.theme.size, data.columns
    printed = [theme.number(value, data.decimals) for value in values]
    across, width, names = _lay_tiles(canvas, data.labels, theme.widest(printed, "tile"))
    lines = max(map(len, names))
    height = (2 * _INSET + _NUMBER) * size + lines * theme.leading
    shades = Shades(theme.colours, choose_ticks(data.known))
    step = _GAP * size
    for number, (value, text, name) in enumerate(zip(values, printed, names, strict=True)):
        row, column = divmod(number, across)
        left, top = column * (width + step), row * (height + step)
        fill, ink = shade_box(canvas, (left, top, width, height), shades.of(value))
        x, y = left + _INSET * size, top + _INSET * size
        ground = fill if ink == "inverse" else ""
        middle = y + len(name) * theme.leading / 2
        room = width - 2 * _INSET * size
        canvas.text(x, middle, name, ink=ink, background=ground, mark=fill, width=room)
        foot = top + height - (_INSET + _NUMBER / 2 - 0.25) * size
        canvas.text(x, foot, text, "tile", ink=ink, background=ground, mark=fill)
        if number == data.highlight:
            edges = (left, top, left + width, top + height)
            corners = [(edges[a], edges[b]) for a, b in ((0, 1), (2, 1), (2, 3), (0, 3))]
            canvas.line([*corners, corners[0]], theme.colours.strong_rule, 2 * ZERO)
    canvas.height = ceil(len(names) / across) * (height + step) - step + 1


def _lay_tiles(
    canvas: Canvas, labels: Sequence[str], number: float
) -> tuple[int, float, list[list[str]]]:
    """Choose the number of tiles in a row: as many as have space for their names."""
    theme, size = canvas.theme, canvas.theme.size
    for most in range(min(_MOST_ACROSS, len(labels)), 0, -1):
        across = ceil(len(labels) / ceil(len(labels) / most))
        width = (canvas.width - (across - 1) * _GAP * size) / across
        room = width - 2 * _INSET * size
        names = [theme.break_lines(label, room, "name") for label in labels]
        lines = [line for name in names for line in name]
        fits = max(theme.widest(lines, "name"), number) < room
        if (fits and max(map(len, names)) <= _MOST_LINES) or across == 1:
            break
    return across, width, names
