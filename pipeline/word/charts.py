"""Read the data of a chart in a Word file, and choose the chart of a brief for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from pipeline.model.fields import parse_time

_KINDS = ("barChart", "lineChart", "pieChart", "doughnutChart", "areaChart", "bar3DChart")
MAX_ROWS = 200


@dataclass(frozen=True)
class WordChart:
    """The title, labels and series of a chart in a Word file.

    `kind` is a chart type of a brief, or "table" if no type fits.
    """

    kind: str
    title: str
    alt: str
    labels: Sequence[str]
    series: Mapping[str, Sequence[str]]


def read_chart(chart: Element, alt: str) -> WordChart | None:
    """Read the values that a chart has stored beside its workbook; None without them."""
    plots = [e for kind in _KINDS for e in chart.findall(f".//{{*}}{kind}")]
    series = [e for plot in plots for e in plot.findall("{*}ser")]
    if not series or len(series) > 20:
        return None
    title = "".join(t.text or "" for t in chart.findall("./{*}chart/{*}title//{*}t"))
    labels = _read_points(series[0].find("{*}cat"))
    columns: dict[str, dict[int, str]] = {}
    for number, element in enumerate(series, 1):
        name = " ".join(_read_points(element.find("{*}tx")).values()) or f"series {number}"
        name = name if name not in columns else f"{name} {number}"
        values = _read_points(element.find("{*}val"))
        if not values or max(values) >= MAX_ROWS:
            return None
        columns[name] = values
    rows = range(max(max(values) for values in columns.values()) + 1)
    names = [labels.get(row, str(row + 1)) for row in rows]
    data = {n: [v.get(row, "") for row in rows] for n, v in columns.items()}
    kind = _kind_of(plots[0], names, data)
    return WordChart(kind, " ".join(title.split()), alt, names, data)


def _read_points(element: Element | None) -> dict[int, str]:
    """Return the stored points of a reference to a workbook; shares become per cent."""
    if element is None:
        return {}
    is_percent = "%" in (element.findtext(".//{*}formatCode") or "")
    points = {}
    for point in element.findall(".//{*}pt"):
        text = " ".join((point.findtext("{*}v") or "").split())
        points[int(point.get("idx", 0))] = _format_number(text, is_percent)
    direct = element.findtext("{*}v")
    return points or ({0: " ".join(direct.split())} if direct else {})


def _format_number(text: str, is_percent: bool) -> str:
    """Write a number without the errors of binary fractions, with at most 12 digits."""
    if not re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", text):
        return text
    value = float(f"{float(text) * (100 if is_percent else 1):.12g}")
    return f"{value:.10f}".rstrip("0").rstrip(".")


def _kind_of(
    plot: Element, labels: Sequence[str], data: Mapping[str, Sequence[str]]
) -> str:
    kind = plot.tag.rpartition("}")[2]
    grouping = plot.find("{*}grouping")
    # "stacked", or "percentStacked".
    stacked = "stacked" in (grouping.get("val", "") if grouping is not None else "").lower()
    times = [parse_time(label) for label in labels]
    ascending = all(a is not None and b is not None and a < b for a, b in pairwise(times))
    is_few, count = len(labels) <= 12 and len(set(labels)) == len(labels), len(data)
    if kind in ("lineChart", "areaChart") and ascending and len(labels) > 1 and count <= 5:
        return "line"
    if is_few and stacked and 2 <= count <= 4:
        return "stacked"
    if is_few and count <= 2 and not stacked:
        return "bar" if count == 1 else "dot"
    return "table"
