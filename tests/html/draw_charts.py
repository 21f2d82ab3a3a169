"""Draw charts for tests, and measure their marks."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.content.loader import load_brand
from pipeline.design.font_metrics import read_font_faces
from pipeline.design.stylesheets import stylesheets_for
from pipeline.design.tokens import read_tokens
from pipeline.html.charts.draw import Chart, draw_chart
from pipeline.html.charts.theme import ChartTheme, read_chart_theme
from pipeline.html.page_view import read_stylesheet
from pipeline.model.brand import Brand
from pipeline.model.schema import DataRow, Figure
from pipeline.project import Project, open_project

ROOT = Path(__file__).resolve().parents[2]
PROFILES = ("screen", "office", "a5", "large")


@cache
def project() -> Project:
    return open_project(ROOT)


@cache
def brand() -> Brand:
    loaded, _ = load_brand(project())
    assert loaded
    return loaded


@cache
def theme(language: str = "en", profile: str = "screen") -> ChartTheme:
    stylesheets = stylesheets_for(project(), language, profile)
    tokens = read_tokens(
        stylesheets,
        lambda name: read_stylesheet(project(), brand(), name),
        language,
        (profile,),
    )
    return read_chart_theme(tokens, read_font_faces(project().font_folders), language)


def figure(chart: str, rows: Sequence[DataRow], value: Any, **more: Any) -> Figure:
    label = next(iter(rows[0]))
    words = {"title": "T", "subtitle": "Number", "alt": "A.", "source": "S."}
    words |= {"chart": chart, "data": list(rows), "label": label, "value": value}  # type: ignore[dict-item]
    return Figure.model_validate(words | more)


def draw(
    chart: str,
    rows: Sequence[DataRow],
    value: Any = "n",
    language: str = "en",
    profile: str = "screen",
    **more: Any,
) -> Chart:
    return draw_chart(figure(chart, rows, value, **more), rows, theme(language, profile))


def rows_of(*values: object, name: str = "n") -> list[DataRow]:
    letters = "ABCDEFGHIJKLMNOP"
    return [
        {"row": letters[n], name: None if value is None else str(value)}
        for n, value in enumerate(values)
    ]


Box = tuple[float, float, float, float]


def boxes(chart: Chart, tag: str = "path", **wanted: str) -> list[Box]:
    """The extent of each mark: left, top, right, bottom."""
    extents = []
    for attributes in re.findall(rf"<{tag} ([^>]*)/>", chart.svg):
        values = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        if values.get("class") != "mark" or not wanted.items() <= values.items():
            continue
        if tag == "circle":
            x, y, r = (float(values[key]) for key in ("cx", "cy", "r"))
            extents.append((x - r, y - r, x + r, y + r))
        else:
            numbers = [float(n) for n in re.findall(r"-?[\d.]+", values["d"])]
            xs, ys = numbers[::2], numbers[1::2]
            extents.append((min(xs), min(ys), max(xs), max(ys)))
    return extents


def printed(chart: Chart, kind: str) -> list[str]:
    return [label.text for label in chart.labels if label.kind == kind]
