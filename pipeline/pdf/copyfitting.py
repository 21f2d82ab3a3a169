"""Change the spaces between blocks to fill blank bands or to save a nearly empty last page.

A last page with only two references and the imprint wastes a sheet. Then the document is
laid out again, with the margins of the blocks of its text multiplied: by less than one,
which may save the page, and by more, so that more text is on the last page. The same is
tried if page_fitter.py left a blank band, or an item of a list alone on a page: pages then
end at other blocks. Sizes and leading stay, and so do figures, tables and boxes. The best
layout is used. What remains of a blank band is divided among the spaces of its page.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from weasyprint.formatting_structure import boxes

from pipeline.model.profiles import profile_of
from pipeline.pdf.block_positions import HEADINGS, classes_of, kind_of

# The minimum fill of a last page, and the fill that other spaces should reach; below 0.4
# `checks/overflow.py` warns the author.
_MIN_FILLED, _TARGET_FILLED = 0.2, 0.45
# The margins are multiplied by these factors in turn, until all pages are well filled; by
# the last resort factors only if a blank band or a lone item remains.
MARGIN_FACTORS, LAST_RESORT_FACTORS = (0.75, 1.4), (0.9, 1.2, 1.6)
_MARGINS = ("margin_top", "margin_bottom")
# The maximum blank band, as a share of the page height. Only a larger one has a penalty,
# and is divided among the spaces between the blocks of its page.
MAX_BAND = 0.115
# An item alone on a page has the penalty of a blank band of this size.
_LONE_ITEM_PENALTY = 0.05
# The maximum growth of a space between blocks, as a share of the type size.
_MAX_STRETCH = 0.35
# Classes of groups in which spaces do not grow.
_UNSTRETCHED_CLASSES = {"key-messages", "references"}


def find_main(root_box: Any) -> Any:
    """Find the box of the text; None on a page without one, as the back of a booklet."""
    descendants = root_box.descendants()
    return next((box for box in descendants if box.element_tag == "main"), None)


def text_end(page: Any) -> tuple[float, float]:
    """The lowest end of a line or picture on a page; the top of its notes, or its foot."""
    root, footnotes, *_ = page.children
    lowest = max(
        (
            box.position_y + box.margin_height()
            for box in root.descendants(placeholders=False)
            if isinstance(box, boxes.LineBox | boxes.ReplacedBox)
        ),
        default=page.content_box_y(),
    )
    foot = page.content_box_y() + page.height
    return lowest, footnotes.position_y if footnotes.children else foot


def blank_band(page: Any) -> float:
    """The blank band at the foot of a page, as a share of the page height."""
    lowest, foot = text_end(page)
    return max(0.0, float((foot - lowest) / page.margin_height()))


def is_well_filled(pages: Sequence[Any]) -> bool:
    """Whether no page has a large blank band or lone item; nor is the last nearly empty."""
    return not has_faults(pages) and not _has_nearly_empty_last_page(pages)


def has_faults(pages: Sequence[Any]) -> bool:
    """Whether a page has a large blank band, or an item of a list alone."""
    return bool(_excess_bands(pages) or _count_lone_items(pages))


def _excess_bands(pages: Sequence[Any]) -> float:
    """The sum of the blank bands beyond the maximum, as shares of the page height."""
    return sum(max(0.0, blank_band(page) - MAX_BAND) for page in pages[:-1])


def _count_lone_items(pages: Sequence[Any]) -> int:
    """Count the lists of which one item is alone on a page.

    A point for decision may be: each is a statement by itself.
    """
    counts: dict[Any, Counter[int]] = defaultdict(Counter)
    for number, page in enumerate(pages):
        for box in _text_blocks(find_main(page.children[0])):
            for item in box.children if box.element_tag in ("ol", "ul") else ():
                if item.element_tag == "li" and not _is_statement(item):
                    counts[box.element][number] += 1
    return sum(len(count) > 1 and 1 in count.values() for count in counts.values())


def _is_statement(item: Any) -> bool:
    path = item.element.get("data-path", "")
    return bool(path.startswith("points_for_decision."))


def _has_nearly_empty_last_page(pages: Sequence[Any]) -> bool:
    """Whether the last page of a document is nearly empty.

    The back of a folded sheet does not count: without text it would be blank.
    """
    root = pages[-1].children[0]
    name = (root.element.get("class") or "").partition(" ")[0]
    per_sheet = profile_of(name).pages_per_sheet
    is_back = per_sheet > 2 and len(pages) % per_sheet == 0
    has_text = len(pages) > 1 and not is_back and find_main(root) is not None
    return has_text and _filled_share(pages[-1]) < _MIN_FILLED


def _filled_share(page: Any) -> float:
    top = page.content_box_y()
    lowest, foot = text_end(page)
    return float((lowest - top) / max(1.0, foot - top))


class TextSpaces:
    """The blocks of a text before layout, with their original styles and margins."""

    def __init__(self, root_box: Any) -> None:
        main = find_main(root_box)
        self.styles = {block: block.style for block in _text_blocks(main)} if main else {}
        self.margins = {
            (block, name): style[name].value
            for block, style in self.styles.items()
            for name in _MARGINS
            if style[name] != "auto" and style[name].unit == "px" and style[name].value > 0
        }

    def factors(self, pages: Sequence[Any]) -> tuple[float, ...]:
        """The factors in the order to try: less space first if it may save a page."""
        top, (lowest, _) = pages[-1].content_box_y(), text_end(pages[-1])
        saved = (1 - min(MARGIN_FACTORS)) * sum(self.margins.values())
        first = sorted(MARGIN_FACTORS, reverse=lowest - top > saved)
        return *first, *LAST_RESORT_FACTORS

    def multiply(self, factor: float) -> None:
        """Multiply the margins; the factor 1 restores the original styles."""
        for block, style in self.styles.items():
            block.style = style if factor == 1 else style.copy()
        for (block, name), value in self.margins.items() if factor != 1 else ():
            block.style[name] = block.style[name]._replace(value=value * factor)


def _text_blocks(box: Any) -> Iterator[Any]:
    """Yield the blocks of a text and their descendants; blocks that move have none."""
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.BlockLevelBox):
            yield child
            if not kind_of(child):
                yield from _text_blocks(child)


def layout_penalty(pages: Sequence[Any]) -> tuple[int, float, float]:
    """The penalty of a layout: its pages, its blank bands and lone items, its last page.

    A last page with little text counts as a small blank band.
    """
    filled = _filled_share(pages[-1])
    blank = max(0.0, _TARGET_FILLED - filled) / 8 if len(pages) > 1 else 0.0
    excess = _excess_bands(pages) + _LONE_ITEM_PENALTY * _count_lone_items(pages) + blank
    return len(pages), excess, -filled


def stretch_spaces(page: Any, height: float) -> None:
    """Move the blocks of a page down, so that the spaces between them fill its blank band.

    Each space grows by at most `_MAX_STRETCH`, a quarter of a line: more would be visible.
    """
    main = find_main(page.children[0])
    blocks = [*_page_blocks(main)] if main else []
    gaps = sum(_may_stretch(before) for before, _ in pairwise(blocks))
    if main and gaps:
        gap = min(height / gaps, _MAX_STRETCH * main.style["font_size"])
        shift = 0.0
        for before, block in pairwise(blocks):
            shift += gap * _may_stretch(before)
            block.translate(dy=shift)


def _page_blocks(box: Any) -> Iterator[Any]:
    """Yield the blocks of a page from top to bottom: paragraphs, items, figures, tables."""
    for child in box.children:
        classes = classes_of(child)
        is_group = child.element_tag in ("section", "ol", "ul") or "text" in classes
        if is_group and not _UNSTRETCHED_CLASSES.intersection(classes):
            yield from _page_blocks(child)
        else:
            yield child


def _may_stretch(before: Any) -> bool:
    """Whether the space after a block may grow: not after a heading or beside a float."""
    return before.element_tag not in HEADINGS and not before.is_floated()
