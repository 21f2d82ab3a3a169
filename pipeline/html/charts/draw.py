"""Draw the chart of a figure: marks as SVG, and texts as labels over it.

Each chart type is one file with one function, listed in `_DRAW`. They share the canvas, the
scales, the time axis and the labels of rows and lines.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.html.charts.bar import draw_bars
from pipeline.html.charts.canvas import Canvas, Label
from pipeline.html.charts.data_table import ChartData, print_data, read_chart_data
from pipeline.html.charts.dot import draw_dots
from pipeline.html.charts.line import draw_lines
from pipeline.html.charts.slope import draw_slope
from pipeline.html.charts.small_multiples import draw_multiples
from pipeline.html.charts.stacked import draw_stacks
from pipeline.html.charts.theme import ChartTheme
from pipeline.model.schema import DataRow, Figure

_DRAW: Mapping[str, Callable[[Canvas, ChartData], None]] = {
    "bar": draw_bars,
    "dot": draw_dots,
    "slope": draw_slope,
    "line": draw_lines,
    "stacked": draw_stacks,
    "small-multiples": draw_multiples,
}


@dataclass(frozen=True)
class Chart:
    """A drawn chart: its height in points, its marks and labels, its data as a table."""

    is_wide: bool
    height: float
    svg: Markup
    labels: tuple[Label, ...]
    data: list[tuple[str, ...]]


def draw_chart(
    figure: Figure, rows: Sequence[DataRow], theme: ChartTheme, *, alone: bool = True
) -> Chart:
    """Draw the chart of a valid figure.

    Only a chart that is `alone` may use the side column; small multiples do by default.
    """
    width = figure.width or ("wide" if figure.chart == "small-multiples" else "main")
    is_wide = alone and width == "wide"
    # Time runs from left to right in every language.
    is_mirrored = theme.is_mirrored and figure.chart in ("bar", "dot", "stacked")
    canvas = Canvas(theme, theme.full_width if is_wide else theme.main_width, is_mirrored)
    data = read_chart_data(figure, rows, theme.language)
    _DRAW[figure.chart](canvas, data)
    return Chart(
        is_wide=is_wide,
        height=round(canvas.height, 2),
        svg=Markup(canvas.svg),  # noqa: S704 – numbers and colours; texts are labels
        labels=tuple(canvas.labels),
        data=print_data(figure, data, theme.language),
    )
