"""`briefs init`."""

import sys
from pathlib import Path
from typing import Any

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import day_of, validate_choice
from pipeline.model.colour import TEXT, WHITE, contrast, parse_colour
from pipeline.model.dates import InformationDate
from pipeline.project import Project
from pipeline.report.escape import escape_controls

_COLOUR = "#0c6b66"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--name", help="Name of the organization.")
@click.option("--series", help="Name of the series.")
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="CODE",
    help="Language; can be repeated. The first is the default language.",
)
@click.option("--colour", metavar="COLOUR", help='Main colour, such as "#0c6b66" or navy.')
@click.option("--yes", is_flag=True, help="Ask nothing: use the defaults.")
@option.project
@click.pass_context
def init(ctx: click.Context, /, folder: Path, *, yes: bool, **given: Any) -> None:
    """Start a project in DIR, by default in the current folder.

    Asks for what the options leave open; without a terminal, or with --yes, it uses the
    defaults. Writes the series, its look, one brief to replace, settings for editors, a
    workflow of GitHub and .gitignore. Files that exist are kept.

    \b
    Examples:
      briefs init
      briefs init harbour --name "Harbour Forum" --lang en --lang fr --colour "#0a6b8f"
    """
    from pipeline.commands.init import SLUG, ProjectSettings, init_project

    root = (ctx.find_root().params["project"] / folder).resolve()
    project = Project(root)
    if project.content.is_dir() and any(project.content.iterdir()):
        message = (
            f"{folder} is a project: it has content/; start a brief by: briefs new SLUG"
        )
        raise click.UsageError(escape_controls(message))
    known = sorted(
        path.stem for path in (project.template_folders[1] / "strings").iterdir()
    )
    asks = not yes and sys.stdin.isatty()

    def answer(name: str, question: str, default: str, read: Any) -> Any:
        if given[name]:
            return read(given[name])
        if asks:
            return click.prompt(question, default, value_proc=read, err=True)
        return read(default)

    settings = ProjectSettings(
        answer("name", "Name of the organization", "Name of the organization", _read_name),
        answer("series", "Name of the series", "Name of the series", _read_name),
        answer(
            "languages",
            f"Languages, the default one first ({', '.join(known)})",
            "en",
            lambda codes: _read_languages(codes, known),
        ),
        answer("colour", "Main colour", _COLOUR, _read_colour),
    )
    for name in init_project(project, settings, InformationDate(day_of().year)):
        click.echo(name)
    where = "" if folder == Path() else f"cd {folder}; "
    message = f"next: {where}briefs build; see the pages by: briefs preview {SLUG}"
    click.echo(escape_controls(message), err=True)


def _read_name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise click.UsageError("a name is one line of text")
    return text.strip()


def _read_languages(codes: Any, known: list[str]) -> tuple[str, ...]:
    words = codes.replace(",", " ").split() if isinstance(codes, str) else codes
    validate_choice("language", words or ("",), known)
    return tuple(dict.fromkeys(words))


def _read_colour(text: str) -> str:
    """Refuse a colour that cannot be read on white."""
    colour = parse_colour(text)
    if colour is None:
        raise click.UsageError(f'"{text}" is no colour; write "#0c6b66" or navy')
    if (ratio := contrast(colour, WHITE)) < TEXT:
        shown = int(ratio * 10) / 10
        message = f"{text} on white has a contrast of {shown}:1; the minimum is {TEXT}:1"
        raise click.UsageError(f"{message}; choose a darker colour")
    return text
