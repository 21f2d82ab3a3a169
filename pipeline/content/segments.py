"""Divide the texts of a language file into segments for translation, and write them again.

A segment is a paragraph, an item of a list, a cell, a note, an alternative text or a label
of a chart. File names, ids, and the columns and numbers of charts are not segments. When a
text is written again, only the lines of changed segments change.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.content.inline_codes import (
    Pieces,
    markdown_of,
    normalize,
    pieces_of,
    words_of,
)
from pipeline.content.replace_text import wrap_lines
from pipeline.content.yaml_source import Source
from pipeline.model.fields import FieldPath
from pipeline.model.markdown import defines_links, parse_markdown, sole_citation
from pipeline.model.schema import LanguageVersion
from pipeline.model.walk import texts_in
from pipeline.problems import Place

# The line width of a rewritten text that has too few lines to measure its own width.
_WIDTH = 90
# Replaces a space inside a code while lines are broken.
_UNBREAKABLE_SPACE = "\ue000"
_DEFINITION = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:")
_CODE_SPACE = re.compile(r"\[@[^\]]*\]|\]\([^)]*\)")

# The identity of a segment in its file: the path of its text, and its number there.
SegmentKey = tuple[FieldPath, int]


@dataclass(frozen=True)
class Segment:
    """One paragraph of a text: its number there, its words and codes, and its place.

    A label comes from the data of a chart; its text is the last step of its path. A plain
    text is not Markdown.
    """

    path: FieldPath
    number: int
    pieces: Pieces
    place: Place
    is_label: bool = False
    is_plain: bool = False

    @property
    def key(self) -> SegmentKey:
        """The identity of the segment in its file."""
        return self.path, self.number

    @property
    def has_words(self) -> bool:
        """Whether it has a letter, so that its translation is another text."""
        return any(map(str.isalpha, words_of(self.pieces)))


@dataclass(frozen=True)
class _Paragraph:
    """A paragraph of a text: its lines, what is before the first, and if it is a cell."""

    pieces: Pieces
    start: int
    end: int
    prefix: str
    is_cell: bool


def segments_of(source: Source) -> tuple[Segment, ...]:
    """List the segments of a language file, in the order of the file."""
    segments = []
    for path, text, is_markdown in translated_texts(source):
        start = source.place(path)
        mark = source.lines[start.line - 1][start.column - 1 :][:1]
        skipped = len(text) - len(text.lstrip("\n"))
        for number, paragraph in enumerate(_split_paragraphs(text, is_markdown)):
            place = start
            if mark == "|":  # each line of the text is one of the file
                row = start.line + skipped + paragraph.start
                line = source.lines[row]
                place = Place(source.file, row + 1, len(line) - len(line.lstrip()) + 1)
            if any(map(str.isalnum, words_of(paragraph.pieces))):
                is_plain = not is_markdown
                segment = Segment(path, number, paragraph.pieces, place, is_plain=is_plain)
                segments.append(segment)
    return tuple(segments)


def translated_texts(source: Source) -> Iterator[tuple[FieldPath, str, bool]]:
    """Yield each text to translate: its path, the text, and whether it is Markdown.

    Markdown has its type. A source line that is only a reference is the same in each
    language, and left out.
    """
    markdown = {path: type(text) for path, text in texts_in(LanguageVersion, source.value)}
    plain = set(_plain_texts(source))
    for path, value in source.walk():
        is_text = path in markdown or path in plain
        if isinstance(value, str) and is_text and not sole_citation(value):
            yield path, markdown.get(path, str)(value), path in markdown


def _plain_texts(source: Source) -> Iterator[FieldPath]:
    """The paths of alternative texts, and of labels and words of charts that are typed.

    A label in rows that is a key of other texts stays; `labels_of` gives it a name.
    """
    for path, part in source.walk():
        if not isinstance(part, dict):
            continue
        if isinstance(part.get("alt"), str):
            yield (*path, "alt")
        keys = set[str]()
        for kind in ("names", "approximate"):
            if isinstance(texts := part.get(kind), dict):
                yield from ((*path, kind, name) for name in texts)
                keys |= texts.keys()
        if isinstance(rows := part.get("data"), list) and "chart" in part:
            label = str(part.get("label"))
            for number, row in enumerate(rows):
                name = row.get(label) if isinstance(row, dict) else None
                has_words = isinstance(name, str) and any(map(str.isalpha, name))
                if has_words and name not in keys:
                    yield (*path, "data", number, label)


def highlights(source: Source) -> Iterator[tuple[FieldPath, FieldPath]]:
    """Yield the paths of each `highlight` that names a row of typed data, and its label."""
    for path, part in source.walk():
        if not isinstance(part, dict):
            continue
        rows, label, named = part.get("data"), str(part.get("label")), part.get("highlight")
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            if named and isinstance(row, dict) and row.get(label) == named:
                yield (*path, "highlight"), (*path, "data", number, label)


def _split_paragraphs(text: str, is_markdown: bool) -> list[_Paragraph]:
    text = type(text)(text.strip("\n"))
    if not is_markdown:
        return [_Paragraph(normalize([text]), 0, text.count("\n") + 1, "", False)]
    lines = text.split("\n")
    paragraphs = []
    for token in parse_markdown(text):
        if token.type != "inline" or token.map is None:
            continue
        start, end = token.map
        while not lines[end - 1].strip():
            end -= 1
        first, line = token.content.split("\n")[0], lines[start].rstrip()
        is_cell = not line.endswith(first) or line.lstrip().startswith("|")
        prefix = "" if is_cell else line.removesuffix(first)
        paragraphs.append(_Paragraph(pieces_of(token), start, end, prefix, is_cell))
    return sorted(paragraphs, key=lambda paragraph: paragraph.start)


def with_labels(
    segments: Sequence[Segment], labels: Mapping[FieldPath, str], source: Source
) -> tuple[Segment, ...]:
    """Add the labels of charts that the file does not hold, after their charts."""
    result = [*segments]
    for path, text in labels.items():
        chart = path[:-2]
        indices = [n for n, s in enumerate(result) if s.path[: len(chart)] == chart]
        place = source.place((*chart, "data"))
        label = Segment(path, 0, (text,), place, is_label=True, is_plain=True)
        result.insert(max(indices, default=len(result) - 1) + 1, label)
    return tuple(result)


def paragraph_count(text: str, is_markdown: bool) -> int:
    """Count the paragraphs of a text, including those without words."""
    return len(_split_paragraphs(text, is_markdown))


def write_text(
    text: str, new: Mapping[int, Pieces], *, is_markdown: bool, wraps: bool
) -> str | None:
    """Replace paragraphs of a text, by their numbers; the lines of the others stay.

    Give None if Markdown would read the result differently.
    """
    before = _split_paragraphs(text, is_markdown)
    if not is_markdown:
        return words_of(new.get(0, before[0].pieces))
    definitions = defines_links(text)
    expected = [new.get(n, p.pieces) for n, p in enumerate(before)]
    for width in (_width_of(text) if wraps and "\n" in text.strip() else 0, 0):
        lines = text.strip("\n").split("\n")
        for start, group in groupby(range(len(before))[::-1], lambda n: before[n].start):
            row = [*group][::-1]
            if definitions or any(n in new for n in row):
                first, pieces = before[row[0]], [expected[n] for n in row]
                written = _write_lines(first, lines, pieces, width, type(text))
                if written is None:
                    return None
                lines[start : first.end] = written
        body = [x for x in lines if not (definitions and _DEFINITION.match(x))]
        result = type(text)("\n".join(body).rstrip("\n"))
        try:
            if [p.pieces for p in _split_paragraphs(result, True)] == expected:
                return result
        except ValueError:
            continue
    return None


def _write_lines(
    paragraph: _Paragraph,
    lines: list[str],
    pieces: list[Pieces],
    width: int,
    kind: type[str],
) -> list[str] | None:
    """Write the lines of a paragraph, or of a row of cells."""
    texts = [markdown_of(paragraph_pieces, kind) for paragraph_pieces in pieces]
    if any(text is None for text in texts):
        return None
    if paragraph.is_cell:
        cells = [re.sub(r"(?<!\\)\|", r"\\|", text or "") for text in texts]
        line = lines[paragraph.start]
        return [f"{line[: len(line) - len(line.lstrip())]}| {' | '.join(cells)} |"]
    (text,) = texts
    is_note = paragraph.prefix.lstrip().startswith("[^")
    indent = "" if is_note else " " * len(paragraph.prefix)
    if paragraph.end - paragraph.start > 1:
        second = lines[paragraph.start + 1]
        indent = second[: len(second) - len(second.lstrip())]
    glued = _CODE_SPACE.sub(lambda m: m[0].replace(" ", _UNBREAKABLE_SPACE), text or "")
    first, *others = glued.split("\n")  # a line break that is typed stays
    width = width or len(glued) + len(paragraph.prefix) + len(indent) + 1
    written = wrap_lines(first, width, paragraph.prefix, indent)
    for other in others:
        written += wrap_lines(other, width, indent, indent)
    return [line.replace(_UNBREAKABLE_SPACE, " ") for line in written]


def _width_of(text: str) -> int:
    """The width at which the lines of a text are broken. Lines with links may be longer."""
    lines = sorted(len(line) for line in text.strip("\n").split("\n") if "](" not in line)
    return max(lines[-1], 60) if len(lines) > 2 else _WIDTH
