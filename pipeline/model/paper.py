"""Sizes of paper: the sheets that a series is printed on, and half of such a sheet."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from pipeline.model.fields import Strict

# Width and height in millimetres, in portrait orientation.
Size = tuple[Decimal, Decimal]
# ISO 216 rounds the half of A4 down; ANSI/ASME Y14.1 has Letter in inches.
PAPER_SIZES: Mapping[str, Size] = {
    "A4": (Decimal(210), Decimal(297)),
    "A5": (Decimal(148), Decimal(210)),
    "Letter": (Decimal("215.9"), Decimal("279.4")),
    "half-letter": (Decimal("139.7"), Decimal("215.9")),
}
_HALVES = {"A4": "A5", "Letter": "half-letter"}
# The minimum and maximum of a whole sheet, in millimetres.
WIDTH_LIMITS, HEIGHT_LIMITS = (190, 250), (250, 340)
WHOLE_SHEETS = tuple(_HALVES)
HALF_SIZES = ("A5", "half-letter", "half")


class SheetSize(Strict):
    """The width and height of the sheets of a series, in millimetres.

    Within these limits the layouts, which are made for A4, stay usable.
    """

    width: Annotated[Decimal, Field(ge=WIDTH_LIMITS[0], le=WIDTH_LIMITS[1])]
    height: Annotated[Decimal, Field(ge=HEIGHT_LIMITS[0], le=HEIGHT_LIMITS[1])]

    @property
    def name(self) -> str:
        """The name of a whole sheet, as an order prints it."""
        return _size_name((self.width, self.height))

    @property
    def half_name(self) -> str:
        """The name of half a sheet, folded or cut."""
        return _HALVES.get(self.name) or _size_name((self.height / 2, self.width))


def _read_name(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value not in _HALVES:
        expected = " or ".join(f"'{name}'" for name in _HALVES)
        raise PydanticCustomError("literal_error", "a size", {"expected": expected})
    width, height = PAPER_SIZES[value]
    return {"width": width, "height": height}


A4 = SheetSize(width=Decimal(210), height=Decimal(297))
# Sheets by name, or by their width and height.
NamedSheetSize = Annotated[
    SheetSize,
    BeforeValidator(_read_name, json_schema_input_type=Literal["A4", "Letter"] | SheetSize),
]


def _size_name(size: Size) -> str:
    named = next((name for name, sides in PAPER_SIZES.items() if sides == size), "")
    width, height = (f"{side:f}" for side in size)
    return named or f"{width} × {height} mm"


def size_of(name: str) -> Size:
    """Return the width and height of a size by its name."""
    if name in PAPER_SIZES:
        return PAPER_SIZES[name]
    width, height = re.findall(r"[0-9]+(?:\.[0-9]+)?", name)
    return Decimal(width), Decimal(height)


def sheet_style(sheet: SheetSize, *, is_half: bool) -> str:
    """Return the CSS tokens for pages of another size than A4; "" for A4.

    `--wider` is the difference in width; styles/tokens.css adds it to the widths of the
    grid.
    """
    if sheet == A4:
        return ""
    width, height = size_of(sheet.half_name if is_half else sheet.name)
    wider = width - PAPER_SIZES["A5" if is_half else "A4"][0]
    tokens = {"sheet-width": width, "sheet-height": height, "wider": wider}
    return "; ".join(f"--{token}: {length}mm" for token, length in tokens.items())
