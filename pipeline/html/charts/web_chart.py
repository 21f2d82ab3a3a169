"""Draw a chart for a web page: SVG with its texts, in two widths, in colours of the page.

The page shows the one that fits (styles/web.css). Colours become custom properties, so a
dark page needs no other chart.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from pipeline.html.charts.canvas import Label
from pipeline.html.charts.diagrams import Diagram, draw_diagram
from pipeline.html.charts.draw import Chart, draw_chart
from pipeline.html.charts.theme import CHART_TOKENS, ChartColours, ChartTheme
from pipeline.model.diagrams import Timeline
from pipeline.model.schema import DataRow, Figure

# CSS pixels: the widths of the two drawings, and the sizes of their labels and lines.
_CHART_WIDTHS = (600, 320)
_LABEL_SIZE, _AXIS_LABEL_SIZE, _LINE_HEIGHT = 14.5, 13.0, 18.0
_SIZE_BY_KIND = {"axis": _AXIS_LABEL_SIZE, "tile": 23.2}
_SVG_TAGS = re.compile(r"^<svg[^>]*>|</svg>$")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def draw_web_chart(
    figure: Figure, rows: Sequence[DataRow], theme: ChartTheme, *, may_be_wide: bool = True
) -> Chart:
    """Draw a chart in each width."""
    themes = [_screen_theme(theme, width) for width in _CHART_WIDTHS]
    charts = [draw_chart(figure, rows, theme, may_be_wide=may_be_wide) for theme in themes]
    drawings = tuple(map(_chart_svg, charts, themes))
    return replace(charts[0], drawings=drawings)


def draw_web_diagram(
    content: object, theme: ChartTheme, *, may_be_wide: bool = True
) -> Diagram | None:
    """Draw a diagram whose texts flow beside it; a timeline in each width."""
    widths = _CHART_WIDTHS if isinstance(content, Timeline) else _CHART_WIDTHS[:1]
    themes = [_screen_theme(theme, width) for width in widths]
    diagrams = [
        draw_diagram(content, screen_theme, may_be_wide=may_be_wide, on_screen=True)
        for screen_theme in themes
    ]
    if (diagram := diagrams[0]) is None or not diagram.height:
        return diagram
    drawings = (_chart_svg(d, t) for d, t in zip(diagrams, themes, strict=True) if d)
    return replace(diagram, svg=Markup("").join(drawings))


def _screen_theme(theme: ChartTheme, width: float) -> ChartTheme:
    styles = {
        kind: replace(style, size=_SIZE_BY_KIND.get(kind, _LABEL_SIZE))
        for kind, style in theme.styles.items()
    }
    return replace(
        theme,
        size=_LABEL_SIZE,
        leading=_LINE_HEIGHT,
        main_width=width,
        full_width=width,
        side_width=width,
        styles=styles,
    )


def _chart_svg(chart: Chart | Diagram, theme: ChartTheme) -> Markup:
    tokens = _tokens_by_value(theme.colours)
    marks = _COLOUR.sub(
        lambda match: tokens.get(match[0], match[0]), _SVG_TAGS.sub("", chart.svg)
    )
    svg = Markup('<svg viewBox="0 0 {} {}" class="drawing">').format(
        theme.full_width, chart.height
    )
    labels = (_label_svg(label, theme, tokens) for label in chart.labels)
    drawn = Markup(marks)  # noqa: S704 – numbers and colours
    return svg + drawn + Markup("").join(labels) + Markup("</svg>")


def _tokens_by_value(colours: ChartColours) -> dict[str, str]:
    names = CHART_TOKENS.items()
    return {getattr(colours, name): f"var(--{token})" for name, token in names}


def _label_svg(label: Label, theme: ChartTheme, tokens: dict[str, str]) -> Markup:
    """The SVG of one line of text, with its background on a mark."""
    size = theme.styles[label.kind].size
    left, top, width = float(label.left), float(label.top), float(label.width)
    x = {"left": left, "center": left + width / 2, "right": left + width}[label.align]
    anchor = _ANCHORS[label.align]
    if label.direction == "rtl":  # right-to-left text starts at the right
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
    background = Markup()
    if label.background:
        background = Markup(
            '<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" fill="{}"/>'
        ).format(left, top, width, size * 1.2, tokens[label.background])
    text = Markup(
        '<text class="chart-{}" x="{:.2f}" y="{:.2f}" text-anchor="{}"{}>{}</text>'
    )
    kind = f"{label.kind} {label.ink}".strip()
    directed = Markup(' direction="rtl"') if label.direction == "rtl" else ""
    return background + text.format(kind, x, top + size, anchor, directed, label.text)
