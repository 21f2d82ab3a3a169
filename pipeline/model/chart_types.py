"""Chart types: what each can show, and how it is placed. The one table that knows them.

Another type is an entry here, a module in `html/charts/` with its name and a function
`draw`, a sample in `tests/html/test_charts_printed.py`, and a row in docs/authors.md.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ChartType:
    """How many rows and columns of values, least and most, a chart can show readably.

    Over time, labels are points on a time axis. The columns of a whole are its parts: not
    negative, and as shares at most 100 together. A mirrored chart is turned round in a
    right-to-left language; time is not. A wide one extends into the side column by default.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]
    highlights: Literal["row", "column"] | None = "row"
    is_over_time: bool = False
    is_whole: bool = False
    is_mirrored: bool = False
    is_wide: bool = False


CHART_TYPES = {
    "bar": ChartType((1, 12), (1, 1), is_mirrored=True),
    "dot": ChartType((1, 12), (2, 2), is_mirrored=True),
    "slope": ChartType((1, 10), (2, 2)),
    "line": ChartType((2, 200), (1, 5), "column", is_over_time=True),
    "stacked": ChartType((1, 12), (2, 4), "column", is_whole=True, is_mirrored=True),
    "small-multiples": ChartType((2, 200), (2, 8), None, is_over_time=True, is_wide=True),
}
