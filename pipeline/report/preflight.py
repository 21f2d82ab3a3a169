"""Turn what a print shop will see in a press file into text and JSON."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.report.problems import count

if TYPE_CHECKING:
    from pipeline.prepress.content_stream import Inks
    from pipeline.prepress.preflight import Preflight

_INKS = ("cyan", "magenta", "yellow", "black")


def preflight_lines(found: "Preflight") -> Iterator[str]:
    """Say what a print shop will see in a press file, in words."""
    for fault in found.faults:
        yield f"wrong: {fault}"
    yield f"printing condition: {found.condition or 'none named'}"
    bleed = "not known" if found.bleed is None else f"{found.bleed:g} mm"
    yield (
        f"size: {_size(found.trim)} after cutting, {bleed} bleed, "
        f"sheet {_size(found.sheet)} with crop marks"
    )
    yield from _ink_lines(found)
    yield "inks of text: " + "; ".join(_inks(inks) for inks in found.text_inks)
    for placed in found.pictures:
        colours = "grey" if placed.is_grey else "colour"
        yield (
            f"picture on page {placed.page}: {_size((placed.width, placed.height))}, "
            f"{placed.resolution} pixels per inch, {colours}"
        )
    if not found.pictures:
        yield "pictures: none; all is drawn, and sharp at any size"
    missing = [name for name, inside in found.fonts if not inside]
    fonts = f"{', '.join(missing)} not embedded" if missing else "all embedded"
    yield f"fonts: {count(len(found.fonts), 'font')}, {fonts}"


def _ink_lines(found: "Preflight") -> Iterator[str]:
    if not found.ink:
        yield f"ink: not measured: {found.not_measured}"
        return
    most = max(page.most for page in found.ink)
    worst = next(n for n, page in enumerate(found.ink, 1) if page.most == most)
    yield f"most ink on one spot: {most} per cent, on page {worst}"
    for number, page in enumerate(found.ink, 1):
        shares = (f"{ink} {s:g}" for ink, s in zip(_INKS, page.shares, strict=True))
        yield f"ink on page {number}, per cent of it: {', '.join(shares)}"


def _inks(inks: "Inks") -> str:
    """Name inks as printers do: "K 100", "C 97 M 81"."""
    if inks is None:
        return "a pattern"
    letters = zip("CMYK", inks, strict=True)
    named = [f"{letter} {share * 100:.0f}" for letter, share in letters if share >= 0.005]
    return " ".join(named) or "none (white)"


def _size(size: tuple[float, float] | None) -> str:
    if size is None:
        return "not known"
    return f"{size[0]:g} × {size[1]:g} mm"


def preflight_json(found: "Preflight") -> dict[str, object]:
    """Give a preflight the shape that programs read: inks are per cent of C, M, Y, K."""
    return {
        "printing_condition": found.condition,
        "faults": list(found.faults),
        "trim_mm": found.trim and list(found.trim),
        "bleed_mm": found.bleed,
        "sheet_mm": found.sheet and list(found.sheet),
        "ink": [{"most": page.most, "shares": list(page.shares)} for page in found.ink],
        "ink_not_measured": found.not_measured,
        "text_inks": [_inks(inks) for inks in found.text_inks],
        "pictures": [
            {
                "page": placed.page,
                "size_mm": [placed.width, placed.height],
                "pixels": list(placed.pixels),
                "pixels_per_inch": placed.resolution,
                "grey": placed.is_grey,
            }
            for placed in found.pictures
        ],
        "fonts": [{"name": name, "embedded": inside} for name, inside in found.fonts],
    }
