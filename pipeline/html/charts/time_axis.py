"""The axis of time: points to scale, years or months at round places, as many as fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from babel.dates import format_skeleton

from pipeline.html.charts.canvas import HAIRLINE, ZERO, Canvas
from pipeline.html.charts.scale import (
    MOST_TICKS,
    Scale,
    decimals_of,
    linear_scale,
    round_steps,
)
from pipeline.html.charts.theme import ChartTheme
from pipeline.html.text.typography import locale_of
from pipeline.model.fields import MONTH, read_time

# Least distance of two words of the axis, in parts of their size.
_APART = 1.0


@dataclass(frozen=True)
class TimeTick:
    """A point on the axis, the word that is printed for it, and the middle of that word."""

    x: float
    word: str
    middle: float


def read_times(said: Sequence[str]) -> list[Decimal]:
    """Read the labels of the rows, which have no problem."""
    return [time for label in said if (time := read_time(label)) is not None]


def choose_time_ticks(
    said: Sequence[str],
    look: ChartTheme,
    length: float,
    room: float,
    *,
    ends_only: bool = False,
) -> list[TimeTick]:
    """Choose the first and the last, and between them as many round ones as fit.

    Places are counted from the beginning of an axis of some `length`; words stand out of
    it by `room` at most.
    """
    times = read_times(said)
    x = linear_scale(times[0], times[-1], 0.0, length)

    def moment(time: Decimal, word: str) -> TimeTick:
        half = look.width(word, "axis") / 2
        middle = min(max(x(time), half - room), length + room - half)
        return TimeTick(x(time), word, middle)

    first = moment(times[0], print_time(said[0], look))
    last = moment(times[-1], print_time(said[-1], look))
    if not _are_apart(first, last, look):
        # Of months the years are enough; of what is longer still, the last.
        first, last = (
            moment(time, look.text(said[index].partition("-")[0] or said[index]))
            for index, time in ((0, times[0]), (-1, times[-1]))
        )
        return [first, last] if _are_apart(first, last, look) else [last]
    unit = _unit(said)
    for step in () if ends_only else round_steps(times[-1] - times[0]):
        if step >= times[-1] - times[0]:
            break
        if step % unit:
            continue  # no fraction of a year, and nothing finer than what was typed
        inner = [moment(*found) for found in _round(times, step, look)]
        inner = [m for m in inner if _are_apart(first, m, look)]
        inner = [m for m in inner if _are_apart(m, last, look)]
        are_apart = all(_are_apart(one, other, look) for one, other in pairwise(inner))
        if are_apart and len(inner) <= MOST_TICKS:
            return [first, *inner, last]
    return [first, last]


def _unit(said: Sequence[str]) -> Decimal:
    """The least step of an axis: a year, or the last decimal that was typed."""
    if MONTH.fullmatch(said[0]):
        return Decimal(1)
    return Decimal(1).scaleb(-decimals_of([Decimal(label) for label in said]))


def _round(
    times: Sequence[Decimal], step: Decimal, look: ChartTheme
) -> Iterator[tuple[Decimal, str]]:
    """The multiples of a step between the ends of an axis, and their words."""
    decimals = decimals_of([step])
    for number in range(int(times[0] // step), int(times[-1] // step) + 1):
        time = number * step
        if times[0] < time < times[-1]:
            yield time, look.number(time, decimals) if decimals else look.text(f"{time:f}")


def print_time(said: str, look: ChartTheme) -> str:
    """A month as its language writes it; a year or number as it was typed."""
    if month := MONTH.fullmatch(said):
        day = date(int(month[1]), int(month[2]), 1)
        printed = format_skeleton("yMMM", day, locale=locale_of(look.language))
        return look.text(str(printed))
    if "." in said or said.startswith("-"):
        return look.number(Decimal(said), decimals_of([Decimal(said)]))
    return look.text(said)


def _are_apart(one: TimeTick, other: TimeTick, look: ChartTheme) -> bool:
    half = (look.width(one.word, "axis") + look.width(other.word, "axis")) / 2
    return other.middle - one.middle >= half + _APART * look.styles["axis"].size


def draw_time(canvas: Canvas, moments: Sequence[TimeTick], start: float, y: float) -> None:
    """Print the words under an axis that begins at `start`, at the height `y`."""
    axis = canvas.look.styles["axis"].size
    for moment in moments:
        canvas.text(start + moment.middle, y + 1.15 * axis, moment.word, "axis", "center")
        mark = ((start + moment.x, y), (start + moment.x, y + 0.3 * axis))
        canvas.rule(*mark, canvas.look.colours.quiet, HAIRLINE)
    canvas.height = max(canvas.height, y + 1.85 * axis)


def draw_levels(
    canvas: Canvas, ticks: Sequence[Decimal], y: Scale, start: float, end: float
) -> None:
    """Rule the levels of a scale; that of zero is stronger."""
    colours = canvas.look.colours
    for tick in ticks:
        stroke, width = (colours.hair, HAIRLINE) if tick else (colours.rule, ZERO)
        canvas.rule((start, y(tick)), (end, y(tick)), stroke, width)


def label_y_axis(canvas: Canvas, ticks: Sequence[Decimal], y: Scale, end: float) -> None:
    """Print the numbers of a scale at its left, up to `end`."""
    for tick, word in zip(ticks, canvas.look.numbers(ticks), strict=True):
        canvas.text(end, y(tick), word, "axis", "end")


def runs(
    times: Sequence[Decimal], values: Sequence[Decimal | None], x: Scale, y: Scale
) -> Iterator[list[tuple[float, float]]]:
    """The unbroken parts of a line; a cell left empty breaks it."""
    run: list[tuple[float, float]] = []
    for time, value in zip(times, values, strict=True):
        if value is not None:
            run.append((x(time), y(value)))
        elif run:
            yield run
            run = []
    if run:
        yield run
