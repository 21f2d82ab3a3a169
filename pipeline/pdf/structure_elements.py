"""The classes of a structure tree: elements, marked content, link annotations.

Section numbers are those of ISO 32000-1. `structure_tree.py` makes a tree from laid-out
boxes, `reading_order.py` puts it in the order of reading, `tag_writer.py` writes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Rectangles of a link with a smaller gap, in points, are joined.
_TOLERANCE_PT = 0.5
# Left, bottom, right and top, in points from the bottom left of the page.
Rect = tuple[float, float, float, float]


@dataclass(eq=False)
class MarkedContent:
    """A piece of marked content: `text` is None for a picture, `generated` is from CSS.

    `actual_text` is the text for readers: with the space that the end of a line dropped,
    and a soft hyphen where a word was broken (see reading_order.py).
    """

    page: int
    mcid: int
    text: str | None
    generated: bool
    actual_text: str = ""


@dataclass(frozen=True)
class LinkBox:
    """The rectangle of a box of a link, and where it leads: a destination or an address.

    `links.patch_add_links` stores it in the box, in place of WeasyPrint's annotation.
    """

    destination: str
    address: str
    rect: Rect


@dataclass(eq=False)
class Annotation:
    """A link annotation: the rectangles of a link in one line box of a page.

    `description` is the text that a screen reader reads for the link, set by
    `tag_writer.py`.
    """

    page: int
    line: Any
    destination: "str | Element"
    address: str
    rects: list[Rect] = field(default_factory=list)
    description: str = ""

    def contains(self, rect: Rect) -> bool:
        """Whether one of the rectangles contains another, within the tolerance."""
        left, bottom, right, top = rect
        return any(
            a - _TOLERANCE_PT <= left
            and b - _TOLERANCE_PT <= bottom
            and right <= c + _TOLERANCE_PT
            and top <= d + _TOLERANCE_PT
            for a, b, c, d in self.rects
        )

    def add(self, rect: Rect) -> None:
        """Add a rectangle; one that touches the last is joined to it."""
        if self.rects:
            (a, b, c, d), (left, bottom, right, top) = self.rects[-1], rect
            if a - _TOLERANCE_PT <= right and left <= c + _TOLERANCE_PT:
                self.rects[-1] = min(a, left), min(b, bottom), max(c, right), max(d, top)
                return
        self.rects.append(rect)


@dataclass(eq=False)
class Element:
    """A structure element. `html` is its source, None for an implied element.

    `actual_text` is read in place of the content, `expansion` is that of an abbreviation.
    `bounds` are page number, left, top, right and bottom in CSS pixels. A link that the
    program adds leads to `target`: from the call of a note to the note, and back.
    """

    role: str
    parent: "Element | None" = None
    html: Any = None
    children: list["Element | MarkedContent | Annotation"] = field(default_factory=list)
    language: str = ""
    alt: str = ""
    actual_text: str = ""
    expansion: str = ""
    title: str = ""
    id: str = ""
    scope: str = ""
    headers: tuple[str, ...] = ()
    numbering: str = ""
    colspan: int = 1
    rowspan: int = 1
    bounds: tuple[int, float, float, float, float] | None = None
    target: "Element | None" = None

    def closest(self, role: str) -> "Element | None":
        """This element or its nearest ancestor that has a role."""
        return next((e for e in self.ancestors() if e.role == role), None)

    def ancestors(self) -> Iterator["Element"]:
        """This element and its ancestors, from the inside to the root."""
        element: Element | None = self
        while element is not None:
            yield element
            element = element.parent

    @property
    def child_elements(self) -> list["Element"]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]

    def elements(self) -> Iterator["Element"]:
        """This element and its descendants, in reading order."""
        yield self
        for child in self.child_elements:
            yield from child.elements()

    def contents(self) -> Iterator[tuple["Element", MarkedContent]]:
        """The marked content of this element and its descendants, each with its element."""
        for element in self.elements():
            for child in element.children:
                if isinstance(child, MarkedContent):
                    yield element, child


@dataclass
class StructureTree:
    """The structure of a document, and the marked content outside it.

    `artifacts` maps the page and the MCID of content to its type ("Pagination" or "").
    `faults` are messages about errors in the structure.
    """

    root: Element
    artifacts: dict[tuple[int, int], str]
    faults: list[str] = field(default_factory=list)
