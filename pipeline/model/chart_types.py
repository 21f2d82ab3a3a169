"""Chart types: what each can show, and how it is placed. The one table that knows them.

Another type is an entry here, a module in `html/charts/` that draws it, with the name of
the type and a function `draw`, a sample in `tests/html/test_charts_printed.py`, and a row
in docs/authors.md. Tests compare the four.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class ChartType:
    """How many rows and columns of values, least and most, a chart can show readably.

    `highlights` is what it can highlight, if anything. The labels of a chart over time are
    points on a time axis. The columns of a whole are its parts: not negative, and as shares
    at most 100 together. A mirrored chart is turned round in a right-to-left language; time
    runs from left to right in every language.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]
    highlights: Literal["row", "column"] | None = "row"
    is_over_time: bool = False
    is_whole: bool = False
    is_mirrored: bool = False
    default_width: Literal["main", "wide"] = "main"


CHART_TYPES = {
    "bar": ChartType(rows=(1, 12), columns=(1, 1), is_mirrored=True),
    "dot": ChartType(rows=(1, 12), columns=(2, 2), is_mirrored=True),
    "slope": ChartType(rows=(1, 10), columns=(2, 2)),
    "line": ChartType(
        rows=(2, 200), columns=(1, 5), highlights="column", is_over_time=True
    ),
    "stacked": ChartType(
        rows=(1, 12), columns=(2, 4), highlights="column", is_whole=True, is_mirrored=True
    ),
    "small-multiples": ChartType(
        rows=(2, 200),
        columns=(2, 8),
        highlights=None,
        is_over_time=True,
        default_width="wide",
    ),
}
