"""Print citations as footnotes, for a series that cites in notes.

The first note that cites a reference has its text and its address, each later one the short
form: the text as far as the title. A citation in a footnote becomes a part of that note.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from pipeline.html.text.urls import short_address
from pipeline.model.fields import Line
from pipeline.model.markdown import parse_markdown
from pipeline.model.references import Reference

# The text up to the end of the first emphasis, the title: "Author. *[Title]{lang=en}*."
_THROUGH_TITLE = re.compile(r"[^*]*\*[^*]+\*")
# An entry that is one phrase in another language.
_IN_LANGUAGE = re.compile(r"\[(.*)\](\{lang=[\w-]+\})", re.DOTALL)

GetNoteTokens = Callable[[str], Sequence[Token]]


@dataclass
class CitationNotes:
    """The notes of one page. `cited` are the works that an earlier note cites."""

    references: dict[str, Reference]
    cited: set[str] = field(default_factory=set)

    def note_tokens(self, id: str) -> list[Token]:
        """The tokens of a note that cites a reference."""
        reference = self.references[id]
        text = reference.text.strip()
        if id in self.cited:
            phrase = _IN_LANGUAGE.fullmatch(text)
            start = _THROUGH_TITLE.match(phrase[1] if phrase else text)
            if not start:
                return _inline_tokens(text)
            return _inline_tokens(f"[{start[0]}.]{phrase[2]}" if phrase else f"{start[0]}.")
        self.cited.add(id)
        address = _link_tokens(reference.url) if reference.url else []
        return [*_inline_tokens(text), *address]


def cite_in_notes(tokens: Sequence[Token], note_tokens: GetNoteTokens) -> Iterator[Token]:
    """Replace the citations of a text by calls of notes, which hold their tokens."""
    in_note = False
    for token in tokens:
        in_note = in_note or token.type == "footnote_block_open"
        if token.type == "inline":
            replaced = _replaced(token.children or (), note_tokens, in_note=in_note)
            token = replace(token, children=list(replaced))
        yield token


def _replaced(
    tokens: Sequence[Token], note_tokens: GetNoteTokens, *, in_note: bool
) -> Iterator[Token]:
    for position, token in enumerate(tokens):
        cites_next = [t.type for t in tokens[position + 1 : position + 2]] == ["citation"]
        if cites_next and not in_note and token.type in ("text", "softbreak"):
            # A call stands close to its word.
            token = replace(token, content=token.content.rstrip(), type="text")
        if token.type != "citation":
            yield token
            continue
        notes = [note_tokens(id) for id in token.meta["ids"]]
        words = [part for note in notes for part in (*note, _text_token(" "))][:-1]
        if in_note:
            yield from _without_full_stop(words, tokens[position + 1 :])
        else:
            yield Token("footnote_ref", "", 0, children=words, meta={})


def _without_full_stop(words: Sequence[Token], following: Sequence[Token]) -> list[Token]:
    """Remove the full stop of a reference before that of the note."""
    *head, last = words
    if following and following[0].content.startswith("."):
        last = replace(last, content=last.content.removesuffix("."))
    return [*head, last]


def _inline_tokens(text: str) -> list[Token]:
    return [child for token in parse_markdown(Line(text)) for child in token.children or ()]


def _text_token(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link_tokens(address: str) -> list[Token]:
    first = Token("link_open", "a", 1, attrs={"href": address}, info="auto")
    words = Token("address", "", 0, content=short_address(address))
    return [_text_token(" "), first, words, Token("link_close", "a", -1)]
