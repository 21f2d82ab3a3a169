"""Change the spaces between blocks where a document has a hole or a nearly empty last page.

A last page with two references and the imprint is a sheet for nothing. Then the document is
laid out again, with the margins of the blocks of its text multiplied: by less than one,
which may save the page, and by more, so that more text is on the last page. The same is
tried where page_fitter.py left a hole, or an item of a list alone on a page: pages then
end at other blocks. Sizes and leading stay, and so do figures, tables and boxes. The best
layout is kept. What is left of a hole is divided among the spaces of its page.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from weasyprint.formatting_structure import boxes

from pipeline.model.profiles import profile_of
from pipeline.pdf.block_positions import HEADINGS, classes_of, kind_of

# A last page is filled to this share, at least. After other spaces it should be filled to
# the larger one: below 0.4 the author is warned.
_LEAST_FILLED, _WELL_FILLED = 0.2, 0.45
# By these the margins are multiplied, until all pages are well filled; by the last ones
# only where a hole or a lone item is left.
FACTORS, LAST_FACTORS = (0.75, 1.4), (0.9, 1.2, 1.6)
_MARGINS = ("margin_top", "margin_bottom")
# A larger hole, as a share of the sheet, is worse than a last page with less text.
_HOLE = 0.115
# An item alone on a page is as bad as a hole of this size.
_LONE_ITEM = 0.05
# The most that a space between blocks grows, as a share of the type size.
_QUARTER_LINE = 0.35
# Groups that move as a whole: the height of a panel stays, entries belong together.
_WHOLE = {"key-messages", "references"}


def find_main(root_box: Any) -> Any:
    """The box of the text; None if there is none, as on the back of a booklet."""
    descendants = root_box.descendants()
    return next((box for box in descendants if box.element_tag == "main"), None)


def text_end(page: Any) -> tuple[float, float]:
    """The lowest end of a line or picture on a page, and the top of its notes."""
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
    """The blank band at the foot of a page, as a share of the sheet."""
    lowest, foot = text_end(page)
    return max(0.0, float((foot - lowest) / page.margin_height()))


def is_well_filled(pages: Sequence[Any]) -> bool:
    """Whether no page has a large hole or a lone item, and the last page enough text."""
    return not has_faults(pages) and not _ends_on_empty_page(pages)


def has_faults(pages: Sequence[Any]) -> bool:
    """Whether a page has a large hole, or an item of a list alone."""
    return bool(_holes(pages) or _lone_items(pages))


def _holes(pages: Sequence[Any]) -> float:
    """The blank space at the ends of pages beyond the allowed amount, in sheets."""
    return sum(max(0.0, blank_band(page) - _HOLE) for page in pages[:-1])


def _lone_items(pages: Sequence[Any]) -> int:
    """Count the lists of which one item is alone on a page.

    A point for decision may be: each is a statement by itself.
    """
    counts: dict[Any, Counter[int]] = defaultdict(Counter)
    for number, page in enumerate(pages):
        for box in _blocks(find_main(page.children[0])):
            for item in box.children if box.element_tag in ("ol", "ul") else ():
                if item.element_tag == "li" and not _is_statement(item):
                    counts[box.element][number] += 1
    return sum(len(count) > 1 and 1 in count.values() for count in counts.values())


def _is_statement(item: Any) -> bool:
    path = item.element.get("data-path", "")
    return bool(path.startswith("points_for_decision."))


def _ends_on_empty_page(pages: Sequence[Any]) -> bool:
    """Whether the last page of a document is nearly empty.

    Not if it is the back of a sheet that is folded, which would be blank without it.
    """
    root = pages[-1].children[0]
    name = (root.element.get("class") or "").partition(" ")[0]
    per_sheet = profile_of(name).pages_per_sheet
    is_back = per_sheet > 2 and len(pages) % per_sheet == 0
    has_text = len(pages) > 1 and not is_back and find_main(root) is not None
    return has_text and _filled(pages[-1]) < _LEAST_FILLED


def _filled(page: Any) -> float:
    top = page.content_box_y()
    lowest, foot = text_end(page)
    return float((lowest - top) / max(1.0, foot - top))


@dataclass(frozen=True)
class TextSpaces:
    """The blocks of a text with the styles that they had, and their margins."""

    styles: dict[Any, Any]
    margins: dict[tuple[Any, str], float]

    @classmethod
    def of(cls, root_box: Any) -> "TextSpaces":
        """Read them from the boxes of a document that is not laid out."""
        main = find_main(root_box)
        styles = {block: block.style for block in _blocks(main)} if main else {}
        margins = {
            (block, name): style[name].value
            for block, style in styles.items()
            for name in _MARGINS
            if style[name] != "auto" and style[name].unit == "px" and style[name].value > 0
        }
        return cls(styles, margins)

    def factors(self, pages: Sequence[Any]) -> tuple[float, ...]:
        """The factors in the order to try: less space first if it may save a page."""
        top, (lowest, _) = pages[-1].content_box_y(), text_end(pages[-1])
        saved = (1 - min(FACTORS)) * sum(self.margins.values())
        first = sorted(FACTORS, reverse=lowest - top > saved)
        return *first, *LAST_FACTORS

    def multiply(self, factor: float) -> None:
        """Set the margins; by 1 each block has its style again."""
        for block, style in self.styles.items():
            block.style = style if factor == 1 else style.copy()
        for (block, name), value in self.margins.items() if factor != 1 else ():
            block.style[name] = block.style[name]._replace(value=value * factor)


def _blocks(box: Any) -> Iterator[Any]:
    """Yield the blocks of a text, on the way down to its paragraphs."""
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.BlockLevelBox):
            yield child
            if not kind_of(child):
                yield from _blocks(child)


def penalty(pages: Sequence[Any]) -> tuple[int, float, float]:
    """How bad a layout is: its pages, its holes and lone items, its blank last page.

    A last page with little text counts as a small hole.
    """
    filled = _filled(pages[-1])
    blank = max(0.0, _WELL_FILLED - filled) / 8 if len(pages) > 1 else 0.0
    bad = _holes(pages) + _LONE_ITEM * _lone_items(pages) + blank
    return len(pages), bad, -filled


def stretch(page: Any, height: float) -> None:
    """Move the blocks of a page down, so that the spaces between them fill its hole.

    To each at most a quarter of a line: more would be visible beside the next page.
    """
    main = find_main(page.children[0])
    blocks = [*_parts(main)] if main else []
    gaps = sum(_may_stretch(before) for before, _ in pairwise(blocks))
    if main and gaps:
        gap = min(height / gaps, _QUARTER_LINE * main.style["font_size"])
        down = 0.0
        for before, block in pairwise(blocks):
            down += gap * _may_stretch(before)
            block.translate(dy=down)


def _parts(box: Any) -> Iterator[Any]:
    """Yield the blocks of a page from top to bottom: paragraphs, items, figures, tables."""
    for child in box.children:
        classes = classes_of(child)
        is_group = child.element_tag in ("section", "ol", "ul") or "text" in classes
        if is_group and not _WHOLE.intersection(classes):
            yield from _parts(child)
        else:
            yield child


def _may_stretch(before: Any) -> bool:
    """Whether the space after a block may grow: not after a heading or beside a float."""
    return before.element_tag not in HEADINGS and not before.is_floated()
