"""Turn problems into text for people, JSON for programs, and annotations for GitHub.

Text is readable without colour: `file:line:column: message`, then `hint:`. On a terminal
the line of the file follows, with a caret under the place. Text lists a limited number of
problems of one file; JSON has all of them. The version of the JSON is `format`, described
in docs/reference/problems.md.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace

from pipeline.problems import MAX_LISTED_PER_FILE, Problem, Severity
from pipeline.report.escape import escape_controls, json_text

JSON_FORMAT = 1
_MAX_LINE = 100


def problem_text(problem: Problem, *, strict: bool = False) -> str:
    """Write a problem in one line, and its hint in a second."""
    is_warning = problem.severity is Severity.WARNING and not strict
    label = "warning: " if is_warning else ""
    text = escape_controls(f"{problem.place}: {label}{problem.message}")
    return f"{text}\n  hint: {escape_controls(problem.hint)}"


def fold_warnings(problems: Iterable[Problem]) -> list[Problem]:
    """Report a warning of several files once: in the first, with the number of the others.

    Equal warnings within the first file stay.
    """
    files: dict[tuple[object, ...], dict[str, None]] = {}
    first_of_equal: list[tuple[Problem, dict[str, None]]] = []
    for problem in problems:
        key: tuple[object, ...] = (problem.rule, problem.message, problem.hint)
        if problem.severity is Severity.ERROR:
            key = (problem,)
        files_of_equal = files.setdefault(key, {})
        file = problem.place.file
        if file == next(iter(files_of_equal), file):
            first_of_equal.append((problem, files_of_equal))
        files_of_equal[file] = None
    folded = []
    for problem, files_of_equal in first_of_equal:
        if other_files := len(files_of_equal) - 1:
            message = f"{problem.message} (and in {count(other_files, 'more file')})"
            problem = replace(problem, message=message)
        folded.append(problem)
    return folded


def first_of_each_file(problems: Iterable[Problem]) -> Iterator[tuple[list[Problem], str]]:
    """Yield the first problems of each file, in order, and a text that counts the others.

    Errors are preferred. The text is such as "a.yaml: 240 errors and 1 warning more".
    """
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.place.file, []).append(problem)
    for file, all_of_file in by_file.items():
        errors_first = sorted(all_of_file, key=lambda p: p.severity is Severity.WARNING)
        first = set(map(id, errors_first[:MAX_LISTED_PER_FILE]))
        counts = " and ".join(problem_counts(errors_first[MAX_LISTED_PER_FILE:]))
        left_out = f"{escape_controls(file)}: {counts} more" if counts else ""
        yield [problem for problem in all_of_file if id(problem) in first], left_out


def excerpt(problem: Problem, lines: Sequence[str]) -> str:
    """Show the line of a problem with a caret under its column; "" if it has no line.

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


def github_annotation(problem: Problem, *, strict: bool = False) -> str:
    """Write a problem as a workflow command of GitHub Actions."""
    level = "error" if strict else problem.severity.value
    place = problem.place
    file = _escape_data(escape_controls(place.file)).replace(":", "%3A").replace(",", "%2C")
    location = f"file={file}"
    if place.line:
        location += f",line={place.line},col={place.column}"
    message = f"{place.cell}: {problem.message}" if place.cell else problem.message
    text = f"{escape_controls(message)}\nhint: {escape_controls(problem.hint)}"
    return f"::{level} {location},title={problem.rule.id}::{_escape_data(text)}"


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\n", "%0A")


def envelope_json(
    problems: Iterable[Problem], exit_code: int, parts: Mapping[str, object]
) -> str:
    """Write a report as JSON: format, exit code and problems, then its own `parts`."""
    listed = [
        {
            "rule": problem.rule.id,
            "severity": problem.severity.value,
            **{k: v for k, v in asdict(problem.place).items() if k != "cell" or v},
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in problems
    ]
    envelope = {"format": JSON_FORMAT, "exit_code": exit_code, "problems": listed}
    return json_text({**envelope, **parts})


def check_summary(
    editions: int, sessions: int, problems: Sequence[Problem], seconds: float
) -> str:
    """Sum up a check: "2 editions and 1 session checked; 1 warning; 0.3 s"."""
    checked = [count(editions, "edition")]
    checked += [count(sessions, "session")] if sessions else []
    counts = problem_counts(problems) or ["no problems"]
    parts = [f"{' and '.join(checked)} checked", *counts, f"{seconds:.1f} s"]
    return "; ".join(parts)


def problem_counts(problems: Sequence[Problem]) -> list[str]:
    """Count errors and warnings: ["2 errors", "1 warning"]."""
    counts = Counter(p.severity for p in problems)
    return [count(counts[s], s.value) for s in Severity if counts[s]]


def count(number: int, noun: str) -> str:
    """Return a number with its noun: "1 file", "2 files"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
