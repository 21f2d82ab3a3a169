"""`briefs clean`."""

import click

from pipeline.cli.options import project_of
from pipeline.problems import PipelineError


@click.command()
@click.option("--stale", is_flag=True, help="Only what has no content any more.")
@click.option("--dry-run", is_flag=True, help="Remove nothing; list what would go.")
@click.pass_context
def clean(ctx: click.Context, stale: bool, dry_run: bool) -> None:
    """Remove what was made: PDFs, records and the cache. Lists what goes.

    With --stale only PDFs of editions and languages that are gone, what was rejected and
    repaired since, and PDFs in the cache that nothing needs now.

    \b
    Examples:
      briefs clean --stale --dry-run
      briefs clean
    """
    from pipeline.commands.clean import clean as clean_up

    removed, problems = clean_up(project_of(ctx), stale=stale, dry_run=dry_run)
    for name in removed:
        click.echo(name)
    if problems:
        raise PipelineError(*problems)
