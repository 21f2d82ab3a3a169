"""Find the declaration of a style sheet that makes a page break the standards.

The page is rendered again without the last declarations of the cascade: without some, the
problem is gone and nothing else is wrong; without one less, it is there. That one is the
cause. Nine renders find it among 200.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from pipeline.design.css_diagnostics import list_declarations, without_declarations
from pipeline.design.stylesheets import Serve
from pipeline.problems import Problem, Rule, Severity

_Errors = frozenset[tuple[Rule, str]]


def may_be_of_styles(problem: Problem) -> bool:
    """Whether a style sheet can be the cause of a problem that is reported elsewhere.

    A character that no font has is from the content if it has a line there.
    """
    is_glyph = problem.rule is Rule.MISSING_GLYPH and not problem.place.line
    return is_glyph or problem.rule is Rule.PDF_STRUCTURE


def locate_in_styles(
    problems: Sequence[Problem],
    stylesheets: Iterable[str],
    serve: Serve,
    render: Callable[[Serve], Iterable[Problem]],
) -> list[Problem]:
    """Give each problem that a declaration of `stylesheets` causes its place.

    `render` renders the page with the files that it is served, and returns the problems.
    """
    declared = [p for name in stylesheets for p in list_declarations(name, serve(name))]
    before = _errors(problems)

    @cache
    def errors_without(start: int) -> _Errors:
        def serve_others(name: str) -> bytes | None:
            removed = [place for place in declared[start:] if place.file == name]
            data = serve(name)
            return without_declarations(data, removed) if data and removed else data

        return _errors(render(serve_others))

    def is_gone(problem: Problem, start: int) -> bool:
        errors = errors_without(start)
        return (problem.rule, problem.message) not in errors and errors <= before

    def located(problem: Problem) -> Problem:
        low, high = 0, len(declared)
        if not declared or not may_be_of_styles(problem) or not is_gone(problem, 0):
            return problem
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if is_gone(problem, middle) else (low, middle)
        return replace(problem, place=declared[low])

    return list(map(located, problems))


def _errors(problems: Iterable[Problem]) -> _Errors:
    return frozenset((p.rule, p.message) for p in problems if p.severity is Severity.ERROR)
