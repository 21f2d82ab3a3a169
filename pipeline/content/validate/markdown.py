"""Report Markdown that a brief does not support: it would not be printed, or is unsafe.

Texts and links also need words, for screen readers. Works on the text as it was typed. An
`Issue` names a snippet of it, from which `check_markdown` finds line and column.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from markdown_it.token import Token
from pydantic import BaseModel

from pipeline.content.validate.files import Issue
from pipeline.content.yaml_source import Source
from pipeline.model.fields import CellLine, Line, Prose
from pipeline.model.markdown import (
    CITATION,
    SCHEMES,
    defines_links,
    flat_tokens,
    notes_start,
    parse_markdown,
    sole_citation,
)
from pipeline.model.normalization import has_visible_text
from pipeline.model.walk import texts_in
from pipeline.problems import Problem, Rule

# Two levels for each list. The parser drops what is in ten lists inside each other.
_MAX_LEVEL = 14
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LIKE_LINK = re.compile(
    r"(?<!\\)\[[^]\n]{1,200}\] +\((?:https?:|mailto:|www\.|#)[^)\s]*\)"
    r"|\([^)\n]{1,200}\)\[(?:https?:|www\.)[^]\s]*\]"
)
# The middle of a link that the parser did not read as one: "](https:".
_NOT_A_LINK = re.compile(rf"(?<!\\)\]\((?:{'|'.join(SCHEMES)}|#)[^\s)]*")
_LIKE_TABLE_ROW = re.compile(r"^ *\|.*\| *$", re.MULTILINE)
_LINK_DEFINITION = re.compile(r"^ {0,3}(\[(?!\^)[^\]\n]+\]:)", re.MULTILINE)
_LIKE_CITATION = re.compile(r"\[(?:[^\[\]@]*[\s,;])?@[A-Za-z][^\[\]]*\]")
_FOOTNOTE_CALL = re.compile(r"(?<!\\)\[\^([^\[\]\s]+)\]")
_FOOTNOTE_DEFINITION = re.compile(r"^\[\^([^\]\s]+)\]:", re.MULTILINE)

# Tokens of CommonMark that a brief does not support, with their names and the hints.
_UNSUPPORTED = {
    "heading_open": ("a heading inside text", "give it a section of its own (heading: …)"),
    "fence": ("a block of code", "briefs have no code; remove the ``` lines"),
    "code_block": (
        "a line indented by four spaces, which is code in Markdown,",
        "start the paragraph at the left edge of the text",
    ),
    "code_inline": ("`code`", "briefs have no code; use *emphasis* or quotation marks"),
    "hr": ("a horizontal rule", "remove it, or begin a new section"),
    "s_open": ("~~text struck out~~", "delete this text"),
    "image": ("a picture inside text", "use a block of its own: - picture: {file: …}"),
    "blockquote_open": ("a quotation with >", "use a block of its own: - quote: …"),
}
# Tokens that a screen reader reads.
_WORDS = ("text", "code_inline", "citation", "html_inline", "image")
_ESCAPE_HINT = "if it is not a list, put a backslash before the mark: 1\\. or \\-"
_OTHER_BLOCKS = {
    "bullet_list_open": ("a list", _ESCAPE_HINT),
    "ordered_list_open": ("a list", _ESCAPE_HINT),
    "table_open": ("a table", "use a block of its own: - table: …"),
}
# The texts of about ten briefs in six languages.
_CACHED_TEXTS = 4096


def check_markdown(kind: type[BaseModel], source: Source) -> Iterator[Problem]:
    """Check each Markdown text of a file whose model is `kind`."""
    for path, text in texts_in(kind, source.value):
        if path[-1:] == ("source",) and sole_citation(text):
            continue
        for issue in _text_issues(text):
            place = source.place(path)
            if issue.snippet:
                place = source.find(path, issue.snippet, issue.line)
            yield issue.problem(place)


@lru_cache(maxsize=_CACHED_TEXTS, typed=True)
def _text_issues(text: Line | Prose) -> tuple[Issue, ...]:
    """Check one text; its type decides which Markdown it may have.

    The cache is for the preview: after a save it checks only the changed texts.
    """
    return (*_invisible_text_issues(text), *find_markdown_issues(text))


def find_markdown_issues(text: Line | Prose) -> Iterator[Issue]:
    """Check one text by itself."""
    tokens = parse_markdown(text)
    lines = text.split("\n")
    line = 0
    for token in tokens:
        line = token.map[0] if token.map else line
        for part in flat_tokens([token]):
            yield from (replace(i, line=line) for i in _token_issues(part, lines))
        is_deep = any(part.level > _MAX_LEVEL for part in token.children or ())
        if is_deep or token.level > _MAX_LEVEL:
            what = "emphasis is" if is_deep else "lists are"
            hint = "use one mark: *emphasis* or **strong**"
            hint = hint if is_deep else "use at most two levels of lists"
            snippet = token.content.split("\n")[0]
            yield _unsupported_issue(f"{what} nested too deeply", hint, snippet, line)
            return
    yield from _citation_issues(text)
    yield from _printed_mark_issues(text, tokens)
    yield from _link_text_issues(text, tokens)
    if defines_links(text):
        yield from _link_definition_issues(text)
    is_typed_on_lines = isinstance(text, Line) and "\n" in text
    blocks = parse_markdown(Prose(text)) if is_typed_on_lines else tokens
    yield from _footnote_issues(text, blocks)
    if is_typed_on_lines:
        yield from _paragraph_issues(tokens, blocks)


def _unsupported_issue(message: str, hint: str, snippet: str, line: int = 0) -> Issue:
    return Issue(Rule.UNSUPPORTED_MARKDOWN, message, hint, snippet, line)


def _paragraph_issues(line: Sequence[Token], tokens: Sequence[Token]) -> Iterator[Issue]:
    """Report blocks in the lines of a `line`, whose `tokens` are those of prose."""
    blocks = [t for t in tokens if t.level == 0 and t.nesting >= 0 and t.type != "inline"]
    if any(t.type == "footnote_block_open" for t in blocks):
        hint = "use footnotes in text blocks only"
        yield Issue(Rule.FOOTNOTE, "a footnote where none is possible", hint, "[^")
        return
    items = sum(token.type == "list_item_open" for token in tokens)
    # "14. words" and "- words" are no list of one item, but a text that begins so.
    parts = _OTHER_BLOCKS if items != 1 else {"table_open": _OTHER_BLOCKS["table_open"]}
    others = [block for block in blocks if block.type in parts]
    if others:
        what, hint = _OTHER_BLOCKS[others[0].type]
        message = f"{what} where only one paragraph fits"
        yield _unsupported_issue(message, hint, others[0].markup or "|")
    elif [token.type for token in line].count("paragraph_open") > 1:
        message = "more than one paragraph where only one fits"
        yield _unsupported_issue(message, "remove the empty line", "")


def _citation_issues(text: str) -> Iterator[Issue]:
    """Report brackets with an @id that are not a citation: they would print as typed."""
    for match in _LIKE_CITATION.finditer(text):
        if not CITATION.fullmatch(match[0]):
            message = f'"{" ".join(match[0].split())}" is not a citation'
            hint = "write [@id], and several as [@one; @two]"
            snippet, line = match[0].split("\n")[0], text.count("\n", 0, match.start())
            yield Issue(Rule.UNKNOWN_REFERENCE, message, hint, snippet, line)


def _printed_mark_issues(text: str, tokens: Sequence[Token]) -> Iterator[Issue]:
    """Report marks that are nearly links, emphasis or tables: they print as typed."""
    for match in _LIKE_LINK.finditer(text):
        message = f'"{match[0]}" is printed as text, not as a link'
        line = text.count("\n", 0, match.start())
        yield _unsupported_issue(message, "write [words](https://…)", match[0], line)
    for token in (token for token in tokens if token.type == "inline" and token.map):
        line = token.map[0] if token.map else 0
        texts = [t.content for t in token.children or () if t.type == "text"]
        if "\\*" not in token.content and any("**" in text for text in texts):
            hint = "write **words**: two asterisks before and after, no spaces inside; "
            hint += "for asterisks, put a backslash before each"
            yield _unsupported_issue('"**" is printed as text', hint, "**", line)
        is_prose = not isinstance(text, Line)
        if is_prose and (row := _LIKE_TABLE_ROW.search(token.content)):
            hint = "write a line |---|---| below the head of the table"
            line += token.content.count("\n", 0, row.start())
            message = "a row of a table is printed as text"
            yield _unsupported_issue(message, hint, row[0].strip(), line)


def _link_definition_issues(text: str) -> Iterator[Issue]:
    """Report lines "[words]: address" that no link uses."""
    for match in _LINK_DEFINITION.finditer(text):
        label = re.escape(match[1].removesuffix(":"))
        if not re.search(rf"{label}(?!:)", text, re.IGNORECASE):
            message = f'the line that begins with "{match[1]}" would not be printed'
            hint = "write the address after the words: [words](https://…)"
            line = text.count("\n", 0, match.start(1))
            yield _unsupported_issue(message, hint, match[1], line)


def _token_issues(token: Token, lines: Sequence[str]) -> Iterator[Issue]:
    if token.type in ("html_inline", "html_block"):
        tag = token.content.strip().split("\n")[0][:40]
        hint = "write Markdown: *emphasis*, **strong**, [words](https://…)"
        if not token.content.startswith("</"):  # its opening tag has been reported
            yield Issue(Rule.RAW_HTML, f"HTML in text: {tag}", hint, tag)
    elif token.type in _UNSUPPORTED:
        what, hint = _UNSUPPORTED[token.type]
        snippet = token.markup or token.content.split("\n")[0]
        if token.type == "hr" and token.map:
            snippet = lines[token.map[0]].strip()
        elif token.type == "image":
            snippet = "!["
        yield _unsupported_issue(f"{what} would not be printed", hint, snippet)
    elif token.type == "ordered_list_open" and token.attrGet("start") is not None:
        first = f"{token.attrGet('start')}{token.markup}"
        message = f'a list that begins with "{first}" would be numbered from 1'
        escaped = f"{first[:-1]}\\{first[-1]}"
        hint = f"if it is not a list, put a backslash before the mark: {escaped}"
        yield _unsupported_issue(message, hint, first)
    elif token.type == "table_open" and token.map:
        yield from _table_issues(lines[slice(*token.map)])
    elif token.type == "link_open":
        yield from _link_issues(token)
    elif token.type == "span_open" and not token.meta.get("insecure_attrs"):
        language = str(token.attrGet("lang") or "")
        if not _LANGUAGE.fullmatch(language):
            message = f'"{language}" is not a language code'
            hint = "give the language of a phrase by its code: [phrase]{lang=fr}"
            yield Issue(Rule.UNKNOWN_LANGUAGE, message, hint, "{")
    for name in list(token.meta.get("insecure_attrs", ()))[:1]:
        hint = "only the language of a phrase can be given: [phrase]{lang=fr}"
        yield _unsupported_issue(f'"{name}" in braces would not be printed', hint, "{")


def _link_issues(token: Token) -> Iterator[Issue]:
    href = _href(token)
    if title := str(token.attrGet("title") or ""):
        message = f'"{title}" after the address of a link would not be printed'
        yield _unsupported_issue(message, "write it in the text", title.split("\n")[0])
    if not href.startswith((*SCHEMES, "#")) or href == "#":
        is_wrong = "does not begin with https:, mailto:, tel: or #"
        message = f'the link "{href}" {"has no target" if href == "#" else is_wrong}'
        hint = "write the whole address, or # and an id of this brief"
        yield Issue(Rule.LINK_SCHEME, message, hint, href)


def _table_issues(lines: Sequence[str]) -> Iterator[Issue]:
    """Report a table without rows, and cells beyond those of its head: both are lost."""

    def cells(line: str) -> list[str]:
        return re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))

    if not lines[2:]:
        hint = "add a row; if it is not a table, put a backslash before the bars: \\|"
        yield Issue(Rule.TABLE_SHAPE, "the table has no rows", hint, lines[0].strip())
    for line in lines[2:]:
        if len(cells(line)) > len(cells(lines[0])):
            message = "a row of the table has more cells than its head"
            hint = "add cells to the head; write \\| for a vertical bar inside a cell"
            yield Issue(Rule.TABLE_SHAPE, message, hint, line.strip())


def _footnote_issues(text: str, tokens: Sequence[Token]) -> Iterator[Issue]:
    start = notes_start(tokens)
    calls, calls_in_notes = _count_calls(tokens[:start]), _count_calls(tokens[start:])
    definitions = Counter(_FOOTNOTE_DEFINITION.findall(text))

    def issue(label: str, message: str, hint: str, mark: str = "") -> Issue:
        call = f"[^{label}]"
        return Issue(Rule.FOOTNOTE, f"footnote {call} {message}", hint, call + mark)

    for label in dict.fromkeys(_FOOTNOTE_CALL.findall(text)):
        if label not in definitions:
            hint = f'add a line "[^{label}]: …" at the end of the same text'
            yield issue(label, "has no text", hint)
    for label in definitions:
        if calls[label] > 1:
            hint = "give each call a footnote of its own, or cite a reference"
            yield issue(label, f"is called {calls[label]} times", hint)
        elif definitions[label] > 1:
            hint = "delete one, or give it a name and a call of its own"
            yield issue(label, "has two texts", hint, ":")
        elif label not in calls and label not in calls_in_notes:
            hint = f"put [^{label}] where it belongs, or delete it"
            yield issue(label, "is never called, so it would not be printed", hint, ":")
    for label in calls_in_notes:
        if label in definitions:
            hint = "move its text into the main text, or into the other footnote"
            yield issue(label, "is called inside a footnote", hint)
    for types in _block_types_of_notes(tokens[start:]):
        if types != ["paragraph_open"]:
            message = "a footnote of more than one paragraph"
            hint = "keep a footnote to one paragraph without lists"
            yield Issue(Rule.FOOTNOTE, message, hint, "[^")


def _count_calls(tokens: Sequence[Token]) -> Counter[str]:
    return Counter(t.meta["label"] for t in flat_tokens(tokens) if t.type == "footnote_ref")


def _block_types_of_notes(tokens: Sequence[Token]) -> Iterator[list[str]]:
    """Return the types of the outermost blocks of each note."""
    types: list[str] = []
    depth = 0
    for token in tokens:
        if token.type == "footnote_open":
            types, depth = [], 0
        elif token.type == "footnote_close":
            yield types
        else:
            if depth == 0 and token.type.endswith("_open"):
                types.append(token.type)
            depth += token.nesting


def _invisible_text_issues(text: str) -> Iterator[Issue]:
    """Report a text of which nothing would be seen; a cell of a table may be empty."""
    if isinstance(text, CellLine) or not text.strip():
        return
    if text.isascii() and "&" not in text and any(map(str.isalnum, text)):
        return  # without parsing
    if not has_visible_text(_text_of(parse_markdown(text))):
        hint = "write words, or leave the key out"
        yield Issue(Rule.EMPTY_VALUE, "the text has no visible character", hint)


def _link_text_issues(text: str, tokens: Sequence[Token]) -> Iterator[Issue]:
    """Report links without words, links inside links, and links that print as typed."""
    for token in flat_tokens(tokens):
        yield from _link_word_issues(token.children or ())
    printed = " ".join(t.content for t in flat_tokens(tokens) if t.type == "text")
    matches = {match[0]: match for match in _NOT_A_LINK.finditer(text)}
    for match in matches.values():
        if match[0] in printed:
            message = f'the link to "{match[0][2:]}" would be printed as it is typed'
            hint = "move footnotes, citations and links out of its words; no spaces in the "
            line = text.count("\n", 0, match.start())
            yield Issue(Rule.LINK_TEXT, message, f"{hint}address", match[0], line)


def _link_word_issues(tokens: Sequence[Token]) -> Iterator[Issue]:
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
