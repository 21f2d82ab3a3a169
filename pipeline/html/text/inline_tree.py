"""Take the tokens of one paragraph as a tree of phrases, and set its words as a whole.

markdown-it gives a flat list: words, `strong_open`, words, `strong_close`. What a language
asks for does not stop at such a mark: « *mot* » has its spaces outside, “*word*” its marks.
A phrase in another language is set by the rules of that language.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from pipeline.model.cjk import is_cjk_pair

# What stands for a token that is no text: a citation, the call of a note, a phrase apart.
PLACEHOLDER = "\ufffc"
# A web address, an e-mail address, a telephone number (seven digits at least, for +5 is a
# number): printed as typed.
ADDRESS = re.compile(
    r"""(?:https?://|www\.)(?:[^\s"'<>«»“”]|'(?=[\w/]))*[\w/]"""
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\+\d(?:[ \u00a0()./-]*\d){6,}",
    re.ASCII,
)
_TYPED = {"softbreak": " ", "hardbreak": "\n"}

# Given a text and its language, what is printed in the place of each character.
SetText = Callable[[str, str], Sequence[str]]


@dataclass
class TextNode:
    """A token with nothing in it: words, a break, a citation."""

    token: Token

    @property
    def text(self) -> str:
        """Its words, or one character that stands for it."""
        if self.token.type == "text":
            return self.token.content
        return _TYPED.get(self.token.type, PLACEHOLDER)


@dataclass
class InlineNode:
    """What stands between a token that opens and the one that closes."""

    first: Token
    children: list["TextNode | InlineNode"]
    last: Token

    @property
    def language(self) -> str:
        """The language that an author gave it, or ""."""
        return str(self.first.attrGet("lang") or "")

    @property
    def is_address(self) -> bool:
        """Whether it is an address that is printed as it is: <https://www.ilo.org>."""
        words = "".join(kid.text for kid in self.children if isinstance(kid, TextNode))
        is_link = self.first.tag == "a"
        return is_link and (self.first.info == "auto" or bool(ADDRESS.fullmatch(words)))


Node = TextNode | InlineNode


def read_phrases(tokens: Sequence[Token]) -> list[Node]:
    """Build the tree of a paragraph."""
    nodes, _ = _read(iter(tokens))
    return nodes


def _read(tokens: Iterator[Token]) -> tuple[list[Node], Token | None]:
    nodes: list[Node] = []
    for token in tokens:
        if token.nesting < 0:
            return nodes, token
        children, last = _read(tokens) if token.nesting else ([], None)
        nodes.append(InlineNode(token, children, last) if last else TextNode(token))
    return nodes, None


def write_phrases(nodes: Sequence[Node]) -> Iterator[Token]:
    """Give the tokens of a tree again."""
    for node in nodes:
        if isinstance(node, TextNode):
            yield node.token
        else:
            yield node.first
            yield from write_phrases(node.children)
            yield node.last


def set_words(nodes: Sequence[Node], language: str, set_text: SetText) -> None:
    """Put into the leaves what a language prints in the place of each character."""
    leaves = list(_leaves_in(nodes, language, set_text))
    whole = "".join(text for _, text in leaves)
    printed = set_text(whole, language)
    at = 0
    for leaf, text in leaves:
        words = "".join(printed[at : at + len(text)])
        at += len(text)
        if leaf and leaf.token.type == "softbreak":
            beside = whole[: at - 1][-1:], whole[at : at + 1]
            words = "" if is_cjk_pair(*beside) else words
        if leaf and words != text:
            leaf.token = Token("text", "", 0, content=words)


def _leaves_in(
    nodes: Sequence[Node], language: str, set_text: SetText
) -> Iterator[tuple[TextNode | None, str]]:
    for node in nodes:
        if isinstance(node, TextNode):
            yield node, node.text
        elif node.is_address:
            yield None, PLACEHOLDER
        elif node.language:
            set_words(node.children, node.language, set_text)
            yield None, PLACEHOLDER
        else:
            yield from _leaves_in(node.children, language, set_text)
