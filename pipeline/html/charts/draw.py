"""Turn the rows of a figure into a chart: marks as SVG, words as labels over it.

Shape in: a Figure and its rows, which have no problem, and how charts look. Shape out: a
`Chart`, all that a template needs. One file for each type; they share a canvas, scales and
rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.html.charts.bar import draw_bars
from pipeline.html.charts.canvas import Canvas, Label
from pipeline.html.charts.data_table import Numbers, PrintedData, print_data, read_numbers
from pipeline.html.charts.dot import draw_dots
from pipeline.html.charts.line import draw_lines
from pipeline.html.charts.slope import draw_slope
from pipeline.html.charts.small_multiples import draw_multiples
from pipeline.html.charts.stacked import draw_stacks
from pipeline.html.charts.theme import ChartTheme
from pipeline.model.schema import DataRow, Figure

Draw = Callable[[Canvas, Numbers], None]

_DRAW: Mapping[str, Draw] = {
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
    data: PrintedData


def draw_chart(
    figure: Figure, rows: Sequence[DataRow], look: ChartTheme, *, alone: bool = True
) -> Chart:
    """Draw a figure's chart. A chart that is not `alone` leaves the side column free."""
    is_wide = alone and _is_wide(figure)
    width = look.wide if is_wide else look.main
    # Time runs from left to right in every language.
    is_mirrored = look.is_mirrored and figure.chart in ("bar", "dot", "stacked")
    canvas = Canvas(look, width, is_mirrored)
    _DRAW[figure.chart](canvas, read_numbers(figure, rows, look.language))
    return Chart(
        is_wide=is_wide,
        height=round(canvas.height, 2),
        svg=Markup(canvas.svg),  # noqa: S704 – numbers and colours; words are labels
        labels=tuple(canvas.labels),
        data=print_data(figure, rows, look.language),
    )


def _is_wide(figure: Figure) -> bool:
    """Small multiples take the side column too, unless they are told not to."""
    return (
        figure.width or ("wide" if figure.chart == "small-multiples" else "main")
    ) == "wide"
