"""Check that texts and links have words, as a screen reader needs them."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from pipeline.content.validate.files import Issue
from pipeline.model.fields import CellLine
from pipeline.model.markdown import SCHEMES, flat_tokens, parse_markdown
from pipeline.model.visible_text import has_visible_text
from pipeline.problems import Rule

_WORDS = ("text", "code_inline", "citation", "html_inline", "image")
# The middle of a link that the parser did not read as one: "](https:".
_NOT_A_LINK = re.compile(rf"(?<!\\)\]\((?:{'|'.join(SCHEMES)}|#)[^\s)]*")


def invisible_text_issues(text: str) -> Iterator[Issue]:
    """Report a text of which nothing would be seen; a cell of a table may be empty."""
    if isinstance(text, CellLine) or not text.strip():
        return
    if text.isascii() and "&" not in text and any(map(str.isalnum, text)):
        return  # without parsing
    if not has_visible_text(_text_of(parse_markdown(text))):
        hint = "write words, or leave the key out"
        yield Issue(Rule.EMPTY_VALUE, "the text has no visible character", hint)


def link_text_issues(text: str, tokens: Sequence[Token]) -> Iterator[Issue]:
    """Report links without words, links inside links, and links that print as typed."""
    for token in flat_tokens(tokens):
        yield from _link_issues(token.children or ())
    printed = " ".join(t.content for t in flat_tokens(tokens) if t.type == "text")
    matches = {match[0]: match for match in _NOT_A_LINK.finditer(text)}
    for match in matches.values():
        if match[0] in printed:
            message = f'the link to "{match[0][2:]}" would be printed as it is typed'
            hint = "move footnotes, citations and links out of its words; no spaces in the "
            line = text.count("\n", 0, match.start())
            yield Issue(Rule.LINK_TEXT, message, f"{hint}address", match[0], line)


def _link_issues(tokens: Sequence[Token]) -> Iterator[Issue]:
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.type == "link_open":
            opened.append(index)
            if len(opened) > 1:
                message, hint = "a link inside the words of a link", "keep one of the two"
                yield Issue(Rule.LINK_TEXT, message, hint, _href(token))
        elif token.type == "link_close":
            start = opened.pop()
            if not has_visible_text(_text_of(tokens[start:index])):
                message = "the link has no words"
                hint = "write words between the brackets: [words](https://…)"
                yield Issue(Rule.LINK_TEXT, message, hint, f"]({_href(tokens[start])}")


def _href(link: Token) -> str:
    return str(link.attrGet("href") or "")


def _text_of(tokens: Sequence[Token]) -> str:
    return "".join(t.content for t in flat_tokens(tokens) if t.type in _WORDS)
