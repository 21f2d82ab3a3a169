"""Measure how full the pages of a document are, and count isolated lines and items.

Input: WeasyPrint's pages. Output: `DocumentFill`, numbers only. The blank space at the end
of a brief does not count: the text may end anywhere on the last page, or on the page before
if only the imprint and the last two references follow.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from weasyprint.formatting_structure import boxes

from pipeline.model.scripts import language_of
from pipeline.pdf.box_tree import child_boxes
from pipeline.pdf.checks.layout_boxes import Page, PageMetrics, TextItem, measure_pages

# The minimum fill of a page before the last, as a share of its height.
MIN_FILLED = 0.6
# A last line with fewer letters is a runt; in Chinese and Japanese, one with one letter.
_RUNT_LETTERS = 5
# Above this share of the page, a blank band at a break in the references is counted. An
# entry of the references is never as high.
_MAX_BAND = 0.12
# In CSS pixels: a narrower side column, or a smaller extension into it, does not count.
_SIDE_GAP = 8.0
# The number of references that may be on the last page with the imprint alone.
_REFERENCES_PREFIX, _MAX_PARTS_WITH_IMPRINT = "references.", 2
_LISTS = ("ul", "ol")
_PARAGRAPHS = ("p", "li", "dd")
_TEXT_REGIONS = ("page", "float")


@dataclass(frozen=True, slots=True)
class PageFill:
    """One page: its largest blank band, and its fill, as shares of the page height.

    `path` is the part of the content below the band: the part that moved to the next page.
    """

    number: int
    band: float
    filled: float
    is_side_empty: bool
    path: str


@dataclass(frozen=True)
class DocumentFill:
    """The fill of the pages, and the numbers of isolated lines and items.

    `split_lists` counts lists of which one item is alone on a page, except the points for
    decision, each of which is a statement by itself; `split_references` counts page breaks
    in the references that leave a large blank band, `cut_boxes` boxes on several pages.
    """

    pages: tuple[PageFill, ...] = field(default=())
    runts: int = 0
    split_lists: int = 0
    split_references: int = 0
    cut_boxes: int = 0
    lone_headings: int = 0

    @property
    def largest_band(self) -> float:
        """The largest blank band of all pages, as a share of the page height."""
        return max((page.band for page in self.pages), default=0.0)

    @property
    def thin_pages(self) -> int:
        """The number of pages before the last that are less than 60 per cent full."""
        return sum(page.filled < MIN_FILLED for page in self.pages[:-1])

    @property
    def empty_sides(self) -> int:
        """The number of inner pages with nothing in the side column."""
        return sum(page.is_side_empty for page in self.pages[1:-1])

    def score(self) -> dict[str, int]:
        """The numbers for a report; the largest band in per cent of the page height."""
        return {
            "blank_band": round(self.largest_band * 100),
            "thin_pages": self.thin_pages,
            "empty_sides": self.empty_sides,
            "runts": self.runts,
            "split_lists": self.split_lists,
            "split_references": self.split_references,
            "cut_boxes": self.cut_boxes,
            "lone_headings": self.lone_headings,
        }


def measure_fill(pages: list[Any], metrics: PageMetrics | None = None) -> DocumentFill:
    """Measure the laid-out pages of a document; `metrics` are those of its boxes."""
    metrics = metrics or measure_pages(pages)
    walker = _BreakWalker()
    for page in pages:
        walker.read_page(page)
    fills = tuple(_page_fills(metrics, pages))
    return DocumentFill(
        fills,
        runts=sum(walker.runts()),
        split_lists=sum(walker.split_lists()),
        split_references=_split_references(walker, fills),
        cut_boxes=sum(len(numbers) > 1 for numbers in walker.boxes.values()),
        lone_headings=sum(_ends_with_heading(page) for page in metrics.pages[:-1]),
    )


def _page_fills(metrics: PageMetrics, pages: list[Any]) -> Iterator[PageFill]:
    end_number = _last_text_page(metrics)
    for page, page_box in zip(metrics.pages, pages, strict=True):
        items = [item for item in page.items if item.context.region in _TEXT_REGIONS]
        is_last = page.number >= end_number
        following = None if is_last else _first_in_flow(metrics.pages[page.number])
        next_path = following.path if following else ""
        band, path = max(
            _blank_bands(page, items, next_path, is_last=is_last), default=(0.0, "")
        )
        lowest = max((item.ink.bottom for item in items), default=page.top)
        filled = (lowest - page.top) / max(1.0, page.foot - page.top)
        is_side_empty = _has_side_column(page_box) and not any(
            _is_beside(item, page_box) for item in items
        )
        yield PageFill(page.number, band / page_box.height, filled, is_side_empty, path)


def _blank_bands(
    page: Page, items: Iterable[TextItem], next_path: str, *, is_last: bool
) -> Iterator[tuple[float, str]]:
    """Yield the height of each blank band, and the path of the part below it."""
    lowest = None if page.number == 1 else page.top
    for item in sorted(items, key=lambda item: item.ink.top):
        if lowest is not None:
            yield item.ink.top - lowest, item.path
        lowest = max(item.ink.bottom, lowest or 0.0)
    if not is_last:
        yield page.foot - (page.top if lowest is None else lowest), next_path


def _is_one_character_word(letter: str) -> bool:
    """Whether a single letter is often a word: in Chinese and Japanese."""
    return language_of(letter) in ("zh", "ja")


def _last_text_page(metrics: PageMetrics) -> int:
    """The number of the page on which a brief ends, without those of the imprint."""
    last = metrics.pages[-1]
    paths = {item.path for item in last.items if item.context.region in _TEXT_REGIONS}
    references = {path for path in paths if path.startswith(_REFERENCES_PREFIX)}
    is_tail = paths == references and len(references) <= _MAX_PARTS_WITH_IMPRINT
    return max(1, last.number - 1) if is_tail else last.number


def _first_in_flow(page: Page) -> TextItem | None:
    return next((item for item in page.items if item.context.region == "page"), None)


def _main_box(page: Any) -> Any:
    """The box of the text: its padding at the end is the side column."""
    for box in page._page_box.descendants():
        if box.element_tag == "main":
            return box
    return None


def _has_side_column(page: Any) -> bool:
    main = _main_box(page)
    return main is not None and max(main.padding_left, main.padding_right) > _SIDE_GAP


def _is_beside(item: TextItem, page: Any) -> bool:
    """Whether an item extends into the side column."""
    main = _main_box(page)
    left = main.content_box_x()
    right = left + main.width
    is_beside_at_left = main.padding_left > _SIDE_GAP and item.ink.left < left - _SIDE_GAP
    return bool(is_beside_at_left or item.ink.right > right + _SIDE_GAP)


def _ends_with_heading(page: Page) -> bool:
    last = next((i for i in reversed(page.items) if i.context.region == "page"), None)
    return last is not None and bool(last.context.is_heading)


def _split_references(walker: "_BreakWalker", fills: tuple[PageFill, ...]) -> int:
    """Count the page breaks in the references that leave a large blank band."""
    numbers = sorted(walker.references)
    return sum(fills[first - 1].band > _MAX_BAND for first, _ in pairwise(numbers))


class _BreakWalker:
    """Collects the lines of paragraphs, and the pages of items and boxes, of a document."""

    def __init__(self) -> None:
        self.number = 0
        self.lines: dict[Any, list[str]] = defaultdict(list)
        self.items: dict[Any, set[tuple[int, Any]]] = defaultdict(set)
        self.boxes: dict[Any, set[int]] = defaultdict(set)
        self.references: set[int] = set()

    def read_page(self, page: Any) -> None:
        self.number += 1
        for box in child_boxes(page._page_box):
            if not isinstance(box, boxes.MarginBox | boxes.FootnoteAreaBox):
                self.walk(box, None)

    def walk(self, box: Any, items: Any) -> None:
        html = box.element
        if isinstance(box, boxes.LineBox):
            texts = (b.text for b in box.descendants() if isinstance(b, boxes.TextBox))
            self.lines[html].append("".join(texts).strip())
            return
        if html is not None and box.element_tag == html.tag:
            classes = (html.get("class") or "").split()
            if "box" in classes:
                self.boxes[html].add(self.number)
            if html.tag in _LISTS:
                items = html
            elif html.tag == "li":
                path = html.get("data-path") or ""
                if not path.startswith("points_for_decision."):
                    self.items[items].add((self.number, html))
                if path.startswith("references."):
                    self.references.add(self.number)
        for child in child_boxes(box):
            self.walk(child, items)

    def runts(self) -> Iterator[bool]:
        """Yield for each paragraph of several lines whether its last one is a runt."""
        for html, lines in self.lines.items():
            if html is not None and html.tag in _PARAGRAPHS and len(lines) > 1:
                letters = [c for c in lines[-1] if c.isalnum()]
                is_short = 0 < len(letters) < _RUNT_LETTERS
                yield is_short and (
                    len(letters) == 1 or not any(map(_is_one_character_word, letters))
                )

    def split_lists(self) -> Iterator[bool]:
        """Yield for each list on several pages whether one item is alone on a page."""
        for items in self.items.values():
            numbers = Counter(number for number, _ in items)
            yield len(numbers) > 1 and min(numbers.values()) == 1
