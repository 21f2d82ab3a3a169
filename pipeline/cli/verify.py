"""`briefs verify`."""

from datetime import date
from pathlib import Path

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, day_of
from pipeline.cli.output import print_problems
from pipeline.editions.code import EditionCode, parse_code
from pipeline.model.dates import InformationDate
from pipeline.problems import ExitCode, exit_code, sort_and_dedupe, worst_exit_code
from pipeline.project import Project


@click.command()
@click.argument("args", nargs=-1, required=True, metavar="CODE|FILE...")
@option.as_of
@option.json
@option.project
def verify(args: tuple[str, ...], as_of: InformationDate | None, as_json: bool) -> ExitCode:
    """Check whether a printed paper or a PDF is the current edition.

    CODE is the edition code in the imprint of a paper; lower case and a missing hyphen are
    accepted. FILE is compared with built and published files, and its codes are checked; a
    press file is also checked for printing (preflight). The exit code is 6 if the paper
    or the file is not the current, unchanged one.

    \b
    Examples:
      briefs verify N9FMR-Q01QF          a printed paper, by its code
      briefs verify build/fair-wages/fair-wages_2017_en.pdf
      briefs verify build/fair-wages/fair-wages_2017_en_press.pdf
      briefs verify downloads/*.pdf --json
      briefs verify N9FMR-Q01QF --as-of 2018-03-14
    """
    from shutil import which

    from pipeline.commands.verify import verify_files
    from pipeline.commands.verify_code import verify_code
    from pipeline.report.verified import code_text, file_text, verified_json

    project, on = current_project(), day_of(as_of)
    paths = [Path(arg) for arg in args if _is_file(arg)]
    typed_codes = [_parse_code(project, arg, on) for arg in args if not _is_file(arg)]
    files, file_problems = verify_files(project, paths, on, which("gs"))
    codes, code_problems = verify_code(project, typed_codes, on)
    problems = sort_and_dedupe((*file_problems, *code_problems))
    exit_codes = [*(f.exit_code for f in files), *(c.exit_code for c in codes)]
    code = worst_exit_code([exit_code(problems), *exit_codes])
    if as_json:
        click.echo(verified_json(files, codes, problems, code))
    else:
        for text in (*map(file_text, files), *map(code_text, codes)):
            click.echo(text)
        print_problems(project.root, problems)
    return code


def _is_file(word: str) -> bool:
    """Whether a word is the name of a file, which may be missing, and not a code."""
    return Path(word).is_file() or any(mark in word for mark in "/\\.")


def _parse_code(project: Project, word: str, on: date) -> EditionCode:
    from pipeline.commands.verify_code import nearest_code

    try:
        return parse_code(word)
    except ValueError as error:
        near = nearest_code(project, word, on)
        hint = f"; did you mean {near}?" if near else ""
        message = f'"{word}" is neither a file nor an edition code: {error}{hint}'
        raise click.UsageError(message) from None
