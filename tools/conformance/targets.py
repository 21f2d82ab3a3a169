"""Check that each link and bookmark of a PDF/UA-2 file leads to an element on its page.

veraPDF checks that a destination is an element, and cannot check which. Here the element
must be in the tree, and have content on the page that older readers go to.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf

from tools.conformance.reading import Element, Linked, Marked, Reading


def find_lost_targets(pdf: pikepdf.Pdf, reading: Reading) -> tuple[list[str], int]:
    """Describe every destination that is wrong, and count all of them."""
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    annotations = {
        a.objgen: n for n, p in enumerate(pdf.pages) for a in p.get("/Annots", [])
    }
    places = dict(_places(reading.root, annotations)) if reading.root else {}
    faults = []
    actions = list(_actions(pdf))
    for name, action in actions:
        if "/SD" not in action:
            faults.append(f"{name} leads to no element")
            continue
        page = pages.get(action.D[0].objgen, -1)
        if page not in places.get(action.SD[0].objgen, ()):
            faults.append(f"{name} leads to an element that is not on page {page + 1}")
    return faults, len(actions)


def _actions(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Every place to go to within the file, with a name."""
    for number, page in enumerate(pdf.pages, 1):
        for annotation in page.obj.get("/Annots", []):
            action: Any = annotation.get("/A", annotation)
            if "/Dest" in annotation or action.get("/S") == pikepdf.Name.GoTo:
                yield f"a link on page {number}", action
    yield from _bookmarks(pdf.Root.get("/Outlines"))


def _bookmarks(parent: Any) -> Iterator[tuple[str, Any]]:
    item = parent.get("/First") if parent is not None else None
    while item is not None:
        yield f'the bookmark "{item.Title}"', item.get("/A", item)
        yield from _bookmarks(item)
        item = item.get("/Next")


def _places(
    element: Element, annotations: dict[tuple[int, int], int]
) -> Iterator[tuple[tuple[int, int], set[int]]]:
    """The pages that each element has content on, by its object number."""
    pages: set[int] = set()
    for _, leaf in element.leaves():
        if isinstance(leaf, Marked):
            pages.add(leaf.page)
        elif isinstance(leaf, Linked):
            pages.add(annotations.get(leaf.number, -1))
    yield element.number, pages
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from _places(kid, annotations)
