"""Turn the preflight of a press file into text and JSON."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.report.problems import count

if TYPE_CHECKING:
    from pipeline.prepress.preflight import Preflight

_INKS = ("cyan", "magenta", "yellow", "black")


def preflight_lines(preflight: "Preflight") -> Iterator[str]:
    """Describe a press file: its faults, size, ink and fonts, one in a line."""
    for fault in preflight.faults:
        yield f"fault: {fault}"
    yield f"printing condition: {preflight.condition or 'none named'}"
    bleed = "no" if preflight.bleed is None else f"{preflight.bleed:g} mm"
    trim, sheet = _size(preflight.trim), _size(preflight.sheet)
    yield f"size: {trim} after cutting, {bleed} bleed, sheet {sheet} with crop marks"
    if not preflight.ink:
        yield f"ink coverage: not measured: {preflight.not_measured}"
    for number, page in enumerate(preflight.ink, 1):
        shares = (f"{ink} {share:g}" for ink, share in zip(_INKS, page, strict=True))
        yield f"ink coverage of page {number}, per cent: {', '.join(shares)}"
    yield f"fonts: {count(len(preflight.fonts), 'embedded font')}"


def _size(size: tuple[float, float]) -> str:
    return f"{size[0]:g} × {size[1]:g} mm"


def preflight_json(preflight: "Preflight") -> dict[str, object]:
    """Return a preflight as JSON values; ink is in per cent of C, M, Y and K."""
    return {
        "printing_condition": preflight.condition,
        "faults": list(preflight.faults),
        "trim_mm": list(preflight.trim),
        "bleed_mm": preflight.bleed,
        "sheet_mm": list(preflight.sheet),
        "ink_coverage": [list(page) for page in preflight.ink],
        "ink_not_measured": preflight.not_measured,
        "fonts": list(preflight.fonts),
    }
