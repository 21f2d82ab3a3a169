"""`briefs check`."""

import time
from typing import TYPE_CHECKING

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, day_of
from pipeline.cli.output import confirm, print_problems
from pipeline.problems import ExitCode, exit_code
from pipeline.project import Project
from pipeline.report.documents import pages_json
from pipeline.report.problems import check_summary, count
from pipeline.report.sarif import sarif

if TYPE_CHECKING:
    from pipeline.commands.check_pages import MeasuredDocument


@click.command()
@option.slugs
@option.strict
@click.option(
    "--fix",
    is_flag=True,
    help="Replace invisible and pasted characters; show the changes and ask first.",
)
@click.option("--yes", is_flag=True, help="With --fix: do not ask.")
@option.sarif
@click.option(
    "--pages",
    is_flag=True,
    help="Lay out every edition in each bundled profile, and report blank bands.",
)
@option.report
def check(
    slugs: tuple[str, ...],
    strict: bool,
    fix: bool,
    yes: bool,
    as_sarif: bool,
    pages: bool,
    as_json: bool,
    quiet: bool,
) -> ExitCode:
    """Check all editions, sessions, templates, strings and styles.

    Write nothing, except with --fix.

    \b
    Examples:
      briefs check
      briefs check fair-wages --strict
      briefs check fair-wages --fix
      briefs check --sarif > briefs.sarif
      briefs check fair-wages --pages
    """
    from pipeline.commands.check import check as check_content

    started = time.monotonic()
    if yes and not fix:
        raise click.UsageError("--yes answers the question of --fix")
    if as_sarif and as_json:
        raise click.UsageError("use --json or --sarif, not both")
    project = current_project()
    if fix:
        _fix_pasted_text(project, slugs, yes)
    content = check_content(project, slugs, on=day_of())
    measured: tuple[MeasuredDocument, ...] = ()
    if pages:
        from pipeline.commands.check_pages import check_pages

        content, measured = check_pages(project, content)
    code = exit_code(content.problems, strict=strict)
    if as_json:
        click.echo(pages_json(content.problems, measured, code))
    elif as_sarif:
        click.echo(sarif(content.problems, strict=strict))
    else:
        print_problems(project.root, content.problems, strict)
        if not quiet:
            counts = len(content.selected), len(content.sessions)
            seconds = time.monotonic() - started
            click.echo(check_summary(*counts, content.problems, seconds), err=True)
    return code


def _fix_pasted_text(project: Project, slugs: tuple[str, ...], yes: bool) -> None:
    """Show the changes to pasted text, ask, and write them."""
    from pipeline.commands.fix import apply_fix, find_fixes
    from pipeline.report.fix import fix_diff

    fixed_files = list(find_fixes(project, slugs))
    for fixed in fixed_files:
        click.echo(fix_diff(fixed.name, fixed.before, fixed.after), err=True)
    if not fixed_files:
        return
    if not yes:
        confirm(f"write these changes to {count(len(fixed_files), 'file')}?")
    for fixed in fixed_files:
        apply_fix(project, fixed)
