"""Check the ids, citations and internal links of a language file, as they were typed."""

import re
from collections.abc import Iterator, Sequence
from itertools import count

from pipeline.content.spelling import suggestion
from pipeline.content.yaml_source import Source
from pipeline.model.fields import FieldPath
from pipeline.model.markdown import bare_citations, citations, internal_links, sole_citation
from pipeline.model.schema import LanguageVersion
from pipeline.model.walk import texts_in
from pipeline.problems import Problem, Rule

# "[id]", which is no link, no note and no phrase in another language.
_NO_AT_SIGN = re.compile(r"(?<![\\!\]])\[([A-Za-z][\w-]*)\](?![(\[{:])")
_NO_REFERENCE = "add it to references, at the end of the file"
_NO_PART = "add a line to the part that the link should lead to: id: …"


def check_references(source: Source) -> Iterator[Problem]:
    """Check that ids are unique, and that citations and links have a target."""
    ids = [
        (path, value)
        for path, value in source.walk()
        if path[-1:] == ("id",) and "data" not in path and isinstance(value, str)
    ]
    yield from _check_ids(ids, source)
    references = {id: path for path, id in ids if path[0] == "references"}
    targets = {id for path, id in ids if path[0] != "references"}
    cited: set[str] = set()
    unknown, broken = count(), count()
    for path, text in texts_in(LanguageVersion, source.value):
        # Only in `source` is `@id` alone a citation.
        is_plain = path[-1:] != ("source",) and sole_citation(text)
        named = () if is_plain else citations(text)
        cited.update(named if path[:1] != ("references",) else ())
        for id in (id for id in named if id not in references):
            message = f'"@{id}" is not in the list of references'
            hint = suggestion(id, references, _NO_REFERENCE, next(unknown))
            place = source.find(path, f"@{id}")
            yield Problem(Rule.UNKNOWN_REFERENCE, place, message, hint)
        for id, offset in bare_citations(text):
            if id in references:
                cited.add(id)  # so that the reference is not reported as unused too
                yield _bare_citation_problem(source, path, text, id, offset)
        for match in _NO_AT_SIGN.finditer(text):
            if (id := match[1]) in references and not is_plain:
                cited.add(id)
                place = source.find(path, match[0], text.count("\n", 0, match.start()))
                message, hint = f'"{match[0]}" is printed as text', f"did you mean [@{id}]?"
                yield Problem(Rule.UNBRACKETED_CITATION, place, message, hint)
        for id in (id for id in internal_links(text) if id and id not in targets):
            message = f'no part of this brief has the id "{id}"'
            hint = suggestion(id, targets, _NO_PART, next(broken))
            yield Problem(Rule.BROKEN_LINK, source.find(path, f"#{id}"), message, hint)
    for id in (id for id in references if id not in cited):
        place, message = source.place(references[id]), f'the reference "{id}" is not cited'
        hint = f"cite it as [@{id}], or delete it"
        yield Problem(Rule.UNUSED_REFERENCE, place, message, hint)


def _check_ids(ids: Sequence[tuple[FieldPath, str]], source: Source) -> Iterator[Problem]:
    first_lines: dict[str, int] = {}
    for path, id in ids:
        place = source.place(path)
        if id in first_lines:
            message = f'the id "{id}" is already used in line {first_lines[id]}'
            hint = "give each part an id of its own"
            yield Problem(Rule.DUPLICATE_ID, place, message, hint)
        first_lines.setdefault(id, place.line)


def _bare_citation_problem(
    source: Source, path: FieldPath, text: str, id: str, offset: int
) -> Problem:
    # With the character after it, to skip a bracketed citation in the same line.
    snippet = text[offset : offset + len(id) + 2].rstrip()
    place = source.find(path, snippet, text.count("\n", 0, offset))
    message = f'"@{id}" without brackets is printed as text'
    hint = f"did you mean [@{id}]? If not, put a backslash before it: \\@{id}"
    return Problem(Rule.UNBRACKETED_CITATION, place, message, hint)
