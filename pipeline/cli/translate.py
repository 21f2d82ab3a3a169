"""`briefs translate`."""

from pathlib import Path

import click
from click.core import ParameterSource

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, validate_language
from pipeline.cli.output import print_problems, write_new_file
from pipeline.commands.selection import require_selection
from pipeline.model.dates import InformationDate
from pipeline.problems import ExitCode, exit_code, is_blocking
from pipeline.project import Project
from pipeline.report.escape import escape_controls
from pipeline.report.problems import count
from pipeline.targets import BuildOptions


@click.command()
@click.argument("slug", required=False, metavar="[SLUG]")
@click.option("--to", "language", metavar="CODE", help="Language of the translation.")
@click.option(
    "--edition",
    type=option.date_type,
    help="Translate the edition of this information date.  [default: the latest]",
)
@click.option(
    "--format",
    type=click.Choice(["xliff", "xliff2", "po"]),
    default="xliff",
    show_default=True,
    help="Format of the file: XLIFF 1.2, XLIFF 2 or PO.",
)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write.  [default: SLUG_DATE_CODE.xlf or .po]",
)
@click.option(
    "--from",
    "returned",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Import the translations from a file that a translator returned.",
)
@click.option(
    "--despite-warnings", is_flag=True, help="With --from: import them despite warnings."
)
@click.option("--accept", is_flag=True, help="Record that the translation is up to date.")
@option.project
@click.pass_context
def translate(
    ctx: click.Context,
    slug: str | None,
    language: str | None,
    edition: InformationDate | None,
    format: str,
    output: Path | None,
    returned: Path | None,
    despite_warnings: bool,
    accept: bool,
) -> ExitCode:
    """Write the texts of a brief for a translator, or import the translations.

    The file has all texts of an edition, by default the latest, and their translations so
    far. A returned file is checked, and its translations are written into the language
    file, where only their lines change. A text whose original changes later is outdated.

    \b
    Examples:
      briefs translate fair-wages --to fr            writes fair-wages_2017_fr.xlf
      briefs translate fair-wages --to fr --format po -o fr.po
      briefs translate --from fair-wages_2017_fr.xlf
      briefs translate fair-wages --to fr --accept   the translation is up to date
    """
    from pipeline.commands.translate import accept_translation, export_texts

    if bool(returned) == bool(slug and language):
        raise click.UsageError("use SLUG --to CODE, or --from FILE")
    has_format = ctx.get_parameter_source("format") is not ParameterSource.DEFAULT
    if returned and (slug or language or edition or output or accept or has_format):
        message = "--from takes only --despite-warnings: the file names its brief"
        raise click.UsageError(message)
    if accept and (output or has_format):
        raise click.UsageError("--accept writes no file: omit --output and --format")
    if despite_warnings and not returned:
        raise click.UsageError("--despite-warnings is an option of --from")
    project = current_project()
    if returned:
        return _import(project, returned, despite_warnings)
    slug, language = str(slug), str(language)
    require_selection(project, BuildOptions((slug,), edition=edition))
    validate_language(project, language)
    if accept:
        accepted = accept_translation(project, slug, edition, language)
        text = f"{accepted.name}: {count(accepted.count, 'text')} recorded as correct"
        if copied := accepted.copied:
            text += f"; {copied} of them {'is' if copied == 1 else 'are'} "
            text += f"still as in {accepted.original}"
        click.echo(escape_controls(text), err=True)
        return ExitCode.OK
    exported = export_texts(project, slug, edition, language, format)
    write_new_file(output or Path(exported.name), exported.data, "translations")
    counts = (f"{number} {state}" for state, number in exported.counts.items() if number)
    click.echo(f"{sum(exported.counts.values())} texts: {', '.join(counts)}", err=True)
    return ExitCode.OK


def _import(project: Project, returned: Path, despite_warnings: bool) -> ExitCode:
    """Import the translations from a file, or print its problems."""
    from pipeline.commands.translate import import_texts

    result = import_texts(project, returned, despite_warnings=despite_warnings)
    strict = not despite_warnings
    print_problems(project.root, result.problems, strict)
    if code := exit_code(result.problems, strict=strict):
        text = f"{result.name}: nothing was written"
        if not any(map(is_blocking, result.problems)):
            text += "; if the texts are right as they are, add --despite-warnings"
        click.echo(escape_controls(text), err=True)
        return code
    text = f"{result.name}: {count(result.changed, 'text')} changed"
    if result.untranslated:
        text += f"; {result.untranslated} not translated yet"
    click.echo(escape_controls(text), err=True)
    click.echo(f"next: briefs check {result.name.split('/')[1]}", err=True)
    return code
