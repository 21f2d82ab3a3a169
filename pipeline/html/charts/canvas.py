"""A drawing in progress: marks as SVG, every word a label set over it by HTML.

No word ever stands in SVG: so Arabic is joined, Latin kerned, and the fonts, sizes and
contrast of the page hold in a chart too. Lengths are points, from the upper corner at which
reading begins; on a page from right to left the canvas mirrors what it is given.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.html.charts.theme import ChartTheme

Point = tuple[float, float]

# Rules, in points (design: grid .18 mm, zero line .35 mm).
HAIRLINE, ZERO = 0.51, 0.99
# The size of labels on A4, for which the widths of lines are chosen.
_DRAWN_AT = 8.5
# A hatch at 45 degrees: from one stripe to the next 2 mm, a stripe .7 mm.
_PITCH, _STRIPE = 5.67, 1.98
# Pango and HarfBuzz agree to a fraction of a point; a label has that much more room.
_ROOM = 0.5
# The middle of capitals and figures above the baseline, in parts of their size.
_MIDDLE = 0.35


@dataclass(frozen=True)
class Label:
    """One line of words: its room, how it stands in it, and on what ground.

    `top` is that of a line whose baseline is one size of the letters below.
    """

    text: str
    kind: str
    ink: str
    left: str
    top: str
    width: str
    align: str
    direction: str
    ground: str


@dataclass
class Canvas:
    """Where a chart is drawn; `height` grows with it."""

    look: ChartTheme
    width: float
    is_mirrored: bool
    height: float = 0.0
    marks: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def svg(self) -> str:
        """All marks, in the order in which they were drawn."""
        width, height = _number(self.width), _number(self.height)
        size = f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
        marks = "".join(self.marks)
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{marks}</svg>'

    def bar(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Fill a rectangle that carries meaning."""
        self.area(_rectangle(x, y, width, height), f'class="mark" fill="{fill}"')

    def outlined(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str
    ) -> None:
        """Fill a rectangle that is too pale by itself, within an outline."""
        inset = _rectangle(x + 0.25, y + 0.25, max(width - 0.5, 0), height - 0.5)
        self.area(inset, f'class="mark" fill="{fill}" stroke="{stroke}" stroke-width=".5"')

    def hatched(self, x: float, y: float, width: float, height: float, ink: str) -> None:
        """Fill a rectangle with stripes within an outline: a tone that no copier loses."""
        for stripe in hatch(x, y, width, height):
            self.area(stripe, f'fill="{ink}"')
        self.outlined(x, y, width, height, "none", ink)

    def area(self, corners: Sequence[Point], paint: str) -> None:
        """Fill a polygon."""
        self.marks.append(f'<path d="M{self._path(corners)}z" {paint}/>')

    def rule(self, start: Point, end: Point, stroke: str, width: float) -> None:
        """Draw a line that helps to read: grid, axis, leader."""
        path = self._path((start, end))
        self.marks.append(
            f'<path d="M{path}" stroke="{stroke}" stroke-width="{_number(width)}"/>'
        )

    def line(
        self, points: Sequence[Point], stroke: str, width: float, dash: str = ""
    ) -> None:
        """Draw a line that carries meaning; `width` and `dash` are those at 8.5 pt."""
        scale = self.look.size / _DRAWN_AT
        lengths = " ".join(_number(float(length) * scale) for length in dash.split())
        dashes = f' stroke-dasharray="{lengths}"' if dash else ""
        self.marks.append(
            f'<path class="mark" d="M{self._path(points)}" fill="none" stroke="{stroke}" '
            f'stroke-width="{_number(width * scale)}" stroke-linejoin="round"{dashes}/>'
        )

    def dot(self, centre: Point, radius: float, fill: str, stroke: str = "none") -> None:
        """Draw a filled dot, or with a `stroke` a hollow one."""
        x, y = centre
        self.marks.append(
            f'<circle class="mark" cx="{_number(self._x(x))}" cy="{_number(y)}" '
            f'r="{_number(radius)}" fill="{fill}" stroke="{stroke}" '
            f'stroke-width="{_number(radius * 0.42)}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        kind: str = "name",
        align: str = "start",
        *,
        ink: str = "",
        ground: str = "",
        room: float = 0.0,
    ) -> None:
        """Set a line of words at a point: the middle of its capitals is at `y`.

        Without `room`, that beside the point, it has as much as it needs.
        """
        size = self.look.styles[kind].size
        width = room or self.look.width(text, kind) + _ROOM
        left = x - {"start": 0.0, "center": width / 2, "end": width}[align]
        if self.is_mirrored:
            left = self.width - left - width
            align = {"start": "end", "end": "start"}.get(align, align)
        self.labels.append(
            Label(
                text=text,
                kind=kind,
                ink=ink,
                left=_number(left),
                top=_number(y + (_MIDDLE - 1) * size),
                width=_number(width),
                align={"start": "left", "end": "right"}.get(align, align),
                direction=_direction(text),
                ground=ground,
            )
        )

    def lines(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        kind: str = "name",
        align: str = "start",
        *,
        ink: str = "",
        room: float = 0.0,
    ) -> None:
        """Set several lines, the middle of them all at `y`."""
        for number, line in enumerate(lines):
            at = y + (number - (len(lines) - 1) / 2) * self.look.leading
            self.text(x, at, line, kind, align, ink=ink, room=room)

    def _x(self, x: float) -> float:
        return self.width - x if self.is_mirrored else x

    def _path(self, points: Sequence[Point]) -> str:
        return "L".join(f"{_number(self._x(x))} {_number(y)}" for x, y in points)


def hatch(x: float, y: float, width: float, height: float) -> Iterator[list[Point]]:
    """The stripes of a rectangle, each cut at its edges: a pattern would show seams."""
    step = _PITCH * 2**0.5
    rectangle = _rectangle(x, y, width, height)
    for number in range(int((width + height) / step) + 1):
        near = x + y + (number + 0.3) * step
        beyond = _cut(rectangle, near, 1)
        stripe = _cut(beyond, near + _STRIPE * 2**0.5, -1)
        if len(stripe) > 2:
            yield stripe


def _cut(corners: Sequence[Point], limit: float, side: int) -> list[Point]:
    """Keep what of a convex polygon lies on one side of the diagonal x + y = limit."""
    kept: list[Point] = []
    for one, other in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        before, after = (side * (sum(point) - limit) for point in (one, other))
        if before >= 0:
            kept.append(one)
        if before * after < 0:
            share = before / (before - after)
            kept.append(tuple(a + share * (b - a) for a, b in zip(one, other, strict=True)))  # type: ignore[arg-type]  # two numbers give two
    return kept


def _rectangle(x: float, y: float, width: float, height: float) -> list[Point]:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def _direction(text: str) -> str:
    """The direction of a label by its first letter that has one; "" for left to right.

    Without a letter, Arabic-Indic digits count: their minus stands at the right.
    """
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    last = "R" if "AN" in kinds else "L"
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), last)
    return "" if first == "L" else "rtl"


def _number(value: float) -> str:
    return f"{value:.2f}"
