"""`briefs new`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import InformationDateType, project_option, today

if TYPE_CHECKING:
    from pipeline.model.dates import InformationDate


@click.command()
@click.argument("slug")
@click.option(
    "--dated",
    type=InformationDateType(),
    help="Its information date.  [default: this year]",
)
@click.option("--lang", "language", metavar="CODE", help="The language to begin with.")
@project_option
@click.pass_context
def new(
    ctx: click.Context, slug: str, dated: "InformationDate | None", language: str | None
) -> None:
    """Start a brief, or a new edition from the latest one.

    \b
    Examples:
      briefs new trade-and-jobs --dated 2018-03
      briefs new wpsdg --dated 2018       a new edition, from the latest
    """
    from pipeline.commands.new import start
    from pipeline.model.dates import InformationDate

    root: Path = ctx.find_root().params["project"]
    if language and (root / "content" / slug).is_dir():
        raise click.UsageError("--lang goes with a new brief; this one is there already")
    written = start(root, slug, dated or InformationDate(today().year), language)
    for path in written:
        click.echo(path.relative_to(root.resolve()))
    click.echo("next: edit these files, then: briefs build " + slug, err=True)
