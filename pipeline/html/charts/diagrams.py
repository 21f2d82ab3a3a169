"""Draw what a diagram adds to its words: a proportion, a scale of time, ribbons.

The words are HTML, in reading order; a drawing has no information that is not in the words.
Lengths are points, as in charts.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import NamedTuple

from markupsafe import Markup

from pipeline.design.font_metrics import BOLD
from pipeline.html.charts.canvas import HAIRLINE, ZERO, Canvas, Label, Point
from pipeline.html.charts.draw import Chart, draw_chart
from pipeline.html.charts.row_labels import BAR
from pipeline.html.charts.scale import linear_scale, spread
from pipeline.html.charts.theme import ChartTheme
from pipeline.model.colour import BLACK, format_colour, mix, parse_colour
from pipeline.model.dates import InformationDate
from pipeline.model.diagrams import BigFigure, Flow, Proportion, Timeline, TimelinePoint
from pipeline.model.markdown import CITATION, plain_text
from pipeline.redline.redlined import Redlined, texts_of

# The largest share of the width for a big figure with its sentence beside it; some space,
# in em; its least size there, and above its sentence, as shares of the largest.
_BESIDE, _ROOM_EM, _LEAST, _LEAST_ABOVE = 0.46, 0.04, 0.82, 0.36
# Multiples of the label size. Dots: the distance of two, and their radius.
_PITCH, _DOT = 1.75, 0.62
# A timeline: its dots, the middle of its axis, its height, the labels of its years, the
# start of the texts below each other, the space between two, the least width of a text
# beside others.
_POINT, _AXIS, _ACROSS, _YEARS, _TEXT, _GAP, _COLUMN = 0.38, 1.9, 4.3, 2.9, 5.6, 0.75, 8.8
# On a screen the texts stand side by side if there are not more, and the drawing is not
# narrower, in em; the same numbers are in styles/web.css.
_ABREAST, _WIDE = 4, 40
# Between the end of a line and the date below it: 1 mm.
_CLEAR = 72 / 25.4
# A flow: the height of a node besides its lines, where its text starts, the width of a
# ribbon; between a text and its ribbon 2 mm, as in flow.css.
_NODE, _INDENT, _RIBBON, _APART = 1.25, 1.6, 0.62, 2 * 72 / 25.4
# Shares of the width of a flow: nodes, ribbons; the rest is the result.
_NODES, _RIBBONS = 0.44, 0.24
# Kept free in a line that WeasyPrint breaks by itself.
_TOLERANCE = 0.97
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_MOST_YEARS = 6


@dataclass(frozen=True)
class Diagram:
    """A drawing in SVG, as markup, with its height and its labels.

    A timeline has `places`, where its texts begin: from the top, or from the start of the
    line if it `is_across`. A flow has the height of a node as its only place. The texts of
    both begin at `indent`. A big figure has the `size` of its number, which begins at
    `indent`, too, and `is_across` if its sentence stands beside.
    """

    svg: str = ""
    height: float = 0.0
    labels: tuple[Label, ...] = ()
    is_wide: bool = False
    is_across: bool = False
    size: float = 0.0
    indent: float = 0.0
    places: tuple[float, ...] = ()


def draw_diagram(
    content: object, theme: ChartTheme, *, alone: bool = True, on_screen: bool = False
) -> Diagram | None:
    """Draw the diagram of a block; None for a block without one.

    Only one that is `alone` may use the side column. `on_screen` texts flow by themselves.
    """
    if any(isinstance(text, Redlined) for text in texts_of(content)):
        return Diagram()  # old and new together are longer
    if isinstance(content, BigFigure):
        return _draw_big_figure(content, theme)
    if isinstance(content, Timeline):
        return _draw_timeline(content, theme, alone=alone, on_screen=on_screen)
    return _draw_flow(content, theme) if isinstance(content, Flow) else None


class Draw(NamedTuple):
    """The functions that draw charts and diagrams, for pages or for screens."""

    chart: Callable[..., Chart]
    diagram: Callable[..., Diagram | None]


PRINTED = Draw(draw_chart, draw_diagram)


def _diagram(canvas: Canvas, **more: object) -> Diagram:
    svg = Markup(canvas.svg)  # noqa: S704 – numbers and colours; texts are labels
    height = round(canvas.height, 2)
    return Diagram(svg, height, tuple(canvas.labels), **more)  # type: ignore[arg-type]


# --- A big figure ---


def _draw_big_figure(figure: BigFigure, theme: ChartTheme) -> Diagram:
    """Choose the largest size at which the number fits, beside its sentence or above it."""
    is_side = figure.zone == "side"
    width = theme.side_width if is_side else theme.main_width
    number = theme.text(plain_text(figure.figure))
    families = theme.styles["value"].families
    ems = theme.faces.width(number, families, BOLD) + _ROOM_EM
    largest = theme.big_figure
    is_across = not is_side and ems * largest * _LEAST <= width * _BESIDE
    fitting = width * (_BESIDE if is_across else 1) / ems
    size = min(largest, max(largest * _LEAST_ABOVE, fitting))
    canvas = Canvas(theme, width, theme.is_mirrored)
    if figure.proportion:
        draw = _draw_dots if figure.proportion.form == "dots" else _draw_part
        draw(canvas, figure.proportion)
    # The first digit, not the space before it, is aligned with the edge of the text.
    bearing = 0.0 if theme.is_mirrored else theme.faces.bearing(number, families, BOLD)
    size = round(size, 1)
    indent = round(-bearing * size, 2)
    return _diagram(canvas, is_across=is_across, size=size, indent=indent)


def _draw_part(canvas: Canvas, proportion: Proportion) -> None:
    """Draw a bar, of which the part is filled."""
    colours, size = canvas.theme.colours, canvas.theme.size
    height = BAR * size
    whole = (0.0, 0.0, canvas.width, height)
    canvas.bar(whole, colours.fourth, colours.strong)
    share = float(Decimal(proportion.part) / Decimal(proportion.whole))
    canvas.bar((0.0, 0.0, canvas.width * share, height), colours.strong)
    canvas.height = height


def _draw_dots(canvas: Canvas, proportion: Proportion) -> None:
    """Draw a dot for each one, of which those of the part are filled."""
    colours, size = canvas.theme.colours, canvas.theme.size
    part, whole = int(proportion.part), int(proportion.whole)
    most = max(int((canvas.width + (_PITCH - 2 * _DOT) * size) / (_PITCH * size)), 1)
    # Full rows, if they are not much shorter; best of all if the part has full rows, too.
    full = [n for n in range(most, most // 3, -1) if whole % n == 0]
    across = min(full, key=lambda n: part % n > 0, default=ceil(whole / ceil(whole / most)))
    for number in range(whole):
        row, column = divmod(number, across)
        centre = (column * _PITCH + _DOT) * size, (row * _PITCH + _DOT) * size
        if number < part:
            canvas.dot(centre, _DOT * size, colours.strong)
        else:
            canvas.dot(centre, _DOT * 0.79 * size, "none", colours.context)
    canvas.height = (ceil(whole / across) - 1) * _PITCH * size + 2 * _DOT * size


# --- A timeline ---


def _draw_timeline(
    timeline: Timeline, theme: ChartTheme, *, alone: bool, on_screen: bool
) -> Diagram:
    """Draw points in proportion to time: across the page if the texts fit in a row."""
    points, count = timeline.points, len(timeline.points)
    width = theme.full_width if alone else theme.main_width
    column = width / count - theme.size
    texts = [theme.break_lines(_measured(theme, p), column, "name") for p in points]
    widest = max(theme.widest(lines, "name") for lines in texts)
    has_two_zones = theme.full_width > theme.main_width
    fits = has_two_zones and column >= max(_COLUMN * theme.size, widest)
    if fits or on_screen:
        canvas = Canvas(theme, width, theme.is_mirrored)
        starts = tuple(round(n * width / count, 2) for n in range(count))
        is_abreast = count <= _ABREAST and width >= _WIDE * theme.size
        _draw_across(canvas, points, () if on_screen and not is_abreast else starts)
        return _diagram(canvas, is_wide=alone, is_across=True, places=starts)
    canvas = Canvas(theme, theme.main_width, theme.is_mirrored)
    tops = tuple(_draw_down(canvas, points))
    return _diagram(canvas, indent=_TEXT * theme.size, places=tops)


def _measured(theme: ChartTheme, point: TimelinePoint) -> str:
    """The text of a point as it is measured: a citation is a number."""
    return theme.text(plain_text(CITATION.sub("88", point.text)))


def _time(date: InformationDate) -> float:
    """The middle of a year, a month or a day, in years."""
    middle = (date.first_day.toordinal() + date.last_day.toordinal() + 1) / 2
    return middle / 365.2425


def _years(points: Sequence[TimelinePoint]) -> Iterator[tuple[float, str]]:
    """The beginnings of round years between the first and the last point."""
    first, last = points[0].date, points[-1].date
    for step in _STEPS:
        years = range(-(-first.year // step) * step, last.year + 1, step)
        begun = [InformationDate(year, 1, 1) for year in years if year]
        inside = [d for d in begun if _time(first) <= _time(d) <= _time(last)]
        if len(inside) <= _MOST_YEARS:
            yield from ((_time(date), str(date.year)) for date in inside)
            return


def _draw_across(
    canvas: Canvas, points: Sequence[TimelinePoint], starts: Sequence[float]
) -> None:
    """Draw the axis, and a line from each point to the start of its text below."""
    theme, size = canvas.theme, canvas.theme.size
    radius, axis = _POINT * size, _AXIS * size
    ends = radius, canvas.width - max(radius, theme.width("8888", "axis") / 2)
    x = linear_scale(_time(points[0].date), _time(points[-1].date), *ends)
    _draw_axis(canvas, (ends[0], axis), (ends[1], axis))
    for time, year in _years(points):
        canvas.rule(
            (x(time), axis - 0.4 * size), (x(time), axis), theme.colours.muted, HAIRLINE
        )
        half = theme.width(year, "axis") / 2
        middle = min(max(x(time), half), canvas.width - half)
        canvas.text(middle, axis - 1.05 * size, year, "axis", "center")
    canvas.height = (_ACROSS if starts else _AXIS + 0.6) * size
    for point, start in zip(points, starts, strict=False):
        place = x(_time(point.date))
        corners = [
            (place, axis),
            (place, axis + 0.7 * size),
            (start + radius, axis + 1.8 * size),
        ]
        foot = canvas.height - _CLEAR
        _connect(canvas, [*corners, (start + radius, foot)])
    _draw_points(canvas, [(x(_time(point.date)), axis) for point in points])


def _draw_down(canvas: Canvas, points: Sequence[TimelinePoint]) -> Iterator[float]:
    """Draw the axis downwards, and give the tops of the texts beside it."""
    theme, size = canvas.theme, canvas.theme.size
    axis, half = _YEARS * size, theme.leading / 2
    text = _TEXT * size
    width = (canvas.width - text) * _TOLERANCE
    heights = [
        (1 + len(theme.break_lines(_measured(theme, p), width, "name"))) * theme.leading
        + _GAP * size
        for p in points
    ]
    # A little more than the texts need, so that most stand beside their points.
    total = sum(heights) * 1.12
    ends = half, total - heights[-1] + half
    y = linear_scale(_time(points[0].date), _time(points[-1].date), *ends)
    places = [y(_time(point.date)) for point in points]
    wanted = [p + h / 2 - half for p, h in zip(places, heights, strict=True)]
    middles = spread(wanted, heights, 0.0, total)
    _draw_axis(canvas, (axis, ends[0]), (axis, ends[1]))
    for time, year in _years(points):
        canvas.rule(
            (axis - 0.4 * size, y(time)), (axis, y(time)), theme.colours.muted, HAIRLINE
        )
        canvas.text(axis - 0.7 * size, y(time), year, "axis", "end")
    tops = [m - h / 2 for m, h in zip(middles, heights, strict=True)]
    for place, top in zip(places, tops, strict=True):
        corners = [(axis, place), (axis + 0.8 * size, place), (text - size, top + half)]
        _connect(canvas, [*corners, (text - 0.4 * size, top + half)])
    _draw_points(canvas, [(axis, place) for place in places])
    canvas.height = total - _GAP * size
    yield from (round(top, 2) for top in tops)


def _draw_axis(canvas: Canvas, start: Point, end: Point) -> None:
    canvas.rule(start, end, canvas.theme.colours.strong_rule, ZERO)


def _connect(canvas: Canvas, corners: Sequence[Point]) -> None:
    canvas.line(corners, canvas.theme.colours.context, HAIRLINE)


def _draw_points(canvas: Canvas, places: Sequence[Point]) -> None:
    for place in places:
        canvas.dot(place, _POINT * canvas.theme.size, canvas.theme.colours.strong)


# --- A flow ---


def _draw_flow(flow: Flow, theme: ChartTheme) -> Diagram:
    """Draw a bar for each node, and a ribbon from it to the middle of the result."""
    size, count, width = theme.size, len(flow.nodes), theme.main_width
    most = (width * _NODES - _INDENT * size - _APART) * _TOLERANCE
    nodes = [theme.text(plain_text(node)) for node in flow.nodes]
    lines = max(len(theme.break_lines(node, most, "name")) for node in nodes)
    height = lines * theme.leading + _NODE * size
    canvas = Canvas(theme, width, theme.is_mirrored, height * count)
    ends = width * _NODES, width * (_NODES + _RIBBONS)
    ribbon = _RIBBON * size
    for number, colour in enumerate(_shades(theme, count)):
        top = number * height
        canvas.bar((0.0, top + _RIBBON * size / 2, _RIBBON * size, height - ribbon), colour)
        place = canvas.height / 2 + (number - (count - 1) / 2) * ribbon
        canvas.ribbon((ends[0], top + height / 2), (ends[1], place), colour, ribbon)
    indent = _INDENT * size
    return _diagram(canvas, indent=indent, places=(round(height, 2),))


def _shades(theme: ChartTheme, count: int) -> Iterator[str]:
    """Colours from the darkest of a chart to a middle one, for as many ribbons."""
    colours = theme.colours
    named = (colours.strong_rule, colours.strong, colours.third, colours.third)
    stops = [parse_colour(colour) or BLACK for colour in named]
    for number in range(count):
        place, share = divmod(2 * number / (count - 1), 1)
        dark, light = stops[int(place)], stops[int(place) + 1]
        yield format_colour(mix(light, dark, share))
