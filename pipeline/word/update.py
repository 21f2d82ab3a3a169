"""Replace the texts of an existing language file by those of a Word file.

Blocks are paired by kind, cells by order, sections and other items by their first text. A
text is replaced only if it would be printed differently. No part is added or deleted: a
part that only one of the files has is reported with its place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pipeline.content.replace_text import replace_texts
from pipeline.content.validate.lifecycle import TO_DO
from pipeline.content.yaml_source import Source, nodes_in, read_yaml
from pipeline.content.yaml_writer import wrap_prose
from pipeline.model.fields import FieldPath, Line, Prose
from pipeline.model.markdown import printed_value
from pipeline.model.schema import LanguageVersion
from pipeline.model.walk import texts_in
from pipeline.problems import PipelineError, Problem, Rule, is_blocking
from pipeline.word.markdown import excerpt

# Keys that have no text, or that a Word file holds only in part.
_NO_TEXT = frozenset(
    {"id", "file", "data", "sheet", "chart", "label", "value", "highlight", "names"}
    | {"approximate", "width", "show_data", "align", "across", "down"}
    | {"translation", "date"}
)
_PLAIN_TEXT_KEYS = frozenset({"alt", "url"})
_FLOATS = frozenset({"table", "figure"})
_PROSE_WIDTH = 88
_NOTE_CALL = re.compile(r"\[\^([^\]\s]+)\]")
_ADD_HINT = "write it into the file by hand, or import into a new edition with --dated"


@dataclass(frozen=True)
class Update:
    """The bytes of a file with its new texts, these by path, and the problems."""

    data: bytes
    changed: Mapping[FieldPath, str]
    problems: Sequence[Problem]


def find_changes(
    source: Source, values: Mapping[str, Any]
) -> tuple[dict[FieldPath, str], list[Problem]]:
    """Find the texts of a Word file that print differently from those of the file.

    The problems are the parts that only the file or only the Word file has.
    """
    pairs = _TextPairs(source, values)
    return {path: text for path, _, text in pairs.changed_texts()}, pairs.problems


def update(
    file: str, data: bytes, values: Mapping[str, Any], base: Mapping[str, Any] | None = None
) -> Update:
    """Replace the texts of a language file.

    `base` are the values of the same Word file with its tracked changes rejected. With
    `base`, a text is replaced only if a tracked change is in it, because the language file
    may have changed after the export. Raises PipelineError if it cannot be read.
    """
    source, problems = read_yaml(file, data)
    if source is None or any(map(is_blocking, problems)):
        raise PipelineError(*problems)
    pairing, before = _TextPairs(source, values), _TextPairs(source, base or {})
    all_problems = [*problems, *pairing.problems]
    nodes = nodes_in(source.text)
    written: dict[FieldPath, str] = {}
    changed: dict[FieldPath, str] = {}
    for path, old, text in pairing.changed_texts():
        if base is not None and path in before.texts:
            base_text = before.texts[path][1]
            if pairing.is_same(path, base_text, text):
                continue
            if not pairing.is_same(path, old, base_text):
                message = "this text was changed here and in the document"
                hint = f'decide, and write it by hand; the document has: "{text}"'
                place = source.place(path)
                all_problems.append(Problem(Rule.WORD_CONFLICT, place, message, hint))
                continue
        is_literal = getattr(nodes.get(path), "style", "") == "|"
        written[path] = _keep_lines(old, text) if is_literal else text
        changed[path] = text
    if base is not None and pairing.written_references != before.written_references:
        message = "an entry that is given by fields, or in a file, was changed in Word"
        hint = "correct its fields by hand"
        place = source.key_place(("references",))
        all_problems.append(Problem(Rule.WORD_PLACE, place, message, hint))
    edited = replace_texts(file, data, written)
    for path in edited.refused:
        message = "the file cannot hold the new text here without changing another"
        hint = f'write it by hand: "{changed.pop(path)}"'
        all_problems.append(Problem(Rule.WORD_PLACE, source.place(path), message, hint))
    return Update(edited.data, changed, all_problems)


class _TextPairs:
    """Pairs the values of a file with those of a document.

    `texts` has the old and the new text of each path in the file.
    """

    def __init__(self, source: Source, values: Mapping[str, Any]) -> None:
        self.source = source
        self.texts: dict[FieldPath, tuple[str, str]] = {}
        self.problems: list[Problem] = []
        self.written_references: Any = None
        self._kinds: dict[FieldPath, type[Line | Prose]] = {
            path: type(text) for path, text in texts_in(LanguageVersion, source.value)
        }
        self.pair(source.value, dict(values), ())

    def changed_texts(self) -> Iterator[tuple[FieldPath, str, str]]:
        """Yield the path, the old and the new text of each that prints differently."""
        for path, (old, new) in self.texts.items():
            if not self.is_same(path, old, new):
                yield path, old, new

    def is_same(self, path: FieldPath, old: str, new: str) -> bool:
        """Whether two texts of a path print the same, or the new one is only "TO DO"."""
        if new.startswith(TO_DO):
            return True
        if path[-1] in _PLAIN_TEXT_KEYS:
            return old.split() == new.split()
        kind = self._kinds.get(path, Prose)
        return printed_value(kind(old)) == printed_value(kind(new))

    def pair(self, old: Any, new: Any, path: FieldPath) -> None:
        """Pair two values at a path of the file."""
        if isinstance(old, str) and isinstance(new, dict):
            new = new.get("text", new.get("heading", new))  # a cell with keys
        if isinstance(old, dict) and isinstance(new, str):
            key = "heading" if "heading" in old else "text"
            self.pair(old.get(key, ""), new, (*path, key))
        elif isinstance(old, str) and isinstance(new, str):
            self.texts[path] = old, new
        elif isinstance(old, dict) and isinstance(new, dict):
            for key in [key for key in new if key not in _NO_TEXT]:
                if old.get(key) is not None:
                    self.pair(old[key], new[key], (*path, key))
                elif not str(new[key]).startswith(TO_DO):
                    self._report_not_imported(path, f"{key}: {_first_text(new[key])}")
        elif path == ("references",) and not _are_texts(old):
            self.written_references = new  # by the program, from fields
        elif isinstance(old, list) and isinstance(new, list):
            self._pair_lists(old, new, path)

    def _pair_lists(self, old: list[Any], new: list[Any], path: FieldPath) -> None:
        is_table = path[-1] in ("rows", "columns") or isinstance(path[-1], int)
        if is_table and len(old) != len(new):
            message = f"{len(new)} {path[-1] if isinstance(path[-1], str) else 'cells'}"
            self._report_not_imported(path, f"{message}, and the file has {len(old)}")
            return
        if is_table:
            for number, (first, second) in enumerate(zip(old, new, strict=True)):
                self._pair_items(first, second, (*path, number))
            return
        key_of = _kind_of_block if path[-1] == "blocks" else _first_text
        keys = list(map(key_of, old)), list(map(key_of, new))
        for kind, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
            if kind == "equal" or (kind == "replace" and b - a == d - c):
                for number in range(a, b):
                    self._pair_items(old[number], new[c + number - a], (*path, number))
                continue
            for value in new[c:d]:
                self._report_not_imported((*path, max(a - 1, 0)), _first_text(value))
            for number in range(a, b):
                message = f"this is not in the document: {_first_text(old[number])}"
                hint = "it was left as it is; delete it by hand if it is no longer needed"
                place = self.source.place((*path, number))
                self.problems.append(Problem(Rule.WORD_PLACE, place, message, hint))

    def _pair_items(self, old: Any, new: Any, path: FieldPath) -> None:
        """Pair two items; a chart and a table have texts with the same names."""
        if isinstance(old, dict) and isinstance(new, dict) and path[-2:-1] == ("blocks",):
            kinds = next(iter(old), ""), next(iter(new), "")
            if kinds[0] != kinds[1] and {*kinds} <= _FLOATS:
                texts = {k: v for k, v in new[kinds[1]].items() if isinstance(v, str)}
                self.pair(old[kinds[0]], texts, (*path, kinds[0]))
                return
            if kinds[0] != kinds[1]:
                self._report_not_imported(path, _first_text(new))
                return
        self.pair(old, new, path)

    def _report_not_imported(self, path: FieldPath, what: str) -> None:
        message = f"the file has no place for this part of the document: {what}"
        place = self.source.place(path)
        self.problems.append(Problem(Rule.WORD_PLACE, place, message, _ADD_HINT))


def _are_texts(references: Any) -> bool:
    """Whether each entry of a list of references is typed as a text."""
    items = references if isinstance(references, list) else ["the name of a file"]
    return all(isinstance(item, dict) and "text" in item for item in items)


def _kind_of_block(value: Any) -> str:
    """Name the kind of a block, by which blocks are paired: text, quote, float …"""
    name = next(iter(value), "") if isinstance(value, dict) else ""
    return "float" if name in _FLOATS else name


def _first_text(value: Any) -> str:
    """The first text of a part, as a message quotes it."""
    return f'"{excerpt(next(_texts_of(value), ""))}"'


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in _NO_TEXT:
                yield from _texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_of(item)
    elif isinstance(value, str):
        yield " ".join(value.split())


def _keep_lines(old: str, new: str) -> str:
    """Write new prose with the lines of the old paragraphs that it still has."""
    labels = dict.fromkeys(_NOTE_CALL.findall(old)), dict.fromkeys(_NOTE_CALL.findall(new))
    if len(labels[0]) == len(labels[1]):
        renamed = dict(zip(labels[1], labels[0], strict=True))
        new = _NOTE_CALL.sub(lambda match: f"[^{renamed[match[1]]}]", new)
    chunks = {_printed_form(c): c for c in re.split(r"\n\s*\n", old.strip("\n"))}
    return "\n\n".join(
        chunks.get(_printed_form(c)) or wrap_prose(c, _PROSE_WIDTH)
        for c in new.split("\n\n")
    )


def _printed_form(text: str) -> tuple[object, ...]:
    """Return what a paragraph prints, or a note with its label.

    A note is parsed without its label: it prints nothing if no text calls it.
    """
    if match := re.match(r"\s*\[\^([^\]\s]+)\]:", text):
        return match[1], *printed_value(text[match.end() :])
    return printed_value(text)
