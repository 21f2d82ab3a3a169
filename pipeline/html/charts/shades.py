"""Shade boxes by their values, in steps of lightness on which a number can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.html.charts.canvas import Box, Canvas
from pipeline.html.charts.theme import ChartColours, ink_on


@dataclass(frozen=True)
class Shades:
    """Equal steps of a scale, each with a colour that is darker than the one below.

    Neighbours differ in grey, and on each of them a light or a dark ink is readable.
    """

    colours: ChartColours
    ticks: Sequence[Decimal]

    @property
    def ramp(self) -> tuple[str, ...]:
        """The colours, from the lightest."""
        colours = self.colours
        parts = (colours.paper, colours.fourth, colours.third)
        return (*parts, colours.strong, colours.strong_rule)

    def colour_of(self, value: Decimal | None) -> str:
        """The colour of a value; that of the page for none."""
        low, high = self.ticks[0], self.ticks[-1]
        share = (value - low) / (high - low) if value is not None else Decimal(0)
        return self.ramp[min(int(share * len(self.ramp)), len(self.ramp) - 1)]


def shade_box(canvas: Canvas, box: Box, fill: str) -> tuple[str, str]:
    """Fill a box, outlined if it is pale; returns its colour and the ink on it."""
    colours = canvas.theme.colours
    is_pale = fill in (colours.paper, colours.fourth, colours.third)
    canvas.bar(box, fill, colours.strong if is_pale else "")
    return fill, ink_on(fill, canvas.theme)
