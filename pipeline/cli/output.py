"""Print what happens and what is wrong: for people to stderr, as data to stdout."""

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipeline import problems as errors
from pipeline.cli.options import AS_JSON

if TYPE_CHECKING:
    from pipeline.build import BuildResult
    from pipeline.targets import Target


class _Lines:
    """One plain line for each document: in CI, and with --explain."""

    def __init__(self, explain: bool) -> None:
        self.explain = explain

    def __call__(self, target: "Target", total: int) -> None:
        print_target(target, self.explain)


class _Bar:
    """A progress bar on a terminal; it opens with the first document."""

    def __init__(self) -> None:
        self.bar: Any = None

    def __call__(self, target: "Target", total: int) -> None:
        if self.bar is None:
            self.bar = click.progressbar(
                length=total, file=sys.stderr, item_show_func=lambda name: name
            )
            self.bar.__enter__()
        self.bar.update(1, target.name)

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *reason: Any) -> None:
        if self.bar is not None:
            self.bar.__exit__(*reason)


def print_target(target: "Target", explain: bool) -> None:
    """Print what became of a target; with `explain` also why, and what is up to date."""
    if target.state == "up-to-date" and not explain:
        return
    why = f" ({target.reason})" if explain and target.reason else ""
    click.echo(f"{target.state:<10} build/{target.name}{why}", err=True)


def print_result(
    root: Path, result: "BuildResult", strict: bool, seconds: float | None, thing: str
) -> None:
    """Print the problems of a build and, with its `seconds`, the line that sums it up."""
    from pipeline.report.documents import summary

    print_problems(root, result.problems, strict)
    if seconds is not None:
        click.echo(summary(result.targets, result.problems, seconds, thing), err=True)


def progress(silent: bool, explain: bool) -> Any:
    """Show how a build goes on: a bar on a terminal, else lines."""
    if silent:
        return nullcontext(lambda document, total: None)
    if explain or not sys.stderr.isatty():
        return nullcontext(_Lines(explain))
    return _Bar()


def print_problems(
    root: Path, problems: Sequence[errors.Problem], strict: bool = False
) -> None:
    """Print the first problems of each file; on a terminal in colour, with their lines.

    A warning that several files have is said once; GitHub is told of each.
    """
    from pipeline.report.problems import annotation, first_of_each_file, fold_warnings

    said = problems if strict else fold_warnings(problems)
    for told, left_out in first_of_each_file(said):
        _print_told(root, told, strict)
        if left_out:
            click.echo(left_out, err=True)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for told, _ in first_of_each_file(problems):
            for problem in told:
                click.echo(annotation(problem, strict=strict), err=True)


def _print_told(root: Path, told: Sequence[errors.Problem], strict: bool) -> None:
    """Print problems of one file, which is read once for all of their lines."""
    from pipeline.report.problems import excerpt, problem_text

    on_terminal = sys.stderr.isatty()
    lines = _source(root, told[0].place.file).split("\n") if on_terminal else []
    for problem in told:
        text = problem_text(problem, strict=strict)
        if on_terminal:
            text = _styled(text, problem)
            if shown := excerpt(problem, lines):
                head, _, hint = text.partition("\n")
                text = "\n".join(part for part in (head, shown, hint) if part)
        click.echo(text, err=True)


def _styled(text: str, problem: errors.Problem) -> str:
    from pipeline.report.escape import escape_controls

    if os.environ.get("NO_COLOR"):
        return text
    place = escape_controls(str(problem.place))
    error = problem.severity is errors.Severity.ERROR
    return (
        click.style(place, fg="red" if error else "yellow", bold=True) + text[len(place) :]
    )


def _source(root: Path, file: str) -> str:
    """The text of a content file that was read; other files are not shown."""
    try:
        path = (root / file).resolve()
        if not path.is_file() or not path.is_relative_to(root.resolve()):
            return ""
        return path.read_bytes()[: 1 << 20].decode("utf-8-sig", "replace")
    except (OSError, ValueError, RuntimeError):  # no name of a file, or a link to itself
        return ""


def print_json(
    problems: Sequence[errors.Problem], targets: "Sequence[Target]", code: int
) -> None:
    """Print the report as JSON."""
    from pipeline.report.documents import report_json

    click.echo(report_json(problems, targets, code))


def exit_with_problems(ctx: click.Context, problems: Sequence[errors.Problem]) -> NoReturn:
    """Print what stopped a command before it began, and end it."""
    code = errors.exit_code(problems)
    if ctx.meta.get(AS_JSON):
        print_json(problems, (), code)
    else:
        print_problems(ctx.params["project"], problems)
    ctx.exit(code)
