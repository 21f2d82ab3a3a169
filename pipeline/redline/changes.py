"""List what changed between two editions, in words or as an overview."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from pydantic import BaseModel

from pipeline.model.diagrams import BigFigure
from pipeline.model.markdown import plain_text
from pipeline.model.schema import Block, Cell, Column, Edition, LanguageVersion, Table
from pipeline.redline.merge import ChangedValues, merge_editions
from pipeline.redline.redlined import Redlined, is_deleted, is_new, texts_of, versions_of
from pipeline.redline.words import WordRun, align, diff_words, similarity, split_words

_T = TypeVar("_T", bound=str)
# With a smaller proportion of shared words the new edition counts as rewritten.
_MIN_SHARED = 0.2
# Kinds of blocks whose titles an overview lists with those of figures.
_TITLED_KINDS = ("figure", "table", "timeline", "compare", "flow", "changed_values")
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class TextChange:
    """A paragraph, a line or a cell that changed: its section, its part, its words."""

    section: str
    part: str
    runs: Sequence[WordRun]


@dataclass(frozen=True)
class OverviewItem:
    """One line of an overview, without Markdown; a changed value follows its label.

    `is_number` marks the value of a chart: a number as it is written in data files.
    """

    label: str
    value: Redlined | None = None
    is_number: bool = False


@dataclass(frozen=True)
class Redline:
    """Two editions, merged into `edition`, in which each changed text has both versions.

    `old` and `new` are the names of the `editions`. `shared` is the proportion of the words
    that are in both.
    """

    edition: Edition
    editions: tuple[Edition, Edition]
    language: str
    old: str
    new: str
    shared: float

    @property
    def version(self) -> LanguageVersion:
        """The merged texts."""
        return self.edition.versions[self.language]

    @property
    def is_rewritten(self) -> bool:
        """Whether so few words are shared that an overview replaces the marked texts."""
        return self.shared < _MIN_SHARED

    @cached_property
    def changes(self) -> tuple[TextChange, ...]:
        """All texts that changed: of symbol and contact, then in the order of the model."""
        return tuple(
            TextChange(section, _part_name(path), runs)
            for path, section, text in _changed_texts(self)
            for runs in _changed_paragraphs(text)
        )

    @cached_property
    def overview(self) -> dict[str, tuple[OverviewItem, ...]]:
        """Deleted and new sections, figures and tables, and changed values."""
        sections = [section.heading for section in self.version.sections]
        blocks = [block for section in self.version.sections for block in section.blocks]
        titles = [
            block.content.title
            for block in blocks
            if block.kind in _TITLED_KINDS and block.content.title
        ]
        items_by_kind = {
            "sections_gone": map(_overview_item, filter(is_deleted, sections)),
            "sections_new": map(_overview_item, filter(is_new, sections)),
            "figures_gone": map(_overview_item, filter(is_deleted, titles)),
            "figures_new": map(_overview_item, filter(is_new, titles)),
            "values_changed": _changed_values(self.version, blocks),
        }
        listed = {key: tuple(items) for key, items in items_by_kind.items()}
        return {key: items for key, items in listed.items() if items}


def compare_editions(
    old: Edition, new: Edition, language: str, names: tuple[str, str]
) -> Redline:
    """Compare two editions in a language that both have; `names` are their names.

    They may have two information dates, or be the published and the present text of one.
    """
    merged = merge_editions(old, new, language)
    texts = texts_of(merged.versions[language])
    return Redline(merged, (old, new), language, *names, _shared_proportion(texts))


def _shared_proportion(texts: Iterator[str]) -> float:
    """The proportion of the words that are in both editions."""
    counts = {"=": 0, "-": 0, "+": 0}
    for text in texts:
        old, new = versions_of(text)
        for kind, words in diff_words(split_words(old or ""), split_words(new or "")):
            counts[kind] += sum(not word.is_space for word in words)
    total = 2 * counts["="] + counts["-"] + counts["+"]
    return 2 * counts["="] / total if total else 1.0


def _changed_paragraphs(text: Redlined) -> Iterator[list[WordRun]]:
    """The runs of each paragraph that changed."""
    old, new = (
        [split_words(part) for part in _PARAGRAPH_BREAK.split(whole or "") if part.strip()]
        for whole in (text.old, text.new)
    )
    pairs, is_one = align(old, new, similarity), len(old) == len(new) == 1
    for old_words, new_words in zip(old, new, strict=True) if is_one else pairs:
        runs = diff_words(old_words or (), new_words or ())
        if any(kind != "=" for kind, _ in runs):
            yield runs


_Path = tuple[str | int, ...]


def _changed_texts(redline: Redline) -> Iterator[tuple[_Path, str, Redlined]]:
    """Each text that changed, with its path, and the heading of its section."""
    facts = redline.edition.facts
    for name in ("symbol", "contact"):
        for path, text in _texts_with_paths(getattr(facts, name), (name,)):
            # Of a text in several languages: that of the redline, or the one for all.
            if path[2:] in ((), ("*",), (redline.language,)):
                yield path, "", text
    for name in type(redline.version).model_fields:
        if name != "sections":
            for path, text in _texts_with_paths(getattr(redline.version, name), (name,)):
                yield path, "", text
            continue
        for section in redline.version.sections:
            for path, text in _texts_with_paths(section, ()):
                yield path, section.heading, text


def _texts_with_paths(value: Any, path: _Path) -> Iterator[tuple[_Path, Redlined]]:
    if isinstance(value, Redlined):
        yield path, value
    elif isinstance(value, Block):
        yield from _texts_with_paths(value.content, (value.kind,))
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts_with_paths(getattr(value, name), (*path, name))
    elif isinstance(value, tuple) and (row := _merge_row(value)):
        yield path, row
    elif isinstance(value, tuple):
        for number, item in enumerate(value, 1):
            yield from _texts_with_paths(item, (*path, number))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts_with_paths(item, (*path, key))


def _merge_row(cells: Sequence[Any]) -> Redlined | None:
    """The cells of a row, or a list of texts, as one text, if one of them changed."""
    texts = [getattr(cell, "text", getattr(cell, "heading", cell)) for cell in cells]
    is_row = all(isinstance(cell, Cell | Column | str) for cell in cells)
    if not is_row or not any(isinstance(text, Redlined) for text in texts):
        return None
    versions = zip(*map(versions_of, texts), strict=True)
    old, new = (filter(None, version) for version in versions)
    return Redlined(" | ".join(old) or None, " | ".join(new) or None)


def _part_name(path: _Path) -> str:
    """Name a part by its keys: "table, rows 2", "key messages 1, because"."""
    words = ""
    for step in path:
        if isinstance(step, int):
            words += f" {step}"
        elif step != "*":
            name = "figure" if step == "changed_values" else step.replace("_", " ")
            words += f", {name}" if words else name
    return words


def _overview_item(label: str, value: Redlined | None = None) -> OverviewItem:
    return OverviewItem(_remove_markdown(label), value and _remove_markdown(value))


def _remove_markdown(text: _T) -> _T:
    """Remove Markdown and citations: an overview has no list of references."""
    if not isinstance(text, Redlined):
        return plain_text(text)  # type: ignore[return-value]  # a text
    return Redlined(*(part and plain_text(part) for part in (text.old, text.new)))  # type: ignore[return-value]


def _changed_values(
    version: LanguageVersion, blocks: Sequence[Block]
) -> Iterator[OverviewItem]:
    """Yield changed pull figures, big figures, values of charts, numbers in tables."""
    for pull in version.pull_figures:
        if isinstance(pull.figure, Redlined):
            yield _overview_item(str(pull.text), pull.figure)
    title = ""
    for block in blocks:
        part = block.content
        if isinstance(part, ChangedValues) and not part.title:
            for label, *values in part.rows:
                for head, value in zip(part.heads[1:], values, strict=True):
                    if isinstance(value, Redlined):
                        yield OverviewItem(f"{title}: {label}, {head}", value, True)
        elif isinstance(part, Table) and not (is_deleted(part.title) or is_new(part.title)):
            for row in part.rows:
                for cell in row[1:]:
                    if isinstance(cell.text, Redlined) and re.search(r"\d", cell.text):
                        yield _overview_item(f"{part.title}: {row[0].text}", cell.text)
        elif isinstance(part, BigFigure) and isinstance(part.figure, Redlined):
            yield _overview_item(str(part.text), part.figure)
        # Changed values follow their figure, so they are listed by its title.
        title = getattr(part, "title", None) or ""
