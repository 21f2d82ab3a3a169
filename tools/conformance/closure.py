"""Check that the structure tree and the pages of a PDF refer to each other completely.

No validator does this: a file whose tree lacks half of its pages is well formed, and so is
one that reads a sentence twice. Each marked content must be in exactly one element, each
element must have its content, the parent tree (ISO 32000-1, 14.7.4.4) must refer to the
same element, and each link annotation must be in a Link element.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array

from tools.conformance.reading import Element, Linked, Marked, Reading

Owners = list[tuple[Element, Marked | Linked]]


def find_gaps(pdf: pikepdf.Pdf, reading: Reading) -> list[str]:
    """List all missing or wrong references; the list is empty for a correct file."""
    if reading.root is None:
        return ["the file has no structure tree"]
    owners = list(reading.root.leaves())
    parents = _parents(pdf)
    return [
        *_content_gaps(reading, owners),
        *_way_back_gaps(pdf, owners, parents),
        *_annotation_gaps(pdf, owners, parents),
    ]


def _content_gaps(reading: Reading, owners: Owners) -> Iterator[str]:
    """Compare the marked content of the pages with that of the structure tree."""
    owned = Counter((o.page, o.mcid) for _, o in owners if isinstance(o, Marked))
    for number, page in enumerate(reading.pages):
        for mcid in page.content:
            if not owned[number, mcid]:
                yield f"{_name(number, mcid)} belongs to no element"
        for mcid in page.twice:
            yield f"{_name(number, mcid)} is marked twice"
        for mcid in page.in_forms:
            yield f"{_name(number, mcid)} is inside a form, where the tree cannot reach it"
    for (number, mcid), count in owned.items():
        if count > 1:
            yield f"{_name(number, mcid)} belongs to {count} elements"
        if number < 0 or mcid not in reading.pages[number].content:
            yield f"{_name(number, mcid)} is owned, but on no page"


def _way_back_gaps(
    pdf: pikepdf.Pdf, owners: Owners, parents: dict[int, Any]
) -> Iterator[str]:
    """Check that the parent tree refers from each content to the element that has it."""
    rows = [parents.get(int(p.obj.get("/StructParents", -1))) for p in pdf.pages]
    for element, owned in owners:
        if isinstance(owned, Marked) and owned.page >= 0:
            row = rows[owned.page]
            found = isinstance(row, Array) and owned.mcid < len(row)
            if not found or _number(row[owned.mcid]) != element.number:  # type: ignore[index]
                name = _name(owned.page, owned.mcid)
                yield f"{name}: the parent tree does not lead to its element"


def _annotation_gaps(
    pdf: pikepdf.Pdf, owners: Owners, parents: dict[int, Any]
) -> Iterator[str]:
    """Check that each annotation is in one Link element, and in the parent tree."""
    holders: dict[tuple[int, int], list[Element]] = {}
    for element, owned in owners:
        if isinstance(owned, Linked):
            holders.setdefault(owned.number, []).append(element)
    for number, page in enumerate(pdf.pages):
        for index, annotation in enumerate(page.obj.get("/Annots", [])):
            name = f"page {number + 1}, annotation {index + 1}"
            held = holders.pop(annotation.objgen, [])
            if [element.role for element in held] != ["Link"]:
                yield f"{name} hangs in {[e.role for e in held] or 'nothing'}"
            elif _number(parents.get(int(annotation.get("/StructParent", -1)))) != (
                held[0].number
            ):
                yield f"{name}: the parent tree does not lead to its element"
    for element in (e for held in holders.values() for e in held):
        yield f"a {element.role} holds an annotation that is on no page"


def _parents(pdf: pikepdf.Pdf) -> dict[int, Any]:
    tree = pdf.Root.StructTreeRoot.get("/ParentTree")
    return {} if tree is None else dict(pikepdf.NumberTree(tree).items())


def _number(value: Any) -> tuple[int, int] | None:
    return value.objgen if isinstance(value, pikepdf.Dictionary) else None


def _name(page: int, mcid: int) -> str:
    return f"page {page + 1}, content {mcid}"
