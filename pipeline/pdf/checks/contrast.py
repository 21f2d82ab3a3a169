"""Measure what a reader with weak eyes needs: contrast, and size.

WCAG 2.2, 1.4.3: text has a contrast of 4.5:1 with its ground, large text (18 pt, or 14 pt
bold) of 3:1; 1.4.11: so have graphics that carry meaning, here the marks of a chart.
Measured on the pages themselves, so that a style sheet cannot promise and not keep. The
ground of a text is the nearest background colour around it; a picture behind it is not
seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.model.colour import (
    GRAPHICS,
    LARGE_TEXT,
    TEXT,
    WHITE,
    Colour,
    contrast,
    mix,
    read_colour,
)
from pipeline.pdf.structure_tree import is_figure

# Below it readers of a printed page give up (design: A4 from 7.5 pt, A5 from 7 pt).
SMALLEST_PT, SMALLEST_ON_A5_PT = 7.5, 7.0
_A5_WIDTH_PX = 148 / 25.4 * 96
_PT_PER_PX = 0.75
_SVG = "{http://www.w3.org/2000/svg}svg"


@dataclass(frozen=True)
class _TextContext:
    """What surrounds a box: its ground, and whether it is part of a figure."""

    ground: Colour
    in_figure: bool


@dataclass(frozen=True)
class ContrastIssue:
    """What cannot be read, and the size in points or the colour that is its cause."""

    message: str
    cause: float | Colour


def find_contrast_issues(pages: list[Any]) -> list[ContrastIssue]:
    """Say which texts and marks are too pale or too small, each once."""
    faults: dict[ContrastIssue, None] = {}
    for page in pages:
        on_a5 = page.width < _A5_WIDTH_PX + 1
        smallest = SMALLEST_ON_A5_PT if on_a5 else SMALLEST_PT
        for fault in _faults(page._page_box, _TextContext(WHITE, False), smallest):
            faults[fault] = None
    return list(faults)


def _faults(box: Any, around: _TextContext, smallest: float) -> Iterator[ContrastIssue]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.TextBox):
        yield from _text_faults(box, around, smallest)
        return
    ground = _over(box.style["background_color"], around.ground)
    in_figure = around.in_figure or (box.element is not None and is_figure(box.element))
    if around.in_figure and ground != around.ground:
        yield from _pale_mark(ground, around.ground)
    if around.in_figure and box.element is not None and box.element.tag == _SVG:
        yield from _mark_faults(box.element, around.ground)
    for child in getattr(box, "children", ()):
        yield from _faults(child, _TextContext(ground, in_figure), smallest)


def _mark_faults(svg: Any, ground: Colour) -> Iterator[ContrastIssue]:
    """Measure the marks of a chart, of which each is filled, outlined or both."""
    for mark in svg.iter():
        if mark.get("class") == "mark":
            paints = (read_colour(mark.get(name) or "") for name in ("fill", "stroke"))
            found = [paint for paint in paints if paint] or [ground]
            best = max(found, key=lambda paint: contrast(paint, ground))
            yield from _pale_mark(best, ground)


def _pale_mark(mark: Colour, ground: Colour) -> Iterator[ContrastIssue]:
    ratio = contrast(mark, ground)
    if ratio < GRAPHICS:
        needed = f"{ratio:.1f}:1, and needs {GRAPHICS}:1"
        yield ContrastIssue(f"a mark of a chart has a contrast of {needed}", mark)


def _text_faults(
    box: Any, around: _TextContext, smallest: float
) -> Iterator[ContrastIssue]:
    text = " ".join(box.text.split())
    if not text:
        return
    size = round(box.style["font_size"] * _PT_PER_PX, 2)
    shown = text if len(text) <= 30 else f"{text[:30]}…"
    # Raised and lowered letters are part of a word, and its size is measured.
    if size < smallest and box.element_tag not in ("sup", "sub"):
        said = f'"{shown}" is set in {size:.1f} pt, and the smallest size is {smallest} pt'
        yield ContrastIssue(said, size)
    large = size >= 18 or (size >= 14 and box.style["font_weight"] >= 700)
    needed = LARGE_TEXT if large else TEXT
    colour = _over(box.style["color"], around.ground)
    ratio = contrast(colour, around.ground)
    if ratio < needed:
        said = f'"{shown}" has a contrast of {ratio:.1f}:1, and needs {needed}:1'
        yield ContrastIssue(said, colour)


def _over(colour: Any, ground: Colour) -> Colour:
    """Lay a colour, which may be translucent, over its ground."""
    red, green, blue = colour.to("srgb").coordinates
    return mix((red, green, blue), ground, colour.alpha)
