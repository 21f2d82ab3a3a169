"""`briefs pack`."""

import time
from typing import TYPE_CHECKING

import click

from pipeline import problems as errors
from pipeline.cli.options import (
    jobs_option,
    json_option,
    processors,
    project_of,
    project_option,
    quiet_option,
    session_argument,
    strict_option,
    validate_choice,
    validate_session,
)
from pipeline.cli.output import print_problems, progress

if TYPE_CHECKING:
    from pipeline.project import Project


@click.command()
@session_argument
@click.option("--lang", "languages", multiple=True, metavar="CODE", help="Only this one.")
@click.option("--profile", metavar="NAME", help="How it is set.  [default: office]")
@click.option("--booklet", is_flag=True, help="Sheets of A4, to be folded and stitched.")
@jobs_option
@strict_option
@json_option
@quiet_option
@project_option
@click.pass_context
def pack(
    ctx: click.Context,
    number: int,
    languages: tuple[str, ...],
    profile: str | None,
    booklet: bool,
    jobs: int | None,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make the packs of a session: all that it hands out, one PDF for each language.

    Each has a cover, contents, and the briefs, with page numbers of its own. A pack with
    an error is left out and the last good one stays; the others are made.

    \b
    Examples:
      briefs pack 331
      briefs pack 331 --lang ar --lang zh
      briefs pack 331 --booklet           pages of A5 on sheets of A4
    """
    from pipeline.commands.packs import make_packs
    from pipeline.targets import PackOptions

    started = time.monotonic()
    project = project_of(ctx)
    if booklet and profile:
        raise click.UsageError("--booklet sets the pages itself: not with --profile")
    _refuse_mistakes(project, number, languages, profile)
    profile = "booklet" if booklet else profile or "office"
    order = PackOptions(number, languages, profile, strict, jobs or processors())
    with progress(as_json or quiet, False) as show:
        outcome = make_packs(project, order, show)
    code = errors.exit_code(outcome.problems, strict=strict)
    if as_json:
        from pipeline.report.documents import packs_json

        click.echo(packs_json(outcome.problems, outcome.packs, code))
    else:
        print_problems(project.root, outcome.problems, strict)
        if not quiet:
            from pipeline.report.documents import closing_line

            seconds = time.monotonic() - started
            line = closing_line(outcome.packs, outcome.problems, seconds, "pack")
            click.echo(line, err=True)
    ctx.exit(code)


def _refuse_mistakes(
    project: "Project", number: int, languages: tuple[str, ...], profile: str | None
) -> None:
    """Refuse what is not there: a session, a language, a profile; and one for a press."""
    from pipeline.commands.packs import languages_handed_out
    from pipeline.targets import FOR_PRINTING

    validate_session(project, number)
    if languages and (there := languages_handed_out(project, number)):
        validate_choice("--lang", languages, there)
    if profile == "booklet":
        raise click.UsageError("the option for a booklet is --booklet")
    if profile == "press":
        raise click.UsageError(
            "packs are not made for a press: a print shop takes the briefs themselves; "
            f"briefs build --session {number} --profile press"
        )
    if profile:
        known = {name for name in project.profiles() if name not in FOR_PRINTING}
        validate_choice("--profile", (profile,), known)
