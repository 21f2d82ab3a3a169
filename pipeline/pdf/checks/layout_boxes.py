"""Turn the laid-out boxes of a document into what can be measured on its pages.

Shape in: WeasyPrint's pages. Shape out: a `PageMetrics`: the texts and pictures of each
page with the room that they had, what must stay whole, the notes, the lines of title,
standfirst and headings. Each knows its part of the content: the nearest `data-path` of a
template, "" without one. What a style sheet turns or mirrors is not measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.pdf.structure_tree import is_figure

# The part of a line that ink fills, in parts of its size above and below the baseline:
# lines set solid, accents and superscripts are no collision.
_ABOVE, _BELOW = 0.55, 0.1
# The parts of the side column of page 1.
SIDE_COLUMN = ("pull_figures", "edition:contact")
# Holds a side note beside its text; what must not be cut in it says so itself.
_GROUP = "with-side"
_AVOID = ("avoid", "avoid-page")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in CSS pixels from the top left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float

    def within(self, other: "Area", *, also_down: bool) -> "Area":
        """The part of this area that lies in another one: across, or also up and down."""
        return Area(
            max(self.left, other.left),
            max(self.top, other.top) if also_down else other.top,
            min(self.right, other.right),
            min(self.bottom, other.bottom) if also_down else other.bottom,
        )


@dataclass(frozen=True, slots=True)
class TextItem:
    """Some words on one line, or a picture: the ink, and the room that it had.

    `region` is "page", "float", "foot" (notes, imprint) or "running" (heads and feet).
    `room` is what nothing may leave, `block` the nearest block. `line` is the same for
    all words of a line, None for a picture. After a head something must follow.
    """

    words: str
    path: str
    region: str
    line: Any
    ink: Area
    room: Area
    block: Area
    is_head: bool


@dataclass
class Page:
    """What stands on one page. Its text area ends above its foot: notes, imprint."""

    number: int
    top: float
    foot: float
    items: list[TextItem] = field(default_factory=list)


@dataclass
class UnbreakableBlock:
    """Something that must not be cut, and the pages where it begins and ends."""

    path: str
    first: int
    last: int


@dataclass
class Note:
    """A footnote: its number and part, the pages of its call and its words (0: none)."""

    number: str = ""
    path: str = ""
    words: str = ""
    call: int = 0
    body: int = 0


@dataclass
class PageMetrics:
    """What was found on all pages. `lost` are the parts whose words are not all there."""

    profile: str = ""
    pages: list[Page] = field(default_factory=list)
    wholes: dict[Any, UnbreakableBlock] = field(default_factory=dict)
    notes: dict[Any, Note] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _LayoutContext:
    """What surrounds a box; see `TextItem`. `sheet` is the room that the page has."""

    region: str
    sheet: Area
    room: Area
    block: Area
    path: str = ""
    line: Any = None
    is_head: bool = False
    is_repeated: bool = False
    in_figure: bool = False
    is_turned: bool = False


def measure_pages(pages: list[Any]) -> PageMetrics:
    """Measure all pages."""
    walk = _Walk()
    for number, page in enumerate(pages, 1):
        walk.read_page(number, page)
    walk.survey.lost = list(walk.lost_parts())
    return walk.survey


class _Walk:
    """One walk over all pages."""

    def __init__(self) -> None:
        self.survey = PageMetrics()
        self.page = Page(0, 0, 0)
        self.root: Any = None
        self.letters: dict[Any, int] = {}
        self.parts: dict[Any, str] = {}

    def read_page(self, number: int, page: Any) -> None:
        sheet = page._page_box
        left, top = sheet.content_box_x(), sheet.content_box_y()
        bottom = top + sheet.height
        self.page = Page(number, top, bottom)
        self.survey.pages.append(self.page)
        paper = Area(0, 0, page.width, page.height)
        # The masthead stands above the text area, so a page has room up to its top edge.
        room = Area(left, 0, left + sheet.width, bottom)
        for box in sheet.children:
            if isinstance(box, boxes.MarginBox):
                self.walk(box, _LayoutContext("running", paper, paper, paper))
            elif isinstance(box, boxes.FootnoteAreaBox):
                self.read_foot(box, _LayoutContext("foot", room, room, room))
            else:
                self.root = box.element
                self.survey.profile = box.element.get("class") or ""
                self.walk(box, _LayoutContext("page", room, room, room))

    def read_foot(self, area: Any, around: _LayoutContext) -> None:
        """Read the notes at the foot, whose part is that of their call."""
        for box in area.children:
            self.page.foot = min(self.page.foot, area.position_y)
            note = self.survey.notes.setdefault(box.element, Note())
            note.body = self.page.number
            self.walk(box, replace(around, path=note.path))

    def walk(self, box: Any, around: _LayoutContext) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.TextBox):
            self.read_text(box, around)
            return
        if isinstance(box, boxes.LineBox):
            around = replace(around, line=box)
            self.count_line(box, around)
        elif isinstance(box, boxes.InlineBox):
            if box.element_tag.endswith("::footnote-call"):
                self.read_call(box, around)
        else:
            around = self.enter(box, around)
            if isinstance(box, boxes.ReplacedBox):
                self.read_picture(box, around)
        for child in getattr(box, "children", ()):
            self.walk(child, around)

    def enter(self, box: Any, around: _LayoutContext) -> _LayoutContext:
        """Give what surrounds the children of a block."""
        html, style = box.element, box.style
        is_own = html is not None and box.element_tag == html.tag
        path = (html.get("data-path") if is_own else "") or around.path
        leaves_flow = box.is_floated() or box.is_absolutely_positioned()
        # The head of a table is repeated on each page: it begins more than once.
        is_repeated = around.is_repeated or getattr(box, "is_header", False)
        if is_own and style["break_inside"] in _AVOID and not is_repeated:
            self.keep_whole(html, path)
        room, block = self.room(box, around, leaves_flow)
        return _LayoutContext(
            "float" if leaves_flow and around.region == "page" else around.region,
            around.sheet,
            room,
            block,
            path,
            None,
            around.is_head or _is_head(box),
            is_repeated,
            around.in_figure or _is_figure(box),
            around.is_turned or bool(style["transform"]),
        )

    def room(
        self, box: Any, around: _LayoutContext, leaves_flow: bool
    ) -> tuple[Area, Area]:
        """Give the room that a box leaves to what is in it, and its own edges."""
        if not isinstance(box, boxes.BlockContainerBox | boxes.FlexContainerBox):
            return around.room, around.block
        left, top, width, height = box.hit_area()
        own = Area(left, top, left + width, top + height)
        if box.is_outside_marker:
            return own.within(own, also_down=False), own
        if _is_figure(box) or (around.in_figure and leaves_flow):
            return around.room, own  # a label may stand beside its chart
        hangs_out = box.margin_left < 0 or box.margin_right < 0
        free = hangs_out or leaves_flow or box.is_footnote()
        is_cell = isinstance(box, boxes.TableCellBox)
        is_fixed = box.style["height"] != "auto" and not is_cell
        return own.within(around.sheet if free else around.room, also_down=is_fixed), own

    def keep_whole(self, html: Any, path: str) -> None:
        if _GROUP not in (html.get("class") or "").split():
            number = self.page.number
            self.survey.wholes.setdefault(
                html, UnbreakableBlock(path, number, number)
            ).last = number

    def count_line(self, box: Any, around: _LayoutContext) -> None:
        path = "title" if box.element_tag == "h1" else around.path
        if path in ("title", "standfirst") or path.endswith(".heading"):
            self.survey.lines[path] = self.survey.lines.get(path, 0) + 1

    def read_call(self, box: Any, around: _LayoutContext) -> None:
        """Read a footnote's call; one that says nothing is that of the imprint."""
        number = "".join(b.text for b in box.descendants() if isinstance(b, boxes.TextBox))
        if number:
            note = self.survey.notes.setdefault(box.element, Note())
            note.number, note.path, note.call = number, around.path, self.page.number
            note.words = "".join(box.element.itertext())

    def read_text(self, box: Any, around: _LayoutContext) -> None:
        words = box.text.strip()
        if "::" not in (box.element_tag or "") and not around.in_figure:
            found = self.letters.get(box.element, 0) + _letters(words)
            self.letters[box.element] = found
            self.parts.setdefault(box.element, around.path)
        size, base = box.style["font_size"], box.position_y + box.baseline
        left, right = box.position_x, box.position_x + box.width
        ink = Area(left, base - _ABOVE * size, right, base + _BELOW * size)
        if words:
            self.remember(words, ink, around, around.block)

    def read_picture(self, box: Any, around: _LayoutContext) -> None:
        left, top, width, height = box.hit_area()
        ink = Area(left, top, left + width, top + height)
        self.remember(box.element.get("alt") or "", ink, around, ink)

    def remember(self, words: str, ink: Area, around: _LayoutContext, block: Area) -> None:
        if not around.is_turned:
            self.page.items.append(
                TextItem(
                    words,
                    around.path,
                    around.region,
                    around.line,
                    ink,
                    around.room,
                    block,
                    around.is_head,
                )
            )

    def lost_parts(self) -> Iterator[str]:
        """Find the parts whose words break off: WeasyPrint 70 loses the rest of a float.

        An element without any word on the pages may be hidden on purpose by a style sheet;
        structure.py speaks of it. But nobody hides lines of the side column.
        """
        for html in () if self.root is None else self.root.iter():
            path = html.get("data-path") or ""
            in_side_column = path.split(".")[0] in SIDE_COLUMN
            if 0 < self.letters.get(html, 0) < _own_letters(html):
                yield self.parts[html]
            elif in_side_column and any(
                self.letters.get(e, 0) < _own_letters(e) for e in html.iter()
            ):
                yield path


def _is_figure(box: Any) -> bool:
    return box.element is not None and is_figure(box.element)


def _is_head(box: Any) -> bool:
    """Headings, and the head of a table: a reader expects something below."""
    is_head = isinstance(box, boxes.TableCaptionBox) or getattr(box, "is_header", False)
    return is_head or box.style["break_after"] in _AVOID


def _own_letters(html: Any) -> int:
    return _letters(html.text) + sum(_letters(child.tail) for child in html)


def _letters(text: str | None) -> int:
    """Count what no layout adds or takes away, as it does with spaces and hyphens."""
    return sum(map(str.isalnum, text or ""))
