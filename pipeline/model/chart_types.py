"""Chart types: what data each can show, and how it is placed on the page.

To add a type, add an entry here and a module of the same name, with underscores, in
`html/charts/` with a function `draw`; ARCHITECTURE.md, "Where the next things go", lists
its samples and tests.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ChartType:
    """The data that a type of chart can show, and its position on the page.

    `rows` and `columns` are the minimum and maximum number of rows, and of columns of
    values. `highlights` is what the key `highlight` names. If it `is_over_time`, labels are
    points on a time axis. If it `is_whole`, the columns are parts of a whole: none is
    negative, and shares add up to at most 100. If it `is_mirrored`, it is mirrored in
    right-to-left languages. If it `is_wide`, it extends into the side column by default. If
    it `is_annotated`, points in time may have annotations. If it `is_approximate`, words
    may replace numbers. If it `shows_territories`, the words on boundaries are printed
    below it.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]
    highlights: Literal["row", "column"] | None = "row"
    is_over_time: bool = False
    is_whole: bool = False
    is_mirrored: bool = False
    is_wide: bool = False
    is_annotated: bool = False
    is_approximate: bool = False
    shows_territories: bool = False


CHART_TYPES = {
    "bar": ChartType((1, 12), (1, 1), is_mirrored=True, is_approximate=True),
    "dot": ChartType((1, 12), (2, 2), is_mirrored=True),
    "slope": ChartType((1, 10), (2, 2)),
    "line": ChartType((2, 200), (1, 5), "column", is_over_time=True, is_annotated=True),
    "stacked": ChartType((1, 12), (2, 4), "column", is_whole=True, is_mirrored=True),
    "small-multiples": ChartType((2, 200), (2, 8), None, is_over_time=True, is_wide=True),
    "tiles": ChartType((2, 24), (1, 1), is_mirrored=True, shows_territories=True),
    "heat": ChartType((2, 12), (2, 8), is_mirrored=True),
    "range": ChartType((1, 12), (2, 3), is_mirrored=True),
}
