"""`briefs verify`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import problems as errors
from pipeline.cli.options import (
    as_of_option,
    day_of,
    json_option,
    project_of,
    project_option,
)
from pipeline.cli.output import print_problems

if TYPE_CHECKING:
    from pipeline.editions.code import Code
    from pipeline.model.dates import InformationDate
    from pipeline.project import Project


@click.command()
@click.argument("asked", nargs=-1, required=True, metavar="CODE|FILE...")
@as_of_option
@json_option
@project_option
@click.pass_context
def verify(
    ctx: click.Context,
    asked: tuple[str, ...],
    as_of: "InformationDate | None",
    as_json: bool,
) -> None:
    """Say of a paper or a PDF: is it ours, untouched, conforming, and still current?

    CODE is the code in the imprint of a paper: small letters will do, and no hyphen.
    Of a file, conformance is checked by veraPDF when the program `verapdf` is on PATH; on a
    press file there is a report: its boxes, inks, pictures and fonts.
    Leaves with 6 when another edition has taken its place, or its text was changed.

    \b
    Examples:
      briefs verify N9FMR-FJW58          is this paper still current?
      briefs verify build/wpsdg/wpsdg_2017_en.pdf
      briefs verify build/wpsdg/wpsdg_2017_en_press.pdf
      briefs verify downloads/*.pdf --json
      briefs verify N9FMR-FJW58 --as-of 2018-03-14
    """
    from shutil import which

    from pipeline.commands.verify import verify_code, verify_files
    from pipeline.report.verified import traced_text, verified_json, verified_text

    files = [Path(word) for word in asked if _is_file(word)]
    project, on = project_of(ctx), day_of(as_of)
    codes = [_read_code(project, word) for word in asked if not _is_file(word)]
    programs = which("verapdf"), which("gs")
    verified, unreadable = verify_files(project, files, on, *programs)
    traced, unknown = verify_code(project, codes, on)
    problems = errors.sort_and_dedupe((*unreadable, *unknown))
    found = [v.exit_code for v in verified] + [t.exit_code for t in traced]
    code = errors.worst_exit_code([errors.exit_code(problems), *found])
    if as_json:
        click.echo(verified_json(verified, traced, problems, code))
    else:
        for file in verified:
            click.echo(verified_text(file))
        for one in traced:
            click.echo(traced_text(one))
        print_problems(project.root, problems)
    ctx.exit(code)


def _is_file(word: str) -> bool:
    """Whether a word names a file, there or not, and not a code."""
    return Path(word).is_file() or any(mark in word for mark in "/\\.")


def _read_code(project: "Project", word: str) -> "Code":
    from pipeline.commands.verify import nearest_code
    from pipeline.editions.code import read_code

    try:
        return read_code(word)
    except ValueError as error:
        near = nearest_code(project, word)
        hint = f"; did you mean {near}?" if near else ""
        said = f'"{word}" is no file, and no code: {error}{hint}'
        raise click.UsageError(said) from None
