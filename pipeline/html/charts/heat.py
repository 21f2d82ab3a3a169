"""Draw a cell with its number for each row and column, darker the higher it is."""

from pipeline.html.charts.canvas import ZERO_LINE, Canvas
from pipeline.html.charts.data_table import ChartData
from pipeline.html.charts.row_labels import label_row, place_rows
from pipeline.html.charts.scale import choose_ticks
from pipeline.html.charts.shades import Shades, shade_box

# Multiples of the label size: the height of a cell, the gap between cells, the minimum
# width of a cell.
_CELL_HEIGHT, _CELL_GAP, _MIN_CELL_WIDTH = 2.35, 0.3, 3.0


def draw(canvas: Canvas, data: ChartData) -> None:
    """Draw the cells of each row, with the names of the columns over the first."""
    theme, size, count = canvas.theme, canvas.theme.size, len(data.names)
    gap = _CELL_GAP * size
    texts = [theme.number(value, data.decimals) for value in data.values]
    min_width = max(_MIN_CELL_WIDTH * size, theme.widest(texts, "value") + size)
    marks_width = count * (min_width + gap)
    start = place_rows(canvas, data.labels, marks_width).start
    width = (canvas.width - start + gap) / count - gap
    heads = [theme.break_lines(name, width, "head") for name in data.names]
    top = max(map(len, heads)) * theme.leading + 0.4 * size
    rows = place_rows(canvas, data.labels, marks_width, top)
    shades = Shades(theme.colours, choose_ticks(data.values))
    for column, lines in enumerate(heads):
        x = rows.start + column * (width + gap) + width / 2
        y = top - 0.4 * size - len(lines) * theme.leading / 2
        canvas.text(x, y, lines, "head", "center", ink="heading", width=width)
    for row, (values, y) in enumerate(zip(data.rows, rows.middles, strict=True)):
        label_row(canvas, rows, row)
        for column, value in enumerate(values):
            left = rows.start + column * (width + gap)
            box = (left, y - _CELL_HEIGHT * size / 2, width, _CELL_HEIGHT * size)
            text, ink, fill = theme.number(value, data.decimals), "quiet", ""
            if value is not None:
                fill, ink = shade_box(canvas, box, shades.colour_of(value))
            x, text_width = left + width / 2, theme.width(text, "value") + 1
            place = (x, y, text, "value", "center")
            canvas.text(*place, ink=ink, mark=fill, width=text_width)
        if row == data.highlight:
            foot = y + _CELL_HEIGHT * size / 2 + ZERO_LINE
            ends = (rows.start, foot), (canvas.width, foot)
            canvas.rule(*ends, theme.colours.strong_rule, 2 * ZERO_LINE)
