"""Parse the Markdown of a text field, and extract its plain text, citations and links.

CommonMark by markdown-it-py, with tables, footnotes, H~2~O, x^2^, ~~deleted~~,
`[phrase]{lang=fr}` and citations `[@id]`. `html/text/markdown.py` renders the tokens;
`content/validate/markdown.py` reports what is wrong with a text.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from pipeline.model.cjk import is_wide
from pipeline.model.fields import Line

SCHEMES = ("https:", "mailto:", "tel:")
CITATION = re.compile(r"\[@([A-Za-z][\w-]*(?:; *@[A-Za-z][\w-]*)*)\]")
# After a letter, a slash or a backslash, "@" is part of an address or is literal.
_BARE_CITATION = re.compile(r"(?<![\w.@/\\-])@([A-Za-z][\w-]*)")
_SOLE_CITATION = re.compile(r"@([A-Za-z][\w-]*)")
_MARKUP_CHARACTERS = re.compile(r"[\\`*_{}\[\]<>~^@&]")


def parse_markdown(text: str) -> Sequence[Token]:
    """Parse a text into tokens, which must not be changed: they are cached.

    A `Line` is one paragraph, also if it begins like a list: "14. Sitzung".
    """
    return _parse_with_definitions(text)[0]


def defines_links(text: str) -> bool:
    """Whether a text has definitions of links, such as `[a]: https://www.example.org`."""
    return bool(_parse_with_definitions(text)[1].get("references"))


# Enough for the texts of about eight editions, which are read before they are rendered.
@lru_cache(maxsize=1024, typed=True)
def _parse_with_definitions(text: str) -> tuple[Sequence[Token], dict[str, Any]]:
    """Return the tokens of a text, and the definitions of its links and notes."""
    env: dict[str, Any] = {}
    return markdown_parser(one_paragraph=isinstance(text, Line)).parse(text, env), env


def flat_tokens(tokens: Sequence[Token]) -> Iterator[Token]:
    """Return tokens and their children, in the order of the text."""
    for token in tokens:
        yield token
        yield from flat_tokens(token.children or ())


def plain_text(text: str, *also: str) -> str:
    """Remove the markup from a line, for titles in metadata and bookmarks.

    Tokens of the types `also` are kept, such as citations.
    """
    printed_types = ("text", "code_inline", "softbreak", "hardbreak", *also)
    tokens = (t for t in flat_tokens(parse_markdown(Line(text))) if t.type in printed_types)
    return " ".join("".join(t.content or " " for t in tokens).split())


def escape_markdown(text: str) -> str:
    """Escape what Markdown would read as markup in a line."""
    return _MARKUP_CHARACTERS.sub(r"\\\g<0>", " ".join(text.split()))


def printed_value(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the printed content of a text, for comparison with that of another text.

    It does not depend on line breaks, escapes, the order of marks or the labels of notes.
    """
    if id := sole_citation(text):
        text = Line(f"[@{id}]")
    parts: list[list[str]] = []  # the kind, the marks, then what is printed
    marks: list[str] = []
    for token in flat_tokens(parse_markdown(text)):
        is_inline = not token.block and token.type != "inline"
        if is_inline and token.nesting:
            mark = f"{token.tag} {sorted(token.attrs.items())}"
            marks.append(mark) if token.nesting > 0 else marks.pop()
            continue
        kind = "text" if token.type == "softbreak" else token.type
        part = [kind, *sorted(marks), ""]
        if kind == "text":
            part[-1] = token.content or " "
            if parts and parts[-1][:-1] == part[:-1]:
                part[-1] = parts.pop()[-1] + part[-1]
        elif kind == "citation":
            part[-1] = " ".join(token.meta["ids"])
        if kind != "inline":
            parts.append(part)
    return tuple(tuple(re.sub(r"\s+", " ", item) for item in part) for part in parts)


def citations(text: str) -> tuple[str, ...]:
    """List the references that a text cites, as `[@id]` or, in a source line, `@id`."""
    if id := sole_citation(text):
        return (id,)
    if not CITATION.search(text):
        return ()  # much faster than parsing
    tokens = flat_tokens(parse_markdown(text))
    return tuple(id for t in tokens if t.type == "citation" for id in t.meta["ids"])


def bare_citations(text: str) -> Iterator[tuple[str, int]]:
    """Return id and offset of each "@id" outside brackets, unless it is the whole text."""
    outside = re.sub(r"\[[^]]*\]", lambda match: " " * len(match[0]), text)
    if not sole_citation(text):
        yield from ((match[1], match.start()) for match in _BARE_CITATION.finditer(outside))


def sole_citation(text: str) -> str | None:
    """The id of a source line that is only `@id`, otherwise None."""
    match = _SOLE_CITATION.fullmatch(text.strip())
    return match[1] if match else None


def internal_links(text: str) -> tuple[str, ...]:
    """List the ids that a text links to, without the "#"."""
    if "#" not in text and "&" not in text:  # "&num;" is another way to write "#"
        return ()
    hrefs = (str(t.attrGet("href") or "") for t in flat_tokens(parse_markdown(text)))
    return tuple(href[1:] for href in hrefs if href.startswith("#"))


def notes_start(tokens: Sequence[Token]) -> int:
    """The index of the first footnote; the parser puts all of them at the end."""
    starts = (i for i, t in enumerate(tokens) if t.type == "footnote_block_open")
    return next(starts, len(tokens))


@cache
def markdown_parser(*, one_paragraph: bool = False) -> MarkdownIt:
    """The parser; the tokens are rendered by `html/text/markdown.py`."""
    parser = MarkdownIt("commonmark", {"html": True})
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    parser.use(attrs_plugin, spans=True, after=(), allowed=("lang",))
    parser.use(sub_plugin).use(superscript_plugin)
    parser.inline.ruler.before("link", "citation", _citation_rule)
    parser.inline.ruler.at("emphasis", emphasis_rule)
    # Accept every link here; `content/validate/markdown.py` reports unsupported ones.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # the parser has no option for it
    # An address is printed as typed, not decoded: "%00" would be printed as a NUL.
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]  # the parser has no option for it
    if one_paragraph:
        parser.block.ruler.enableOnly(["paragraph"])
    return parser


def emphasis_rule(state: StateInline, silent: bool) -> bool:
    """Let "*" beside a Chinese or Japanese letter open and close, as if beside a space.

    These scripts have no spaces between words, and CommonMark 0.31 (6.2) ends no word at a
    letter: in `见*[On Work]{lang=en}*` it takes the marks as text.
    """
    scan = state.scanDelims

    def scan_beside_letters(start: int, can_split_word: bool) -> Scanned:
        result = scan(start, can_split_word)
        end = start + result.length
        before, after = state.src[max(start - 1, 0) : start], state.src[end : end + 1]
        opens = can_split_word and is_wide(before) and bool(after.strip())
        closes = can_split_word and is_wide(after) and bool(before.strip())
        return Scanned(result.can_open or opens, result.can_close or closes, result.length)

    state.scanDelims = scan_beside_letters  # type: ignore[assignment]  # no option for it
    try:
        return emphasis.tokenize(state, silent)
    finally:
        del state.scanDelims


def _citation_rule(state: StateInline, silent: bool) -> bool:
    match = CITATION.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match[0]
        token.meta = {"ids": [part.strip().lstrip("@") for part in match[1].split(";")]}
    state.pos = match.end()
    return True
