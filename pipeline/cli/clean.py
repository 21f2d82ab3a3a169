"""`briefs clean`."""

import click

from pipeline.cli.arguments import current_project, day_of
from pipeline.cli.output import print_problems
from pipeline.problems import ExitCode, exit_code
from pipeline.report.escape import escape_controls


@click.command()
@click.option(
    "--orphaned",
    is_flag=True,
    help="Remove only files whose content was deleted or changed its state.",
)
@click.option("--dry-run", is_flag=True, help="Remove nothing; list what would be removed.")
def clean(orphaned: bool, dry_run: bool) -> ExitCode:
    """Remove and list built files: PDFs, records and the cache.

    With --orphaned, remove only files of deleted editions, languages and sessions; PDFs in
    the folder of a former state, such as build/drafts/ after the edition became final;
    unfinished files; and cached PDFs that no document needs.

    \b
    Examples:
      briefs clean --orphaned --dry-run
      briefs clean
    """
    from pipeline.commands.clean import clean as clean_up

    project = current_project()
    removed, problems = clean_up(project, day_of(), orphaned=orphaned, dry_run=dry_run)
    for name in removed:
        click.echo(escape_controls(name))
    print_problems(project.root, problems)
    return exit_code(problems)
