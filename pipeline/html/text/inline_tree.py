"""Turn the tokens of one paragraph into a tree and back, and apply typography to its text.

markdown-it returns a flat list: text, `strong_open`, text, `strong_close`. Typography must
see the text across such tokens: « *mot* » has its spaces outside the emphasis, “*word*” its
quotation marks. A phrase in another language follows the rules of that language.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from pipeline.model.cjk import is_cjk_pair

# Stands for a citation, a footnote call, an address, or a phrase in another language.
PLACEHOLDER = "\ufffc"
# A web address, an e-mail address, or a telephone number of at least seven digits (+5 is a
# number): printed as typed.
ADDRESS = re.compile(
    r"""(?:https?://|www\.)(?:[^\s"'<>«»“”]|'(?=[\w/]))*[\w/]"""
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\+\d(?:[ \u00a0()./-]*\d){6,}",
    re.ASCII,
)
_LINE_BREAKS = {"softbreak": " ", "hardbreak": "\n"}

# From a text and its language to what is printed for each character.
Typesetter = Callable[[str, str], Sequence[str]]


@dataclass
class TextNode:
    """A token without children: text, a line break, a citation."""

    token: Token

    @property
    def text(self) -> str:
        """Its text, or one character in place of it."""
        if self.token.type == "text":
            return self.token.content
        return _LINE_BREAKS.get(self.token.type, PLACEHOLDER)


@dataclass
class InlineNode:
    """An opening token, the nodes inside, and the closing token."""

    first: Token
    children: list["TextNode | InlineNode"]
    last: Token

    @property
    def language(self) -> str:
        """The language set by the author, or ""."""
        return str(self.first.attrGet("lang") or "")

    @property
    def is_address(self) -> bool:
        """Whether it is a link whose text is an address: <https://www.example.org>."""
        text = "".join(node.text for node in self.children if isinstance(node, TextNode))
        is_link = self.first.tag == "a"
        return is_link and (self.first.info == "auto" or bool(ADDRESS.fullmatch(text)))

    def with_children(self, children: "list[TextNode | InlineNode]") -> "InlineNode":
        """Return a copy with other nodes inside."""
        return InlineNode(self.first, children, self.last)


Node = TextNode | InlineNode


def text_node(text: str) -> TextNode:
    """Make a node that holds a text."""
    return TextNode(Token("text", "", 0, content=text))


def leaves(nodes: Sequence[Node]) -> Iterator[TextNode]:
    """Yield the text nodes of a tree in their order."""
    for node in nodes:
        if isinstance(node, TextNode):
            yield node
        else:
            yield from leaves(node.children)


def read_tree(tokens: Sequence[Token]) -> list[Node]:
    """Build the tree of a paragraph."""
    nodes, _ = _read_nodes(iter(tokens))
    return nodes


def _read_nodes(tokens: Iterator[Token]) -> tuple[list[Node], Token | None]:
    nodes: list[Node] = []
    for token in tokens:
        if token.nesting < 0:
            return nodes, token
        children, last = _read_nodes(tokens) if token.nesting else ([], None)
        nodes.append(InlineNode(token, children, last) if last else TextNode(token))
    return nodes, None


def write_tree(nodes: Sequence[Node]) -> Iterator[Token]:
    """Turn a tree back into tokens."""
    for node in nodes:
        if isinstance(node, TextNode):
            yield node.token
        else:
            yield node.first
            yield from write_tree(node.children)
            yield node.last


def typeset_words(nodes: Sequence[Node], language: str, typeset: Typesetter) -> None:
    """Replace the text of a tree by what its language prints for each character."""
    parts = list(_text_parts(nodes, language, typeset))
    whole = "".join(text for _, text in parts)
    printed = typeset(whole, language)
    start = 0
    for node, text in parts:
        end = start + len(text)
        result = "".join(printed[start:end])
        if node and node.token.type == "softbreak":
            before, after = whole[:start][-1:], whole[end : end + 1]
            result = "" if is_cjk_pair(before, after) else result
        if node and result != text:
            node.token = text_node(result).token
        start = end


def _text_parts(
    nodes: Sequence[Node], language: str, typeset: Typesetter
) -> Iterator[tuple[TextNode | None, str]]:
    """Yield text nodes and texts; (None, PLACEHOLDER) for addresses and foreign phrases."""
    for node in nodes:
        if isinstance(node, TextNode):
            yield node, node.text
        elif node.is_address:
            yield None, PLACEHOLDER
        elif node.language:
            typeset_words(node.children, node.language, typeset)
            yield None, PLACEHOLDER
        else:
            yield from _text_parts(node.children, language, typeset)
