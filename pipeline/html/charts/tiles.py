"""Draw a tile for each region or country, darker the higher its number."""

from collections.abc import Sequence
from math import ceil

from pipeline.html.charts.canvas import ZERO_LINE, Canvas
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.scale import choose_ticks
from pipeline.html.charts.shades import Shades, shade_box

# Multiples of the label size: the gap between tiles, the padding of a tile, the height of
# its number.
_TILE_GAP, _TILE_PADDING, _NUMBER_HEIGHT = 0.4, 0.7, 2.1
_MAX_ACROSS, _MAX_LINES = 6, 3


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw the tiles in the direction of reading, in rows of similar length."""
    theme, size, (values,) = canvas.theme, canvas.theme.size, data.columns
    printed = [theme.number(value, data.decimals) for value in values]
    across, width, names = _place_tiles(canvas, data.labels, theme.widest(printed, "tile"))
    lines = max(map(len, names))
    height = (2 * _TILE_PADDING + _NUMBER_HEIGHT) * size + lines * theme.leading
    shades = Shades(theme.colours, choose_ticks(data.values))
    gap = _TILE_GAP * size
    for number, (value, text, name) in enumerate(zip(values, printed, names, strict=True)):
        row, column = divmod(number, across)
        left, top = column * (width + gap), row * (height + gap)
        fill, ink = shade_box(canvas, (left, top, width, height), shades.colour_of(value))
        x, y = left + _TILE_PADDING * size, top + _TILE_PADDING * size
        middle = y + len(name) * theme.leading / 2
        text_width = width - 2 * _TILE_PADDING * size
        canvas.text(x, middle, name, ink=ink, mark=fill, width=text_width)
        foot = top + height - (_TILE_PADDING + _NUMBER_HEIGHT / 2 - 0.25) * size
        canvas.text(x, foot, text, "tile", ink=ink, mark=fill)
        if number == data.highlight:
            edges = (left, top, left + width, top + height)
            corners = [(edges[a], edges[b]) for a, b in ((0, 1), (2, 1), (2, 3), (0, 3))]
            canvas.line([*corners, corners[0]], theme.colours.strong_rule, 2 * ZERO_LINE)
    canvas.height = ceil(len(names) / across) * (height + gap) - gap + 1


def _place_tiles(
    canvas: Canvas, labels: Sequence[str], number_width: float
) -> tuple[int, float, list[list[str]]]:
    """Choose the number of tiles in a row: as many as have space for name and number."""
    theme, size = canvas.theme, canvas.theme.size
    for max_across in range(min(_MAX_ACROSS, len(labels)), 0, -1):
        across = ceil(len(labels) / ceil(len(labels) / max_across))
        width = (canvas.width - (across - 1) * _TILE_GAP * size) / across
        text_width = width - 2 * _TILE_PADDING * size
        names = [theme.break_lines(label, text_width, "name") for label in labels]
        lines = [line for name in names for line in name]
        fits = max(theme.widest(lines, "name"), number_width) < text_width
        if (fits and max(map(len, names)) <= _MAX_LINES) or across == 1:
            break
    return across, width, names
