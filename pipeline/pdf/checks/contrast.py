"""Measure the contrast and the size of texts, and the contrast of chart marks.

WCAG 2.2, 1.4.3: text needs a contrast of 4.5:1 with its background, large text (18 pt, or
14 pt bold) of 3:1. 1.4.11: graphics that carry meaning, here the marks of a chart, need
3:1. The background is the nearest background colour around a text, or the mark of a chart
below it; a picture behind it is ignored. In a press file a text is also measured in its
printed colours, and needs 3.5:1. WCAG is about screens: a blue with a contrast of 9:1 on a
screen has 4:1 on uncoated paper.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tinycss2.color4 import Color
from weasyprint.formatting_structure import boxes

from pipeline.model.colour import (
    GRAPHICS_MIN,
    LARGE_TEXT_MIN,
    TEXT_MIN,
    WHITE,
    Colour,
    SoftProof,
    contrast,
    mix,
    parse_colour,
)
from pipeline.pdf.box_tree import SVG, child_boxes, excerpt, is_figure

# The minimum sizes of text, in points: on a whole sheet, such as A4, and on half a sheet.
SMALLEST_PT, SMALLEST_ON_A5_PT = 7.5, 7.0
_MAX_HALF_PAGE_WIDTH_PX = 170 / 25.4 * 96  # 170 mm
_PT_PER_PX = 0.75
_MIN_PRINTED_CONTRAST = 3.5


# A message about a text or mark that is too small or too pale, and its size or its colour.
ContrastIssue = tuple[str, float | Colour]


def find_contrast_issues(
    pages: list[Any], soft_proof: SoftProof | None = None
) -> list[ContrastIssue]:
    """Find texts and marks with too little contrast or size, each once."""
    issues: list[ContrastIssue] = []
    for page in pages:
        is_half_page = page.width < _MAX_HALF_PAGE_WIDTH_PX + 1
        smallest = SMALLEST_ON_A5_PT if is_half_page else SMALLEST_PT
        issues += _box_issues(page._page_box, WHITE, False, smallest, soft_proof)
    return list(dict.fromkeys(issues))


def _box_issues(
    box: Any,
    background: Colour,
    in_figure: bool,
    smallest: float,
    soft_proof: SoftProof | None,
) -> Iterator[ContrastIssue]:
    """Measure a box in front of a `background`."""
    if isinstance(box, boxes.TextBox):
        yield from _text_issues(box, background, smallest, soft_proof)
        return
    html = box.element
    own_background = _blend(box.style["background_color"], background)
    if in_figure and own_background != background:
        yield from _mark_issues(own_background, background)
    if in_figure and html is not None and html.tag == SVG:
        yield from _svg_issues(html, background)
    in_figure = in_figure or (html is not None and is_figure(html))
    if html is not None and (mark := html.get("data-mark")):
        own_background = parse_colour(mark) or own_background
    for child in child_boxes(box):
        yield from _box_issues(child, own_background, in_figure, smallest, soft_proof)


def _svg_issues(svg: Any, background: Colour) -> Iterator[ContrastIssue]:
    """Measure the marks of a chart by fill or outline, whichever has more contrast."""
    for mark in svg.iter():
        if mark.get("class") == "mark":
            paints = (parse_colour(mark.get(name) or "") for name in ("fill", "stroke"))
            colours = [paint for paint in paints if paint] or [background]
            best = max(colours, key=lambda colour: contrast(colour, background))
            yield from _mark_issues(best, background)


def _mark_issues(mark: Colour, background: Colour) -> Iterator[ContrastIssue]:
    ratio = contrast(mark, background)
    if ratio < GRAPHICS_MIN:
        subject = f"a mark of a chart has a contrast of {ratio:.1f}:1"
        yield f"{subject}; it needs {GRAPHICS_MIN}:1", mark


def _text_issues(
    box: Any, background: Colour, smallest: float, soft_proof: SoftProof | None
) -> Iterator[ContrastIssue]:
    text = excerpt(box.text)
    if not text:
        return
    size = round(box.style["font_size"] * _PT_PER_PX, 2)
    # Superscripts and subscripts are part of a word, whose size is measured.
    if size < smallest and box.element_tag not in ("sup", "sub"):
        message = f'"{text}" is set in {size:.1f} pt; the smallest size is {smallest} pt'
        yield message, size
    is_large = size >= 18 or (size >= 14 and box.style["font_weight"] >= 700)
    min_ratio = LARGE_TEXT_MIN if is_large else TEXT_MIN
    colour = _blend(box.style["color"], background)
    ratio = contrast(colour, background)
    if ratio < min_ratio:
        message = f'"{text}" has a contrast of {ratio:.1f}:1; it needs {min_ratio}:1'
        yield message, colour
    elif soft_proof:
        ratio = contrast(soft_proof(colour), soft_proof(background))
        if ratio < _MIN_PRINTED_CONTRAST:
            message = f'"{text}" is printed with a contrast of {ratio:.1f}:1'
            yield f"{message}; it needs {_MIN_PRINTED_CONTRAST}:1", colour


def _blend(colour: Any, background: Colour) -> Colour:
    """Blend a colour, which may be translucent, with its background."""
    return _blend_values(colour.space, tuple(colour.coordinates), colour.alpha, background)


@lru_cache(maxsize=1000)
def _blend_values(
    space: str, coordinates: tuple[float, ...], alpha: float, background: Colour
) -> Colour:
    red, green, blue = Color(space, coordinates, alpha).to("srgb").coordinates
    return mix((red, green, blue), background, alpha)
