"""Rows of a chart: names at the side where reading begins, one below the other.

A long name takes several lines; then its row, and no other, is taller.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.html.charts.canvas import Canvas
from pipeline.html.charts.scale import break_lines

# In parts of the size of the labels (design: bars of 5.2 mm, one every 8 mm, at 8.5 pt).
BAR, PITCH, BESIDE_NAMES = 1.74, 2.67, 1.0
# Names take at most this part of the width.
_NAMES = 0.4
# One word may be longer; beyond this part it does not fit, and is said to be too wide.
_LONGEST_WORD = 0.55


@dataclass(frozen=True)
class Rows:
    """The names in lines and their room, the middle of each row, where the marks begin."""

    names: tuple[Sequence[str], ...]
    room: float
    middles: tuple[float, ...]
    start: float
    top: float
    bottom: float


def lay_rows(canvas: Canvas, names: Sequence[str], needed: float, top: float = 0.0) -> Rows:
    """Give rows their places; marks have at least the width `needed`."""
    look = canvas.look
    beside = BESIDE_NAMES * look.size
    most = canvas.width - beside - needed
    room = min(look.widest(list(names), "name"), canvas.width * _NAMES, most)
    broken = [break_lines(name, room, lambda t: look.width(t, "name")) for name in names]
    widest = look.widest([line for lines in broken for line in lines], "name")
    room = max(min(widest, canvas.width * _LONGEST_WORD, most), look.size)
    middles, y = [], top
    for lines in broken:
        height = max(PITCH * look.size, len(lines) * look.leading + 0.9 * look.size)
        middles.append(y + height / 2)
        y += height
    canvas.height = y
    return Rows(tuple(broken), room + 1, tuple(middles), room + beside, top, y)


def label_row(canvas: Canvas, rows: Rows, number: int) -> None:
    """Set the name of a row, before its numbers: so a reader copies them together."""
    canvas.lines(0, rows.middles[number], rows.names[number], room=rows.room)
