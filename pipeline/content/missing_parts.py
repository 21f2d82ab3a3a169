"""Copy the parts of an original that a translation lacks: sections, blocks, items, keys.

Items are paired by keys, ids, and the digests of their original texts; if those are not
recorded, by numbers and citations. The lines of a part are copied as they are, at the
indentation of its neighbours. Parts that only the translation has stay.
"""

import re
from collections.abc import Hashable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import reduce
from itertools import takewhile
from operator import getitem
from typing import Any

from pipeline.content.replace_text import encode_like
from pipeline.content.validate.parity import pair_items
from pipeline.content.yaml_source import Source, Value, nodes_in, read_yaml
from pipeline.model.fields import FieldPath

# Keys that a translation may lack: whether it is official, and the words of charts.
_OPTIONAL = frozenset({"translation", "names", "approximate"})
_COMPARED_EXACTLY = frozenset({"id", "chart", "data", "file"})
_BLANK_OR_COMMENT = re.compile(r"\s*(#.*)?")


# For each text of a file, the digests of its paragraphs in the original language.
SourceKeys = Mapping[FieldPath, Hashable]


def add_missing_parts(
    data: bytes,
    translation: Source,
    original: Source,
    source_keys: tuple[SourceKeys, SourceKeys],
) -> tuple[bytes, tuple[FieldPath, ...]] | None:
    """Return the bytes with the missing parts, and their paths in the original.

    `source_keys` are those of the translation and of the original. None if a part cannot be
    added.
    """
    source, added = translation, list[FieldPath]()
    ours = _ComparisonKeys(dict(translation.walk()), source_keys[0])
    theirs = _ComparisonKeys(dict(original.walk()), source_keys[1])
    for missing in _missing_paths(ours, theirs, (), ()):
        if (result := _insert_part(source, original, missing)) is None:
            return None
        source = result
        added.append(missing)
    if not added:
        return data, ()
    return encode_like(source.text, data), tuple(added)


@dataclass(frozen=True)
class _ComparisonKeys:
    """The values of a file, and keys by which they are paired with another language."""

    values: Mapping[FieldPath, Value]
    source_keys: SourceKeys

    def items(self, path: FieldPath) -> list[Hashable]:
        value = self.values[path]
        return [
            self._key_of(item, (*path, n))
            for n, item in enumerate(value if isinstance(value, list) else ())
        ]

    def _key_of(self, value: Value, path: FieldPath) -> Hashable:
        if isinstance(value, dict):
            keys = (key for key in value if key not in _OPTIONAL)
            return tuple((key, self._key_of(value[key], (*path, key))) for key in keys)
        if isinstance(value, list):
            return tuple(self._key_of(item, (*path, n)) for n, item in enumerate(value))
        if value is None or path[-1] in _COMPARED_EXACTLY:
            return value
        return self.source_keys.get(path, tuple(re.findall(r"[0-9]+|@[\w-]+", value)))


def _missing_paths(
    ours: _ComparisonKeys, theirs: _ComparisonKeys, path: FieldPath, their_path: FieldPath
) -> Iterator[FieldPath]:
    """Yield the paths in the original of parts that the translation lacks, in order."""
    value, their_value = ours.values[path], theirs.values[their_path]
    if isinstance(value, dict) and isinstance(their_value, dict):
        for key in (key for key in their_value if key not in _OPTIONAL):
            if key not in value:
                yield (*their_path, key)
            elif key != "data":
                yield from _missing_paths(ours, theirs, (*path, key), (*their_path, key))
    elif isinstance(value, list) and isinstance(their_value, list):
        for n, their_n in _pair_list_items(ours.items(path), theirs.items(their_path)):
            if n is None:
                yield (*their_path, their_n)
            else:
                yield from _missing_paths(ours, theirs, (*path, n), (*their_path, their_n))


def _pair_list_items(
    ours: list[Hashable], theirs: list[Hashable]
) -> Iterator[tuple[int | None, int]]:
    """Pair the items of two lists: for each of theirs, in order, ours or None.

    Of items that look the same the last ones are new.
    """
    partners = {other: mine for mine, other in pair_items(ours, theirs)}
    for index in range(len(theirs)):
        later = (n for n in range(index, len(theirs)) if partners[n] is not None)
        same = next(later, index)
        if partners[index] is None and theirs[index] == theirs[same]:
            partners[index], partners[same] = partners[same], None
        yield partners[index], index


def _insert_part(source: Source, original: Source, path: FieldPath) -> Source | None:
    """Copy the lines of a part; None if no place is found, or they are read differently."""
    lines = _lines_of(original, path)
    column = _indentation(lines[0])
    place = _insertion_place(source, original, path[:-1], path[-1])
    if place is None:
        return None
    row, indent = place
    copied = [f"{' ' * indent}{line[column:]}" if line.strip() else "" for line in lines]
    above = original.spans[path].key.line - 2
    copied[:0] = [""] if not original.lines[above].strip() else []
    text = source.text.split("\n")
    text[row:row] = copied
    after, problems = read_yaml(source.file, "\n".join(text).encode())
    expected = _with_part(source, original, path)
    is_right = after and not problems and path in after.spans and after.value == expected
    return after if is_right else None


def _with_part(source: Source, original: Source, path: FieldPath) -> Any:
    """The values of a file with the part of the original at `path`."""
    value: Any = deepcopy(source.value)
    parent = reduce(getitem, path[:-1], value)
    if isinstance(parent, list):
        parent.insert(int(path[-1]), _value_at(original, path))
    else:
        parent[path[-1]] = _value_at(original, path)
    return value


def _lines_of(source: Source, path: FieldPath) -> list[str]:
    # A block ends where the next one begins.
    end = len(source.text[: nodes_in(source.text)[path].end_mark.index].rstrip())
    last_line = source.text.count("\n", 0, end) + 1
    lines = source.lines[source.spans[path].key.line - 1 : last_line]
    while len(lines) > 1 and _BLANK_OR_COMMENT.fullmatch(lines[-1]):
        lines.pop()
    return lines


def _insertion_place(
    source: Source, original: Source, parent: FieldPath, last: str | int
) -> tuple[int, int] | None:
    """The line, counted from 0, before which a part is put, and its indentation."""
    keys = range(last) if isinstance(last, int) else _value_at(original, parent)
    siblings = takewhile(lambda key: key != last, keys)
    present = [s for s in siblings if (*parent, s) in source.spans]
    if not present and isinstance(last, int) and (*parent, 0) in source.spans:
        first = source.spans[(*parent, 0)].key.line - 1
        return first, _indentation(source.lines[first])
    if not present:
        return None
    span = source.spans[(*parent, present[-1])]
    lines = _lines_of(source, (*parent, present[-1]))
    line = source.lines[span.key.line - 1]
    indent = _indentation(line) if isinstance(last, int) else span.key.column - 1
    return span.key.line - 1 + len(lines), indent


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _value_at(source: Source, path: FieldPath) -> Any:
    value: Any = source.value
    return reduce(getitem, path, value)
