"""Write values as YAML, in the style of the guide for authors.

Prose is literal, a long line is folded, a short row stands on one line. The lines of prose
are broken where Markdown reads the next line as the same paragraph.
"""

import re
import unicodedata
from typing import Any

import yaml

from pipeline.content.yaml_source import read_yaml

_WIDTH = 98
# Keys of the parts whose "text" is prose: a block of text, a box, a side note.
_PROSE_PARENTS = ("blocks", "box", "side_note")
_BLANK_LINE_BEFORE = (
    "key_messages|pull_figures|lead|sections|points_for_decision|references"
)
# A word that begins a list, a heading, a table or a note if it begins a line.
_BEGINS_BLOCK = re.compile(r"([-+*]|#{1,6}|\d+[.)]|-+|=+|[*_]{3,})$|>|\||~~~|\[\^")


def write_yaml(values: dict[str, Any]) -> str:
    """Write the values of a file; a blank line separates sections and long parts."""
    text = yaml.serialize(
        _mapping({key: _node_of(value, 2, key) for key, value in values.items()}),
        Dumper=_TextDumper,
        allow_unicode=True,
        width=_WIDTH,
    )
    separated = re.sub(rf"\n(?=({_BLANK_LINE_BEFORE}):|  - heading: )", "\n\n", text)
    separated = separated.replace("\nsections:\n\n", "\nsections:\n")
    return separated if _parse_values(separated) == _parse_values(text) else text


def _parse_values(text: str) -> Any:
    source, problems = read_yaml("", text.encode())
    return source.value if source else problems


class _TextDumper(yaml.SafeDumper):
    """Indents lists below their keys; quotes only what would not be read as typed."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 – the way that PyYAML documents

    def choose_scalar_style(self) -> str:
        style = str(super().choose_scalar_style())
        is_empty = not getattr(self.event, "value", "")
        return '"' if style == "'" or is_empty else style

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _node_of(value: Any, depth: int, key: str, parent: str = "") -> yaml.Node:
    """Choose the style of each text and row; `depth` is the indentation of the value."""
    if isinstance(value, dict):
        if key in ("row", "cell", "columns"):
            return _mapping({k: _text(str(v)) for k, v in value.items()}, is_row=True)
        return _mapping({k: _node_of(v, depth + 2, k, key) for k, v in value.items()})
    if isinstance(value, list):
        kind = {"rows": "row", "data": "row", "row": "cell"}.get(key, key)
        items = [_node_of(item, depth + 2, kind) for item in value]
        is_row = key in ("row", "columns", "value") and _is_short(value, items, depth)
        return yaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=is_row)
    text = str(value)
    is_prose = key == "lead" or (key == "text" and parent in _PROSE_PARENTS)
    is_long = len(text) + depth + len(key) > _WIDTH
    if is_prose and (is_long or "\n" in text):
        return _text(wrap_prose(text, _WIDTH - depth) + "\n", "|")
    if is_long and "\n" not in text and text == " ".join(text.split()):
        return _text(text + "\n", ">")
    return _text(text)


def _text(text: str, style: str | None = None) -> yaml.Node:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=style)


def _mapping(values: dict[str, yaml.Node], *, is_row: bool = False) -> yaml.Node:
    pairs = [(_text(key), node) for key, node in values.items()]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=is_row)


def _is_short(values: list[Any], items: list[yaml.Node], depth: int) -> bool:
    """Whether the items of a list stand on one line, without folded texts."""
    texts = (
        str({k: str(v) for k, v in value.items()} if isinstance(value, dict) else value)
        for value in values
    )
    no_breaks = not any(isinstance(i, yaml.ScalarNode) and i.style for i in items)
    return no_breaks and sum(len(text) + 2 for text in texts) + depth < _WIDTH


def wrap_prose(text: str, width: int) -> str:
    """Break the lines of Markdown at `width`; the lines of an item are indented."""
    return "\n".join(_wrap_line(line, width) for line in text.split("\n"))


def _wrap_line(line: str, width: int) -> str:
    match = re.match(r"\s*(?:[-+*] |\d+\. )?", line)
    mark = match[0] if match else ""
    lines: list[str] = []
    current = mark
    for number, word in enumerate(line[len(mark) :].split(" ")):
        longer = f"{current} {word}" if number else current + word
        if number and _display_width(longer) > width and not _BEGINS_BLOCK.match(word):
            lines.append(current)
            current = " " * len(mark) + word
        else:
            current = longer
    return "\n".join([*lines, current])


def _display_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
