"""Read a structure aloud, and compare it with what the HTML says.

A validator cannot notice a paragraph that was hidden as decoration or read in the wrong
place: the file is well formed. So the text of the tree, in its order, must be the text of
the HTML, in its order.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pipeline.pdf.structure_tree import (
    ROLE_MAP,
    Element,
    MarkedContent,
    alternative,
    is_figure,
)

# Breaks of lines and words are not said.
_UNSAID = re.compile(r"[\s\u00ad\u200b\u2010\u2011-]+")
_HYPHENS = ("-", "\u2010")
_BLOCKS = {"P", "Lbl", "LBody", "Caption", "Figure", "TH", "TD", "Note"} | {
    f"H{level}" for level in range(1, 7)
}


def first_reading_order_mismatch(root: Element, body: Any) -> str:
    """Give the words of the HTML where it and the tree part; "" when they agree."""
    heard = _plain("".join(text for text, _, _ in _heard(root, None)))
    written = _plain("".join(_written(body)))
    if heard == written:
        return ""
    length = min(len(heard), len(written))
    parting = next((i for i in range(length) if heard[i] != written[i]), length)
    return written[max(0, parting - 20) : parting + 20] or heard[parting : parting + 40]


def _plain(text: str) -> str:
    """Leave out breaks, and the size of letters, which a style sheet may change."""
    return _UNSAID.sub("", text).casefold()


def restore_breaks(root: Element, body: Any) -> None:
    """Give each content the words that layout took from it (`Content.said`).

    A space at the end of a line is not drawn, and a hyphen that breaks a word is not in the
    text. ISO 32000-1 wants the first to be there (14.8.2.5) and the second to be a soft one
    (14.8.2.2.3). Where tree and HTML part the rest is left as it is.
    """
    written = "".join(_written(body))
    pieces = [*_heard(root, None), ("", None, None)]
    at = 0
    begun: dict[Element | None, MarkedContent] = {}
    for (text, content, block), (after, _, next_block) in pairwise(pieces):
        if content and block in begun and written[at : at + 1].isspace():
            # After a note the line goes on in the block that called it.
            joined = not (begun[block].said[-1:].isspace() or text[:1].isspace())
            content.said = " " + text if joined else text
        for letter in _UNSAID.sub("", text):
            at = _skip(written, at)
            if written[at : at + 1].casefold() != letter.casefold():
                return
            at += 1
        if content is None or not text.strip():
            continue
        begun[block] = content
        if text[-1] in _HYPHENS:
            if written[at : at + 1] not in _HYPHENS:
                content.said = content.said[:-1] + "\u00ad"
                continue
            at += 1
        apart = written[at : at + 1].isspace() and not after[:1].isspace()
        if apart and block is next_block and not text[-1].isspace():
            content.said += " "


def _skip(written: str, at: int) -> int:
    match = _UNSAID.match(written, at)
    return match.end() if match else at


_Piece = tuple[str, MarkedContent | None, Element | None]


def _heard(element: Element, block: Element | None) -> Iterator[_Piece]:
    """What is said, piece by piece, each with its content and the block that it is in."""
    if element.role in _BLOCKS:
        block = element
    if element.role == "Figure":
        yield element.alt, None, block
        return
    for kid in element.children:
        if isinstance(kid, Element):
            yield from _heard(kid, block)
        elif isinstance(kid, MarkedContent) and not kid.generated:
            yield kid.text or "", kid, block


def _written(html: Any) -> Iterator[str]:
    if html.get("aria-hidden") == "true" or html.tag == "style":
        return
    if is_figure(html):
        yield alternative(html)
        return
    if html.tag == "br":
        yield "\n"
    yield html.text or ""
    for child in html:
        if isinstance(child.tag, str):
            yield from _written(child)
        yield child.tail or ""


def script(root: Element) -> str:
    """Write the structure as a play script: role, language, and what is said.

    One line for each block, indented by depth; for golden files and for people.
    """
    return "\n".join(_script(root, 0)) + "\n"


def _script(element: Element, depth: int) -> Iterator[str]:
    language = f" [{element.language}]" if element.language else ""
    said = " ".join(_said(element).split()) if element.role in _BLOCKS else ""
    said = said.replace("\u00ad", "")
    yield f"{'  ' * depth}{element.role}{language}{': ' + said if said else ''}"
    for kid in element.children:
        if isinstance(kid, Element) and not (element.role in _BLOCKS and _is_phrase(kid)):
            yield from _script(kid, depth + 1)


def _is_phrase(element: Element) -> bool:
    return ROLE_MAP.get(element.role, element.role) in ("Span", "Link", "Reference")


def _said(element: Element) -> str:
    if element.role == "Figure":
        return f"({element.alt})"
    parts = []
    for kid in element.children:
        if isinstance(kid, MarkedContent):
            parts.append(kid.said)
        elif isinstance(kid, Element) and _is_phrase(kid):
            said = _said(kid)
            if kid.role == "Link":
                said = f"<{said.strip()}>"
            if kid.language:
                said = f"[{kid.language}: {said.strip()}]"
            parts.append(said)
    return "".join(parts)
