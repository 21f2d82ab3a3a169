"""Measure how full the pages of a document are, and count isolated lines and items.

Input: the `PageMetrics` of layout_boxes.py. Output: `DocumentFill`, numbers only. The blank
space at the end of a brief does not count: the text may end anywhere on the last page, or
on the page before if only the imprint and the last two references follow.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.scripts import language_of
from pipeline.pdf.checks.layout_boxes import Page, PageMetrics, TextItem

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
_PARAGRAPHS = ("p", "li", "dd")


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


def measure_fill(metrics: PageMetrics) -> DocumentFill:
    """Measure how the pages of a document are filled."""
    fills = tuple(_page_fills(metrics))
    boxes = (html for html in metrics.pages_of if "box" in html.get("class", "").split())
    return DocumentFill(
        fills,
        runts=sum(map(_ends_with_runt, metrics.paragraphs.items())),
        split_lists=sum(_is_split_list(html, metrics) for html in metrics.pages_of),
        split_references=_split_references(metrics, fills),
        cut_boxes=sum(len(metrics.pages_of[html]) > 1 for html in boxes),
        lone_headings=sum(page.ends_with_heading for page in metrics.pages[:-1]),
    )


def _page_fills(metrics: PageMetrics) -> Iterator[PageFill]:
    end_number = _last_text_page(metrics)
    for page in metrics.pages:
        is_last = page.number >= end_number
        following = [] if is_last else metrics.pages[page.number].flow
        next_path = following[0].path if following else ""
        bands = _blank_bands(page, next_path, is_last=is_last)
        band, path = max(bands, default=(0.0, ""))
        yield PageFill(
            page.number, band / page.height, page.filled, _is_side_empty(page), path
        )


def _blank_bands(
    page: Page, next_path: str, *, is_last: bool
) -> Iterator[tuple[float, str]]:
    """Yield the height of each blank band, and the path of the part below it."""
    lowest = None if page.number == 1 else page.top
    for item in sorted(page.text, key=lambda item: item.ink.top):
        if lowest is not None:
            yield item.ink.top - lowest, item.path
        lowest = max(item.ink.bottom, lowest or 0.0)
    if not is_last:
        yield page.foot - (page.top if lowest is None else lowest), next_path


def _last_text_page(metrics: PageMetrics) -> int:
    """The number of the page on which a brief ends, without those of the imprint."""
    last = metrics.pages[-1]
    paths = {item.path for item in last.text}
    references = {path for path in paths if path.startswith(_REFERENCES_PREFIX)}
    is_tail = paths == references and len(references) <= _MAX_PARTS_WITH_IMPRINT
    return max(1, last.number - 1) if is_tail else last.number


def _is_side_empty(page: Page) -> bool:
    """Whether a page has a side column, the padding of its text, and no item in it."""
    main = page.main
    if main is None or max(main.padding_left, main.padding_right) <= _SIDE_GAP:
        return False
    return not any(_is_beside(item, main) for item in page.text)


def _is_beside(item: TextItem, main: Any) -> bool:
    left = main.content_box_x()
    right = left + main.width
    is_beside_at_left = main.padding_left > _SIDE_GAP and item.ink.left < left - _SIDE_GAP
    return bool(is_beside_at_left or item.ink.right > right + _SIDE_GAP)


def _split_references(metrics: PageMetrics, fills: tuple[PageFill, ...]) -> int:
    """Count the page breaks in the references that leave a large blank band."""
    pages = [
        fill
        for page, fill in zip(metrics.pages, fills, strict=True)
        if any(item.path.startswith(_REFERENCES_PREFIX) for item in page.text)
    ]
    return sum(page.band > _MAX_BAND for page in pages[:-1])


def _ends_with_runt(paragraph: tuple[Any, list[str]]) -> bool:
    """Whether a paragraph has several lines, and a runt as its last one."""
    html, lines = paragraph
    if html is None or html.tag not in _PARAGRAPHS or len(lines) < 2:
        return False
    letters = [character for character in lines[-1] if character.isalnum()]
    if not 0 < len(letters) < _RUNT_LETTERS:
        return False
    # In Chinese and Japanese a single letter is often a word.
    return len(letters) == 1 or not {"zh", "ja"}.intersection(map(language_of, letters))


def _is_split_list(html: Any, metrics: PageMetrics) -> bool:
    """Whether a list is on several pages, on one of them with a single item."""
    counts: Counter[int] = Counter()
    for item in html.iterfind("li"):
        if not item.get("data-path", "").startswith("points_for_decision."):
            counts.update(metrics.pages_of.get(item, ()))
    return len(counts) > 1 and 1 in counts.values()
