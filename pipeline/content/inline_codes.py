"""Divide a paragraph of Markdown into words and codes, and write it again.

A translator works on the words. The codes are the markup: citations, calls of footnotes,
addresses, emphasis. Only these codes are written as markup. Anything else in a translated
text that Markdown would read as markup is escaped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from itertools import groupby

from markdown_it.token import Token

from pipeline.model.cjk import is_cjk_pair
from pipeline.model.fields import Line, Prose
from pipeline.model.markdown import notes_start, parse_markdown


@dataclass(frozen=True)
class InlineCode:
    """Markup at one place or, with an `end`, around words: "[" and "](https://example.org)"."""

    start: str
    end: str = ""

    @property
    def kind(self) -> str:
        """The kind of code, for a translator: citation, note, link, italic, lang-fr …"""
        kinds = (kind for kind, start in _STARTS.items() if self.start.startswith(start))
        if match := _LANGUAGE.fullmatch(self.end):
            return f"lang-{match[1]}"
        return "link" if self.end.startswith("](") else next(kinds, "code")

    @property
    def is_optional(self) -> bool:
        """Whether a translation may omit it: Chinese, for example, has no italics."""
        return self.kind in ("italic", "bold") or self.kind.startswith("lang-")


class CodeEnd(Enum):
    """The end of the code that was opened last."""

    CLOSE = "close"


# Words, a code, or the end of one.
Piece = str | InlineCode | CodeEnd
Pieces = tuple[Piece, ...]

# The kinds of codes that a translation may add, and the others, by how they begin.
_ADDED_MARKS = {"bold": "**", "italic": "*", "sub": "~", "sup": "^"}
_STARTS = {"citation": "[@", "note": "[^", "address": "<", "break": "\\\n", **_ADDED_MARKS}
_LANGUAGE = re.compile(r"\]\{lang=([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\}")
_PAIRED = {"em_open": "*", "strong_open": "**", "sub_open": "~", "sup_open": "^"}
_BREAK = InlineCode("\\\n")
_MARKUP_CHARACTERS = re.compile(r"([\\*_\[\]~^`<&{|])")
_BLOCK_START = re.compile(r"^([0-9]{1,9})([.)])(?=\s|$)|^(?=[-+=#>:])")


def added_code(kind: str) -> InlineCode | None:
    """The code of a kind that a translation may add: emphasis, or another language."""
    language = kind.removeprefix("lang-")
    if kind.startswith("lang-") and _LANGUAGE.fullmatch(end := f"]{{lang={language}}}"):
        return InlineCode("[", end)
    mark = _ADDED_MARKS.get(kind)
    return InlineCode(mark, mark) if mark else None


def pieces_of(inline: Token) -> Pieces:
    """Divide a paragraph, as a token of the parser, into its pieces.

    Raises ValueError for markup that a brief does not have.
    """
    return normalize(_split_tokens(inline.children or ()))


def _split_tokens(tokens: Sequence[Token]) -> Iterator[Piece]:
    is_address = False
    for token in tokens:
        if token.markup == "autolink":
            is_address = token.nesting > 0
            if is_address:
                yield InlineCode(f"<{token.attrs['href']}>")
        elif is_address:
            continue  # its words are the address
        elif token.type == "text":
            yield token.content
        elif token.type == "softbreak":
            yield "\n"
        elif token.type == "hardbreak":
            yield _BREAK
        elif token.type == "citation":
            yield InlineCode(" ".join(token.content.split()))
        elif token.type == "footnote_ref":
            yield InlineCode(f"[^{token.meta['label']}]")
        elif token.type in _PAIRED:
            yield InlineCode(_PAIRED[token.type], _PAIRED[token.type])
        elif token.type == "link_open":
            yield InlineCode("[", f"]({_link_target(str(token.attrs['href']))})")
        elif token.type == "span_open":
            yield InlineCode("[", f"]{{lang={token.attrs['lang']}}}")
        elif token.nesting < 0:
            yield CodeEnd.CLOSE
        elif token.type != "footnote_anchor":
            raise ValueError(token.type)


def _link_target(href: str) -> str:
    """Write the address of a link; in angle brackets if it has a space or odd brackets."""
    plain = re.sub(r"\([^()\s]*\)", "", href)
    return f"<{href}>" if re.search(r"[()\s]", plain) else href


def normalize(pieces: Iterator[Piece] | Sequence[Piece]) -> Pieces:
    """Join words, write each line end as a space, and remove spaces at both ends.

    Between two Chinese or Japanese characters a line end is no space.
    """
    result: list[Piece] = []
    for is_words, group in groupby(pieces, lambda piece: isinstance(piece, str)):
        run = [*group]
        result += [_join_lines("".join(map(str, run)))] if is_words else run
    neighbours = zip([_BREAK, *result], result, [*result[1:], _BREAK], strict=False)
    trimmed = (_trim(piece, before, after) for before, piece, after in neighbours)
    return tuple(piece for piece in trimmed if piece != "")


def _trim(piece: Piece, before: Piece, after: Piece) -> Piece:
    """Remove the spaces of words beside a line break."""
    if not isinstance(piece, str):
        return piece
    piece = piece.lstrip(" ") if before == _BREAK else piece
    return piece.rstrip(" ") if after == _BREAK else piece


def _join_lines(words: str) -> str:
    def end(match: re.Match[str]) -> str:
        before = words[max(match.start() - 1, 0) : match.start()]
        return "" if is_cjk_pair(before, words[match.end() : match.end() + 1]) else " "

    return re.sub(r"[ \t]+", " ", re.sub(r"[ \t]*\n[ \t]*", end, words))


def words_of(pieces: Iterable[object]) -> str:
    """The words of a paragraph without codes, or tags for them."""
    return " ".join("".join(p for p in pieces if isinstance(p, str)).split())


def codes_in(pieces: Pieces) -> list[InlineCode]:
    """The codes of a paragraph, in order."""
    return [piece for piece in pieces if isinstance(piece, InlineCode)]


def digest_of(pieces: Pieces) -> str:
    """Identify a paragraph by its words and codes, however its lines are broken."""
    return sha256(_write_pieces(pieces, _MARKUP_CHARACTERS).encode()).hexdigest()[:16]


def markdown_of(pieces: Pieces, kind: type[str] = Prose) -> str | None:
    """Write a paragraph as Markdown; None if it would be read as something else.

    A `Line` cannot begin a list or another block, so its start is not escaped.
    """
    for escape in (None, _MARKUP_CHARACTERS):
        text = _write_pieces(pieces, escape)
        if not issubclass(kind, Line):
            text = _BLOCK_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else "\\", text)
        if paragraph_of(kind(text)) == pieces:
            return text
    return None


def paragraph_of(text: str) -> Pieces | None:
    """Read Markdown as one paragraph; None if it is not one, or has other markup.

    Calls of footnotes are recognized by their form, because the notes are elsewhere.
    """
    labels = dict.fromkeys(re.findall(r"\[\^([^\]\s]+)\]", text))
    notes = "".join(f"\n\n[^{label}]: ." for label in labels)
    tokens = parse_markdown(type(text)(f"{text}{notes}"))
    tokens = tokens[: notes_start(tokens)]
    if [token.type for token in tokens] != ["paragraph_open", "inline", "paragraph_close"]:
        return () if not text else None
    try:
        return pieces_of(tokens[1])
    except ValueError:
        return None


def _write_pieces(pieces: Pieces, escape: "re.Pattern[str] | None") -> str:
    written: list[str] = []
    ends: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            written.append(escape.sub(r"\\\1", piece) if escape else piece)
        elif isinstance(piece, CodeEnd):
            written.append(ends.pop())
        else:
            written.append(piece.start)
            ends += [piece.end] if piece.end else []
    return "".join(written)
