"""List what a screen reader reads of a document, in its order, with its marked content.

`briefs preview` prints this list, and finds with it what lies under a click: the marked
content of an entry has its places in the PDF, its path is that of a template's `data-path`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.pdf.roles import PHRASES
from pipeline.pdf.structure_elements import Element, MarkedContent, StructureTree


@dataclass(frozen=True)
class ReadingListEntry:
    """One element: its depth, role and text, and its part of the content.

    `text` is the alternative text of a picture, and "" for what only groups. `contents` are
    the pages and numbers of its marked content.
    """

    depth: int
    role: str
    text: str
    path: str
    contents: tuple[tuple[int, int], ...]


def read_reading_list(structure: StructureTree, html: Any) -> tuple[ReadingListEntry, ...]:
    """List the elements of a document; `html` is the root of its HTML."""
    paths: dict[Any, str] = {}
    _read_paths(html, "", paths)
    return tuple(_entries(structure.root, 0, "", paths))


def _read_paths(html: Any, path: str, paths: dict[Any, str]) -> None:
    paths[html] = path = html.get("data-path") or path
    for child in html:
        _read_paths(child, path, paths)


def _entries(
    element: Element, depth: int, path: str, paths: dict[Any, str]
) -> Iterator[ReadingListEntry]:
    if element.html is not None:
        path = paths.get(element.html, path)
    contents = tuple(_contents(element))
    text = element.alt or " ".join("".join(c.actual_text for c in contents).split())
    placed = tuple((content.page, content.mcid) for content in contents)
    yield ReadingListEntry(depth, element.role, text, path, placed)
    for child in _blocks(element):
        yield from _entries(child, depth + 1, path, paths)


def _contents(element: Element) -> Iterator[MarkedContent]:
    """Give the marked content of an element, and of the phrases in its lines."""
    for child in element.children:
        if isinstance(child, MarkedContent):
            yield child
        elif isinstance(child, Element) and child.role in PHRASES:
            yield from _contents(child)


def _blocks(element: Element) -> Iterator[Element]:
    """Give the elements below an element that are no phrases."""
    for child in element.children:
        if isinstance(child, Element):
            if child.role in PHRASES:
                yield from _blocks(child)
            else:
                yield child
