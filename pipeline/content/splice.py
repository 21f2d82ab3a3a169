"""Replace one text in a YAML file, and leave everything else as it was typed.

The new text is written in the style of the old one: literal, folded, plain, in quotation
marks. Where that would be read as something else, the next style is tried. What is returned
was read again: all other values are the same, and the new one is what was meant.
"""

import json
import re
import textwrap
from collections.abc import Iterator

import yaml

from pipeline.content.yaml_source import Source, Value, read_yaml, scalar_at
from pipeline.model.fields import FieldPath

_WIDTH = 100
_BOM = b"\xef\xbb\xbf"


def splice(file: str, data: bytes, path: FieldPath, text: str) -> bytes | None:
    """Replace the text at `path` in the bytes of a file; None if that cannot be done.

    It cannot where the file is not YAML as briefs read it, its line ends are mixed, or no
    style gives the text without changing another value, as at an alias.
    """
    source, problems = read_yaml(file, data)
    if source is None or problems or _encode(source.text, data) != data:
        return None
    node = scalar_at(source.text, path)
    if node is None:
        return None
    start, end = node.start_mark.index, node.end_mark.index
    end = start + len(source.text[start:end].rstrip(" \n"))
    for written in _ways_to_write(text.strip("\n"), node, source.text, end):
        result = source.text[:start] + written + source.text[end:]
        if _says(source, result, path, text):
            return _encode(result, data)
    return None


def _encode(text: str, like: bytes) -> bytes:
    """Encode a text with the line ends and the byte order mark of a file."""
    data = text.replace("\n", "\r\n" if b"\r\n" in like else "\n").encode()
    return _BOM + data if like.startswith(_BOM) else data


def _says(before: Source, result: str, path: FieldPath, text: str) -> bool:
    """Whether a file has the text at `path`, and all its other values as before."""
    try:
        after, problems = read_yaml(before.file, result.encode())
    except UnicodeEncodeError:  # half of a character
        return False
    if after is None or problems:
        return False
    expected = {**_texts(before), path: text.strip("\n")}
    found = _texts(after)
    return {**found, path: str(found.get(path)).strip("\n")} == expected


def _texts(source: Source) -> dict[FieldPath, Value]:
    return {at: value for at, value in source.walk() if isinstance(value, str | None)}


def _ways_to_write(
    text: str, node: yaml.ScalarNode, source: str, end: int
) -> Iterator[str]:
    """Give the ways to write a text in the place of a scalar, the best one first."""
    start = node.start_mark.index
    first, _, rest = source[start:end].partition("\n")
    lead = source[source.rfind("\n", 0, start) + 1 : start]
    indent = _indent(lead, rest)
    literal = "\n".join(indent + line if line else "" for line in text.split("\n"))
    folded = "\n\n".join(_wrap(line, indent, indent) for line in text.split("\n"))
    if node.style == "|":
        yield f"{first}\n{literal}"
    elif node.style == ">":
        yield f"{first}\n{folded}"
        yield f"{first}\n" + "\n\n".join(indent + line for line in text.split("\n"))
    elif "\n" not in text:
        for quote in (node.style or "", '"'):
            quoted = _quoted(text, quote)
            yield _wrap(quoted, indent, lead).removeprefix(lead)
            yield quoted
    yield f"|\n{literal}"
    yield _quoted(text, '"')


def _indent(lead: str, rest: str) -> str:
    """The indentation of the lines of a text, after what stands before its first line."""
    if rest.strip():
        line = next(line for line in rest.split("\n") if line.strip())
        return line[: len(line) - len(line.lstrip(" "))]
    dashes = re.match(r"[ -]*", lead)
    return " " * (len(dashes[0]) if dashes else 0) + ("  " if lead.strip(" -") else "")


def _quoted(text: str, quote: str) -> str:
    if quote == "'":
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False) if quote else text


def _wrap(text: str, indent: str, first: str) -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
