"""Measure how long a chart of each type takes to draw: the first time, and later.

`python -m tools.benchmarks.charts` prints a table of Markdown.
"""

import sys
import time
from datetime import date
from pathlib import Path
from statistics import median

from pipeline.commands.check import read_content
from pipeline.design.font_metrics import read_font_faces
from pipeline.design.stylesheets import stylesheets_for
from pipeline.design.tokens import read_tokens
from pipeline.html.charts.draw import draw_chart
from pipeline.html.charts.theme import ChartTheme, read_chart_theme
from pipeline.html.page_view import read_stylesheet
from pipeline.model.chart_types import CHART_TYPES
from pipeline.model.schema import DataRow, Figure
from pipeline.project import open_project
from pipeline.targets import BuildOptions

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 51
COLUMNS = list("abcdefgh")


def chart_theme() -> ChartTheme:
    """Read the theme of the bundled style sheets in profile screen."""
    project = open_project(ROOT)
    content = read_content(project, BuildOptions(("wpsdg",), ("en",)), date(2026, 1, 1))
    assert content.brand
    brand, stylesheets = content.brand, stylesheets_for(project, "en", "screen")
    tokens = read_tokens(
        stylesheets, lambda name: read_stylesheet(project, brand, name), "en", ("screen",)
    )
    return read_chart_theme(tokens, read_font_faces(project.font_folders), "en")


def rows(kind: str) -> list[DataRow]:
    """Return as many rows as the chart type allows; of a type over time, 40 years."""
    chart_type = CHART_TYPES[kind]
    is_time = chart_type.is_over_time
    labels = range(1980, 2020) if is_time else range(chart_type.rows[1])
    words = (str(n) if is_time else f"Latin America and the Caribbean {n}" for n in labels)
    return [
        {"row": word, **{c: str(n * 7 % 12 + ord(c) % 5) for c in COLUMNS}}
        for n, word in enumerate(words)
    ]


def main() -> None:
    """Draw a chart of each type with as many rows as it allows."""
    theme = chart_theme()
    lines = ["", f"| type, {ROUNDS} rounds | first | warm |", "|---|---|---|"]
    for kind, chart_type in CHART_TYPES.items():
        data = rows(kind)
        figure = Figure.model_validate(
            {
                "title": "T",
                "subtitle": "Number",
                "chart": kind,
                "data": data,
                "label": "row",
                "value": COLUMNS[: chart_type.columns[1]],
                "alt": "A.",
                "source": "S.",
            }
        )
        milliseconds = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            draw_chart(figure, data, theme)
            milliseconds.append((time.perf_counter() - started) * 1000)
        lines.append(
            f"| {kind} | {milliseconds[0]:.1f} ms | {median(milliseconds):.1f} ms |"
        )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
