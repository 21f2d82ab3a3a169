"""Draw the chart of a figure: marks as SVG, and texts as labels over it.

Each chart type is drawn by the function `draw` of the module with its name. They share the
canvas, the scales, the time axis and the labels of rows and lines. A new type needs no
change in this module.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from markupsafe import Markup

from pipeline.html.charts.canvas import Canvas, Label
from pipeline.html.charts.data_table import ChartData, format_data, read_chart_data
from pipeline.html.charts.theme import ChartTheme
from pipeline.model.chart_types import CHART_TYPES
from pipeline.model.schema import DataRow, Figure

_DRAW_FUNCTIONS: Mapping[str, Callable[[Canvas, ChartData], None]] = {
    name: import_module(f"pipeline.html.charts.{name.replace('-', '_')}").draw
    for name in CHART_TYPES
}


@dataclass(frozen=True)
class Chart:
    """A drawn chart: its height in points, its marks and labels, its data as a table.

    `drawings` has the charts of a web page, one for each width: SVG with texts.
    """

    is_wide: bool
    height: float
    svg: Markup
    labels: tuple[Label, ...]
    data: list[tuple[str, ...]]
    drawings: tuple[Markup, ...] = ()


def draw_chart(
    figure: Figure, rows: Sequence[DataRow], theme: ChartTheme, *, may_be_wide: bool = True
) -> Chart:
    """Draw the chart of a valid figure.

    Only with `may_be_wide` it may use the side column.
    """
    chart_type = figure.chart_type
    is_wide = figure.width == "wide" if figure.width else chart_type.is_wide
    is_wide = is_wide and may_be_wide
    is_mirrored = theme.is_mirrored and chart_type.is_mirrored
    canvas = Canvas(theme, theme.full_width if is_wide else theme.main_width, is_mirrored)
    data = read_chart_data(figure, rows, theme.language)
    _DRAW_FUNCTIONS[figure.chart](canvas, data)
    return Chart(
        is_wide=is_wide,
        height=round(canvas.height, 2),
        svg=Markup(canvas.svg),  # noqa: S704 – numbers and colours; texts are labels
        labels=tuple(canvas.labels),
        data=format_data(figure, data, theme.language),
    )
