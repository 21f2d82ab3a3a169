"""`briefs import`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import day_of, unopened_project, validate_language
from pipeline.cli.output import confirm, print_problems
from pipeline.model.dates import InformationDate
from pipeline.problems import ExitCode, exit_code
from pipeline.project import Project
from pipeline.report.escape import escape_controls
from pipeline.report.problems import count

if TYPE_CHECKING:
    from pipeline.commands.fix import ChangedFile
    from pipeline.commands.import_word import WordImport


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.docx")
@click.option(
    "--to",
    "slug",
    metavar="SLUG",
    help="Brief to import into.  [default: the exported brief, or the file name]",
)
@click.option("--lang", "language", metavar="CODE", help="Language of the text.")
@click.option(
    "--dated",
    type=option.date_type,
    help="Information date.  [default: the exported one, the latest, or this year]",
)
@click.option(
    "--review",
    is_flag=True,
    help="List comments and tracked changes with their places; write nothing.",
)
@click.option("--yes", is_flag=True, help="Do not ask before an existing text is changed.")
@option.json
@option.project
def import_(
    file: Path,
    slug: str | None,
    language: str | None,
    dated: InformationDate | None,
    review: bool,
    yes: bool,
    as_json: bool,
) -> ExitCode:
    """Import a Word file as a new brief, or its changes into an existing brief.

    In an existing brief, only paragraphs whose words differ are replaced, after the
    changes are shown. Tracked changes are imported as if they were accepted. With --review
    comments and tracked changes are listed instead.

    \b
    Examples:
      briefs import report.docx --to fair-wages --lang en
      briefs import fair-wages_2017_en.docx --review
      briefs import fair-wages_2017_en.docx
    """
    from pipeline.commands.import_word import (
        TypedOptions,
        find_destination,
        list_proposals,
        read_import,
        read_word,
    )
    from pipeline.report.word import import_text, review_json, review_text

    if as_json and not review:
        raise click.UsageError("--json prints the proposals of --review")
    project = unopened_project()
    validate_language(project, language)
    content = read_word(file)
    year = day_of().year
    typed_options = TypedOptions(slug, dated, language)
    destination = find_destination(project, file, content, typed_options, year)
    if review:
        proposals, problems = list_proposals(project, file, content, destination)
        text = review_json(proposals) if as_json else review_text(proposals)
        if text:
            click.echo(text)
        if not as_json:
            click.echo(count(len(proposals), "proposal"), err=True)
        print_problems(project.root, problems)
        return ExitCode.OK
    imported = read_import(project, file, content, destination)
    if text := import_text(imported):
        click.echo(text, err=True)
    print_problems(project.root, imported.problems)
    if imported.changed:
        _confirm_changes(imported.changed, yes)
    elif not imported.files:
        click.echo("the file already has these texts; nothing to do", err=True)
        return exit_code(imported.problems)
    return _write_and_check(project, imported)


def _confirm_changes(changed: "ChangedFile", yes: bool) -> None:
    from pipeline.report.fix import fix_diff

    click.echo(fix_diff(changed.name, changed.before, changed.after), err=True)
    if not yes:
        confirm("write these changes?")


def _write_and_check(project: Project, imported: "WordImport") -> ExitCode:
    from pipeline.commands.check import check
    from pipeline.commands.import_word import write_import

    for name in write_import(project, imported):
        click.echo(escape_controls(name))
    slug = imported.destination.slug
    checked = check(project, (slug,))
    print_problems(project.root, checked.problems)
    click.echo(f"next: edit these files, then run: briefs build {slug}", err=True)
    return exit_code([*checked.problems, *imported.problems])
