"""The classes of a structure tree: elements, marked content, link annotations.

Section numbers are those of ISO 32000-1. `structure_tree.py` makes a tree from laid-out
boxes, `reading_order.py` puts it in the order of reading, `tag_writer.py` writes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Areas of links that are nearer, in points, are joined.
_TOLERANCE_PT = 0.5
# Left, bottom, right and top, in points from the bottom left of the page.
Area = tuple[float, float, float, float]


@dataclass(eq=False)
class MarkedContent:
    """A piece of marked content. `text` is None for a picture.

    `actual_text` is the text for readers: with the space that the end of a line dropped,
    and a soft hyphen where a word was broken (see reading_order.py).
    """

    page: int
    mcid: int
    text: str | None
    generated: bool
    actual_text: str = ""


@dataclass(frozen=True)
class LinkArea:
    """The area of a box of a link, and the target of the link: a destination or an address.

    `links.patch_add_links` stores it in the box, in place of WeasyPrint's annotation.
    """

    destination: str
    address: str
    area: Area


@dataclass(eq=False)
class Annotation:
    """A link annotation: the areas of a link on one line of a page.

    `description` is the text that a screen reader reads for the link, set by
    `tag_writer.py`.
    """

    page: int
    line: Any
    destination: "str | Element"
    address: str
    areas: list[Area] = field(default_factory=list)
    description: str = ""

    def contains(self, area: Area) -> bool:
        """Whether one of the areas contains another, within the tolerance."""
        left, bottom, right, top = area
        return any(
            a - _TOLERANCE_PT <= left
            and b - _TOLERANCE_PT <= bottom
            and right <= c + _TOLERANCE_PT
            and top <= d + _TOLERANCE_PT
            for a, b, c, d in self.areas
        )

    def add(self, area: Area) -> None:
        """Add an area; one that touches the last is joined to it."""
        if self.areas:
            (a, b, c, d), (left, bottom, right, top) = self.areas[-1], area
            if a - _TOLERANCE_PT <= right and left <= c + _TOLERANCE_PT:
                self.areas[-1] = min(a, left), min(b, bottom), max(c, right), max(d, top)
                return
        self.areas.append(area)


@dataclass(eq=False)
class Element:
    """A structure element. `html` is its source, None for an implied element.

    `actual_text` is read in place of the content, `expansion` is that of an abbreviation.
    `bounds` are page number, left, top, right and bottom in CSS pixels. `target` is the
    target of a link that the program adds: from the call of a note to the note, and back.
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
        element: Element | None = self
        while element is not None and element.role != role:
            element = element.parent
        return element

    def elements(self) -> Iterator["Element"]:
        """This element and its descendants, in reading order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.elements()


@dataclass
class StructureTree:
    """The structure of a document, and the marked content outside it.

    `artifacts` maps page and number of the content to its type ("Pagination" or "").
    `faults` are messages about errors in the structure.
    """

    root: Element
    artifacts: dict[tuple[int, int], str]
    faults: list[str] = field(default_factory=list)
