"""`briefs clean`."""

import click

from pipeline.cli.arguments import project_of
from pipeline.problems import PipelineError
from pipeline.report.escape import escape_controls


@click.command()
@click.option("--stale", is_flag=True, help="Remove only files whose content was deleted.")
@click.option("--dry-run", is_flag=True, help="Remove nothing; list what would be removed.")
@click.pass_context
def clean(ctx: click.Context, stale: bool, dry_run: bool) -> None:
    """Remove and list built files: PDFs, records and the cache.

    With --stale remove only PDFs of deleted editions and languages, rejected PDFs of these,
    and cached PDFs that no document needs.

    \b
    Examples:
      briefs clean --stale --dry-run
      briefs clean
    """
    from pipeline.commands.clean import clean as clean_up

    removed, problems = clean_up(project_of(ctx), stale=stale, dry_run=dry_run)
    for name in removed:
        click.echo(escape_controls(name))
    if problems:
        raise PipelineError(*problems)
