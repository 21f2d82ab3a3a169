"""Choose scales and round ticks, move labels apart, and break labels into lines."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import accumulate, pairwise

# The maximal number of ticks; the values themselves are printed beside the marks.
MAX_TICKS = 5
# A scale starts at zero if the lowest value is below this share of the highest.
_MAX_LOW_SHARE = Decimal("0.5")
_ROUND_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))

# Pieces of a label; a line may break between two: after a space, or between Chinese
# characters with their punctuation. Small pieces also end after a hyphen, dash or slash.
_HAN, _OPEN, _CLOSE = "\u3400-\u9fff", "（《「【“", "、。，：；！？）》」】”"
_WORD = rf"[^ {_HAN}{_OPEN}]"
_PIECES = re.compile(
    rf"{_WORD}* +|[{_OPEN}]*{_WORD}*[{_HAN}][{_CLOSE}]*|[{_OPEN}]*{_WORD}+|[{_OPEN}]+"
)
_SMALL_PIECES = rf"{_WORD[:-1]}/–—-]*[/–—-]+ *|{_PIECES.pattern}"

Number = float | Decimal
Scale = Callable[[Number], float]


def linear_scale(low: Number, high: Number, start: float, end: float) -> Scale:
    """Return the function that maps values from [low, high] to [start, end]."""
    span = float(high - low) if high != low else 1.0  # type: ignore[operator]  # same type
    return lambda value: start + (end - start) * (float(value) - float(low)) / span


def choose_ticks(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Choose round numbers that enclose the values, and zero if it is near."""
    low, high = min(values), max(values)
    if (low > 0 and low < high * _MAX_LOW_SHARE) or low == high > 0:
        low = Decimal(0)
    elif (high < 0 and high > low * _MAX_LOW_SHARE) or low == high < 0:
        high = Decimal(0)
    if low == high:
        return Decimal(0), Decimal(1)
    choices = (_ticks(low, high, step) for step in round_steps(high - low))
    return next(ticks for ticks in choices if len(ticks) <= MAX_TICKS)


def round_steps(span: Decimal) -> Iterator[Decimal]:
    """Yield round steps, the first at most a tenth of a span; 2.5 only times 10 or more."""
    exponent = span.adjusted() - 1
    while True:
        for step in _ROUND_STEPS:
            if step != _ROUND_STEPS[2] or exponent >= 1:
                yield step.scaleb(exponent)
        exponent += 1


def _ticks(low: Decimal, high: Decimal, step: Decimal) -> tuple[Decimal, ...]:
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return tuple(step * number for number in range(int(first), int(last) + 1))


def decimals_of(values: Sequence[Decimal]) -> int:
    """The highest number of decimals that one of the values was typed with."""
    return max((len(f"{value:f}".partition(".")[2]) for value in values), default=0)


def spread_positions(
    positions: Sequence[float], sizes: Sequence[float], low: float, high: float
) -> list[float]:
    """Move positions apart so that items of some sizes do not overlap, in the same order.

    The sum of squared moves is minimal (isotonic regression by pooling adjacent
    violators). All items must fit between `low` and `high`.
    """
    offsets = list(accumulate(((a + b) / 2 for a, b in pairwise(sizes)), initial=0.0))
    pools: list[tuple[float, int]] = []
    for position, offset in zip(positions, offsets, strict=False):
        mean, count = position - offset, 1
        while pools and pools[-1][0] >= mean:
            other, members = pools.pop()
            mean = (mean * count + other * members) / (count + members)
            count += members
        pools.append((mean, count))
    if not pools:
        return []
    first, last = low + sizes[0] / 2, high - sizes[-1] / 2 - offsets[-1]
    shifts = (max(first, min(mean, last)) for mean, count in pools for _ in range(count))
    return [shift + offset for shift, offset in zip(shifts, offsets, strict=True)]


def break_lines(text: str, max_width: float, width: Callable[[str], float]) -> list[str]:
    """Break a label into the fewest lines that fit, and make these as even as possible.

    Words are broken at hyphens, dashes and slashes only if one is too long for a line. A
    part that is still too long overflows, which pdf/checks/overflow.py reports.
    """
    pieces = _PIECES.findall(text)
    if max(map(width, map(str.strip, pieces)), default=0.0) > max_width:
        pieces = re.findall(_SMALL_PIECES, text)  # rare, and 4 ms to compile
    lines = _fill_lines(pieces, max_width, width)
    while len(lines) > 1:
        max_width = max(map(width, lines)) - 0.01
        narrower = _fill_lines(pieces, max_width, width)
        if len(narrower) > len(lines) or max(map(width, narrower)) > max_width:
            break
        lines = narrower
    return lines


def _fill_lines(
    pieces: Sequence[str], max_width: float, width: Callable[[str], float]
) -> list[str]:
    lines: list[str] = []
    for piece in pieces:
        longer = lines[-1] + piece if lines else piece
        if lines and width(longer.strip(" ")) > max_width:
            lines.append(piece)
        else:
            lines[-1:] = [longer]
    return [line.strip(" ") for line in lines]
