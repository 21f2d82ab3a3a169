"""`briefs print-order`."""

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import current_project, day_of
from pipeline.cli.output import print_problems
from pipeline.commands.selection import require_profiles
from pipeline.problems import ExitCode, exit_code, is_blocking
from pipeline.project import Project


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
    if as_csv and as_json:
        raise click.UsageError("--csv excludes --json")
    project = current_project()
    profile = profile or ""
    require_profiles(project, (profile,) if profile else ())
    output = "csv" if as_csv else "json" if as_json else "text"
    return write_and_print_order(project, slug, profile, output, quiet, embargoed=embargoed)


def write_and_print_order(
    project: Project,
    slug: str,
    profile: str,
    output: str,
    quiet: bool,
    *,
    embargoed: bool,
    warnings: bool = True,
) -> ExitCode:
    """Write a print order and its job sheet, print it, and give the exit code.

    `output` is what goes to stdout: "text" (the name of the job sheet), "csv" or "json".
    Without `warnings` only errors are printed.
    """
    from shutil import which

    from pipeline.commands.print_order import write_print_order
    from pipeline.prepress.print_order import order_csv
    from pipeline.report.order import order_json, order_summary

    result = write_print_order(
        project, slug, profile, day_of(), which("gs"), embargoed=embargoed
    )
    code = exit_code(result.problems)
    if output == "json":
        click.echo(order_json(result, code))
        return code
    if output == "csv" and result.order:
        click.echo(order_csv(result.order), nl=False)
    elif result.job_sheet:
        click.echo(result.job_sheet)
    shown = [p for p in result.problems if warnings or is_blocking(p)]
    print_problems(project.root, shown)
    if result.removed:
        click.echo(f"removed {result.removed}, because it is out of date", err=True)
    if result.order and not quiet:
        click.echo(order_summary(result.order), err=True)
    return code
