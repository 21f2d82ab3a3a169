"""Find the declaration of a style sheet that makes a page break the standards.

A binary search renders the page without the last N declarations of the cascade. It finds
the smallest N for which the problem disappears and no other appears; the first of these
declarations is the cause. Nine renders are enough for 200 declarations.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from pipeline.design.css_diagnostics import list_declarations, without_declarations
from pipeline.design.stylesheets import Serve
from pipeline.problems import Problem, Rule, Severity

_ErrorSet = frozenset[tuple[Rule, str]]


def may_be_in_css(problem: Problem) -> bool:
    """Whether a style sheet can be the cause of a problem that is reported elsewhere.

    A missing glyph with a line in the content is caused by the content.
    """
    is_glyph = problem.rule is Rule.MISSING_GLYPH and not problem.place.line
    return is_glyph or problem.rule is Rule.PDF_STRUCTURE


def locate_in_styles(
    problems: Sequence[Problem],
    stylesheets: Iterable[str],
    serve: Serve,
    render: Callable[[Serve], Iterable[Problem]],
) -> list[Problem]:
    """Return the problems; one that a declaration of `stylesheets` causes has its place.

    `render` renders the page with the files that `serve` gives, and returns its problems.
    """
    declarations = [p for name in stylesheets for p in list_declarations(name, serve(name))]
    before = _errors_of(problems)

    @cache
    def errors_without(start: int) -> _ErrorSet:
        def serve_others(name: str) -> bytes | None:
            removed = [place for place in declarations[start:] if place.file == name]
            data = serve(name)
            return without_declarations(data, removed) if data and removed else data

        return _errors_of(render(serve_others))

    def is_solved(problem: Problem, start: int) -> bool:
        errors = errors_without(start)
        return (problem.rule, problem.message) not in errors and errors <= before

    def locate(problem: Problem) -> Problem:
        low, high = 0, len(declarations)
        if not declarations or not may_be_in_css(problem) or not is_solved(problem, 0):
            return problem
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if is_solved(problem, middle) else (low, middle)
        return replace(problem, place=declarations[low])

    return list(map(locate, problems))


def _errors_of(problems: Iterable[Problem]) -> _ErrorSet:
    return frozenset((p.rule, p.message) for p in problems if p.severity is Severity.ERROR)
