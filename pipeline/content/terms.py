"""Read and check the terms of the organization: `content/terms.yaml`."""

from collections.abc import Iterator
from functools import partial

from pipeline.content.read_file import read_model
from pipeline.content.validate.translations import unknown_language_problem
from pipeline.content.yaml_source import Source
from pipeline.model.schema import Series
from pipeline.model.terms import Terms
from pipeline.problems import Problem, Rule
from pipeline.project import Project

TERMS = "terms.yaml"


def read_terms(project: Project, series: Series) -> tuple[Terms | None, list[Problem]]:
    """Read the terms; None if there is no such file, or it has an error."""
    path = project.content / TERMS
    if not path.exists():
        return None, []
    _, terms, problems = read_model(project, path, Terms, partial(_check_terms, series))
    return terms, problems


def _check_terms(series: Series, terms: Terms, source: Source) -> Iterator[Problem]:
    default, lines = series.default_language, dict[str, int]()
    for index, term in enumerate(terms.terms):
        path = ("terms", index)
        yield from (
            unknown_language_problem(source, (*path, code), series)
            for code in term
            if code not in series.languages
        )
        if default not in term:
            message = f'the term has no "{default}", the default language'
            hint = f"add a line: {default}: …"
            yield Problem(Rule.MISSING_KEY, source.place(path), message, hint)
            continue
        name, place = term[default][0], source.place(path)
        if name in lines:
            message = f'the term "{name}" is already in line {lines[name]}'
            yield Problem(Rule.INVALID_VALUE, place, message, "delete one of the two")
        lines.setdefault(name, place.line)
        for form in (form for forms in term.values() for form in forms):
            if not any(map(str.isalnum, form)):
                message = f'"{form}" has no word to look for'
                hint = 'write the word, and "*" for its ending only'
                yield Problem(Rule.INVALID_VALUE, place, message, hint)
