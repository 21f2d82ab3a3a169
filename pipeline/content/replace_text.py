"""Replace texts in a YAML file, and leave everything else as it was typed.

The new text is written in the style of the old one: literal, folded, plain, in quotation
marks. If that would be read differently, the next style is tried. The result is read again,
to check that the file has the new text and that all other values are unchanged.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import yaml

from pipeline.content.yaml_source import Source, Value, nodes_in, read_yaml
from pipeline.model.fields import FieldPath
from pipeline.model.normalization import compose
from pipeline.model.yaml_text import quoted
from pipeline.problems import Problem, Rule, is_blocking

_WIDTH = 100
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class EditedFile:
    """The bytes of a file with new texts, and the paths of those that it cannot hold."""

    data: bytes
    refused: tuple[FieldPath, ...] = ()


def replace_text(file: str, data: bytes, path: FieldPath, text: str) -> bytes | None:
    """Replace the text at `path` in the bytes of a file; None if that cannot be done.

    It cannot be done if the file is not YAML as briefs read it, if its line ends are mixed,
    or if every style would change another value, as it does for an alias, or give the file
    a warning that it did not have.
    """
    edited = replace_texts(file, data, {path: text})
    return None if edited.refused else edited.data


def replace_texts(file: str, data: bytes, texts: Mapping[FieldPath, str]) -> EditedFile:
    """Replace many texts of a file as `replace_text` does one; list the refused ones."""
    if not texts:
        return EditedFile(data)
    if (source := _read_editable(file, data)) is None:
        return EditedFile(data, tuple(texts))
    composed = {path: compose(text) for path, text in texts.items()}
    if (result := _replace_together(source, composed)) is not None:
        return EditedFile(encode_like(result, data))
    if len(texts) == 1:
        return EditedFile(data, tuple(texts))
    items = [*texts.items()]
    half = len(items) // 2
    first = replace_texts(file, data, dict(items[:half]))
    second = replace_texts(file, first.data, dict(items[half:]))
    return EditedFile(second.data, first.refused + second.refused)


def _replace_together(source: Source, texts: Mapping[FieldPath, str]) -> str | None:
    """Write each text in the first style that fits; one alone in any that fits."""
    nodes = nodes_in(source.text)
    places, ways = [], []
    for path, text in texts.items():
        if not isinstance(node := nodes.get(path), yaml.ScalarNode):
            return None
        start, end = node.start_mark.index, node.end_mark.index
        end = start + len(source.text[start:end].rstrip(" \n"))
        places.append((start, end))
        ways.append(_ways_to_write(text.strip("\n"), node, source.text, end))
    for written in islice(zip(*ways, strict=False), None if len(texts) == 1 else 1):
        result = source.text
        for (start, end), new in sorted(zip(places, written, strict=True), reverse=True):
            result = result[:start] + new + result[end:]
        if _has_texts(source, result, texts):
            return result
    return None


def add_keys(
    file: str, data: bytes, path: FieldPath, values: Mapping[str, str], after: FieldPath
) -> bytes | None:
    """Add keys with texts to the mapping at `path`; None if that cannot be done.

    Without such a mapping it is written below the key `after`. One in braces that gets too
    long for its line is written with a line for each key.
    """
    if (source := _read_editable(file, data)) is None:
        return None
    nodes = nodes_in(source.text)
    node, before, text = nodes.get(path), nodes.get(after), source.text
    pairs = [f"{_plain_or_quoted(k)}: {_plain_or_quoted(v)}" for k, v in values.items()]
    column = source.key_place(path if node else after).column + 1
    if isinstance(node, yaml.MappingNode) and node.flow_style:
        start, end = node.start_mark.index, node.end_mark.index
        inside = text[start + 1 : end - 1].strip()
        written = f"{{{', '.join((inside, *pairs))}}}"
        line = text[text.rfind("\n", 0, start) + 1 : start] + written
        if len(line) > _WIDTH and "\n" not in inside and text[end : end + 1] in "\n":
            old = [text[k.start_mark.index : v.end_mark.index] for k, v in node.value]
            written = _lines_of_pairs((*old, *pairs), column)
            start = len(text[:start].rstrip(" "))
    elif isinstance(node, yaml.MappingNode):
        start = end = _end_of_line(text, node.value[-1][1])
        written = _lines_of_pairs(pairs, node.value[0][0].start_mark.column)
    elif before is not None:
        start = end = _end_of_line(text, before)
        written = f"\n{' ' * (column - 2)}{path[-1]}:{_lines_of_pairs(pairs, column)}"
    else:
        return None
    result = text[:start] + written + text[end:]
    new = {(*path, key): value for key, value in values.items()}
    return encode_like(result, data) if _has_texts(source, result, new) else None


def _lines_of_pairs(pairs: Iterable[str], column: int) -> str:
    return "".join(f"\n{' ' * column}{pair}" for pair in pairs)


def _end_of_line(text: str, node: yaml.Node) -> int:
    """Where the last line of a value ends."""
    end = text.find("\n", len(text[: node.end_mark.index].rstrip()))
    return end if end >= 0 else len(text)


def _read_editable(file: str, data: bytes) -> Source | None:
    """Read a file in which a text can be replaced."""
    source, problems = read_yaml(file, data)
    if source is None or any(map(is_blocking, problems)):
        return None
    is_plain = encode_like(source.text, data) == compose(data.decode()).encode()
    return source if is_plain else None


def encode_like(text: str, example: bytes) -> bytes:
    """Encode a text with the line ends and the byte order mark of a file."""
    data = text.replace("\n", "\r\n" if b"\r\n" in example else "\n").encode()
    return _BOM + data if example.startswith(_BOM) else data


def _has_texts(before: Source, result: str, texts: Mapping[FieldPath, str]) -> bool:
    """Whether a file has the `texts`, and all its other values as before."""
    try:
        after, problems = read_yaml(before.file, result.encode())
    except UnicodeEncodeError:  # a lone surrogate
        return False
    if after is None:
        return False
    if problems:
        _, old_problems = read_yaml(before.file, before.text.encode())
        if _count_problems(problems) - _count_problems(old_problems):
            return False
    stripped = {path: text.strip("\n") for path, text in texts.items()}
    expected = {**_texts_by_path(before), **stripped}
    new_texts = _texts_by_path(after)
    new = {path: str(new_texts.get(path)).strip("\n") for path in texts}
    return {**new_texts, **new} == expected


def _count_problems(problems: Iterable[Problem]) -> Counter[tuple[Rule, str]]:
    """Count problems, wherever they are in the file."""
    return Counter((problem.rule, problem.message) for problem in problems)


def _texts_by_path(source: Source) -> dict[FieldPath, Value]:
    return {p: value for p, value in source.walk() if isinstance(value, str | None)}


def _ways_to_write(
    text: str, node: yaml.ScalarNode, source: str, end: int
) -> Iterator[str]:
    """Yield the ways to write a text in the place of a scalar, the best one first."""
    start = node.start_mark.index
    first, _, rest = source[start:end].partition("\n")
    lead = source[source.rfind("\n", 0, start) + 1 : start]
    indent = _text_indent(lead, rest)
    literal = "\n".join(indent + line if line else "" for line in text.split("\n"))
    folded = "\n\n".join(
        "\n".join(wrap_lines(line, _WIDTH, indent, indent)) for line in text.split("\n")
    )
    if node.style == "|":
        yield f"{first}\n{literal}"
    elif node.style == ">":
        yield f"{first}\n{folded}"
        yield f"{first}\n" + "\n\n".join(indent + line for line in text.split("\n"))
    elif "\n" not in text:
        for quote in (node.style or "", '"'):
            quoted = _quote_as(text, quote)
            yield "\n".join(wrap_lines(quoted, _WIDTH, lead, indent)).removeprefix(lead)
            yield quoted
    yield f"|\n{literal}"
    yield _quote_as(text, '"')


def _text_indent(lead: str, rest: str) -> str:
    """The indentation of a text: `lead` is before its first line, `rest` after that."""
    if rest.strip():
        line = next(line for line in rest.split("\n") if line.strip())
        return line[: len(line) - len(line.lstrip(" "))]
    dashes = re.match(r"[ -]*", lead)
    return " " * (len(dashes[0]) if dashes else 0) + ("  " if lead.strip(" -") else "")


def _quote_as(text: str, quote: str) -> str:
    if quote == "'":
        return "'" + text.replace("'", "''") + "'"
    return quoted(text) if quote else text


def _plain_or_quoted(text: str) -> str:
    """Write a key or a text in one line, in quotation marks where YAML needs them."""
    source, problems = read_yaml("", f"{text}: {text}".encode())
    is_plain = source is not None and not problems and source.value == {text: text}
    return text if is_plain and not re.search(r"[,{}\[\]]", text) else _quote_as(text, '"')


def wrap_lines(text: str, width: int, first: str, indent: str) -> list[str]:
    """Break a text at spaces; `first` and `indent` are before its first and other lines."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
