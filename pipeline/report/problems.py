"""Turn problems into text for people, JSON for programs, and annotations for GitHub.

Text is readable without colour: `file:line:column: message`, then `hint:`. On a terminal
the line itself follows, with a caret under the place. The JSON has a version of its own
(`format`), described in docs/reference/problems.md.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.errors import Problem, Severity

JSON_FORMAT = 1
_MAX_LINE = 100


def problem_text(problem: Problem, *, strict: bool = False) -> str:
    """Say a problem in one line, and its hint in a second."""
    warning = problem.severity is Severity.WARNING and not strict
    label = "warning: " if warning else ""
    text = f"{problem.place}: {label}{problem.message}"
    return f"{text}\n  hint: {problem.hint}" if problem.hint else text


def fold_warnings(problems: Iterable[Problem]) -> list[Problem]:
    """Say a warning that several files have in the same words once, where it comes first.

    What one file has at several places stays as it is. For people only.
    """
    alike: dict[tuple[object, ...], list[str]] = {}
    kept: list[tuple[Problem, list[str]]] = []
    for problem in problems:
        is_warning = problem.severity is Severity.WARNING
        said = (problem.rule, problem.message, problem.hint) if is_warning else ()
        files = alike.setdefault(said, []) if said else []
        file = problem.place.file
        if not files or file == files[0]:
            kept.append((problem, files))
        if file not in files:
            files.append(file)
    return [_also_in(problem, len(files) - 1) for problem, files in kept]


def _also_in(problem: Problem, more: int) -> Problem:
    if more < 1:
        return problem
    return replace(
        problem, message=f"{problem.message} (and in {count(more, 'more file')})"
    )


def excerpt(problem: Problem, source: str) -> str:
    """Show the line of a file with a caret under the problem's place; "" if unknown.

    Columns count characters, a terminal counts cells: Chinese letters are two cells wide,
    combining marks none.
    """
    from wcwidth import wcswidth

    place = problem.place
    lines = source.split("\n")
    if not 0 < place.line <= len(lines):
        return ""
    line = lines[place.line - 1].replace("\t", " ")
    start = max(0, place.column - 1 - _MAX_LINE // 2) if len(line) > _MAX_LINE else 0
    shown = line[start : start + _MAX_LINE]
    cells = max(wcswidth(shown[: place.column - 1 - start]), 0)
    margin = f"{place.line:>5} | "
    return f"{margin}{shown}\n{' ' * (len(margin) - 2)}| {' ' * cells}^"


def annotation(problem: Problem, *, strict: bool = False) -> str:
    """Write a problem as a workflow command of GitHub Actions."""
    level = "error" if strict else problem.severity.value
    place = problem.place
    where = f"file={_property(place.file)}"
    if place.line:
        where += f",line={place.line},col={place.column}"
    text = f"{problem.message}\nhint: {problem.hint}" if problem.hint else problem.message
    return f"::{level} {where},title={problem.rule.id}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def problem_json(problem: Problem) -> dict[str, object]:
    """Give a problem the shape that programs read."""
    return {
        "rule": problem.rule.id,
        "severity": problem.severity.value,
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "message": problem.message,
        "hint": problem.hint,
    }


def problem_counts(problems: Sequence[Problem]) -> list[str]:
    """Count errors and warnings: ["2 errors", "1 warning"]."""
    found = Counter(p.severity for p in problems)
    return [count(found[s], s.value) for s in Severity if found[s]]


def count(number: int, thing: str) -> str:
    """Count things in words: "1 file", "2 files"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
