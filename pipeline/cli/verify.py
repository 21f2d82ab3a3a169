"""`briefs verify`."""

from pathlib import Path

import click

from pipeline import errors
from pipeline.cli.options import json_option, project_of, project_option, today
from pipeline.cli.printing import print_problems


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@json_option
@project_option
@click.pass_context
def verify(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Say of a PDF: is it ours, untouched, conforming, and still current?

    Conformance is checked by veraPDF when the program `verapdf` is on PATH. On a press
    file there is a report: its boxes, inks, pictures and fonts.

    \b
    Examples:
      briefs verify build/wpsdg/wpsdg_2017_en.pdf
      briefs verify build/wpsdg/wpsdg_2017_en_press.pdf
      briefs verify downloads/*.pdf --json
    """
    from shutil import which

    from pipeline.build import verify as verify_files
    from pipeline.report import verified_json, verified_text

    project = project_of(ctx)
    programs = which("verapdf"), which("gs")
    verified, problems = verify_files(project, files, today(), *programs)
    codes = [errors.exit_code(problems), *(v.exit_code for v in verified)]
    code = errors.worst(codes)
    if as_json:
        click.echo(verified_json(verified, problems, code))
    else:
        for one in verified:
            click.echo(verified_text(one))
        print_problems(project.root, problems)
    ctx.exit(code)
