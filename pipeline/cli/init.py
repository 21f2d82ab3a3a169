"""`briefs init`."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import day_of, unopened_project, validate_language_code
from pipeline.model.colour import TEXT_MIN, WHITE, contrast, parse_colour
from pipeline.model.dates import InformationDate
from pipeline.project import BUNDLED, Project
from pipeline.report.escape import escape_controls

_COLOUR = "#0c6b66"
# Width and height in millimetres.
_PAPER = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?[x×] ?([0-9]+(?:\.[0-9]+)?)", re.ASCII)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--name", "organization", help="Name of the organization.")
@click.option("--series", help="Name of the series.")
@click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="CODE",
    help="Language; can be repeated. The first is the default language.",
)
@click.option("--paper", metavar="SIZE", help="A4, Letter, or millimetres such as 200x280.")
@click.option("--colour", metavar="COLOUR", help='Main colour, such as "#0c6b66" or navy.')
@click.option(
    "--meeting",
    multiple=True,
    metavar="NAME",
    help="Name of a meeting, for an example of a session; repeat it for each language.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: use the defaults.")
@option.project
def init(folder: Path, *, yes: bool, **typed: Any) -> None:
    """Start a project in DIR, by default in the current folder.

    Asks for values that are not given as options; without a terminal, or with --yes, it
    uses the defaults. Writes the series, its brand, an example of a brief, settings for
    editors, a GitHub workflow and .gitignore; with the name of a meeting also an example of
    a session. For a language without interface strings in the program, it writes the
    English example, and a file of strings to be translated. Existing files are kept.

    \b
    Examples:
      briefs init
      briefs init harbour --name "Harbour Forum" --lang en --lang fr --colour "#0a6b8f"
      briefs init council --paper Letter --meeting "Council Meeting"
    """
    from pipeline.commands.init import SLUG, ProjectSettings, init_project
    from pipeline.content.suggestions import RARE_LANGUAGES
    from pipeline.html.text.cldr import language_name

    project = Project((unopened_project().root / folder).resolve())
    if project.content.is_dir() and any(project.content.iterdir()):
        message = (
            f"{folder} is a project: it has content/; start a brief by: briefs new SLUG"
        )
        raise click.UsageError(escape_controls(message))
    bundled = sorted(path.stem for path in (BUNDLED / "templates" / "strings").iterdir())
    asks = not yes and sys.stdin.isatty()
    answers = _read_answers(typed, bundled, asks=asks)
    meeting = _read_meeting(typed["meeting"], answers["languages"], asks=asks)
    settings = ProjectSettings(**answers, meeting=meeting)
    for file in init_project(project, settings, InformationDate(day_of().year)):
        click.echo(file)
    where = "" if folder == Path() else f"cd {folder}; "
    message = f"next: {where}briefs build; see the pages by: briefs preview {SLUG}"
    click.echo(escape_controls(message), err=True)
    for code in (code for code in settings.languages if code not in bundled):
        name = language_name(code, "en")
        message = f"then translate templates/strings/{code}.yaml: until then the words of "
        click.echo(f'{message}pages in "{code}" ({name}) are English', err=True)
        if meant := RARE_LANGUAGES.get(code):
            message = f'warning: "{code}" is {name}; did you mean "{meant}", '
            click.echo(f"{message}{language_name(meant, 'en')}?", err=True)


def _read_answers(
    typed: Mapping[str, Any], bundled: Sequence[str], *, asks: bool
) -> dict[str, Any]:
    """Read each answer from an option, from the terminal, or from the defaults."""
    languages = f"Languages, the default one first ({', '.join(bundled)}, or another one)"
    paper = "Paper (A4, Letter, or millimetres: 200x280)"
    organization, series = "Name of the organization", "Name of the series"
    questions: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
        "organization": (organization, organization, _read_name),
        "series": (series, series, _read_name),
        "languages": (languages, "en", _read_languages),
        "paper": (paper, "A4", _read_paper),
        "colour": ("Main colour", _COLOUR, _read_colour),
    }

    answers = {}
    for name, (question, default, read) in questions.items():
        if asks and not typed[name]:
            answers[name] = click.prompt(question, default, value_proc=read, err=True)
        else:
            answers[name] = read(typed[name] or default)
    return answers


def _read_meeting(
    names: Sequence[str], languages: Sequence[str], *, asks: bool
) -> list[str]:
    """Return the names of a meeting in the first languages, or none."""
    meeting = [_read_name(text) for text in names]
    if len(meeting) > len(languages):
        message = f"{len(meeting)} names of a meeting for {len(languages)} languages"
        raise click.UsageError(f"{message}; give --meeting once for each, in their order")
    for code in languages if asks and not meeting else ():
        question = f'Name of a meeting in "{code}", or Enter for none'
        text = click.prompt(question, "", show_default=False, err=True)
        if not text.strip():
            break
        meeting.append(_read_name(text))
    return meeting


def _read_name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise click.UsageError("a name is one line of text")
    return text.strip()


def _read_languages(codes: Any) -> tuple[str, ...]:
    words = codes.replace(",", " ").split() if isinstance(codes, str) else codes
    for code in words or ("",):
        validate_language_code(code)
    return tuple(dict.fromkeys(words))


def _read_paper(text: str) -> str:
    """Return the value of `paper` in series.yaml. A size is typed as width x height."""
    from pipeline.model.paper import HEIGHT_LIMITS, WHOLE_SHEETS, WIDTH_LIMITS

    if text in WHOLE_SHEETS:
        return text
    if not (size := _PAPER.fullmatch(text)):
        names = " or ".join(WHOLE_SHEETS)
        raise click.UsageError(f'"{text}" is not a paper size; write {names}, or 200x280')
    edges = zip(
        ("width", "height"), size.groups(), (WIDTH_LIMITS, HEIGHT_LIMITS), strict=True
    )
    for edge, length, (minimum, maximum) in edges:
        if not minimum <= float(length) <= maximum:
            message = f"the {edge} of a sheet is {minimum} to {maximum} mm, not {length}"
            raise click.UsageError(message)
    return f"{{width: {size[1]}, height: {size[2]}}}"


def _read_colour(text: str) -> str:
    """Refuse a colour that cannot be read on white."""
    colour = parse_colour(text)
    if colour is None:
        raise click.UsageError(f'"{text}" is not a colour; write "#0c6b66" or navy')
    if (ratio := contrast(colour, WHITE)) < TEXT_MIN:
        message = (
            f"{text} on white has a contrast of {int(ratio * 10) / 10}:1; the minimum "
        )
        raise click.UsageError(f"{message}is {TEXT_MIN}:1; choose a darker colour")
    return text
