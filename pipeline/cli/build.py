"""`briefs build`."""

import time
from typing import TYPE_CHECKING

import click

from pipeline import problems as errors
from pipeline.cli.options import (
    ClusterType,
    ShardType,
    as_of_option,
    cache_of,
    day_of,
    edition_option,
    insecure_option,
    jobs_option,
    json_option,
    processors,
    project_of,
    project_option,
    quiet_option,
    require_tls,
    session_editions,
    session_option,
    slugs_argument,
    strict_option,
    validate_choice,
    validate_selection,
)
from pipeline.cli.output import print_json, print_result, print_target, progress

if TYPE_CHECKING:
    from datetime import date

    from pipeline.model.dates import InformationDate
    from pipeline.project import Project
    from pipeline.targets import BuildOptions


@click.command()
@slugs_argument
@click.option("--lang", "languages", multiple=True, metavar="CODE", help="Only this one.")
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="How it is set.")
@edition_option
@session_option
@click.option("--all-editions", is_flag=True, help="Not only the current ones.")
@as_of_option
@click.option("--dry-run", is_flag=True, help="Make nothing; exit 6 when one is stale.")
@click.option("--explain", is_flag=True, help="Say why each document is made.")
@click.option("--watch", is_flag=True, help="Go on, and build again after each change.")
@jobs_option
@click.option(
    "--cache",
    "cache_folder",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Where finished PDFs are kept for another time.  [default: build/.cache]",
)
@click.option(
    "--cluster",
    type=ClusterType(),
    metavar="ADDRESS",
    help="Paint on other machines: tls://HOST:PORT of a scheduler, or local:N.",
)
@insecure_option
@click.option(
    "--shard",
    type=ShardType(),
    metavar="K/N",
    help="Build only the K-th of N parts; see docs/scaling-up.md.",
)
@strict_option
@json_option
@quiet_option
@project_option
@click.pass_context
def build(
    ctx: click.Context,
    slugs: tuple[str, ...],
    languages: tuple[str, ...],
    profiles: tuple[str, ...],
    edition: "InformationDate | None",
    session: int | None,
    all_editions: bool,
    as_of: "InformationDate | None",
    dry_run: bool,
    explain: bool,
    watch: bool,
    jobs: int | None,
    cache_folder: str | None,
    cluster: str | None,
    insecure: bool,
    shard: tuple[int, int] | None,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make the PDFs that are stale, into build/.

    By default the current edition of each brief, in every language. A brief with an error
    is left out and its last good PDF stays; the others are made.

    \b
    Examples:
      briefs build
      briefs build wpsdg --lang fr --lang es
      briefs build --as-of 2018-06       what was current in June 2018
      briefs build --dry-run --explain   what would be made, and why
      briefs build wpsdg --watch         while you write
      briefs build --session 331 --profile office --profile press
      briefs build --shard 2/5           the second of five jobs of a CI matrix
      briefs build --cluster tls://scheduler.example:8786
    """
    from pipeline.model.profiles import PROFILES
    from pipeline.targets import BuildOptions

    if watch and (dry_run or as_json):
        raise click.UsageError("--watch goes on and on: not with --dry-run or --json")
    if watch and cluster:
        raise click.UsageError("--watch is for one author: not with --cluster")
    require_tls("--cluster", cluster, insecure)
    if session and (edition or all_editions or as_of):
        raise click.UsageError(
            "--session names the editions: not with --edition, --all-editions or --as-of"
        )
    project = project_of(ctx)
    profiles = profiles or ("screen",)
    validate_choice("--profile", profiles, {*project.profiles(), *PROFILES})
    options = BuildOptions(
        slugs,
        languages,
        profiles,
        edition,
        all_editions,
        strict,
        dry_run=dry_run,
        jobs=jobs or processors(),
        cache=cache_of(project, cache_folder),
        ghostscript=_ghostscript(profiles),
        editions=session_editions(project, session) if session else {},
        cluster=cluster,
        shard=shard or (1, 1),
    )
    validate_selection(project, options, session)
    if watch:
        _watch(project, options, as_of, quiet, explain)
        return
    day = day_of(as_of)
    ctx.exit(build_and_report(project, options, day, as_json, quiet, explain))


def build_and_report(
    project: "Project",
    options: "BuildOptions",
    day: "date",
    as_json: bool,
    quiet: bool,
    explain: bool = False,
) -> errors.ExitCode:
    """Build documents, print what became of them, and give the exit code."""
    from pipeline.build import build as build_documents
    from pipeline.targets import State

    started = time.monotonic()
    with progress(as_json or quiet, explain) as show:
        result = build_documents(project, options, day, show)
    code = errors.exit_code(result.problems, strict=options.strict)
    if any(target.state is State.STALE for target in result.targets):
        code = errors.worst_exit_code((code, errors.ExitCode.STALE))
    if as_json:
        print_json(result.problems, result.targets, code)
    else:
        seconds = None if quiet else time.monotonic() - started
        print_result(project.root, result, options.strict, seconds, "document")
    return code


def _ghostscript(profiles: tuple[str, ...]) -> str | None:
    """Where the program is that press files need; it is not looked for otherwise."""
    if "press" not in profiles:
        return None
    from shutil import which

    return which("gs")


def _watch(
    project: "Project",
    options: "BuildOptions",
    as_of: "InformationDate | None",
    quiet: bool,
    explain: bool,
) -> None:
    """Build again after each change, until Ctrl-C."""
    from pipeline.build import BuildResult
    from pipeline.commands.watch import watch as watch_project

    def show(result: BuildResult, seconds: float) -> None:
        if not quiet:
            for target in result.targets:
                print_target(target, explain)
        print_result(
            project.root, result, options.strict, None if quiet else seconds, "document"
        )
        if not quiet:
            click.echo("waiting for changes; press Ctrl-C to stop", err=True)

    watch_project(project, options, lambda: day_of(as_of), time.monotonic, show)
