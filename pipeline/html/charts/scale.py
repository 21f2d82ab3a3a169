"""Scales of charts: numbers that a reader can hold on to, places that do not collide."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import accumulate, pairwise

# At most so many ticks: a scale is a help, and the numbers stand beside the marks.
MOST_TICKS = 5
# A scale begins at zero unless all values are far from it: above half of the highest.
_FAR = Decimal("0.5")
_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))

# Where a line may end: after a space, between Chinese characters and the marks that belong
# to them; and if need be after a hyphen.
_HAN, _OPEN, _CLOSE = "\u3400-\u9fff", "（《「【“", "、。，：；！？）》」】”"
_WORD = rf"[^ {_HAN}{_OPEN}]"
_PIECES = re.compile(
    rf"{_WORD}* +|[{_OPEN}]*{_WORD}*[{_HAN}][{_CLOSE}]*|[{_OPEN}]*{_WORD}+|[{_OPEN}]+"
)
_SMALL_PIECES = re.compile(rf"{_WORD[:-1]}/–—-]*[/–—-]+ *|{_PIECES.pattern}")

Scale = Callable[[float | Decimal], float]


def linear_scale(
    low: float | Decimal, high: float | Decimal, start: float, end: float
) -> Scale:
    """Give the function that places values between two ends."""
    whole = float(high - low) if high != low else 1.0  # type: ignore[operator]  # of one kind
    return lambda value: start + (end - start) * (float(value) - float(low)) / whole


def choose_ticks(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Choose round numbers that enclose some values; zero is one of them if it is near."""
    low, high = min(values), max(values)
    if (low > 0 and low < high * _FAR) or low == high > 0:
        low = Decimal(0)
    elif (high < 0 and high > low * _FAR) or low == high < 0:
        high = Decimal(0)
    if low == high:
        return Decimal(0), Decimal(1)
    return next(
        t
        for step in round_steps(high - low)
        if len(t := _ticks(low, high, step)) <= MOST_TICKS
    )


def round_steps(span: Decimal) -> Iterator[Decimal]:
    """Round steps from a tenth of a span upwards; quarters only of whole numbers."""
    exponent = span.adjusted() - 1
    while True:
        for step in _STEPS:
            if step != _STEPS[2] or exponent >= 1:
                yield step.scaleb(exponent)
        exponent += 1


def _ticks(low: Decimal, high: Decimal, step: Decimal) -> tuple[Decimal, ...]:
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return tuple(step * number for number in range(int(first), int(last) + 1))


def decimals_of(values: Sequence[Decimal]) -> int:
    """How many decimals the most exact of some numbers was typed with."""
    exponents = (value.as_tuple().exponent for value in values)
    return max((-e for e in exponents if isinstance(e, int) and e < 0), default=0)


def with_decimals(value: Decimal, decimals: int) -> Decimal:
    """Give a number so many decimals: 78 beside 77.7 is 78.0."""
    return value.quantize(Decimal(1).scaleb(-decimals))


def spread(
    wanted: Sequence[float], sizes: Sequence[float], low: float, high: float
) -> list[float]:
    """Move places apart until none of some sizes touch; they stay in their order.

    Each moves as little as possible, by the least sum of squares: isotonic regression, by
    pooling neighbours. All must fit between the ends.
    """
    reach = list(accumulate(((a + b) / 2 for a, b in pairwise(sizes)), initial=0.0))
    pools: list[tuple[float, int]] = []
    for place, before in zip(wanted, reach, strict=False):
        mean, count = place - before, 1
        while pools and pools[-1][0] >= mean:
            other, members = pools.pop()
            mean = (mean * count + other * members) / (count + members)
            count += members
        pools.append((mean, count))
    if not pools:
        return []
    first, last = low + sizes[0] / 2, high - sizes[-1] / 2 - reach[-1]
    shifts = (max(first, min(mean, last)) for mean, count in pools for _ in range(count))
    return [shift + before for shift, before in zip(shifts, reach, strict=True)]


def break_lines(text: str, room: float, width: Callable[[str], float]) -> list[str]:
    """Break a label into the fewest lines that the room allows, then as even as may be.

    Only a word that is too long by itself is broken at its hyphens. If it is too long even
    so it stands out, and the measurements of the page say so (fit.py).
    """
    pieces = _PIECES.findall(text)
    if max(map(width, map(str.strip, pieces)), default=0.0) > room:
        pieces = _SMALL_PIECES.findall(text)
    lines = _fill(pieces, room, width)
    while len(lines) > 1:
        tighter = max(map(width, lines)) - 0.01
        closer = _fill(pieces, tighter, width)
        if len(closer) > len(lines) or max(map(width, closer)) > tighter:
            break
        lines = closer
    return lines


def _fill(pieces: Sequence[str], room: float, width: Callable[[str], float]) -> list[str]:
    lines: list[str] = []
    for piece in pieces:
        longer = lines[-1] + piece if lines else piece
        if lines and width(longer.strip(" ")) > room:
            lines.append(piece)
        else:
            lines[-1:] = [longer]
    return [line.strip(" ") for line in lines]
