"""`briefs diff`."""

import os
import sys
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING

import click

from pipeline.build import build_targets
from pipeline.cli import options as option
from pipeline.cli.arguments import count_processors, current_project
from pipeline.cli.output import build_and_print, print_problems
from pipeline.model.dates import InformationDate
from pipeline.problems import ExitCode, exit_code
from pipeline.project import Project
from pipeline.targets import BuildOptions, RedlineFile

if TYPE_CHECKING:
    from pipeline.commands.diff import ComparedEditions

_COLOURS = {"-": "red", "+": "green"}


@click.command()
@click.argument("slug", metavar="SLUG")
@click.argument("old", type=option.old_edition_type, required=False, metavar="[OLD")
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
@click.option("--full", is_flag=True, help="Show all changed words, never an overview.")
@option.report
def diff(
    slug: str,
    old: InformationDate | str | None,
    new: InformationDate | None,
    languages: tuple[str, ...],
    pdf: bool,
    html: bool,
    full: bool,
    as_json: bool,
    quiet: bool,
) -> ExitCode:
    """Show what changed from one edition of a brief to another.

    OLD and NEW are information dates. By default NEW is the latest edition, and OLD the
    edition before it. If OLD is the word "published", the present text of NEW, by default
    the latest published edition, is compared with its published text. If these are the
    same, it is compared with the text before the last correction.

    Without --pdf and --html the words are printed: [+inserted+], [−deleted−]. If nearly all
    words of an edition are new, only an overview is printed: sections, figures and values.

    \b
    Examples:
      briefs diff policy-coherence
      briefs diff policy-coherence 2017 2024 --lang fr
      briefs diff policy-coherence --pdf --html
      briefs diff labour-provisions published
    """
    from pipeline.commands.diff import diff_editions, diff_published

    project = current_project()
    if isinstance(old, str):
        compared = diff_published(project, slug, new, languages)
    else:
        compared = diff_editions(project, slug, old, new, languages)
    formats = [*compress(RedlineFile.FORMATS, (pdf, html))]
    if formats and compared.redlines:
        from pipeline.tasks.redlines import plan_redlines

        options = BuildOptions(jobs=count_processors())
        make_plan = partial(
            plan_redlines,
            content=compared.content,
            redlines=compared.redlines,
            formats=formats,
            full=full,
        )
        run = partial(build_targets, project, options, make_plan)
        kind = "redline"
        return build_and_print(run, project, options, kind, as_json=as_json, quiet=quiet)
    code = exit_code(compared.problems)
    _print_compared(project, compared, full, code, as_json=as_json)
    return code


def _print_compared(
    project: Project,
    compared: "ComparedEditions",
    full: bool,
    code: ExitCode,
    *,
    as_json: bool,
) -> None:
    """Print redlines as JSON; or as text, with their problems on stderr."""
    from pipeline.report.diff import diff_json, diff_text

    if as_json:
        click.echo(diff_json(compared, full, code))
        return
    has_colour = is_terminal() and not os.environ.get("NO_COLOR")
    style = _styled if has_colour else lambda _, text: text
    for redline in compared.redlines:
        click.echo(diff_text(redline, full, style))
    print_problems(project.root, compared.problems)


def is_terminal() -> bool:
    """Whether a person reads stdout."""
    return sys.stdout.isatty()


def _styled(kind: str, text: str) -> str:
    return click.style(text, fg=_COLOURS[kind])
