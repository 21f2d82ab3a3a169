"""Find what a model cannot see: references, links, tables, translations.

Every function takes checked values and the Source they came from, and gives problems with
the line in that source. Nothing is changed and nothing is repaired.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from babel import localedata
from pydantic import BaseModel

from pipeline.content.validate.markdown import find_faults
from pipeline.content.yaml_source import Path, Source
from pipeline.model.markdown import bare_citations, citations, internal_links, sole_citation
from pipeline.model.schema import (
    ANY_LANGUAGE,
    Block,
    Contact,
    Data,
    EditionFacts,
    LanguageVersion,
    Localized,
    Prose,
    Series,
    Table,
    parts_in,
    texts_in,
)
from pipeline.problems import MOST_REPORTED, Problem, Rule

# The side column of page 1 holds three items (design: one column, 48 mm wide).
SIDE_COLUMN_ITEMS = 3
# Letters: nobody mistypes a longer name, and to compare two takes the square of them.
_LONGEST_NAME = 100


def check_empty_values(source: Source) -> Iterator[Problem]:
    """A key without a value is a slip; only a cell of chart data may be left open."""

    for path, value in source.walk():
        is_cell = path[-3:-2] == ("data",) and isinstance(path[-2], int)
        # In a brand: settings of other tools.
        is_foreign = path[:1] == ("defaults",) and path[1:2] != ("briefs",)
        if value is not None or is_cell or is_foreign:
            continue
        name = f'"{path[-1]}"' if path and isinstance(path[-1], str) else "an item"
        yield Problem(
            Rule.EMPTY_VALUE,
            source.key_place(path),
            f"{name} is empty",
            "write something, or delete the line",
        )


def check_series(
    series: Series, source: Source, used: Collection[str]
) -> Iterator[Problem]:
    """`used` are the languages of all editions: those in which the series must speak."""
    for language, count in Counter(series.languages).items():
        if count > 1:
            yield Problem(
                Rule.INVALID_VALUE,
                source.place(("languages",)),
                f'the language "{language}" is listed {count} times',
                "list each language once",
            )
    for index, language in enumerate(series.languages):
        if not localedata.exists(language.replace("-", "_")):
            yield Problem(
                Rule.INVALID_VALUE,
                source.place(("languages", index)),
                f'"{language}" is not the code of a language',
                "codes are those of BCP 47: en, fr, es, ar, zh, ru",
            )
    yield from check_localized(series, source, series, used)


def check_facts(
    facts: EditionFacts,
    source: Source,
    series: Series,
    languages: Collection[str],
    *,
    first_edition: bool,
) -> Iterator[Problem]:
    """Check `edition.yaml`: languages of its texts, the contact, the change note."""
    yield from check_localized(facts, source, series, languages)
    if facts.contact:
        yield from _check_contact(facts.contact, source)
    if not first_edition and facts.change_note is None:
        yield Problem(
            Rule.CHANGE_NOTE,
            source.place(()),
            '"change_note" is missing, and this is not the first edition',
            "say in a sentence what is new: change_note: {en: …}",
        )


def check_version(
    version: LanguageVersion, source: Source, facts: EditionFacts
) -> Iterator[Problem]:
    """Check the parts of one language file."""
    yield from _check_block_kinds(version, source)
    for path, part in parts_in(version):
        if isinstance(part, Table):
            yield from _check_table(part, path, source)
    items = len(version.pull_figures) + (facts.contact is not None)
    if items > SIDE_COLUMN_ITEMS:
        yield Problem(
            Rule.SIDE_COLUMN_OVERFLOW,
            source.key_place(("pull_figures",)),
            f"{len(version.pull_figures)} pull figures and the contact do not fit "
            "into the side column",
            f"it holds {SIDE_COLUMN_ITEMS} items; keep {SIDE_COLUMN_ITEMS - 1} figures",
        )


def check_words(kind: type[BaseModel], source: Source) -> Iterator[Problem]:
    """Check every Markdown text by itself, as typed."""
    for path, text in texts_in(kind, source.value):
        if path[-1:] == ("source",) and sole_citation(text):
            continue
        for fault in find_faults(text, one_paragraph=not isinstance(text, Prose)):
            place = source.place(path)
            if fault.snippet:
                place = source.find(path, fault.snippet, fault.line)
            yield Problem(fault.rule, place, fault.message, fault.hint)


def check_references(source: Source) -> Iterator[Problem]:
    """Check a language file's ids, citations and internal links, as typed."""
    ids = list(_ids(source))
    yield from _check_ids(ids, source)
    references = {id: path for path, id in ids if path[0] == "references"}
    targets = {id for path, id in ids if path[0] != "references"}
    cited: set[str] = set()
    unknown: list[tuple[Path, str]] = []
    broken: list[tuple[Path, str]] = []
    for path, text in texts_in(LanguageVersion, source.value):
        named = () if path[:1] == ("references",) else _cited(path, text)
        cited.update(named)
        unknown += ((path, id) for id in named if id not in references)
        for id, at in bare_citations(text):
            if id in references:
                cited.add(id)  # one mistake, one message
                yield _bare_citation(source, path, text, id, at)
        linked = internal_links(text)
        broken += ((path, id) for id in linked if id and id not in targets)
    yield from _unknown_references(unknown, references, source)
    yield from _broken_links(broken, targets, source)
    for id, path in references.items():
        if id not in cited:
            yield Problem(
                Rule.UNUSED_REFERENCE,
                source.place(path),
                f'nothing cites the reference "{id}"',
                f"cite it as [@{id}], or delete it",
            )


