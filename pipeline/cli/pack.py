"""`briefs pack`."""

from functools import partial
from typing import Any

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, day_of
from pipeline.cli.output import build_and_print
from pipeline.commands.selection import require_known
from pipeline.commands.session import build_packs, require_session, session_languages
from pipeline.model.profiles import PACK_PROFILE, profile_of
from pipeline.problems import ExitCode
from pipeline.targets import BuildOptions


@click.command()
@option.session_slug
@option.languages
@click.option(
    "--profile",
    metavar="NAME",
    help="Output profile: screen, office, a5, large, booklet.  [default: office]",
)
@click.option(
    "--booklet",
    is_flag=True,
    help="Like --profile booklet: two pages on each side of a sheet, to be folded.",
)
@option.embargoed
@option.jobs
@option.strict
@option.report
def pack(
    slug: str,
    profile: str | None,
    booklet: bool,
    as_json: bool,
    quiet: bool,
    **fields: Any,  # the other options, named like the fields of BuildOptions
) -> ExitCode:
    """Build the packs of a session: one PDF per language with all its briefs.

    A pack has a cover, contents, the briefs, and page numbers of its own. A pack with an
    error is blocked and the last good one stays; the others are built.

    \b
    Examples:
      briefs pack 331
      briefs pack 331 --lang ar --lang zh
      briefs pack 331 --booklet           two pages on each side of a sheet
    """
    project = current_project()
    if booklet and profile:
        raise click.UsageError("--booklet excludes --profile")
    profile = "booklet" if booklet else profile or PACK_PROFILE
    require_session(project, slug)
    options = BuildOptions(**fields, profiles=(profile,))
    if options.languages and (available := session_languages(project, slug, day_of())):
        require_known("language", options.languages, available)
    names = {name for name in project.profiles() if not profile_of(name).is_for_print_only}
    require_known("profile", (profile,), {*names, "booklet"}, " for packs")
    run = partial(build_packs, project, options, slug, day_of())
    return build_and_print(run, project, options, "pack", as_json=as_json, quiet=quiet)
