"""Print progress and problems to stderr, and data to stdout."""

import codecs
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from pipeline.build import BuildResult, Progress
from pipeline.cli.options import AS_JSON, AS_SARIF
from pipeline.problems import ExitCode, Problem, Severity, exit_code, worst_exit_code
from pipeline.project import Project
from pipeline.report.documents import report_json, summary
from pipeline.report.escape import escape_controls
from pipeline.report.problems import (
    excerpt,
    first_of_each_file,
    fold_warnings,
    github_annotation,
    problem_text,
)
from pipeline.report.sarif import sarif
from pipeline.state.atomic_write import atomic_write
from pipeline.state.snapshot import Snapshot
from pipeline.targets import BuildOptions, State, Target


def confirm(question: str) -> None:
    """Ask before files are written; end the command unless the answer is yes."""
    try:
        if click.confirm(question, err=True):
            return
    except click.Abort as error:
        click.echo(err=True)
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
    click.echo("nothing was written; --yes writes without asking", err=True)
    raise click.exceptions.Exit(ExitCode.USAGE)


def write_new_file(path: Path, data: bytes, content: str) -> None:
    """Write a file for a translator or reviewer; refuse to replace a different file.

    The other file may have `content`, which is their work.
    """
    if path.is_file() and path.read_bytes() != data:
        message = f"{path} exists, and may have {content}; move it, or use -o"
        raise click.UsageError(escape_controls(message))
    atomic_write(path.absolute(), data, str(path))
    click.echo(escape_controls(str(path)))


class _SafeStream(io.FileIO):
    """A file descriptor that drops output which cannot be written, and records the reason.

    A closed pipe is not an error: its reader, such as `head -1`, has read enough.
    """

    error = ""

    def write(self, data: Any, /) -> int:
        """Write bytes, or drop them."""
        try:
            return super().write(data)
        except BrokenPipeError:
            pass
        except OSError as error:
            self.error = (error.strerror or str(error)).lower()
        return len(data)


