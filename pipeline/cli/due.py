"""`briefs due`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import problems as errors
from pipeline.cli.options import (
    InformationDateType,
    day_of,
    json_option,
    project_of,
    project_option,
    quiet_option,
)
from pipeline.cli.output import print_problems

if TYPE_CHECKING:
    from pipeline.model.dates import InformationDate


@click.command()
@click.option(
    "--on",
    type=InformationDateType(),
    help="As if it were this day: 2018, 2018-06 or 2018-06-15.  [default: today]",
)
@click.option(
    "--ics",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write reviews and sessions as a calendar.",
)
@json_option
@quiet_option
@project_option
@click.pass_context
def due(
    ctx: click.Context,
    on: "InformationDate | None",
    ics: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Say what is due: editions to be reviewed, and what the next session lacks.

    An edition that counts is due when its `review_after` has passed. The next session needs
    each brief in each language, final and without errors; PDFs and packs as of now.
    The most urgent comes first; leaves with 6 when a day has passed.

    \b
    Examples:
      briefs due
      briefs due --on 2017-10-01         as it was four weeks before the session
      briefs due --ics due.ics           a calendar of reviews and sessions
    """
    from pipeline.commands.due import read_agenda
    from pipeline.report.due import agenda_json, agenda_line, due_text

    project = project_of(ctx)
    agenda = read_agenda(project, day_of(on))
    code = errors.exit_code(agenda.problems)
    if agenda.overdue:
        code = errors.worst_exit_code((code, errors.ExitCode.STALE))
    if ics and agenda.series:
        from pipeline.commands.due import write_calendar

        write_calendar(agenda, ics)
    if as_json:
        click.echo(agenda_json(agenda, code))
    else:
        if agenda.due:
            click.echo(due_text(agenda))
        print_problems(project.root, agenda.problems)
        if not quiet:
            click.echo(agenda_line(agenda), err=True)
    ctx.exit(code)
