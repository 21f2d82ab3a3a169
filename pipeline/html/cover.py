"""Prepare the cover of a brief: title alone, large number, chart line, or photograph."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from markupsafe import Markup

from pipeline.design.font_metrics import BOLD
from pipeline.html.page_view import PageView
from pipeline.model.fields import Localized
from pipeline.model.markdown import plain_text
from pipeline.model.schema import (
    DataRow,
    Edition,
    Figure,
    Focus,
    LanguageVersion,
    PullFigure,
)
from pipeline.project import BASE_URL

# The margin above and below the line, as a share of the height; the width of the line in
# points.
_MARGIN, _LINE_WIDTH = 0.12, 2.5


@dataclass(frozen=True)
class CoverView:
    """A cover: its kind and its content.

    `figure` is the first pull figure, which is then not in the side column; `size` is the
    size of its number in points. `line` is the line of the first line chart, as SVG.
    """

    kind: str = "type"
    accent: str = "primary"
    figure: PullFigure | None = None
    size: float = 0.0
    line: Markup | None = None
    photo: str = ""
    alt: str = ""
    credit: Localized | None = None
    focus: Focus | None = None


def view_cover(edition: Edition, version: LanguageVersion, page: PageView) -> CoverView:
    """Prepare the cover of an edition in one language."""
    cover = edition.facts.cover
    kind, accent = cover.kind, cover.accent
    if kind == "figure" and version.pull_figures:
        figure = version.pull_figures[0]
        return CoverView(kind, accent, figure, _numeral_size(figure, page))
    if kind == "chart" and (chart := version.line_chart):
        file = chart.data.file
        rows = edition.data[file] if file else chart.data.rows
        return CoverView(kind, accent, line=_draw_line(chart, rows, page))
    if kind == "photo" and cover.file and cover.alt:
        address = f"{BASE_URL}content/{quote(edition.folder)}/{quote(cover.file)}"
        alt = page.plain_text(cover.alt)
        return CoverView(
            kind, accent, photo=address, alt=alt, credit=cover.credit, focus=cover.focus
        )
    return CoverView(accent=accent)


def _numeral_size(figure: PullFigure, page: PageView) -> float:
    """The largest size at which the number of a cover fits into its measure."""
    tokens, faces = page._measurer.tokens, page._measurer.faces
    text = plain_text(figure.figure)
    width = faces.width(text, tokens.families("display"), BOLD)
    largest = tokens.points("cover-numeral") or 0.0
    measure = tokens.points("cover-numeral-measure") or 0.0
    return round(min(largest, measure / width if width else largest), 1)


def _draw_line(chart: Figure, rows: Sequence[DataRow], page: PageView) -> Markup:
    """Draw the highlighted line, or the first one, over the width of the page."""
    tokens = page._measurer.tokens
    names = ("full", "page-inner", "page-outer")
    width = sum(tokens.points(name) or 0.0 for name in names)
    height = tokens.points("cover-line-height") or 0.0
    column = chart.highlight if chart.highlight in chart.value else chart.value[0]
    points = " ".join(_points([row.get(column) for row in rows], width, height))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" '
        'width="{width:.2f}pt" height="{height:.2f}pt" '
        'viewBox="0 0 {width:.2f} {height:.2f}">'
        '<polyline class="mark" points="{points}" fill="none" stroke="{ink}" '
        'stroke-width="{pen}" stroke-linejoin="round"/></svg>'
    ).format(
        width=width,
        height=height,
        points=points,
        ink=tokens.resolved("cover-mark"),
        pen=_LINE_WIDTH,
    )


def _points(values: Sequence[str | None], width: float, height: float) -> Iterator[str]:
    filled = [(n, Decimal(value)) for n, value in enumerate(values) if value]
    lowest, highest = (choose(value for _, value in filled) for choose in (min, max))
    inner_height, span = (height * (1 - 2 * _MARGIN), highest - lowest or Decimal(1))
    for number, value in filled:
        x = width * number / max(1, len(values) - 1)
        y = height * _MARGIN + inner_height * float((highest - value) / span)
        yield f"{x:.2f},{y:.2f}"
