"""Walk what the pages of a PDF draw: letters and their inks, pictures and their sizes.

Shape in: a page. Shape out: one `TextRun` for each run of text and one `DrawnImage` for
each time that a picture is drawn, also inside groups, in the order in which they are drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import hypot
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Page, Stream

# Ink, 0 to 1, of cyan, magenta, yellow and black; None for a pattern or another space.
Inks = tuple[float, float, float, float] | None
Matrix = tuple[float, float, float, float, float, float]

# All that draws (ISO 32000-1, Annex A); an inline picture comes as one mark.
OPERATORS = frozenset(
    {
        *("q", "Q", "cm", "w", "J", "j", "M", "d", "ri", "i", "gs"),
        *("m", "l", "c", "v", "y", "h", "re"),
        *("S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n", "W", "W*"),
        *("BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts", "Td", "TD", "Tm", "T*"),
        *("Tj", "TJ", "'", '"', "d0", "d1"),
        *("CS", "cs", "SC", "SCN", "sc", "scn", "G", "g", "RG", "rg", "K", "k"),
        *("sh", "INLINE IMAGE", "Do", "MP", "DP", "BMC", "BDC", "EMC", "BX", "EX"),
    }
)

_AS_IT_IS: Matrix = (1, 0, 0, 1, 0, 0)
_SHOW = {"Tj", "TJ", "'", '"'}
_BLACK: Inks = (0, 0, 0, 1)
# Groups inside groups: the painter makes two or three.
_MOST_LEVELS = 20


@dataclass(frozen=True)
class TextRun:
    """A run of text, and the ink that it is printed with."""

    inks: Inks


@dataclass(frozen=True)
class DrawnImage:
    """A picture as it is drawn: pixels across and down, and the room that they take."""

    pixels: tuple[int, int]
    points: tuple[float, float]
    is_grey: bool

    @property
    def resolution(self) -> int:
        """Pixels per inch, across or down, whichever are fewer."""
        pairs = zip(self.pixels, self.points, strict=True)
        return round(min(pixels / points * 72 for pixels, points in pairs if points))


@dataclass
class _State:
    matrix: Matrix = _AS_IT_IS
    inks: Inks = _BLACK
    saved: list[tuple[Matrix, Inks]] = field(default_factory=list)


def walk_page(page: Page) -> Iterator[TextRun | DrawnImage]:
    """Give what a page draws."""
    resources = page.obj.get("/Resources", Dictionary())
    yield from _walk(page, resources, _State(), 0)


def _walk(
    drawn: Any, resources: Any, state: _State, level: int
) -> Iterator[TextRun | DrawnImage]:
    for mark in pikepdf.parse_content_stream(drawn):
        name, operands = str(mark.operator), list(mark.operands)
        if name in _SHOW:
            yield TextRun(state.inks)
        elif name == "Do":
            yield from _draw(resources, str(operands[0]), state, level)
        else:
            _change(state, name, operands)


def _draw(
    resources: Any, name: str, state: _State, level: int
) -> Iterator[TextRun | DrawnImage]:
    found = resources.get("/XObject", Dictionary()).get(name)
    if not isinstance(found, Stream):
        return
    if found.get("/Subtype") == Name.Image:
        a, b, c, d, _, _ = state.matrix
        yield DrawnImage(
            (int(found.Width), int(found.Height)),
            (hypot(a, b), hypot(c, d)),
            found.get("/ColorSpace") == Name.DeviceGray or bool(found.get("/ImageMask")),
        )
    elif level < _MOST_LEVELS:
        own = _times(_numbers(found.get("/Matrix")), state.matrix)
        inner = _State(own, state.inks)
        yield from _walk(found, found.get("/Resources", resources), inner, level + 1)


def _change(state: _State, operator: str, operands: list[Any]) -> None:
    if operator == "q":
        state.saved.append((state.matrix, state.inks))
    elif operator == "Q" and state.saved:
        state.matrix, state.inks = state.saved.pop()
    elif operator == "cm":
        state.matrix = _times(_numbers(operands), state.matrix)
    elif operator == "k":
        cyan, magenta, yellow, black = (float(part) for part in operands)
        state.inks = cyan, magenta, yellow, black
    elif operator == "g":
        state.inks = 0, 0, 0, 1 - float(operands[0])
    elif operator in ("rg", "cs", "sc", "scn"):
        state.inks = None


def _numbers(operands: Any) -> Matrix:
    if operands is None:
        return _AS_IT_IS
    a, b, c, d, e, f = (float(part) for part in operands)
    return a, b, c, d, e, f


def _times(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does the first, then the second (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    k, m, n, p, x, y = second
    return (
        *(a * k + b * n, a * m + b * p, c * k + d * n, c * m + d * p),
        *(e * k + f * n + x, e * m + f * p + y),
    )
