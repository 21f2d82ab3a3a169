"""`briefs session`: build, pack and print order, one after the other."""

from dataclasses import replace
from shutil import which

import click

from pipeline import problems as errors
from pipeline.cli.build import build_and_report
from pipeline.cli.options import (
    cache_of,
    jobs_option,
    processors,
    project_of,
    project_option,
    quiet_option,
    session_argument,
    session_editions,
    strict_option,
    today,
)
from pipeline.cli.pack import pack_and_report
from pipeline.cli.print_order import order_and_report


@click.command()
@session_argument
@jobs_option
@strict_option
@quiet_option
@project_option
@click.pass_context
def session(
    ctx: click.Context, number: int, jobs: int | None, strict: bool, quiet: bool
) -> None:
    """Make everything for a session: its briefs, its packs and its print order.

    The briefs are set for the screen, for the paper of the session and for the print shop,
    the packs for its paper: on A4 as `office`, on A5 as `a5`, folded and stitched sheets of
    A4 as `booklet`. What is up to date is left alone. On A4 it is the same as

    \b
      briefs build --session 331 --profile screen --profile office --profile press
      briefs pack 331
      briefs print-order 331

    \b
    Examples:
      briefs session 331
    """
    from pipeline.commands.print_order import session_profile
    from pipeline.targets import BuildOptions

    project = project_of(ctx)
    editions = session_editions(project, number)
    profile = session_profile(project, number)
    options = BuildOptions(
        profiles=tuple(dict.fromkeys(("screen", profile, "press"))),
        strict=strict,
        jobs=jobs or processors(),
        cache=cache_of(project, None),
        ghostscript=which("gs"),
        editions=editions,
    )
    press = "the press files are missing, because Ghostscript (gs) is not on PATH"
    briefs = build_and_report(project, options, today(), False, quiet)
    packs = pack_and_report(
        project, number, replace(options, profiles=(profile,), editions={}), False, quiet
    )
    order = order_and_report(project, number, "", "text", quiet)
    is_press = briefs is errors.ExitCode.ENVIRONMENT and not options.ghostscript
    codes = {
        press if is_press else "there are errors in its briefs": briefs,
        "there are errors in its packs": packs,
        "there is no print order": order,
    }
    if (missing := [what for what, code in codes.items() if code]) and not quiet:
        click.echo(f"session {number} is not complete: {'; '.join(missing)}", err=True)
    ctx.exit(errors.worst_exit_code(codes.values()))
