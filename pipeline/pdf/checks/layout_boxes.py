"""Measure the laid-out boxes of a document.

Input: WeasyPrint's pages. Output: `PageMetrics`: the texts and pictures of each page with
their available area, the unbreakable blocks, the footnotes, the lines of paragraphs, titles
and headings. Each has the path of its part of the content: the nearest
`data-path` of a template, "" without one. What a style sheet transforms is not measured.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from weasyprint.formatting_structure import boxes

from pipeline.pdf.box_tree import child_boxes, is_figure

# Shares of the font size. The first two are the height above and the depth below the
# baseline that may not overlap: less than accents, superscripts and lines set solid need.
# The third is the side bearing by which a big figure is shifted (html/charts/diagrams.py).
_INK_ABOVE, _INK_BELOW, _INK_BEARING = 0.55, 0.1, 0.07
# The parts in the side column of page 1.
SIDE_COLUMN = ("pull_figures", "edition:contact")
# The class of a block that holds a side note beside its text. It may break across pages.
_GROUP_CLASS = "with-side"
# The picture of a cover extends into the bleed.
_COVER_PICTURE_CLASS = "cover-picture"
_AVOID_BREAK = ("avoid", "avoid-page")
# The regions above the foot of a page.
ABOVE_FOOT = ("page", "float")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in CSS pixels from the top left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float

    def clipped(self, other: "Area", *, vertically: bool) -> "Area":
        """This area, cut to the width of another.

        Its height is cut too if `vertically`; otherwise it is that of the other area.
        """
        return Area(
            max(self.left, other.left),
            max(self.top, other.top) if vertically else other.top,
            min(self.right, other.right),
            min(self.bottom, other.bottom) if vertically else other.bottom,
        )


@dataclass(frozen=True)
class LayoutContext:
    """The context of a box.

    `region` is "page", "float" (floated or absolutely positioned), "foot" (notes, imprint)
    or "running" (heads and feet), and `page_area` its area. Content must be inside the area
    `available`; `block` is the area of the nearest block, `line` the line box around a
    text. If it `is_heading`, text must follow on the same page. What is `in_line` is in a
    line of text, also in a block there.
    """

    region: str
    page_area: Area
    available: Area
    block: Area
    path: str = ""
    line: Any = None
    is_heading: bool = False
    is_repeated: bool = False
    in_line: bool = False
    in_figure: bool = False
    is_transformed: bool = False


@dataclass(frozen=True, slots=True)
class TextItem:
    """Some words on one line, or a picture: its ink, its block and its context."""

    path: str
    words: str
    ink: Area
    block: Area
    context: LayoutContext


@dataclass
class Page:
    """The items of one page. Its text is between the y coordinates `top` and `foot`.

    `height` is that of the sheet; `main` is the box of the text, without the notes.
    """

    number: int
    top: float
    foot: float
    height: float
    items: list[TextItem] = field(default_factory=list)
    main: Any = None

    @property
    def text(self) -> list[TextItem]:
        """The items above the foot."""
        return [item for item in self.items if item.context.region in ABOVE_FOOT]

    @property
    def flow(self) -> list[TextItem]:
        """The items above the foot that are not in a float."""
        return [item for item in self.items if item.context.region == "page"]

    @property
    def filled(self) -> float:
        """The share of the height of the text that is filled, down to the last item."""
        lowest = max((item.ink.bottom for item in self.text), default=self.top)
        return (lowest - self.top) / max(1.0, self.foot - self.top)

    @property
    def ends_with_heading(self) -> bool:
        """Whether the last item needs text below it."""
        return bool(self.flow and self.flow[-1].context.is_heading)


@dataclass
class UnbreakableBlock:
    """A block that must not break across pages, and its first and last page."""

    path: str
    first: int
    last: int


@dataclass
class Footnote:
    """A footnote, and the pages of its call and of its body (0: none)."""

    number: str = ""
    path: str = ""
    words: str = ""
    call: int = 0
    body: int = 0


@dataclass
class PageMetrics:
    """The measurements of all pages.

    `classes` are those of the root element; the first names the layout. `lines` counts the
    lines of titles by path. `truncated` are the paths whose words are not all on the pages.
    Of the elements above the foot, `paragraphs` has the text of each line, `pages_of` the
    numbers of the pages with a box of the element; both leave out blocks in a line.
    """

    classes: tuple[str, ...] = ()
    pages: list[Page] = field(default_factory=list)
    unbreakable: dict[Any, UnbreakableBlock] = field(default_factory=dict)
    footnotes: dict[Any, Footnote] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    paragraphs: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))
    pages_of: dict[Any, set[int]] = field(default_factory=lambda: defaultdict(set))
    truncated: list[str] = field(default_factory=list)


def measure_pages(pages: list[Any]) -> PageMetrics:
    """Measure all pages."""
    walker = _BoxWalker()
    for number, page in enumerate(pages, 1):
        walker.read_page(number, page)
    walker.metrics.truncated = list(walker.truncated_parts())
    return walker.metrics


class _BoxWalker:
    def __init__(self) -> None:
        self.metrics = PageMetrics()
        self.page = Page(0, 0, 0, 0)
        self.root: Any = None
        # Of each HTML element: the letters of its own text on the pages, and its path.
        self.letters: dict[Any, int] = {}
        self.paths: dict[Any, str] = {}

    def read_page(self, number: int, page: Any) -> None:
        page_box = page._page_box
        left, top = page_box.content_box_x(), page_box.content_box_y()
        bottom = top + page_box.height
        self.page = Page(number, top, bottom, page.height)
        self.metrics.pages.append(self.page)
        paper = Area(0, 0, page.width, page.height)
        # The masthead is above the text area, so content may reach the top edge.
        text = Area(left, 0, left + page_box.width, bottom)
        for box in child_boxes(page_box):
            if isinstance(box, boxes.MarginBox):
                self.walk(box, LayoutContext("running", paper, paper, paper))
            elif isinstance(box, boxes.FootnoteAreaBox):
                self.read_footnotes(box, LayoutContext("foot", text, text, text))
            else:
                self.root = box.element
                self.metrics.classes = tuple((box.element.get("class") or "").split())
                self.walk(box, LayoutContext("page", text, text, text))

    def read_footnotes(self, area: Any, context: LayoutContext) -> None:
        """Read the bodies of footnotes, whose path is that of their call."""
        for box in child_boxes(area):
            self.page.foot = min(self.page.foot, area.position_y)
            footnote = self.metrics.footnotes.setdefault(box.element, Footnote())
            footnote.body = self.page.number
            self.walk(box, replace(context, path=footnote.path))

    def walk(self, box: Any, context: LayoutContext) -> None:
        if isinstance(box, boxes.TextBox):
            self.read_text(box, context)
            return
        if isinstance(box, boxes.LineBox):
            self.read_line(box, context)
            context = replace(context, line=box, in_line=True)
        elif isinstance(box, boxes.InlineBox):
            if box.element_tag.endswith("::footnote-call"):
                self.read_call(box, context)
        else:
            context = self.inner_context(box, context)
            if isinstance(box, boxes.ReplacedBox):
                left, top, width, height = box.hit_area()
                ink = Area(left, top, left + width, top + height)
                # A picture of a style sheet in a margin box is of no element.
                alt = "" if box.element is None else box.element.get("alt") or ""
                self.add_item(alt, ink, context, ink)
        for child in child_boxes(box):
            self.walk(child, context)

    def inner_context(self, box: Any, context: LayoutContext) -> LayoutContext:
        html, style = box.element, box.style
        is_element = html is not None and box.element_tag == html.tag  # not ::before
        path = (html.get("data-path") if is_element else "") or context.path
        is_out_of_flow = box.is_floated() or box.is_absolutely_positioned()
        # The head of a table is repeated on each page: it begins more than once.
        is_repeated = context.is_repeated or getattr(box, "is_header", False)
        if is_element and context.region in ABOVE_FOOT and not context.in_line:
            self.metrics.pages_of[html].add(self.page.number)
            if html.tag == "main" and self.page.main is None:  # not an anonymous box in it
                self.page.main = box
        if is_element and style["break_inside"] in _AVOID_BREAK and not is_repeated:
            self.add_unbreakable(html, path)
        available, block = _available_area_and_block(box, context, is_out_of_flow)
        is_float = is_out_of_flow and context.region == "page"
        return LayoutContext(
            region="float" if is_float else context.region,
            page_area=context.page_area,
            available=available,
            block=block,
            path=path,
            is_heading=context.is_heading or _is_heading(box),
            is_repeated=is_repeated,
            in_line=context.in_line,
            in_figure=context.in_figure or _is_figure(box),
            is_transformed=context.is_transformed
            or bool(style["transform"])
            or (is_element and _COVER_PICTURE_CLASS in (html.get("class") or "").split()),
        )

    def add_unbreakable(self, html: Any, path: str) -> None:
        if _GROUP_CLASS not in (html.get("class") or "").split():
            block = UnbreakableBlock(path, self.page.number, self.page.number)
            self.metrics.unbreakable.setdefault(html, block).last = self.page.number

    def read_line(self, box: Any, context: LayoutContext) -> None:
        if context.region in ABOVE_FOOT and not context.in_line:
            self.metrics.paragraphs[box.element].append(_text_of(box).strip())
        path = "title" if box.element_tag == "h1" else context.path
        if path in ("title", "standfirst") or path.endswith(".heading"):
            self.metrics.lines[path] = self.metrics.lines.get(path, 0) + 1

    def read_call(self, box: Any, context: LayoutContext) -> None:
        """Read the call of a footnote; the imprint is a footnote whose call has no text."""
        number = _text_of(box)
        if number:
            footnote = self.metrics.footnotes.setdefault(box.element, Footnote())
            footnote.number, footnote.path = number, context.path
            footnote.call = self.page.number
            footnote.words = "".join(box.element.itertext())

    def read_text(self, box: Any, context: LayoutContext) -> None:
        words = box.text.strip()
        if "::" not in (box.element_tag or "") and not context.in_figure:
            letters = self.letters.get(box.element, 0) + _count_letters(words)
            self.letters[box.element] = letters
            self.paths.setdefault(box.element, context.path)
        size, baseline = box.style["font_size"], box.position_y + box.baseline
        left, right = box.position_x + _INK_BEARING * size, box.position_x + box.width
        ink = Area(left, baseline - _INK_ABOVE * size, right, baseline + _INK_BELOW * size)
        if words:
            self.add_item(words, ink, context, context.block)

    def add_item(self, words: str, ink: Area, context: LayoutContext, block: Area) -> None:
        if not context.is_transformed:
            self.page.items.append(TextItem(context.path, words, ink, block, context))

    def truncated_parts(self) -> Iterator[str]:
        """Find the parts whose text is incomplete: WeasyPrint 70 drops the end of a float.

        A style sheet may hide a whole element, but not in the side column.
        """
        for html in () if self.root is None else self.root.iter():
            path = html.get("data-path") or ""
            in_side_column = path.split(".")[0] in SIDE_COLUMN
            if 0 < self.letters.get(html, 0) < _own_letters(html):
                yield self.paths[html]
            elif in_side_column and any(
                self.letters.get(e, 0) < _own_letters(e) for e in html.iter()
            ):
                yield path


def _text_of(box: Any) -> str:
    return "".join(b.text for b in box.descendants() if isinstance(b, boxes.TextBox))


def _available_area_and_block(
    box: Any, context: LayoutContext, is_out_of_flow: bool
) -> tuple[Area, Area]:
    """The area that is available to the content of a box, and that of its block."""
    if not isinstance(box, boxes.BlockContainerBox | boxes.FlexContainerBox):
        return context.available, context.block
    left, top, width, height = box.hit_area()
    own = Area(left, top, left + width, top + height)
    if box.is_outside_marker:
        return own, own
    if _is_figure(box) or (context.in_figure and is_out_of_flow):
        return context.available, own  # a label may stand beside its chart
    has_negative_margin = box.margin_left < 0 or box.margin_right < 0
    may_leave_block = has_negative_margin or is_out_of_flow or box.is_footnote()
    is_cell = isinstance(box, boxes.TableCellBox)
    has_fixed_height = box.style["height"] != "auto" and not is_cell
    limits = context.page_area if may_leave_block else context.available
    return own.clipped(limits, vertically=has_fixed_height), own


def _is_figure(box: Any) -> bool:
    return box.element is not None and is_figure(box.element)


def _is_heading(box: Any) -> bool:
    """Whether content must follow on the page: after headings, and the head of a table."""
    is_caption = isinstance(box, boxes.TableCaptionBox)
    is_head = is_caption or getattr(box, "is_header", False)
    return is_head or box.style["break_after"] in _AVOID_BREAK


def _own_letters(html: Any) -> int:
    return _count_letters(html.text) + sum(_count_letters(child.tail) for child in html)


def _count_letters(text: str | None) -> int:
    """Count letters and digits; layout adds and removes spaces and hyphens."""
    return sum(map(str.isalnum, text or ""))
