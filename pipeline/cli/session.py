"""`briefs session`: the commands for a session, one after the other."""

from collections.abc import Mapping
from typing import Any

import click

from pipeline import problems as errors
from pipeline.cli.build import build
from pipeline.cli.options import (
    jobs_option,
    project_of,
    project_option,
    quiet_option,
    session_argument,
    strict_option,
    validate_session,
)
from pipeline.cli.pack import pack
from pipeline.cli.print_order import print_order


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
    from pipeline.commands.print_order import profile_for

    project = project_of(ctx)
    validate_session(project, number)
    made: dict[str, Any] = {"jobs": jobs, "strict": strict, "quiet": quiet}
    usual = profile_for(project, number)
    profiles = tuple(dict.fromkeys(("screen", usual, "press")))
    how = {"booklet": True} if usual == "booklet" else {"profile": usual}
    steps: list[tuple[click.Command, dict[str, Any]]] = [
        (build, {"session": number, "profiles": profiles, **made}),
        (pack, {"number": number, **how, **made}),
        (print_order, {"number": number, "quiet": quiet}),
    ]
    codes: dict[str, errors.ExitCode] = {}
    for command, parameters in steps:
        try:
            ctx.invoke(command, **parameters)
        except click.exceptions.Exit as left:
            codes[str(command.name)] = errors.ExitCode(left.exit_code)
    if (missing := _missing(codes)) and not quiet:
        click.echo(f"session {number} is not complete: {'; '.join(missing)}", err=True)
    ctx.exit(errors.worst_exit_code(codes.values()))


def _missing(codes: Mapping[str, errors.ExitCode]) -> list[str]:
    """Say what could not be made, or is not as it should be; nothing when all went well."""
    from shutil import which

    without_gs = codes["build"] is errors.ExitCode.ENVIRONMENT and not which("gs")
    press = "the press files are missing, for Ghostscript (gs) is not on PATH"
    said = {
        "build": press if without_gs else "there are errors in its briefs",
        "pack": "there are errors in its packs",
        "print-order": "there is no print order",
    }
    return [said[name] for name, code in codes.items() if code]