def _unknown_references(
    unknown: Sequence[tuple[Path, str]], known: Collection[str], source: Source
) -> Iterator[Problem]:
    hints = nearest_of(
        [id for _, id in unknown], known, "add it to references, at the end of the file"
    )
    for (path, id), hint in zip(unknown, hints, strict=True):
        message = f'"@{id}" is not in the list of references'
        yield Problem(Rule.UNKNOWN_REFERENCE, source.find(path, f"@{id}"), message, hint)


def _broken_links(
    broken: Sequence[tuple[Path, str]], known: Collection[str], source: Source
) -> Iterator[Problem]:
    hints = nearest_of(
        [id for _, id in broken], known, "add a line to the part that is meant: id: …"
    )
    for (path, id), hint in zip(broken, hints, strict=True):
        message = f'no part of this brief has the id "{id}"'
        yield Problem(Rule.BROKEN_LINK, source.find(path, f"#{id}"), message, hint)


def _bare_citation(source: Source, path: Path, text: str, id: str, at: int) -> Problem:
    # With the letter behind it, so that a citation in the same line is not meant.
    snippet = text[at : at + len(id) + 2].rstrip()
    return Problem(
        Rule.UNBRACKETED_CITATION,
        source.find(path, snippet, text.count("\n", 0, at)),
        f'"@{id}" is printed as it stands',
        f"did you mean [@{id}]? If not, put a backslash before it: \\@{id}",
    )


def _ids(source: Source) -> Iterator[tuple[Path, str]]:
    for path, value in source.walk():
        if path[-1:] == ("id",) and "data" not in path and isinstance(value, str):
            yield path, value


def _check_ids(ids: Sequence[tuple[Path, str]], source: Source) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for path, id in ids:
        place = source.place(path)
        if id in seen:
            yield Problem(
                Rule.DUPLICATE_ID,
                place,
                f'the id "{id}" is already used in line {seen[id]}',
                "give each part an id of its own",
            )
        seen.setdefault(id, place.line)


def _check_block_kinds(version: LanguageVersion, source: Source) -> Iterator[Problem]:
    for path, part in parts_in(version):
        if isinstance(part, Block) and len(part.kinds) != 1:
            kinds = " and ".join(part.kinds)
            yield Problem(
                Rule.AMBIGUOUS_BLOCK,
                source.place(path),
                f"one block holds {kinds}" if kinds else "the block is empty",
                'begin each with "- " on a line of its own',
            )


def _cited(path: Path, text: str) -> tuple[str, ...]:
    if path[-1:] != ("source",) and sole_citation(text):
        return ()
    return citations(text)


def nearest(typed: str, known: Collection[str], otherwise: str) -> str:
    """Ask whether the known name most like a typed one was meant; else another hint."""
    return next(nearest_of([typed], known, otherwise))


def nearest_of(
    typed: Sequence[str], known: Collection[str], otherwise: str
) -> Iterator[str]:
    """Give such a hint for each typed name; no more are compared than are told."""
    names = sorted(name for name in known if len(name) <= _LONGEST_NAME)
    for number, name in enumerate(typed):
        may_be_near = number < MOST_REPORTED and len(name) <= _LONGEST_NAME
        close = get_close_matches(name, names, n=1) if may_be_near else ()
        yield f'did you mean "{close[0]}"?' if close else otherwise


def _check_table(table: Table, path: Path, source: Source) -> Iterator[Problem]:
    """Cells that reach across and down must fill the grid: no gap, no overlap."""
    width = len(table.columns)
    reaching_down: dict[int, int] = {}  # column -> rows that a cell above still fills
    for index, row in enumerate(table.rows):
        filled = {column for column, rows in reaching_down.items() if rows > 0}
        reaching_down = {c: rows - 1 for c, rows in reaching_down.items() if rows > 1}
        column, beyond = 0, None
        for number, cell in enumerate(row):
            place = source.place((*path, "rows", index, number))
            while column in filled:
                column += 1
            span = range(column, column + cell.across)
            if filled.intersection(span):
                yield _ragged(place, "a cell lies over one that reaches down from above")
            if cell.down > len(table.rows) - index:
                yield _ragged(place, "a cell reaches down below the last row")
            filled.update(span)
            if cell.down > 1:
                reaching_down.update(dict.fromkeys(span, cell.down - 1))
            column = span.stop
            if column > width >= span.start:
                beyond = place
        if len(filled) != width or column > width:
            place = beyond or source.place((*path, "rows", index))
            yield _ragged(place, f"the row fills {len(filled)} of {width} columns")


