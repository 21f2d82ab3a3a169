"""Check the ids, citations and internal links of a language file, as they were typed."""

from collections.abc import Collection, Iterator, Sequence

from pipeline.content.spelling import suggestion
from pipeline.content.yaml_source import Source
from pipeline.model.fields import FieldPath
from pipeline.model.markdown import bare_citations, citations, internal_links, sole_citation
from pipeline.model.schema import LanguageVersion
from pipeline.model.walk import texts_in
from pipeline.problems import Problem, Rule


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
    unknown: list[tuple[FieldPath, str]] = []
    broken: list[tuple[FieldPath, str]] = []
    for path, text in texts_in(LanguageVersion, source.value):
        # Only in `source` is `@id` alone a citation.
        is_plain = path[-1:] != ("source",) and sole_citation(text)
        named = () if path[:1] == ("references",) or is_plain else citations(text)
        cited.update(named)
        unknown += ((path, id) for id in named if id not in references)
        for id, offset in bare_citations(text):
            if id in references:
                cited.add(id)  # so that the reference is not reported as unused too
                yield _bare_citation_problem(source, path, text, id, offset)
        linked = internal_links(text)
        broken += ((path, id) for id in linked if id and id not in targets)
    yield from _unknown_references(unknown, references, source)
    yield from _broken_links(broken, targets, source)
    for id, path in references.items():
        if id not in cited:
            message = f'the reference "{id}" is not cited'
            hint = f"cite it as [@{id}], or delete it"
            yield Problem(Rule.UNUSED_REFERENCE, source.place(path), message, hint)


def _check_ids(ids: Sequence[tuple[FieldPath, str]], source: Source) -> Iterator[Problem]:
    first_lines: dict[str, int] = {}
    for path, id in ids:
        place = source.place(path)
        if id in first_lines:
            message = f'the id "{id}" is already used in line {first_lines[id]}'
            hint = "give each part an id of its own"
            yield Problem(Rule.DUPLICATE_ID, place, message, hint)
        first_lines.setdefault(id, place.line)


def _unknown_references(
    unknown: Sequence[tuple[FieldPath, str]], known: Collection[str], source: Source
) -> Iterator[Problem]:
    otherwise = "add it to references, at the end of the file"
    for number, (path, id) in enumerate(unknown):
        hint = suggestion(id, known, otherwise, number)
        message = f'"@{id}" is not in the list of references'
        yield Problem(Rule.UNKNOWN_REFERENCE, source.find(path, f"@{id}"), message, hint)


def _broken_links(
    broken: Sequence[tuple[FieldPath, str]], known: Collection[str], source: Source
) -> Iterator[Problem]:
    otherwise = "add a line to the part that the link should lead to: id: …"
    for number, (path, id) in enumerate(broken):
        hint = suggestion(id, known, otherwise, number)
        message = f'no part of this brief has the id "{id}"'
        yield Problem(Rule.BROKEN_LINK, source.find(path, f"#{id}"), message, hint)


def _bare_citation_problem(
    source: Source, path: FieldPath, text: str, id: str, offset: int
) -> Problem:
    # With the character after it, to skip a bracketed citation in the same line.
    snippet = text[offset : offset + len(id) + 2].rstrip()
    place = source.find(path, snippet, text.count("\n", 0, offset))
    message = f'"@{id}" without brackets is printed as text'
    hint = f"did you mean [@{id}]? If not, put a backslash before it: \\@{id}"
    return Problem(Rule.UNBRACKETED_CITATION, place, message, hint)
