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
    text = yaml.dump(
        {key: _with_styles(value, 2, key) for key, value in values.items()},
        Dumper=_TextDumper,
        allow_unicode=True,
        sort_keys=False,
        width=_WIDTH,
    )
    separated = re.sub(rf"\n(?=({_BLANK_LINE_BEFORE}):|  - heading: )", "\n\n", text)
    separated = separated.replace("\nsections:\n\n", "\nsections:\n")
    return separated if _parse_values(separated) == _parse_values(text) else text


def _parse_values(text: str) -> Any:
    source, problems = read_yaml("", text.encode())
    return source.value if source else problems


class _Literal(str):
    """Written after "|"."""


class _Folded(str):
    """Written after ">"."""


class _FlowRow(list[Any]):
    """Written on one line."""


class _TextDumper(yaml.SafeDumper):
    """Indents lists below their keys; quotes only what would not be read as typed."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 – the way that PyYAML documents

    def choose_scalar_style(self) -> str:
        style = str(super().choose_scalar_style())
        is_empty = not getattr(self.event, "value", "")
        return '"' if style == "'" or is_empty else style

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _scalar_representer(style: str) -> Any:
    def represent(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
        return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)

    return represent


_TextDumper.add_representer(_Literal, _scalar_representer("|"))
_TextDumper.add_representer(_Folded, _scalar_representer(">"))
_TextDumper.add_representer(
    _FlowRow,
    lambda dumper, row: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", row, flow_style=True
    ),
)


def _with_styles(value: Any, depth: int, key: str, parent: str = "") -> Any:
    """Choose the style of each text and row; `depth` is the indentation of the value."""
    if isinstance(value, dict):
        if key in ("row", "cell", "columns"):
            return _FlowMap({k: str(v) for k, v in value.items()})
        return {k: _with_styles(v, depth + 2, k, key) for k, v in value.items()}
    if isinstance(value, list):
        kind = {"rows": "row", "data": "row", "row": "cell"}.get(key, key)
        items = [_with_styles(item, depth + 2, kind) for item in value]
        is_short = key in ("row", "columns", "value") and _is_short(items, depth)
        return _FlowRow(items) if is_short else items
    text = str(value)
    is_prose = key == "lead" or (key == "text" and parent in _PROSE_PARENTS)
    is_long = len(text) + depth + len(key) > _WIDTH
    if is_prose and (is_long or "\n" in text):
        return _Literal(wrap_prose(text, _WIDTH - depth) + "\n")
    if is_long and "\n" not in text and text == " ".join(text.split()):
        return _Folded(text + "\n")
    return text


class _FlowMap(dict[str, Any]):
    """Written on one line."""


_TextDumper.add_representer(
    _FlowMap,
    lambda dumper, values: dumper.represent_mapping(
        "tag:yaml.org,2002:map", values, flow_style=True
    ),
)


def _is_short(items: list[Any], depth: int) -> bool:
    texts = [str(item) for item in items]
    no_breaks = not any(isinstance(item, (_Literal, _Folded)) for item in items)
    return no_breaks and sum(map(len, texts)) + 2 * len(texts) + depth < _WIDTH


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
