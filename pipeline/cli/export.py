"""`briefs export`."""

from pathlib import Path

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, series_languages
from pipeline.cli.output import write_new_file
from pipeline.commands.selection import find_brief, require_known
from pipeline.model.dates import InformationDate


@click.command()
@click.argument("slug")
@click.option("--docx", "is_word", is_flag=True, help="Write a Word document.")
@click.option(
    "--lang",
    "language",
    metavar="CODE",
    help="Language of the text.  [default: the first of the series that the edition has]",
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
def export(
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
    project = current_project()
    editions = find_brief(project, slug, [edition] if edition else [])
    folder = editions[edition or max(editions)]
    in_order = (*series_languages(project), *folder.languages)
    chosen = language or next((code for code in in_order if code in folder.languages), "")
    require_known("language", (chosen,), folder.languages, f" of {slug}")
    data = export_word(project, folder, chosen)
    name = f"{slug}_{folder.information_date}_{chosen}.docx"
    write_new_file(output or Path(name), data, "remarks of a reviewer")