def _ragged(place: Any, message: str) -> Problem:
    return Problem(
        Rule.TABLE_SHAPE,
        place,
        message,
        'write "" for an empty cell; "across" and "down" count as that many',
    )


def check_localized(
    value: BaseModel, source: Source, series: Series, languages: Collection[str]
) -> Iterator[Problem]:
    """Check the texts in languages of a part: each one used is there, and no other."""
    for path, text in _localized_in(value):
        for code in text:
            if code not in series.languages and code != ANY_LANGUAGE:
                yield unknown_language(source, (*path, code), series)
        lacking = [code for code in languages if code not in text]
        if lacking and ANY_LANGUAGE not in text:
            yield Problem(
                Rule.MISSING_TRANSLATION,
                source.place(path),
                f'"{path[-1]}" has no text in {", ".join(lacking)}',
                "it is printed in another language there",
            )


def unknown_language(source: Source, path: Path, series: Series) -> Problem:
    """Say that the key at a path is none of the languages of the series."""
    return Problem(
        Rule.UNKNOWN_LANGUAGE,
        source.key_place(path),
        f'"{path[-1]}" is not a language of this series',
        "languages are listed in content/series.yaml: " + ", ".join(series.languages),
    )


def _localized_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, Localized]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _localized_in(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        yield path, value


# Mailboxes of an office, which need not carry the name of a person.
_OFFICE = frozenset({"info", "contact", "office", "mail", "press", "team", "briefs"})


def _check_contact(contact: Contact, source: Source) -> Iterator[Problem]:
    if contact.email is None:
        return
    mailbox = re.split(r"\s*(?:@|\[at\]|\(at\))\s*", contact.email)[0]
    known = [contact.name]
    for text in (contact.unit, contact.title):
        known += text.values() if text else ()
    words = {word for text in known for word in _letters(text).split() if len(word) > 2}
    box = _letters(mailbox)
    if not any(word in box for word in words) and not _OFFICE.intersection(box.split()):
        yield Problem(
            Rule.CONTACT,
            source.place(("contact", "email")),
            f'the mailbox "{mailbox}" and the name "{contact.name}" do not agree',
            "it is printed exactly as written; check that it is meant",
        )


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", " ", plain)


# What a translation may say or leave out by itself.
_FREE = frozenset({"translation"})


def check_translation(
    version: LanguageVersion,
    original: LanguageVersion,
    original_name: str,
    source: Source,
) -> Iterator[Problem]:
    """A translation has the same parts, in the same order, with the same ids."""

    def differs(path: Path, message: str) -> Problem:
        return Problem(
            Rule.TRANSLATION_MISMATCH,
            source.place(path),
            message,
            "a translation has the same parts as the original, in the same order",
        )

    def compare(ours: Any, theirs: Any, path: Path) -> Iterator[Problem]:
        name = _part_name(path)
        if ours is None or theirs is None:
            if ours is not theirs:
                verb = "is missing" if ours is None else "is not"
                yield differs(path, f"{name} {verb} in {_which(ours, original_name)}")
        elif isinstance(ours, Block) and ours.kind != theirs.kind:
            yield differs(
                path,
                f"{name} is a {ours.kind}; in {original_name} it is a {theirs.kind}",
            )
        elif isinstance(ours, Data):
            yield from compare(ours.rows, theirs.rows, path)
        elif isinstance(ours, BaseModel):
            for field in type(ours).model_fields:
                if field not in _FREE:
                    yield from compare(
                        getattr(ours, field), getattr(theirs, field), (*path, field)
                    )
        elif isinstance(ours, tuple):
            if len(ours) != len(theirs):
                yield differs(
                    path,
                    f"{name} has {len(ours)} items; {original_name} has {len(theirs)}",
                )
            for index, pair in enumerate(zip(ours, theirs, strict=False)):
                yield from compare(*pair, (*path, index))
        elif path[-1] in ("id", "chart") and ours != theirs:
            yield differs(path, f'{name} is "{ours}"; in {original_name} it is "{theirs}"')

    yield from compare(version, original, ())


def _which(ours: Any, original_name: str) -> str:
    return "this translation" if ours is None else original_name


def _part_name(path: Path) -> str:
    words = [f"item {s + 1}" if isinstance(s, int) else f'"{s}"' for s in path[-3:]]
    return " ".join(words) or "the file"
