"""Check the links of a PDF: each has a description in words, once for each of its lines.

A validator accepts "3" as description (PDF/UA-1, 7.18.5 asks for one, not for a good one),
and twenty annotations for one address. A screen reader lists links without the text around
them, and stops at each annotation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from tools.conformance.reading import Element, Linked, Marked, Reading

# Baselines that are nearer, in points, are one line: a superscript has one of its own.
_SAME_LINE = 4.5


@dataclass
class LinkCount:
    """The numbers of links, of links with words, of lines and of annotations."""

    links: int = 0
    with_words: int = 0
    annotations: int = 0
    lines: int = 0


def check_links(pdf: pikepdf.Pdf, reading: Reading) -> tuple[LinkCount, list[str]]:
    """Count the links of a file, and list their faults."""
    count, faults = LinkCount(), []
    for link in _links(reading.root):
        numbers = [leaf.number for _, leaf in link.leaves() if isinstance(leaf, Linked)]
        annotations = [pdf.get_object(number) for number in numbers]
        descriptions = {str(a.get("/Contents", "")) for a in annotations}
        lines = _count_lines(link, reading)
        count.links += 1
        count.annotations += len(annotations)
        count.lines += lines
        found = list(_faults(descriptions, annotations, lines))
        count.with_words += not any("words" in fault for fault in found)
        faults += found
    return count, faults


def _faults(descriptions: set[str], annotations: list[Any], lines: int) -> Iterator[str]:
    if len(descriptions) != 1:
        yield f"a link has {len(descriptions)} descriptions: {sorted(descriptions)}"
    for text in sorted(descriptions):
        if not any(character.isalpha() for character in text):
            yield f'the description "{text}" has no words'
        if text != " ".join(text.split()):
            yield f'the description "{text}" has spaces too many'
    if len(annotations) > lines:
        yield f"{len(annotations)} annotations on {lines} lines: {sorted(descriptions)}"


def _links(element: Element | None) -> Iterator[Element]:
    for kid in element.kids if element else ():
        if isinstance(kid, Element):
            if kid.role == "Link":
                yield kid
            yield from _links(kid)


def _count_lines(link: Element, reading: Reading) -> int:
    """Count the lines of a link by the baselines of its text."""
    places = []
    for _, leaf in link.leaves():
        if isinstance(leaf, Marked) and leaf.page >= 0:
            piece = reading.pages[leaf.page].content.get(leaf.mcid)
            if piece is not None and piece.baseline is not None:
                places.append((leaf.page, piece.baseline))
    lines = 0
    last = (-1, 0.0)
    for page, baseline in sorted(places):
        lines += page != last[0] or baseline - last[1] > _SAME_LINE
        last = page, baseline
    return max(1, lines)
