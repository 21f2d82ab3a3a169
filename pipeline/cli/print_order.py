"""`briefs print-order`."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, day_of
from pipeline.cli.output import print_problems
from pipeline.commands.selection import require_profiles
from pipeline.problems import ExitCode, exit_code
from pipeline.project import Project

if TYPE_CHECKING:
    from pipeline.commands.print_order import PrintOrderResult


@click.command()
@option.session_slug
@click.option(
    "--profile",
    metavar="NAME",
    help="Output profile of the briefs: office, a5, large, press, booklet.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print the order as CSV.")
@option.embargoed
@option.report
def print_order(
    slug: str,
    profile: str | None,
    as_csv: bool,
    embargoed: bool,
    as_json: bool,
    quiet: bool,
) -> ExitCode:
    """Write the print order of a session: copies, sheets and weight of each file.

    The job sheet goes to build/sessions/, with the order as CSV attached. If a PDF is stale
    no print order is written, and the exit code is 6. The profile depends on the paper of
    the session: `office` for whole sheets, `a5` for halves, `booklet` for folded and
    stitched sheets.

    \b
    Examples:
      briefs print-order 331
      briefs print-order 331 --csv > 331.csv
    """
    from shutil import which

    from pipeline.commands.print_order import write_print_order
    from pipeline.prepress.print_order import order_csv
    from pipeline.report.order import order_json

    if as_csv and as_json:
        raise click.UsageError("--csv excludes --json")
    project, profile = current_project(), profile or ""
    require_profiles(project, (profile,) if profile else ())
    result = write_print_order(
        *(project, slug, profile, day_of(), which("gs")), embargoed=embargoed
    )
    code = exit_code(result.problems)
    if as_json:
        click.echo(order_json(result, code))
        return code
    if as_csv and result.order:
        click.echo(order_csv(result.order), nl=False)
        result = replace(result, job_sheet="")
    print_order_result(project, result, quiet)
    return code


def print_order_result(project: Project, result: "PrintOrderResult", quiet: bool) -> None:
    """Print the name of the job sheet, the problems, and the summary of a print order."""
    from pipeline.report.order import order_summary

    if result.job_sheet:
        click.echo(result.job_sheet)
    print_problems(project.root, result.problems)
    if result.removed:
        click.echo(f"removed {result.removed}, because it is out of date", err=True)
    if result.order and not quiet:
        click.echo(order_summary(result.order), err=True)
