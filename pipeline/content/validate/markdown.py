"""Say what is wrong with the Markdown of a text field: what would be lost, or is unsafe.

Takes the text as it was typed; gives one `MarkdownIssue` for each thing wrong, with a
snippet that `check.py` looks up to find its line and column.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markdown_it.token import Token

from pipeline.model.markdown import (
    CITATION,
    SCHEMES,
    flat_tokens,
    notes_start,
    parse_markdown,
)
from pipeline.problems import Rule

# Lists within lists: from ten on the parser drops what is in them.
_MAX_LEVEL = 14
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DEFINITION = re.compile(r"^ {0,3}(\[(?!\^)[^\]\n]+\]:)", re.MULTILINE)
_LIKE_CITATION = re.compile(r"\[(?:[^\[\]@]*[\s,;])?@[A-Za-z][^\[\]]*\]")
_FOOTNOTE_CALL = re.compile(r"\[\^([^\[\]\s]+)\]")
_FOOTNOTE_DEFINITION = re.compile(r"^\[\^([^\]\s]+)\]:", re.MULTILINE)

# What Markdown knows and a brief does not: said, never dropped.
_LOST = {
    "heading_open": (
        "a heading inside text",
        "give it a section of its own (heading: …)",
    ),
    "fence": ("a block of code", "briefs have no code; remove the ``` lines"),
    "code_block": (
        "a line indented by four spaces, which Markdown takes for code",
        "start the paragraph at the left edge of the text",
    ),
    "code_inline": ("`code`", "briefs have no code; use *emphasis* or quotation marks"),
    "hr": ("a horizontal rule", "remove it, or begin a new section"),
    "s_open": ("~~words struck out~~", "delete them; a brief says what counts"),
    "image": ("a picture inside text", "use a block of its own: - picture: {file: …}"),
    "blockquote_open": ("a quotation with >", "use a block of its own: - quote: …"),
}


@dataclass(frozen=True)
class MarkdownIssue:
    """One thing wrong in a text; `snippet` is where it shows, as typed.

    The snippet is in `line` of the text (from 0) or after it.
    """

    rule: Rule
    snippet: str
    message: str
    hint: str
    line: int = 0


def find_faults(text: str, *, one_paragraph: bool) -> Iterator[MarkdownIssue]:
    """Find what a text says that a brief would lose or must not say."""
    found: dict[str, Any] = {}
    tokens = parse_markdown(text, found)
    lines = text.split("\n")
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        for part in flat_tokens([token]):
            for fault in _token_faults(part, lines):
                yield replace(fault, line=line)
        if any(part.level > _MAX_LEVEL for part in token.children or ()):
            yield MarkdownIssue(
                Rule.UNSUPPORTED_MARKDOWN,
                token.content.split("\n")[0],
                "emphasis is nested too deeply",
                "one mark is enough: *emphasis* or **strong**",
                line,
            )
            return
        if token.level > _MAX_LEVEL:
            yield MarkdownIssue(
                Rule.UNSUPPORTED_MARKDOWN,
                token.content.split("\n")[0],
                "lists are nested too deeply",
                "two levels can be followed on a page",
                line,
            )
            return
    yield from _citation_faults(text)
    yield from _definition_faults(text, found)
    yield from _footnote_faults(text, tokens)
    if one_paragraph:
        yield from _paragraph_faults(tokens)


def _paragraph_faults(tokens: Sequence[Token]) -> Iterator[MarkdownIssue]:
    blocks = [t for t in tokens if t.level == 0 and t.nesting >= 0 and t.type != "inline"]
    lists = [t for t in blocks if t.type in ("bullet_list_open", "ordered_list_open")]
    if any(t.type == "footnote_block_open" for t in blocks):
        yield MarkdownIssue(
            Rule.FOOTNOTE,
            "[^",
            "a footnote where none can stand",
            "footnotes belong in text blocks",
        )
    elif lists:
        yield MarkdownIssue(
            Rule.UNSUPPORTED_MARKDOWN,
            lists[0].markup,
            "a list where only one paragraph fits",
            "put a backslash before the mark if it is no list: 1\\. or \\-",
        )
    elif any(t.type == "table_open" for t in blocks):
        yield MarkdownIssue(
            Rule.UNSUPPORTED_MARKDOWN,
            "|",
            "a table where only one paragraph fits",
            "use a block of its own: - table: …",
        )
    elif len(blocks) > 1:
        yield MarkdownIssue(
            Rule.UNSUPPORTED_MARKDOWN,
            "",
            "more than one paragraph where only one fits",
            "remove the empty line",
        )


def _citation_faults(text: str) -> Iterator[MarkdownIssue]:
    """Brackets with an @id that are no citation would be printed as typed."""
    for match in _LIKE_CITATION.finditer(text):
        if not CITATION.fullmatch(match[0]):
            yield MarkdownIssue(
                Rule.UNKNOWN_REFERENCE,
                match[0].split("\n")[0],
                f'"{" ".join(match[0].split())}" is not a citation',
                "write [@id], and several as [@one; @two]",
                text.count("\n", 0, match.start()),
            )


def _definition_faults(text: str, found: Mapping[str, Any]) -> Iterator[MarkdownIssue]:
    """A line "[words]: address" defines a link; one that nothing uses would be lost."""
    if found.get("references"):
        for match in _DEFINITION.finditer(text):
            used = re.escape(match[1].removesuffix(":"))
            if re.search(rf"{used}(?!:)", text, re.IGNORECASE):
                continue
            yield MarkdownIssue(
                Rule.UNSUPPORTED_MARKDOWN,
                match[1],
                f'the line that begins with "{match[1]}" would be lost',
                "write the address behind the words: [words](https://…)",
                text.count("\n", 0, match.start(1)),
            )


def _token_faults(token: Token, lines: Sequence[str]) -> Iterator[MarkdownIssue]:
    if token.type in ("html_inline", "html_block"):
        if token.content.startswith("</"):
            return  # its opening tag has been reported
        tag = token.content.strip().split("\n")[0][:40]
        yield MarkdownIssue(
            Rule.RAW_HTML,
            tag,
            f"HTML in text: {tag}",
            "write Markdown: *emphasis*, **strong**, [words](https://…)",
        )
    elif token.type in _LOST:
        what, hint = _LOST[token.type]
        snippet = token.markup or token.content.split("\n")[0]
        if token.type == "hr" and token.map:
            snippet = lines[token.map[0]].strip()
        if token.type == "image":
            snippet = "!["
        yield MarkdownIssue(
            Rule.UNSUPPORTED_MARKDOWN, snippet, f"{what} would be lost", hint
        )
    elif token.type == "ordered_list_open" and token.attrGet("start") is not None:
        first = f"{token.attrGet('start')}{token.markup}"
        yield MarkdownIssue(
            Rule.UNSUPPORTED_MARKDOWN,
            first,
            f'a list that begins with "{first}" would be numbered from 1',
            f"put a backslash before the point if it is no list: {first[:-1]}\\{first[-1]}",
        )
    elif token.type == "table_open" and token.map:
        yield from _table_faults(lines[slice(*token.map)])
    elif token.type == "link_open":
        href = str(token.attrGet("href") or "")
        if title := token.attrGet("title"):
            yield MarkdownIssue(
                Rule.UNSUPPORTED_MARKDOWN,
                str(title).split("\n")[0],
                f'"{title}" behind the address of a link would be lost',
                "say it in the text",
            )
        if not href.startswith((*SCHEMES, "#")) or href == "#":
            yield MarkdownIssue(
                Rule.LINK_SCHEME,
                href,
                f'a link to "{href}"',
                "links begin with https:, mailto:, tel: or # and an id of this brief",
            )
    elif token.type == "span_open" and not token.meta.get("insecure_attrs"):
        language = str(token.attrGet("lang") or "")
        if not _LANGUAGE.fullmatch(language):
            yield MarkdownIssue(
                Rule.UNKNOWN_LANGUAGE,
                "{",
                f'"{language}" is not the code of a language',
                "give the language of a phrase by its code: [phrase]{lang=fr}",
            )
    if refused := token.meta.get("insecure_attrs"):
        name = next(iter(refused))
        yield MarkdownIssue(
            Rule.UNSUPPORTED_MARKDOWN,
            "{",
            f'"{name}" in braces would be lost',
            "only the language of a phrase can be given: [phrase]{lang=fr}",
        )


def _table_faults(lines: Sequence[str]) -> Iterator[MarkdownIssue]:
    """Cells beyond those of the head are dropped by the parser, without a word."""

    def cells(line: str) -> list[str]:
        return re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))

    for line in lines[2:]:
        if len(cells(line)) > len(cells(lines[0])):
            yield MarkdownIssue(
                Rule.TABLE_SHAPE,
                line.strip(),
                "a row of the table has more cells than its head",
                "give the head as many cells; write \\| for a stroke inside a cell",
            )


def _footnote_faults(text: str, tokens: Sequence[Token]) -> Iterator[MarkdownIssue]:
    start = notes_start(tokens)
    called, within = _labels(tokens[:start]), _labels(tokens[start:])
    defined = Counter(_FOOTNOTE_DEFINITION.findall(text))
    for label in dict.fromkeys(_FOOTNOTE_CALL.findall(text)):
        if label not in defined:
            yield MarkdownIssue(
                Rule.FOOTNOTE,
                f"[^{label}]",
                f"footnote [^{label}] has no text",
                f'add a line "[^{label}]: …" at the end of the same text',
            )
    for label in defined:
        mark = f"[^{label}]:"
        if called[label] > 1:
            yield MarkdownIssue(
                Rule.FOOTNOTE,
                f"[^{label}]",
                f"footnote [^{label}] is called {called[label]} times",
                "give each call a footnote of its own, or cite a reference",
            )
        elif defined[label] > 1:
            yield MarkdownIssue(
                Rule.FOOTNOTE,
                mark,
                f"footnote [^{label}] has two texts",
                "delete one, or give it a name and a call of its own",
            )
        elif label not in called and label not in within:
            yield MarkdownIssue(
                Rule.FOOTNOTE,
                mark,
                f"footnote [^{label}] is never called, so it would be lost",
                f"put [^{label}] where it belongs, or delete it",
            )
    for label in (label for label in within if label in defined):
        yield MarkdownIssue(
            Rule.FOOTNOTE,
            f"[^{label}]",
            f"footnote [^{label}] is called inside a footnote",
            "put what it says into the text, or into the first footnote",
        )
    for kinds in _kinds_in_notes(tokens[start:]):
        if kinds != ["paragraph_open"]:
            yield MarkdownIssue(
                Rule.FOOTNOTE,
                "[^",
                "a footnote of more than one paragraph",
                "keep a footnote to one paragraph without lists",
            )


def _labels(tokens: Sequence[Token]) -> Counter[str]:
    """Count the calls of each footnote."""
    return Counter(t.meta["label"] for t in flat_tokens(tokens) if t.type == "footnote_ref")


def _kinds_in_notes(tokens: Sequence[Token]) -> Iterator[list[str]]:
    """The kinds of block that each note is made of."""
    kinds: list[str] = []
    depth = 0
    for token in tokens:
        if token.type == "footnote_open":
            kinds, depth = [], 0
        elif token.type == "footnote_close":
            yield kinds
        else:
            if depth == 0 and token.type.endswith("_open"):
                kinds.append(token.type)
            depth += token.nesting
