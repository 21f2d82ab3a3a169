"""Check the ids, citations and internal links of a language file, as they were typed."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import count
from urllib.parse import unquote

from pipeline.content.suggestions import suggestion
from pipeline.content.yaml_source import Source
from pipeline.model.fields import FieldPath
from pipeline.model.markdown import bare_citations, citations, internal_links, sole_citation
from pipeline.model.schema import LanguageVersion
from pipeline.model.walk import texts_in
from pipeline.problems import Problem, Rule

# "[id]", which is no link, no note and no phrase in another language.
_NO_AT_SIGN = re.compile(r"(?<![\\!\]])\[([A-Za-z][\w-]*)\](?![(\[{:])")
_ADD_REFERENCE_HINT = "add it to references, at the end of the file"
_ADD_ID_HINT = "add a line to the part that the link should lead to: id: …"


def check_references(
    source: Source, in_files: Collection[str] = (), *, is_complete: bool = True
) -> Iterator[Problem]:
    """Check that ids are unique, citations and links have targets, references are cited.

    `in_files` are the ids of works in files of references. With `is_complete` these are all
    of them; otherwise a file could not be read, and no citation counts as unknown.
    """
    ids = [
        (path, value)
        for path, value in source.walk()
        if path[-1:] == ("id",) and "data" not in path and isinstance(value, str)
    ]
    yield from _check_ids(ids, source)
    references = {id: path for path, id in ids if path[0] == "references"}
    for id in references.keys() & in_files:
        place = source.place(references[id])
        message = f'the id "{id}" is in a file of references too'
        yield Problem(Rule.DUPLICATE_ID, place, message, "delete one of them")
    valid_ids = dict.fromkeys((*references, *in_files))
    targets = {id for path, id in ids if path[0] != "references"}
    cited: set[str] = set()
    unknown, broken = count(), count()
    for path, text in texts_in(LanguageVersion, source.value):
        named = _citations_at(path, text)
        cited.update(named if path[:1] != ("references",) else ())
        for id in (id for id in named if is_complete and id not in valid_ids):
            message = f'"@{id}" is not in the list of references'
            hint = suggestion(id, valid_ids, _ADD_REFERENCE_HINT, next(unknown))
            place = source.find(path, f"@{id}")
            yield Problem(Rule.UNKNOWN_REFERENCE, place, message, hint)
        for id, snippet, offset, message, hint in _unbracketed_citations(text):
            if id in valid_ids:
                cited.add(id)  # so that the reference is not reported as unused too
                place = source.find(path, snippet, text.count("\n", 0, offset))
                yield Problem(Rule.UNBRACKETED_CITATION, place, message, hint)
        for id in (id for id in internal_links(text) if id and id not in targets):
            typed = unquote(id)  # the parser writes an address without accents
            message = f'no part of this brief has the id "{typed}"'
            hint = suggestion(typed, targets, _ADD_ID_HINT, next(broken))
            yield Problem(Rule.BROKEN_LINK, source.find(path, f"#{typed}"), message, hint)
    for id in (id for id in references if id not in cited):
        place, message = source.place(references[id]), f'the reference "{id}" is not cited'
        hint = f"cite it as [@{id}], or delete it"
        yield Problem(Rule.UNUSED_REFERENCE, place, message, hint)


def cited_ids(source: Source) -> list[str]:
    """List the ids that a language file cites, in the order of its parts."""
    return [
        id
        for path, text in texts_in(LanguageVersion, source.value)
        if path[:1] != ("references",)
        for id in _citations_at(path, text)
    ]


def _citations_at(path: FieldPath, text: str) -> tuple[str, ...]:
    """The ids that a text cites; `@id` alone is a citation only in the key `source`."""
    is_plain = path[-1:] != ("source",) and sole_citation(text)
    return () if is_plain else citations(text)


def _check_ids(ids: Sequence[tuple[FieldPath, str]], source: Source) -> Iterator[Problem]:
    first_lines: dict[str, int] = {}
    for path, id in ids:
        place = source.place(path)
        if id in first_lines:
            message = f'the id "{id}" is already used in line {first_lines[id]}'
            hint = "give each part an id of its own"
            yield Problem(Rule.DUPLICATE_ID, place, message, hint)
        first_lines.setdefault(id, place.line)


def _unbracketed_citations(text: str) -> Iterator[tuple[str, str, int, str, str]]:
    """Find ids that may be citations, each with a snippet, its offset, message and hint."""
    for id, offset in bare_citations(text):
        # With the character after it, to skip a bracketed citation in the same line.
        snippet = text[offset : offset + len(id) + 2].rstrip()
        hint = f"did you mean [@{id}]? If not, put a backslash before it: \\@{id}"
        yield id, snippet, offset, f'"@{id}" without brackets is printed as text', hint
    for match in _NO_AT_SIGN.finditer(text):
        id, snippet, hint = match[1], match[0], f"did you mean [@{match[1]}]?"
        yield id, snippet, match.start(), f'"{snippet}" is printed as text', hint
