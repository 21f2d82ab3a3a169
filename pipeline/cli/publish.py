"""`briefs publish`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import cache_of, current_project, day_of
from pipeline.cli.output import print_problems
from pipeline.commands.selection import require_profiles, require_selection
from pipeline.model.dates import InformationDate
from pipeline.problems import ExitCode, Problem, Rule, exit_code, is_blocking
from pipeline.project import Project
from pipeline.targets import BuildOptions
from pipeline.toolchain import find_ghostscript

if TYPE_CHECKING:
    from pipeline.commands.publish import PublishResult


@click.command()
@click.argument("slug")
@option.edition
@click.option(
    "--on",
    type=option.date_type,
    help="Day of publication, such as 2018-06-15.  [default: today]",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="NAME",
    help="Output profile to freeze (repeatable).  [default: those published, or screen]",
)
@click.option(
    "--reissue",
    is_flag=True,
    help="Freeze the same text again, built with the tools of this machine.",
)
@click.option(
    "--with-outdated",
    is_flag=True,
    help="Publish translations even if their original has changed since.",
)
@click.option(
    "--despite-warnings",
    is_flag=True,
    help="Publish despite other warnings; the ledger records them.",
)
@click.option("--dry-run", is_flag=True, help="Report what would be frozen.")
@option.jobs
@option.json
@option.project
def publish(
    slug: str,
    edition: InformationDate | None,
    on: InformationDate | None,
    profiles: tuple[str, ...],
    dry_run: bool,
    jobs: int,
    as_json: bool,
    **accepted: bool,  # the other options, named like the parameters of `publish`
) -> ExitCode:
    """Publish an edition: freeze its PDFs, and record them in the ledger of its brief.

    The frozen files and the ledger are written to content/SLUG/published/; commit them.
    From then on `briefs build` copies these files, and a changed text is an error (exit
    code 5). The same command publishes a correction, a withdrawal, or another language,
    when edition.yaml or the folder of the edition has one that is not published yet.

    Warnings prevent publication, as errors do, because published files do not change.
    Remove their causes, or use --with-outdated or --despite-warnings.

    \b
    Examples:
      briefs publish fair-wages
      briefs publish fair-wages --edition 2017 --on 2017-11-02
      briefs publish fair-wages --profile screen --profile office --dry-run
    """
    from pipeline.commands.publish import publish as publish_edition
    from pipeline.report.publications import records_json

    project = current_project()
    _require_past_day(on)
    require_profiles(project, profiles)
    options = BuildOptions(
        slugs=(slug,),
        profiles=profiles,
        edition=edition,
        dry_run=dry_run,
        jobs=jobs,
        cache=cache_of(project, None),
        ghostscript=find_ghostscript(profiles or ("press",)),
    )
    require_selection(project, options)
    result = publish_edition(project, options, day_of(on), **accepted)
    code = exit_code(result.problems, strict=True)
    if as_json:
        click.echo(records_json(slug, result.records, result.problems, code))
        return code
    _print_result(project, slug, result, dry_run=dry_run)
    return code


def _require_past_day(on: InformationDate | None) -> None:
    """Refuse a month or year, and a day that has not come."""
    if on and on.precision < 3:
        raise click.UsageError("--on needs a whole day, such as 2018-06-15")
    if on and on.first_day > day_of():
        raise click.UsageError(f"--on {on} is in the future")


def _print_result(
    project: Project, slug: str, result: "PublishResult", *, dry_run: bool
) -> None:
    """Print the records with their files; problems and the next step on stderr."""
    from pipeline.report.problems import problem_counts
    from pipeline.report.publications import record_text

    for record in result.records:
        click.echo(("would write: " if dry_run else "") + record_text(slug, record))
        for file in record.files:
            click.echo(f"  content/{slug}/published/{file.name}")
    print_problems(project.root, result.problems)
    if result.problems:
        counts = " and ".join(problem_counts(result.problems))
        click.echo(
            f"nothing was published: {counts}{_accepting_options(result.problems)}",
            err=True,
        )
    folders = project.root, *project.root.parents
    if result.records and not dry_run and any((f / ".git").exists() for f in folders):
        click.echo(f"next: commit content/{slug}/published", err=True)
    elif not result.records and not result.problems:
        dated = result.folder.information_date
        click.echo(f"{slug} {dated} is published and unchanged; nothing to do", err=True)


def _accepting_options(problems: Sequence[Problem]) -> str:
    """Name the options by which warnings alone are accepted."""
    if any(map(is_blocking, problems)):
        return ""
    outdated = [problem.rule is Rule.OUTDATED_TRANSLATION for problem in problems]
    options = ["--with-outdated"] if any(outdated) else []
    options += [] if all(outdated) else ["--despite-warnings"]
    accepting = " ".join(options)
    return f"; what is published stays, so remove their causes, or accept them: {accepting}"
