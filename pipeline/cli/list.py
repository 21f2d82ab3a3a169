"""`briefs list`."""

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, day_of
from pipeline.commands.list import list_editions
from pipeline.model.dates import InformationDate
from pipeline.report.documents import editions_json, editions_text


@click.command(name="list")
@option.slugs
@option.as_of
@option.json
@option.project
def list_(slugs: tuple[str, ...], as_of: InformationDate | None, as_json: bool) -> None:
    """List editions: which one is current, and the state of its PDFs.

    \b
    Examples:
      briefs list
      briefs list fair-wages --as-of 2018-06
    """
    editions = list_editions(current_project(), slugs, day_of(as_of))
    if text := editions_json(editions) if as_json else editions_text(editions):
        click.echo(text)
