"""Merge two editions into one. Each changed text in it has the old and the new words.

Parts are paired in order, by their ids or by the similarity of their words. A part that
only the old edition has is kept at its place (a reference: at the end), marked as deleted.
All other values are those of the new one, so the templates of briefs can print the result.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from typing import Any, TypeVar

from pydantic import BaseModel

from pipeline.model.diagrams import Proportion
from pipeline.model.fields import ANY_LANGUAGE, Line, Prose, Strict
from pipeline.model.references import Reference
from pipeline.model.schema import (
    Block,
    Cell,
    Column,
    Contact,
    DataRow,
    Edition,
    EditionFacts,
    Figure,
    LanguageVersion,
    Picture,
    Section,
    Table,
)
from pipeline.redline.redlined import Redlined, texts_of
from pipeline.redline.words import SAME_ID, Word, align, similarity, split_words

_M = TypeVar("_M", bound=BaseModel)
_Rows = Sequence[DataRow]
# Lists whose items are paired by their words.
_PAIRED_LISTS = (
    *("key_messages", "pull_figures", "points_for_decision"),
    *("points", "options", "nodes", "annotations"),
)
# Texts without Markdown that are printed, or read aloud.
_PLAIN_TEXTS = {
    *((Contact, name) for name in ("phone", "email", "web")),
    *((kind, "alt") for kind in (Figure, Picture, Proportion)),
}


class ChangedValues(Strict):
    """Values of a chart that changed, or a deleted figure or picture.

    The rows are labels and values as typed. They are printed below the figure.
    """

    title: str | None = None
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class ChangedValuesBlock(Block):
    """A block that only a redline has."""

    changed_values: ChangedValues

    @property
    def kind(self) -> str:
        """The name of its template."""
        return "changed_values"


def merge_editions(old: Edition, new: Edition, language: str) -> Edition:
    """Merge two editions in one language; the data are those of the new one."""
    version = _merge_versions(old, new, language)
    facts = _merge_facts(old.facts, new.facts)
    return replace(new, facts=facts, versions={language: version})


def _merge_versions(old: Edition, new: Edition, language: str) -> LanguageVersion:
    old_version, new_version = old.versions[language], new.versions[language]
    blocks = partial(_merge_blocks, old_data=old.data, new_data=new.data)
    sections = [
        _merge_sections(*pair, blocks)
        for pair in pair_parts(old_version.sections, new_version.sections)
    ]
    # Paired by id, because citations name the ids. Deleted references are put last, so that
    # the numbers of the others stay.
    old_works, new_works = (
        {r.id: r for r in version.references} for version in (old_version, new_version)
    )
    references = [
        _merge_references(old_works.get(id), new_works.get(id))
        for id in _merge_keys(new_works, old_works)
    ]
    update = {"sections": tuple(sections), "references": tuple(references)}
    return _merge_parts(old_version, new_version).model_copy(update=update)


def _merge_references(old: Reference | None, new: Reference | None) -> Reference:
    """Merge two references; a changed address is compared as part of the text."""
    if old and new and old.url == new.url:
        return _merge_parts(old, new)
    return _merge_parts(old and _with_address(old), new and _with_address(new))


def _with_address(reference: Reference) -> Reference:
    if not reference.url:
        return reference
    text = Line(f"{reference.text} <{reference.url}>")
    return reference.model_copy(update={"text": text, "url": None})


def _merge_sections(
    old: Section | None,
    new: Section | None,
    merge_blocks: Callable[[Block | None, Block | None], Iterator[Block]],
) -> Section:
    pairs = pair_parts(old.blocks if old else (), new.blocks if new else ())
    blocks = [block for pair in pairs for block in merge_blocks(*pair)]
    return _merge_parts(old, new).model_copy(update={"blocks": tuple(blocks)})


def _merge_facts(old: EditionFacts, new: EditionFacts) -> EditionFacts:
    """Merge symbol and contact; the other facts are those of the new edition."""
    update: dict[str, Any] = {"symbol": merge_texts(old.symbol, new.symbol)}
    if old.contact or new.contact:
        update["contact"] = _merge_parts(old.contact, new.contact)
    return new.model_copy(update=update)


def merge_texts(old: str | None, new: str | None) -> str | None:
    """Merge two texts: a plain text if they differ in spaces only, or else a Redlined."""
    if (old or "").split() == (new or "").split():
        return old if new is None else new
    return Redlined(old, new)


def _merge_parts(old: _M | None, new: _M | None) -> _M:
    """Merge the texts of two parts, or mark all texts of a part without a counterpart."""
    part: _M = old if new is None else new  # type: ignore[assignment]  # a pair has one
    changed: dict[str, Any] = {}
    for name in type(part).model_fields:
        old_value, new_value = getattr(old, name, None), getattr(new, name, None)
        is_text = isinstance(old_value, Line | Prose) or isinstance(new_value, Line | Prose)
        if is_text or (type(part), name) in _PLAIN_TEXTS:
            changed[name] = merge_texts(old_value, new_value)
        elif name in _PAIRED_LISTS:
            pairs = pair_parts(old_value or (), new_value or ())
            changed[name] = tuple(_merge_items(*pair) for pair in pairs)
        elif isinstance(new_value or old_value, Proportion):
            changed[name] = _merge_parts(old_value, new_value)
        elif isinstance(part, Contact):  # a text in several languages
            translations = old_value or {}, new_value or {}
            changed[name] = {
                code: merge_texts(*(_text_in(texts, code) for texts in translations))
                for code in new_value or old_value or {}
            } or None
    if new is None and "id" in type(part).model_fields and not isinstance(part, Reference):
        changed["id"] = None  # the new edition may use it again
    return part.model_copy(update=changed)


def _text_in(texts: Mapping[str, str], code: str) -> str | None:
    """The text in a language, or that of `ANY_LANGUAGE`; for that code the first text."""
    if code == ANY_LANGUAGE:
        return next(iter(texts.values()), None)
    return texts.get(code, texts.get(ANY_LANGUAGE))


def _merge_items(old: Any, new: Any) -> Any:
    is_part = isinstance(new or old, BaseModel)
    return _merge_parts(old, new) if is_part else merge_texts(old, new)


def pair_parts(
    old: Sequence[Any], new: Sequence[Any]
) -> Iterator[tuple[Any | None, Any | None]]:
    """Pair the parts of two lists: by an id that both lists have, else by their words.

    Sections are also paired if only their headings are similar.
    """
    shared = {part_id(part) for part in old} & {part_id(part) for part in new}
    words = {id(part): _words_of(part) for part in (*old, *new)}

    def score(a: Any, b: Any) -> float:
        ids = {part_id(a), part_id(b)}
        if shared & ids - {None}:
            return SAME_ID if len(ids) == 1 else 0.0
        if isinstance(a, Block) and a.kind != b.kind:
            return 0.0
        ratio = similarity(words[id(a)], words[id(b)])
        if isinstance(a, Section):
            headings = (split_words(part.heading) for part in (a, b))
            return max(ratio, similarity(*headings))
        return ratio

    return align(old, new, score)


def part_id(part: Any) -> str | None:
    """The id of a part, or of the content of a block; else the file of a picture."""
    content = part.content if isinstance(part, Block) else part
    return getattr(content, "id", None) or getattr(content, "file", None)


def _words_of(part: Any) -> list[Word]:
    return [word for text in texts_of(part) for word in split_words(text)]


def _merge_blocks(
    old_block: Block | None,
    new_block: Block | None,
    old_data: Mapping[str, _Rows],
    new_data: Mapping[str, _Rows],
) -> Iterator[Block]:
    """Merge two blocks of one kind, or yield both; then yield the changed values."""
    old, new = (block.content if block else None for block in (old_block, new_block))
    is_replaced = isinstance(old, Picture) and new and old.file != new.file
    if isinstance(old, Table) and new and not _can_merge(old, new):
        is_replaced = True
    if is_replaced:
        yield from _merge_blocks(old_block, None, old_data, new_data)
        yield from _merge_blocks(None, new_block, old_data, new_data)
        return
    old_values, new_values = _chart_values(old, old_data), _chart_values(new, new_data)
    if new_block is None and isinstance(old, Figure | Picture):
        title = old.title if isinstance(old, Figure) else old.caption or old.alt
        deleted_values = _changed_values(old_values, new_values, Redlined(title, None))
        yield ChangedValuesBlock(changed_values=deleted_values)
        return
    kind = (new_block or old_block).kind  # type: ignore[union-attr]  # one of them is a block
    if isinstance(new, str) or isinstance(old, str):
        content: Any = merge_texts(old, new)
    elif isinstance(old, Table) or isinstance(new, Table):
        content = _merge_tables(old, new)
    else:
        content = _merge_parts(old, new)
    yield Block.model_construct(**{kind: content})
    if old_block and old_values != new_values:
        yield ChangedValuesBlock(changed_values=_changed_values(old_values, new_values))


def _can_merge(old: Table, new: Table) -> bool:
    """Whether two tables are equal, or have equally many columns and no spanning cells."""
    cells = [cell for table in (old, new) for row in table.rows for cell in row]
    is_plain = all(cell.across == cell.down == 1 for cell in cells)
    return old == new or (is_plain and len(old.columns) == len(new.columns))


def _merge_tables(old: Table | None, new: Table | None) -> Table:
    if old and old == new:
        return new
    columns = _merge_cells(old.columns if old else (), new.columns if new else ())
    pairs = _pair_rows(old.rows if old else (), new.rows if new else ())
    rows = tuple(_merge_cells(a or (), b or ()) for a, b in pairs)
    return _merge_parts(old, new).model_copy(update={"columns": columns, "rows": rows})


def _pair_rows(
    old: Sequence[tuple[Cell, ...]], new: Sequence[tuple[Cell, ...]]
) -> Iterator[tuple[Any, Any]]:
    """Pair the rows of two tables: by their first cell, else by their words."""

    def score(a: tuple[Cell, ...], b: tuple[Cell, ...]) -> float:
        is_same = a[0].text != "" and a[0].text == b[0].text
        return SAME_ID if is_same else similarity(_words_of(a), _words_of(b))

    return align(old, new, score)


def _merge_cells(
    old: Sequence[Cell | Column], new: Sequence[Cell | Column]
) -> tuple[Any, ...]:
    """Merge cells one by one; one side may have none."""
    pairs = zip_longest(old, new)
    return tuple(_merge_parts(a, b) for a, b in pairs)


# The column headings of a figure, and its rows by label. A row is a mapping: its label has
# the key "", each value the heading of its column.
_Values = tuple[tuple[str, ...], dict[str, dict[str, str]]]


def _chart_values(part: Any, data: Mapping[str, _Rows]) -> _Values:
    """The values of a figure; none for another part."""
    if not isinstance(part, Figure):
        return (), {}
    heads = tuple(part.name(column) for column in part.columns)
    values = {}
    for row in data[part.data.file] if part.data.file else part.data.rows:
        key = row[part.label] or ""
        cells = {part.name(c): part.approximate.get(key, row[c] or "") for c in part.value}
        values[part.name(key)] = {"": part.name(key), **cells}
    return heads, values


def _changed_values(
    old: _Values, new: _Values, title: Redlined | None = None
) -> ChangedValues:
    """Return the rows in which a value changed, with the old and the new values."""
    (old_heads, old_rows), (new_heads, new_rows) = old, new
    columns = _merge_keys(new_heads[1:], old_heads[1:])
    keys, rows = ("", *columns), []
    for label in _merge_keys(new_rows, old_rows):
        old_row, new_row = old_rows.get(label, {}), new_rows.get(label, {})
        if old_row != new_row:
            pairs = ((old_row.get(k) or None, new_row.get(k) or None) for k in keys)
            rows.append(tuple(merge_texts(*pair) or "" for pair in pairs))
    heads = (*(new_heads or old_heads)[:1], *columns)
    return ChangedValues.model_construct(title=title, heads=heads, rows=tuple(rows))


def _merge_keys(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
