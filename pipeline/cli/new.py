"""`briefs new`."""

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import day_of, unopened_project, validate_language
from pipeline.model.dates import InformationDate
from pipeline.report.escape import escape_controls


@click.command()
@click.argument("slug")
@click.option(
    "--dated",
    type=option.date_type,
    help="Information date of the edition.  [default: this year]",
)
@click.option("--lang", "language", metavar="CODE", help="First language of the brief.")
@option.project
def new(slug: str, dated: InformationDate | None, language: str | None) -> None:
    """Create a brief, or a new edition as a copy of the latest one.

    \b
    Examples:
      briefs new fair-wages --dated 2018-03
      briefs new fair-wages --dated 2019       a new edition, from the latest
    """
    from pipeline.commands.new import create_files

    project = unopened_project()
    if language and (project.content / slug).is_dir():
        message = (
            f'--lang is for a new brief, but "{slug}" exists already; for its text in '
        )
        message += f"{language}: briefs translate {slug} --to {language}"
        raise click.UsageError(message)
    validate_language(project, language)
    dated = dated or InformationDate(day_of().year)
    for path in create_files(project.root, slug, dated, language):
        click.echo(escape_controls(str(path.relative_to(project.root))))
    click.echo(f"next: edit these files; see the pages by: briefs preview {slug}", err=True)
