"""Draw what a diagram adds to its words: a proportion, a scale of time, ribbons.

The words are HTML, in reading order; a drawing has no information that is not in the words.
Lengths are points, as in charts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from markupsafe import Markup

from pipeline.design.font_metrics import BOLD
from pipeline.html.charts.canvas import HAIRLINE, ZERO_LINE, Canvas, Label, Point
from pipeline.html.charts.row_labels import BAR_HEIGHT
from pipeline.html.charts.scale import linear_scale, spread_positions
from pipeline.html.charts.theme import ChartTheme
from pipeline.model.colour import BLACK, format_colour, mix, parse_colour
from pipeline.model.dates import InformationDate
from pipeline.model.diagrams import BigFigure, Flow, Proportion, Timeline, TimelinePoint
from pipeline.model.markdown import CITATION, plain_text
from pipeline.redline.redlined import Redlined, texts_of

# A big figure with its sentence beside it: its maximum share of the width, and some space
# in em. Its minimum size beside and above its sentence, as shares of its maximum size.
_FIGURE_SHARE, _FIGURE_SPACE_EM, _MIN_SIZE_BESIDE, _MIN_SIZE_ABOVE = 0.46, 0.04, 0.82, 0.36
# Multiples of the label size, also below. Dots: the distance of two, and their radius.
_DOT_PITCH, _DOT_RADIUS = 1.75, 0.62
# A timeline: the radius of its dots; across the page, the y of its axis and its height;
# down the page, the x of its axis and of its texts, and the gap between two texts; the
# minimum width of a text in a row.
_POINT_RADIUS, _AXIS_Y, _ACROSS_HEIGHT, _AXIS_X, _TEXT_X = 0.38, 1.9, 4.3, 2.9, 5.6
_TEXT_GAP, _MIN_COLUMN_WIDTH = 0.75, 8.8
# On a screen the texts are side by side up to this number of them, and from this width of
# the drawing, in em; the same numbers are in styles/web.css.
_MAX_ABREAST, _MIN_ABREAST_WIDTH = 4, 40
# The gap between the end of a line and the date below it: 1 mm.
_DATE_GAP = 72 / 25.4
# A flow: the height of a node without its lines of text, the x of its text, the width of a
# ribbon; and the gap between a text and its ribbon: 2 mm, as in flow.css.
_NODE_PADDING, _NODE_INDENT, _RIBBON_WIDTH, _RIBBON_GAP = 1.25, 1.6, 0.62, 2 * 72 / 25.4
# Shares of the width of a flow: nodes, ribbons; the rest is the result.
_NODES_SHARE, _RIBBONS_SHARE = 0.44, 0.24
# The share of the width that may be filled: WeasyPrint breaks these lines itself.
_TOLERANCE = 0.97
Points = Sequence[TimelinePoint]
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_MAX_YEARS = 6


@dataclass(frozen=True)
class Diagram:
    """A drawing in SVG, as markup, with its height and its labels.

    The texts of a timeline begin at `tops`, or have the width `item_size` if it
    `is_across`; each node of a flow has the height `item_size`. The texts of both begin at
    `indent`. A big figure has the `size` of its number, which begins at `indent`, too, and
    `is_across` if its sentence stands beside.
    """

    svg: str = ""
    height: float = 0.0
    labels: tuple[Label, ...] = ()
    is_wide: bool = False
    is_across: bool = False
    size: float = 0.0
    indent: float = 0.0
    tops: tuple[float, ...] = ()
    item_size: float = 0.0


def draw_diagram(
    content: object, theme: ChartTheme, *, may_be_wide: bool = True, on_screen: bool = False
) -> Diagram | None:
    """Draw the diagram of a block; None for a block without one.

    Only with `may_be_wide` it may use the side column. `on_screen`, the browser lays out
    the texts.
    """
    if any(isinstance(text, Redlined) for text in texts_of(content)):
        return Diagram()  # merged texts do not fit into a drawing
    if isinstance(content, BigFigure):
        return _draw_big_figure(content, theme)
    if isinstance(content, Timeline):
        return _draw_timeline(content, theme, may_be_wide=may_be_wide, on_screen=on_screen)
    return _draw_flow(content, theme) if isinstance(content, Flow) else None


def _make_diagram(canvas: Canvas, **fields: object) -> Diagram:
    svg = Markup(canvas.svg)  # noqa: S704 – numbers and colours; texts are labels
    height = round(canvas.height, 2)
    return Diagram(svg, height, tuple(canvas.labels), **fields)  # type: ignore[arg-type]


# --- A big figure ---


def _draw_big_figure(figure: BigFigure, theme: ChartTheme) -> Diagram:
    """Choose the largest size at which the number fits, beside its sentence or above it."""
    is_side = figure.zone == "side"
    width = theme.side_width if is_side else theme.main_width
    number = theme.text(plain_text(figure.figure))
    families = theme.styles["value"].families
    ems = theme.faces.width(number, families, BOLD) + _FIGURE_SPACE_EM
    largest = theme.big_figure
    is_across = not is_side and ems * largest * _MIN_SIZE_BESIDE <= width * _FIGURE_SHARE
    fitting = width * (_FIGURE_SHARE if is_across else 1) / ems
    size = min(largest, max(largest * _MIN_SIZE_ABOVE, fitting))
    canvas = Canvas(theme, width, theme.is_mirrored)
    if figure.proportion:
        draw = _draw_dots if figure.proportion.form == "dots" else _draw_part
        draw(canvas, figure.proportion)
    # The first digit, not the space before it, is aligned with the edge of the text.
    bearing = 0.0 if theme.is_mirrored else theme.faces.bearing(number, families, BOLD)
    size = round(size, 1)
    indent = round(-bearing * size, 2)
    return _make_diagram(canvas, is_across=is_across, size=size, indent=indent)


def _draw_part(canvas: Canvas, proportion: Proportion) -> None:
    colours, size = canvas.theme.colours, canvas.theme.size
    height = BAR_HEIGHT * size
    whole = (0.0, 0.0, canvas.width, height)
    canvas.bar(whole, colours.fourth, colours.strong)
    share = float(Decimal(proportion.part) / Decimal(proportion.whole))
    canvas.bar((0.0, 0.0, canvas.width * share, height), colours.strong)
    canvas.height = height


def _draw_dots(canvas: Canvas, proportion: Proportion) -> None:
    colours, size = canvas.theme.colours, canvas.theme.size
    part, whole = int(proportion.part), int(proportion.whole)
    width = canvas.width + (_DOT_PITCH - 2 * _DOT_RADIUS) * size
    max_across = max(int(width / (_DOT_PITCH * size)), 1)
    # Full rows are preferred if they have at least a third of the dots that fit in a row,
    # above all if they also divide the part.
    full = [n for n in range(max_across, max_across // 3, -1) if whole % n == 0]
    even_across = ceil(whole / ceil(whole / max_across))
    across = min(full, key=lambda n: part % n > 0, default=even_across)
    for number in range(whole):
        row, column = divmod(number, across)
        x, y = ((n * _DOT_PITCH + _DOT_RADIUS) * size for n in (column, row))
        if number < part:
            canvas.dot((x, y), _DOT_RADIUS * size, colours.strong)
        else:
            canvas.dot((x, y), _DOT_RADIUS * 0.79 * size, "none", colours.context)
    canvas.height = (ceil(whole / across) - 1) * _DOT_PITCH * size + 2 * _DOT_RADIUS * size


# --- A timeline ---


def _draw_timeline(
    timeline: Timeline, theme: ChartTheme, *, may_be_wide: bool, on_screen: bool
) -> Diagram:
    """Draw points in proportion to time: across the page if the texts fit in a row."""
    points, count = timeline.points, len(timeline.points)
    width = theme.full_width if may_be_wide else theme.main_width
    column_width = width / count - theme.size
    texts = _break_texts(theme, points, column_width)
    widest = max(theme.widest(lines, "name") for lines in texts)
    has_two_zones = theme.full_width > theme.main_width
    fits = has_two_zones and column_width >= max(_MIN_COLUMN_WIDTH * theme.size, widest)
    if fits or on_screen:
        canvas = Canvas(theme, width, theme.is_mirrored)
        starts = tuple(round(n * width / count, 2) for n in range(count))
        is_abreast = count <= _MAX_ABREAST and width >= _MIN_ABREAST_WIDTH * theme.size
        _draw_across(canvas, points, () if on_screen and not is_abreast else starts)
        return _make_diagram(
            canvas, is_wide=may_be_wide, is_across=True, item_size=starts[1]
        )
    canvas = Canvas(theme, theme.main_width, theme.is_mirrored)
    tops = tuple(_draw_down(canvas, points))
    return _make_diagram(canvas, indent=_TEXT_X * theme.size, tops=tops)


def _break_texts(theme: ChartTheme, points: Points, width: float) -> list[list[str]]:
    """Break the text of each point; a number of two digits stands for a citation."""
    texts = [theme.text(plain_text(CITATION.sub("88", point.text))) for point in points]
    return [theme.break_lines(text, width, "name") for text in texts]


def _time_in_years(date: InformationDate) -> float:
    """The middle of a year, a month or a day, in years."""
    middle = (date.first_day.toordinal() + date.last_day.toordinal() + 1) / 2
    return middle / 365.2425


def _round_years(points: Points) -> Iterator[tuple[float, str]]:
    """The beginnings of round years between the first and the last point."""
    first, last = points[0].date, points[-1].date
    start, end = _time_in_years(first), _time_in_years(last)
    for step in _YEAR_STEPS:
        years = range(-(-first.year // step) * step, last.year + 1, step)
        year_starts = [InformationDate(year, 1, 1) for year in years if year]
        inside = [d for d in year_starts if start <= _time_in_years(d) <= end]
        if len(inside) <= _MAX_YEARS:
            yield from ((_time_in_years(date), str(date.year)) for date in inside)
            return


def _draw_across(canvas: Canvas, points: Points, starts: Sequence[float]) -> None:
    """Draw the axis, and a line from each point to the start of its text below."""
    theme, size, muted = canvas.theme, canvas.theme.size, canvas.theme.colours.muted
    radius, axis = _POINT_RADIUS * size, _AXIS_Y * size
    ends = radius, canvas.width - max(radius, theme.width("8888", "axis") / 2)
    x = linear_scale(_time_in_years(points[0].date), _time_in_years(points[-1].date), *ends)
    _draw_axis(canvas, (ends[0], axis), (ends[1], axis))
    for time, year in _round_years(points):
        canvas.rule((x(time), axis - 0.4 * size), (x(time), axis), muted, HAIRLINE)
        half = theme.width(year, "axis") / 2
        middle = min(max(x(time), half), canvas.width - half)
        canvas.text(middle, axis - 1.05 * size, year, "axis", "center")
    canvas.height = (_ACROSS_HEIGHT if starts else _AXIS_Y + 0.6) * size
    for point, start in zip(points, starts, strict=False):
        time_x, text_x = x(_time_in_years(point.date)), start + radius
        corners = [(time_x, axis), (time_x, axis + 0.7 * size)]
        corners += [(text_x, axis + 1.8 * size), (text_x, canvas.height - _DATE_GAP)]
        _draw_connector(canvas, corners)
    _draw_points(canvas, [(x(_time_in_years(point.date)), axis) for point in points])


def _draw_down(canvas: Canvas, points: Points) -> Iterator[float]:
    """Draw the axis downwards, and give the tops of the texts beside it."""
    theme, size, muted = canvas.theme, canvas.theme.size, canvas.theme.colours.muted
    axis, half = _AXIS_X * size, theme.leading / 2
    text_x = _TEXT_X * size
    texts = _break_texts(theme, points, (canvas.width - text_x) * _TOLERANCE)
    heights = [(1 + len(lines)) * theme.leading + _TEXT_GAP * size for lines in texts]
    # A little more than the texts need, so that most are beside their points.
    total = sum(heights) * 1.12
    ends = half, total - heights[-1] + half
    y = linear_scale(_time_in_years(points[0].date), _time_in_years(points[-1].date), *ends)
    places = [y(_time_in_years(point.date)) for point in points]
    wanted_middles = [p + h / 2 - half for p, h in zip(places, heights, strict=True)]
    middles = spread_positions(wanted_middles, heights, 0.0, total)
    _draw_axis(canvas, (axis, ends[0]), (axis, ends[1]))
    for time, year in _round_years(points):
        canvas.rule((axis - 0.4 * size, y(time)), (axis, y(time)), muted, HAIRLINE)
        canvas.text(axis - 0.7 * size, y(time), year, "axis", "end")
    tops = [m - h / 2 for m, h in zip(middles, heights, strict=True)]
    for place, top in zip(places, tops, strict=True):
        corners = [(axis, place), (axis + 0.8 * size, place), (text_x - size, top + half)]
        _draw_connector(canvas, [*corners, (text_x - 0.4 * size, top + half)])
    _draw_points(canvas, [(axis, place) for place in places])
    canvas.height = total - _TEXT_GAP * size
    yield from (round(top, 2) for top in tops)


def _draw_axis(canvas: Canvas, start: Point, end: Point) -> None:
    canvas.rule(start, end, canvas.theme.colours.strong_rule, ZERO_LINE)


def _draw_connector(canvas: Canvas, corners: Sequence[Point]) -> None:
    canvas.line(corners, canvas.theme.colours.context, HAIRLINE)


def _draw_points(canvas: Canvas, places: Sequence[Point]) -> None:
    for place in places:
        canvas.dot(place, _POINT_RADIUS * canvas.theme.size, canvas.theme.colours.strong)


# --- A flow ---


def _draw_flow(flow: Flow, theme: ChartTheme) -> Diagram:
    """Draw a bar for each node, and a ribbon from it to the middle of the result."""
    size, count, width = theme.size, len(flow.nodes), theme.main_width
    max_text_width = (width * _NODES_SHARE - _NODE_INDENT * size - _RIBBON_GAP) * _TOLERANCE
    nodes = [theme.text(plain_text(node)) for node in flow.nodes]
    lines = max(len(theme.break_lines(node, max_text_width, "name")) for node in nodes)
    height = lines * theme.leading + _NODE_PADDING * size
    canvas = Canvas(theme, width, theme.is_mirrored, height * count)
    ends = width * _NODES_SHARE, width * (_NODES_SHARE + _RIBBONS_SHARE)
    ribbon = _RIBBON_WIDTH * size
    for number, colour in enumerate(_shades(theme, count)):
        top = number * height
        canvas.bar((0.0, top + ribbon / 2, ribbon, height - ribbon), colour)
        place = canvas.height / 2 + (number - (count - 1) / 2) * ribbon
        canvas.ribbon((ends[0], top + height / 2), (ends[1], place), colour, ribbon)
    indent = _NODE_INDENT * size
    return _make_diagram(canvas, indent=indent, item_size=round(height, 2))


def _shades(theme: ChartTheme, count: int) -> Iterator[str]:
    """Yield `count` colours for ribbons, from the darkest of a chart to a medium one."""
    colours = theme.colours
    named = (colours.strong_rule, colours.strong, colours.third, colours.third)
    stops = [parse_colour(colour) or BLACK for colour in named]
    for number in range(count):
        place, share = divmod(2 * number / (count - 1), 1)
        dark, light = stops[int(place)], stops[int(place) + 1]
        yield format_colour(mix(light, dark, share))
