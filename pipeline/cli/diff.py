"""`briefs diff`."""

import os
import sys
from functools import partial

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import processors, project_of, validate_choice
from pipeline.cli.build import build_and_print
from pipeline.cli.output import print_problems
from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.model.dates import InformationDate
from pipeline.problems import exit_code
from pipeline.project import Project
from pipeline.targets import BuildOptions, RedlineFile

_COLOURS = {"-": "red", "+": "green"}


@click.command()
@click.argument("slug", metavar="SLUG")
@click.argument("old", type=option.date_type, required=False, metavar="[OLD")
@click.argument("new", type=option.date_type, required=False, metavar="[NEW]]")
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="CODE",
    help="Compare in this language (repeatable).  [default: the first that both have]",
)
@click.option("--pdf", is_flag=True, help="Build a PDF, below build/diff/.")
@click.option("--html", is_flag=True, help="Build an HTML file, below build/diff/.")
@click.option("--full", is_flag=True, help="Never a digest: all words that changed.")
@option.report
@click.pass_context
def diff(
    ctx: click.Context,
    slug: str,
    old: InformationDate | None,
    new: InformationDate | None,
    languages: tuple[str, ...],
    pdf: bool,
    html: bool,
    full: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show what changed from one edition of a brief to another.

    OLD and NEW are information dates; NEW is the latest edition unless it is given, OLD the
    one before it. Without --pdf and --html the words are printed: [+what is new+], [−what
    is gone−]. Of an edition that was written anew only a digest is given: sections, figures
    and values.

    \b
    Examples:
      briefs diff policy-coherence
      briefs diff policy-coherence 2017 2024 --lang fr
      briefs diff policy-coherence --pdf --html
    """
    from pipeline.build import build_redlines
    from pipeline.commands.diff import diff_editions, shared_languages
    from pipeline.report.diff import diff_json, diff_text

    project = project_of(ctx)
    before, after = _choose_editions(project, slug, old, new)
    shared = shared_languages(before, after)
    where = f" in both editions, {before.information_date} and {after.information_date}"
    validate_choice("language", languages, shared, where)
    if not shared:
        raise click.UsageError(
            f"no language is{where}; add the missing file to one of them"
        )
    compared = diff_editions(project, before, after, languages)
    code = exit_code(compared.problems)
    formats = [
        f for f, chosen in zip(RedlineFile.FORMATS, (pdf, html), strict=True) if chosen
    ]
    if formats and compared.redlines:
        options = BuildOptions(jobs=processors())
        content, redlines = compared.content, compared.redlines
        run = partial(build_redlines, project, options, content, redlines, formats, full)
        ctx.exit(
            build_and_print(run, project, options, "redline", as_json=as_json, quiet=quiet)
        )
    if as_json:
        click.echo(diff_json(compared, full, code))
        ctx.exit(code)
    paint = _coloured if is_terminal() and not os.environ.get("NO_COLOR") else _plain
    for redline in compared.redlines:
        click.echo(diff_text(redline, full, paint))
    print_problems(project.root, compared.problems)
    ctx.exit(code)


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout.isatty()


def _plain(kind: str, text: str) -> str:
    return text


def _coloured(kind: str, text: str) -> str:
    return click.style(text, fg=_COLOURS[kind])


def _choose_editions(
    project: Project, slug: str, old: InformationDate | None, new: InformationDate | None
) -> tuple[EditionFolder, EditionFolder]:
    """Choose two editions of a brief; refuse what does not exist, and one edition."""
    folders, _ = find_editions(project)
    validate_choice("brief", (slug,), {folder.slug for folder in folders})
    editions = {f.information_date: f for f in folders if f.slug == slug}
    typed = [str(day) for day in (old, new) if day]
    validate_choice("edition", typed, {str(day) for day in editions}, f" of {slug}")
    after = new or max(editions)
    before = old or max((day for day in editions if day < after), default=after)
    if before == after:
        hint = f'"briefs new {slug} --dated DATE" begins another'
        if len(editions) > 1:
            hint = "name two of " + ", ".join(map(str, sorted(editions)))
        message = f"{slug} {before}: there is no other edition to compare it with; {hint}"
        raise click.UsageError(message)
    return editions[before], editions[after]
