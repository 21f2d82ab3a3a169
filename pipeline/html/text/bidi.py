"""Wrap the words of a paragraph that run against its direction, where they would be lost.

WeasyPrint 70 orders letters within a box, and sets the boxes of a line in the direction of
what is around them: `ONE **TWO** THREE` in an Arabic sentence comes out as THREE TWO ONE.
Wrapped in `<span dir="ltr">` it is right, and a browser sets the same with it and without.
So each run of the other direction (bidi.py) that crosses the mark of a phrase gets a span.
An address in Arabic gets one always: alone, its + or its last / would go astray.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from markdown_it.token import Token

from pipeline.html.text.bidi_levels import embedding_levels
from pipeline.html.text.inline_tree import ADDRESS, PLACEHOLDER, InlineNode, Node, TextNode
from pipeline.model.languages import direction

# Phrases that may be cut in two; a link may not.
_DIVISIBLE = ("em", "strong")
# Stands for an address: a mark that is read from left to right (U+200E).
_ADDRESS_MARK = "\u200e"


def isolate_opposite_runs(nodes: Sequence[Node], language: str) -> list[Node]:
    """Wrap what runs against the direction of a paragraph, and of each phrase in it."""
    rtl = direction(language) == "rtl"
    return _turned(list(_apart(nodes, rtl=rtl)), rtl=rtl)


def _apart(nodes: Sequence[Node], *, rtl: bool) -> Iterator[Node]:
    """Turn the phrases that have their own language, and set addresses apart in Arabic."""
    for node in nodes:
        if isinstance(node, TextNode):
            yield from _addresses_apart(node) if rtl else [node]
        elif node.is_address:
            yield _span([node], rtl=False) if rtl else node
        elif node.language:
            yield InlineNode(
                node.first, isolate_opposite_runs(node.children, node.language), node.last
            )
        else:
            yield InlineNode(node.first, list(_apart(node.children, rtl=rtl)), node.last)


def _addresses_apart(leaf: TextNode) -> Iterator[Node]:
    at = 0
    for match in ADDRESS.finditer(leaf.text):
        yield from _words(leaf.text[at : match.start()])
        yield _span(list(_words(match[0])), rtl=False)
        at = match.end()
    yield from _words(leaf.text[at:]) if at else [leaf]


def _turned(nodes: list[Node], *, rtl: bool) -> list[Node]:
    text = "".join(map(_outline, nodes))
    # From the last one on, so that the places before stay right.
    for start, end in reversed(list(_runs_against(text, rtl=rtl))):
        nodes = _wrapped(nodes, start, end, rtl=rtl)
    return nodes


def _outline(node: Node) -> str:
    """The text of a node as the order of a line sees it."""
    if isinstance(node, TextNode):
        return node.text
    if node.is_address or node.first.type == "direction_open":
        return _ADDRESS_MARK
    return PLACEHOLDER if node.language else "".join(map(_outline, node.children))


def _runs_against(text: str, *, rtl: bool) -> Iterator[tuple[int, int]]:
    """Where the other direction begins and ends; each line is ordered for itself."""
    for line in re.finditer(r"[^\n]+", text):
        at = line.start()
        levels = embedding_levels(line[0], rtl=rtl)
        for against, run in groupby(level > int(rtl) for level in levels):
            length = len(list(run))
            if against:
                yield at, at + length
            at += length


def _wrapped(nodes: list[Node], start: int, end: int, *, rtl: bool) -> list[Node]:
    """Put a span around a stretch of text that crosses a mark, as deep as it can stand.

    Left alone is what would cut a link in two.
    """
    at = 0
    for node in nodes:
        length = len(_outline(node))
        if at <= start and end <= at + length:
            if isinstance(node, InlineNode) and length > 1:
                node.children = _wrapped(node.children, start - at, end - at, rtl=rtl)
            return nodes
        at += length
    if (head := _cut(nodes, start)) and (tail := _cut(head[1], end - start)):
        inside = _turned(tail[0], rtl=not rtl)
        return [*head[0], _span(inside, rtl=not rtl), *tail[1]]
    return nodes


def _cut(nodes: list[Node], at: int) -> tuple[list[Node], list[Node]] | None:
    """Part nodes at a place of their text; None if a link stands there."""
    count = 0
    while at and count < len(nodes) and len(_outline(nodes[count])) <= at:
        at -= len(_outline(nodes[count]))
        count += 1
    if not at:
        return nodes[:count], nodes[count:]
    node = nodes[count]
    if isinstance(node, TextNode):
        first, last = _words(node.text[:at]), _words(node.text[at:])
        return [*nodes[:count], *first], [*last, *nodes[count + 1 :]]
    if node.first.tag in _DIVISIBLE and (parts := _cut(node.children, at)):
        before, behind = (InlineNode(node.first, children, node.last) for children in parts)
        return [*nodes[:count], before], [behind, *nodes[count + 1 :]]
    return None


def _words(text: str) -> Iterator[Node]:
    if text:
        yield TextNode(Token("text", "", 0, content=text))


def _span(nodes: list[Node], *, rtl: bool) -> InlineNode:
    first = Token("direction_open", "span", 1, attrs={"dir": "rtl" if rtl else "ltr"})
    return InlineNode(first, nodes, Token("direction_close", "span", -1))
