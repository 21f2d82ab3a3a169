"""Describe links in words, and write one annotation for each line of a link.

WeasyPrint 70 writes an annotation for each box of a link, and an address has a box for each
piece between two possible breaks. `patch_add_links` keeps only the rectangles of boxes,
which `structure_tree.py` joins.

PDF/UA-1 (7.18.5) requires a description in `Contents`; a number is not sufficient. The
description is the first of these that has a letter: the `aria-label` or `title` of the link
(of a link to a note, its words), its text, that with its target's, that with its address.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pydyf
import weasyprint.pdf

from pipeline.model.normalization import shorten
from pipeline.pdf.reading_order import html_text
from pipeline.pdf.roles import PHRASES
from pipeline.pdf.structure_elements import Annotation, Element, LinkBox, MarkedContent
from pipeline.pdf.weasyprint_patches.attributes import patched

# The maximum length of the text of a target in the description of a link to it.
_MAX_TARGET_LENGTH = 80


def patch_add_links() -> AbstractContextManager[None]:
    """Let WeasyPrint store the area of a link in its box; it still writes the anchors."""
    add_links = weasyprint.pdf.add_links

    def keep_areas(
        links_and_anchors: Any, matrix: Any, pdf: Any, page: Any, names: Any, tags: Any
    ) -> None:
        links, anchors = links_and_anchors
        for kind, target, (left, top, right, bottom), box in links:
            x1, y1 = matrix.transform_point(left, top)
            x2, y2 = matrix.transform_point(right, bottom)
            area = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
            if kind == "internal":
                box.link_annotation = LinkBox(target, "", area)
            elif kind == "external":
                box.link_annotation = LinkBox("", target, area)
        add_links(([], anchors), matrix, pdf, page, names, tags)

    return patched(weasyprint.pdf, add_links=keep_areas)


class LinkDescriptions:
    """Describes the links of one document.

    The attributes `data-footnote` and `data-footnote-return` of its body are the words for
    a link to a footnote, and for the link back, in the language of the document.
    """

    def __init__(self, body: Any) -> None:
        self.body = body
        self.targets: dict[str, Any] = {}
        for element in reversed(list(body.iter())):
            if id := element.get("id"):
                self.targets[id] = element

    def describe(self, link: Element) -> str:
        """Describe a link; "" if it has no text."""
        text = link_text(link)
        if not text:
            return ""
        options = (" ".join(candidate.split()) for candidate in self._options(link, text))
        return next((option for option in options if any(map(str.isalpha, option))), text)

    def _options(self, link: Element, text: str) -> Iterator[str]:
        if link.html is not None:
            for attribute in ("aria-label", "title"):
                yield str(link.html.get(attribute) or "")
        elif link.target is not None:
            is_return = link.closest("Note") is not None
            name = "data-footnote-return" if is_return else "data-footnote"
            number = text.rstrip(".)")
            yield str(self.body.get(name) or "").replace("{number}", number)
            note = link.closest("Note") or link.target.closest("Note")
            if note is not None and note.html is not None:
                yield f"{text}: {shorten(html_text(note.html), _MAX_TARGET_LENGTH)}"
        yield text
        for child in link.children:
            if isinstance(child, Annotation) and isinstance(child.destination, str):
                if (target := self.targets.get(child.destination)) is not None:
                    yield f"{text}: {shorten(html_text(target), _MAX_TARGET_LENGTH)}"
                yield f"{text}: {child.address or child.destination}"


def link_text(link: Element) -> str:
    """The text of a link as it is read, without the hyphens of line breaks."""
    return " ".join("".join(_element_texts(link)).replace("\u00ad", "").split())


def _element_texts(element: Element) -> Iterator[str]:
    is_block = element.role not in PHRASES
    replacement = element.alt or element.actual_text
    yield " " if is_block else ""
    if replacement:
        yield replacement
    for child in () if replacement else element.children:
        if isinstance(child, Element):
            yield from _element_texts(child)
        elif isinstance(child, MarkedContent):
            yield child.actual_text
    yield " " if is_block else ""


def write_annotation(pdf: Any, page: Any, annotation: Annotation, action: Any) -> Any:
    """Write an annotation; `action` has its entry `A` or `Dest`. Return the dictionary."""
    rects = [tuple(round(edge, 2) for edge in rect) for rect in annotation.rects]
    lefts, bottoms, rights, tops = zip(*rects, strict=True)
    corners = min(lefts), min(bottoms), max(rights), max(tops)
    dictionary = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Link",
            "F": 4,  # printed, as PDF/A requires of annotations
            "Rect": pydyf.Array(corners),
            "BS": pydyf.Dictionary({"W": 0}),
            **action,
        }
    )
    if len(rects) > 1:
        # The order that viewers expect: upper left, upper right, lower left, lower right.
        points = ((a, d, c, d, a, b, c, b) for a, b, c, d in rects)
        dictionary["QuadPoints"] = pydyf.Array(point for quad in points for point in quad)
    pdf.add_object(dictionary)
    page.setdefault("Annots", pydyf.Array()).append(dictionary.reference)
    return dictionary