@contextmanager
def tolerate_closed_streams() -> Iterator[None]:
    """Run a command whose stdout and stderr may be closed or full.

    If stderr cannot be written, the command continues and its exit code is unchanged. A
    closed stdout is ignored; if it is full, the command ends with exit code 7.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # closed: the next file opened would get this number
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is not sys.__stdout__:  # a test captures the output
        yield
        return
    stdout = _SafeStream(1, "w", closefd=False)
    stderr = _SafeStream(2, "w", closefd=False)
    sys.stdout = _wrap_text(stdout, sys.stdout)
    sys.stderr = _wrap_text(stderr, sys.stderr)
    try:
        yield
    except SystemExit:
        sys.stdout.flush()
        if stdout.error:
            click.echo(f"stdout: the output cannot be written: {stdout.error}", err=True)
            click.echo("  hint: free space on the disk, then run it again", err=True)
            sys.exit(ExitCode.ENVIRONMENT)
        raise


def _wrap_text(stream: _SafeStream, original: Any) -> io.TextIOWrapper:
    """Wrap a stream with the encoding of `original`, which is None if it was closed.

    A character that the encoding lacks is escaped as in JSON, so that JSON stays valid.
    """
    codecs.register_error("json", _escape_as_json)
    encoding = getattr(original, "encoding", None)
    buffer = io.BufferedWriter(stream)
    return io.TextIOWrapper(buffer, encoding, "json", line_buffering=True)


def _escape_as_json(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def build_and_print(
    run: Callable[[Progress], BuildResult],
    project: Project,
    options: BuildOptions,
    kind: str,
    *,
    as_json: bool = False,
    quiet: bool,
    explain: bool = False,
    snapshot: Snapshot | None = None,
) -> ExitCode:
    """Build targets, print their states and problems, and give the exit code.

    `run` builds; its argument reports progress. `kind` names one target, as "document".
    `snapshot` is written if all targets were up to date.
    """
    started = time.monotonic()
    with progress(as_json or quiet, explain) as show:
        result = run(show)
    code = exit_code(result.problems, strict=options.strict)
    states = {target.state for target in result.targets}
    if State.STALE in states:
        code = worst_exit_code((code, ExitCode.STALE))
    if as_json:
        click.echo(report_json(result.problems, result.targets, code, f"{kind}s"))
    else:
        seconds = None if quiet else time.monotonic() - started
        print_result(project.root, result, options.strict, seconds, kind)
    # No snapshot has problems: a terminal and GitHub print them in different ways.
    if snapshot and not result.problems and states <= {State.UP_TO_DATE}:
        text = "" if quiet else summary(result.targets, (), None, kind)
        snapshot.write(project, text, time.monotonic())
    return code


@contextmanager
def progress(silent: bool, explain: bool) -> Iterator[Progress]:
    """Show the progress of a build: a bar on a terminal, else lines of `print_target`.

    The bar appears with the first target that was not up to date.
    """
    with ExitStack() as stack:
        bar: Any = None
        done = 0

        def show(target: Target, total: int) -> None:
            nonlocal bar, done
            if explain or not sys.stderr.isatty():
                print_target(target, explain)
                return
            done += 1
            if bar is None and target.state is State.UP_TO_DATE:
                return
            if bar is None:
                new = click.progressbar(
                    length=total, file=sys.stderr, item_show_func=lambda name: name
                )
                bar = stack.enter_context(new)
            bar.update(done - bar.pos, escape_controls(target.name))

        yield (lambda *_: None) if silent else show


def print_target(target: Target, explain: bool) -> None:
    """Print the state of a target; with `explain` also the reason, and up-to-date ones."""
    if target.state is State.UP_TO_DATE and not explain:
        return
    why = f" ({target.reason})" if explain and target.reason else ""
    line = f"{target.state:<10} build/{target.name}{why}"
    click.echo(escape_controls(line), err=True)


def print_result(
    root: Path, result: BuildResult, strict: bool, seconds: float | None, kind: str
) -> None:
    """Print the problems of a build and, if `seconds` are given, its summary."""
    print_problems(root, result.problems, strict)
    if seconds is not None:
        click.echo(summary(result.targets, result.problems, seconds, kind), err=True)


def print_problems(root: Path, problems: Sequence[Problem], strict: bool = False) -> None:
    """Print the first problems of each file; on a terminal in colour, with their lines.

    A warning that several files share is printed once; on GitHub it is annotated in each
    file.
    """
    folded = problems if strict else fold_warnings(problems)
    for first, left_out in first_of_each_file(folded):
        _print_problems_of_file(root, first, strict)
        if left_out:
            click.echo(left_out, err=True)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for first, _ in first_of_each_file(problems):
            for problem in first:
                click.echo(github_annotation(problem, strict=strict), err=True)


def _print_problems_of_file(root: Path, problems: Sequence[Problem], strict: bool) -> None:
    on_terminal = sys.stderr.isatty()
    lines = _read_source(root, problems[0].place.file).split("\n") if on_terminal else []
    for problem in problems:
        text = problem_text(problem, strict=strict)
        if on_terminal:
            head, _, hint = text.partition("\n")
            if not os.environ.get("NO_COLOR"):
                place = escape_controls(str(problem.place))
                colour = "red" if problem.severity is Severity.ERROR else "yellow"
                head = click.style(place, fg=colour, bold=True) + head[len(place) :]
            parts = (head, excerpt(problem, lines), hint)
            text = "\n".join(part for part in parts if part)
        click.echo(text, err=True)


def _read_source(root: Path, file: str) -> str:
    """Return the text of a file; "" if it is not a file of the project."""
    try:
        path = (root / file).resolve()
        if not path.is_file() or not path.is_relative_to(root.resolve()):
            return ""
        return path.read_bytes()[: 1 << 20].decode("utf-8-sig", "replace")
    except (OSError, ValueError, RuntimeError):  # an invalid name, or a link to itself
        return ""


def exit_with_problems(ctx: click.Context, problems: Sequence[Problem]) -> NoReturn:
    """Print the problems that stopped a command, and exit."""
    code = exit_code(problems)
    if ctx.meta.get(AS_JSON):
        click.echo(report_json(problems, (), code))
    elif ctx.meta.get(AS_SARIF):
        click.echo(sarif(problems))
    else:
        print_problems(ctx.params["project"], problems)
    ctx.exit(code)
