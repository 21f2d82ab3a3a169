"""`briefs due`."""

from pathlib import Path

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, day_of
from pipeline.cli.output import print_problems
from pipeline.model.dates import InformationDate
from pipeline.problems import ExitCode, exit_code, worst_exit_code


@click.command()
@click.option(
    "--on",
    type=option.date_type,
    help="Report for this day: 2018, 2018-06 or 2018-06-15.  [default: today]",
)
@click.option(
    "--ics",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write reviews and sessions to a calendar file as well.",
)
@option.report
def due(
    on: InformationDate | None,
    ics: Path | None,
    as_json: bool,
    quiet: bool,
) -> ExitCode:
    """List the reviews of current editions, and what the next session still needs.

    The current edition of a brief is due for review when its `review_after` has passed. The
    next session needs its briefs in their languages, final and without errors, and current
    PDFs and packs. The most urgent item is first; the exit code is 6 if one is overdue.

    \b
    Examples:
      briefs due
      briefs due --on 2017-09-28         what is due four weeks before the session
      briefs due --ics due.ics           a calendar of reviews and sessions
    """
    from pipeline.commands.due import read_due
    from pipeline.report.due import due_json, due_summary, due_text

    project = current_project()
    report = read_due(project, day_of(on))
    code = exit_code(report.problems)
    if report.overdue:
        code = worst_exit_code((code, ExitCode.STALE))
    if ics and report.series:
        from pipeline.report.calendar import due_calendar
        from pipeline.state.atomic_write import atomic_write

        atomic_write(ics, due_calendar(report, report.series), str(ics))
    if as_json:
        click.echo(due_json(report, code))
    else:
        if report.due:
            click.echo(due_text(report))
        print_problems(project.root, report.problems)
        if not quiet:
            click.echo(due_summary(report), err=True)
    return code
