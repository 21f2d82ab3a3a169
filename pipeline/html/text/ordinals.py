"""Raise the letters of French ordinals: 1er, 2e, XXIe (Imprimerie nationale, *Lexique*).

They stay letters, so that they are copied, found and heard as they were typed. A Roman
number needs two figures, or a word that tells it from "Le", "Ce" and "Me": Xe siècle.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from pipeline.html.text.inline_tree import InlineNode, Node, TextNode

_SPACE = "[ \u00a0\u202f]"
_AGES = r"siècles?|s\.|République|Internationale|arrondissement|session|réunion"
_ROMAN = r"X{0,3}(?:IX|IV|V?I{0,3})"
_ORDINAL = re.compile(
    r"(?<![\w.,/:@&+#–-])(?:"
    r"1(?P<first>ers?|res?)|2(?P<second>de?s?|nde?s?)|\d+(?P<digits>es?)"
    rf"|(?=[XVI]{{2}}){_ROMAN}(?P<roman>es?)|I(?P<reign>er|re)"
    rf"|[XV](?P<age>e)(?={_SPACE}(?:{_AGES}))"
    r")(?![\w@/-]|\.\w)"
)


def raise_ordinals(nodes: Sequence[Node], language: str) -> list[Node]:
    """Put the letters of ordinals into `<sup>`, in what is French."""
    return list(_raised(nodes, language))


def _raised(nodes: Sequence[Node], language: str) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, TextNode):
            is_french = language.split("-")[0] == "fr" and node.token.type == "text"
            yield from _split(node) if is_french else [node]
        elif node.is_address or node.first.type in ("sup_open", "sub_open"):
            yield node
        else:
            children = list(_raised(node.children, node.language or language))
            yield InlineNode(node.first, children, node.last)


def _split(leaf: TextNode) -> Iterator[Node]:
    at = 0
    for match in _ORDINAL.finditer(leaf.text):
        start, end = match.span(match.lastgroup or 0)
        yield TextNode(_words(leaf.text[at:start]))
        letters: list[Node] = [TextNode(_words(leaf.text[start:end]))]
        yield InlineNode(
            Token("sup_open", "sup", 1), letters, Token("sup_close", "sup", -1)
        )
        at = end
    if at < len(leaf.text) or not at:
        yield TextNode(_words(leaf.text[at:]))


def _words(text: str) -> Token:
    return Token("text", "", 0, content=text)
