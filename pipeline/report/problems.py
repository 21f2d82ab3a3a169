"""Turn problems into text for people, JSON for programs, and annotations for GitHub.

Text is readable without colour: `file:line:column: message`, then `hint:`. On a terminal
the line itself follows, with a caret under the place. Of one file no more is told than
somebody reads; JSON holds everything, and has a version of its own (`format`), described
in docs/reference/problems.md.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.problems import MOST_REPORTED, Problem, Severity
from pipeline.report.escape import escape_controls

JSON_FORMAT = 1
_MAX_LINE = 100


def problem_text(problem: Problem, *, strict: bool = False) -> str:
    """Say a problem in one line, and its hint in a second."""
    warning = problem.severity is Severity.WARNING and not strict
    label = "warning: " if warning else ""
    text = escape_controls(f"{problem.place}: {label}{problem.message}")
    return f"{text}\n  hint: {escape_controls(problem.hint)}"


def fold_warnings(problems: Iterable[Problem]) -> list[Problem]:
    """Say a warning that several files have in the same words once, where it comes first.

    What one file has at several places stays as it is. For people only.
    """
    alike: dict[tuple[object, ...], dict[str, None]] = {}
    kept: list[tuple[Problem, dict[str, None]]] = []
    for problem in problems:
        is_warning = problem.severity is Severity.WARNING
        said = (problem.rule, problem.message, problem.hint) if is_warning else ()
        files = alike.setdefault(said, {}) if said else {}
        file = problem.place.file
        if file == next(iter(files), file):
            kept.append((problem, files))
        files[file] = None
    return [_also_in(problem, len(files) - 1) for problem, files in kept]


def _also_in(problem: Problem, more: int) -> Problem:
    if more < 1:
        return problem
    return replace(
        problem, message=f"{problem.message} (and in {count(more, 'more file')})"
    )


def first_of_each_file(
    problems: Iterable[Problem],
) -> Iterator[tuple[list[Problem], str]]:
    """Give the first problems of each file, errors before warnings, in their order.

    What is left out is said in words behind them: "a.yaml: 240 errors and 1 warning more".
    """
    of_file: dict[str, list[Problem]] = {}
    for problem in problems:
        of_file.setdefault(problem.place.file, []).append(problem)
    for file, found in of_file.items():
        by_weight = sorted(found, key=lambda p: p.severity is Severity.WARNING)
        told = set(map(id, by_weight[:MOST_REPORTED]))
        more = " and ".join(problem_counts(by_weight[MOST_REPORTED:]))
        left_out = f"{escape_controls(file)}: {more} more" if more else ""
        yield [problem for problem in found if id(problem) in told], left_out


def excerpt(problem: Problem, lines: Sequence[str]) -> str:
    """Show the line of a file with a caret under the problem's place; "" if unknown.

    Columns count characters, a terminal counts cells: Chinese letters are two cells wide,
    combining marks none.
    """
    from wcwidth import wcswidth

    place = problem.place
    if not 0 < place.line <= len(lines):
        return ""
    line = lines[place.line - 1].replace("\t", " ")
    start = max(0, place.column - 1 - _MAX_LINE // 2) if len(line) > _MAX_LINE else 0
    shown = line[start : start + _MAX_LINE]
    cells = max(wcswidth(escape_controls(shown[: place.column - 1 - start])), 0)
    margin = f"{place.line:>5} | "
    return f"{margin}{escape_controls(shown)}\n{' ' * (len(margin) - 2)}| {' ' * cells}^"


def annotation(problem: Problem, *, strict: bool = False) -> str:
    """Write a problem as a workflow command of GitHub Actions."""
    level = "error" if strict else problem.severity.value
    place = problem.place
    where = f"file={_property(escape_controls(place.file))}"
    if place.line:
        where += f",line={place.line},col={place.column}"
    text = f"{escape_controls(problem.message)}\nhint: {escape_controls(problem.hint)}"
    return f"::{level} {where},title={problem.rule.id}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\n", "%0A")


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
