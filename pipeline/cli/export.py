"""`briefs export`."""

from pathlib import Path

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import project_of, series_languages
from pipeline.cli.output import write_new_file
from pipeline.commands.selection import require_known
from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.model.dates import InformationDate
from pipeline.project import Project


@click.command()
@click.argument("slug")
@click.option("--docx", "is_word", is_flag=True, help="Write a Word document.")
@click.option(
    "--lang",
    "language",
    metavar="CODE",
    help="Language of the text.  [default: the first of the edition]",
)
@click.option(
    "--edition", type=option.date_type, help="Information date.  [default: the latest]"
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write.  [default: SLUG_DATE_LANGUAGE.docx in this folder]",
)
@option.project
@click.pass_context
def export(
    ctx: click.Context,
    slug: str,
    is_word: bool,
    language: str | None,
    edition: InformationDate | None,
    output: Path | None,
) -> None:
    """Write a brief as a Word document for a reviewer.

    "briefs import FILE.docx --review" lists the comments and tracked changes in it.

    \b
    Examples:
      briefs export fair-wages --docx
      briefs export fair-wages --docx --lang fr -o review.docx
    """
    from pipeline.commands.export import export_word

    if not is_word:
        raise click.UsageError("choose the format of the file: --docx")
    project = project_of(ctx)
    folder = _choose_edition(project, slug, edition)
    languages = folder.languages
    if language:
        require_known("language", (language,), languages, f" of {slug}")
    in_series_order = [code for code in series_languages(project) if code in languages]
    chosen = language or next(iter([*in_series_order, *languages]), "")
    require_known("language", (chosen,), languages, f" of {slug}")
    data = export_word(project, folder, chosen)
    name = f"{slug}_{folder.information_date}_{chosen}.docx"
    write_new_file(output or Path(name), data, "remarks of a reviewer")


def _choose_edition(
    project: Project, slug: str, edition: InformationDate | None
) -> EditionFolder:
    folders, _ = find_editions(project)
    require_known("brief", (slug,), {folder.slug for folder in folders})
    editions = {f.information_date: f for f in folders if f.slug == slug}
    dates = {str(day) for day in editions}
    require_known("edition", (str(edition),) if edition else (), dates, f" of {slug}")
    return editions[edition or max(editions)]
