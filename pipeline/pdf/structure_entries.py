"""List the elements of the structure tree that a screen reader reads, in its order.

`briefs preview` shows this list as "Structure", and uses it to find the text that was
clicked: the marked content of an entry has the positions in the PDF, its path is the
`data-path` of a template.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.pdf.roles import PHRASES
from pipeline.pdf.structure_elements import Element, MarkedContent, StructureTree


@dataclass(frozen=True)
class StructureEntry:
    """One element: its depth, role and text, and its part of the content.

    `text` is the alternative text of a picture, and "" for an element that only groups
    others. `contents` are the pages and numbers of its marked content.
    """

    depth: int
    role: str
    text: str
    path: str
    contents: tuple[tuple[int, int], ...]


def list_structure(structure: StructureTree, html: Any) -> tuple[StructureEntry, ...]:
    """List the elements of a document; `html` is the root of its HTML."""
    paths: dict[Any, str] = {html: html.get("data-path") or ""}
    for parent in html.iter():
        for child in parent:
            paths[child] = child.get("data-path") or paths[parent]
    return tuple(_entries(structure.root, 0, "", paths))


def _entries(
    element: Element, depth: int, path: str, paths: dict[Any, str]
) -> Iterator[StructureEntry]:
    if element.html is not None:
        path = paths.get(element.html, path)
    contents = tuple(_contents(element))
    text = element.alt or " ".join("".join(c.actual_text for c in contents).split())
    positions = tuple((content.page, content.mcid) for content in contents)
    yield StructureEntry(depth, element.role, text, path, positions)
    for child in _blocks(element):
        yield from _entries(child, depth + 1, path, paths)


def _contents(element: Element) -> Iterator[MarkedContent]:
    """Yield the marked content of an element, and of the phrases in its lines."""
    for child in element.children:
        if isinstance(child, MarkedContent):
            yield child
        elif isinstance(child, Element) and child.role in PHRASES:
            yield from _contents(child)


def _blocks(element: Element) -> Iterator[Element]:
    """Yield the elements below an element that are no phrases."""
    for child in element.child_elements:
        if child.role in PHRASES:
            yield from _blocks(child)
        else:
            yield child
