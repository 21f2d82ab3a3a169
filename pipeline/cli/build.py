"""`briefs build`."""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import click

from pipeline.build import BuildResult, build_documents
from pipeline.cli import options as option
from pipeline.cli.arguments import (
    cache_of,
    current_project,
    day_of,
    require_tls,
)
from pipeline.cli.output import build_and_print, print_result, print_target
from pipeline.commands.selection import require_profiles, require_selection
from pipeline.commands.watch import work_after_each_change
from pipeline.model.dates import InformationDate
from pipeline.model.profiles import PROFILES
from pipeline.problems import ExitCode, PipelineError
from pipeline.project import Project
from pipeline.state.snapshot import Snapshot
from pipeline.targets import BuildOptions
from pipeline.toolchain import Toolchain, find_ghostscript
from pipeline.workers.executor import Executor


@click.command()
@option.slugs
@option.languages
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="NAME",
    default=("screen",),
    help=f"Output profile: {', '.join(PROFILES)} (repeatable).  [default: screen]",
)
@option.edition
@option.session
@option.embargoed
@click.option(
    "--all-editions",
    is_flag=True,
    help="Build all editions except future, embargoed and withdrawn ones.",
)
@click.option(
    "--superseded",
    is_flag=True,
    help="With --edition: build copies that are marked as replaced, in build/superseded/.",
)
@option.as_of
@click.option(
    "--dry-run",
    is_flag=True,
    help="Report what would be built; exit 6 if anything is stale.",
)
@click.option("--explain", is_flag=True, help="Print why each document is built.")
@click.option("--watch", is_flag=True, help="Rebuild when files change.")
@option.jobs
@click.option(
    "--cache",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Directory of the shared PDF cache.  [default: build/.cache]",
)
@option.cluster
@option.insecure
@option.shard
@option.strict
@option.report
def build(
    session: str | None,
    as_of: InformationDate | None,
    explain: bool,
    watch: bool,
    cache: str | None,
    insecure: bool,
    as_json: bool,
    quiet: bool,
    **fields: Any,  # the other options, named like the fields of BuildOptions
) -> ExitCode:
    """Build stale PDFs into build/.

    Without options, build the current edition of each brief in every language, and newer
    drafts. Drafts go to build/drafts/; editions under embargo go to build/embargoed/, and
    need --edition, or --session with --embargoed. The pages of both are stamped. For a
    published edition, the frozen file is copied. A brief with an error is blocked, and its
    last good PDF stays; the others are built.

    \b
    Examples:
      briefs build
      briefs build fair-wages --lang fr --lang es
      briefs build --as-of 2018-06       the editions current in June 2018
      briefs build --dry-run --explain   what would be built, and why
      briefs build fair-wages --watch    rebuild at each save
      briefs build --session 331 --profile office --profile press
      briefs build --shard 2/5           the second of five jobs of a CI matrix
      briefs build --cluster tls://scheduler.example:8786
    """
    options = BuildOptions(**fields)
    if watch and (options.dry_run or as_json or options.cluster):
        raise click.UsageError("--watch excludes --dry-run, --json and --cluster")
    _require_compatible_options(options, session, as_of)
    require_tls("--cluster", options.cluster, insecure)
    project = current_project()
    require_profiles(project, options.profiles)
    options = replace(
        options,
        cache=cache_of(project, cache),
        ghostscript=find_ghostscript(options.profiles),
    )
    if session is not None:
        from pipeline.commands.session import session_editions

        embargoed = options.embargoed
        editions = session_editions(project, session, day_of(), embargoed=embargoed)
        options = replace(options, editions=editions)
    require_selection(project, options, session)
    if watch:
        _rebuild_on_change(project, options, as_of, quiet, explain)
        return ExitCode.OK
    has_snapshot = not (as_json or explain) and _allows_snapshot(options, cache)
    snapshot = click.get_current_context().find_object(Snapshot) if has_snapshot else None
    return build_and_print(
        partial(build_documents, project, options, day_of(as_of)),
        project,
        options,
        "document",
        as_json=as_json,
        quiet=quiet,
        explain=explain,
        snapshot=snapshot,
    )


def _allows_snapshot(options: BuildOptions, cache: str | None) -> bool:
    """Whether a snapshot (state/snapshot.py) may answer: all depends on local files."""
    is_local = not (cache or options.cluster)
    return is_local and not options.dry_run and "press" not in options.profiles


def _require_compatible_options(
    options: BuildOptions, session: str | None, as_of: InformationDate | None
) -> None:
    """Refuse options that contradict --session, or that lack the option they need."""
    if session and (options.edition or options.all_editions or as_of):
        raise click.UsageError("--session excludes --edition, --all-editions and --as-of")
    if options.superseded and not options.edition:
        raise click.UsageError("--superseded needs --edition")
    if options.embargoed and not session:
        raise click.UsageError("--embargoed needs --session")


def _rebuild_on_change(
    project: Project,
    options: BuildOptions,
    as_of: InformationDate | None,
    quiet: bool,
    explain: bool,
) -> None:
    def build_and_show(executor: Executor, toolchains: Mapping[str, Toolchain]) -> None:
        started = time.monotonic()
        try:
            result = build_documents(
                *(project, options, day_of(as_of)),
                executor=executor,
                toolchains=toolchains,
            )
        except PipelineError as error:
            result = BuildResult((), error.problems)
        for target in () if quiet else result.targets:
            print_target(target, explain)
        seconds = None if quiet else time.monotonic() - started
        print_result(project.root, result, options.strict, seconds, "document")
        if not quiet:
            click.echo("waiting for changes; press Ctrl-C to stop", err=True)

    work_after_each_change(project, options, build_and_show)
