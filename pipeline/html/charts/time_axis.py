"""Draw the time axis, with as many round years or months as fit, and series over it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise

from babel.dates import format_skeleton

from pipeline.html.charts.canvas import HAIRLINE, ZERO_LINE, Canvas, Point
from pipeline.html.charts.scale import (
    MAX_TICKS,
    Scale,
    decimals_of,
    linear_scale,
    round_steps,
)
from pipeline.html.charts.theme import ChartTheme
from pipeline.model.fields import MONTH, parse_time
from pipeline.model.locale_format import locale_of

# The minimum gap between two labels of the axis, as a multiple of their size.
_LABEL_GAP = 1.0
# The radius of a dot at the end of a line, as a multiple of the label size.
_DOT_RADIUS = 0.34


@dataclass(frozen=True)
class TimeTick:
    """A point on the axis, its label, and the middle of the label."""

    x: float
    label: str
    middle: float


def parse_times(keys: Sequence[str]) -> list[Decimal]:
    """Read the valid labels of rows as points in time."""
    return [time for key in keys if (time := parse_time(key)) is not None]


def choose_time_ticks(
    keys: Sequence[str],
    theme: ChartTheme,
    length: float,
    overhang: float,
    *,
    ends_only: bool = False,
) -> list[TimeTick]:
    """Choose the first and the last time, and between them as many round ones as fit.

    Positions count from the start of an axis of some `length`; labels extend beyond its
    ends by at most `overhang`.
    """
    times = parse_times(keys)
    x = linear_scale(times[0], times[-1], 0.0, length)

    def tick(time: Decimal, label: str) -> TimeTick:
        half = theme.width(label, "axis") / 2
        middle = min(max(x(time), half - overhang), length + overhang - half)
        return TimeTick(x(time), label, middle)

    first = tick(times[0], format_time(keys[0], theme))
    last = tick(times[-1], format_time(keys[-1], theme))
    if not _are_apart(first, last, theme):
        # Print years without months; if these do not fit either, the last only.
        first, last = (
            tick(times[index], theme.text(keys[index].partition("-")[0] or keys[index]))
            for index in (0, -1)
        )
        return [first, last] if _are_apart(first, last, theme) else [last]
    min_step = _min_step(keys)
    for step in () if ends_only else round_steps(times[-1] - times[0]):
        if step >= times[-1] - times[0]:
            break
        if step % min_step:
            continue  # a fraction of a year, or finer than the labels were typed
        inner = [tick(time, label) for time, label in _round_times(times, step, theme)]
        inner = [t for t in inner if _are_apart(first, t, theme)]
        inner = [t for t in inner if _are_apart(t, last, theme)]
        are_apart = all(_are_apart(*pair, theme) for pair in pairwise(inner))
        if are_apart and len(inner) <= MAX_TICKS:
            return [first, *inner, last]
    return [first, last]


def _min_step(keys: Sequence[str]) -> Decimal:
    """The minimum step of an axis: a year, or the last decimal place of the labels."""
    if MONTH.fullmatch(keys[0]):
        return Decimal(1)
    return Decimal(1).scaleb(-decimals_of([Decimal(key) for key in keys]))


def _round_times(
    times: Sequence[Decimal], step: Decimal, theme: ChartTheme
) -> Iterator[tuple[Decimal, str]]:
    """The multiples of a step between the ends of an axis, and their labels."""
    decimals = decimals_of([step])
    for number in range(int(times[0] // step), int(times[-1] // step) + 1):
        time = number * step
        if times[0] < time < times[-1]:
            text = theme.number(time, decimals) if decimals else theme.text(f"{time:f}")
            yield time, text


def format_time(key: str, theme: ChartTheme) -> str:
    """Format a month as the language does, a year or number as it was typed."""
    if month := MONTH.fullmatch(key):
        day = date(int(month[1]), int(month[2]), 1)
        printed = format_skeleton("yMMM", day, locale=locale_of(theme.language))
        return theme.text(str(printed))
    if "." in key or key.startswith("-"):
        return theme.number(Decimal(key), decimals_of([Decimal(key)]))
    return theme.text(key)


def _are_apart(tick: TimeTick, next_tick: TimeTick, theme: ChartTheme) -> bool:
    half = (theme.width(tick.label, "axis") + theme.width(next_tick.label, "axis")) / 2
    return next_tick.middle - tick.middle >= half + _LABEL_GAP * theme.styles["axis"].size


def draw_x_axis(canvas: Canvas, ticks: Sequence[TimeTick], start: float, y: float) -> None:
    """Draw the ticks and labels of an axis that begins at `start`, at the height `y`."""
    font_size = canvas.theme.styles["axis"].size
    for tick in ticks:
        canvas.text(start + tick.middle, y + 1.15 * font_size, tick.label, "axis", "center")
        top, bottom = (start + tick.x, y), (start + tick.x, y + 0.3 * font_size)
        canvas.rule(top, bottom, canvas.theme.colours.muted, HAIRLINE)
    canvas.height = max(canvas.height, y + 1.85 * font_size)


def draw_grid_lines(
    canvas: Canvas, ticks: Sequence[Decimal], y: Scale, start: float, end: float
) -> None:
    """Draw the grid lines of a scale; that of zero is stronger."""
    colours = canvas.theme.colours
    for tick in ticks:
        zero = colours.strong_rule, ZERO_LINE
        stroke, width = (colours.hairline, HAIRLINE) if tick else zero
        canvas.rule((start, y(tick)), (end, y(tick)), stroke, width)


def label_y_axis(canvas: Canvas, ticks: Sequence[Decimal], y: Scale, end: float) -> None:
    """Print the numbers of a scale at its left, up to `end`."""
    for tick, number in zip(ticks, canvas.theme.numbers(ticks), strict=True):
        canvas.text(end, y(tick), number, "axis", "end")


def draw_series(
    canvas: Canvas,
    times: Sequence[Decimal],
    values: Sequence[Decimal | None],
    x: Scale,
    y: Scale,
    colour: str,
    width: float,
    dash: str = "",
) -> Point | None:
    """Draw a line with a dot at its end; returns its end, None if all cells are empty."""
    size = canvas.theme.size
    point: Point | None = None
    for run in unbroken_runs(times, values, x, y):
        point = run[-1]
        if len(run) > 1:
            canvas.line(run, colour, width, dash)
        else:
            canvas.dot(point, _DOT_RADIUS * 0.7 * size, colour)
    if point is not None:
        canvas.dot(point, _DOT_RADIUS * size, colour)
    return point


def unbroken_runs(
    times: Sequence[Decimal], values: Sequence[Decimal | None], x: Scale, y: Scale
) -> Iterator[list[Point]]:
    """The unbroken parts of a line; an empty cell breaks it."""
    cells = zip(times, values, strict=True)
    for _, group in groupby(cells, lambda cell: cell[1] is None):
        if run := [(x(time), y(value)) for time, value in group if value is not None]:
            yield run
