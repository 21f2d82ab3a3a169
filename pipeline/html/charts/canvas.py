"""Collect the marks of a chart as SVG, and its texts as labels that HTML sets over it.

SVG has no text: in HTML Arabic is joined, Latin is kerned, and the fonts, sizes and
contrast of the page apply. Lengths are points from the upper left corner, or from the upper
right one if the canvas is mirrored.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.html.charts.theme import ChartTheme
from pipeline.model.scripts import text_direction

Point = tuple[float, float]
# Left, top, width and height.
Box = tuple[float, float, float, float]

# Rules, in points (design: grid .18 mm, zero line .35 mm).
HAIRLINE, ZERO_LINE = 0.51, 0.99
# The label size on A4; the widths of lines are given for this size.
_REFERENCE_SIZE = 8.5
# A hatch at 45 degrees, with a stripe of .7 mm every 2 mm.
_HATCH_PITCH, _STRIPE_WIDTH = 5.67, 1.98
# Added to the width of a label: Pango and HarfBuzz differ by fractions of a point.
_LABEL_TOLERANCE = 0.5
# The middle of capitals and figures above the baseline, as a share of their size.
_CAPITAL_MIDDLE = 0.35


@dataclass(frozen=True)
class Label:
    """One line of text: its box, alignment and background colour; the mark below it.

    `top` is the top of a line whose baseline is one font size below it.
    """

    text: str
    kind: str
    ink: str
    left: str
    top: str
    width: str
    align: str
    direction: str
    background: str
    mark: str = ""


@dataclass
class Canvas:
    """The marks and labels of a drawing; the function that draws it sets `height`."""

    theme: ChartTheme
    width: float
    is_mirrored: bool
    height: float = 0.0
    marks: list[str] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    @property
    def svg(self) -> str:
        """All marks in the order of drawing."""
        width, height = _length(self.width), _length(self.height)
        size = f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
        marks = "".join(self.marks)
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{marks}</svg>'

    def bar(self, box: Box, fill: str, stroke: str = "") -> None:
        """Fill a rectangle that represents data; with a `stroke`, outline it inside."""
        paint = f'class="mark" fill="{fill}"'
        if stroke:
            x, y, width, height = box
            box = (x + 0.25, y + 0.25, max(width - 0.5, 0), height - 0.5)
            paint += f' stroke="{stroke}" stroke-width=".5"'
        self._fill_polygon(_corners(box), paint)

    def band(self, box: Box, fill: str) -> None:
        """Fill a rectangle behind data."""
        self._fill_polygon(_corners(box), f'fill="{fill}"')

    def hatched(self, box: Box, ink: str) -> None:
        """Hatch and outline a rectangle: a tone that remains visible on a photocopy."""
        for stripe in hatch(box):
            self._fill_polygon(stripe, f'fill="{ink}"')
        self.bar(box, "none", ink)

    def _fill_polygon(self, corners: Sequence[Point], paint: str) -> None:
        self.marks.append(f'<path d="M{self._path_data(corners)}z" {paint}/>')

    def rule(self, start: Point, end: Point, stroke: str, width: float) -> None:
        """Draw a line that is not data: grid, axis, connecting line."""
        paint = f'stroke="{stroke}" stroke-width="{_length(width)}"'
        self.marks.append(f'<path d="M{self._path_data((start, end))}" {paint}/>')

    def line(
        self, points: Sequence[Point], stroke: str, width: float, dash: str = ""
    ) -> None:
        """Draw a line that represents data; `width` and `dash` are those at 8.5 pt."""
        scale = self.theme.size / _REFERENCE_SIZE
        lengths = " ".join(_length(float(length) * scale) for length in dash.split())
        dashes = f' stroke-dasharray="{lengths}"' if dash else ""
        self.marks.append(
            f'<path class="mark" d="M{self._path_data(points)}" fill="none" '
            f'stroke="{stroke}" stroke-width="{_length(width * scale)}" '
            f'stroke-linejoin="round"{dashes}/>'
        )

    def ribbon(self, start: Point, end: Point, stroke: str, width: float) -> None:
        """Draw a wide curve that is horizontal at both ends."""
        bend = (start[0] + end[0]) / 2
        points = (start, (bend, start[1]), (bend, end[1]), end)
        first, *others = (self._path_data([point]) for point in points)
        self.marks.append(
            f'<path d="M{first}C{" ".join(others)}" fill="none" stroke="{stroke}" '
            f'stroke-width="{_length(width)}"/>'
        )

    def dot(self, centre: Point, radius: float, fill: str, stroke: str = "none") -> None:
        """Draw a dot; with a `stroke` it is a ring, filled with `fill`."""
        x, y = centre
        self.marks.append(
            f'<circle class="mark" cx="{_length(self._mirror_x(x))}" cy="{_length(y)}" '
            f'r="{_length(radius)}" fill="{fill}" stroke="{stroke}" '
            f'stroke-width="{_length(radius * 0.42)}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str | Sequence[str],
        kind: str = "name",
        align: str = "start",
        *,
        ink: str = "",
        background: str = "",
        mark: str = "",
        width: float = 0.0,
    ) -> None:
        """Set a line of text, or several, vertically centred at `y` by their capitals.

        `width` is the width of the box of a line, by default that of its text. `mark` is
        the colour of the mark that it stands on, for the check of its contrast, and the
        background of a text in the ink "inverse".
        """
        sides = ("right", "left") if self.is_mirrored else ("left", "right")
        lines = [text] if isinstance(text, str) else text
        for index, line in enumerate(lines):
            middle = y + (index - (len(lines) - 1) / 2) * self.theme.leading
            box_width = width or self.theme.width(line, kind) + _LABEL_TOLERANCE
            left = x - {"start": 0.0, "center": box_width / 2, "end": box_width}[align]
            label = Label(
                text=line,
                kind=kind,
                ink=ink,
                left=_length(self.width - left - box_width if self.is_mirrored else left),
                top=_length(middle + (_CAPITAL_MIDDLE - 1) * self.theme.styles[kind].size),
                width=_length(box_width),
                align=dict(zip(("start", "end"), sides, strict=True)).get(align, align),
                direction=_label_direction(line),
                background=background or (mark if ink == "inverse" else ""),
                mark=mark,
            )
            self.labels.append(label)

    def _mirror_x(self, x: float) -> float:
        return self.width - x if self.is_mirrored else x

    def _path_data(self, points: Sequence[Point]) -> str:
        return "L".join(f"{_length(self._mirror_x(x))} {_length(y)}" for x, y in points)


def hatch(box: Box) -> Iterator[list[Point]]:
    """The stripes of a rectangle as polygons; an SVG pattern would show seams."""
    x, y, width, height = box
    step, rectangle = _HATCH_PITCH * 2**0.5, _corners(box)
    for index in range(int((width + height) / step) + 1):
        start = x + y + (index + 0.3) * step
        stripe = _clip(_clip(rectangle, start, 1), start + _STRIPE_WIDTH * 2**0.5, -1)
        if len(stripe) > 2:
            yield stripe


def _clip(corners: Sequence[Point], limit: float, side: int) -> list[Point]:
    """Clip a convex polygon at the diagonal x + y = limit."""
    clipped: list[Point] = []
    for corner, next_corner in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        distance, next_distance = (side * (sum(p) - limit) for p in (corner, next_corner))
        if distance >= 0:
            clipped.append(corner)
        if distance * next_distance < 0:
            share = distance / (distance - next_distance)
            (x1, y1), (x2, y2) = corner, next_corner
            clipped.append((x1 + share * (x2 - x1), y1 + share * (y2 - y1)))
    return clipped


def _corners(box: Box) -> list[Point]:
    x, y, width, height = box
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def _label_direction(text: str) -> str:
    """The direction of a label; "" is left to right.

    A label without letters is "rtl" if it has Arabic-Indic digits: their minus is at the
    right.
    """
    has_arabic_digits = any(unicodedata.bidirectional(letter) == "AN" for letter in text)
    default = "rtl" if has_arabic_digits else "ltr"
    return text_direction(text, default).removeprefix("ltr")


def _length(value: float) -> str:
    return f"{value:.2f}"
