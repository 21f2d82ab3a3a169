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
from pipeline.cli.output import print_result, progress

if TYPE_CHECKING:
    from pipeline.project import Project
    from pipeline.targets import BuildOptions


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
    from pipeline.model.profiles import PACK_PROFILE
    from pipeline.targets import BuildOptions

    project = project_of(ctx)
    if booklet and profile:
        raise click.UsageError("--booklet sets the pages itself: not with --profile")
    _validate(project, number, languages, profile)
    profile = "booklet" if booklet else profile or PACK_PROFILE
    options = BuildOptions(
        languages=languages, profiles=(profile,), strict=strict, jobs=jobs or processors()
    )
    ctx.exit(pack_and_report(project, number, options, as_json, quiet))


def pack_and_report(
    project: "Project", number: int, options: "BuildOptions", as_json: bool, quiet: bool
) -> errors.ExitCode:
    """Build the packs of a session, print what became of them, and give the exit code."""
    from pipeline.build import build_packs

    started = time.monotonic()
    with progress(as_json or quiet, False) as show:
        result = build_packs(project, options, number, show)
    code = errors.exit_code(result.problems, strict=options.strict)
    if as_json:
        from pipeline.report.documents import packs_json

        click.echo(packs_json(result.problems, result.targets, code))
    else:
        seconds = None if quiet else time.monotonic() - started
        print_result(project.root, result, options.strict, seconds, "pack")
    return code


def _validate(
    project: "Project", number: int, languages: tuple[str, ...], profile: str | None
) -> None:
    """Refuse a session, language or profile that does not exist, or is not for packs."""
    from pipeline.commands.session import session_languages
    from pipeline.model.profiles import profile_of

    validate_session(project, number)
    if languages and (known := session_languages(project, number)):
        validate_choice("--lang", languages, known)
    if profile == "booklet":
        raise click.UsageError("the option for a booklet is --booklet")
    if profile == "press":
        raise click.UsageError(
            "packs are not made for a press: a print shop takes the briefs themselves; "
            f"briefs build --session {number} --profile press"
        )
    if profile:
        names = project.profiles()
        packs = {name for name in names if not profile_of(name).is_for_print_only}
        validate_choice("--profile", (profile,), packs)
