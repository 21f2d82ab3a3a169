"""`briefs clean`."""

import click

from pipeline.cli.arguments import day_of, project_of
from pipeline.cli.output import print_problems
from pipeline.problems import exit_code
from pipeline.report.escape import escape_controls


@click.command()
@click.option(
    "--orphaned",
    is_flag=True,
    help="Remove only files whose content was deleted or changed its state.",
)
@click.option("--dry-run", is_flag=True, help="Remove nothing; list what would be removed.")
@click.pass_context
def clean(ctx: click.Context, orphaned: bool, dry_run: bool) -> None:
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

    project = project_of(ctx)
    removed, problems = clean_up(project, day_of(), orphaned=orphaned, dry_run=dry_run)
    for name in removed:
        click.echo(escape_controls(name))
    print_problems(project.root, problems)
    ctx.exit(exit_code(problems))
