"""Find the structure elements that the links and bookmarks of a document lead to.

WeasyPrint writes destinations as positions on pages. PDF/UA-2 requires elements, which can
be found only while the boxes exist. Older readers ignore them.
"""

from collections.abc import Sequence
from typing import Any

from pipeline.pdf.structure_elements import Element


def find_destinations(
    pages: Sequence[Any], root: Element
) -> tuple[dict[str, Element], list[Element]]:
    """Find the elements of the anchors, by their names, and of the bookmarks, in order.

    Boxes are walked in the order in which WeasyPrint gathers anchors and bookmarks. An HTML
    element that has no structure element stands for the first one in it, or else for the
    one around it.
    """
    elements: dict[Any, Element] = {}
    for element in root.elements():
        if element.html is not None:
            elements.setdefault(element.html, element)
    anchors: dict[str, Element] = {}
    bookmarks: list[Element] = []

    def walk(box: Any, nearest: Element) -> None:
        nearest = elements.get(box.element, nearest)
        anchor = box.style["anchor"]
        is_anchor = anchor and anchor not in anchors
        is_bookmark = box.bookmark_label and box.style["bookmark_level"] != "none"
        if is_anchor or is_bookmark:
            inside = (elements[html] for html in box.element.iter() if html in elements)
            target = next(inside, nearest)
            if is_anchor:
                anchors[anchor] = target
            if is_bookmark:
                bookmarks.append(target)
        for child in box.all_children():
            walk(child, nearest)

    for page in pages:
        walk(page._page_box, root)
    return anchors, bookmarks
