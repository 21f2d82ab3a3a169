"""`briefs session`: build, pack and print order, one after the other."""

from dataclasses import replace
from functools import partial

import click

from pipeline.build import build_documents
from pipeline.cli import options as option
from pipeline.cli.arguments import cache_of, current_project, day_of
from pipeline.cli.output import build_and_print
from pipeline.cli.print_order import print_order_result
from pipeline.commands.session import build_packs, session_editions
from pipeline.problems import ExitCode, exit_code, is_blocking, worst_exit_code
from pipeline.targets import BuildOptions
from pipeline.toolchain import find_ghostscript


@click.command()
@option.session_slug
@option.embargoed
@option.jobs
@option.strict
@option.quiet
@option.project
def session(
    slug: str,
    embargoed: bool,
    jobs: int,
    strict: bool,
    quiet: bool,
) -> ExitCode:
    """Build everything for a session: its briefs, its packs and its print order.

    The briefs are built for the screen, the paper of the session and the press, the packs
    for the paper: `office` on whole sheets, `a5` on halves, `booklet` on sheets that are
    folded and stitched. Up-to-date files stay. On whole sheets the command does the same as

    \b
      briefs build --session 331 --profile screen --profile office --profile press
      briefs pack 331
      briefs print-order 331

    \b
    Examples:
      briefs session 331
    """
    from shutil import which

    from pipeline.commands.print_order import session_profile, write_print_order

    project, today = current_project(), day_of()
    editions = session_editions(project, slug, today, embargoed=embargoed)
    profile = session_profile(project, slug, today)
    options = BuildOptions(
        profiles=tuple(dict.fromkeys(("screen", profile, "press"))),
        strict=strict,
        jobs=jobs,
        cache=cache_of(project, None),
        ghostscript=find_ghostscript(("press",)),
        editions=editions,
        embargoed=embargoed,
    )
    run = partial(build_documents, project, options, today)
    briefs = build_and_print(run, project, options, "document", quiet=quiet)
    for_packs = replace(options, profiles=(profile,), editions={})
    run = partial(build_packs, project, for_packs, slug, today)
    packs = build_and_print(run, project, for_packs, "pack", quiet=quiet)
    result = write_print_order(project, slug, "", today, which("gs"), embargoed=embargoed)
    errors = tuple(filter(is_blocking, result.problems))
    print_order_result(project, replace(result, problems=errors), quiet)
    briefs_fault = "there are errors in its briefs"
    if briefs is ExitCode.ENVIRONMENT and not options.ghostscript:
        briefs_fault = "the press files need Ghostscript (gs), which is not on PATH"
    codes_by_fault = {
        briefs_fault: briefs,
        "there are errors in its packs": packs,
        "there is no print order": exit_code(errors),
    }
    if (faults := [fault for fault, code in codes_by_fault.items() if code]) and not quiet:
        click.echo(f"session {slug} is not complete: {'; '.join(faults)}", err=True)
    return worst_exit_code(codes_by_fault.values())
